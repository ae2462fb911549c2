//! What changes a minimum while it lasts: days that do not count, and triggers.

use crate::clock::Focus;
use crate::engine::Run;
use crate::kept_going::Of;
use crate::trace::Step;
use crate::unknown::{Eval, Gap, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Interval, Period};
use counterpart_syntax::Label;
use counterpart_terms::model::{Minimum, Royalty, Trigger};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Condition, Name, Value};

impl Run<'_> {
    /// The share of a period that counts, by the day or by the whole month.
    pub(super) fn prorated(&self, minimum: &Minimum, period: &Period, days: &Exact) -> Eval<(Exact, String)> {
        let mut lost: Vec<(Date, Date)> = Vec::new();
        for condition in &minimum.prorated_while {
            for (from, to) in self.stretches_of(condition, minimum.by_the_month)? {
                let (from, to) = (from.max(period.start), to.min(period.end));
                if from <= to {
                    lost.push((from, to));
                }
            }
        }
        lost.sort();
        let covered = |day: Date| lost.iter().any(|(from, to)| *from <= day && day <= *to);
        let mut day = Some(period.start);
        let (mut count, mut months, mut whole) = (0i64, 0i64, 0i64);
        let mut month_lost = true;
        while let Some(at) = day.filter(|d| *d <= period.end) {
            let here = covered(at);
            count += i64::from(here);
            month_lost &= here;
            if at == at.end_of_month() || at == period.end {
                months += 1;
                whole += i64::from(month_lost);
                month_lost = true;
            }
            day = at.next_day();
        }
        if minimum.by_the_month {
            let share = Exact::ratio(months - whole, months.max(1)).unwrap_or_else(Exact::one);
            return Ok((share, format!("{} of {months} months count", months - whole)));
        }
        let share = Exact::from_int(period.days() - count).checked_div(days).unwrap_or_else(Exact::one);
        Ok((share, format!("{} of {} days count", period.days() - count, period.days())))
    }

    /// The days on which events of a condition went on: first and last day of each stretch. The day an event
    /// ended on counts where whole months are reckoned, and no longer where days are.
    fn stretches_of(&self, condition: &Condition, with_end: bool) -> Eval<Vec<(Date, Date)>> {
        if condition.has_blank() {
            return Err(Unknown::new("while what lasts it does not count is redacted or open"));
        }
        let names: Vec<&Name> = match condition {
            Condition::Happens(event) => vec![&event.name],
            Condition::Lasts { events, .. } => events.iter().map(|e| &e.name).collect(),
            Condition::Any(any) => {
                let each: Eval<Vec<_>> = any.iter().map(|c| self.stretches_of(c, with_end)).collect();
                return Ok(each?.into_iter().flatten().collect());
            }
            Condition::State { name, not: false, .. } => vec![name],
            _ => return Err(Unknown::new("on which days this was so cannot be told, as it is no event")),
        };
        let as_of = self.facts.as_of();
        let found = names
            .into_iter()
            .flat_map(|n| self.stretches(n, None))
            .map(|(from, to)| {
                let last = |end: Date| if with_end { end } else { end.prev_day().unwrap_or(end) };
                (from, to.map_or(as_of, last))
            })
            .collect();
        Ok(found)
    }

    /// What a trigger does to the minimum.
    pub(super) fn trigger_on_minimum(
        &self,
        trigger: &Trigger,
        royalty: &Royalty,
        period: &Period,
        value: Val,
        trace: &mut Step,
    ) -> Eval<Val> {
        let mut value = value;
        let full = value.number().clone();
        let days = Exact::from_int(period.days());
        for effect in &trigger.then {
            let Value::Parts(parts) = effect else { continue };
            let of = parts.names(Label::Of);
            let hidden = of.iter().any(Name::is_blank);
            if parts.word(Label::Part) != Some("minimum") || !(hidden || of.contains(&royalty.name)) {
                continue;
            }
            for interval in self.effect_intervals(trigger, parts, period)? {
                let inside = Interval::through(period.start, period.end)
                    .and_then(|p| p.overlap_days(&interval))
                    .unwrap_or(0);
                if inside == 0 {
                    continue;
                }
                if hidden {
                    return Err(
                        Unknown::new("whose minimum a trigger changes is redacted or open").at(trigger.at)
                    );
                }
                let part = Exact::from_int(inside).checked_div(&days).unwrap_or_else(Exact::zero);
                let kept = if parts.has(Label::Suspended) {
                    Exact::zero()
                } else {
                    match (parts.amount(Label::Value), parts.word(Label::Verb), parts.word(Label::How)) {
                        (Some(amount), verb, how) => {
                            let (amount, _) = self.amount(amount, &Focus::of(*period))?;
                            match (&amount, how) {
                                (Val::Number(n), Some("by")) if verb == Some("rises") => {
                                    Exact::one() + n.clone()
                                }
                                (Val::Number(n), Some("by")) => Exact::one() - n.clone(),
                                (Val::Number(n), _) => n.clone(),
                                (Val::Money(m), _) => m.amount.checked_div(&full).unwrap_or_else(Exact::one),
                            }
                        }
                        _ => Exact::one(),
                    }
                };
                // For the days of the effect the changed minimum counts, for the others the full one.
                // Each effect takes its own days off the full minimum: two suspensions add, they do not compound.
                let taken = &full * &(&part * &(Exact::one() - kept));
                value = value.with((value.number() - &taken).max(Exact::zero()));
                let how = format!("{inside} of {} days under {}", period.days(), trigger.name);
                trace.parts.push(Step::new("changed by a trigger", value.clone()).how(how).by(trigger.at));
            }
        }
        Ok(value)
    }

    /// What is left of the minimum of a party that keeps an agreement it could have ended, for the days from its choice on.
    pub(super) fn kept_of_minimum(
        &self,
        royalty: &Royalty,
        period: &Period,
        mut value: Val,
        trace: &mut Step,
    ) -> Eval<Val> {
        for kept in self.reduced(&royalty.from, &royalty.to, Of::Minimum) {
            let Some(days) = Period::new(kept.from.max(period.start), period.end) else { continue };
            let part = Exact::from_int(days.days()).checked_div(&Exact::from_int(period.days()));
            let taken = part.unwrap_or_else(Exact::one) * (Exact::one() - kept.share?);
            value = value.with(value.number() * &(Exact::one() - taken));
            let how = format!("from {} on", kept.from);
            trace.parts.push(Step::new("kept instead of ended", value.clone()).how(how).by(kept.at));
        }
        Ok(value)
    }

    /// The days an effect of a trigger is in force.
    fn effect_intervals(&self, trigger: &Trigger, effect: &Parts, period: &Period) -> Eval<Vec<Interval>> {
        let Some(when) = &trigger.when else { return Ok(Vec::new()) };
        if when.has_blank() {
            return Err(Unknown::new("what sets a trigger off is redacted or open").at(trigger.at));
        }
        let limits = effect.parts(Label::For);
        let most = limits.and_then(|l| match l.get(Label::Most) {
            Some(Value::Duration(d)) => Some(d.clone()),
            _ => None,
        });
        let length = limits.and_then(|l| match l.get(Label::For) {
            Some(Value::Duration(d)) => Some(d.clone()),
            _ => None,
        });
        let mut out = Vec::new();
        match when {
            Condition::Lasts { events, lasting } => {
                for event in events {
                    for (from, to) in self.stretches(&event.name, None) {
                        let start = match lasting {
                            Some(length) => self.clock().shift(from, length, false)?,
                            None => from,
                        };
                        let end = to.or_else(|| self.facts.as_of().next_day());
                        let capped = match &most {
                            Some(most) => Some(self.clock().shift(start, most, false)?),
                            None => None,
                        };
                        let end = match (end, capped) {
                            (Some(a), Some(b)) => Some(a.min(b)),
                            (a, b) => a.or(b),
                        };
                        out.extend(Interval::new(start, end));
                    }
                }
            }
            other => {
                if let Some(start) = self.first_day_of(other, period).map_err(|u| u.at(trigger.at))? {
                    let end = match &length {
                        Some(length) => Some(self.clock().shift(start, length, false)?),
                        None => None,
                    };
                    out.extend(Interval::new(start, end));
                }
            }
        }
        Ok(out)
    }

    /// The first day a condition held, where it is one that a day decides.
    fn first_day_of(&self, condition: &Condition, period: &Period) -> Eval<Option<Date>> {
        match condition {
            Condition::State { name, not: true, by: Some(by), .. } => {
                let Some(limit) = self.clock().limit(by, &Focus::default())? else { return Ok(None) };
                let next = limit.next_day().filter(|d| *d <= self.facts.as_of());
                let met = self.facts.reached(name, None, None).is_some_and(|d| d <= limit);
                Ok(next.filter(|_| !met))
            }
            Condition::Happens(event) => Ok(self.facts.began(&event.name, None)),
            Condition::State { name, not: false, .. } => Ok(self.facts.reached(name, None, None)),
            // Where no day decides it, only that it does not hold can be used.
            other => match self.holds(other, &Focus::of(*period)) {
                Ok(true) => Err(Unknown::new("since which day this holds cannot be told")),
                Ok(false) => Ok(None),
                // What nobody has found to be so does not set a trigger off; what cannot be tested may have.
                Err(unknown) if unknown.gap == Gap::NotYet => Ok(None),
                Err(unknown) => Err(unknown),
            },
        }
    }
}
