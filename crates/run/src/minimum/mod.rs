//! Minimums: how much for which period, after what raises, lowers or suspends them.

mod changed;
mod periods;
mod terms;

use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period, PeriodKind};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Minimum, MinimumStep, Royalty};
use counterpart_terms::value::{Amount, PeriodLabel, Value};

/// The minimum of a royalty for a period: the sum of what every `at least` says of it.
#[derive(Debug)]
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
        // An instalment is part of a year: it is the year that begins before the end or after it.
        let whole = self.year_of_instalment(minimum, period)?;
        if self.over_before(royalty, whole.as_ref().unwrap_or(period))? {
            return Ok(None);
        }
        self.is_owed_at_rest(royalty, whole.as_ref().unwrap_or(period))?;
        let focus = Focus::of(*period);
        let (mut value, why) = self.amount(&step.value, &focus).map_err(|u| u.at(minimum.at))?;
        let mut trace =
            Step::new(format!("minimum for {period}"), value.clone()).by(minimum.at).from(vec![why]);
        let mut note =
            |what: String, now: &Val, at: At| trace.parts.push(Step::new(what, now.clone()).by(at));
        if let Some((by, each, most)) = &minimum.escalates {
            // An instalment rises with the year it is part of.
            let times = self.rises(royalty, minimum, whole.as_ref().unwrap_or(period), *each)?;
            // By how much it will rise, and how far, need not be known before it does.
            if times > 0 {
                let rise = (by, times, most.as_ref());
                value = self.risen(value, rise, &focus).map_err(|u| u.at(minimum.at))?;
            }
            let line = self.line_of(minimum.at, Form::MinimumEscalates);
            note(format!("risen {times} times"), &value, line);
        }
        for rule in &minimum.becomes {
            let here = rule
                .label
                .is_none_or(|l| self.clock().period(l, None).is_some_and(|p| p.contains(period.end)));
            if here && self.holds(&rule.when, &focus)? {
                value = self.amount(&rule.value, &focus)?.0;
                note("becomes".into(), &value, self.line_of(minimum.at, Form::MinimumBecomes));
            }
        }
        let instalments = self.instalments(minimum, step, period)?;
        if instalments > 1 {
            value = value.by(&Val::Number(Exact::from_int(instalments)))?;
            note(format!("in {instalments} parts"), &value, self.line_of(minimum.at, Form::MinimumPayable));
        }
        let days = Exact::from_int(period.days());
        if minimum.prorated_first
            && let Some(first) =
                self.minimum_start(royalty, minimum)?.filter(|d| period.contains(*d) && *d > period.start)
        {
            // A month the minimum began in counts as a whole one.
            let (left, all, unit) = if minimum.first_by_the_month {
                (months_touched(first, period.end), months_touched(period.start, period.end), "months")
            } else {
                (first.days_until(period.end) + 1, period.days(), "days")
            };
            let share = Exact::ratio(left, all).unwrap_or_else(Exact::one);
            value = value.with(value.number() * &share);
            let line =
                self.line_with(minimum.at, Form::MinimumProrated, |line| line.words().any(|w| w == "first"));
            note(format!("{left} of {all} {unit} of the first period"), &value, line);
        }
        if !minimum.prorated_while.is_empty() {
            let (share, what) = self.prorated(minimum, period, &days)?;
            value = value.with(value.number() * &share);
            let line =
                self.line_with(minimum.at, Form::MinimumProrated, |line| line.get(Label::While).is_some());
            note(what, &value, line);
        }
        value = self.minimum_changed(royalty, period, value, &mut trace)?;
        value = self.kept_of_minimum(royalty, period, value, &mut trace)?;
        let value = self.in_its_money(royalty, value, period, &mut trace).map_err(|u| u.at(minimum.at))?;
        trace.value = Some(value.clone());
        Ok(Some(MinimumFor { value, step: trace }))
    }

    /// A minimum that has risen by this, so many times, to at most that.
    fn risen(
        &self,
        value: Val,
        (by, times, most): (&Amount, u32, Option<&Amount>),
        focus: &Focus,
    ) -> Eval<Val> {
        let (by, _) = self.amount(by, focus)?;
        let risen = match &by {
            // A percentage is of what it had risen to.
            Val::Number(share) => {
                let grown = (Exact::one() + share.clone()).checked_pow(times);
                let beyond = || Unknown::new("the minimum has risen beyond all numbers");
                value.with(value.number() * &grown.ok_or_else(beyond)?)
            }
            Val::Money(_) => value.plus(&by.with(by.number() * &Exact::from_int(times.into())))?,
        };
        let Some(most) = most else { return Ok(risen) };
        let (most, _) = self.amount(most, focus)?;
        Ok(if risen.compare(&most)?.is_gt() { most } else { risen })
    }

    /// A minimum in the money of its royalty: what is earned is held against it.
    fn in_its_money(&self, royalty: &Royalty, value: Val, period: &Period, trace: &mut Step) -> Eval<Val> {
        let filter = self.money_filter(Some(&royalty.name), period.start);
        let metric = crate::royalty::metrics(royalty).into_iter().next();
        let metric = metric.unwrap_or_else(|| royalty.name.clone());
        let model = self.model_on(period.start);
        self.converted(model, (&metric, &filter), value, period, &mut trace.parts)
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
                let line = self.line_of(minimum.at, Form::MinimumBecomes);
                trace.parts.push(Step::new("becomes", value.clone()).by(line));
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
            let from = self.begins(step)?;
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

    /// The day from which a step of a minimum says that it runs.
    fn begins(&self, step: &MinimumStep) -> Eval<Option<Date>> {
        match &step.from {
            Some(value) => self.edge(Some(value), true),
            None => self.anchor(step),
        }
    }

    /// The first day for which a minimum of a royalty is agreed, where that has come.
    ///
    /// # Errors
    /// Where none has, and the day one begins cannot be said.
    pub(crate) fn minimums_begin(&self, royalty: &Royalty) -> Eval<Option<Date>> {
        let labelled = |step: &MinimumStep| Some(self.clock().period(step.label?.0, None)?.start);
        let named = royalty.minimums.iter().flat_map(|m| &m.steps).filter_map(labelled);
        let mut days: Vec<Date> = named.collect();
        let mut unknown = None;
        for minimum in &royalty.minimums {
            match self.minimum_start(royalty, minimum) {
                Ok(from) => days.extend(from),
                Err(why) => unknown = unknown.or(Some(why.at(minimum.at))),
            }
        }
        match (days.into_iter().filter(|day| *day <= self.facts.as_of()).min(), unknown) {
            (None, Some(why)) => Err(why),
            (first, _) => Ok(first),
        }
    }

    /// The day a minimum begins to run.
    fn minimum_start(&self, royalty: &Royalty, minimum: &Minimum) -> Eval<Option<Date>> {
        for step in &minimum.steps {
            let from = self.begins(step)?;
            if from.is_some() {
                return Ok(from);
            }
        }
        let starts = match &royalty.starts {
            Some(moment) => self.clock().limit(moment, &Focus::default())?,
            None => None,
        };
        match starts {
            Some(day) => Ok(Some(day)),
            None => self.clock().effective_day(),
        }
    }

    /// Whether a royalty, or all, had ended before a period began.
    pub(crate) fn over_before(&self, royalty: &Royalty, period: &Period) -> Eval<bool> {
        let ends = match &royalty.ends {
            // An end still open has not come.
            Some(moment) => self.clock().limit(moment, &Focus::default()).unwrap_or(None),
            None => None,
        };
        let set_off = self.triggered(&royalty.name)?;
        if let Some(why) = set_off.doubt_by(period.end) {
            return Err(why.clone());
        }
        let by_trigger = set_off.end.and_then(|(day, _)| day.prev_day());
        let own = self.clock().last_day_alone(&royalty.name)?.into_iter().chain(by_trigger).min();
        let (end, doubt) = self.ended_by_now().day().unzip();
        if ends.into_iter().chain(own).min().is_some_and(|end| period.start > end) {
            return Ok(true);
        }
        match (end.is_some_and(|end| period.start > end), doubt.flatten()) {
            (true, Some(why)) => Err(why),
            (over, _) => Ok(over),
        }
    }

    /// That a minimum is owed in full or not at all: whether it is for days on which a trigger suspends the royalty, only the
    /// text can say, by suspending the minimum too.
    fn is_owed_at_rest(&self, royalty: &Royalty, period: &Period) -> Eval<()> {
        if self.triggered(&royalty.name)?.resting(period) == 0 {
            return Ok(());
        }
        let both = |effect: &Value| match effect {
            Value::Parts(parts) => {
                let minimum = parts.word(Label::Part) == Some("minimum") && parts.has(Label::Suspended);
                minimum && parts.names(Label::Of).contains(&royalty.name)
            }
            _ => false,
        };
        let mut effects = self.model_now().triggers.iter().flat_map(|trigger| &trigger.then);
        match effects.any(both) {
            true => Ok(()),
            false => {
                let why = format!(
                    "whether the minimum of `{0}` is owed while `{0}` is suspended is not said: add `minimum of {0} is \
                     suspended` to the trigger",
                    royalty.name
                );
                Err(Unknown::new(why).at(royalty.at))
            }
        }
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

    /// How often a minimum has risen: the whole years, or other units, between the period it began in and this
    /// one.
    fn rises(&self, royalty: &Royalty, minimum: &Minimum, period: &Period, each: PeriodKind) -> Eval<u32> {
        let Some(begun) = self.minimum_start(royalty, minimum)? else { return Ok(0) };
        let mut times = 0;
        // The year the minimum began in counts as the first, however short it was.
        let back = |times: u32| period.end.add_months(-i64::from(times + 1) * i64::from(each.months()));
        while back(times).is_some_and(|d| d >= begun) && times < 1_000 {
            times += 1;
        }
        Ok(times)
    }
}

/// In how many months of the calendar the days from one to another lie.
fn months_touched(first: Date, last: Date) -> i64 {
    let number = |day: Date| i64::from(day.year()) * 12 + i64::from(day.month());
    number(last) - number(first) + 1
}
