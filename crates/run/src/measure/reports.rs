//! The reports in force, those of a metric read once for all questions asked of a day: found by metric and by day.
//!
//! An estimate is no report. It stands in for one only where a royalty says that it is paid on estimates.

use crate::engine::Run;
use counterpart_ledger::{EventKind, SaleLine};
use counterpart_num::{Date, Period};
use counterpart_terms::model::Royalty;
use counterpart_terms::value::Name;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// A report in force.
#[derive(Clone)]
pub(crate) struct Report<'m> {
    pub period: Period,
    pub by: Option<&'m Name>,
    pub lines: Vec<&'m SaleLine>,
    /// It is what somebody expected.
    pub estimated: bool,
}

impl Report<'_> {
    /// What was done: reported, or estimated.
    pub fn word(&self) -> &'static str {
        if self.estimated { "estimated" } else { "reported" }
    }
}

/// The reports of a metric, in the order they were made.
#[derive(Clone, Default)]
pub(crate) struct Reports<'m> {
    all: Vec<Report<'m>>,
    /// Where the reports stand for periods that begin on a day.
    starts: BTreeMap<Date, Vec<usize>>,
    /// Where the reports stand for periods that end on a day.
    ends: BTreeMap<Date, Vec<usize>>,
    /// The names that any line is about.
    named: BTreeSet<&'m Name>,
    /// The days of the longest period reported, but one.
    longest: i64,
}

impl<'m> Reports<'m> {
    fn add(&mut self, report: Report<'m>) {
        self.longest = self.longest.max(report.period.start.days_until(report.period.end));
        self.named.extend(report.lines.iter().flat_map(|l| &l.cell));
        self.starts.entry(report.period.start).or_default().push(self.all.len());
        self.ends.entry(report.period.end).or_default().push(self.all.len());
        self.all.push(report);
    }

    /// All of them, in the order they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Report<'m>> {
        self.all.iter()
    }

    /// Those for periods that begin on some of these days, in the order they were made.
    fn starting(&self, from: Date, to: Date) -> Vec<&Report<'m>> {
        if from > to {
            return Vec::new();
        }
        let mut found: Vec<usize> = self.starts.range(from..=to).flat_map(|(_, at)| at).copied().collect();
        found.sort_unstable();
        found.into_iter().filter_map(|at| self.all.get(at)).collect()
    }

    /// Those for periods inside a stretch of days. Asked of a day, what is reported for the period it lies in counts.
    pub fn within(&self, from: Date, to: Date) -> Vec<&Report<'m>> {
        let mut found = if from == to { self.touching(from, to) } else { self.starting(from, to) };
        found.retain(|r| (r.period.start >= from && r.period.end <= to) || from == to);
        found
    }

    /// Those for periods that have a day in common with a stretch of days.
    pub fn touching(&self, from: Date, to: Date) -> Vec<&Report<'m>> {
        let earliest = from.add_days(-self.longest).unwrap_or(Date::MIN);
        let mut found = self.starting(earliest, to);
        found.retain(|r| r.period.end >= from);
        found
    }

    /// Those for periods that ended before a day, the last to end first.
    pub fn ended_before(&self, day: Date) -> impl Iterator<Item = &Report<'m>> {
        let found = self.ends.range(..day).rev().flat_map(|(_, at)| at);
        found.filter_map(|at| self.all.get(*at))
    }

    /// Those for periods begun by a day, the last to end first; of one end, the last made first.
    pub fn latest_by(&self, day: Date) -> impl Iterator<Item = &Report<'m>> {
        let last = day.add_days(self.longest).unwrap_or(Date::MAX);
        let found = self.ends.range(..=last).rev().flat_map(|(_, at)| at.iter().rev());
        found.filter_map(|at| self.all.get(*at)).filter(move |r| r.period.start <= day)
    }

    /// Whether any line is about this name.
    pub fn names(&self, name: &Name) -> bool {
        self.named.contains(name)
    }
}

/// The reports of every metric that anything was told of, each read when first asked for.
pub(crate) struct AllReports<'m>(BTreeMap<Name, OnceCell<OfMetric<'m>>>);

/// The reports of a metric.
struct OfMetric<'m> {
    made: Reports<'m>,
    /// With the estimates that stand in for what is not reported, where there are any.
    expected: Option<Reports<'m>>,
}

impl<'m> Run<'m> {
    /// The reports of a metric in force: a correction has taken the place of the line it names.
    pub(crate) fn reports(&self, metric: &Name) -> &Reports<'m> {
        self.reports_of(metric).map_or(&self.no_reports, |of| &of.made)
    }

    /// The same, with the estimates that stand in for what is not reported.
    pub(crate) fn expected(&self, metric: &Name) -> &Reports<'m> {
        let expected = self.reports_of(metric).and_then(|of| of.expected.as_ref());
        expected.unwrap_or_else(|| self.reports(metric))
    }

    /// The reports that a question goes by: with estimates, or without.
    pub(crate) fn reports_for(&self, metric: &Name, estimates: bool) -> &Reports<'m> {
        if estimates { self.expected(metric) } else { self.reports(metric) }
    }

    /// What a royalty goes by: an estimate where it says that it is paid on one.
    pub(crate) fn reports_to(&self, royalty: &Royalty, metric: &Name) -> &Reports<'m> {
        self.reports_for(metric, royalty.estimated.is_some())
    }

    /// The first day anything was reported for.
    pub(crate) fn first_reported(&self) -> Option<Date> {
        let told = self.all_reports().0.keys().filter_map(|metric| self.reports_of(metric));
        let all = told.flat_map(|of| [Some(&of.made), of.expected.as_ref()]).flatten();
        all.filter_map(|reports| reports.starts.first_key_value()).map(|(day, _)| *day).min()
    }

    fn all_reports(&self) -> &AllReports<'m> {
        self.reports.get_or_init(|| {
            AllReports(self.facts.metrics_told().map(|name| (name.clone(), OnceCell::new())).collect())
        })
    }

    fn reports_of(&self, metric: &Name) -> Option<&OfMetric<'m>> {
        let of = self.all_reports().0.get(metric)?;
        Some(of.get_or_init(|| self.read_reports(metric)))
    }

    fn read_reports(&self, metric: &Name) -> OfMetric<'m> {
        let clock = self.clock();
        let mut made = Reports::default();
        for report in self.facts.reports_in_force(metric) {
            let period = match report.label {
                Some(label) => clock.period(label, report.by),
                None => Period::new(report.date, report.date),
            };
            if let Some(period) = period {
                made.add(Report { period, by: report.by, lines: report.lines, estimated: false });
            }
        }
        // An estimate stands in until there are reports for all its days; the last one counts.
        let mut estimates: BTreeMap<Period, Report<'m>> = BTreeMap::new();
        for event in self.facts.estimates_of(metric) {
            let EventKind::Estimated { label, lines, .. } = &event.kind else { continue };
            let Some(period) = clock.period(*label, None) else { continue };
            if !is_covered(&period, made.iter().map(|report| report.period)) {
                let report = Report { period, by: None, lines: lines.iter().collect(), estimated: true };
                estimates.insert(period, report);
            }
        }
        let expected = (!estimates.is_empty()).then(|| {
            let mut expected = made.clone();
            estimates.into_values().for_each(|report| expected.add(report));
            expected
        });
        OfMetric { made, expected }
    }
}

/// Whether each day of a period lies in one of others.
pub(crate) fn is_covered(period: &Period, by: impl Iterator<Item = Period>) -> bool {
    let mut all: Vec<Period> = by.collect();
    all.sort_by_key(|p| p.start);
    let mut open = Some(period.start);
    for one in all {
        if open.is_some_and(|day| one.contains(day)) {
            open = one.end.next_day();
        }
    }
    open.is_none_or(|day| day > period.end)
}
