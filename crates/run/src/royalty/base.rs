//! What a royalty is on: the reported lines, or a formula.

use super::memory::Memory;
use crate::clock::Focus;
use crate::engine::Run;
use crate::measure::{Filter, Line};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{Metric, MetricKind, Royalty};
use counterpart_terms::value::{Amount, Measure, Name, Sign};

/// A line of the base with what it earns.
#[derive(Debug, Clone)]
pub struct RoyaltyLine {
    /// Product, field, country, customer.
    pub cell: Vec<Name>,
    /// The base.
    pub base: Val,
    /// Earned before reductions.
    pub full: Val,
    /// Earned.
    pub due: Val,
    /// The day it came about, where it is reported for a day rather than a period.
    pub day: Option<Period>,
    /// Where the base comes from.
    pub step: Step,
}

/// The base of a stretch.
pub(super) struct Base {
    pub lines: Vec<RoyaltyLine>,
    pub base: Val,
    pub reported: bool,
    pub steps: Vec<Step>,
}

pub(super) fn lines(
    run: &Run<'_>,
    royalty: &Royalty,
    sub: &Period,
    period: &Period,
    payer: Option<&Name>,
    memory: &mut Memory,
) -> Eval<Base> {
    let money = Val::money(Exact::zero(), run.currency()?);
    let Some(base) = &royalty.base else {
        return Ok(Base { lines: Vec::new(), base: money, reported: false, steps: Vec::new() });
    };
    // Units are counted in numbers also where none were reported.
    let money = if in_units(run, base) { Val::Number(Exact::zero()) } else { money };
    let mut reported = false;
    let mut lines = Vec::new();
    if let Some(terms) = flows(run, base) {
        for (sign, measure) in terms {
            let found = flow_lines(run, royalty, measure, sub, period, payer)?;
            reported |= !found.is_empty() || is_reported(run, measure, sub);
            lines.extend(found.into_iter().map(|line| royalty_line(line, sign)));
        }
    } else {
        let focus = Focus {
            period: Some(*sub),
            payer: payer.cloned(),
            stream: Some(royalty.name.clone()),
            ..Focus::default()
        };
        if any_reported(run, base, sub) {
            let (value, step) = run.amount(base, &focus).map_err(|u| u.at(royalty.at))?;
            reported = true;
            lines.push(RoyaltyLine {
                cell: Vec::new(),
                base: value.clone(),
                full: value.with(Exact::zero()),
                due: value.with(Exact::zero()),
                day: None,
                step: Step::new("base", value).from(vec![step]),
            });
        }
    }
    let mut total = lines.first().map_or(money, |l| l.base.with(Exact::zero()));
    for line in &lines {
        total = total.plus(&line.base)?;
    }
    let mut steps: Vec<Step> = lines.iter().map(|l| l.step.clone()).collect();
    // Only where there is a loss do the lines stop adding up to the base.
    if total.number().is_negative() || !memory.loss.is_zero() {
        total = carry_loss(royalty, total, &mut lines, &mut steps, memory);
    }
    Ok(Base { lines, base: total, reported, steps })
}

/// Whether a base is counted in units rather than in money.
fn in_units(run: &Run<'_>, base: &Amount) -> bool {
    let mut units = false;
    super::measures(base, &mut |m| {
        let metric = m.metric().and_then(|n| run.last_model().market.metrics.get(n));
        units |= metric.is_some_and(|m| matches!(m.kind, MetricKind::Count(_)));
    });
    units && matches!(base, Amount::Measure(_))
}

fn royalty_line(line: Line, sign: Sign) -> RoyaltyLine {
    let base = match sign {
        Sign::Plus => line.value,
        Sign::Less => line.value.with(-line.value.number().clone()),
    };
    RoyaltyLine {
        cell: line.cell,
        full: base.with(Exact::zero()),
        due: base.with(Exact::zero()),
        base,
        day: Some(line.period).filter(|p| p.start == p.end),
        step: line.step,
    }
}

/// A base that is a metric, or several added: its lines can be told apart.
fn flows<'a>(run: &Run<'_>, base: &'a Amount) -> Option<Vec<(Sign, &'a Measure)>> {
    let flow = |measure: &Measure| {
        let metric = measure.metric().and_then(|m| run.last_model().market.metrics.get(m));
        metric.is_some_and(|m| m.is_flow() && m.computed.is_none()) && measure.window.is_none()
    };
    match base {
        Amount::Measure(measure) if flow(measure) => Some(vec![(Sign::Plus, measure)]),
        Amount::Sum(terms) => {
            let found: Vec<(Sign, &Measure)> = terms
                .iter()
                .filter_map(|(sign, term)| match term {
                    Amount::Measure(measure) if flow(measure) => Some((*sign, measure)),
                    _ => None,
                })
                .collect();
            if found.len() == terms.len() { Some(found) } else { None }
        }
        _ => None,
    }
}

fn flow_lines(
    run: &Run<'_>,
    royalty: &Royalty,
    measure: &Measure,
    sub: &Period,
    period: &Period,
    payer: Option<&Name>,
) -> Eval<Vec<Line>> {
    let Some(name) = measure.metric() else { return Ok(Vec::new()) };
    let mut any = vec![measure.of.clone(), measure.fields.clone(), royalty.of.clone()];
    any.retain(|group| !group.is_empty());
    let filter = Filter {
        any,
        territory: measure.territory.clone(),
        by: payer.cloned(),
        except: royalty.except.clone(),
        exchange: royalty.exchange.clone(),
        stream: Some(royalty.name.clone()),
    };
    // A mean over the period is over the period of payment.
    run.lines(name, sub.start, sub.end, period, &filter).map_err(|u| u.at(royalty.at))
}

fn is_reported(run: &Run<'_>, measure: &Measure, sub: &Period) -> bool {
    let Some(name) = measure.metric() else { return false };
    run.reports(name).iter().any(|r| r.period.start >= sub.start && r.period.end <= sub.end)
}

/// Whether any metric a formula needs was reported for the stretch.
fn any_reported(run: &Run<'_>, base: &Amount, sub: &Period) -> bool {
    let mut names: Vec<Name> = Vec::new();
    super::measures(base, &mut |m| names.extend(m.metric().cloned()));
    let mut constant = names.is_empty();
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        at += 1;
        let metric: Option<&Metric> = run.last_model().market.metrics.get(&name);
        match metric.and_then(|m| m.computed.as_ref()) {
            Some(formula) if at < 64 => super::measures(formula, &mut |m| names.extend(m.metric().cloned())),
            _ => {}
        }
        if run.reports(&name).iter().any(|r| r.period.start <= sub.end && r.period.end >= sub.start) {
            return true;
        }
        // What is not a metric (another payment's royalties) is always there.
        constant |= metric.is_none();
    }
    constant
}

/// A negative base earns nothing; where the deal says so it is made up before anything is earned again.
fn carry_loss(
    royalty: &Royalty,
    total: Val,
    lines: &mut Vec<RoyaltyLine>,
    steps: &mut Vec<Step>,
    memory: &mut Memory,
) -> Val {
    let net = total.number() - &memory.loss;
    let base = if net.is_negative() { Exact::zero() } else { net.clone() };
    if royalty.negative_carried {
        if !memory.loss.is_zero() {
            steps.push(
                Step::new("less losses carried forward", total.with(memory.loss.clone())).by(royalty.at),
            );
        }
        memory.loss = if net.is_negative() { -net } else { Exact::zero() };
    }
    let base = total.with(base);
    // The lines no longer add up to the base: it is one figure from here on.
    lines.clear();
    lines.push(RoyaltyLine {
        cell: Vec::new(),
        full: base.with(Exact::zero()),
        due: base.with(Exact::zero()),
        day: None,
        step: Step::new("base", base.clone()),
        base: base.clone(),
    });
    base
}

/// The focus of a line: its country, product and field.
pub(super) fn focus(run: &Run<'_>, focus: &Focus, line: &RoyaltyLine) -> Focus {
    let market = &run.last_model().market;
    let mut out = focus.clone();
    for name in &line.cell {
        if market.products.contains_key(name) {
            out.product = Some(name.clone());
        } else if market.is_place(name) {
            out.place = Some(name.clone());
        } else if market.dimension.get(name).is_some_and(|d| *d == "fields") {
            out.field = Some(name.clone());
        } else if !market.parents.contains_key(name) || market.dimension.contains_key(name) {
            out.others.push(name.clone());
        }
    }
    out
}

/// A rate or amount that has to be money.
///
/// # Errors
/// Where a plain number stands instead.
pub(super) fn need_money(value: &Val, what: &str) -> Eval<Val> {
    match value {
        Val::Money(_) => Ok(value.clone()),
        Val::Number(n) if n.is_zero() => Ok(value.clone()),
        Val::Number(_) => Err(Unknown::new(format!("{what} is a number where money is needed"))),
    }
}
