//! When an option has lapsed unused, and what its clause says follows from that day on: it is the day on which its course
//! says so.

use super::option::Period;
use super::since;
use crate::engine::Run;
use crate::rights::DaysSo;
use crate::unknown::Unknown;
use counterpart_num::Date;
use counterpart_rights::{all_days, date};
use counterpart_syntax::Label;
use counterpart_terms::record::Record;

impl Run<'_> {
    /// From which day on an option that was not used has lapsed, or may have, and then why that cannot be said.
    pub(crate) fn lapses_from(&self, record: &Record) -> Option<(Date, Option<Unknown>)> {
        let name = record.name(Label::Name)?;
        let course = match self.course_of(name) {
            Ok(course) => course,
            Err(why) => return Some((self.first_day().unwrap_or(Date::MIN), Some(why.at(record.at)))),
        };
        let lapsed = course.days("lapsed");
        // That it is not known whether it is open is no lapse: its time must be over, or may be; or its exercise may fail.
        let used = self.exercises_of(name).into_iter().map(|exercise| exercise.on).min();
        let over = self.last_days_of(&Period::of(record)).not().perhaps();
        let perhaps = used.map_or(over.clone(), |used| over.or(&since(used)));
        let sure = lapsed.yes.first();
        let doubts = lapsed.doubt.iter().filter_map(|(days, why)| Some((days.and(&perhaps).first()?, why)));
        match (sure, doubts.min_by_key(|(first, _)| *first)) {
            (Some(sure), Some((first, why))) if first < sure => Some((date(first), Some(why.clone()))),
            (Some(sure), _) => Some((date(sure), None)),
            (None, Some((first, why))) => Some((date(first), Some(why.clone()))),
            (None, None) => None,
        }
    }

    /// The days up to the last on which an option can be exercised, as its text says.
    pub(super) fn last_days_of(&self, period: &Period<'_>) -> DaysSo {
        let every = DaysSo::sure(all_days());
        let last = period.until.iter().fold(every, |sum, moment| sum.and(self.days_until(moment)));
        match period.within {
            Some((within, of)) => last.and(self.within_days(within, of).1),
            None => last,
        }
    }
}
