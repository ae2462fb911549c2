//! What becomes of the licences in improvements that were made by the end, each by itself: whether it goes on is read from
//! its own text first, then from the clause on the time after the end.

use super::{ExitLine, Group};
use crate::engine::Run;
use crate::inventions::Licence;
use counterpart_num::Date;

impl Run<'_> {
    /// A line for each licence back that is in force on the last day, or may be.
    pub(super) fn improvements_after(&self, end: Date) -> Vec<ExitLine> {
        let Some(next) = end.next_day() else { return Vec::new() };
        let then = self.ask_on(end, |run| run.licences_in_inventions());
        let later = self.ask_on(next, |run| run.licences_in_inventions());
        let held = then.into_iter().filter(|(_, licence)| licence.in_force != Ok(false));
        let line = |(name, licence): (String, Licence)| {
            let same = |(other, of): &&(String, Licence)| {
                *other == name && of.to == licence.to && of.at == licence.at
            };
            let after = later.iter().find(same).map(|(_, of)| of);
            let goes_on = after.map_or(Ok(false), |of| of.in_force.clone());
            let what = if goes_on == Ok(false) { "ends" } else { "goes on" };
            let what = format!("licence back of {name} {what}");
            let by = after.and_then(|of| of.why.last()).and_then(|step| step.clause);
            let base =
                self.exit_line(Group::Improvements, licence.to.to_string(), what, by.unwrap_or(licence.at));
            ExitLine {
                from: (goes_on == Ok(true)).then_some(next),
                until: if goes_on == Ok(false) { Some(end) } else { after.and_then(|of| of.until) },
                terms: if goes_on == Ok(true) { licence.shown() } else { String::new() },
                unknown: licence.in_force.err().or(goes_on.err()).map(|why| why.reason),
                ..base
            }
        };
        held.map(line).collect()
    }
}
