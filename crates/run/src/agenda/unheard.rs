//! What nobody ever reported: a licensee that has made no report at all may have had nothing to report, so it is not late, but
//! whoever reads the list has to know that nothing was heard.

use super::{Duty, State};
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty;
use counterpart_num::{Date, Period};
use counterpart_terms::model::Metric;
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

/// A metric of which no report was ever made, though a first might have been due.
struct Silent<'m> {
    name: &'m Name,
    metric: &'m Metric,
    /// The first period of the agreement it would have been for.
    first: Period,
    /// The day by which that would have been made.
    due: Date,
    /// The royalties that are on it.
    bears: Vec<Name>,
}

/// The reports of which not even a first was made, nor anything told that would make one due.
pub(super) fn never_made(run: &Run<'_>) -> Vec<Duty> {
    let told = |silent: Silent<'_>| {
        let bears = format!("; {} is on it", Name::list(&silent.bears));
        let Silent { first, due, .. } = silent;
        Duty {
            state: State::Coming,
            by: Name::list(&silent.metric.reporters),
            unknown: Some(format!(
                "no report was ever made, and no first sale told: a first, for {first}, would have been due on {due}{bears}"
            )),
            ..Duty::new("report", silent.name, run.place(silent.metric.at))
        }
    };
    run.silent().into_iter().map(told).collect()
}

/// The royalties that are on each metric.
fn bearing(run: &Run<'_>) -> BTreeMap<Name, Vec<Name>> {
    let day = run.facts.as_of();
    let mut out: BTreeMap<Name, Vec<Name>> = BTreeMap::new();
    for royalty in run.model_now().royalties.values() {
        for metric in royalty::reported_metrics(run, royalty, day) {
            out.entry(metric).or_default().push(royalty.name.clone());
        }
    }
    out
}

impl<'m> Run<'m> {
    fn silent(&self) -> Vec<Silent<'_>> {
        let today = self.facts.as_of();
        let Some(begun) = self.clock().effective() else { return Vec::new() };
        let mut bears = bearing(self);
        let mut out = Vec::new();
        for (name, metric) in &self.model_now().market.metrics {
            let has_day = metric.within.is_some() || metric.by_day.is_some();
            let Some(cycle) = metric.cycle.as_ref().filter(|_| has_day && metric.computed.is_none()) else {
                continue;
            };
            let Some(bears) = bears.remove(name).filter(|_| self.reports_from(name, metric).is_none()) else {
                continue;
            };
            // Reports that begin with something that has not come are waited for by nobody.
            let from = match &cycle.anchor {
                Some(from) => self.clock().limit(from, &Focus::default()).ok().flatten(),
                None => Some(begun),
            };
            let first = from.and_then(|from| self.clock().cycle(cycle).ok()?.containing(from.max(begun)));
            let Some(first) = first else { continue };
            let Ok(due) = self.report_day(metric, first.end) else { continue };
            let due = due.unwrap_or(first.end);
            let over = self.last_day_of_agreement().is_some_and(|end| end < first.start);
            if due < today && !over {
                out.push(Silent { name, metric, first, due, bears });
            }
        }
        out
    }

    /// What nobody ever reported, in words, each with its clause.
    pub(crate) fn never_reported(&self) -> Vec<crate::trace::Step> {
        let silent = self.silent().into_iter();
        let said = |silent: Silent<'_>| {
            let Silent { name, metric, first, due, .. } = silent;
            let by = Name::list(&metric.reporters);
            let said = format!(
                "{name}: no report was ever made by {by}, and no first sale told; a first, for {first}, would have been due"
            );
            crate::trace::Step::note(said).on(due).by(metric.at)
        };
        silent.map(said).collect()
    }
}
