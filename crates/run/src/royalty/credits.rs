//! What comes off the sum of all lines: credits, and the floor under all reductions together.

use super::base::RoyaltyLine;
use super::cuts::{cuts_rate, floor_of, no_relief, scale, scale_some, total};
use super::memory::{Credit, Memory, Of, member};
use super::stretch::{Stretch, hangs_on};
use super::upstream::{borne_by_licensor, in_period, third_party};
use crate::amount::given;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown, or_nothing};
use crate::value::{Val, percent};
use counterpart_ledger::EventKind;
use counterpart_num::{self as num, Date, Exact, Period, PeriodKind};
use counterpart_terms::model::{Cut, CutFloor, Per, Reduction, ReductionCause};
use counterpart_terms::value::{Measure, Name};
use std::collections::BTreeSet;

/// What a reduction takes from: all lines, or those of one product or country.
struct Pot {
    /// Left of it before the reduction.
    left: Val,
    /// Unreduced.
    full: Val,
    base: Val,
    member: Option<Name>,
}

impl Pot {
    fn of(
        stretch: &Stretch<'_, '_>,
        lines: &[RoyaltyLine],
        per: Option<&Per>,
        member: Option<Name>,
    ) -> Eval<Pot> {
        let mut base = lines.first().map_or(stretch.zero.clone(), |l| l.base.with(Exact::zero()));
        let (mut left, mut full) = (stretch.zero.clone(), stretch.zero.clone());
        for line in lines.iter().filter(|l| holds(stretch, per, member.as_ref(), l)) {
            left = left.plus(&line.due)?;
            full = full.plus(&line.full)?;
            if !line.full.number().is_zero() {
                base = base.plus(&line.base)?;
            }
        }
        Ok(Pot { left, full, base, member })
    }
}

fn holds(stretch: &Stretch<'_, '_>, per: Option<&Per>, name: Option<&Name>, line: &RoyaltyLine) -> bool {
    per.is_none_or(|per| member(stretch.run, per, &line.cell) == name)
}

/// A credit that came off in the stretch.
struct Drawn {
    of: Of,
    /// What was there to come off, the oldest first.
    before: Vec<Credit>,
    used: Exact,
}

/// Credits and overall floors, in their order, off the lines; returns what is carried, where that is known.
pub(super) fn together(
    stretch: &Stretch<'_, '_>,
    lines: &mut [RoyaltyLine],
    memory: &mut Memory,
    steps: &mut Vec<Step>,
) -> Eval<Eval<Val>> {
    let mut carried = Ok(stretch.zero.clone());
    if let Some((borne, step)) = borne_by_licensor(stretch)? {
        let left = total(lines, &stretch.zero)?.less(&borne)?;
        scale(lines, &left);
        steps.push(step);
    }
    // A period without relief leaves nothing to carry; what is carried waits for one with it.
    if no_relief(stretch, &stretch.focus)?.is_some() {
        return Ok(carried);
    }
    let mut drawn = Vec::new();
    for (index, reduction) in stretch.royalty.reductions.iter().enumerate() {
        if cuts_rate(&reduction.cut) {
            continue;
        }
        let per = reduction.per.as_ref();
        let mut members: BTreeSet<Option<Name>> = BTreeSet::new();
        match per {
            None => {
                members.insert(None);
            }
            Some(per) => {
                members.extend(lines.iter().map(|l| member(stretch.run, per, &l.cell).cloned()));
                // What is paid for a product not sold in the period may be carried.
                for paid in third_party(stretch)? {
                    members.extend(
                        [paid.product, paid.place]
                            .into_iter()
                            .flatten()
                            .map(|n| Some(n.clone()))
                            .filter(|n| n.as_ref() == member(stretch.run, per, n.as_slice())),
                    );
                }
                // Lines of no product have no credit of their own.
                members.remove(&None);
            }
        }
        let kept = memory.credit.keys().filter(|(i, m)| *i == index && (per.is_none() || m.is_some()));
        members.extend(kept.map(|(_, m)| m.clone()));
        for name in members {
            let pot = Pot::of(stretch, lines, per, name.clone())?;
            let (left, rest) = reduce(stretch, index, &pot, memory, &mut drawn, steps)?;
            carried = match (carried, rest) {
                (Ok(sum), Ok(rest)) => Ok(sum.with(sum.number() + &rest)),
                (Err(unknown), _) | (_, Err(unknown)) => Err(unknown),
            };
            if left != pot.left {
                scale_some(lines, &left, |line| holds(stretch, per, name.as_ref(), line));
            }
        }
    }
    Ok(carried)
}

/// What one reduction leaves of a pot, and what it carries, where that is known.
fn reduce(
    stretch: &Stretch<'_, '_>,
    index: usize,
    pot: &Pot,
    memory: &mut Memory,
    drawn: &mut Vec<Drawn>,
    steps: &mut Vec<Step>,
) -> Eval<(Val, Eval<Exact>)> {
    let Some(reduction) = stretch.royalty.reductions.get(index) else {
        return Ok((pot.left.clone(), Ok(Exact::zero())));
    };
    let Pot { left, full, base, member } = pot;
    let key = (index, member.clone());
    // What is not known of the whole is not known of any product.
    let whole = memory.credit.get(&(index, None)).filter(|c| c.is_err());
    let credit = memory.credit.get(&key).or(whole).cloned();
    let mut credit = match credit.unwrap_or_else(|| Ok(Vec::new())) {
        Ok(credit) => credit,
        // Where nothing is earned nothing can be credited, whatever is carried.
        Err(unknown) if left.number().is_zero() => return Ok((left.clone(), Err(unknown.at(reduction.at)))),
        Err(unknown) => return Err(unknown.at(reduction.at)),
    };
    credit.retain(|(from, _)| still_good(reduction, from, &stretch.sub));
    let kept: Exact = credit.iter().map(|(_, n)| n.clone()).sum();
    let mut given_back = Exact::zero();
    let floor = || floor_of(stretch.run, reduction, base, full, &stretch.focus);
    let after = match &reduction.cut {
        Cut::Credit(share) => {
            let paid = source(stretch, reduction, member.as_ref()).map_err(|u| u.at(reduction.at))?;
            // Where nothing was paid it does not matter how much of it counts, nor how far it may go.
            let share = match paid.number().is_zero() {
                true => Exact::zero(),
                false => given(share, "credit").map_err(|u| u.at(reduction.at))?,
            };
            credit.push((stretch.sub, paid.number() * &share));
            let available = paid.number() * &share + kept.clone();
            let mut room = left.number().clone();
            if !available.is_zero() && !room.is_zero() {
                if let Some(floor) = floor()? {
                    room = room.min(left.number() - floor.number());
                }
                if let Some(allowance) = allowance(stretch, &key, reduction, full, memory)? {
                    room = room.min(allowance);
                }
            }
            let wanted = available.clone();
            let used = available.min(room.max(Exact::zero()));
            if reduction.carried.is_some() && used.is_positive() {
                drawn.push(Drawn { of: key.clone(), before: credit.clone(), used: used.clone() });
            }
            use_up(&mut credit, used.clone());
            note_cut(stretch, &key, reduction, &used, memory);
            let after = left.with(left.number() - &used);
            if !used.is_zero() {
                let mut how =
                    format!("{} of {paid}, and {} carried to here", percent(&share), left.with(kept));
                if used < wanted {
                    how.push_str(&format!("; no more comes off, {after} is the least that stays"));
                }
                let what = member.as_ref().map_or("credit".into(), |m| format!("credit on {m}"));
                steps.push(Step::new(what, left.with(-used)).how(how).by(reduction.at));
            }
            after
        }
        // Nothing was cut that a floor could stop.
        _ if left == full && kept.is_zero() => left.clone(),
        _ => {
            // What could not be cut earlier is cut now, down to the floor.
            let wanted = left.with(left.number() - &kept);
            let mut floor = floor()?.unwrap_or_else(|| left.with(Exact::zero()));
            // The allowance of a longer period is what its royalty allows, less what was cut in it before.
            if let Some(allowance) = allowance(stretch, &key, reduction, full, memory)? {
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
            if stopped.is_positive() && reduction.carried.is_some() {
                credit.push((stretch.sub, stopped));
            } else if stopped.is_positive() {
                given_back = give_back(stretch, drawn, member.as_ref(), stopped, memory);
            }
            note_cut(stretch, &key, reduction, &(full.number() - held.number()), memory);
            if held != *left {
                steps.push(Step::new("all reductions together", held.less(left)?).by(reduction.at));
            }
            held
        }
    };
    credit.retain(|(_, n)| !n.is_zero());
    if reduction.carried.is_none() {
        credit.clear();
    }
    let rest: Exact = credit.iter().map(|(_, n)| n.clone()).sum();
    memory.credit.insert(key, Ok(credit));
    Ok((after, Ok(rest + given_back)))
}

/// What a floor under all reductions stops was not used: it stays with the credits that are carried, the last to come
/// off first. Says how much of it does.
fn give_back(
    stretch: &Stretch<'_, '_>,
    drawn: &mut [Drawn],
    member: Option<&Name>,
    mut stopped: Exact,
    memory: &mut Memory,
) -> Exact {
    let mut given = Exact::zero();
    for one in drawn.iter_mut().rev() {
        let own = one.of.1.as_ref();
        let Some(reduction) = stretch.royalty.reductions.get(one.of.0) else { continue };
        if member.is_some() && own.is_some() && own != member {
            continue;
        }
        let back = stopped.clone().min(one.used.clone());
        if !back.is_positive() {
            continue;
        }
        stopped = &stopped - &back;
        given += &back;
        one.used = &one.used - &back;
        let mut credit = one.before.clone();
        use_up(&mut credit, one.used.clone());
        credit.retain(|(_, n)| !n.is_zero());
        memory.credit.insert(one.of.clone(), Ok(credit));
        note_cut(stretch, &one.of, reduction, &-back, memory);
    }
    given
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
    key: &Of,
    reduction: &Reduction,
    full: &Val,
    memory: &Memory,
) -> Eval<Option<Exact>> {
    let mut least: Option<Exact> = None;
    for (most, kind) in limits(reduction) {
        let Some(start) = first_day(stretch, kind) else { continue };
        // The share of each of several periods told of as one is not said.
        if stretch.starts(&num::Cycle::new(kind, num::Basis::Calendar)).len() > 1
            && let Some(why) = stretch.undivided(full)
        {
            return Err(why.at(reduction.at));
        }
        let so_far = memory.full_since(start).map_err(|u| u.at(reduction.at))?;
        let cuts = memory.cuts.get(&(key.clone(), start)).cloned().unwrap_or_default();
        let share = given(most, "limit").map_err(|u| u.at(reduction.at))?;
        let allowed = (so_far + full.number().clone()) * share - cuts;
        least = Some(least.map_or(allowed.clone(), |l| l.min(allowed)));
    }
    Ok(least)
}

fn note_cut(stretch: &Stretch<'_, '_>, key: &Of, reduction: &Reduction, cut: &Exact, memory: &mut Memory) {
    for (_, kind) in limits(reduction) {
        if let Some(start) = first_day(stretch, kind) {
            *memory.cuts.entry((key.clone(), start)).or_default() += cut;
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
fn source(stretch: &Stretch<'_, '_>, reduction: &Reduction, member: Option<&Name>) -> Eval<Val> {
    let run = stretch.run;
    let mut sum = stretch.zero.clone();
    match &reduction.cause {
        ReductionCause::ThirdParty(Some(metric)) => {
            // Nothing reported is nothing paid; any other gap stays one.
            let mut measure = Measure::of_metric(metric.clone());
            let by_product = run
                .metric_on(metric, stretch.period.start)
                .is_some_and(|m| m.by.iter().any(|by| *by == "product"));
            if let Some(member) = member {
                measure.of = vec![member.clone()];
            } else if by_product {
                // What is paid for another product is no credit here.
                measure.of.clone_from(&stretch.royalty.of);
            }
            let paid = run.measure(&measure, &stretch.focus).map(|(value, _)| value);
            sum = sum.plus(&or_nothing(paid, || stretch.zero.clone())?)?;
        }
        ReductionCause::ThirdParty(None) => {
            for paid in third_party(stretch)? {
                let of = match reduction.per.as_ref() {
                    Some(Per::Country | Per::Region) => paid.place,
                    Some(_) => paid.product,
                    None => None,
                };
                if reduction.per.is_some() && of.is_none() {
                    let reason =
                        "it is not told for which product or country the third-party royalties were paid";
                    return Err(Unknown::new(reason).at(reduction.at));
                }
                if member.is_none() || of == member {
                    sum = sum.plus(&paid.amount)?;
                }
            }
        }
        ReductionCause::Costs(names) => {
            for event in run.facts.happened() {
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
        let own: Vec<Of> = memory.credit.keys().filter(|(i, _)| *i == index).cloned().collect();
        let kept = own.iter().any(|key| memory.credit.get(key) != Some(&Ok(Vec::new())));
        let nothing = match &reduction.cut {
            Cut::Credit(_) => !kept && source(stretch, reduction, None).is_ok_and(|v| v.number().is_zero()),
            _ => false,
        };
        if nothing {
            continue;
        }
        let gap = hangs_on("the credit carried forward", &stretch.sub, unknown);
        for key in own.into_iter().chain([(index, None)]) {
            let entry = memory.credit.entry(key).or_insert_with(|| Err(gap.clone()));
            if entry.is_ok() {
                *entry = Err(gap.clone());
            }
        }
    }
}
