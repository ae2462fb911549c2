//! The reports that are to be made of a metric: for which periods, by which days, and which of them were.
//!
//! Duties, tests on what is reported and their reasons all go by this list. Before the first report nobody may have anything
//! to report (`reports_from`): nothing is asked of who has not begun.

use super::Report;
use crate::clock::Focus;
use crate::engine::Run;
use crate::pay::occasions::day_of_year;
use crate::unknown::Eval;
use counterpart_num::{Date, Period};
use counterpart_terms::model::Metric;
use counterpart_terms::value::Name;

/// A report that is to be made.
#[derive(Debug, Clone)]
pub(crate) struct AskedReport {
    /// For which time; of what is told of a day in each year, that day.
    pub period: Period,
    /// The last day for it, or why that cannot be said.
    pub due: Eval<Date>,
    /// It was made.
    pub made: bool,
}

impl Run<'_> {
    /// The reports that are to be made of a metric for periods that begin by a day, oldest first.
    ///
    /// # Errors
    /// Where it cannot be said for which periods.
    pub(crate) fn reports_asked(&self, name: &Name, metric: &Metric, until: Date) -> Eval<Vec<AskedReport>> {
        let mut out = match metric.each_year_on {
            Some(on) => self.asked_each_year(name, metric, on, until),
            None => Vec::new(),
        };
        let Some(cycle) = &metric.cycle else { return Ok(out) };
        let Some(first) = self.reports_from(name, metric) else {
            if let Some(from) = &cycle.anchor {
                self.clock().limit(from, &Focus::default())?;
            }
            return Ok(out);
        };
        let cycle = self.clock().cycle(cycle)?;
        let start = self.clock().effective().map_or(first, |start| start.max(first));
        let first = match self.expected(name).iter().any(|report| report.period.start == first) {
            true => first,
            false => cycle.containing(start).map_or(first, |period| period.start),
        };
        let reports = self.reports(name);
        for period in cycle.between(start, until).into_iter().filter(|period| period.start >= first) {
            // A report for longer than was asked tells of each of its periods.
            let covers =
                |report: &&Report<'_>| report.period.start <= period.start && period.end <= report.period.end;
            let made = reports.touching(period.start, period.end).iter().any(covers);
            out.push(AskedReport { period, due: self.day_to_report(metric, period.end), made });
        }
        Ok(out)
    }

    /// Those of what is told of a day in each year, from the effective date to the end. One is made by what is told of that
    /// day, or of any day before the next.
    fn asked_each_year(
        &self,
        name: &Name,
        metric: &Metric,
        (month, day): (u32, u32),
        until: Date,
    ) -> Vec<AskedReport> {
        let Some(first) = self.clock().effective().or_else(|| self.first_day()) else { return Vec::new() };
        let last = self.ended_by_now().day().map_or(until, |(end, _)| end.min(until));
        let on = |year: i32| day_of_year(year, month, day);
        let days = (first.year()..=last.year()).filter_map(|year| Some((on(year)?, on(year + 1)?)));
        let asked = |(on, next): (Date, Date)| {
            let here = |period: &Period| period.contains(on) || on <= period.start && period.start < next;
            let made = self.reports(name).iter().any(|report| here(&report.period));
            Some(AskedReport { period: Period::new(on, on)?, due: self.day_to_report(metric, on), made })
        };
        days.filter(|(on, _)| first <= *on && *on <= last).filter_map(asked).collect()
    }

    /// The last day on which what was measured up to a day is reported in time: that day itself where none is said.
    fn day_to_report(&self, metric: &Metric, end: Date) -> Eval<Date> {
        Ok(self.report_day(metric, end)?.unwrap_or(end))
    }
}
