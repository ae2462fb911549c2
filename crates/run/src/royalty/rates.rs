//! Which rate applies to which line, and what it comes to.

use super::base::{self, RoyaltyLine};
use super::memory::{Memory, count_of};
use super::rules::by_rule;
use super::stretch::Stretch;
use super::{adders, is_price, steps, tiers};
use crate::clock::Focus;
use crate::effects::{Rated, rate_of_lines};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, factor, percent};
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{Rate, RateStep, Schedule};
use counterpart_terms::value::Amount;
use std::collections::{BTreeMap, BTreeSet};

/// Charges each line with the first schedule that applies to it, on each day.
pub(super) fn charge(
    stretch: &Stretch<'_, '_>,
    lines: &mut Vec<RoyaltyLine>,
    trace: &mut Vec<Step>,
    memory: &Memory,
) -> Eval<()> {
    let (run, royalty) = (stretch.run, stretch.royalty);
    // What is passed on at cost, and a bonus, need no rate.
    let needed = royalty.passes_through.is_none() && royalty.bonuses.is_empty();
    if royalty.rates.is_empty() && needed && lines.iter().any(|l| !l.base.number().is_zero()) {
        return Err(Unknown::new("no rate is stated").at(royalty.at));
    }
    let mut groups: BTreeMap<(usize, String, Option<Period>), Vec<usize>> = BTreeMap::new();
    for (index, (rule, days)) in by_rule(stretch, lines, trace)?.into_iter().enumerate() {
        let (Some(rule), Some(line)) = (rule, lines.get_mut(index)) else { continue };
        let key = match royalty.rates.get(rule).map(|r| &r.schedule) {
            Some(Schedule::Tiers(table)) => {
                let count = count_of(stretch, table, line)?;
                let key = count.1.clone();
                line.counted = Some((count, Exact::zero()));
                // One sum goes through the table, on whichever days.
                groups.entry((rule, key, None)).or_default().push(index);
                continue;
            }
            // What earns an advance back is one sum over all lines, and an amount for the period is charged once.
            Some(Schedule::Steps(steps)) if steps::recoups(steps) || fixed(run, steps) => String::new(),
            // Flat rates may differ by product or country: each line stands alone.
            _ => index.to_string(),
        };
        groups.entry((rule, key, days)).or_default().push(index);
    }
    let mut added = BTreeSet::new();
    for ((rule, _, days), members) in groups {
        let Some(rule) = royalty.rates.get(rule) else { continue };
        let group: Vec<&RoyaltyLine> = members.iter().filter_map(|i| lines.get(*i)).collect();
        let first = group.first();
        let line_focus = first.map_or_else(|| stretch.focus.clone(), |l| base::focus(run, &stretch.focus, l));
        let mut total = first.map_or(Val::Number(Exact::zero()), |l| l.base.with(Exact::zero()));
        for line in &group {
            total = total.plus(&line.base)?;
        }
        let (mut amount, mut step) = match &rule.schedule {
            Schedule::Steps(rates) => {
                let (days, share) = match fixed(run, rates) && group.iter().all(|l| l.runs.is_some()) {
                    // An amount for the period is owed for the days on which the royalty runs for any of them.
                    true => {
                        let days = days.unwrap_or_else(|| running(&group, stretch.sub));
                        (days, days.share_of(&stretch.sub))
                    }
                    // What came about on a known day has the rate of that day.
                    false => {
                        let day = first.and_then(|l| l.day).filter(|_| group.len() == 1);
                        let whole = day.unwrap_or(stretch.sub);
                        let days = days.unwrap_or(whole);
                        (days, days.share_of(&whole))
                    }
                };
                steps::amount(stretch, rates, &total, (&days, &share), &line_focus)?
            }
            Schedule::Tiers(table) => {
                let (count, _) = first.and_then(|l| l.counted.clone()).unwrap_or_default();
                tiers::amount(stretch, table, &total, &count, &line_focus, memory)?
            }
        };
        // What tiers take back later is by their own rates.
        let by_rate = amount.clone();
        if let Some((changed, how)) = changed(stretch, &rule.schedule, (&group, days), (&amount, &step))? {
            (amount, step) = (changed, how);
        }
        adders::add(stretch, &total, &line_focus, &mut added, &mut amount, &mut step)?;
        step.value = Some(amount.clone());
        let at = step.clause.unwrap_or(rule.at);
        trace.push(step.by(at));
        share_out(lines, &members, &by_rate, &amount, &total);
    }
    Ok(())
}

/// What a rule comes to on some lines where effects changed the rate of the royalty on some of their days.
fn changed(
    stretch: &Stretch<'_, '_>,
    schedule: &Schedule,
    (group, days): (&[&RoyaltyLine], Option<Period>),
    (amount, step): (&Val, &Step),
) -> Eval<Option<(Val, Step)>> {
    let whole = |line: &RoyaltyLine| {
        let own = line.day.or(line.runs).unwrap_or(stretch.sub);
        days.and_then(|days| Period::new(days.start.max(own.start), days.end.min(own.end))).unwrap_or(own)
    };
    let of_period = |days: &Period| stretch.share_of_period(days);
    let fixed = matches!(schedule, Schedule::Steps(rates) if fixed(stretch.run, rates));
    let bases = match fixed {
        true => {
            let days = days.unwrap_or_else(|| running_or_all(group, stretch.sub));
            let base = group.first().map_or_else(|| stretch.zero.clone(), |line| line.base.clone());
            vec![(base, Vec::new(), days)]
        }
        false => group.iter().map(|line| (line.base.clone(), line.cell.clone(), whole(line))).collect(),
    };
    let rated = Rated {
        royalty: stretch.royalty,
        terms: stretch.period.start,
        amount,
        step,
        bases,
        fixed: fixed.then_some(&of_period as &dyn Fn(&Period) -> Exact),
        tiers: matches!(schedule, Schedule::Tiers(_)),
        undivided: &|base: &Val| stretch.undivided(base),
    };
    rate_of_lines(stretch.run, &rated)
}

/// The days on which a royalty runs for any of some lines, or all where it runs for one of them on all.
fn running_or_all(group: &[&RoyaltyLine], all: Period) -> Period {
    if group.iter().all(|line| line.runs.is_some()) { running(group, all) } else { all }
}

/// The days on which a royalty runs for one line or another.
fn running(group: &[&RoyaltyLine], all: Period) -> Period {
    let start = group.iter().filter_map(|l| l.runs).map(|days| days.start).min();
    let end = group.iter().filter_map(|l| l.runs).map(|days| days.end).max();
    start.zip(end).and_then(|(start, end)| Period::new(start, end)).unwrap_or(all)
}

/// Gives each line its share of what the group earns: by its rate, and with what is added.
fn share_out(lines: &mut [RoyaltyLine], members: &[usize], by_rate: &Val, amount: &Val, total: &Val) {
    for index in members {
        let Some(line) = lines.get_mut(*index) else { continue };
        let share = line.base.number().checked_div(total.number()).unwrap_or_else(Exact::zero);
        // A fixed fee on nothing sold belongs to the first line.
        let share =
            if total.number().is_zero() && members.first() == Some(index) { Exact::one() } else { share };
        line.full = amount.with(amount.number() * &share);
        line.due = line.full.clone();
        if let Some((_, charged)) = &mut line.counted {
            *charged = by_rate.number() * &share;
        }
    }
}

/// Whether one of some rates is an amount for the period rather than a rate on each line.
fn fixed(run: &Run<'_>, steps: &[RateStep]) -> bool {
    steps.iter().any(|step| match &step.rate {
        Rate::Value { of: Some(of), .. } => !is_price(run, of) && !by_line(run, of),
        Rate::Value { value, per: None, of: None } => {
            !matches!(value, Amount::Percent(_) | Amount::Number(_))
                && is_money(run, value)
                && !by_line(run, value)
        }
        _ => false,
    })
}

/// Whether an amount is a sum of money, and not one for each unit.
fn is_money(run: &Run<'_>, amount: &Amount) -> bool {
    let money = match amount {
        Amount::Money(..) => true,
        Amount::Measure(measure) => measure.metric().is_none_or(|m| {
            let metric = run.metric_on(m, run.facts.as_of());
            metric.is_none_or(|m| m.kind == counterpart_terms::model::MetricKind::Money)
        }),
        Amount::Share(_, of) => is_money(run, of),
        Amount::Product(factors) => factors.iter().any(|(_, a)| is_money(run, a)),
        Amount::Sum(terms) => terms.iter().any(|(_, a)| is_money(run, a)),
        Amount::Greatest(of) | Amount::Least(of) => of.iter().any(|a| is_money(run, a)),
        Amount::Excess(a, _) => is_money(run, a),
        _ => false,
    };
    money && !is_price(run, amount)
}

/// Whether an amount is another for each line, because what it is measured by is reported by place or product.
fn by_line(run: &Run<'_>, amount: &Amount) -> bool {
    let mut found = false;
    super::measures(amount, &mut |m| {
        let metric = m.metric().and_then(|n| run.metric_on(n, run.facts.as_of()));
        found |= metric.is_some_and(|m| !m.by.is_empty());
    });
    found
}

/// Whether an amount is the same whatever happens in the period: then a part of a period has a part of it.
pub(super) fn is_constant(amount: &Amount) -> bool {
    let mut measured = false;
    super::measures(amount, &mut |_| measured = true);
    !measured
}

/// Whether a rate is a sum of money that hangs on no base.
pub(super) fn is_sum(run: &Run<'_>, rate: &Rate) -> bool {
    matches!(rate, Rate::Value { value, per: None, of: None } if is_money(run, value))
}

/// A stated sum of money as an index has raised it until the year of the stretch; anything else as it is.
pub(super) fn indexed(stretch: &Stretch<'_, '_>, stated: &Amount, value: Val) -> Eval<Val> {
    let Some((index, most, from, at)) = &stretch.royalty.indexed else { return Ok(value) };
    if value.currency().is_none() || !is_constant(stated) {
        return Ok(value);
    }
    let clock = stretch.run.clock();
    let first = match from {
        Some(moment) => match clock.limit(moment, &stretch.focus).map_err(|u| u.at(*at))? {
            Some(day) => day,
            // It has not begun to follow the index.
            None => return Ok(value),
        },
        None => clock
            .effective()
            .ok_or_else(|| Unknown::new("the year the sum is stated in is not known: add `from`").at(*at))?,
    };
    let year = stretch.sub.end.year();
    let factor = crate::pay::index_factor(stretch.run, index, most.as_ref(), first.year(), year);
    Ok(value.with(value.number() * &factor.map_err(|u| u.at(*at))?))
}

/// A rate on a base. Where it stands for a share of the stretch's days, the base is cut to them already, and an
/// amount for the period is cut here.
///
/// # Errors
/// Where the rate is not given.
pub(super) fn rate_amount(
    stretch: &Stretch<'_, '_>,
    rate: &Rate,
    base: &Val,
    days: Option<&Exact>,
    focus: &Focus,
) -> Eval<(Val, Step)> {
    let run = stretch.run;
    let zero = stretch.zero.clone();
    match rate {
        Rate::Nil => Ok((zero.clone(), Step::new("nil", zero))),
        Rate::Value { value, per, of } => {
            let (rate, _) = run.amount(value, focus)?;
            let stated = indexed(stretch, value, rate)?;
            let (rate, rates) = stretch.converted_by(stated)?;
            if let Some(of) = of {
                let (of_value, step) = run.amount(of, focus)?;
                let mut amount = of_value.with(of_value.number() * rate.number());
                let mut how = format!("{} x {of_value}", percent(rate.number()));
                if base.currency().is_none() && is_price(run, of) {
                    how = format!("{base} x {how}");
                    amount = amount.times(base)?;
                } else {
                    amount = amount.with(amount.number() * days.unwrap_or(&Exact::one()));
                }
                return Ok((amount.clone(), Step::new("rate", amount).how(how).from(vec![step])));
            }
            let (amount, how) = match (&rate, per) {
                (Val::Number(n), _) => (base.with(base.number() * n), format!("{base} x {}", percent(n))),
                (Val::Money(_), Some(unit)) => {
                    if base.currency().is_some() {
                        return Err(Unknown::new(format!(
                            "{rate} a {unit} needs a number of them, not money"
                        )));
                    }
                    (rate.times(base)?, format!("{base} x {}", factor(&rate)))
                }
                (Val::Money(_), None) if base.currency().is_none() && is_price(run, value) => {
                    (rate.times(base)?, format!("{base} x {}", factor(&rate)))
                }
                (Val::Money(_), None) => {
                    let mut share = days.cloned().unwrap_or_else(Exact::one);
                    if days.is_some() && is_constant(value) {
                        share *= stretch.share_of_period(&stretch.sub);
                    }
                    let amount = rate.with(rate.number() * &share);
                    let how = if share == Exact::one() {
                        format!("{rate}, a fixed amount")
                    } else {
                        format!("{rate}, a fixed amount, for its days")
                    };
                    (amount, how)
                }
            };
            Ok((amount.clone(), Step::new("rate", amount).how(how).from(rates)))
        }
    }
}
