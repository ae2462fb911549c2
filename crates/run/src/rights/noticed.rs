//! The notice that a trigger waits for once its test held.

use super::triggers::Fired;
use crate::acting::may_act;
use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_terms::At;
use counterpart_terms::model::{Same, Trigger};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The notice of a trigger given from one day to another, for the country or product it was tested for.
    ///
    /// # Errors
    /// Where it is not known whether who gave it acts for the one that is to give it.
    pub(super) fn notice_of(
        &self,
        trigger: &Trigger,
        by: &[Name],
        (from, last): (Date, Option<Date>),
        fired: &Fired,
    ) -> Eval<Option<(Date, At)>> {
        for event in self.facts.happened().filter(|event| event.date >= from) {
            if last.is_some_and(|last| event.date > last) {
                break;
            }
            let EventKind::Notice(notice) = &event.kind else { continue };
            // A notice for a part is none for what is not tested part by part.
            let here = |told: &Option<Name>, of: &Option<Name>| told.is_none() || told == of;
            let (place, part) = self.part_noticed(notice);
            if notice.of.as_ref() != Some(&trigger.name)
                || !here(&place, &fired.place)
                || !here(&part, &fired.of)
            {
                continue;
            }
            let theirs = match by.is_empty() {
                true => Same::Yes,
                false => self.acts_for(&notice.by, by, Some(&trigger.name), event.date),
            };
            match theirs {
                Same::Yes => return Ok(Some((event.date, event.at))),
                Same::Perhaps => return Err(may_act(event, &notice.by, by)),
                Same::No => {}
            }
        }
        Ok(None)
    }
}
