//! Rates that follow each other: in time, or until an advance is earned back.

use super::rates::{is_sum, rate_amount};
use super::stretch::Stretch;
use crate::clock::Focus;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Exact, Period};
use counterpart_terms::model::RateStep;
use counterpart_terms::value::Moment;

/// Rates that follow each other: each for its days of those that are asked about. The base is what belongs to
/// these days; `share` is their share of the stretch, for an amount for the whole of it.
pub(super) fn amount(
    stretch: &Stretch<'_, '_>,
    rates: &[RateStep],
    base: &Val,
    (days, share): (&Period, &Exact),
    focus: &Focus,
) -> Eval<(Val, Step)> {
    if let Some(found) = recouping(stretch, rates, base, focus)? {
        return Ok(found);
    }
    let mut amount: Option<Val> = None;
    let mut parts = Vec::new();
    let turns = in_turn(stretch, rates, days, focus)?;
    let in_turns = turns.len() > 1;
    for (rate, slice_days) in turns {
        if in_turns
            && !is_sum(stretch.run, &rate.rate)
            && let Some(why) = stretch.undivided(base)
        {
            return Err(why);
        }
        let part = slice_days.share_of(days);
        let slice = base.with(base.number() * &part);
        // Of periods told of as one each has its own share of an amount for the period.
        let part = match stretch.of.len() > 1 {
            true => {
                let all = stretch.share_of_period(&stretch.sub);
                stretch.share_of_period(&slice_days).checked_div(&all).unwrap_or_else(Exact::one)
            }
            false => part * share,
        };
        let (value, step) = rate_amount(stretch, &rate.rate, &slice, Some(&part), focus)?;
        parts.push(step);
        amount = Some(match amount {
            Some(sum) => sum.plus(&value)?,
            None => value,
        });
    }
    let amount = amount.unwrap_or_else(|| stretch.zero.clone());
    if parts.len() == 1 {
        return Ok((amount, parts.remove(0)));
    }
    Ok((amount.clone(), Step::new("rates in turn", amount).from(parts)))
}

/// Which of several rates stands on which of some days: each goes on where the one before it ended.
pub(super) fn in_turn<'r>(
    stretch: &Stretch<'_, '_>,
    rates: &'r [RateStep],
    days: &Period,
    focus: &Focus,
) -> Eval<Vec<(&'r RateStep, Period)>> {
    let run = stretch.run;
    let mut start = Some(days.start);
    let mut out = Vec::new();
    for rate in rates {
        let Some(from) = start.filter(|d| *d <= days.end) else { break };
        let from = match &rate.from {
            Some(first) => match run.clock().limit(first, focus)? {
                Some(day) if day <= days.end => from.max(day),
                _ => continue,
            },
            None => from,
        };
        let until = match &rate.until {
            Some(moment) => run.clock().limit(moment, focus)?,
            None => None,
        };
        let end = until.map_or(days.end, |d| d.min(days.end));
        let Some(slice) = Period::new(from, end) else { continue };
        if let Some(when) = &rate.when
            && !run.holds(when, focus)?
        {
            continue;
        }
        start = end.next_day();
        out.push((rate, slice));
    }
    Ok(out)
}

/// Whether a rate holds until an advance is earned back.
pub(super) fn recoups(rates: &[RateStep]) -> bool {
    let recouped = |m: &Moment| matches!(m, Moment::Event { state: Some(state), .. } if state == "recouped");
    rates.iter().any(|r| r.until.as_ref().is_some_and(recouped))
}

/// A rate until an advance is earned back, then another: the base that earns it back is charged first.
fn recouping(
    stretch: &Stretch<'_, '_>,
    rates: &[RateStep],
    base: &Val,
    focus: &Focus,
) -> Eval<Option<(Val, Step)>> {
    let (Some(first), [next]) = (rates.first(), rates.get(1..).unwrap_or_default()) else { return Ok(None) };
    let Some(Moment::Event { name, state: Some(state), .. }) = &first.until else {
        return Ok(None);
    };
    if state != "recouped" {
        return Ok(None);
    }
    let run = stretch.run;
    if let Some(from) = &first.from
        && run.clock().limit(from, focus)?.is_none_or(|d| d > stretch.sub.end)
    {
        return Ok(None);
    }
    let open = match run.open_advances().get(name) {
        Some(open) => (open.until.clone()? - open.earned.clone()).max(Exact::zero()),
        None => Exact::zero(),
    };
    let all = Exact::one();
    let (at_first, _) = rate_amount(stretch, &first.rate, base, Some(&all), focus)?;
    let early = open.checked_div(at_first.number()).unwrap_or_else(Exact::one).min(Exact::one());
    // Net returns while it is open go back at the first rate.
    let early = if early.is_negative() { all.clone() } else { early };
    let late = all - early.clone();
    let slice = base.with(base.number() * &early);
    let (a, first) = rate_amount(stretch, &first.rate, &slice, Some(&early), focus)?;
    let (b, then) = rate_amount(stretch, &next.rate, &base.less(&slice)?, Some(&late), focus)?;
    let sum = a.plus(&b)?;
    let how = format!("{} of {name} open", a.with(open));
    Ok(Some((sum.clone(), Step::new("until earned back, then", sum).how(how).from(vec![first, then]))))
}
