//! What a balance waits for: royalties whose reports are late or not yet due, or that are told for more than its period.

use super::Due;
use crate::engine::Run;
use crate::royalty;
use crate::unknown::Unknown;
use counterpart_num::{Date, Period};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Why it cannot be said what a royalty comes to in a period: what it is on is not reported, late or not yet due.
    /// Only what has to be reported each period can be missed.
    pub(super) fn unheard(&self, name: &Name, period: &Period) -> Option<Unknown> {
        let royalty = royalty::find(self, name, Some(period.start)).ok()?;
        if self.is_beside(name, period) {
            return None;
        }
        for metric in royalty::reported_metrics(self, royalty, period.start) {
            let Some(definition) = self.metric_on(&metric, period.start) else { continue };
            let Some(cycle) = definition.cycle.as_ref().filter(|_| definition.is_flow()) else { continue };
            let Ok(cycle) = self.clock().cycle(cycle) else { continue };
            for one in cycle.between(period.start, period.end) {
                if !self.reports_to(royalty, &metric).touching(one.start, one.end).is_empty() {
                    continue;
                }
                let due = self.report_day(definition, one.end).ok().map(|day| day.unwrap_or(one.end));
                let late = due.is_some_and(|day| day <= self.facts.as_of());
                return Some(if late {
                    Unknown::new(format!("`{metric}` is not reported for {one}")).at(definition.at)
                } else {
                    Unknown::not_yet(format!("`{metric}` is not reported yet for {one}")).at(definition.at)
                });
            }
        }
        None
    }

    /// Why it cannot be said what a royalty comes to in a period: it was reported as one for more than that.
    pub(super) fn told_wider(&self, name: &Name, period: &Period, dues: &[Due]) -> Option<Unknown> {
        let inside = |d: &Period| period.start <= d.start && d.end <= period.end;
        let wider = |due: &&Due| {
            due.stream == *name && due.of.iter().any(inside) && due.period.is_some_and(|own| !inside(&own))
        };
        let own = dues.iter().find(wider)?.period?;
        let royalty = royalty::find(self, name, Some(own.start)).ok()?;
        let why = royalty::as_a_whole(self, royalty, &own);
        Some(Unknown { reason: format!("`{name}` is {}", why.reason), ..why })
    }

    /// The periods of a royalty for which it cannot be said what it comes to, each with its due day.
    pub(super) fn unheard_days(&self, name: &Name) -> Vec<(Period, Date, Unknown)> {
        let Ok(royalty) = royalty::find(self, name, None) else { return Vec::new() };
        let Ok(cycle) = royalty::payment_cycle(self, royalty, self.facts.as_of()) else { return Vec::new() };
        let (Some(first), until) = (self.first_day(), self.facts.as_of()) else { return Vec::new() };
        let periods = cycle.between(first.min(until), until).into_iter();
        let day = |period: &Period| self.due_day(royalty, period).ok().flatten();
        periods.filter_map(|p| Some((p, day(&p)?, self.unheard(name, &p)?))).collect()
    }
}
