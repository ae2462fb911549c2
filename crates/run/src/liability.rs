//! The most a party is liable for, article by article.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::Period;
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::Record;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The limit of liability for an article or subject: its own, or else the general one. `None` where there is none.
    ///
    /// # Errors
    /// Where what the limit hangs on is not known.
    pub(crate) fn liability_cap(&self, subject: Option<&str>) -> Eval<Option<Val>> {
        let lines: Vec<&Record> =
            self.clauses(Form::FileLiability).flat_map(|clause| &clause.below).collect();
        if lines.iter().any(|line| line.clause == Form::LiabilityNoLimit && is_for(line, subject)) {
            return Ok(None);
        }
        // A limit for something withheld may be the one for what is asked about.
        let hidden = |line: &&&Record| line.names(Label::Clauses).iter().any(Name::is_blank);
        let own = |line: &&&Record| is_for(line, subject);
        let limits = || lines.iter().filter(|line| line.clause == Form::LiabilityCap);
        if let Some(line) = limits().find(hidden).filter(|_| subject.is_some() && !limits().any(|l| own(&l)))
        {
            return Err(Unknown::new("what a limit of liability is for is redacted or open").at(line.at));
        }
        let caps = || lines.iter().copied().filter(|line| line.clause == Form::LiabilityCap);
        let general = || caps().find(|line| !line.has(Label::For) && !line.has(Label::Clauses));
        let own = subject.and_then(|_| caps().find(|line| is_for(line, subject)));
        let Some(line) = own.or_else(general) else {
            return match lines.is_empty() {
                true => Err(Unknown::new("the deal says nothing of liability")),
                false => Ok(None),
            };
        };
        let Some(most) = line.amount(Label::Most) else { return Ok(None) };
        let as_of = self.facts.as_of();
        // What it is a share of is what there was up to the day.
        let period = self.first_day().and_then(|first| Period::new(first.min(as_of), as_of));
        let focus = Focus { period, ..Focus::default() };
        Ok(Some(self.amount(most, &focus).map_err(|why| why.at(line.at))?.0))
    }
}

/// Whether a line is for a subject, by its words or by the name of a clause.
fn is_for(line: &Record, subject: Option<&str>) -> bool {
    let Some(subject) = subject else { return false };
    let words = crate::agenda::texts(line, Label::For);
    words.iter().any(|text| text.eq_ignore_ascii_case(subject))
        || line.names(Label::Clauses).iter().any(|name| name == subject)
}
