//! Which periods a royalty is computed for, and whether a report for one of them is missing.

use super::stretch::Stretch;
use super::{Part, find, metrics, reported_metrics};
use crate::engine::Run;
use crate::facts::first_sale::SaleOf;
use crate::measure::Report;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_num::{self as num, Date, Period, PeriodKind};
use counterpart_terms::model::{Metric, Royalty};
use counterpart_terms::value::{Cycle, Moment, Name};

/// How often it is paid in the terms of a day: as its `paid` clause says, or as its base is reported.
pub(crate) fn payment_cycle(run: &Run<'_>, royalty: &Royalty, day: Date) -> Eval<num::Cycle> {
    if let Some(cycle) = royalty.paid.as_ref().and_then(|p| p.each.as_ref()) {
        return run.clock().cycle(cycle);
    }
    match metrics(royalty).into_iter().find_map(|m| run.metric_on(&m, day)?.cycle.clone()) {
        Some(cycle) => run.clock().cycle(&cycle),
        None => Ok(num::Cycle::new(PeriodKind::Quarter, num::Basis::Calendar)),
    }
}

/// Months inside quarters where reports or reductions go by months.
pub(super) fn finer_kind(run: &Run<'_>, royalty: &Royalty, kind: PeriodKind, day: Date) -> PeriodKind {
    let reported =
        metrics(royalty).into_iter().filter_map(|m| run.metric_on(&m, day)?.cycle.as_ref().map(|c| c.unit));
    let tested = royalty.reductions.iter().filter_map(|r| r.each);
    reported.chain(tested).chain([kind]).min_by_key(|k| k.months()).unwrap_or(kind)
}

/// What a royalty is computed for at once: a payment period, or several that were told of only together.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    /// Its days.
    pub period: Period,
    /// The payment periods in it: itself, or those that were told of together.
    pub of: Vec<Period>,
}

impl Span {
    /// A payment period by itself.
    fn alone(period: Period) -> Span {
        Span { period, of: vec![period] }
    }
}

/// Why what hangs on one of several payment periods told of together cannot be said.
pub(crate) fn as_a_whole(run: &Run<'_>, royalty: &Royalty, period: &Period) -> Unknown {
    let each = payment_cycle(run, royalty, period.start).map_or("period".into(), |c| c.kind.to_string());
    Unknown::new(format!("reported for {period} as a whole: what belongs to each {each} is not said"))
}

/// The periods a royalty is computed for, under all its terms, for a payer where each reports for itself.
pub(crate) fn periods(run: &Run<'_>, name: &Name, payer: Option<&Name>) -> Eval<Vec<Span>> {
    let last = find(run, name, None)?;
    let over_time = run.royalty_over_time(name);
    let editions = run.machine.editions.0.iter().filter_map(|e| e.from);
    // The first edition is that of all days before the next.
    let days: Vec<Date> = std::iter::once(Date::MIN).chain(editions).collect();
    let mut cycles: Vec<(Date, &Royalty, num::Cycle)> = Vec::new();
    for day in days {
        let in_force = over_time.iter().rev().find(|(from, _)| from.is_none_or(|from| from <= day));
        let Some((_, royalty)) = in_force.or(over_time.first()) else { continue };
        let cycle = payment_cycle(run, royalty, day)?;
        if cycles.last().is_none_or(|(_, _, before)| *before != cycle) {
            cycles.push((day, royalty, cycle));
        }
    }
    let periods = match cycles.as_slice() {
        [(_, _, cycle)] => of_one_cycle(run, last, cycle),
        _ => of_cycles(run, &cycles),
    };
    let periods = told_as_one(periods, &reported(run, last, payer));
    // Nothing is owed before a minimum begins; since when that is has to be known.
    if periods.is_empty() && run.clock().effective().is_none() {
        run.minimums_begin(last)?;
    }
    Ok(periods)
}

/// The periods where amendments change how often it is paid: each keeps the length of the terms it began under, and
/// what is then left of the first period of other terms is one by itself.
fn of_cycles(run: &Run<'_>, cycles: &[(Date, &Royalty, num::Cycle)]) -> Vec<Period> {
    let mut out: Vec<Period> = Vec::new();
    for (index, (from, royalty, cycle)) in cycles.iter().enumerate() {
        let Some((first, last)) = stretch(run, royalty, cycle) else { continue };
        let until = cycles.get(index + 1).map(|(next, _, _)| *next);
        let begin = out.last().and_then(|p| p.end.next_day()).unwrap_or(first).max(*from);
        for period in cycle.between(begin, last).into_iter().filter(|p| until.is_none_or(|u| p.start < u)) {
            out.extend(match period.start < begin && !out.is_empty() {
                true => Period::new(begin, period.end),
                false => Some(period),
            });
        }
    }
    out
}

/// The periods of one cycle, or, where neither the royalty nor its base names one and reports do not fit in quarters,
/// those that were reported.
fn of_one_cycle(run: &Run<'_>, royalty: &Royalty, cycle: &num::Cycle) -> Vec<Period> {
    let named = royalty.paid.as_ref().is_some_and(|p| p.each.is_some())
        || metrics(royalty)
            .iter()
            .any(|m| run.metric_on(m, run.facts.as_of()).is_some_and(|m| m.cycle.is_some()));
    let mut reported = reported(run, royalty, None);
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

/// Periods of payment that were reported together, and not one by one, are settled as one: what was earned in each
/// nobody says.
fn told_as_one(periods: Vec<Period>, reported: &[Period]) -> Vec<Span> {
    let begins = |day: Date| periods.binary_search_by_key(&day, |p| p.start);
    let whole = |told: &Period| {
        let (first, last) = (begins(told.start).ok()?, periods.partition_point(|p| p.end < told.end));
        let ends = periods.get(last).is_some_and(|p| p.end == told.end);
        let apart = reported.iter().any(|one| one != told && told.start <= one.end && one.start <= told.end);
        (first < last && ends && !apart).then_some((first, last, *told))
    };
    let mut together: Vec<(usize, usize, Period)> = reported.iter().filter_map(whole).collect();
    together.sort_by_key(|(first, ..)| *first);
    together.dedup();
    let mut out = Vec::new();
    let mut next = 0;
    for (first, last, told) in together {
        out.extend(periods.iter().take(first).skip(next).copied().map(Span::alone));
        let of = periods.iter().take(last + 1).skip(first).copied().collect();
        out.push(Span { period: told, of });
        next = last + 1;
    }
    out.extend(periods.iter().skip(next).copied().map(Span::alone));
    out
}

/// The periods for which what a royalty is on was reported, by a payer where one is named.
fn reported(run: &Run<'_>, royalty: &Royalty, payer: Option<&Name>) -> Vec<Period> {
    let own =
        |r: &&Report<'_>| payer.is_none_or(|p| r.by.is_none_or(|by| by == p || run.members(p).contains(by)));
    let mut reported: Vec<Period> = Vec::new();
    for metric in reported_metrics(run, royalty, run.facts.as_of()) {
        reported.extend(run.reports_to(royalty, &metric).iter().filter(own).map(|r| r.period));
    }
    reported
}

/// The first and last day that matter: from the effective day or, where none is told, from the day a minimum begins,
/// which is owed whether or not anything is reported.
fn stretch(run: &Run<'_>, royalty: &Royalty, cycle: &num::Cycle) -> Option<(Date, Date)> {
    let reported = reported(run, royalty, None);
    // An estimate tells that there is something to report.
    let metrics = reported_metrics(run, royalty, run.facts.as_of());
    let first = metrics.iter().flat_map(|m| run.expected(m).iter()).map(|r| r.period.start).min();
    let begun = run.clock().effective().or_else(|| run.minimums_begin(royalty).ok().flatten());
    let start = first.into_iter().chain(begun).min()?;
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

/// A report that was due and was not made.
#[derive(Debug, Clone)]
pub struct Missing {
    /// Of what.
    pub metric: Name,
    /// Of what else for the same days.
    pub also: Vec<Name>,
    /// For which days.
    pub period: Period,
    /// The day it was due.
    pub due: Date,
    /// Whether anything was reported before, or a first sale was told: once sales have begun, silence about a quarter
    /// is no word that nothing was sold. Before, nothing was.
    pub begun: bool,
    /// Why the figures of these days are not known.
    pub why: Unknown,
}

/// The report that is missing for a stretch, where one was due. A metric that nobody has to report each period is
/// told when there is something to tell.
///
/// What hangs on it is decided where a sum runs over it (`Memory::since`).
pub(super) fn missing(stretch: &Stretch<'_, '_>) -> Eval<Option<Missing>> {
    let mut all: Vec<Missing> = Vec::new();
    for metric in reported_metrics(stretch.run, stretch.royalty, stretch.period.start) {
        all.extend(missing_of(stretch, &metric)?);
    }
    // What was begun comes first, and is what may not count as nothing.
    all.sort_by_key(|missing| !missing.begun);
    let mut all = all.into_iter();
    let Some(mut first) = all.next() else { return Ok(None) };
    for other in all.filter(|other| other.begun && other.metric != first.metric) {
        if !first.also.contains(&other.metric) {
            first.also.push(other.metric);
        }
    }
    Ok(Some(first))
}

/// The report of one metric that is missing for a stretch.
pub(super) fn missing_of(stretch: &Stretch<'_, '_>, metric: &Name) -> Eval<Option<Missing>> {
    missing_for(stretch, metric, stretch.sub)
}

/// A report that is missing of what a computed base needs: the stretch may have several of its periods. Where it is not
/// known when reports are due, none is missed.
pub(super) fn missing_below(stretch: &Stretch<'_, '_>) -> Option<Missing> {
    let (run, sub) = (stretch.run, stretch.sub);
    reported_metrics(run, stretch.royalty, stretch.period.start).into_iter().find_map(|metric| {
        let cycle = run.metric_on(&metric, stretch.period.start)?.cycle.as_ref()?;
        let mut periods = run.clock().cycle(cycle).ok()?.between(sub.start, sub.end).into_iter();
        periods.find_map(|one| {
            let days = Period::new(one.start.max(sub.start), one.end.min(sub.end))?;
            let days = if (days.start, days.end) == (one.start, one.end) { one } else { days };
            missing_for(stretch, &metric, days).ok().flatten().filter(|missing| missing.begun)
        })
    })
}

/// The report of one metric that is missing for some days of a stretch.
fn missing_for(stretch: &Stretch<'_, '_>, metric: &Name, sub: Period) -> Eval<Option<Missing>> {
    let run = stretch.run;
    let payer = stretch.focus.payer.as_ref();
    let Some(definition) = run.metric_on(metric, stretch.period.start) else { return Ok(None) };
    let Some(cycle) = definition.cycle.as_ref().filter(|_| definition.is_flow()) else { return Ok(None) };
    let reports = run.reports_to(stretch.royalty, metric);
    let own =
        |r: &Report<'_>| payer.is_none_or(|p| r.by.is_none_or(|by| by == p || run.members(p).contains(by)));
    if reports.touching(sub.start, sub.end).into_iter().any(own) {
        return Ok(None);
    }
    let sold = |product| run.facts.first_sale_told(&SaleOf { product, ..SaleOf::default() }, payer);
    let first_sale = match definition.of.as_slice() {
        [] => sold(None),
        products => products.iter().filter_map(|p| sold(Some(p))).min(),
    };
    let expected = run.expected(metric);
    let estimated = || expected.touching(sub.start, sub.end).into_iter().any(own);
    let before = expected.ended_before(sub.start).any(own) || estimated();
    let begun = before || first_sale.is_some_and(|day| day <= sub.end);
    let due = report_due(run, definition, cycle, &sub)?;
    let why = Unknown::unreported(format!("`{metric}` is not reported for {sub}")).at(definition.at);
    let missing = Missing { metric: metric.clone(), also: Vec::new(), period: sub, due, begun, why };
    // On the day it is due it may still come.
    Ok((due < run.facts.as_of()).then_some(missing))
}

/// The day the report of a metric for some days is due.
fn report_due(run: &Run<'_>, metric: &Metric, cycle: &Cycle, days: &Period) -> Eval<Date> {
    let end = run.clock().cycle(cycle)?.containing(days.end).map_or(days.end, |p| p.end);
    Ok(run.report_day(metric, end)?.unwrap_or(end))
}

/// That what a royalty earned in the periods that count by a day is known.
///
/// # Errors
/// Where a report of them may still come, or does not come though it is due.
pub(crate) fn heard_by(
    run: &Run<'_>,
    royalty: &Royalty,
    parts: &[Part],
    day: Date,
    counts: &dyn Fn(&Period) -> bool,
) -> Eval<()> {
    let as_of = run.facts.as_of();
    let counted: Vec<&Part> = parts.iter().filter(|p| counts(&p.period)).collect();
    if let Some(why) = counted.iter().find_map(|p| p.overdue()) {
        return Err(Unknown { gap: Gap::Missing, ..why.clone() });
    }
    // The period the day falls in may not be over.
    let running = payment_cycle(run, royalty, day)?.containing(day).filter(|p| p.end > as_of && counts(p));
    let last = counted.last().filter(|p| running.is_none_or(|running| running == p.period));
    let Some(last) = last.map(|p| p.period).or(running) else { return Ok(()) };
    if counted.iter().any(|p| p.period == last && p.reported()) {
        return Ok(());
    }
    for metric in reported_metrics(run, royalty, day) {
        let Some(definition) = run.metric_on(&metric, day) else { continue };
        let cycle = definition.cycle.as_ref().filter(|_| definition.is_flow());
        let due = cycle.map_or(Ok(last.end), |cycle| report_due(run, definition, cycle, &last))?;
        if due >= as_of {
            return Err(Unknown::not_yet(format!("`{metric}` is not reported for {last} yet")));
        }
    }
    Ok(())
}

/// Periods in words: those that follow each other as one stretch.
pub(crate) fn in_words(periods: &[Period]) -> String {
    let mut runs: Vec<(Period, Period)> = Vec::new();
    for period in periods {
        match runs.last_mut().filter(|(_, last)| last.end.next_day() == Some(period.start)) {
            Some((_, last)) => *last = *period,
            None => runs.push((*period, *period)),
        }
    }
    let said = |(a, b): &(Period, Period)| if a == b { a.to_string() } else { format!("{a} to {b}") };
    runs.iter().map(said).collect::<Vec<_>>().join(", ")
}
