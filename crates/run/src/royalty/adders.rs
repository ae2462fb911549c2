//! What is added to a rate, and what rate and additions are never above.

use super::base::RoyaltyLine;
use super::is_price;
use super::memory::Memory;
use super::rates::is_constant;
use super::stretch::Stretch;
use crate::clock::Focus;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::{Val, percent};
use counterpart_num::Exact;
use counterpart_terms::model::{Adder, Rate};
use counterpart_terms::value::{Amount, Measure};
use std::collections::BTreeSet;

/// Adds to what a group of lines earns; an amount for the period is added to one group only.
pub(super) fn add(
    stretch: &Stretch<'_, '_>,
    total: &Val,
    focus: &Focus,
    added: &mut BTreeSet<usize>,
    amount: &mut Val,
    step: &mut Step,
) -> Eval<()> {
    for (index, adder) in stretch.royalty.adders.iter().enumerate() {
        if let Some((more, once, why)) = one(stretch, adder, total, focus)?
            && (!once || added.insert(index))
        {
            *amount = amount.plus(&more)?;
            step.parts.push(why);
        }
    }
    for (ceiling, at) in &stretch.royalty.ceilings {
        let (most, _) = stretch.run.amount(ceiling, focus).map_err(|u| u.at(*at))?;
        let Some(most) = on_base(stretch, ceiling, &most, total)? else { continue };
        if amount.compare(&most)?.is_gt() {
            let how = most.to_string();
            step.parts.push(Step::new("never above", most.less(amount)?).how(how).by(*at));
            *amount = most;
        }
    }
    Ok(())
}

/// A ceiling that is a rate or a price, applied to the base; `None` where it is a sum of money for the period.
fn on_base(stretch: &Stretch<'_, '_>, ceiling: &Amount, value: &Val, base: &Val) -> Eval<Option<Val>> {
    // A ceiling below nothing holds the royalty at nothing: it makes no payment the other way.
    let value = value.with(value.number().clone().max(Exact::zero()));
    Ok(match &value {
        Val::Number(n) => Some(base.with(base.number() * n)),
        Val::Money(_) if base.currency().is_none() && is_price(stretch.run, ceiling) => {
            Some(value.times(base)?)
        }
        Val::Money(_) => None,
    })
}

/// A ceiling in money is over all lines, and over the whole payment period.
pub(super) fn money_ceilings(
    stretch: &Stretch<'_, '_>,
    lines: &mut [RoyaltyLine],
    steps: &mut Vec<Step>,
    memory: &mut Memory,
) -> Eval<()> {
    let mut sum = super::cuts::total(lines, &stretch.zero)?;
    let base_in_units = lines.first().is_some_and(|l| l.base.currency().is_none());
    for (ceiling, at) in &stretch.royalty.ceilings {
        if sum.number().is_zero() || (base_in_units && is_price(stretch.run, ceiling)) {
            continue;
        }
        let (most, _) = stretch.run.amount(ceiling, &stretch.focus).map_err(|u| u.at(*at))?;
        let Val::Money(_) = &most else { continue };
        if sum.compare(&most)?.is_gt()
            && let Some(why) = stretch.undivided(&sum)
        {
            return Err(why.at(*at));
        }
        // What is measured is measured over the stretch; a stated sum is for the whole period.
        let before = if is_constant(ceiling) { memory.in_period.clone() } else { Exact::zero() };
        let room = most.with((most.number() - &before).max(Exact::zero()));
        if sum.compare(&room)?.is_gt() {
            let how = format!("{most}, of which {} was earned before", most.with(before));
            steps.push(Step::new("never above", room.less(&sum)?).how(how).by(*at));
            super::cuts::scale(lines, &room);
            for line in lines.iter_mut() {
                line.full = line.due.clone();
            }
            sum = room;
        }
    }
    memory.in_period += sum.number();
    Ok(())
}

/// What is added: how much, whether once for the period, and why.
fn one(
    stretch: &Stretch<'_, '_>,
    adder: &Adder,
    base: &Val,
    focus: &Focus,
) -> Eval<Option<(Val, bool, Step)>> {
    let run = stretch.run;
    if let Some(when) = &adder.when
        && !run.holds(when, focus).map_err(|u| u.at(adder.at))?
    {
        return Ok(None);
    }
    let Rate::Value { value, of, .. } = &adder.rate else { return Ok(None) };
    let (mut rate, mut why) = run.amount(value, focus).map_err(|u| u.at(adder.at))?;
    rate = super::rates::indexed(stretch, value, rate)?;
    let mut price = is_price(run, value);
    let mut constant = is_constant(value);
    if let Some(of) = of {
        // `plus 30% of` something else than the base.
        let (of_value, step) = run.amount(of, focus).map_err(|u| u.at(adder.at))?;
        let share = of_value.with(of_value.number() * rate.number());
        why = Step::new("share", share.clone())
            .how(format!("{} x {of_value}", percent(rate.number())))
            .from(vec![step]);
        rate = share;
        price = is_price(run, of);
        constant &= is_constant(of);
    }
    if let Some(each) = &adder.each {
        // How many there are may be another number in each of several periods told of as one.
        if let Some(why) = stretch.undivided(&stretch.zero.with(Exact::one())) {
            return Err(why.at(adder.at));
        }
        let (count, _) = run.measure(&Measure::of_metric(each.clone()), focus).map_err(|u| u.at(adder.at))?;
        rate = rate.with(rate.number() * count.number());
    }
    if let Some(Rate::Value { value: most, .. }) = &adder.at_most {
        let (most, _) = run.amount(most, focus).map_err(|u| u.at(adder.at))?;
        if rate.compare(&most)?.is_gt() {
            rate = most;
        }
    }
    let per_unit =
        matches!(&adder.rate, Rate::Value { per: Some(_), .. }) || (price && base.currency().is_none());
    let once = rate.currency().is_some() && !per_unit;
    let amount = match &rate {
        Val::Number(n) => base.with(base.number() * n),
        Val::Money(_) if per_unit => rate.times(base)?,
        // A stretch has its part of an amount for the period.
        Val::Money(_) if constant => rate.with(rate.number() * &stretch.share_of_period(&stretch.sub)),
        Val::Money(_) => rate.clone(),
    };
    let (shown, how) = match &rate {
        Val::Number(n) => (percent(n), format!("{base} x {}", percent(n))),
        money if per_unit => (money.to_string(), format!("{base} x {money}")),
        money => (money.to_string(), String::new()),
    };
    let step = Step::new(format!("plus {shown}"), amount.clone()).how(how).by(adder.at).from(vec![why]);
    Ok(Some((amount, once, step)))
}
