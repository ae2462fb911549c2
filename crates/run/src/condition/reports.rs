//! Whether a party fails to report: a report it had to make for the period that is tested is overdue.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_num::{Date, Period};
use counterpart_terms::model::Metric;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Whether a report of one of some metrics is overdue: for the period asked about or, asked of a day, for any that
    /// was due before it. `None` where none of them is reported by this party period by period.
    pub(super) fn fails_to_report(
        &self,
        party: &Name,
        what: &[Name],
        day: Date,
        focus: &Focus,
    ) -> Eval<Option<bool>> {
        let tested = focus.period.filter(|period| period.start < period.end);
        let (mut asked, mut unknown) = (false, None);
        for name in what {
            let Some(metric) = self.metric_on(name, day) else { continue };
            if metric.cycle.is_none()
                || !metric.reporters.iter().any(|by| by == party || self.members(by).contains(party))
            {
                continue;
            }
            asked = true;
            match self.is_overdue(name, metric, tested.as_ref(), day) {
                Ok(true) => return Ok(Some(true)),
                Ok(false) => {}
                Err(why) => unknown = Some(why.at(metric.at)),
            }
        }
        unknown.map_or(Ok(asked.then_some(false)), Err)
    }

    /// The days on which a party can come to fail to report something, or to have reported it.
    pub(crate) fn report_turns(&self, what: &[Name]) -> Vec<Date> {
        let mut days: Vec<Date> = self.facts.events().map(|event| event.date).collect();
        let begun = self.clock().effective().or_else(|| self.first_day());
        let Some(begun) = begun else { return days };
        for metric in what.iter().filter_map(|name| self.metric_on(name, self.facts.as_of())) {
            let cycle = metric.cycle.as_ref().and_then(|cycle| self.clock().cycle(cycle).ok());
            for period in cycle.map(|cycle| cycle.between(begun, self.facts.as_of())).unwrap_or_default() {
                let due = self.report_day(metric, period.end).map(|day| day.unwrap_or(period.end));
                days.extend(due.ok().and_then(Date::next_day));
            }
        }
        days
    }

    /// Whether a report of a metric is overdue on a day, of those for periods that end in the one tested.
    pub(super) fn is_overdue(
        &self,
        name: &Name,
        metric: &Metric,
        tested: Option<&Period>,
        day: Date,
    ) -> Eval<bool> {
        let Some(cycle) = &metric.cycle else { return Ok(false) };
        let Some(begun) = self.reports_from(name, metric).filter(|begun| *begun <= day) else {
            return Ok(false);
        };
        let today = day.max(self.facts.as_of());
        let first = tested.map_or(begun, |period| period.start);
        for period in self.clock().cycle(cycle)?.between(first, tested.map_or(today, |period| period.end)) {
            if period.end < begun || tested.is_some_and(|tested| period.end > tested.end) {
                continue;
            }
            let start = period.start.max(begun);
            let mut made = self.reports(name).touching(period.start, period.end).into_iter();
            if made.any(|report| report.period.start <= start && period.end <= report.period.end) {
                continue;
            }
            if self.report_day(metric, period.end)?.unwrap_or(period.end) < today {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
