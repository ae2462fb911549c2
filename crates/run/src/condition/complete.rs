//! What of the figures of a test is still to be told: a year of which a quarter is missing comes to at least what was told
//! of it, and to how much more nobody knows.
//!
//! So a test that a figure is reached holds as soon as it is; that it stays below a limit is known only once all of the time
//! it is over was reported. While that time runs such a test does not hold; once it is over the test waits for the reports
//! that are missing. That a figure is not reached is known unless a report is overdue: what is not due has earned nothing yet.

use crate::clock::Focus;
use crate::engine::Run;
use crate::measure::{Report, is_covered};
use crate::royalty::measures;
use crate::unknown::{Eval, Unknown};
use counterpart_num::{Date, Period};
use counterpart_terms::model::Metric;
use counterpart_terms::value::{Amount, Compare, Measure, Name, Quantity, Window};
use std::collections::BTreeSet;

/// What is lacking.
#[derive(Debug, Clone)]
pub(crate) enum Lack {
    /// A report is overdue.
    Overdue(Unknown),
    /// A report is not due yet.
    Pending(Unknown),
    /// The time is not over.
    Running,
}

impl Run<'_> {
    /// What a comparison comes to, where its figures are known as far as they were told.
    pub(super) fn compared(
        &self,
        (left, op, right): (&Amount, Compare, &Amount),
        holds: bool,
        focus: &Focus,
    ) -> Eval<bool> {
        let grows = as_it_grows((left, op, right));
        // What is yet to be told adds to it: what is reached is reached.
        let settled = match grows {
            Some(Compare::AtLeast | Compare::Above) => holds,
            Some(Compare::Below | Compare::AtMost) => !holds,
            _ => false,
        };
        if settled {
            return Ok(holds);
        }
        let upper = matches!(grows, Some(Compare::Below | Compare::AtMost | Compare::Equal));
        match self.lack(left, focus).or_else(|| self.lack(right, focus)) {
            Some(Lack::Overdue(why)) => Err(why),
            Some(Lack::Pending(why)) if upper => Err(why),
            Some(Lack::Running) if upper => Ok(false),
            _ => Ok(holds),
        }
    }

    /// Whether what is known already of a figure is enough, while the rest of it is not known yet.
    pub(super) fn reached_so_far(
        &self,
        (left, op, right): (&Amount, Compare, &Amount),
        focus: &Focus,
    ) -> Eval<bool> {
        if !matches!(as_it_grows((left, op, right)), Some(Compare::AtLeast | Compare::Above)) {
            return Ok(false);
        }
        let focus = Focus { least: true, ..focus.clone() };
        match (self.amount(left, &focus), self.amount(right, &focus)) {
            (Ok((found, _)), Ok((limit, _))) => Ok(op.holds(found.compare(&limit)?)),
            _ => Ok(false),
        }
    }

    /// Whether a period lies before the first that any figure of an amount was reported for.
    pub(super) fn is_before_the_first(&self, amount: &Amount, period: &Period) -> bool {
        let mut first: Option<Date> = None;
        measures(amount, &mut |measure| {
            for name in self.with_bases(measure.names.clone()) {
                let from = self.metric_on(&name, period.start).and_then(|m| self.reports_from(&name, m));
                first = first.into_iter().chain(from).min();
            }
        });
        first.is_none_or(|first| period.end < first)
    }

    /// What is lacking of the figures of an amount.
    pub(crate) fn lack(&self, amount: &Amount, focus: &Focus) -> Option<Lack> {
        let mut found: Option<Lack> = None;
        measures(amount, &mut |measure| {
            if !matches!(found, Some(Lack::Overdue(_))) {
                found = self.lack_of(measure, focus).or(found.take());
            }
        });
        found
    }

    fn lack_of(&self, measure: &Measure, focus: &Focus) -> Option<Lack> {
        if measure.quantity.is_some() {
            return self.lack_of_payments(measure, focus);
        }
        let name = measure.metric()?;
        let day = self.terms_day(focus);
        let metric = self.metric_on(name, day)?;
        let period = self.window(measure.window.as_ref(), focus).ok()?;
        if let Some(formula) = &metric.computed {
            return self.lack(formula, &Focus { period: Some(period), ..focus.clone() });
        }
        if !metric.is_flow() || matches!(self.determined(name, &period), Ok(Some(_))) {
            return None;
        }
        let estimates = self.money_filter(focus.stream.as_ref(), day).estimates;
        let whole = matches!(measure.window, Some(Window::One { .. } | Window::Each(_) | Window::In(_)));
        let running = whole && self.facts.as_of() <= period.end;
        match self.missing_in(name, metric, &period, estimates) {
            Some(Lack::Overdue(why)) => Some(Lack::Overdue(why)),
            _ if running => Some(Lack::Running),
            lack => lack,
        }
    }

    /// What is lacking of what some payments earned, or of what was paid of them: the time is not over, or not all was
    /// reported that they are on. Until any of it was, nothing can have been too little.
    fn lack_of_payments(&self, measure: &Measure, focus: &Focus) -> Option<Lack> {
        if !matches!(measure.quantity, Some(Quantity::Earned | Quantity::Paid)) {
            return None;
        }
        let window = measure.window.as_ref()?;
        let period = self.window(Some(window), focus).ok()?;
        let whole = matches!(window, Window::One { .. } | Window::Each(_) | Window::In(_));
        let running = (whole && self.facts.as_of() <= period.end).then_some(Lack::Running);
        if measure.quantity == Some(Quantity::Paid) {
            return running;
        }
        let day = self.terms_day(focus);
        let names = self.underlying(self.with_bases(self.payments_in(measure)), day);
        let metrics = names.iter().filter_map(|name| Some((name, self.metric_on(name, day)?)));
        let told = metrics.filter(|(_, metric)| metric.computed.is_none() && metric.is_flow());
        let (mut begun, mut any, mut found) = (false, false, None);
        for (name, metric) in told {
            any = true;
            begun |= self.reports_from(name, metric).is_some_and(|from| from <= period.end);
            match self.missing_in(name, metric, &period, false) {
                Some(Lack::Overdue(why)) => return Some(Lack::Overdue(why)),
                lack => found = found.or(lack),
            }
        }
        if any && !begun {
            return Some(Lack::Running);
        }
        running.or(found)
    }

    /// Which report of a metric is missing in a period, after the first that was made; of several who report, after the
    /// first of each.
    pub(crate) fn missing_in(
        &self,
        name: &Name,
        metric: &Metric,
        period: &Period,
        estimates: bool,
    ) -> Option<Lack> {
        let cycle = self.clock().cycle(metric.cycle.as_ref()?).ok()?;
        let reports = self.reports_for(name, estimates);
        let whose: BTreeSet<Option<&Name>> = reports.iter().map(|report| report.by).collect();
        let apart = whose.len() > 1;
        let mut found = None;
        for by in whose {
            let theirs = |report: &Report<'_>| !apart || report.by == by;
            let first =
                reports.iter().filter(|report| theirs(report)).map(|report| report.period.start).min();
            let begun = if apart { first } else { self.reports_from(name, metric) }?;
            for part in cycle.between(period.start.max(begun), period.end) {
                if part.end > period.end {
                    continue;
                }
                let own = Period::new(part.start.max(begun), part.end).unwrap_or(part);
                let mut told = reports.touching(own.start, own.end);
                told.retain(|report| theirs(report));
                if is_covered(&own, told.into_iter().map(|report| report.period)) {
                    continue;
                }
                let due = self.report_day(metric, part.end).ok()?.unwrap_or(part.end);
                let who = by.filter(|_| apart).map_or(String::new(), |by| format!(" by {by}"));
                let said = format!("`{name}` is not reported{who} for {part}");
                if due < self.facts.as_of() {
                    let why = Unknown::unreported(format!("{said}, which was due"));
                    return Some(Lack::Overdue(why.at(metric.at)));
                }
                found = Some(Lack::Pending(Unknown::unreported(said).at(metric.at)));
            }
        }
        found
    }
}

/// How a figure that only grows stands to a limit that is fixed, where a comparison is of such; seen from the figure.
fn as_it_grows((left, op, right): (&Amount, Compare, &Amount)) -> Option<Compare> {
    let plain = |amount: &Amount| matches!(amount, Amount::Measure(_));
    match (plain(left) && is_fixed(right), plain(right) && is_fixed(left)) {
        (true, _) => Some(op),
        (_, true) => Some(turned(op)),
        _ => None,
    }
}

/// Whether nothing measured is in an amount.
fn is_fixed(amount: &Amount) -> bool {
    let mut fixed = true;
    measures(amount, &mut |_| fixed = false);
    fixed
}

/// A comparison seen from its other side.
fn turned(op: Compare) -> Compare {
    match op {
        Compare::Below => Compare::Above,
        Compare::Above => Compare::Below,
        Compare::AtMost => Compare::AtLeast,
        Compare::AtLeast => Compare::AtMost,
        Compare::Equal => Compare::Equal,
    }
}
