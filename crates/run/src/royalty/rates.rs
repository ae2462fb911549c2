//! Which rate applies to which line, and what it comes to.

use super::base::{self, RoyaltyLine};
use super::memory::{Memory, tier_key, tier_start};
use super::{is_price, tiers};
use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{Adder, Rate, RateRule, RateStep, Royalty, Schedule};
use counterpart_terms::value::{Amount, Scope};
use std::collections::BTreeMap;

/// Charges each line with the first schedule that applies to it.
pub(super) fn charge(
    run: &Run<'_>,
    royalty: &Royalty,
    sub: &Period,
    focus: &Focus,
    lines: &mut [RoyaltyLine],
    steps: &mut Vec<Step>,
    memory: &Memory,
) -> Eval<()> {
    let mut groups: BTreeMap<(usize, String), Vec<usize>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        let line_focus = base::focus(run, focus, line);
        let Some(rule) = choose(run, royalty, sub, &line_focus, line)? else { continue };
        let key = match royalty.rates.get(rule).map(|r| &r.schedule) {
            Some(Schedule::Tiers(table)) => tier_key(run, table, line),
            // What earns an advance back is one sum over all lines.
            Some(Schedule::Steps(steps)) if recoups(steps) => String::new(),
            // Flat rates may differ by product or country: each line stands alone.
            _ => index.to_string(),
        };
        groups.entry((rule, key)).or_default().push(index);
    }
    let mut first = true;
    for ((rule, key), members) in groups {
        let Some(rule) = royalty.rates.get(rule) else { continue };
        let group: Vec<&RoyaltyLine> = members.iter().filter_map(|i| lines.get(*i)).collect();
        let line_focus = group.first().map_or_else(|| focus.clone(), |l| base::focus(run, focus, l));
        let mut total = group.first().map_or(Val::Number(Exact::zero()), |l| l.base.with(Exact::zero()));
        for line in &group {
            total = total.plus(&line.base)?;
        }
        let (mut amount, mut step) = match &rule.schedule {
            Schedule::Steps(rates) => steps_amount(run, rates, &total, sub, &line_focus)?,
            Schedule::Tiers(table) => {
                let start = tier_start(run, table, sub);
                tiers::amount(run, table, &total, &key, start, &line_focus, memory)?
            }
        };
        for adder in &royalty.adders {
            if let Some((more, why)) = added(run, adder, &total, &line_focus, first)? {
                amount = amount.plus(&more)?;
                step.parts.push(why);
            }
        }
        for (ceiling, at) in &royalty.ceilings {
            let (most, _) = run.amount(ceiling, &line_focus).map_err(|u| u.at(*at))?;
            let most = applied(run, ceiling, &most, &total)?;
            if amount.compare(&most)?.is_gt() {
                step.parts.push(Step::new("never above", most.clone()).by(*at));
                amount = most;
            }
        }
        first = false;
        step.value = Some(amount.clone());
        steps.push(step.by(rule.at));
        share_out(lines, &members, &amount, &total);
    }
    Ok(())
}

/// What the payee owes others for the same sales, up to the limit and until the day.
pub(super) fn pass_through(
    run: &Run<'_>,
    royalty: &Royalty,
    sub: &Period,
    focus: &Focus,
    lines: &mut Vec<RoyaltyLine>,
    steps: &mut Vec<Step>,
    money: &Val,
) -> Eval<()> {
    let Some(rule) = &royalty.passes_through else { return Ok(()) };
    if let Some(until) = &rule.until
        && run.clock().limit(until, focus).map_err(|u| u.at(rule.at))?.is_some_and(|d| d < sub.start)
    {
        steps.push(Step::note("passed through no longer").by(rule.at));
        return Ok(());
    }
    let mut owed = money.clone();
    for (amount, _) in super::cuts::third_party(run, royalty, sub) {
        owed = owed.plus(&amount)?;
    }
    let mut step = Step::new("owed to others, passed through", owed.clone()).by(rule.at);
    if let Some(most) = &rule.at_most
        && !owed.number().is_zero()
    {
        let (most, why) = run.amount(most, focus).map_err(|u| u.at(rule.at))?;
        if owed.compare(&most)?.is_gt() {
            step = step.how(format!("{owed}, at most {most}")).from(vec![why]);
            owed = most;
            step.value = Some(owed.clone());
        }
    }
    match lines.first_mut() {
        Some(line) => {
            line.full = line.full.plus(&owed)?;
            line.due = line.due.plus(&owed)?;
        }
        None => lines.push(RoyaltyLine {
            cell: Vec::new(),
            base: owed.with(Exact::zero()),
            full: owed.clone(),
            due: owed,
            day: None,
            step: step.clone(),
        }),
    }
    steps.push(step);
    Ok(())
}

/// Gives each line its share of what the group earns.
fn share_out(lines: &mut [RoyaltyLine], members: &[usize], amount: &Val, total: &Val) {
    for index in members {
        let Some(line) = lines.get_mut(*index) else { continue };
        let share = line.base.number().checked_div(total.number()).unwrap_or_else(Exact::zero);
        // A fixed fee on nothing sold belongs to the first line.
        let share =
            if total.number().is_zero() && members.first() == Some(index) { Exact::one() } else { share };
        line.full = amount.with(amount.number() * &share);
        line.due = line.full.clone();
    }
}

/// The first rule that applies to a line.
fn choose(
    run: &Run<'_>,
    royalty: &Royalty,
    sub: &Period,
    focus: &Focus,
    line: &RoyaltyLine,
) -> Eval<Option<usize>> {
    for (index, rule) in royalty.rates.iter().enumerate() {
        if applies(run, rule, sub, focus, line).map_err(|u| u.at(rule.at))? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn applies(run: &Run<'_>, rule: &RateRule, sub: &Period, focus: &Focus, line: &RoyaltyLine) -> Eval<bool> {
    if rule.scope.as_ref().is_some_and(|scope| !in_scope(run, scope, line, sub)) {
        return Ok(false);
    }
    if let Some((side, moment)) = &rule.signed {
        let condition =
            counterpart_terms::value::Condition::Signed { side: side.clone(), when: moment.clone() };
        if !run.holds(&condition, focus)? {
            return Ok(false);
        }
    }
    if let (Schedule::Steps(steps), true) = (&rule.schedule, rule.is_plain())
        && !in_force(run, steps, sub, focus)?
    {
        return Ok(false);
    }
    rule.when.as_ref().map_or(Ok(true), |when| run.holds(when, focus))
}

/// Whether any of several rates in turn stands on a day of the stretch.
fn in_force(run: &Run<'_>, steps: &[RateStep], sub: &Period, focus: &Focus) -> Eval<bool> {
    for step in steps {
        let from = match &step.from {
            Some(from) => match run.clock().limit(from, focus)? {
                Some(day) => day,
                None => continue,
            },
            None => sub.start,
        };
        let until = match &step.until {
            Some(until) => run.clock().limit(until, focus)?.unwrap_or(sub.end),
            None => sub.end,
        };
        if from <= sub.end && until >= from.max(sub.start) {
            return Ok(true);
        }
    }
    Ok(steps.is_empty())
}

/// Whether a line lies in a scope: by its field, product, country or customer.
pub(super) fn in_scope(run: &Run<'_>, scope: &Scope, line: &RoyaltyLine, sub: &Period) -> bool {
    let market = &run.last_model().market;
    let has = |name: &counterpart_terms::value::Name| line.cell.iter().any(|n| market.within(n, name));
    let fields = scope
        .fields
        .as_ref()
        .is_none_or(|set| (set.names.is_empty() || set.names.iter().any(has)) && !set.except.iter().any(has));
    let products = scope.products.is_empty() || scope.products.iter().any(has);
    let customers = scope.customers.is_empty() || scope.customers.iter().any(has);
    let placed = scope.territory.as_ref().is_none_or(|territory| {
        let places = market.places(territory, sub.end);
        line.cell.iter().any(|n| places.contains(n.as_str()))
    });
    fields && products && customers && placed
}

/// Rates that follow each other: each for its days of the stretch.
fn steps_amount(
    run: &Run<'_>,
    rates: &[RateStep],
    base: &Val,
    sub: &Period,
    focus: &Focus,
) -> Eval<(Val, Step)> {
    if let Some(found) = recouping(run, rates, base, sub, focus)? {
        return Ok(found);
    }
    let mut start = Some(sub.start);
    let mut amount: Option<Val> = None;
    let mut parts = Vec::new();
    for rate in rates {
        let Some(from) = start.filter(|d| *d <= sub.end) else { break };
        let from = match &rate.from {
            Some(first) => match run.clock().limit(first, focus)? {
                Some(day) if day <= sub.end => from.max(day),
                _ => continue,
            },
            None => from,
        };
        let until = match &rate.until {
            Some(moment) => run.clock().limit(moment, focus)?,
            None => None,
        };
        if until.is_some_and(|d| d < from) {
            continue;
        }
        if let Some(when) = &rate.when
            && !run.holds(when, focus)?
        {
            continue;
        }
        let end = until.map_or(sub.end, |d| d.min(sub.end));
        let days = Exact::from_int(from.days_until(end) + 1);
        let share = days.checked_div(&Exact::from_int(sub.days())).unwrap_or_else(Exact::one);
        let slice = base.with(base.number() * &share);
        let (value, step) = rate_amount(run, &rate.rate, &slice, focus)?;
        parts.push(step);
        amount = Some(match amount {
            Some(sum) => sum.plus(&value)?,
            None => value,
        });
        start = end.next_day();
    }
    let amount = match amount {
        Some(amount) => amount,
        None => Val::money(Exact::zero(), run.currency()?),
    };
    if parts.len() == 1 {
        return Ok((amount, parts.remove(0)));
    }
    Ok((amount.clone(), Step::new("rates in turn", amount).from(parts)))
}

/// Whether a rate holds until an advance is earned back.
fn recoups(rates: &[RateStep]) -> bool {
    let recouped = |m: &counterpart_terms::value::Moment| matches!(m, counterpart_terms::value::Moment::Event { state: Some(state), .. } if state == "recouped");
    rates.iter().any(|r| r.until.as_ref().is_some_and(recouped))
}

/// A rate until an advance is earned back, then another: the base that earns it back is charged first.
fn recouping(
    run: &Run<'_>,
    rates: &[RateStep],
    base: &Val,
    sub: &Period,
    focus: &Focus,
) -> Eval<Option<(Val, Step)>> {
    let (Some(first), [next]) = (rates.first(), rates.get(1..).unwrap_or_default()) else { return Ok(None) };
    let Some(counterpart_terms::value::Moment::Event { name, state: Some(state), .. }) = &first.until else {
        return Ok(None);
    };
    if state != "recouped" {
        return Ok(None);
    }
    if let Some(from) = &first.from
        && run.clock().limit(from, focus)?.is_none_or(|d| d > sub.end)
    {
        return Ok(None);
    }
    let open =
        run.open_advances().get(name).map(|o| (&o.start - &o.earned).max(Exact::zero())).unwrap_or_default();
    let (at_first, _) = rate_amount(run, &first.rate, base, focus)?;
    let share = open.checked_div(at_first.number()).unwrap_or_else(Exact::one).min(Exact::one());
    let slice = base.with(base.number() * &share);
    let (a, early) = rate_amount(run, &first.rate, &slice, focus)?;
    let (b, late) = rate_amount(run, &next.rate, &base.less(&slice)?, focus)?;
    let sum = a.plus(&b)?;
    let how = format!("{} of {name} open", a.with(open));
    Ok(Some((sum.clone(), Step::new("until earned back, then", sum).how(how).from(vec![early, late]))))
}

/// A rate on a base.
///
/// # Errors
/// Where the rate is not given.
pub(super) fn rate_amount(run: &Run<'_>, rate: &Rate, base: &Val, focus: &Focus) -> Eval<(Val, Step)> {
    let zero = Val::money(Exact::zero(), run.currency()?);
    match rate {
        Rate::Nil => Ok((zero.clone(), Step::new("nil", zero))),
        Rate::Value { value, per, of } => {
            let (rate, _) = run.amount(value, focus)?;
            if let Some(of) = of {
                let (of, step) = run.amount(of, focus)?;
                let amount = of.with(of.number() * rate.number());
                let how = format!("{} x {of}", percent(rate.number()));
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
                    (rate.times(base)?, format!("{base} x {rate}"))
                }
                (Val::Money(_), None) if base.currency().is_none() && is_price(run, value) => {
                    (rate.times(base)?, format!("{base} x {rate}"))
                }
                (Val::Money(_), None) => (rate.clone(), format!("{rate}, a fixed amount")),
            };
            Ok((amount.clone(), Step::new("rate", amount).how(how)))
        }
    }
}

/// An amount that limits or adds to a rate, applied to the base.
fn applied(run: &Run<'_>, amount: &Amount, value: &Val, base: &Val) -> Eval<Val> {
    match value {
        Val::Number(n) => Ok(base.with(base.number() * n)),
        Val::Money(_) if base.currency().is_none() && is_price(run, amount) => value.times(base),
        Val::Money(_) => Ok(value.clone()),
    }
}

/// What is added to the rate.
fn added(run: &Run<'_>, adder: &Adder, base: &Val, focus: &Focus, first: bool) -> Eval<Option<(Val, Step)>> {
    if let Some(when) = &adder.when
        && !run.holds(when, focus)?
    {
        return Ok(None);
    }
    let Rate::Value { value, of, .. } = &adder.rate else { return Ok(None) };
    let (mut rate, mut why) = run.amount(value, focus).map_err(|u| u.at(adder.at))?;
    let mut price = is_price(run, value);
    if let Some(of) = of {
        // `plus 30% of` something else than the base.
        let (of_value, step) = run.amount(of, focus).map_err(|u| u.at(adder.at))?;
        let share = of_value.with(of_value.number() * rate.number());
        why = Step::new("share", share.clone())
            .how(format!("{} x {of_value}", percent(rate.number())))
            .from(vec![step]);
        rate = share;
        price = is_price(run, of);
    }
    if let Some(each) = &adder.each {
        let measure = counterpart_terms::value::Measure::of_metric(each.clone());
        let (count, _) = run.measure(&measure, focus)?;
        rate = rate.with(rate.number() * count.number());
    }
    if let Some(Rate::Value { value: most, .. }) = &adder.at_most {
        let (most, _) = run.amount(most, focus)?;
        if rate.compare(&most)?.is_gt() {
            rate = most;
        }
    }
    let per_unit =
        matches!(&adder.rate, Rate::Value { per: Some(_), .. }) || (price && base.currency().is_none());
    let amount = match &rate {
        Val::Number(n) => base.with(base.number() * n),
        Val::Money(_) if per_unit => rate.times(base)?,
        // An amount for the period is added once, whatever the number of lines.
        Val::Money(_) if !first => return Ok(None),
        Val::Money(_) => rate.clone(),
    };
    let (shown, how) = match &rate {
        Val::Number(n) => (percent(n), format!("{base} x {}", percent(n))),
        money if per_unit => (money.to_string(), format!("{base} x {money}")),
        money => (money.to_string(), String::new()),
    };
    let step = Step::new(format!("plus {shown}"), amount.clone()).how(how).by(adder.at).from(vec![why]);
    Ok(Some((amount, step)))
}
