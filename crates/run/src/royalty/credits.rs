//! What comes off the sum of all lines: credits, and the floor under all reductions together.

use super::base::RoyaltyLine;
use super::cuts::{cuts_rate, floor_of, no_relief, total};
use super::memory::{Credit, Memory};
use super::stretch::{Stretch, hangs_on};
use super::upstream::{borne_by_licensor, in_period, third_party};
use crate::amount::given;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown, or_nothing};
use crate::value::{Val, percent};
use counterpart_ledger::EventKind;
use counterpart_num::{self as num, Date, Exact, Period, PeriodKind};
use counterpart_terms::model::{Cut, CutFloor, Reduction, ReductionCause};
use counterpart_terms::value::Measure;

/// Credits and overall floors, in their order; returns what is left and what is carried, where that is known.
pub(super) fn together(
    stretch: &Stretch<'_, '_>,
    lines: &[RoyaltyLine],
    full: &Val,
    memory: &mut Memory,
    steps: &mut Vec<Step>,
) -> Eval<(Val, Eval<Val>)> {
    let zero = &stretch.zero;
    let mut left = total(lines, zero)?;
    let mut carried = Ok(zero.clone());
    let mut base = lines.first().map_or(zero.clone(), |l| l.base.with(Exact::zero()));
    for line in lines.iter().filter(|l| !l.full.number().is_zero()) {
        base = base.plus(&line.base)?;
    }
    if let Some((borne, step)) = borne_by_licensor(stretch)? {
        left = left.less(&borne)?;
        steps.push(step);
    }
    // What is carried waits for a period in which it may be used.
    let relief_ruled_out = no_relief(stretch, &stretch.focus)?;
    for (index, reduction) in stretch.royalty.reductions.iter().enumerate() {
        if cuts_rate(&reduction.cut) || relief_ruled_out {
            continue;
        }
        let mut credit = match memory.credit.get(&index).cloned().unwrap_or_else(|| Ok(Vec::new())) {
            Ok(credit) => credit,
            // Where nothing is earned nothing can be credited, whatever is carried.
            Err(unknown) if left.number().is_zero() => {
                carried = Err(unknown.at(reduction.at));
                continue;
            }
            Err(unknown) => return Err(unknown.at(reduction.at)),
        };
        credit.retain(|(from, _)| still_good(reduction, from, &stretch.sub));
        let kept: Exact = credit.iter().map(|(_, n)| n.clone()).sum();
        let floor = floor_of(stretch.run, reduction, &base, full, &stretch.focus)?;
        match &reduction.cut {
            Cut::Credit(share) => {
                let paid = source(stretch, reduction).map_err(|u| u.at(reduction.at))?;
                let share = given(share, "credit").map_err(|u| u.at(reduction.at))?;
                credit.push((stretch.sub, paid.number() * &share));
                let available = paid.number() * &share + kept.clone();
                let mut room = left.number().clone();
                if let Some(floor) = &floor {
                    room = room.min(left.number() - floor.number());
                }
                if !available.is_zero()
                    && let Some(allowance) = allowance(stretch, index, reduction, full, memory)?
                {
                    room = room.min(allowance);
                }
                let used = available.min(room.max(Exact::zero()));
                use_up(&mut credit, used.clone());
                note_cut(stretch, index, reduction, &used, memory);
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
                let mut floor = floor.unwrap_or_else(|| left.with(Exact::zero()));
                // The allowance of a longer period is what its royalty allows, less what was cut in it before.
                if let Some(allowance) = allowance(stretch, index, reduction, full, memory)? {
                    let least = full.with(full.number() - &allowance);
                    floor = if least.compare(&floor)?.is_gt() { least } else { floor };
                }
                // It is a limit to cutting: it raises nothing above what was there before the cuts.
                if floor.compare(full)?.is_gt() {
                    floor = full.clone();
                }
                let held = if wanted.compare(&floor)?.is_lt() { floor } else { wanted.clone() };
                let excess = held.less(&wanted)?;
                // What comes off now is of the oldest first; what a floor stops now is added.
                let made_up = (kept.clone() - excess.number().clone()).max(Exact::zero());
                use_up(&mut credit, made_up);
                let stopped = excess.number() - &kept;
                if stopped.is_positive() {
                    credit.push((stretch.sub, stopped));
                }
                note_cut(stretch, index, reduction, &(full.number() - held.number()), memory);
                if held != left {
                    steps.push(Step::new("all reductions together", held.less(&left)?).by(reduction.at));
                }
                left = held;
            }
        }
        credit.retain(|(_, n)| !n.is_zero());
        if reduction.carried.is_none() {
            credit.clear();
        }
        let rest: Exact = credit.iter().map(|(_, n)| n.clone()).sum();
        carried = carried.map(|c: Val| c.with(c.number() + &rest));
        memory.credit.insert(index, Ok(credit));
    }
    Ok((left, carried))
}

/// Takes a sum off credits, the oldest first.
fn use_up(credit: &mut [Credit], mut used: Exact) {
    for (_, left) in credit {
        let taken = left.clone().min(used.clone()).max(Exact::zero());
        *left = &*left - &taken;
        used = &used - &taken;
    }
}

/// Whether a credit from an earlier stretch may still be used: where it is carried for so many periods, in those.
fn still_good(reduction: &Reduction, from: &Period, now: &Period) -> bool {
    let Some(Some((count, unit))) = &reduction.carried else { return true };
    let last = from.end.next_day().and_then(|d| d.add_months(i64::from(count * unit.months())));
    last.is_none_or(|day| now.start < day)
}

/// What a limit for a period still allows to be cut: its share of the unreduced royalty of the period so far, less
/// what was cut under it.
fn allowance(
    stretch: &Stretch<'_, '_>,
    index: usize,
    reduction: &Reduction,
    full: &Val,
    memory: &Memory,
) -> Eval<Option<Exact>> {
    let mut least: Option<Exact> = None;
    for (most, kind) in limits(reduction) {
        let Some(start) = first_day(stretch, kind) else { continue };
        let so_far = memory.full_since(start).map_err(|u| u.at(reduction.at))?;
        let cuts = memory.cuts.get(&(index, start)).cloned().unwrap_or_default();
        let share = given(most, "limit").map_err(|u| u.at(reduction.at))?;
        let allowed = (so_far + full.number().clone()) * share - cuts;
        least = Some(least.map_or(allowed.clone(), |l| l.min(allowed)));
    }
    Ok(least)
}

fn note_cut(
    stretch: &Stretch<'_, '_>,
    index: usize,
    reduction: &Reduction,
    cut: &Exact,
    memory: &mut Memory,
) {
    for (_, kind) in limits(reduction) {
        if let Some(start) = first_day(stretch, kind) {
            *memory.cuts.entry((index, start)).or_default() += cut;
        }
    }
}

fn limits(
    reduction: &Reduction,
) -> impl Iterator<Item = (&counterpart_terms::value::Known<Exact>, PeriodKind)> {
    reduction.floors.iter().filter_map(|floor| match floor {
        CutFloor::AtMost(most, Some(kind)) => Some((most, *kind)),
        _ => None,
    })
}

fn first_day(stretch: &Stretch<'_, '_>, kind: PeriodKind) -> Option<Date> {
    num::Cycle::new(kind, num::Basis::Calendar).containing(stretch.sub.end).map(|p| p.start)
}

/// What third parties were paid, or what something cost, in the stretch.
fn source(stretch: &Stretch<'_, '_>, reduction: &Reduction) -> Eval<Val> {
    let run = stretch.run;
    let mut sum = stretch.zero.clone();
    match &reduction.cause {
        ReductionCause::ThirdParty(Some(metric)) => {
            // Nothing reported is nothing paid; any other gap stays one.
            let paid =
                run.measure(&Measure::of_metric(metric.clone()), &stretch.focus).map(|(value, _)| value);
            sum = sum.plus(&or_nothing(paid, || stretch.zero.clone())?)?;
        }
        ReductionCause::ThirdParty(None) => {
            for paid in third_party(stretch)? {
                sum = sum.plus(&paid.amount)?;
            }
        }
        ReductionCause::Costs(names) => {
            for event in run.facts.events() {
                let EventKind::Cost { name, amount, currency, label, .. } = &event.kind else { continue };
                if names.contains(name) && in_period(run, *label, event.date, &stretch.sub) {
                    let cost = Val::money(amount.clone(), *currency);
                    sum = sum.plus(&stretch.converted(cost).map_err(|u| u.at(event.at))?)?;
                }
            }
        }
        _ => {}
    }
    Ok(sum)
}

/// A stretch cannot be computed: what it would have left of credits that are carried is not known either, unless
/// there was none to use.
pub(super) fn leave_open(stretch: &Stretch<'_, '_>, unknown: &Unknown, memory: &mut Memory) {
    for (index, reduction) in stretch.royalty.reductions.iter().enumerate() {
        if reduction.carried.is_none() || cuts_rate(&reduction.cut) {
            continue;
        }
        let kept = memory.credit.get(&index).is_some_and(|c| c.as_ref().is_ok_and(|c| !c.is_empty()));
        let nothing = match &reduction.cut {
            Cut::Credit(_) => !kept && source(stretch, reduction).is_ok_and(|v| v.number().is_zero()),
            _ => false,
        };
        if !nothing && !matches!(memory.credit.get(&index), Some(Err(_))) {
            let gap = hangs_on("the credit carried forward", &stretch.sub, unknown);
            memory.credit.insert(index, Err(gap));
        }
    }
}
