//! The notice that a trigger waits for once its test held.

use super::triggers::Fired;
use crate::engine::Run;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_terms::At;
use counterpart_terms::model::Trigger;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The notice of a trigger given from one day to another, for the country or product it was tested for.
    pub(super) fn notice_of(
        &self,
        trigger: &Trigger,
        by: &[Name],
        (from, last): (Date, Option<Date>),
        fired: &Fired,
    ) -> Option<(Date, At)> {
        self.facts.happened().find_map(|event| {
            let EventKind::Notice(notice) = &event.kind else { return None };
            let theirs = by.is_empty() || by.contains(&notice.by);
            // A notice for a part is none for what is not tested part by part.
            let here = |told: &Option<Name>, of: &Option<Name>| told.is_none() || told == of;
            let (place, part) = self.part_noticed(notice);
            let fits = notice.of.as_ref() == Some(&trigger.name)
                && theirs
                && here(&place, &fired.place)
                && here(&part, &fired.of);
            let in_time = event.date >= from && last.is_none_or(|last| event.date <= last);
            (fits && in_time).then_some((event.date, event.at))
        })
    }
}
