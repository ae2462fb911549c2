//! The last day to put something right: so long after the clock began and, where the text gives longer while somebody is
//! curing, so long as that for a party of whom it is told in time that it is at it.

use crate::clock::Clock;
use crate::unknown::Eval;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Duration, Value};

impl Clock<'_> {
    /// The last day to cure what runs from a day. Whoever is told to be curing it within the time for all has the longer
    /// one; `of` says whether what such an entry tells is about this.
    pub(crate) fn last_to_cure(
        &self,
        from: Date,
        (cure, longer): (&Duration, Option<&Duration>),
        of: impl Fn(&Parts, Date) -> bool,
    ) -> Eval<Date> {
        let last = self.shift(from, cure, false)?;
        let Some(longer) = longer else { return Ok(last) };
        let at_it = self.facts.happened().any(|event| match &event.kind {
            EventKind::Told { word, parts, .. } => {
                word == "curing" && from <= event.date && event.date <= last && of(parts, event.date)
            }
            _ => false,
        });
        match at_it {
            true => Ok(self.shift(from, longer, false)?.max(last)),
            false => Ok(last),
        }
    }
}

/// How long a clause gives whoever is curing, where it gives longer for that.
pub(crate) fn while_curing(clause: &Parts) -> Option<&Duration> {
    let own = clause.get(Label::Most);
    match own.or_else(|| clause.parts(Label::Up)?.get(Label::Most))? {
        Value::Duration(most) => Some(most),
        _ => None,
    }
}
