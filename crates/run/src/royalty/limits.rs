//! The most that is payable: caps, for the whole life or for each of some periods.

use super::memory::Memory;
use super::stretch::Stretch;
use crate::effects::latest;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::{Cap, During, Figure, Turn};
use counterpart_terms::value::PeriodLabel;

/// Applies every cap that is in force; the tightest rules.
pub(super) fn cap(
    stretch: &Stretch<'_, '_>,
    earned: &Val,
    memory: &Memory,
    steps: &mut Vec<Step>,
) -> Eval<Val> {
    let run = stretch.run;
    let mut left = earned.clone();
    for cap in &stretch.royalty.caps {
        // A cap cannot bite where nothing is earned, whatever it is.
        if !left.number().is_positive() || !covers_any(stretch, cap)? {
            continue;
        }
        let (most, _) = run.amount(&cap.most, &stretch.focus).map_err(|u| u.at(cap.at))?;
        let Some(most) = changed_cap(stretch, most, steps)? else { continue };
        let starts = starts(stretch, cap)?;
        // The count that began first has the least room: what fits there is cut nowhere.
        let start = starts.as_ref().and_then(|starts| starts.first().copied());
        let several = starts.is_some_and(|starts| starts.len() > 1) || !covers(run, cap, &stretch.sub)?;
        // A row of its own for a part of the year takes nothing out of what the year counts.
        let year = cap.cycle.is_some() && !matches!(cap.during, During::Named(..));
        let covered = |past: &Period| Ok(year || covers(run, cap, past)?);
        let so_far = memory.earned_since(&stretch.zero, start, covered).map_err(|u| u.at(cap.at))?;
        steps.extend(memory.begins_at_nothing("the cap counts from", start).map(|note| note.by(cap.at)));
        let room = most.less(&so_far).map_err(|u| u.at(cap.at))?;
        let room = room.with(room.number().clone().max(Exact::zero()));
        if left.compare(&room)?.is_gt() {
            if several && let Some(why) = stretch.undivided(&left) {
                return Err(why.at(cap.at));
            }
            memory.divided_at("what was earned before", start).map_err(|u| u.at(cap.at))?;
            let how = format!("at most {most}, of which {so_far} was earned before");
            steps.push(Step::new("capped", room.less(&left)?).how(how).by(cap.at));
            left = room;
        }
    }
    Ok(left)
}

/// A cap as effects have changed it by the last day of a stretch; `None` where it rests or has ended.
fn changed_cap(stretch: &Stretch<'_, '_>, cap: Val, steps: &mut Vec<Step>) -> Eval<Option<Val>> {
    let (run, royalty) = (stretch.run, stretch.royalty);
    let mut most = Some(cap);
    let changes = run.changes_of_figure(Figure::Cap, &royalty.name, stretch.period.start);
    for change in latest(changes.iter().filter(|change| change.is_on(stretch.sub.end))) {
        if let Some(why) = change.doubt.clone().or(change.in_part_only(&royalty.name)) {
            return Err(why.at(change.at));
        }
        let sets = matches!(change.turn, Turn::Becomes(_) | Turn::To { .. });
        if sets && royalty.caps.len() > 1 {
            let why = format!("which of the caps of `{}` is changed is not said", royalty.name);
            return Err(Unknown::new(why).at(change.at));
        }
        let off = change.is_off();
        let Some(was) = most.take().filter(|_| !off) else { continue };
        let (now, how) = run.changed_sum(&was, change)?;
        steps.push(change.step("cap changed", how));
        most = Some(now);
    }
    Ok(most)
}

/// The first days of the periods a cap counts in, for the payment periods of a stretch; `None` where it is for the
/// whole life.
fn starts(stretch: &Stretch<'_, '_>, cap: &Cap) -> Eval<Option<Vec<Date>>> {
    let Some(cycle) = &cap.cycle else { return Ok(None) };
    let cycle = stretch.run.clock().cycle(cycle).map_err(|u| u.at(cap.at))?;
    Ok(Some(stretch.starts(&cycle)))
}

/// Whether a cap is for a stretch, or for one of the payment periods it stands for.
fn covers_any(stretch: &Stretch<'_, '_>, cap: &Cap) -> Eval<bool> {
    if let [_] = stretch.of.as_slice() {
        return covers(stretch.run, cap, &stretch.sub);
    }
    for period in &stretch.of {
        if covers(stretch.run, cap, period)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a cap is for this stretch.
///
/// # Errors
/// Where the days of its years are not known.
pub(crate) fn covers(run: &Run<'_>, cap: &Cap, sub: &Period) -> Eval<bool> {
    let period = |label: PeriodLabel| {
        let days = run.clock().period(label, None);
        days.ok_or_else(|| Unknown::new(format!("no days are known for {label}")).at(cap.at))
    };
    let is_in = |during: During| {
        Ok(match during {
            During::All => true,
            During::Named(first, last) => {
                period(first)?.start <= sub.start && sub.end <= period(last.unwrap_or(first))?.end
            }
            During::After(last) => period(last)?.end < sub.start,
        })
    };
    for other in &cap.except {
        if is_in(*other)? {
            return Ok(false);
        }
    }
    is_in(cap.during)
}
