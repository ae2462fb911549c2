//! Which periods a royalty is computed for, and whether a report for one of them is missing.

use super::metrics;
use super::stretch::Stretch;
use crate::engine::Run;
use crate::measure::Report;
use crate::unknown::{Eval, Unknown};
use counterpart_num::{self as num, Date, Period, PeriodKind};
use counterpart_terms::model::Royalty;
use counterpart_terms::value::Moment;

/// How often it is paid: as its `paid` clause says, or as its base is reported.
pub(crate) fn payment_cycle(run: &Run<'_>, royalty: &Royalty) -> Eval<num::Cycle> {
    if let Some(cycle) = royalty.paid.as_ref().and_then(|p| p.each.as_ref()) {
        return run.clock().cycle(cycle);
    }
    let reported =
        metrics(royalty).into_iter().find_map(|m| run.metric_on(&m, run.facts.as_of())?.cycle.clone());
    match reported {
        Some(cycle) => run.clock().cycle(&cycle),
        None => Ok(num::Cycle::new(PeriodKind::Quarter, num::Basis::Calendar)),
    }
}

/// Months inside quarters where reports or reductions go by months.
pub(super) fn finer_kind(run: &Run<'_>, royalty: &Royalty, kind: PeriodKind) -> PeriodKind {
    let reported = metrics(royalty)
        .into_iter()
        .filter_map(|m| run.metric_on(&m, run.facts.as_of())?.cycle.as_ref().map(|c| c.unit));
    let tested = royalty.reductions.iter().filter_map(|r| r.each);
    reported.chain(tested).chain([kind]).min_by_key(|k| k.months()).unwrap_or(kind)
}

/// The periods a royalty is computed for: those of its cycle, or, where neither it nor its base names one and
/// reports do not fit in quarters, those that were reported.
pub(super) fn periods(run: &Run<'_>, royalty: &Royalty, cycle: &num::Cycle) -> Vec<Period> {
    let named = royalty.paid.as_ref().is_some_and(|p| p.each.is_some())
        || metrics(royalty)
            .iter()
            .any(|m| run.metric_on(m, run.facts.as_of()).is_some_and(|m| m.cycle.is_some()));
    let mut reported = reported(run, royalty);
    // What is told whenever it comes in is paid by itself, so long after that day.
    let on_receipt = royalty.paid.as_ref().is_some_and(|p| p.of == Some(Moment::Bare("receipt".into())));
    if !named && on_receipt {
        reported.sort_by_key(|p| (p.start, p.end));
        reported.dedup();
        return reported;
    }
    let fits = |p: &Period| cycle.containing(p.end).is_some_and(|c| c.contains(p.start));
    if named || reported.iter().all(fits) {
        return stretch(run, royalty, cycle)
            .map(|(first, last)| cycle.between(first, last))
            .into_iter()
            .flatten()
            .collect();
    }
    reported.sort_by_key(|p| (p.start, p.end));
    reported.dedup();
    reported
}

/// The periods for which what a royalty is on was reported.
fn reported(run: &Run<'_>, royalty: &Royalty) -> Vec<Period> {
    let mut reported: Vec<Period> = Vec::new();
    for metric in run.underlying(metrics(royalty), run.facts.as_of()) {
        reported.extend(run.reports(&metric).iter().map(|r| r.period));
    }
    reported
}

/// The first and last day that matter.
fn stretch(run: &Run<'_>, royalty: &Royalty, cycle: &num::Cycle) -> Option<(Date, Date)> {
    let reported = reported(run, royalty);
    let first = reported.iter().map(|p| p.start).min();
    let effective = run.clock().effective();
    let start = match (effective, first) {
        (Some(a), Some(b)) => a.min(b),
        (a, b) => a.or(b)?,
    };
    // Contract periods do not exist before their anchor.
    let start = match cycle.basis {
        num::Basis::Contract { anchor } => start.max(anchor),
        _ => start,
    };
    let as_of = run.facts.as_of();
    let ended =
        cycle.containing(as_of).and_then(|p| if p.end <= as_of { Some(p) } else { cycle.previous(&p) });
    let last_reported = reported.iter().map(|p| p.end).max();
    let end = [ended.map(|p| p.end), last_reported].into_iter().flatten().max()?;
    if end < start { None } else { Some((start, end)) }
}

/// Why the base of a stretch without a report is not known, where its report was due: once sales have begun,
/// silence about a quarter is no word that nothing was sold. Before the first report nothing was, and a metric
/// that nobody has to report each period is told when there is something to tell.
///
/// What hangs on it is decided where a sum runs over it (`Memory::since`).
pub(super) fn overdue(stretch: &Stretch<'_, '_>) -> Eval<Option<Unknown>> {
    let (run, sub) = (stretch.run, &stretch.sub);
    let payer = stretch.focus.payer.as_ref();
    for metric in metrics(stretch.royalty) {
        let Some(definition) = run.metric_on(&metric, stretch.period.start) else { continue };
        let Some(cycle) = definition.cycle.as_ref().filter(|_| definition.is_flow()) else { continue };
        let reports = run.reports(&metric);
        let own = |r: &Report<'_>| {
            payer.is_none_or(|p| r.by.is_none_or(|by| by == p || run.members(p).contains(by)))
        };
        let begun = reports.ended_before(sub.start).any(own);
        let told = reports.touching(sub.start, sub.end).into_iter().any(own);
        if !begun || told {
            continue;
        }
        let end = run.clock().cycle(cycle)?.containing(sub.end).map_or(sub.end, |p| p.end);
        let due = match &definition.within {
            Some(within) => run.clock().shift(end, within, false)?,
            None => end,
        };
        if due <= run.facts.as_of() {
            let reason = format!("`{metric}` is not reported for {sub}");
            return Ok(Some(Unknown::unreported(reason).at(definition.at)));
        }
    }
    Ok(None)
}
