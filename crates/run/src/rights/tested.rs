//! The days on which a trigger or a ladder is tested, and the period each test looks at.

use crate::clock::Focus;
use crate::engine::Run;
use crate::pay::occasions::day_of_year;
use crate::royalty::measures;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::{Basis, Cycle, Date, Period, PeriodKind};
use counterpart_syntax::Label;
use counterpart_terms::model::Tested;
use counterpart_terms::value::{Condition, Value, Window};

impl Run<'_> {
    /// The days of a test, up to the day asked about, each with the period it looks at.
    pub(crate) fn test_days(&self, tested: &Tested) -> Eval<Vec<(Date, Period)>> {
        self.test_days_until(tested, self.facts.as_of())
    }

    /// The tests to come that are on time which is over: what was told of it decides them, if nothing more is told.
    pub(super) fn tests_to_come(&self, tested: &Tested) -> Vec<(Date, Period)> {
        let today = self.facts.as_of();
        // What is tested each quarter without a day of its own is tested once the quarter is told.
        if tested.once.is_none() && tested.day.is_none() {
            return Vec::new();
        }
        let last = Date::new(today.year().saturating_add(1), 12, 31).unwrap_or(today);
        let mut days = self.test_days_until(tested, last).unwrap_or_default();
        days.retain(|(day, period)| *day > today && period.end < today);
        days
    }

    fn test_days_until(&self, tested: &Tested, today: Date) -> Eval<Vec<(Date, Period)>> {
        let yearly = |day: Date| Ok((day, self.looked_at(tested, day, PeriodKind::Year)?));
        if let Some(moment) = &tested.once {
            let day = self.clock().limit(moment, &Focus::default())?.filter(|d| *d <= today);
            return day.into_iter().map(yearly).collect();
        }
        let start = self.clock().effective_day()?.or_else(|| self.first_day());
        let first = match &tested.from {
            Some(Value::Period(label)) => self.clock().period(*label, None).map(|p| p.start),
            Some(Value::Moment(moment)) => self.clock().limit(moment, &Focus::default())?,
            _ => start,
        };
        let Some(first) = first else { return Ok(Vec::new()) };
        if let Some((month, day)) = tested.day {
            let days = (first.year()..=today.year()).filter_map(|year| day_of_year(year, month, day));
            return days.filter(|d| *d >= first && *d <= today).map(yearly).collect();
        }
        let Some(unit) = tested.every else { return Ok(Vec::new()) };
        // What is tested each quarter is tested once the quarter is reported.
        let ends = Cycle::new(unit, Basis::Calendar).between(first, today).into_iter();
        let days = ends.filter(|p| p.end < today).filter_map(|p| Some((self.told_by(p)?, p)));
        days.filter(|(day, _)| *day <= today).map(|(day, p)| Ok((day, self.over(tested, day, p)?))).collect()
    }

    /// The period a test on a day looks at: that day, where nothing is measured over a time; where its figures are of the last
    /// few quarters or months, the last that is over and not the year before.
    pub(super) fn with_own_window(
        &self,
        tested: &Tested,
        when: &Condition,
        (day, period): (Date, Period),
    ) -> Period {
        // What is tested each quarter without a day looks at the quarter that is over.
        let by_day = tested.every.is_none() || tested.day.is_some();
        if by_day && tested.window.is_none() && !is_over_time(when) {
            return Period::new(day, day).unwrap_or(period);
        }
        let own = unit_of(when).filter(|_| tested.window.is_none() && by_day);
        let last = own.and_then(|unit| {
            let cycle = Cycle::new(unit, Basis::Calendar);
            cycle.previous(&cycle.containing(day)?)
        });
        last.unwrap_or(period)
    }

    /// The first day after a period on which all that was reported for it was told; the day after it where nothing was.
    fn told_by(&self, period: Period) -> Option<Date> {
        let told = self.facts.events().filter_map(|event| match &event.kind {
            EventKind::Reported { label: Some(label), by, correction: false, .. } => {
                let of = self.clock().period(*label, by.as_ref())?;
                (of.end == period.end).then_some(event.date)
            }
            _ => None,
        });
        told.max().or_else(|| period.end.next_day())
    }

    fn looked_at(&self, tested: &Tested, day: Date, unit: PeriodKind) -> Eval<Period> {
        let beyond = || Unknown::new("the period is beyond the calendar");
        let cycle = Cycle::new(unit, Basis::Calendar);
        let now = cycle.containing(day).ok_or_else(beyond)?;
        self.over(tested, day, cycle.previous(&now).ok_or_else(beyond)?)
    }

    /// The period the line names, as it stood on a day; without one, the period before the test.
    fn over(&self, tested: &Tested, day: Date, before: Period) -> Eval<Period> {
        match &tested.window {
            // The last few that are over.
            Some(Window::Last { count, unit }) => {
                let beyond = || Unknown::new("the period is beyond the calendar");
                let cycle = Cycle::new(*unit, Basis::Calendar);
                let last = cycle.containing(day).and_then(|now| cycle.previous(&now)).ok_or_else(beyond)?;
                Period::trailing(*count, *unit, last.end).ok_or_else(beyond)
            }
            Some(window) => {
                self.window(Some(window), &Focus { period: Period::new(day, day), ..Focus::default() })
            }
            None => Ok(before),
        }
    }
}

/// Whether a test is on what was measured, or reported, over some time.
fn is_over_time(when: &Condition) -> bool {
    match when {
        Condition::Compare { .. } | Condition::Nil { .. } => true,
        Condition::State { state, .. } => state == "reported",
        Condition::Other(parts) => parts.word(Label::Act) == Some("report"),
        Condition::All(all) | Condition::Any(all) => all.iter().any(is_over_time),
        Condition::Not(inner) => is_over_time(inner),
        _ => false,
    }
}

/// The unit of the last few that the figures of a test are of.
fn unit_of(when: &Condition) -> Option<PeriodKind> {
    match when {
        Condition::Compare { left, right, .. } => {
            let mut found = None;
            for amount in [left, right] {
                measures(amount, &mut |measure| {
                    if let Some(Window::Last { unit, .. } | Window::Average { unit, before: None, .. }) =
                        &measure.window
                    {
                        found = Some(*unit);
                    }
                });
            }
            found
        }
        Condition::All(all) | Condition::Any(all) => all.iter().find_map(unit_of),
        Condition::Not(inner) => unit_of(inner),
        _ => None,
    }
}
