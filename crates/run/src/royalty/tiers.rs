//! Tier tables: what a sum earns between where the period found it and where it leaves it.

use super::memory::{Count, Memory};
use super::rates::{is_sum, rate_amount};
use super::stretch::Stretch;
use crate::clock::Focus;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{PayRule, Rate, Tier, TierCycle, TierKind, Tiers};
use counterpart_terms::value::{Amount, Moment, Name, Quantity};

/// What a base earns in a tier table, on top of what was there before.
///
/// Where the text does not say whether slices or the whole earn the rate reached, the run says which reading
/// it follows; who asks compares the two.
pub(super) fn amount(
    stretch: &Stretch<'_, '_>,
    table: &Tiers,
    base: &Val,
    count: &Count,
    focus: &Focus,
    memory: &Memory,
) -> Eval<(Val, Step)> {
    let run = stretch.run;
    if let TierCycle::Each(cycle) = &table.cycle {
        let starts = stretch.starts(&run.clock().cycle(cycle).map_err(|u| u.at(table.at))?);
        if starts.len() > 1 && !base.number().is_zero() {
            let first = (count.0, count.1.clone(), starts.first().copied());
            return over_several(stretch, table, base, &first, focus, memory).map_err(|u| u.at(table.at));
        }
    }
    if let Some(on) = &table.on {
        if is_royalties(on) || earns_back(stretch, on)? {
            let reached = memory.royalties_reached(count)?;
            let found = on_royalties(stretch, table, base, &reached, focus)?;
            return Ok(from_nothing(found, count, memory));
        }
        let (measured, _) = run.amount(on, focus)?;
        if let Some(why) = stretch.undivided(base) {
            return Err(why.at(table.at));
        }
        return by_measure(stretch, table, base, &measured, focus);
    }
    if let TierCycle::By(measure) = &table.cycle {
        let (measured, _) = run.measure(measure, focus)?;
        if let Some(why) = stretch.undivided(base) {
            return Err(why.at(table.at));
        }
        return by_measure(stretch, table, base, &measured, focus);
    }
    let before = base.with(memory.reached(count).map_err(|u| u.at(table.at))?);
    let found = match (table.kind, run.reading) {
        (TierKind::Marginal, _) | (TierKind::Unsaid, TierKind::Marginal | TierKind::Unsaid) => {
            let after = before.plus(base)?;
            between(stretch, table, &before, &after, focus)?
        }
        (TierKind::Whole, _) | (TierKind::Unsaid, TierKind::Whole) => {
            whole(stretch, table, base, &before, count, focus, memory)?
        }
    };
    Ok(from_nothing(found, count, memory))
}

/// What a base earns that was told as one for several periods in each of which the table begins anew: the rate of the
/// lowest tier, where all of it fits there however it is divided.
fn over_several(
    stretch: &Stretch<'_, '_>,
    table: &Tiers,
    base: &Val,
    first: &Count,
    focus: &Focus,
    memory: &Memory,
) -> Eval<(Val, Step)> {
    let unsaid = super::periods::as_a_whole(stretch.run, stretch.royalty, &stretch.period);
    let tiers = in_force(stretch, table, focus)?;
    let lowest = tiers.first().filter(|t| table.on.is_none() && !is_sum(stretch.run, &t.rate) && !t.free);
    let Some(lowest) = lowest else { return Err(unsaid) };
    let sum = base.with(memory.reached(first)?).plus(base)?;
    let upper = bound(stretch, lowest, &sum, focus)?;
    if base.number().is_negative() || upper.is_some_and(|upper| *sum.number() > upper) {
        return Err(unsaid);
    }
    let (value, step) = rate_amount(stretch, &lowest.rate, base, None, focus)?;
    Ok((value, Step { what: "the lowest tier".into(), ..step }.by(lowest.at)))
}

/// With the remark that the table began at nothing in this cycle, where nobody reported how it began.
fn from_nothing((value, mut step): (Val, Step), count: &Count, memory: &Memory) -> (Val, Step) {
    step.parts.extend(memory.begins_at_nothing("the tiers begin at", count.2));
    (value, step)
}

/// The days among some on which a table counts: what comes before the day it says that it runs from is not its. That
/// nothing is sold before the first sale needs no saying.
pub(super) fn running(stretch: &Stretch<'_, '_>, table: &Tiers, days: &Period) -> Eval<Option<Period>> {
    let anchor = match &table.cycle {
        TierCycle::Each(cycle) => cycle.anchor.as_deref(),
        _ => None,
    };
    let from = anchor.filter(|moment| !matches!(moment, Moment::FirstSale { .. }));
    let from = from.map(|moment| stretch.run.clock().limit(moment, &stretch.focus)).transpose()?.flatten();
    Ok(match from.filter(|from| *from > days.start) {
        Some(from) => Period::new(from, days.end),
        None => Some(*days),
    })
}

/// Everything charged at the rate reached, less what was charged before. What bears no royalty counts for the rate
/// that is reached and is not charged.
///
/// Where the rate falls, what comes back is counted from what was really charged: what a cap cut off was never
/// paid. Where it rises, what a cap cut off stays cut off.
fn whole(
    stretch: &Stretch<'_, '_>,
    table: &Tiers,
    base: &Val,
    before: &Val,
    count: &Count,
    focus: &Focus,
    memory: &Memory,
) -> Eval<(Val, Step)> {
    let (on, at) = memory.charged_on(count).map_err(|u| u.at(table.at))?;
    let (charged_on, charged_at) = (base.with(on), base.with(at));
    let (upto, mut step) = whole_of(stretch, table, &before.plus(base)?, &charged_on.plus(base)?, focus)?;
    let (mut already, _) = whole_of(stretch, table, &charged_at, &charged_on, focus)?;
    let mut value = upto.less(&already)?;
    if value.number().is_negative() {
        already = already.with(memory.charged(count).map_err(|u| u.at(table.at))?);
        value = upto.less(&already)?;
        value = value.with(value.number().clone().min(Exact::zero()));
    }
    step.value = Some(value.clone());
    if !already.number().is_zero() {
        let less = format!("less {already} for what came before");
        step.how = if step.how.is_empty() { less } else { format!("{}, {less}", step.how) };
    }
    Ok((value, step))
}

fn is_royalties(on: &Amount) -> bool {
    matches!(on, Amount::Measure(m) if m.quantity == Some(Quantity::Earned) && m.names.is_empty())
}

/// Whether a table is on what is recouped of an advance that this royalty alone earns back from its first period on:
/// then that is what was earned.
fn earns_back(stretch: &Stretch<'_, '_>, on: &Amount) -> Eval<bool> {
    let Amount::Measure(measure) = on else { return Ok(false) };
    let (Some(Quantity::Recouped), [name]) = (measure.quantity, measure.names.as_slice()) else {
        return Ok(false);
    };
    let run = stretch.run;
    let Some(pay) = run.pay_named(name) else { return Ok(false) };
    let own = &stretch.royalty.name;
    let from: Vec<&Name> = pay
        .rules
        .iter()
        .filter_map(|(rule, _)| match rule {
            PayRule::Recouped(from, ..) | PayRule::Creditable(from, ..) => Some(from),
            _ => None,
        })
        .flatten()
        .collect();
    if !from.contains(&own) {
        return Ok(false);
    }
    if from.iter().any(|other| *other != own) {
        let reason =
            format!("how much of `{name}` each of several royalties has earned back is not followed here");
        return Err(Unknown::new(reason));
    }
    let first = super::reported_metrics(run, stretch.royalty, stretch.period.start)
        .iter()
        .filter_map(|m| run.reports_to(stretch.royalty, m).iter().map(|r| r.period).min_by_key(|p| p.end))
        .min_by_key(|p| p.end);
    let came = run.items(name)?.into_iter().map(|i| i.arisen).min();
    match (came, first) {
        (Some(came), Some(first)) if came > first.end => {
            Err(Unknown::new(format!("royalties were earned before `{name}` came, and do not earn it back")))
        }
        _ => Ok(true),
    }
}

/// The bound of a tier as a number of the base.
fn bound(stretch: &Stretch<'_, '_>, tier: &Tier, base: &Val, focus: &Focus) -> Eval<Option<Exact>> {
    let Some(up_to) = &tier.up_to else { return Ok(None) };
    let (value, _) = stretch.run.amount(up_to, focus).map_err(|u| u.at(tier.at))?;
    match (value.currency(), base.currency()) {
        (Some(a), Some(b)) if a != b => {
            Err(Unknown::new(format!("the tier is in {a}, the base in {b}")).at(tier.at))
        }
        (Some(_), None) if !base.number().is_zero() => {
            Err(Unknown::new("the tier is in money, the base in units").at(tier.at))
        }
        (None, Some(_)) if matches!(up_to, Amount::Quantity(..)) && !base.number().is_zero() => {
            Err(Unknown::new("the tier is in units, the base in money").at(tier.at))
        }
        _ => Ok(Some(value.number().clone())),
    }
}

/// The tiers that stand when the stretch begins: one whose day is past leaves its slice to the next.
fn in_force<'t>(stretch: &Stretch<'_, '_>, table: &'t Tiers, focus: &Focus) -> Eval<Vec<&'t Tier>> {
    let mut out = Vec::new();
    for tier in &table.tiers {
        let until = match &tier.until {
            Some(until) => stretch.run.clock().limit(until, focus).map_err(|u| u.at(tier.at))?,
            None => None,
        };
        if until.is_none_or(|day| day >= stretch.sub.start) {
            out.push(tier);
        }
    }
    Ok(out)
}

/// Each slice at its own rate.
fn between(
    stretch: &Stretch<'_, '_>,
    table: &Tiers,
    before: &Val,
    after: &Val,
    focus: &Focus,
) -> Eval<(Val, Step)> {
    let mut from = before.number().clone();
    let mut total = stretch.zero.clone();
    let mut slices = Vec::new();
    let mut lower = Exact::zero();
    for tier in in_force(stretch, table, focus)? {
        if &from >= after.number() {
            break;
        }
        let upper = bound(stretch, tier, after, focus)?;
        let begins = std::mem::replace(&mut lower, upper.clone().unwrap_or_default());
        let to = upper.clone().map_or(after.number().clone(), |u| u.min(after.number().clone()));
        if to <= from {
            continue;
        }
        // A sum for a tier is charged when the tier is entered.
        if from > begins && is_sum(stretch.run, &tier.rate) {
            from = to;
            continue;
        }
        let slice = after.with(&to - &from);
        let (value, step) =
            rate_amount(stretch, &tier.rate, &slice, None, focus).map_err(|u| u.at(tier.at))?;
        // A bound says in which money it is: it stands in full beside figures that may be in millions.
        let range = match upper {
            Some(upper) => format!("up to {}", after.with(upper)),
            None => format!("above {}", after.with(begins)),
        };
        total = total.plus(&value)?;
        slices.push(Step { what: range, ..step }.by(tier.at));
        from = to;
    }
    if from < *after.number() {
        return Err(above_all(table, &after.with(from)));
    }
    if after.number() < before.number() {
        // A period of net returns takes back what the same slices earned.
        let (taken, step) = between(stretch, table, after, before, focus)?;
        total = total.less(&taken)?;
        slices.push(step);
    }
    let how = format!("the sum goes from {before} to {after}");
    Ok((total.clone(), Step::new("marginal tiers", total).how(how).from(slices)))
}

/// What lies above the last bound of a table has no rate: where it bears nothing, the table says so.
fn above_all(table: &Tiers, sum: &Val) -> Unknown {
    let reason =
        format!("no tier is stated for what lies above {sum}; where it earns nothing, say `above nil`");
    Unknown::new(reason).at(table.at)
}

/// The tier a sum lies in; an upper bound belongs to its tier.
fn reached<'t>(
    stretch: &Stretch<'_, '_>,
    table: &'t Tiers,
    sum: &Val,
    focus: &Focus,
) -> Eval<Option<&'t Tier>> {
    for tier in in_force(stretch, table, focus)? {
        match bound(stretch, tier, sum, focus)? {
            Some(upper) if sum.number() > &upper => {}
            _ => return Ok(Some(tier)),
        }
    }
    Ok(None)
}

/// A base at the rate of the tier that a sum has reached.
fn whole_of(
    stretch: &Stretch<'_, '_>,
    table: &Tiers,
    sum: &Val,
    base: &Val,
    focus: &Focus,
) -> Eval<(Val, Step)> {
    let zero = stretch.zero.clone();
    let mut base = base.clone();
    for tier in table.tiers.iter().filter(|t| t.free) {
        // What is free in any case is taken off what is charged.
        if let Some(free) = bound(stretch, tier, sum, focus)? {
            base = base.with((base.number() - &free).max(Exact::zero()));
        }
    }
    if base.number().is_zero() {
        return Ok((zero.clone(), Step::new("whole tiers", zero)));
    }
    let Some(tier) = reached(stretch, table, sum, focus)? else { return Err(above_all(table, sum)) };
    let (value, step) = rate_amount(stretch, &tier.rate, &base, None, focus).map_err(|u| u.at(tier.at))?;
    Ok((value, Step { what: "whole tiers".into(), ..step }.by(tier.at)))
}

/// The rate of the tier that another measure has reached, on this stretch's base.
fn by_measure(
    stretch: &Stretch<'_, '_>,
    table: &Tiers,
    base: &Val,
    measured: &Val,
    focus: &Focus,
) -> Eval<(Val, Step)> {
    if base.number().is_zero() {
        return Ok((stretch.zero.clone(), Step::new("tiers", stretch.zero.clone())));
    }
    let Some(tier) = reached(stretch, table, measured, focus)? else {
        return Err(above_all(table, measured));
    };
    let (value, step) = rate_amount(stretch, &tier.rate, base, None, focus).map_err(|u| u.at(tier.at))?;
    Ok((value, Step { what: format!("tier reached by {measured}"), ..step }.by(tier.at)))
}

/// Tiers whose bounds are royalties earned: the base that earns the first bound comes first.
fn on_royalties(
    stretch: &Stretch<'_, '_>,
    table: &Tiers,
    base: &Val,
    earned: &Exact,
    focus: &Focus,
) -> Eval<(Val, Step)> {
    let mut left = base.number().clone();
    let mut reached = earned.clone();
    let mut total = stretch.zero.clone();
    let mut slices = Vec::new();
    for tier in in_force(stretch, table, focus)? {
        if left.is_zero() {
            break;
        }
        let Rate::Value { value, .. } = &tier.rate else { continue };
        let (rate, _) = stretch.run.amount(value, focus).map_err(|u| u.at(tier.at))?;
        let room = match &tier.up_to {
            None => None,
            Some(up_to) => {
                Some(stretch.run.amount(up_to, focus).map_err(|u| u.at(tier.at))?.0.number() - &reached)
            }
        };
        let slice = match room {
            Some(room) if !room.is_positive() => continue,
            // The base that just earns what is left of the tier.
            Some(room) => room.checked_div(rate.number()).map_or(left.clone(), |b| b.min(left.clone())),
            None => left.clone(),
        };
        let (value, step) = rate_amount(stretch, &tier.rate, &base.with(slice.clone()), None, focus)?;
        reached += value.number();
        left = &left - &slice;
        total = total.plus(&value)?;
        slices.push(step.by(tier.at));
    }
    if left.is_positive() {
        return Err(above_all(table, &total.with(reached)));
    }
    Ok((total.clone(), Step::new("tiers on royalties", total).from(slices)))
}
