//! Running payments: from what was reported to what was earned, period by period.
//!
//! A royalty is computed from its first period on, because tiers, caps, credits and minimums remember.
//! Each period keeps its reasons. What is then to be paid, and when, is left to `settle`.

mod advance;
mod base;
mod cuts;
mod limits;
mod memory;
mod rates;
mod tiers;

pub(crate) use advance::OpenAdvances;
pub use base::RoyaltyLine;
pub(crate) use limits::covers;
use memory::Memory;

use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{self as num, Date, Exact, Period, PeriodKind};
use counterpart_terms::model::Royalty;
use counterpart_terms::value::{Amount, Measure, Name};

/// A stretch of a payment period for which everything is computed at once.
#[derive(Debug, Clone)]
pub struct Sub {
    /// Its days.
    pub period: Period,
    /// The lines of the base with what each earns.
    pub lines: Vec<RoyaltyLine>,
    /// The base.
    pub base: Val,
    /// Earned, after reductions and caps.
    pub earned: Val,
    /// Not used up, for later periods.
    pub carried: Val,
    /// Whether anything was reported.
    pub reported: bool,
    /// Why.
    pub steps: Vec<Step>,
}

/// A payment period.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its days.
    pub period: Period,
    /// What it is made of, or why it cannot be computed.
    pub subs: Vec<Eval<Sub>>,
    /// The bases of stretches whose royalty cannot be computed: a rate may be secret where sales are not.
    pub bases: Vec<BaseOnly>,
    /// The advance that falls in it and what became of it, where the royalty has advances of its own.
    pub advance: Option<Advance>,
}

/// An advance of a royalty in a period.
#[derive(Debug, Clone)]
pub struct Advance {
    /// Paid in advance for the period.
    pub paid: Exact,
    /// Earned in the period of this and earlier advances.
    pub earned: Exact,
    /// Not earned yet after the period.
    pub left: Exact,
}

/// What a stretch whose royalty cannot be computed is on.
#[derive(Debug, Clone)]
pub struct BaseOnly {
    /// Its days.
    pub period: Period,
    /// The lines.
    pub lines: Vec<RoyaltyLine>,
    /// Their sum.
    pub base: Val,
}

impl Part {
    /// Earned in the period.
    ///
    /// # Errors
    /// Where a part of it cannot be computed.
    pub fn earned(&self, zero: &Val) -> Eval<Val> {
        self.sum(zero, |sub| sub.earned.clone())
    }

    /// The base of the period.
    ///
    /// # Errors
    /// Where a part of it cannot be computed.
    pub fn base(&self, zero: &Val) -> Eval<Val> {
        let zero = self
            .subs
            .iter()
            .find_map(|s| s.as_ref().ok())
            .map_or(zero.clone(), |s| s.base.with(Exact::zero()));
        self.sum(&zero, |sub| sub.base.clone())
    }

    fn sum(&self, zero: &Val, figure: impl Fn(&Sub) -> Val) -> Eval<Val> {
        let mut total = zero.clone();
        for sub in &self.subs {
            total = total.plus(&figure(sub.as_ref().map_err(Clone::clone)?))?;
        }
        Ok(total)
    }

    /// Whether anything was reported for it.
    pub fn reported(&self) -> bool {
        self.subs.iter().any(|s| s.as_ref().map_or(true, |s| s.reported))
    }

    /// What is carried out of it.
    pub fn carried(&self, zero: &Val) -> Val {
        self.subs.last().and_then(|s| s.as_ref().ok()).map_or(zero.clone(), |s| s.carried.clone())
    }
}

/// A royalty over time, for one payer where a group pays.
#[derive(Debug, Clone)]
pub struct Series {
    /// The periods, oldest first.
    pub parts: Vec<Part>,
}

impl Series {
    pub(crate) fn compute(run: &Run<'_>, name: &Name, payer: Option<&Name>) -> Eval<Series> {
        let royalty = find(run, name, None)?;
        let cycle = payment_cycle(run, royalty)?;
        let finer = finer_kind(run, royalty, cycle.kind);
        let mut parts = Vec::new();
        let mut memory = Memory::default();
        for period in periods(run, royalty, &cycle) {
            // A period keeps the terms it began under.
            let Ok(terms) = find(run, name, Some(period.start)) else { continue };
            let subs =
                if finer.months() >= cycle.kind.months() || cycle.containing(period.end) != Some(period) {
                    vec![period]
                } else {
                    num::Cycle::new(finer, cycle.basis).between(period.start, period.end)
                };
            let paid = memory.open(run, terms, &period)?;
            let (subs, bases): (Vec<Eval<Sub>>, Vec<Option<BaseOnly>>) =
                subs.into_iter().map(|sub| one(run, terms, &sub, &period, payer, &mut memory)).unzip();
            let bases = bases.into_iter().flatten().collect();
            let mut part = Part { period, subs, bases, advance: None };
            part.advance = memory.close(run, terms, &part, paid)?;
            parts.push(part);
        }
        Ok(Series { parts })
    }
}

/// The royalty of this name in the terms of a day, or in any edition.
pub(crate) fn find<'r>(run: &Run<'r>, name: &Name, day: Option<Date>) -> Eval<&'r Royalty> {
    let missing = || Unknown::new(format!("`{name}` is no royalty"));
    match day {
        Some(day) => run.model_on(day).royalties.get(name).ok_or_else(missing),
        None => {
            let mut editions = run.machine.editions.0.iter().rev();
            editions.find_map(|e| e.model.royalties.get(name)).ok_or_else(missing)
        }
    }
}

/// How often it is paid: as its `paid` clause says, or as its base is reported.
pub(crate) fn payment_cycle(run: &Run<'_>, royalty: &Royalty) -> Eval<num::Cycle> {
    if let Some(cycle) = royalty.paid.as_ref().and_then(|p| p.each.as_ref()) {
        return run.clock().cycle(cycle);
    }
    let reported =
        metrics(royalty).into_iter().find_map(|m| run.last_model().market.metrics.get(&m)?.cycle.clone());
    match reported {
        Some(cycle) => run.clock().cycle(&cycle),
        None => Ok(num::Cycle::new(PeriodKind::Quarter, num::Basis::Calendar)),
    }
}

/// The metrics a royalty is on.
pub(crate) fn metrics(royalty: &Royalty) -> Vec<Name> {
    let mut out = Vec::new();
    if let Some(base) = &royalty.base {
        measures(base, &mut |m| out.extend(m.metric().cloned()));
    }
    out
}

/// Visits every measure of an amount.
pub(crate) fn measures(amount: &Amount, visit: &mut dyn FnMut(&Measure)) {
    match amount {
        Amount::Measure(measure) => visit(measure),
        Amount::Sum(terms) => terms.iter().for_each(|(_, a)| measures(a, visit)),
        Amount::Product(factors) => factors.iter().for_each(|(_, a)| measures(a, visit)),
        Amount::Greatest(of) | Amount::Least(of) => of.iter().for_each(|a| measures(a, visit)),
        Amount::Excess(a, b) => {
            measures(a, visit);
            measures(b, visit);
        }
        Amount::Share(_, a) => measures(a, visit),
        _ => {}
    }
}

/// Whether a price is part of an amount: then it is an amount for each unit.
pub(crate) fn is_price(run: &Run<'_>, amount: &Amount) -> bool {
    let mut found = false;
    measures(amount, &mut |m| {
        let metric = m.metric().and_then(|n| run.last_model().market.metrics.get(n));
        found |= metric.is_some_and(|m| m.kind == counterpart_terms::model::MetricKind::Price);
        found |= m.quantity == Some(counterpart_terms::value::Quantity::Price);
    });
    found
}

/// Months inside quarters where reports or reductions go by months.
fn finer_kind(run: &Run<'_>, royalty: &Royalty, kind: PeriodKind) -> PeriodKind {
    let reported = metrics(royalty)
        .into_iter()
        .filter_map(|m| run.last_model().market.metrics.get(&m)?.cycle.as_ref().map(|c| c.unit));
    let tested = royalty.reductions.iter().filter_map(|r| r.each);
    reported.chain(tested).chain([kind]).min_by_key(|k| k.months()).unwrap_or(kind)
}

/// The periods a royalty is computed for: those of its cycle, or, where neither it nor its base names one and
/// reports do not fit in quarters, those that were reported.
fn periods(run: &Run<'_>, royalty: &Royalty, cycle: &num::Cycle) -> Vec<Period> {
    let market = &run.last_model().market;
    let named = royalty.paid.as_ref().is_some_and(|p| p.each.is_some())
        || metrics(royalty).iter().any(|m| market.metrics.get(m).is_some_and(|m| m.cycle.is_some()));
    let mut reported = reported(run, royalty);
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
    for metric in metrics(royalty) {
        let definition = run.last_model().market.metrics.get(&metric);
        let mut inner = vec![metric.clone()];
        if let Some(formula) = definition.and_then(|d| d.computed.as_ref()) {
            measures(formula, &mut |m| inner.extend(m.metric().cloned()));
        }
        for metric in inner {
            reported.extend(run.reports(&metric).iter().map(|r| r.period));
        }
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

/// One stretch of a period: what it earns, or why that cannot be said and what it is on.
fn one(
    run: &Run<'_>,
    royalty: &Royalty,
    sub: &Period,
    period: &Period,
    payer: Option<&Name>,
    memory: &mut Memory,
) -> (Eval<Sub>, Option<BaseOnly>) {
    // Another money than the agreement's needs its own statement; a figure in the wrong money would be worse.
    if royalty.currency.is_some() && royalty.currency != run.last_model().header.currency {
        let reason = format!("`{}` is paid in another currency than the agreement's", royalty.name);
        return (Err(Unknown::new(reason).at(royalty.at)), None);
    }
    let found = match base::lines(run, royalty, sub, period, payer, memory) {
        Ok(found) => found,
        Err(unknown) => return (Err(unknown), None),
    };
    let known = BaseOnly { period: *sub, lines: found.lines.clone(), base: found.base.clone() };
    match earn(run, royalty, sub, payer, found, memory) {
        Ok(sub) => (Ok(sub), None),
        Err(unknown) => (Err(unknown), Some(known)),
    }
}

/// What a stretch earns on its base.
fn earn(
    run: &Run<'_>,
    royalty: &Royalty,
    sub: &Period,
    payer: Option<&Name>,
    found: base::Base,
    memory: &mut Memory,
) -> Eval<Sub> {
    let focus = Focus {
        period: Some(*sub),
        payer: payer.cloned(),
        stream: Some(royalty.name.clone()),
        ..Focus::default()
    };
    if let Some(withheld) = royalty.withheld.first() {
        return Err(Unknown::withheld(withheld));
    }
    let money = Val::money(Exact::zero(), run.currency()?);
    let base::Base { mut lines, base, reported, mut steps } = found;
    // Tiers fill with everything reported, whether or not it earns anything, and whether or not its rate is
    // known.
    let fill = lines.clone();
    let charged = match limits::apply_term(run, royalty, sub, &focus, &mut lines, &mut steps) {
        Ok(()) => rates::charge(run, royalty, sub, &focus, &mut lines, &mut steps, memory),
        Err(unknown) => Err(unknown),
    };
    memory.fill_tiers(run, royalty, sub, &fill, if charged.is_ok() { &lines } else { &[] });
    charged?;
    rates::pass_through(run, royalty, sub, &focus, &mut lines, &mut steps, &money)?;
    let full = cuts::total(&lines, &money)?;
    cuts::by_line(run, royalty, &focus, &mut lines, &mut steps)?;
    let (cut, carried) =
        cuts::together(run, royalty, sub, &focus, &lines, &full, &money, memory, &mut steps)?;
    cuts::scale(&mut lines, &cut);
    let earned = limits::cap(run, royalty, sub, &focus, &cut, memory, &mut steps)?;
    cuts::scale(&mut lines, &earned);
    memory.earned(sub, &earned, &full);
    memory.use_open(run, royalty, &earned);
    let carried = if carried.number().is_zero() { memory.loss(&money) } else { carried };
    let steps = steps.into_iter().map(|step| step.under(royalty.at)).collect();
    Ok(Sub { period: *sub, lines, base, earned, carried, reported, steps })
}
