//! Tests on days and on the end of the agreement, as reasons: which day they are on, and the entry that tells of it.

use crate::clock::{Focus, When};
use crate::condition::is_on_the_end;
use crate::engine::Run;
use crate::trace::Step;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_terms::value::{Condition, Moment};

impl Run<'_> {
    /// Why a test on a day, or on how the agreement ended, holds or does not; nothing of any other test.
    pub(super) fn why_by_day(&self, test: &Condition, focus: &Focus, so: bool) -> Option<Step> {
        let day = |moment: &Moment| match self.clock().moment(moment, focus) {
            Ok(When::On(day)) => Some(day),
            _ => None,
        };
        match test {
            Condition::After(moment) => Some(match day(moment) {
                Some(day) => Step::note(if so { "the day is past" } else { "the day is not past" }).on(day),
                None => Step::note("the day from which it is so has not come"),
            }),
            Condition::Before(moment) => Some(match day(moment) {
                Some(day) => Step::note(if so { "the day has not come" } else { "the day has come" }).on(day),
                None => Step::note("the day from which it is not so has not come"),
            }),
            Condition::LastPatentExpires => {
                let said = if so { "the last patent has expired" } else { "the last patent has not expired" };
                Some(Step::note(said).on(day(&Moment::LastPatentExpires)))
            }
            Condition::Signed { .. } => Some(self.why_signed(focus)),
            Condition::Other(parts) if is_on_the_end(parts) => Some(self.why_ended(so)),
            _ => None,
        }
    }

    /// The day it was signed on, with the entry that tells so.
    fn why_signed(&self, focus: &Focus) -> Step {
        let signed = self.clock().signing_day(focus.payer.as_ref(), focus.stream.as_ref());
        let Some(signed) = signed else { return Step::note("nobody told that it was signed") };
        let told = |kind: &EventKind| matches!(kind, EventKind::Signed { .. });
        let entry = self.facts.happened().find(|event| event.date == signed && told(&event.kind));
        let at = entry.map_or(self.model_on(signed).header.at, |event| event.at);
        Step::note("it was signed").on(signed).by(at)
    }

    /// The end of the agreement, with the entry that brought it about.
    fn why_ended(&self, so: bool) -> Step {
        let told = self.clock().terminated();
        let entry = told.as_ref().and_then(|found| found.entry);
        let last: Option<Date> = match told {
            Some(found) => found.end.ok(),
            None => self.last_day_of_agreement().filter(|last| *last <= self.facts.as_of()),
        };
        let Some(last) = last else { return Step::note("the agreement has not ended") };
        let said = if so { "the agreement ended so" } else { "the agreement ended, and not so" };
        Step::note(said).on(last).by(entry.unwrap_or(self.model_on(last).header.at))
    }
}
