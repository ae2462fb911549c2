//! Reductions that cut the rate, line by line: they may depend on country or product.

use super::base::{self, RoyaltyLine};
use super::periods::payment_cycle;
use super::stretch::Stretch;
use crate::amount::given;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_num::{self as num, Exact};
use counterpart_terms::At;
use counterpart_terms::model::{Cut, CutFloor, Reduction, ReductionCause};
use counterpart_terms::value::Name;

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
    scale_some(lines, to, |_| true);
}

/// Makes some of the lines add up to an amount again, each keeping its share of what they are due. Where nothing
/// is due of them any more, their share of the unreduced royalty counts, or else of the base.
pub(super) fn scale_some(lines: &mut [RoyaltyLine], to: &Val, which: impl Fn(&RoyaltyLine) -> bool) {
    let mut lines: Vec<&mut RoyaltyLine> = lines.iter_mut().filter(|line| which(line)).collect();
    let of: [fn(&RoyaltyLine) -> &Exact; 3] =
        [|line| line.due.number(), |line| line.full.number(), |line| line.base.number()];
    for part in of {
        let mut sum = Exact::zero();
        for line in &lines {
            sum += part(line);
        }
        let Some(factor) = to.number().checked_div(&sum) else { continue };
        if factor != Exact::one() || lines.iter().any(|line| line.due.number() != part(line)) {
            for line in lines {
                line.due = to.with(part(line) * &factor);
            }
        }
        return;
    }
    // Nothing tells them apart: the first bears it.
    if let Some(first) = lines.first_mut().filter(|_| !to.number().is_zero()) {
        first.due = to.clone();
    }
}

/// The reductions that cut the rate, in their order, for each line by itself.
pub(super) fn by_line(
    stretch: &Stretch<'_, '_>,
    lines: &mut [RoyaltyLine],
    steps: &mut Vec<Step>,
) -> Eval<()> {
    let run = stretch.run;
    for reduction in &stretch.royalty.reductions {
        if !cuts_rate(&reduction.cut) {
            continue;
        }
        let mut taken: Option<Val> = None;
        let before = lines.iter().map(|l| l.due.number().clone()).sum::<Exact>();
        let mut where_ = Vec::new();
        for line in lines.iter_mut().filter(|l| !l.due.number().is_zero()) {
            let line_focus = base::focus(run, &stretch.focus, line);
            let share = share_of_days(stretch, reduction, &line_focus).map_err(|u| u.at(reduction.at))?;
            if share.is_zero() {
                continue;
            }
            if let Some(barred) = no_relief(stretch, &line_focus)? {
                let said = Step::note("not reduced: there is no relief while this is so").by(barred);
                if !steps.contains(&said) {
                    steps.push(said);
                }
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

/// Whether it cuts the rate of each line rather than the sum of all.
pub(super) fn cuts_rate(cut: &Cut) -> bool {
    matches!(cut, Cut::To(_) | Cut::By(_) | Cut::ToRate(_))
}

/// The line by which nothing is reduced, as something holds that rules it out.
pub(super) fn no_relief(stretch: &Stretch<'_, '_>, focus: &Focus) -> Eval<Option<At>> {
    for (condition, at) in &stretch.royalty.no_relief {
        if stretch.run.holds(condition, focus).map_err(|u| u.at(*at))? {
            return Ok(Some(*at));
        }
    }
    Ok(None)
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

/// The question a reduction is tested with: about the stretch or, where it is tested each so often and that is longer,
/// about the period of that length the stretch lies in.
fn tested(stretch: &Stretch<'_, '_>, reduction: &Reduction, focus: &Focus) -> Eval<Focus> {
    let Some((kind, period)) = reduction.each.zip(focus.period) else { return Ok(focus.clone()) };
    let basis = payment_cycle(stretch.run, stretch.royalty, stretch.period.start)?.basis;
    let whole = num::Cycle::new(kind, basis).containing(period.end);
    let longer = whole.filter(|whole| whole.start <= period.start && whole.days() > period.days());
    Ok(Focus { period: longer.or(focus.period), ..focus.clone() })
}

/// For which share of the stretch a reduction applies to a line.
fn share_of_days(stretch: &Stretch<'_, '_>, reduction: &Reduction, focus: &Focus) -> Eval<Exact> {
    let run = stretch.run;
    let Some(period) = focus.period else { return Ok(Exact::zero()) };
    let all = |holds: bool| if holds { Exact::one() } else { Exact::zero() };
    let until = match &reduction.until {
        Some(until) => run.clock().limit(until, focus)?,
        None => None,
    };
    if until.is_some_and(|d| d < period.start) {
        return Ok(Exact::zero());
    }
    Ok(match &reduction.cause {
        ReductionCause::When(condition) => match until.filter(|d| *d < period.end) {
            None => all(run.holds(condition, &tested(stretch, reduction, focus)?)?),
            Some(day) if run.holds(condition, &tested(stretch, reduction, focus)?)? => {
                let days = Exact::from_int(period.start.days_until(day) + 1);
                days.checked_div(&Exact::from_int(period.days())).unwrap_or_else(Exact::one)
            }
            Some(_) => Exact::zero(),
        },
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
                money if line.base.currency().is_none() => money.times(&line.base)?,
                money => {
                    let reason = format!("{money} is an amount for each unit, and the base is in money");
                    return Err(Unknown::new(reason).at(reduction.at));
                }
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
pub(super) fn floor_of(
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
                let (value, _) = run.amount(amount, focus).map_err(|u| u.at(reduction.at))?;
                match value {
                    Val::Number(n) if of.is_some() => full.with(full.number() * &n),
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

fn half() -> Exact {
    Exact::ratio(1, 2).unwrap_or_else(Exact::one)
}
