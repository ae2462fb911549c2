//! Minimums: how much for which period, after what raises, lowers or suspends them.

use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Date, Exact, Interval, Period};
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{Minimum, MinimumStep, Royalty, Trigger};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Condition, Name, PeriodLabel, Value};

/// The minimum of a royalty for a period: the sum of what every `at least` says of it.
pub(crate) struct MinimumFor {
    pub value: Val,
    pub step: Step,
}

impl Run<'_> {
    /// The minimum for exactly this period; `None` where none is agreed for it.
    ///
    /// # Errors
    /// Where it is not given.
    pub(crate) fn minimum_for(
        &self,
        royalty: &Royalty,
        minimum: &Minimum,
        period: &Period,
    ) -> Eval<Option<MinimumFor>> {
        let Some(step) = self.minimum_step(minimum, period)? else { return Ok(None) };
        let focus = Focus::of(*period);
        let (mut value, why) = self.amount(&step.value, &focus).map_err(|u| u.at(minimum.at))?;
        let whole = self.year_of_instalment(minimum, period)?;
        let mut trace =
            Step::new(format!("minimum for {period}"), value.clone()).by(minimum.at).from(vec![why]);
        let mut note =
            |what: String, now: &Val, at: At| trace.parts.push(Step::new(what, now.clone()).by(at));
        if let Some((by, most)) = &minimum.escalates {
            // An instalment rises with the year it is part of.
            let years = self.years_since_start(royalty, whole.as_ref().unwrap_or(period));
            let (by, _) = self.amount(by, &focus)?;
            value = value.plus(&by.with(by.number() * &Exact::from_int(years)))?;
            if let Some(most) = most {
                let (most, _) = self.amount(most, &focus)?;
                if value.compare(&most)?.is_gt() {
                    value = most;
                }
            }
            note(format!("risen {years} times"), &value, minimum.at);
        }
        for rule in &minimum.becomes {
            let here = rule
                .label
                .is_none_or(|l| self.clock().period(l, None).is_some_and(|p| p.contains(period.end)));
            if here && self.holds(&rule.when, &focus)? {
                value = self.amount(&rule.value, &focus)?.0;
                note("becomes".into(), &value, minimum.at);
            }
        }
        let instalments = self.instalments(minimum, step, period)?;
        if instalments > 1 {
            value = value.by(&Val::Number(Exact::from_int(instalments)))?;
            note(format!("in {instalments} parts"), &value, minimum.at);
        }
        let days = Exact::from_int(period.days());
        if minimum.prorated_first
            && let Some(first) =
                self.minimum_start(royalty).filter(|d| period.contains(*d) && *d > period.start)
        {
            let left = first.days_until(period.end) + 1;
            let share = Exact::from_int(left).checked_div(&days).unwrap_or_else(Exact::one);
            value = value.with(value.number() * &share);
            note(format!("{left} of {} days of the first period", period.days()), &value, minimum.at);
        }
        if !minimum.prorated_while.is_empty() {
            let (share, what) = self.prorated(minimum, period, &days)?;
            value = value.with(value.number() * &share);
            note(what, &value, minimum.at);
        }
        for trigger in &self.last_model().triggers {
            value = self.trigger_on_minimum(trigger, royalty, period, value, &mut trace)?;
        }
        trace.value = Some(value.clone());
        Ok(Some(MinimumFor { value, step: trace }))
    }

    /// In how many equal parts a minimum is payable, where this period is one of them.
    fn instalments(&self, minimum: &Minimum, step: &MinimumStep, period: &Period) -> Eval<i64> {
        let (Some(payable), Some(cycle)) = (&minimum.payable, &step.cycle) else { return Ok(1) };
        if self.year_of_instalment(minimum, period)?.is_none() {
            return Ok(1);
        }
        Ok(i64::from(cycle.unit.months()) / i64::from(payable.unit.months()).max(1))
    }

    /// The minimum over the whole life, as it stands on the day asked about; `None` where none is agreed.
    ///
    /// # Errors
    /// Where it is not given.
    pub(crate) fn minimum_in_all(&self, minimum: &Minimum) -> Eval<Option<MinimumFor>> {
        let Some(step) = minimum.steps.iter().find(|s| s.in_all) else { return Ok(None) };
        let today = self.facts.as_of();
        let focus = Focus { period: Period::new(today, today), ..Focus::default() };
        let (mut value, why) = self.amount(&step.value, &focus).map_err(|u| u.at(minimum.at))?;
        let mut trace = Step::new("minimum in all", value.clone()).by(minimum.at).from(vec![why]);
        for rule in &minimum.becomes {
            if self.holds(&rule.when, &focus).map_err(|u| u.at(minimum.at))? {
                value = self.amount(&rule.value, &focus)?.0;
                trace.parts.push(Step::new("becomes", value.clone()).by(minimum.at));
            }
        }
        trace.value = Some(value.clone());
        Ok(Some(MinimumFor { value, step: trace }))
    }

    /// The step of a minimum that is for a period.
    fn minimum_step<'s>(&self, minimum: &'s Minimum, period: &Period) -> Eval<Option<&'s MinimumStep>> {
        let clock = self.clock();
        let labelled = |label: PeriodLabel| clock.period(label, None);
        let mut last_named: Option<Date> = None;
        let mut found = None;
        for step in &minimum.steps {
            if let Some((first, last)) = step.label {
                let whole = minimum.credit.as_deref() == Some("within the period");
                let (Some(first), Some(last)) = (labelled(first), labelled(last.unwrap_or(first))) else {
                    continue;
                };
                last_named = Some(last_named.map_or(last.end, |d| d.max(last.end)));
                // `creditable within the period` makes one period of those named; each year stands for itself otherwise.
                let fits = if whole {
                    first.start == period.start && period.end == last.end
                } else {
                    first.start <= period.start && period.end <= last.end
                };
                if fits {
                    found = Some(step);
                }
                continue;
            }
            let Some(cycle) = &step.cycle else { continue };
            let whole = clock.cycle(cycle)?.containing(period.end);
            let payable = minimum.payable.as_ref().map(|p| clock.cycle(p)).transpose()?;
            let instalment = payable.and_then(|p| p.containing(period.end)).is_some_and(|p| p == *period);
            let fits = whole.is_some_and(|p| p == *period) || instalment;
            let after = !step.after || last_named.is_none_or(|d| period.start > d);
            let from = match step.from.as_ref() {
                Some(from) => self.edge(Some(from), true)?,
                None => self.anchor(step)?,
            };
            let until = self.edge(step.until.as_ref(), false)?;
            let inside = from.is_none_or(|d| period.end >= d) && until.is_none_or(|d| period.start <= d);
            if fits && after && inside && found.is_none() {
                found = Some(step);
            }
        }
        Ok(found)
    }

    /// The day a minimum runs from or until.
    fn edge(&self, value: Option<&Value>, start: bool) -> Eval<Option<Date>> {
        Ok(match value {
            Some(Value::Period(label)) => {
                self.clock().period(*label, None).map(|p| if start { p.start } else { p.end })
            }
            Some(Value::Moment(moment)) => match self.clock().limit(moment, &Focus::default())? {
                // A start that has not come means no minimum yet.
                None if start => Some(Date::MAX),
                day => day,
            },
            Some(Value::Parts(parts)) => match parts.0.first() {
                Some(part) => self.edge(Some(&part.value), start)?,
                None => None,
            },
            _ => None,
        })
    }

    /// The day the first minimum begins to run.
    fn minimum_start(&self, royalty: &Royalty) -> Option<Date> {
        let from = royalty.minimums.iter().flat_map(|m| &m.steps).find_map(|s| match &s.from {
            Some(value) => self.edge(Some(value), true).ok().flatten(),
            None => self.anchor(s).ok().flatten(),
        });
        let starts =
            royalty.starts.as_ref().and_then(|m| self.clock().limit(m, &Focus::default()).ok().flatten());
        from.or(starts).or_else(|| self.clock().effective())
    }

    /// The day periods of the calendar are said to run from: `each calendar year from first sale`.
    fn anchor(&self, step: &MinimumStep) -> Eval<Option<Date>> {
        use counterpart_terms::value::time::Basis;
        let cycle = step.cycle.as_ref().filter(|c| c.basis != Basis::Contract);
        match cycle.and_then(|c| c.anchor.as_ref()) {
            Some(moment) => Ok(Some(self.clock().limit(moment, &Focus::default())?.unwrap_or(Date::MAX))),
            None => Ok(None),
        }
    }

    /// How many whole years lie between the period a minimum began in and this one.
    fn years_since_start(&self, royalty: &Royalty, period: &Period) -> i64 {
        let Some(begun) = self.minimum_start(royalty) else { return 0 };
        let mut years = 0;
        // The year the minimum began in counts as the first, however short it was.
        while period.end.add_years(-(years + 1)).is_some_and(|d| d >= begun) && years < 1_000 {
            years += 1;
        }
        years
    }

    /// The share of a period that counts, by the day or by the whole month.
    fn prorated(&self, minimum: &Minimum, period: &Period, days: &Exact) -> Eval<(Exact, String)> {
        let mut lost: Vec<(Date, Date)> = Vec::new();
        for condition in &minimum.prorated_while {
            for (from, to) in self.stretches_of(condition, minimum.by_the_month) {
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
    fn stretches_of(&self, condition: &Condition, with_end: bool) -> Vec<(Date, Date)> {
        let names: Vec<&Name> = match condition {
            Condition::Happens(event) => vec![&event.name],
            Condition::Lasts { events, .. } => events.iter().map(|e| &e.name).collect(),
            Condition::Any(any) => return any.iter().flat_map(|c| self.stretches_of(c, with_end)).collect(),
            Condition::State { name, not: false, .. } => vec![name],
            _ => Vec::new(),
        };
        let as_of = self.facts.as_of();
        names
            .into_iter()
            .flat_map(|n| self.facts.stretches(n, None))
            .map(|(from, to)| {
                let last = |end: Date| if with_end { end } else { end.prev_day().unwrap_or(end) };
                (from, to.map_or(as_of, last))
            })
            .collect()
    }

    /// What a trigger does to the minimum.
    fn trigger_on_minimum(
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
            if parts.word(Label::Part) != Some("minimum") || !parts.names(Label::Of).contains(&royalty.name) {
                continue;
            }
            for interval in self.effect_intervals(trigger, parts)? {
                let inside = Interval::through(period.start, period.end)
                    .and_then(|p| p.overlap_days(&interval))
                    .unwrap_or(0);
                if inside == 0 {
                    continue;
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

    /// The days an effect of a trigger is in force.
    fn effect_intervals(&self, trigger: &Trigger, effect: &Parts) -> Eval<Vec<Interval>> {
        let Some(when) = &trigger.when else { return Ok(Vec::new()) };
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
                    for (from, to) in self.facts.stretches(&event.name, None) {
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
                if let Some(start) = self.first_day_of(other)? {
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
    fn first_day_of(&self, condition: &Condition) -> Eval<Option<Date>> {
        match condition {
            Condition::State { name, not: true, by: Some(by), .. } => {
                let Some(limit) = self.clock().limit(by, &Focus::default())? else { return Ok(None) };
                let next = limit.next_day().filter(|d| *d <= self.facts.as_of());
                let met = self.facts.reached(name, None, None).is_some_and(|d| d <= limit);
                Ok(next.filter(|_| !met))
            }
            Condition::Happens(event) => Ok(self.facts.began(&event.name, None)),
            Condition::State { name, not: false, .. } => Ok(self.facts.reached(name, None, None)),
            _ => Ok(None),
        }
    }
}
