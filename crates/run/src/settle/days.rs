//! The days on which royalties are due.

use crate::clock::Focus;
use crate::engine::Run;
use crate::pay::occasions::day_of_year;
use crate::royalty;
use crate::unknown::Eval;
use counterpart_num::{Date, Period, Roll};
use counterpart_terms::model::{Metric, Paid, Royalty};
use counterpart_terms::value::Moment;

impl Run<'_> {
    /// The day a royalty for a period is due.
    ///
    /// # Errors
    /// Where the length of time is not given.
    pub fn due_day(&self, royalty: &Royalty, period: &Period) -> Eval<Option<Date>> {
        let day = match &royalty.paid {
            Some(paid) => self.paid_day(paid, period),
            None => {
                // Payment goes with the report where nothing else is said.
                let metric = royalty::reported_metrics(self, royalty, period.start).into_iter().next();
                match metric.and_then(|m| self.metric_on(&m, period.start)) {
                    Some(metric) => self.report_day(metric, period.end),
                    None => Ok(None),
                }
            }
        };
        Ok(self.rolled(royalty.roll, day?))
    }

    /// The day by which what was measured up to a day is reported, where the text says one.
    ///
    /// # Errors
    /// Where the length of time is not given.
    pub(crate) fn report_day(&self, metric: &Metric, end: Date) -> Eval<Option<Date>> {
        match (&metric.within, metric.by_day) {
            (Some(within), _) => self.clock().shift(end, within, false).map(Some),
            (None, Some(day)) => Ok(next_day_of_year(day, end)),
            (None, None) => Ok(None),
        }
    }

    /// A due day that is a day off, moved as the holiday rule says.
    pub(crate) fn rolled(&self, roll: Option<Roll>, day: Option<Date>) -> Option<Date> {
        match roll {
            // Which days are off is not known.
            Some(_) if self.clock().holidays_withheld() => None,
            Some(roll) => day.map(|d| self.calendar().roll(d, roll).unwrap_or(d)),
            None => day,
        }
    }

    /// The day by which what arose on a day, or is for a period, is paid: what is paid so long after each quarter waits
    /// for the end of its own.
    pub(crate) fn day_to_pay(&self, paid: &Paid, of: &Period) -> Eval<Option<Date>> {
        let whole = match &paid.each {
            Some(each) => self.clock().cycle(each)?.containing(of.end),
            None => None,
        };
        self.paid_day(paid, &whole.unwrap_or(*of))
    }

    /// The day by which what is for a period of payment is paid.
    pub(crate) fn paid_day(&self, paid: &Paid, period: &Period) -> Eval<Option<Date>> {
        // What is for a period is paid after it: of days that come again each year, on the next one.
        let focus = Focus::of(Period::new(period.end, period.end).unwrap_or(*period));
        let base = match (&paid.of, &paid.on) {
            // What was received is told for the day it came.
            (Some(Moment::Bare(word)), _) if word == "receipt" && period.start == period.end => {
                Some(period.end)
            }
            // The day on which what was measured in the period was reported.
            (Some(Moment::Act { act, name: Some(metric), .. }), _)
                if matches!(act.as_str(), "report" | "receipt")
                    && self.metric_on(metric, period.start).is_some() =>
            {
                self.reported_on(metric, period)
            }
            (Some(of), _) => self.clock().limit(of, &focus)?,
            (None, Some(on)) => self.clock().limit(on, &focus)?,
            (None, None) => Some(period.end),
        };
        if let Some(day) = paid.by {
            return Ok(next_day_of_year(day, period.end));
        }
        match (&paid.within, base) {
            (Some(within), Some(base)) => self.clock().shift(base, within, false).map(Some),
            (None, base) => Ok(base),
            (Some(_), None) => Ok(None),
        }
    }
}

/// The first such day of a year after a day.
fn next_day_of_year((month, day): (u32, u32), after: Date) -> Option<Date> {
    let this = day_of_year(after.year(), month, day).filter(|d| *d > after);
    this.or_else(|| day_of_year(after.year() + 1, month, day))
}
