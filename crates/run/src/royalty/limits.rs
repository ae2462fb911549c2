//! When nothing is payable, and the most that is.

use super::base::{self, RoyaltyLine};
use super::memory::Memory;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::{Cap, Royalty};
use counterpart_terms::value::{Moment, Name, PeriodLabel};

/// Takes out the lines, or the days, for which no royalty runs.
pub(super) fn apply_term(
    run: &Run<'_>,
    royalty: &Royalty,
    sub: &Period,
    focus: &Focus,
    lines: &mut Vec<RoyaltyLine>,
    steps: &mut Vec<Step>,
) -> Eval<()> {
    if let Some((condition, at)) = &royalty.while_
        && !run.holds(condition, focus).map_err(|u| u.at(*at))?
    {
        steps.push(Step::note("not payable in this period").by(*at));
        lines.clear();
        return Ok(());
    }
    let mut kept = Vec::new();
    for line in lines.drain(..) {
        let line_focus = base::focus(run, focus, &line);
        let mut none = None;
        for (condition, at) in &royalty.none_where {
            if run.holds(condition, &line_focus).map_err(|u| u.at(*at))? {
                none = Some(*at);
            }
        }
        let cell = line.cell.iter().map(Name::as_str).collect::<Vec<_>>().join(" ");
        if let Some(at) = none {
            steps.push(Step::note(format!("{cell}: no royalty")).by(at));
            continue;
        }
        let share = running_share(run, royalty, line.day.as_ref().unwrap_or(sub), &line_focus)?;
        if share == Exact::one() {
            kept.push(line);
        } else if share.is_zero() {
            let what =
                if cell.is_empty() { "no royalty runs".into() } else { format!("{cell}: no royalty runs") };
            steps.push(Step::note(what).by(royalty.term.as_ref().map_or(royalty.at, |t| t.2)));
        } else {
            let base = line.base.with(line.base.number() * &share);
            let how = format!("{} for the days on which the royalty runs", line.base);
            steps.push(Step::new(cell, base.clone()).how(how).by(royalty.at));
            kept.push(RoyaltyLine { base, ..line });
        }
    }
    *lines = kept;
    Ok(())
}

/// The share of the stretch's days on which the royalty runs for a line.
fn running_share(run: &Run<'_>, royalty: &Royalty, sub: &Period, focus: &Focus) -> Eval<Exact> {
    let mut first = sub.start;
    let mut last = sub.end;
    if let Some(from) = &royalty.starts {
        match run.clock().moment(from, focus)? {
            When::On(day) => first = first.max(day),
            When::NotYet | When::Never => return Ok(Exact::zero()),
        }
    }
    if let Some((until, _)) = &royalty.holiday {
        match run.clock().moment(until, focus)? {
            // `until` includes the day.
            When::On(day) => first = first.max(day.next_day().unwrap_or(day)),
            When::NotYet => return Ok(Exact::zero()),
            When::Never => {}
        }
    }
    let term = royalty.term.as_ref().map(|t| term_end(run, royalty, &t.1, focus)).transpose()?;
    let ends = royalty.ends.iter().map(|end| run.clock().moment(end, focus)).collect::<Eval<Vec<When>>>()?;
    for end in ends.into_iter().chain(term) {
        match end {
            When::On(day) => last = last.min(day),
            When::NotYet => {}
            // In a country where nothing was ever protected and nothing sold, nothing runs.
            When::Never => return Ok(Exact::zero()),
        }
    }
    if last < first {
        return Ok(Exact::zero());
    }
    let days = Exact::from_int(first.days_until(last) + 1);
    Ok(days.checked_div(&Exact::from_int(sub.days())).unwrap_or_else(Exact::one))
}

/// The end of the term for a line: the later day where the test holds on the day it would end.
fn term_end(run: &Run<'_>, royalty: &Royalty, until: &Moment, focus: &Focus) -> Eval<When> {
    let end = run.clock().moment(until, focus)?;
    if let (Some((later, condition)), When::On(day)) = (&royalty.term_extended, end) {
        let that_day = Focus { period: Period::new(day, day), ..focus.clone() };
        if day <= run.facts.as_of() && run.holds(condition, &that_day)? {
            return run.clock().moment(later, focus);
        }
    }
    Ok(end)
}

/// Applies every cap that is in force; the tightest rules.
pub(super) fn cap(
    run: &Run<'_>,
    royalty: &Royalty,
    sub: &Period,
    focus: &Focus,
    earned: &Val,
    memory: &mut Memory,
    steps: &mut Vec<Step>,
) -> Eval<Val> {
    let mut left = earned.clone();
    for cap in royalty.caps.iter().filter(|c| covers(run, c, sub)) {
        // A cap cannot bite where nothing is earned, whatever it is.
        if left.number().is_zero() {
            continue;
        }
        let (most, _) = run.amount(&cap.most, focus).map_err(|u| u.at(cap.at))?;
        let so_far = memory.capped(cap.at, start(run, cap, sub));
        let room = (most.number() - &so_far).max(Exact::zero());
        if left.number() > &room {
            left = left.with(room);
            let how = format!("at most {most}, of which {} was earned before", left.with(so_far));
            steps.push(Step::new("capped", left.clone()).how(how).by(cap.at));
        }
    }
    for cap in royalty.caps.iter().filter(|c| covers(run, c, sub)) {
        memory.add_capped(cap.at, start(run, cap, sub), left.number());
    }
    Ok(left)
}

fn start(run: &Run<'_>, cap: &Cap, sub: &Period) -> Option<Date> {
    let cycle = run.clock().cycle(cap.cycle.as_ref()?).ok()?;
    cycle.containing(sub.end).map(|p| p.start)
}

/// Whether a cap is for this stretch.
pub(crate) fn covers(run: &Run<'_>, cap: &Cap, sub: &Period) -> bool {
    let Some((first, last)) = cap.years else { return true };
    let period = |label: PeriodLabel| run.clock().period(label, None);
    let (Some(first), Some(last)) = (period(first), period(last.unwrap_or(first))) else { return false };
    first.start <= sub.start && sub.end <= last.end
}
