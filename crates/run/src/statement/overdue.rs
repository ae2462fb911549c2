//! Reports that are overdue: of which periods nothing can be said, and what to write once it is known.

use super::form::Overdue;
use super::{days, inside};
use crate::engine::Run;
use crate::royalty::{self, Missing};
use counterpart_num::{Date, Period};
use counterpart_terms::model::{Metric, MetricKind, Royalty};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The reports that are missing of what a royalty is on, oldest first.
    pub(crate) fn missing_reports(&self, name: &Name, payer: Option<&Name>) -> Vec<Missing> {
        let Ok(series) = self.series_of(name, payer) else { return Vec::new() };
        let subs = series.parts.iter().flat_map(|part| part.subs.iter().flatten());
        subs.filter_map(|sub| sub.missing.clone().filter(|m| m.begun)).collect()
    }

    /// What cannot be said of a royalty because reports of what it is on are overdue: those for periods that follow
    /// each other together.
    pub(crate) fn overdue_reports(&self, name: &Name, asked: Option<&Period>) -> Vec<Overdue> {
        let mut out = Vec::new();
        for payer in self.payers(name) {
            let overdue = self.missing_reports(name, payer.as_ref());
            let mut together: Vec<Vec<&Missing>> = Vec::new();
            for missing in overdue.iter().filter(|m| inside(Some(m.period), m.period.end, asked)) {
                let follows = |last: &&mut Vec<&Missing>| {
                    last.last().is_some_and(|l| {
                        (&l.metric, &l.also) == (&missing.metric, &missing.also)
                            && l.period.end.next_day() == Some(missing.period.start)
                    })
                };
                match together.last_mut().filter(follows) {
                    Some(last) => last.push(missing),
                    None => together.push(vec![missing]),
                }
            }
            out.extend(together.iter().filter_map(|m| self.overdue_block(name, payer.as_ref(), m)));
        }
        out
    }

    /// The day the first payment is due that a missing report belongs to: it may be paid more often than it is
    /// reported.
    fn first_due(&self, royalty: &Royalty, missing: &Missing) -> Option<Date> {
        let day = missing.period.start;
        let cycle = royalty::payment_cycle(self, royalty, day).ok()?;
        self.due_day(royalty, &cycle.containing(day)?).ok().flatten()
    }

    fn overdue_block(&self, name: &Name, payer: Option<&Name>, missing: &[&Missing]) -> Option<Overdue> {
        let (first, last) = (missing.first()?, missing.last()?);
        let mut period = days(&first.period);
        if missing.len() > 1 {
            period.label = format!("{} to {}", first.period, last.period);
            period.end = last.period.end;
        }
        let metric = self.metric_on(&first.metric, first.period.start)?;
        let reporters = || Name::list(&metric.reporters);
        let by = payer.map_or_else(reporters, ToString::to_string);
        let mut reports: Vec<Period> = missing.iter().map(|m| self.reported_for(metric, &m.period)).collect();
        reports.dedup();
        let as_of = self.facts.as_of();
        let bare = self.bare(name, Some(first.period), payer);
        let royalty = royalty::find(self, name, Some(first.period.start)).ok();
        Some(Overdue {
            payment: name.clone(),
            period,
            payer: bare.payer,
            payee: royalty.map(payees).filter(|p| !p.is_empty()).unwrap_or(bare.payee),
            payment_due: royalty.and_then(|r| self.first_due(r, first)),
            reports: reports.len(),
            metric: first.metric.clone(),
            also: first.also.clone(),
            by,
            due: first.due,
            days_overdue: first.due.days_until(as_of),
            entry: format!("{as_of} {}", self.entry_of((&first.metric, metric), payer, &first.period)),
            also_entries: first
                .also
                .iter()
                .filter_map(|also| Some((also, self.metric_on(also, first.period.start)?)))
                .map(|also| format!("{as_of} {}", self.entry_of(also, payer, &first.period)))
                .collect(),
            clause: bare.clause,
            reported: self.place(metric.at),
        })
    }

    /// The period that some days of a metric are reported with: a royalty may begin within it.
    fn reported_for(&self, metric: &Metric, days: &Period) -> Period {
        let cycle = metric.cycle.as_ref().and_then(|cycle| self.clock().cycle(cycle).ok());
        cycle.and_then(|cycle| cycle.containing(days.end)).unwrap_or(*days)
    }

    /// The entry of the journal that reports a metric for some days, without its own day, and with `…` for what nobody has
    /// told.
    pub(crate) fn entry_of(
        &self,
        (name, metric): (&Name, &Metric),
        payer: Option<&Name>,
        days: &Period,
    ) -> String {
        let label = self.reported_for(metric, days).label;
        let whose = match (payer, metric.reporters.len()) {
            (Some(payer), _) => format!(" by {payer}"),
            (None, 0 | 1) => String::new(),
            (None, _) => " by …".to_string(),
        };
        let amount = match (&metric.kind, self.model_now().header.currency) {
            (MetricKind::Money, Some(currency)) => format!("{} …", currency.code()),
            _ => "…".to_string(),
        };
        format!("reported {name}{whose} for {label}: {amount}")
    }
}

/// Those among whom a royalty is divided, where it is.
pub(crate) fn payees(royalty: &Royalty) -> String {
    let all = royalty.payees.iter().chain(royalty.split.iter().flat_map(|band| &band.payees));
    let mut names: Vec<&str> = Vec::new();
    for name in all.map(|p| p.party.as_str()).chain(royalty.rest_to.as_ref().map(Name::as_str)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

impl Overdue {
    /// Everything that is not reported.
    pub fn metrics(&self) -> impl Iterator<Item = &Name> {
        std::iter::once(&self.metric).chain(&self.also)
    }

    /// In one line, for the list of what is not computed.
    pub fn in_words(&self) -> String {
        let Overdue { payment, period, due, .. } = self;
        let which =
            if self.reports > 1 || !self.also.is_empty() { "the first was due" } else { "it was due" };
        let by = if self.by.is_empty() { String::new() } else { format!(" by {}", self.by) };
        let metrics: Vec<String> = self.metrics().map(|metric| format!("`{metric}`")).collect();
        let (metrics, is) = (metrics.join(", "), if self.also.is_empty() { "is" } else { "are" });
        format!("{payment}: {metrics} {is} not reported{by} for {}; {which} on {due}", period.label)
    }
}
