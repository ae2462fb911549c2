//! Tests: true, false, or waiting for a fact.

mod asserted;
mod complete;
mod failing;
mod paid;
mod reports;
mod resting;
pub(crate) mod shown;
mod state;
mod told;

pub(crate) use complete::Lack;
pub(crate) use failing::Failure;
pub(crate) use paid::Open;
pub(crate) use reports::OverdueReport;
pub(crate) use state::part;

use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_num::{Date, Exact, Period, PeriodKind};
use counterpart_terms::value::{Amount, Condition, EventIn, Name, Territory};
pub(crate) use told::{is_about_the_end, is_on_the_end};

impl Run<'_> {
    /// Whether a condition holds in a period, judged at its end.
    ///
    /// # Errors
    /// Where it needs a fact nobody told.
    pub fn holds(&self, condition: &Condition, focus: &Focus) -> Eval<bool> {
        let day = focus.period.map_or(self.facts.as_of(), |p| p.end);
        // Each part of a joined test is asked by itself: the others may decide it.
        let joined = matches!(condition, Condition::All(_) | Condition::Any(_) | Condition::Not(_));
        if !joined && condition.has_blank() {
            return Err(Unknown::new("whom or what a test is on is redacted or open"));
        }
        match condition {
            Condition::Always | Condition::Otherwise => Ok(true),
            Condition::All(all) => self.each(all, focus, false),
            Condition::Any(any) => self.each(any, focus, true),
            Condition::Not(inner) => Ok(!self.asking_not(|| self.holds(inner, focus))?),
            Condition::Compare { row: Some((count, unit)), .. } if *count > 1 => {
                self.in_a_row(condition, *count, *unit, focus)
            }
            // No payment has figures before the agreement is in force.
            Condition::Compare { left, right, .. }
                if self.clock().effective().is_some_and(|first| self.facts.as_of() < first)
                    && (of_payments(left) || of_payments(right)) =>
            {
                Ok(false)
            }
            Condition::Compare { left, op, right, window, .. } => {
                let focus = match window {
                    Some(window) => {
                        Focus { period: Some(self.window(Some(window), focus)?), ..focus.clone() }
                    }
                    None => focus.clone(),
                };
                let sides =
                    self.amount(left, &focus).and_then(|left| Ok((left, self.amount(right, &focus)?)));
                match sides {
                    Ok(((found, _), (limit, _))) => {
                        let holds = op.holds(found.compare(&limit)?);
                        self.compared((left, *op, right), holds, &focus)
                    }
                    Err(unknown) if unknown.gap == Gap::NotYet => {
                        self.reached_so_far((left, *op, right), &focus)
                    }
                    Err(unknown) => Err(unknown),
                }
            }
            Condition::Nil { left, lasting, after } => {
                let period = match (focus.period, lasting.as_ref().and_then(|l| l.span())) {
                    (Some(period), Some(span)) => {
                        let start = span.before(period.end, self.calendar()).and_then(Date::next_day);
                        start.and_then(|s| counterpart_num::Period::new(s, period.end)).unwrap_or(period)
                    }
                    (Some(period), None) => period,
                    (None, _) => return Err(Unknown::new("it is not said for which period")),
                };
                // The time that counts begins after the day named: before that has come, none has run.
                if let Some(after) = after
                    && self.clock().limit(after, focus)?.is_none_or(|after| period.start <= after)
                {
                    return Ok(false);
                }
                let (value, _) = self.amount(left, &Focus { period: Some(period), ..focus.clone() })?;
                Ok(value.number() == &Exact::zero())
            }
            Condition::State { name, state, not, territory, by } => {
                let place = single(territory.as_ref()).or(focus.place.clone());
                let limit = match by {
                    Some(moment) => self.met_by(name, moment, focus)?,
                    None => None,
                };
                // `not met by` a day turns true on the day after; while that day is not fixed, nobody is late.
                if *not && by.is_some() && limit.is_none_or(|limit| day <= limit) {
                    return Ok(false);
                }
                if *not
                    && let Some(missed) =
                        self.asking_not(|| self.is_missed((name, state), (limit, day), focus))
                {
                    return missed;
                }
                let on = limit.unwrap_or(day).min(day);
                let ask = |run: &Run<'_>| run.state_of(name, state, place.as_ref(), on, focus);
                let so =
                    self.asking_not_if(*not, || match limit.filter(|_| self.falls_due(name, state)) {
                        Some(limit) => self.as_it_was(limit.min(self.facts.as_of()), ask),
                        None => ask(self),
                    })?;
                // Where nothing was ever owed nobody is late, and nothing was paid.
                if so && focus.comes && state == "paid" && self.is_owed_nothing(name)? {
                    return Ok(false);
                }
                Ok(so != *not)
            }
            Condition::Graded { name, grade, not, territory } => {
                let place = single(territory.as_ref()).or(focus.place.clone());
                Ok(self.is_graded(name, grade, &state::part(place.as_ref(), focus), day)? != *not)
            }
            Condition::Lasts { events, lasting } => {
                let mut unknown = None;
                for event in events {
                    for stretch in self.stretches(&event.name, place_of(event, focus).as_ref()).iter() {
                        let (from, to) = (stretch.from, stretch.to);
                        let long_enough = match lasting {
                            None => from,
                            Some(length) => self.clock().shift(from, length, false)?,
                        };
                        // What ends on the very day has lasted so long on that day, and on no other.
                        let just = lasting.is_some() && day == long_enough && to == Some(day);
                        if just || (long_enough <= day && to.is_none_or(|to| day < to)) {
                            match &stretch.doubt {
                                None => return Ok(true),
                                Some(why) => unknown = Some(why.clone()),
                            }
                        }
                    }
                }
                unknown.map_or(Ok(false), Err)
            }
            Condition::Happens(event) => self.happened(event, day, focus),
            Condition::Signed { side, when } => {
                let Some(limit) = self.clock().limit(when, focus)? else {
                    return Ok(matches!(side.as_str(), "by" | "before"));
                };
                let signed = self.clock().signing_day(focus.payer.as_ref(), focus.stream.as_ref());
                let signed = signed.ok_or_else(|| Unknown::new("the day of signing is not known"))?;
                Ok(match side.as_str() {
                    "by" => signed <= limit,
                    "before" => signed < limit,
                    "after" => signed > limit,
                    _ => signed >= limit,
                })
            }
            Condition::After(moment) => Ok(self.clock().limit(moment, focus)?.is_some_and(|d| day > d)),
            Condition::Before(moment) => Ok(self.clock().limit(moment, focus)?.is_none_or(|d| day < d)),
            Condition::LastPatentExpires => {
                let end = self.clock().moment(&counterpart_terms::value::Moment::LastPatentExpires, focus)?;
                Ok(matches!(end, When::On(d) if day > d))
            }
            Condition::Other(parts) => self.told_condition(parts, day, focus),
        }
    }

    /// Any or all of several; a missing fact matters only where the others do not decide.
    fn each(&self, conditions: &[Condition], focus: &Focus, any: bool) -> Eval<bool> {
        let mut unknown = None;
        for condition in conditions {
            match self.holds(condition, focus) {
                Ok(holds) if holds == any => return Ok(any),
                Ok(_) => {}
                Err(reason) => unknown = Some(reason),
            }
        }
        unknown.map_or(Ok(!any), Err)
    }

    /// Whether a test held in a period and in those before it: it bites from the last of them on.
    fn in_a_row(&self, condition: &Condition, count: u32, unit: PeriodKind, focus: &Focus) -> Eval<bool> {
        let Condition::Compare { left, op, right, window, .. } = condition else { return Ok(false) };
        let one = Condition::Compare {
            left: left.clone(),
            op: *op,
            right: right.clone(),
            window: window.clone(),
            row: None,
        };
        let mut end = focus.period.map_or(self.facts.as_of(), |p| p.end);
        for back in 0..count {
            let Some(period) = Period::trailing(1, unit, end) else { return Ok(false) };
            match self.holds(&one, &Focus { period: Some(period), ..focus.clone() }) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                // Before anything was reported there is no row.
                Err(unknown)
                    if back > 0 && unknown.gap != Gap::Missing && self.is_before_the_first(left, &period) =>
                {
                    return Ok(false);
                }
                Err(unknown) => return Err(unknown),
            }
            let Some(before) = period.start.prev_day() else { return Ok(false) };
            end = before;
        }
        Ok(true)
    }

    fn happened(&self, event: &EventIn, day: Date, focus: &Focus) -> Eval<bool> {
        let place = single(event.territory.as_ref()).or(focus.place.clone());
        if !self.stretches(&event.name, place.as_ref()).is_empty() {
            return self.days_it_lasts(&event.name, place.as_ref()).on(day);
        }
        self.state_of(&event.name, "met", place.as_ref(), day, focus)
    }
}

/// Whether figures of payments are in an amount.
pub(crate) fn of_payments(amount: &Amount) -> bool {
    let mut found = false;
    crate::royalty::measures(amount, &mut |measure| found |= measure.quantity.is_some());
    found
}

/// The one place a territory names, if it names one.
pub(crate) fn single(territory: Option<&Territory>) -> Option<Name> {
    match territory?.places.as_slice() {
        [place] => Some(place.clone()),
        _ => None,
    }
}

/// Where an event is looked for: where the test says, or the country asked about.
fn place_of(event: &EventIn, focus: &Focus) -> Option<Name> {
    single(event.territory.as_ref()).or_else(|| focus.place.clone())
}
