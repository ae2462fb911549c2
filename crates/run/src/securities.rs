//! Rights over assets that secure a debt: in force until they are released, and open to the creditor while it may step in.
//!
//! What a debtor assigns to its creditor under a security passes while the creditor may step in, and not before.

use crate::clock::Focus;
use crate::engine::Run;
use crate::options::end_with_agreement;
use crate::rights::blank;
use crate::unknown::Eval;
use crate::windows::{Course, Drawing, Kind, State, Why};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The course of a security.
    pub(crate) fn security_course(&self, name: &Name) -> Eval<Course> {
        let texts = self.texts(name, |form| form == Form::FileSecurity);
        let at = texts.first().map(|(record, _)| record.at);
        let why = Why::new("the agreement is not in force yet", at);
        let mut drawing = Drawing::new(name, Kind::Security, State::NotYet, why);
        let Some((record, _)) = texts.last() else { return Ok(drawing.done()) };
        let begun = self.days_from_the_start();
        drawing.lay_so(&begun, State::NotOpen, &Why::new("the creditor may not step in", [record.at]));
        for line in record.all_below(Form::SecurityStepIn) {
            let Some(when) = line.condition(Label::When) else { continue };
            let open = self.days_when(when, &Focus::default()).and(begun.clone());
            drawing.lay_so(&open, State::Open, &Why::new(self.said(line), [line.at]));
        }
        end_with_agreement(self, (name, &[]), record.at, &mut drawing, |state| state == State::NotYet);
        for line in record.all_below(Form::SecurityReleased) {
            let Some(when) = line.condition(Label::When) else { continue };
            let over = self.days_when(when, &Focus::default()).once().and(begun.clone());
            drawing.lay_so(&over, State::Released, &Why::new(self.said(line), [line.at]));
        }
        Ok(drawing.done())
    }

    /// Whether a security lets its creditor take on a day what its debtor passes to it; `None` where none is over it.
    pub(crate) fn may_step_in(
        &self,
        what: &Name,
        (by, to): (Option<&Name>, &Name),
        on: Date,
    ) -> Option<Eval<bool>> {
        let over = |record: &Record| {
            let lines: Vec<Name> =
                record.all_below(Form::SecurityOver).flat_map(|line| line.names(Label::Over)).collect();
            let is = |label: Label, party: &Name| blank::any(&record.names(label), |named| named == party);
            let parties = blank::both(is(Label::To, to), by.map_or(Some(true), |by| is(Label::From, by)));
            blank::both(parties, blank::any(&lines, |named| named == what))
        };
        let mut found: Vec<Eval<bool>> = Vec::new();
        for record in self.model_on(on).records.of(Form::FileSecurity) {
            match (over(record), record.name(Label::Name)) {
                (Some(true), Some(name)) => found.extend(self.course_is(name, "open", on)),
                (None, _) => {
                    found.push(Err(self.hidden("what a security is over, or whose it is,", record.at)))
                }
                _ => {}
            }
        }
        match () {
            () if found.is_empty() => None,
            () if found.contains(&Ok(true)) => Some(Ok(true)),
            () => Some(found.into_iter().find(Result::is_err).unwrap_or(Ok(false))),
        }
    }

    /// Whether what an entry passes to a creditor passes by its security; `None` where that is no matter of one, or the
    /// other side consented.
    pub(crate) fn may_pass_to_creditor(&self, event: &Event) -> Option<Eval<bool>> {
        let EventKind::Told { name: Some(name), parts, .. } = &event.kind else { return None };
        if parts.word(Label::Consent) == Some("with consent") {
            return None;
        }
        self.may_step_in(name, (parts.name(Label::By), parts.name(Label::To)?), event.date)
    }
}
