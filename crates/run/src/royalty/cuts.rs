//! Reductions: line by line where they depend on country or product, then together.

use super::base::{self, RoyaltyLine};
use super::memory::Memory;
use crate::amount::given;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_ledger::EventKind;
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{Cut, CutFloor, Reduction, ReductionCause, Royalty};
use counterpart_terms::value::{Amount, Name};

/// The sum of what the lines earn.
pub(super) fn total(lines: &[RoyaltyLine], money: &Val) -> Eval<Val> {
    let mut sum = money.clone();
    for line in lines {
        sum = sum.plus(&base::need_money(&line.due, "what a line earns")?)?;
    }
    Ok(sum)
}

/// Makes the lines add up to an amount again, each keeping its share.
pub(super) fn scale(lines: &mut [RoyaltyLine], to: &Val) {
    let mut sum = Exact::zero();
    for line in lines.iter() {
        sum += line.due.number();
    }
    if &sum == to.number() {
        return;
    }
    let Some(factor) = to.number().checked_div(&sum) else { return };
    for line in lines {
        line.due = line.due.with(line.due.number() * &factor);
    }
}

/// The reductions that cut the rate, in their order, for each line by itself.
pub(super) fn by_line(
    run: &Run<'_>,
    royalty: &Royalty,
    focus: &Focus,
    lines: &mut [RoyaltyLine],
    steps: &mut Vec<Step>,
) -> Eval<()> {
    for reduction in &royalty.reductions {
        if !matches!(reduction.cut, Cut::To(_) | Cut::By(_) | Cut::ToRate(_)) {
            continue;
        }
        let mut taken: Option<Val> = None;
        let before = lines.iter().map(|l| l.due.number().clone()).sum::<Exact>();
        let mut where_ = Vec::new();
        for line in lines.iter_mut().filter(|l| !l.due.number().is_zero()) {
            let line_focus = base::focus(run, focus, line);
            let share = share_of_days(run, reduction, &line_focus).map_err(|u| u.at(reduction.at))?;
            if share.is_zero() {
                continue;
            }
            let reduced = cut_line(run, reduction, line, &line_focus)?;
            let kept = line.due.with(line.due.number() * &(Exact::one() - share.clone()));
            let now = kept.plus(&reduced.with(reduced.number() * &share))?;
            let cut = line.due.less(&now)?;
            taken = Some(taken.map_or(Ok(cut.clone()), |t| t.plus(&cut))?);
            where_.push(line.cell.iter().map(Name::as_str).collect::<Vec<_>>().join(" "));
            line.due = now;
        }
        if let Some(taken) = taken.filter(|t| !t.number().is_zero()) {
            where_.retain(|w| !w.is_empty());
            where_.dedup();
            let on = if where_.is_empty() { String::new() } else { format!(" on {}", where_.join(", ")) };
            let before = taken.with(before);
            let how = format!("{before} becomes {}", before.less(&taken)?);
            let less = taken.with(-taken.number().clone());
            steps.push(Step::new(format!("{}{on}", describe(reduction)), less).how(how).by(reduction.at));
        }
    }
    Ok(())
}

fn describe(reduction: &Reduction) -> String {
    let share = |known: &counterpart_terms::value::Known<Exact>| {
        known.given().map_or("an unknown share".into(), percent)
    };
    match &reduction.cut {
        Cut::To(to) => format!("reduced to {} of rate", share(to)),
        Cut::By(by) => format!("reduced by {}", share(by)),
        _ => "reduced rate".to_string(),
    }
}

/// For which share of the stretch a reduction applies to a line.
fn share_of_days(run: &Run<'_>, reduction: &Reduction, focus: &Focus) -> Eval<Exact> {
    let Some(period) = focus.period else { return Ok(Exact::zero()) };
    let all = |holds: bool| if holds { Exact::one() } else { Exact::zero() };
    if let Some(until) = &reduction.until
        && run.clock().limit(until, focus)?.is_some_and(|d| d < period.start)
    {
        return Ok(Exact::zero());
    }
    Ok(match &reduction.cause {
        ReductionCause::When(condition) => all(run.holds(condition, focus)?),
        ReductionCause::After(moment) => match run.clock().moment(moment, focus)? {
            When::Never => Exact::one(),
            When::NotYet => Exact::zero(),
            When::On(day) if day < period.start => Exact::one(),
            When::On(day) if day >= period.end => Exact::zero(),
            When::On(day) => {
                let after = Exact::from_int(day.days_until(period.end));
                after.checked_div(&Exact::from_int(period.days())).unwrap_or_else(Exact::zero)
            }
        },
        _ => Exact::zero(),
    })
}

fn cut_line(run: &Run<'_>, reduction: &Reduction, line: &RoyaltyLine, focus: &Focus) -> Eval<Val> {
    let due = &line.due;
    let reduced = match &reduction.cut {
        Cut::To(to) => due.with(due.number() * &given(to, "reduction")?),
        Cut::By(by) => due.with(due.number() * &(Exact::one() - given(by, "reduction")?)),
        Cut::ToRate(rate) => {
            let (rate, _) = run.amount(rate, focus).map_err(|u| u.at(reduction.at))?;
            let at_rate = match rate {
                Val::Number(n) => due.with(line.base.number() * &n),
                money => due.with(line.base.number() * money.number()),
            };
            if at_rate.compare(due)?.is_lt() { at_rate } else { due.clone() }
        }
        _ => due.clone(),
    };
    let floor = floor_of(run, reduction, &line.base, &line.full, focus)?;
    Ok(match floor {
        Some(floor) if reduced.compare(&floor)?.is_lt() => {
            if floor.compare(due)?.is_lt() {
                floor
            } else {
                due.clone()
            }
        }
        _ => reduced,
    })
}

/// The least a reduction may leave of a base and an unreduced royalty.
fn floor_of(
    run: &Run<'_>,
    reduction: &Reduction,
    base: &Val,
    full: &Val,
    focus: &Focus,
) -> Eval<Option<Val>> {
    let mut floor: Option<Val> = None;
    for rule in &reduction.floors {
        let least = match rule {
            CutFloor::HalfTheRate => full.with(full.number() * &half()),
            CutFloor::Rate(amount, of) => {
                // `never below 2%` is of the base; `never below 50% of the royalty` of what was unreduced.
                let (value, of_royalty) = match amount {
                    Amount::Share(share, inner) if is_royalty_word(inner) => {
                        (Val::Number(given(share, "floor")?), true)
                    }
                    amount => (run.amount(amount, focus).map_err(|u| u.at(reduction.at))?.0, of.is_some()),
                };
                match value {
                    Val::Number(n) if of_royalty => full.with(full.number() * &n),
                    Val::Number(n) => full.with(base.number() * &n),
                    money => money,
                }
            }
            CutFloor::AtMost(most, None) => {
                full.with(full.number() * &(Exact::one() - given(most, "limit")?))
            }
            CutFloor::AtMost(_, Some(_)) => continue,
        };
        floor = Some(match floor {
            Some(so_far) if so_far.compare(&least)?.is_ge() => so_far,
            _ => least,
        });
    }
    Ok(floor)
}

fn is_royalty_word(amount: &Amount) -> bool {
    matches!(amount, Amount::Measure(m) if m.names.iter().any(|n| matches!(n.as_str(), "royalty" | "rate")))
}

fn half() -> Exact {
    Exact::ratio(1, 2).unwrap_or_else(Exact::one)
}

/// Credits and overall floors, in their order; returns what is left and what is carried.
#[expect(clippy::too_many_arguments, reason = "the pieces of one computation, each of another kind")]
pub(super) fn together(
    run: &Run<'_>,
    royalty: &Royalty,
    sub: &Period,
    focus: &Focus,
    lines: &[RoyaltyLine],
    full: &Val,
    money: &Val,
    memory: &mut Memory,
    steps: &mut Vec<Step>,
) -> Eval<(Val, Val)> {
    let mut left = total(lines, money)?;
    let mut carried = money.clone();
    let mut base = lines.first().map_or(money.clone(), |l| l.base.with(Exact::zero()));
    for line in lines.iter().filter(|l| !l.full.number().is_zero()) {
        base = base.plus(&line.base)?;
    }
    if let Some((borne, step)) = borne_by_licensor(run, royalty, sub, money)? {
        left = left.less(&borne)?;
        steps.push(step);
    }
    for reduction in &royalty.reductions {
        if matches!(reduction.cut, Cut::To(_) | Cut::By(_) | Cut::ToRate(_)) {
            continue;
        }
        let kept = memory.credit.remove(&reduction.at).unwrap_or_default();
        let floor = floor_of(run, reduction, &base, full, focus)?;
        match &reduction.cut {
            Cut::Credit(share) => {
                let paid = credit_source(run, reduction, royalty, sub, focus, money)?;
                let share = given(share, "credit")?;
                let available = paid.number() * &share + kept.clone();
                let room = room(reduction, &left, floor.as_ref(), full, sub, memory)?;
                let used = available.clone().min(room);
                let rest = &available - &used;
                if reduction.carried.is_some() && !rest.is_zero() {
                    memory.credit.insert(reduction.at, rest.clone());
                    carried = carried.with(carried.number() + &rest);
                }
                memory.add_cut(sub.end.year(), &used);
                left = left.with(left.number() - &used);
                if !used.is_zero() {
                    let how =
                        format!("{} of {paid}, and {} carried to here", percent(&share), left.with(kept));
                    steps.push(Step::new("credit", left.with(-used)).how(how).by(reduction.at));
                }
            }
            _ => {
                // What could not be cut earlier is cut now, down to the floor.
                let wanted = left.with(left.number() - &kept);
                let floor = floor.unwrap_or_else(|| left.with(Exact::zero()));
                let held = if wanted.compare(&floor)?.is_lt() { floor } else { wanted.clone() };
                let excess = held.less(&wanted)?;
                if reduction.carried.is_some() && !excess.number().is_zero() {
                    memory.credit.insert(reduction.at, excess.number().clone());
                    carried = carried.with(carried.number() + excess.number());
                }
                if held != left {
                    steps.push(Step::new("all reductions together", held.less(&left)?).by(reduction.at));
                }
                left = held;
            }
        }
    }
    Ok((left, carried))
}

/// How much a credit may take.
fn room(
    reduction: &Reduction,
    left: &Val,
    floor: Option<&Val>,
    full: &Val,
    sub: &Period,
    memory: &Memory,
) -> Eval<Exact> {
    let mut room = left.number().clone();
    if let Some(floor) = floor {
        room = room.min(left.number() - floor.number());
    }
    for rule in &reduction.floors {
        if let CutFloor::AtMost(most, Some(_)) = rule {
            // The year's allowance: a share of the unreduced royalty of the year so far, less cuts taken.
            let (so_far, cuts) = memory.year(sub.end.year());
            let allowance = (so_far + full.number().clone()) * given(most, "limit")? - cuts;
            room = room.min(allowance);
        }
    }
    Ok(room.max(Exact::zero()))
}

/// What third parties were paid, or what something cost, in the stretch.
fn credit_source(
    run: &Run<'_>,
    reduction: &Reduction,
    royalty: &Royalty,
    sub: &Period,
    focus: &Focus,
    money: &Val,
) -> Eval<Val> {
    let mut sum = money.clone();
    match &reduction.cause {
        ReductionCause::ThirdParty(Some(metric)) => {
            let measure = counterpart_terms::value::Measure::of_metric(metric.clone());
            // Nothing reported is nothing paid.
            if let Ok((value, _)) = run.measure(&measure, focus) {
                sum = sum.plus(&value)?;
            }
        }
        ReductionCause::ThirdParty(None) => {
            for (amount, _) in third_party(run, royalty, sub) {
                sum = sum.plus(&amount)?;
            }
        }
        ReductionCause::Costs(names) => {
            for event in run.facts.events() {
                let EventKind::Cost { name, amount, currency, label, .. } = &event.kind else { continue };
                if names.contains(name) && in_period(run, *label, event.date, sub) {
                    sum = sum.plus(&Val::money(amount.clone(), *currency))?;
                }
            }
        }
        _ => {}
    }
    Ok(sum)
}

/// Royalties paid to third parties in the stretch, and whether the patents were known.
pub(super) fn third_party<'f>(
    run: &'f Run<'_>,
    royalty: &'f Royalty,
    sub: &'f Period,
) -> impl Iterator<Item = (Val, Option<&'f str>)> {
    run.facts.events().filter_map(move |event| {
        let EventKind::ThirdParty { stream, who, label, amount, currency, .. } = &event.kind else {
            return None;
        };
        let here = stream == &royalty.name && in_period(run, *label, event.date, sub);
        here.then(|| (Val::money(amount.clone(), *currency), who.as_deref()))
    })
}

fn in_period(
    run: &Run<'_>,
    label: Option<counterpart_terms::value::PeriodLabel>,
    date: counterpart_num::Date,
    sub: &Period,
) -> bool {
    match label.and_then(|l| run.clock().period(l, None)) {
        // A longer period's payments count in the stretch that ends it.
        Some(period) => period.end == sub.end || (period.start >= sub.start && period.end <= sub.end),
        None => sub.contains(date),
    }
}

/// Third-party royalties the deal puts on the licensor come off whole, shared ones by halves.
fn borne_by_licensor(
    run: &Run<'_>,
    royalty: &Royalty,
    sub: &Period,
    money: &Val,
) -> Eval<Option<(Val, Step)>> {
    if royalty.third_party.is_empty() {
        return Ok(None);
    }
    let mut sum = money.clone();
    for (paid, known) in third_party(run, royalty, sub) {
        let rule = royalty.third_party.iter().find(|(who, _, _)| known.is_none_or(|k| k == who));
        let Some((_, by, at)) = rule else { continue };
        let licensors = by.iter().filter(|p| royalty.to.contains(p)).count();
        if licensors == 0 {
            continue;
        }
        let parts = Exact::from_int(by.len() as i64);
        let share = Exact::from_int(licensors as i64)
            .checked_div(&parts)
            .ok_or_else(|| Unknown::new("nobody bears it").at(*at))?;
        sum = sum.plus(&paid.with(paid.number() * &share))?;
    }
    if sum.number().is_zero() {
        return Ok(None);
    }
    let at = royalty.third_party.first().map_or(royalty.at, |(_, _, at)| *at);
    let step =
        Step::new("third-party royalties borne by the licensor", sum.with(-sum.number().clone())).by(at);
    Ok(Some((sum, step)))
}
