//! A figure that is met after all, and a price that is matched: what was reported in the time to cure decides.

use super::{looked_at, names};
use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::Fired;
use crate::royalty::measures;
use crate::unknown::{Eval, Gap};
use counterpart_num::{Date, Period, PeriodKind};
use counterpart_terms::model::{CureWay, Trigger};
use counterpart_terms::value::{Amount, Condition, Name};

impl Run<'_> {
    /// Whether a comparison that failed is put right by this day, which is the machine's: it fails no more for a later time
    /// of the same length, or the price is matched, or the sum on what was missing is paid. What of several comparisons had
    /// not failed needs no cure.
    pub(super) fn is_met_later(
        &self,
        trigger: &Trigger,
        failed: &Condition,
        fired: &Fired,
        day: Date,
    ) -> Eval<bool> {
        let focus = looked_at(fired);
        let still = |focus: &Focus| self.holds(failed, focus);
        let Some(over) = fired.over else {
            // A test without days of its own is on what is so now.
            return match names(trigger, &[CureWay::Doing, CureWay::Paying]) {
                true => Ok(!self.holds_on(failed, day, &fired.part)?),
                false => Ok(false),
            };
        };
        let then = self.on_another_day(fired.tested.min(day)).holds(failed, &focus);
        match then {
            Ok(false) => return Ok(true),
            Ok(true) => {}
            // What was not told then may be told by now.
            Err(_) => return Ok(!still(&focus)?),
        }
        let has = |way: CureWay| trigger.cure_by.contains(&way);
        if has(CureWay::Paying) && self.is_on_payments(failed) && !still(&focus)? {
            return Ok(true);
        }
        if has(CureWay::Matching) && self.is_matched(failed, fired, over)? {
            return Ok(true);
        }
        if self.shortfall_is_paid(trigger, fired)? {
            return Ok(true);
        }
        if !has(CureWay::Doing) {
            return Ok(false);
        }
        let Some(end) = self.last_told(failed).filter(|end| *end > over.end) else { return Ok(false) };
        let later = Period::trailing(months(&over), PeriodKind::Month, end);
        let Some(later) = later else { return Ok(false) };
        match still(&Focus { period: Some(later), until: Some(end), ..focus }) {
            Ok(fails) => Ok(!fails),
            Err(why) if why.gap == Gap::Missing => Err(why),
            Err(_) => Ok(false),
        }
    }

    /// Whether a comparison is of what was paid, or earned, under payments.
    fn is_on_payments(&self, failed: &Condition) -> bool {
        let mut found = false;
        each_measure(failed, &mut |measure| found |= measure.quantity.is_some());
        found
    }

    /// Whether the price that is told last is no worse than the one it is measured by.
    fn is_matched(&self, failed: &Condition, fired: &Fired, over: Period) -> Eval<bool> {
        let Condition::Compare { left, right, .. } = failed else { return Ok(false) };
        let (mut own, mut other) = (None, None);
        measures(left, &mut |measure| own = Some(measure.clone()));
        measures(right, &mut |measure| other = Some(measure.clone()));
        let (Some(own), Some(other)) = (own, other) else { return Ok(false) };
        let last = |measure: &counterpart_terms::value::Measure| {
            let end = self.last_report([&Amount::Measure(Box::new(measure.clone()))])?;
            let period = self.told_for(measure.metric()?, end)?;
            Some((period, self.measure(measure, &Focus { period: Some(period), ..fired.part.clone() })))
        };
        let (Some((new, price)), Some((_, asked))) = (last(&own), last(&other)) else { return Ok(false) };
        if new.end <= over.end {
            return Ok(false);
        }
        let known = |found: Eval<(crate::value::Val, crate::trace::Step)>| match found {
            Ok((value, _)) => Ok(Some(value)),
            Err(why) if why.gap == Gap::Missing => Err(why),
            Err(_) => Ok(None),
        };
        match (known(price)?, known(asked)?) {
            (Some(price), Some(asked)) => Ok(price.compare(&asked)?.is_le()),
            _ => Ok(false),
        }
    }

    /// The last period reported of a metric that ends on a day.
    fn told_for(&self, metric: &Name, end: Date) -> Option<Period> {
        self.reports(metric).iter().map(|report| report.period).find(|period| period.end == end)
    }

    /// The last day of the last period reported of what a comparison measures.
    fn last_told(&self, failed: &Condition) -> Option<Date> {
        let Condition::Compare { left, right, .. } = failed else { return None };
        self.last_report([left, right])
    }
}

/// Visits every measure of a comparison.
fn each_measure(of: &Condition, visit: &mut dyn FnMut(&counterpart_terms::value::Measure)) {
    if let Condition::Compare { left, right, .. } = of {
        measures(left, visit);
        measures(right, visit);
    }
}

/// How many months a period has; of one that is begun, all.
fn months(of: &Period) -> u32 {
    let Some(next) = of.end.next_day() else { return 1 };
    let since = |day: Date| i64::from(day.year()) * 12 + i64::from(day.month());
    let whole = since(next) - since(of.start);
    let begun = i64::from(next.day() > of.start.day());
    u32::try_from(whole + begun).map_or(1, |months| months.max(1))
}
