//! When a change of control came that a clause is on.

use super::blank;
use crate::clock::Clock;
use crate::unknown::Unknown;
use counterpart_ledger::{Event, EventKind};
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::Name;

impl Clock<'_> {
    /// The entries by which the change of control came that a line is on, and why that cannot be said of some.
    pub(crate) fn control_came(&self, line: &Record) -> Vec<(&Event, Option<Unknown>)> {
        let mut out = Vec::new();
        let Some(of) = line.name(Label::Of) else { return out };
        for event in self.facts.happened() {
            let EventKind::Told { word, parts, .. } = &event.kind else { continue };
            if word != "control" || !of.is_blank() && parts.name(Label::Of) != Some(of) {
                continue;
            }
            let hidden = of.is_blank().then(|| Unknown::new("control of whom is redacted or open"));
            let doubt = match line.name(Label::Competitor) {
                Some(rival) => match self.is_competitor(parts, rival) {
                    Some(true) => None,
                    Some(false) => continue,
                    None => Some(Unknown::new(format!(
                        "whether who took control of {of} competes with {rival} needs a determination: add \
                         `, a competitor of {rival}` or `, no competitor of {rival}` to its entry"
                    ))),
                },
                None => None,
            };
            out.push((event, hidden.map(|why| why.at(line.at)).or(doubt)));
        }
        out
    }

    /// Whether the one who took control is known as a competitor of a party: the entry says so, or one of the two lists the
    /// other among its competitors. Competing is mutual.
    pub(crate) fn is_competitor(&self, control: &Parts, of: &Name) -> Option<bool> {
        if let Some(word) =
            control.word(Label::Competes).filter(|_| control.name(Label::Competitor) == Some(of))
        {
            return Some(word == "a");
        }
        let to = control.name(Label::To)?;
        let model = self.model();
        let lists = |party: &Name| {
            let mut parties = model.records.of(Form::FileParty);
            parties.find(|r| r.name(Label::Name) == Some(party))?.below(Form::PartyCompetitor)
        };
        if lists(to).is_some_and(|listed| listed.names(Label::Parties).contains(of)) {
            return Some(true);
        }
        let listed = lists(of)?;
        blank::any(&listed.names(Label::Parties), |party| party == to)
    }
}
