//! Whether something is reported, or not reported: a report that had to be made by a day is overdue from the day after.
//!
//! Nothing is `not reported` before a report of it is due, as nothing is `not paid` before it is due; and who fails to report
//! is who had to make such a report.

use crate::clock::Focus;
use crate::engine::Run;
use crate::measure::{AskedReport, is_covered};
use crate::unknown::{Eval, Unknown};
use counterpart_num::{Date, Period};
use counterpart_terms::model::Metric;
use counterpart_terms::value::Name;

/// A report of a metric that was not made in time.
pub(crate) struct OverdueReport {
    /// The metric.
    pub metric: Name,
    /// What was to be reported, and when.
    pub asked: AskedReport,
}

impl Run<'_> {
    /// Whether something is reported on a day: for the period asked about or, asked of a day, once it was and none of its
    /// reports is overdue.
    pub(super) fn is_reported(&self, name: &Name, day: Date, focus: &Focus) -> Eval<bool> {
        let tested = tested(focus);
        for (name, _) in self.metrics_of(name, day)? {
            let told = match &tested {
                Some(period) => is_covered(period, self.reports(&name).iter().map(|report| report.period)),
                None => self.reports(&name).iter().next().is_some(),
            };
            if !told {
                return Ok(false);
            }
        }
        Ok(tested.is_some() || !self.misses_report(name, None, self.last_missed(day))?)
    }

    /// Whether something is not reported on a day: a report of it is overdue, for a period that ends in the one asked about
    /// where there is one.
    pub(super) fn is_not_reported(&self, name: &Name, day: Date, focus: &Focus) -> Eval<bool> {
        self.misses_report(name, tested(focus), self.last_missed(day))
    }

    /// Whether something was not reported by a day, the last on which it could be: nothing was, or not all that was due.
    pub(super) fn was_not_reported_by(&self, name: &Name, on: Date) -> Eval<bool> {
        self.as_it_was(on, |run| {
            Ok(!run.is_reported(name, on, &Focus::default())? || run.misses_report(name, None, Some(on))?)
        })
    }

    /// Whether a report of something is missing that was due up to a day.
    fn misses_report(&self, name: &Name, tested: Option<Period>, last: Option<Date>) -> Eval<bool> {
        let metrics = self.metrics_of(name, self.facts.as_of())?;
        let mut all = metrics.iter().map(|(name, metric)| (name, *metric));
        self.is_any_overdue(&mut all, tested, last)
    }

    /// Whether a party fails to report one of some metrics: a report it had to make is overdue, for the period asked about
    /// or, asked of a day, for any that was due before it. `None` where none of them is reported by this party period by
    /// period.
    pub(super) fn fails_to_report(
        &self,
        party: &Name,
        what: &[Name],
        day: Date,
        focus: &Focus,
    ) -> Eval<Option<bool>> {
        let own = self.reported_by(party, what, day);
        if own.is_empty() {
            return Ok(None);
        }
        let mut own = own.iter().map(|(name, metric)| (name, *metric));
        self.is_any_overdue(&mut own, tested(focus), self.last_missed(day)).map(Some)
    }

    /// The reports of what a test names that were due up to a day and are not made: of a party where it is on one.
    pub(crate) fn overdue_of(
        &self,
        party: Option<&Name>,
        what: &[Name],
        last: Option<Date>,
    ) -> Vec<OverdueReport> {
        let today = self.facts.as_of();
        let metrics = match party {
            Some(party) => self.reported_by(party, what, today),
            None => what.iter().flat_map(|name| self.metrics_of(name, today).unwrap_or_default()).collect(),
        };
        let overdue = metrics.into_iter().flat_map(|(name, metric)| {
            let asked = self.reports_asked(&name, metric, self.facts.as_of()).unwrap_or_default();
            let late = asked.into_iter().filter(move |asked| asked.is_missing_on(last) == Ok(true));
            late.map(move |asked| OverdueReport { metric: name.clone(), asked })
        });
        overdue.collect()
    }

    /// The days on which something can come to be reported, or not to be.
    pub(crate) fn report_turns(&self, what: &[Name]) -> Vec<Date> {
        let today = self.facts.as_of();
        let mut days: Vec<Date> = self.facts.events().map(|event| event.date).collect();
        for name in what {
            for (name, metric) in self.metrics_of(name, today).unwrap_or_default() {
                let asked = self.reports_asked(&name, metric, today).unwrap_or_default();
                days.extend(asked.into_iter().filter_map(|asked| asked.due.ok()?.next_day()));
            }
        }
        days
    }

    /// The metrics among some that a party reports for each period, or on a day of each year.
    fn reported_by(&self, party: &Name, what: &[Name], day: Date) -> Vec<(Name, &Metric)> {
        let own = |metric: &Metric| {
            let regular = metric.cycle.is_some() || metric.each_year_on.is_some();
            regular && metric.reporters.iter().any(|by| by == party || self.members(by).contains(party))
        };
        let known = what.iter().filter_map(|name| Some((name.clone(), self.metric_on(name, day)?)));
        known.filter(|(_, metric)| own(metric)).collect()
    }

    /// The metrics that are reported under a name: those a computed one is made of, or a royalty is on.
    fn metrics_of(&self, name: &Name, day: Date) -> Eval<Vec<(Name, &Metric)>> {
        let names = self.underlying(self.with_bases(vec![name.clone()]), day);
        let told = names.into_iter().filter_map(|name| {
            let metric = self.metric_on(&name, day)?;
            metric.computed.is_none().then_some((name, metric))
        });
        let told: Vec<(Name, &Metric)> = told.collect();
        match told.is_empty() {
            true => Err(Unknown::new(format!("`{name}` is nothing that is reported"))),
            false => Ok(told),
        }
    }

    /// Whether a report of one of some metrics is missing that was due up to a day, of those for periods that end in the one
    /// tested.
    fn is_any_overdue(
        &self,
        metrics: &mut dyn Iterator<Item = (&Name, &Metric)>,
        tested: Option<Period>,
        last: Option<Date>,
    ) -> Eval<bool> {
        let mut unknown = None;
        for (name, metric) in metrics {
            let missing = self.reports_asked(name, metric, self.facts.as_of()).map(|asked| {
                let within =
                    |asked: &AskedReport| tested.is_none_or(|tested| tested.contains(asked.period.end));
                asked.into_iter().filter(within).map(|asked| asked.is_missing_on(last)).collect()
            });
            let missing: Vec<Eval<bool>> = missing.unwrap_or_else(|why| vec![Err(why)]);
            if missing.contains(&Ok(true)) {
                return Ok(true);
            }
            unknown = unknown.or(missing.into_iter().find_map(Result::err).map(|why| why.at(metric.at)));
        }
        unknown.map_or(Ok(false), Err)
    }

    /// The last day on which what was due is missed on a day: what is due today can still be done.
    fn last_missed(&self, day: Date) -> Option<Date> {
        day.max(self.facts.as_of()).prev_day()
    }
}

impl AskedReport {
    /// Whether it was due up to a day, and was not made.
    fn is_missing_on(&self, last: Option<Date>) -> Eval<bool> {
        if self.made {
            return Ok(false);
        }
        let due = self.due.clone()?;
        Ok(last.is_some_and(|last| due <= last))
    }
}

/// The period a test asks about, where it is not asked of a day.
fn tested(focus: &Focus) -> Option<Period> {
    focus.period.filter(|period| period.start < period.end)
}
