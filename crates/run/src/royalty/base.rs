//! What a royalty is on: the reported lines, or a formula.

use super::memory::{Count, Memory};
use super::stretch::Stretch;
use crate::clock::Focus;
use crate::engine::Run;
use crate::measure::{Filter, Line, remarks};
use crate::trace::Step;
use crate::unknown::{Eval, Gap, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::Form;
use counterpart_terms::model::MetricKind;
use counterpart_terms::value::{Amount, Measure, Name, Sign};
use std::collections::BTreeSet;

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
    /// The days it came about on, where it is reported for a day, or for fewer days than the stretch has.
    pub day: Option<Period>,
    /// The days on which the royalty runs for it, where those are not all.
    pub runs: Option<Period>,
    /// Where the base comes from.
    pub step: Step,
    /// The tiers that charged it, and what they charged.
    pub(crate) counted: Option<(Count, Exact)>,
}

/// The base of a stretch.
#[derive(Clone)]
pub(super) struct Base {
    /// What is charged.
    pub lines: Vec<RoyaltyLine>,
    /// What tiers count: the same, also where no royalty runs for it.
    pub counted: Vec<RoyaltyLine>,
    pub base: Val,
    pub reported: bool,
    pub steps: Vec<Step>,
}

/// What was told for a stretch, by itself: below zero where more came back than was sold.
pub(super) fn told(stretch: &Stretch<'_, '_>) -> Eval<Base> {
    let (run, royalty) = (stretch.run, stretch.royalty);
    let zero = stretch.zero.clone();
    let Some(base) = &royalty.base else {
        let (lines, counted, steps) = Default::default();
        return Ok(Base { lines, counted, base: zero, reported: false, steps });
    };
    // Units are counted in numbers also where none were reported.
    let zero = if in_units(run, base, stretch.period.start) { Val::Number(Exact::zero()) } else { zero };
    let mut reported = false;
    let mut lines = Vec::new();
    let mut left_out = Vec::new();
    if let Some(terms) = flows(run, base, stretch.period.start) {
        let mut silent = Vec::new();
        for (sign, measure) in &terms {
            if let Some(name) = measure.metric() {
                left_out.extend(run.left_out(name, &stretch.sub, &filter_of(stretch, measure)));
            }
            let found = flow_lines(stretch, measure)?;
            let told = !found.is_empty() || is_reported(stretch, measure);
            reported |= told;
            silent.extend(measure.metric().filter(|_| !told));
            let named = measure.metric().filter(|_| terms.len() > 1);
            lines.extend(found.into_iter().map(|line| royalty_line(line, (*sign, named), &stretch.sub)));
        }
        // Of a sum of which one part was reported, the other is not nothing once its report is overdue.
        for metric in silent.into_iter().filter(|_| reported) {
            let missing = super::periods::missing_of(stretch, metric)?.filter(|m| m.begun);
            if let Some(missing) = missing.filter(|_| super::term::runs(stretch).unwrap_or(true)) {
                return Err(Unknown { gap: Gap::Missing, ..missing.why });
            }
        }
    } else if any_reported(stretch, base) {
        // What is computed from several reports is not known while one of them is overdue.
        let missing = super::periods::missing_below(stretch);
        if let Some(missing) = missing.filter(|_| super::term::runs(stretch).unwrap_or(true)) {
            return Err(Unknown { gap: Gap::Missing, ..missing.why });
        }
        let (value, step) = run.amount(base, &stretch.focus).map_err(|u| u.at(royalty.at))?;
        reported = true;
        lines.push(RoyaltyLine::of(Vec::new(), value, step));
    }
    let mut total = lines.first().map_or(zero, |l| l.base.with(Exact::zero()));
    for line in &lines {
        total = total.plus(&line.base)?;
    }
    // A sum is told term by term.
    let terms = |step: &Step| match base {
        Amount::Sum(_) if !step.parts.is_empty() && flows(run, base, stretch.period.start).is_none() => {
            step.parts.clone()
        }
        _ => vec![step.clone()],
    };
    let mut steps: Vec<Step> = lines.iter().flat_map(|line| terms(&line.step)).collect();
    // What one part of the base counts is not left out of it.
    left_out.retain(|left| !lines.iter().any(|l| l.step.clause == Some(left.at)));
    left_out.dedup_by(|a, b| a.at == b.at);
    steps.extend(remarks(&left_out, royalty.at));
    // That nothing was sold needs no country or product: nothing is charged, wherever the term has ended.
    lines.retain(|line| !line.base.number().is_zero() || !line.cell.is_empty());
    let counted = Vec::new();
    Ok(Base { lines, counted, base: total, reported, steps })
}

/// What is charged of what was told for a stretch.
pub(super) fn charged(stretch: &Stretch<'_, '_>, told: Base, memory: &mut Memory) -> Eval<Base> {
    let Base { mut lines, base: mut total, reported, mut steps, .. } = told;
    if stretch.royalty.negative_carried {
        memory.loss_known()?;
    }
    // Only where there is a loss is another sum charged than was reported. Tiers count what is charged: a loss that
    // is made up later enters them then, and one that is not takes nothing back and so leaves them where they were.
    if total.number().is_negative() || !memory.loss.is_zero() {
        let base = less_losses(stretch, &total, &mut steps, memory);
        spread(&mut lines, &total, &base);
        total = base;
    }
    let counted = lines.clone();
    Ok(Base { lines, counted, base: total, reported, steps })
}

/// Sets net returns of some months off against the sales of the other months of their payment period, each of which
/// bears them in proportion: the period whose sales they come off is that of the royalty, however often it is reported.
pub(super) fn set_off_within(stretches: &[Stretch<'_, '_>], told: &mut [Eval<Base>]) {
    let net = |base: &Eval<Base>| base.as_ref().map_or_else(|_| Exact::zero(), |b| b.base.number().clone());
    if !told.iter().any(|base| net(base).is_negative()) {
        return;
    }
    let runs: Vec<bool> = stretches.iter().map(|s| super::term::runs(s).unwrap_or(true)).collect();
    let (mut sold, mut back) = (Exact::zero(), Exact::zero());
    for (base, _) in told.iter().zip(&runs).filter(|(_, runs)| **runs) {
        let net = net(base);
        if net.is_negative() {
            back -= &net;
        } else {
            sold += &net;
        }
    }
    let set_off = sold.clone().min(back.clone());
    for ((stretch, told), _) in stretches.iter().zip(told).zip(&runs).filter(|(_, runs)| **runs) {
        let Ok(base) = told else { continue };
        let of = if base.base.number().is_negative() { &back } else { &sold };
        let Some(taken) = set_off.checked_div(of).filter(|taken| !taken.is_zero()) else { continue };
        let left = base.base.with(base.base.number() * &(Exact::one() - taken));
        if left == base.base {
            continue;
        }
        let off = left.with(left.number() - base.base.number());
        let how = format!("{} by itself, and {left} within {}", base.base, stretch.period);
        base.steps.push(Step::new("returns set off within the period", off).how(how).by(stretch.royalty.at));
        spread(&mut base.lines, &base.base, &left);
        base.base = left;
    }
}

/// Whether a base is counted in units rather than in money.
fn in_units(run: &Run<'_>, base: &Amount, day: Date) -> bool {
    let mut units = false;
    super::measures(base, &mut |m| {
        let metric = m.metric().and_then(|n| run.metric_on(n, day));
        units |= metric.is_some_and(|m| matches!(m.kind, MetricKind::Count(_)));
    });
    units && matches!(base, Amount::Measure(_))
}

impl RoyaltyLine {
    /// A line that has earned nothing yet.
    pub(super) fn of(cell: Vec<Name>, base: Val, step: Step) -> RoyaltyLine {
        let nothing = base.with(Exact::zero());
        RoyaltyLine {
            cell,
            full: nothing.clone(),
            due: nothing,
            base,
            day: None,
            runs: None,
            step,
            counted: None,
        }
    }
}

/// A line of the base; of several metrics added, it says of which, and one that comes off is below zero.
fn royalty_line(line: Line, (sign, metric): (Sign, Option<&Name>), sub: &Period) -> RoyaltyLine {
    let mut step = line.step;
    if let Some(metric) = metric {
        let less = if sign == Sign::Less { "less " } else { "" };
        step.what = format!("{less}{metric}, {}", step.what);
    }
    let base = match sign {
        Sign::Plus => line.value,
        Sign::Less => line.value.with(-line.value.number().clone()),
    };
    step.value = step.value.map(|_| base.clone());
    let fewer = |p: &Period| sub.start <= p.start && p.end <= sub.end && p.days() < sub.days();
    let day = Some(line.period).filter(|p| p.start == p.end || fewer(p));
    RoyaltyLine { day, ..RoyaltyLine::of(line.cell, base, step) }
}

/// A base that is a metric, or several added: its lines can be told apart.
fn flows<'a>(run: &Run<'_>, base: &'a Amount, day: Date) -> Option<Vec<(Sign, &'a Measure)>> {
    let flow = |measure: &Measure| {
        let metric = measure.metric().and_then(|m| run.metric_on(m, day));
        metric.is_some_and(|m| m.is_flow() && m.computed.is_none()) && measure.window.is_none()
    };
    match base {
        Amount::Measure(measure) if flow(measure) => Some(vec![(Sign::Plus, measure)]),
        Amount::Sum(terms) => {
            let found: Vec<(Sign, &Measure)> = terms
                .iter()
                .filter_map(|(sign, term)| match term {
                    Amount::Measure(measure) if flow(measure) => Some((*sign, &**measure)),
                    _ => None,
                })
                .collect();
            if found.len() == terms.len() { Some(found) } else { None }
        }
        _ => None,
    }
}

/// Which lines of a metric a royalty is on.
fn filter_of(stretch: &Stretch<'_, '_>, measure: &Measure) -> Filter {
    let royalty = stretch.royalty;
    let mut any = vec![measure.of.clone(), measure.fields.clone(), royalty.of.clone()];
    any.retain(|group| !group.is_empty());
    Filter {
        any,
        territory: measure.territory.clone(),
        by: stretch.focus.payer.clone(),
        except: royalty.except.clone(),
        exchange: royalty.exchange.clone(),
        money: royalty.currency,
        stream: Some(royalty.name.clone()),
        estimates: royalty.estimated.is_some(),
        terms: Some(stretch.period.start),
        over: Some(stretch.period),
        ..Filter::default()
    }
}

fn flow_lines(stretch: &Stretch<'_, '_>, measure: &Measure) -> Eval<Vec<Line>> {
    let royalty = stretch.royalty;
    let Some(name) = measure.metric() else { return Ok(Vec::new()) };
    let filter = filter_of(stretch, measure);
    // A mean over the period is over the period of payment.
    let Period { start, end, .. } = stretch.sub;
    let lines =
        |from, to| stretch.run.lines(name, from, to, &stretch.period, &filter).map_err(|u| u.at(royalty.at));
    let mut found = lines(start, end)?;
    let outside = |p: &Period| p.start < start || end < p.end;
    let touching = stretch.run.reports_to(royalty, name).touching(start, end);
    let periods: BTreeSet<Period> = touching.iter().map(|r| r.period).filter(outside).collect();
    for period in periods {
        let own = lines(period.start, period.end)?.into_iter().filter(|l| l.period == period);
        // What is reported for more than the payment period belongs to it in part, and nobody says which.
        let within = stretch.period.start <= period.start && period.end <= stretch.period.end;
        let here = Period::new(period.start.max(start), period.end.min(end)).map_or(0, |p| p.days());
        // What is reported for more than the stretch belongs to it in proportion to its days.
        let share = Exact::from_int(here).checked_div(&Exact::from_int(period.days()));
        let share = share.unwrap_or_else(Exact::one);
        for line in own {
            if !within {
                let reason = format!(
                    "`{name}` is reported for {period}, of which only a part lies in {}",
                    stretch.period
                );
                let told = Unknown::new(reason);
                return Err(line.step.clause.map_or(told.clone(), |at| told.at(at)));
            }
            let value = line.value.with(line.value.number() * &share);
            let how = format!("{} for {period}, in proportion to the days", line.value);
            let step =
                Step::new(format!("{}", stretch.sub), value.clone()).how(how).from(vec![line.step.clone()]);
            found.push(Line { value, step, ..line });
        }
    }
    Ok(found)
}

fn is_reported(stretch: &Stretch<'_, '_>, measure: &Measure) -> bool {
    let sub = stretch.sub;
    let Some(name) = measure.metric() else { return false };
    let reports = stretch.run.reports_to(stretch.royalty, name);
    reports.within(sub.start, sub.end).iter().any(|r| r.period.start >= sub.start && r.period.end <= sub.end)
}

/// Whether any metric a formula needs was reported for the stretch.
fn any_reported(stretch: &Stretch<'_, '_>, base: &Amount) -> bool {
    let (run, sub) = (stretch.run, stretch.sub);
    let mut names: Vec<Name> = Vec::new();
    super::measures(base, &mut |m| names.extend(m.metric().cloned()));
    // What is not a metric (another payment's royalties) is always there.
    names.is_empty()
        || run.underlying(names, sub.start).iter().any(|name| {
            !run.reports_to(stretch.royalty, name).touching(sub.start, sub.end).is_empty()
                // Of a formula that is kept secret nothing is there to be reported.
                || run.metric_on(name, sub.start).is_none_or(|m| m.computed.is_some() && m.withheld.is_some())
        })
}

/// What is charged where there is a loss: nothing on a negative sum, and where the deal carries losses forward,
/// only what is left when they are made up.
fn less_losses(stretch: &Stretch<'_, '_>, total: &Val, steps: &mut Vec<Step>, memory: &mut Memory) -> Val {
    let net = total.number() - &memory.loss;
    let line = stretch.run.line_of(stretch.royalty.at, Form::RoyaltyNegative);
    if stretch.royalty.negative_carried {
        if !memory.loss.is_zero() {
            let loss = total.with(-memory.loss.clone());
            steps.push(Step::new("less losses carried forward", loss).by(line));
        }
        memory.loss = if net.is_negative() { -net.clone() } else { Exact::zero() };
    }
    if net.is_negative() {
        let what = if stretch.royalty.negative_carried { "loss carried forward" } else { "a loss is nil" };
        steps.push(Step::new(what, total.with(-net.clone())).by(line));
    }
    total.with(net.max(Exact::zero()))
}

/// Makes the lines add up to what is charged, each in proportion: the text says of no line that it bears more.
fn spread(lines: &mut [RoyaltyLine], total: &Val, base: &Val) {
    // Nothing is charged on lines that come to nothing or less.
    let factor = base.number().checked_div(total.number()).unwrap_or_else(Exact::zero).max(Exact::zero());
    for line in lines {
        line.base = line.base.with(line.base.number() * &factor);
    }
}

/// The focus of a line: its country, product and field.
pub(super) fn focus(run: &Run<'_>, focus: &Focus, line: &RoyaltyLine) -> Focus {
    let market = &run.model_on(run.terms_day(focus)).market;
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
