//! Which rate rule a line is charged with, on which of its days.

use super::base::{self, RoyaltyLine};
use super::rates::is_sum;
use super::stretch::Stretch;
use super::{steps, tiers};
use crate::clock::Focus;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Period;
use counterpart_terms::model::{RateRule, Schedule};
use counterpart_terms::value::{Condition, Scope};

/// The rule of a line, and the days it is for where they are not all.
pub(super) type Ruled = (Option<usize>, Option<Period>);

/// Which rule each line is charged with. Where several stand in one stretch, each on its days, a line is divided
/// among them in proportion to the days; what is left for days without a rate earns nothing, and says so.
pub(super) fn by_rule(
    stretch: &Stretch<'_, '_>,
    lines: &mut Vec<RoyaltyLine>,
    trace: &mut Vec<Step>,
) -> Eval<Vec<Ruled>> {
    let mut out = Vec::new();
    let mut parts = Vec::new();
    for line in lines.drain(..) {
        let focus = base::focus(stretch.run, &stretch.focus, &line);
        let whole = line.day.unwrap_or(stretch.sub);
        for (rule, days) in choose(stretch, &focus, &line, whole)? {
            if rule.is_none()
                && !line.base.number().is_zero()
                && between_rates(stretch, &focus, &line, &days)?
            {
                return Err(Unknown::new(format!("no rate stands for {days}")).at(stretch.royalty.at));
            }
            if (days.start, days.end) == (whole.start, whole.end) {
                out.push((rule, None));
                parts.push(line.clone());
                continue;
            }
            if !sums_only(stretch)
                && let Some(why) = stretch.undivided(&line.base)
            {
                return Err(why.at(stretch.royalty.at));
            }
            let base = line.base.with(line.base.number() * &days.share_of(&whole));
            if rule.is_none() && !base.number().is_zero() {
                trace.push(Step::note(format!("no rate for {days}: {base}")).by(stretch.royalty.at));
            }
            out.push((rule, Some(days)));
            parts.push(RoyaltyLine { base, ..line.clone() });
        }
    }
    *lines = parts;
    Ok(out)
}

/// Whether all rates are sums of money, whatever the base is.
pub(super) fn sums_only(stretch: &Stretch<'_, '_>) -> bool {
    let sums = |schedule: &Schedule| match schedule {
        Schedule::Steps(rates) => rates.iter().all(|step| is_sum(stretch.run, &step.rate)),
        Schedule::Tiers(_) => false,
    };
    stretch.royalty.rates.iter().all(|rule| sums(&rule.schedule))
}

/// The rules that apply to a line, each on the days that none before it has taken; `None` for days without a rate.
fn choose(
    stretch: &Stretch<'_, '_>,
    focus: &Focus,
    line: &RoyaltyLine,
    whole: Period,
) -> Eval<Vec<(Option<usize>, Period)>> {
    let mut left = vec![whole];
    let mut out = Vec::new();
    for (index, rule) in stretch.royalty.rates.iter().enumerate() {
        if left.is_empty() {
            break;
        }
        let taken = on_days(stretch, rule, focus, line, &whole).map_err(|u| u.at(rule.at))?;
        for days in taken {
            let found = left.iter().filter_map(|l| Period::new(l.start.max(days.start), l.end.min(days.end)));
            out.extend(found.map(|found| (Some(index), found)));
            left = left.iter().flat_map(|l| without(l, &days)).collect();
        }
    }
    out.extend(left.into_iter().map(|days| (None, days)));
    Ok(out)
}

/// Whether days without a rate lie between rates: after the first has begun and before another does. Before all of
/// them, and after the last, nothing is owed; between them the deal has left something out.
fn between_rates(stretch: &Stretch<'_, '_>, focus: &Focus, line: &RoyaltyLine, days: &Period) -> Eval<bool> {
    let (mut begun, mut to_come) = (false, false);
    for rule in &stretch.royalty.rates {
        let Schedule::Steps(rates) = &rule.schedule else { continue };
        if !applies(stretch, rule, focus, line)? {
            continue;
        }
        for (index, step) in rates.iter().enumerate() {
            match &step.from {
                Some(from) => match stretch.run.clock().limit(from, focus)? {
                    Some(day) => {
                        begun |= day <= days.start;
                        to_come |= day > days.end;
                    }
                    None => to_come = true,
                },
                None => begun |= index == 0,
            }
        }
    }
    Ok(begun && to_come)
}

/// Some days without others.
fn without(days: &Period, taken: &Period) -> impl Iterator<Item = Period> {
    let before = taken.start.prev_day().and_then(|last| Period::new(days.start, last.min(days.end)));
    let after = taken.end.next_day().and_then(|first| Period::new(first.max(days.start), days.end));
    before.into_iter().chain(after)
}

/// The days on which a rule applies to a line, in their order.
fn on_days(
    stretch: &Stretch<'_, '_>,
    rule: &RateRule,
    focus: &Focus,
    line: &RoyaltyLine,
    whole: &Period,
) -> Eval<Vec<Period>> {
    if !applies(stretch, rule, focus, line)? {
        return Ok(Vec::new());
    }
    let rates = match &rule.schedule {
        Schedule::Steps(rates) => rates,
        Schedule::Tiers(table) => return Ok(tiers::running(stretch, table, whole)?.into_iter().collect()),
    };
    if rates.is_empty() {
        return Ok(vec![*whole]);
    }
    if steps::recoups(rates) {
        // Which part of the base earns the advance back is no question of days.
        let begun = rates.first().and_then(|first| first.from.as_ref());
        let begun = begun.map(|from| stretch.run.clock().limit(from, focus)).transpose()?;
        let open = begun.is_none_or(|day| day.is_some_and(|d| d <= whole.end));
        return Ok(if open { vec![*whole] } else { Vec::new() });
    }
    let mut days: Vec<Period> = Vec::new();
    for (_, next) in steps::in_turn(stretch, rates, whole, focus)? {
        let joins = days.last().is_some_and(|last| last.end.next_day() == Some(next.start));
        match days.last().and_then(|last| Period::new(last.start, next.end)).filter(|_| joins) {
            Some(both) => {
                days.pop();
                days.push(both);
            }
            None => days.push(next),
        }
    }
    Ok(days)
}

fn applies(stretch: &Stretch<'_, '_>, rule: &RateRule, focus: &Focus, line: &RoyaltyLine) -> Eval<bool> {
    let run = stretch.run;
    if rule.scope.as_ref().is_some_and(|scope| !in_scope(stretch, scope, line)) {
        return Ok(false);
    }
    if let Schedule::Tiers(table) = &rule.schedule
        && table.except.as_ref().is_some_and(|scope| in_scope(stretch, scope, line))
    {
        return Ok(false);
    }
    if let Some((side, moment)) = &rule.signed {
        let condition = Condition::Signed { side: side.clone(), when: moment.clone() };
        if !run.holds(&condition, focus)? {
            return Ok(false);
        }
    }
    rule.when.as_ref().map_or(Ok(true), |when| run.holds(when, focus))
}

/// Whether a line lies in a scope: by its field, product, country or customer.
pub(super) fn in_scope(stretch: &Stretch<'_, '_>, scope: &Scope, line: &RoyaltyLine) -> bool {
    let market = &stretch.run.model_on(stretch.period.start).market;
    let has = |name: &counterpart_terms::value::Name| line.cell.iter().any(|n| market.within(n, name));
    let fields = scope
        .fields
        .as_ref()
        .is_none_or(|set| (set.names.is_empty() || set.names.iter().any(has)) && !set.except.iter().any(has));
    let products = scope.products.is_empty() || scope.products.iter().any(has);
    let customers = scope.customers.is_empty() || scope.customers.iter().any(has);
    let placed = scope.territory.as_ref().is_none_or(|territory| {
        let places = market.places(territory, stretch.sub.end);
        line.cell.iter().any(|n| places.contains(n.as_str()))
    });
    fields && products && customers && placed
}
