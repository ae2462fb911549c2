//! The days of a test that hangs on what follows from it, one after the other.
//!
//! On which days such a test is to be asked follows from what it is on, and that from its answers of the days before. So the
//! machine of each day is asked for its answer and for the days to come on which that may change, as far as they are known on
//! that day; nothing is asked of the day that is being worked out. What was found of a day is kept with its machine, so that
//! each day is worked out once, however many later days look back on it.

use super::found::Answer;
use super::triggers::Step;
use crate::circles::Circle;
use crate::clock::Focus;
use crate::effects::{Host, Says};
use crate::engine::Run;
use crate::runs::Runs;
use crate::unknown::Eval;
use counterpart_num::Date;
use counterpart_terms::model::{Model, Trigger};
use counterpart_terms::value::{Condition, Name};
use std::collections::BTreeSet;
use std::rc::Rc;

impl Run<'_> {
    /// The days on which such a test is to be asked that are known without asking it, oldest first: whatever is told may turn
    /// one of those it hangs on.
    pub(super) fn first_turns(&self, condition: &Condition, focus: &Focus) -> BTreeSet<Date> {
        let told = self.turns_told(condition).into_iter().chain(self.facts.events().map(|event| event.date));
        let outside = self.machine.circles.of_test(condition).map(|circle| self.turns_from_outside(circle));
        let told = told.chain(outside.into_iter().flatten());
        let mut turns = self.each_and_the_next(condition, told);
        let before = self.before_all(&turns);
        if !self.is_too_soon(condition, before) {
            let (_, more) = self.day_in_a_circle(condition, focus, before);
            turns.extend(more);
        }
        turns
    }

    /// The day for which the answer stands before the first of some turns: the one before it; where there is none, today.
    pub(super) fn before_all(&self, turns: &BTreeSet<Date>) -> Date {
        let second = turns.iter().nth(1);
        second.map_or(Some(self.facts.as_of()), |next| next.prev_day()).unwrap_or(Date::MIN)
    }

    /// The answer to such a test on a day, and the days on which it is to be asked next.
    pub(super) fn day_in_a_circle(
        &self,
        condition: &Condition,
        focus: &Focus,
        on: Date,
    ) -> (Eval<bool>, BTreeSet<Date>) {
        let asked = on.min(self.facts.as_of());
        let answer = self.ask_test((condition, asked), |run| Ok(run.kept_holds((condition, focus, on))));
        match answer {
            Ok(Answer { held, turns }) => (held, self.each_and_the_next(condition, turns.iter().copied())),
            Err(why) => (Err(why), BTreeSet::new()),
        }
    }

    /// The days on which such a test may turn again, asked on the day of its answer: by what it is on, or with another test in
    /// its circle.
    pub(super) fn next_turns(&self, condition: &Condition, focus: &Focus) -> BTreeSet<Date> {
        let mut days = self.turns_asked(condition, focus);
        if let Some(circle) = self.machine.circles.of_test(condition) {
            days.extend(self.kept_turns(circle, || self.turns_within(circle)).iter());
        }
        days
    }

    /// The days on which any test in a circle may turn: by what it is on, and by the triggers in it whose effects come once a
    /// time to cure is over.
    fn turns_within(&self, circle: &Circle) -> BTreeSet<Date> {
        let every = Focus::default();
        let mut days: BTreeSet<Date> =
            circle.tests.iter().flat_map(|test| self.turns_asked(test, &every)).collect();
        for (model, trigger) in self.triggers_called(&circle.later) {
            for fired in self.followed(model, trigger).into_iter().filter(|f| matches!(f.step, Step::Curing))
            {
                let time = self.time_to_cure(trigger, &fired).ok().flatten();
                days.extend(time.and_then(|(_, last)| last.next_day()));
            }
        }
        days
    }

    /// The days on which such a test may turn by what hangs on nothing in a circle: the days of the triggers there, and those
    /// on which triggers in the circle are tested. What was found from a later day holds for the days before: to ask again on
    /// a day on which nothing turns changes nothing.
    fn turns_from_outside(&self, circle: &Rc<Circle>) -> Vec<Date> {
        let runs = Runs::of(self);
        let seen = (self.facts.as_of(), self.ties.known_on());
        let found = runs.turns_of(circle, seen, || {
            let mut days = Vec::new();
            for (model, trigger) in self.triggers_called(&circle.from_outside) {
                for fired in self.followed(model, trigger) {
                    days.push(fired.tested);
                    if let Step::Bites(day) = fired.step {
                        days.push(day);
                    }
                }
            }
            for (_, trigger) in self.triggers_called(&circle.later) {
                let tested = trigger.tested.as_ref().and_then(|tested| self.test_days(tested).ok());
                days.extend(tested.into_iter().flatten().map(|(day, _)| day));
            }
            days.sort_unstable();
            days.dedup();
            days
        });
        found.iter().copied().filter(|day| *day <= self.facts.as_of()).collect()
    }

    /// The triggers of some names, each in its terms.
    fn triggers_called<'r>(&'r self, names: &'r [Name]) -> impl Iterator<Item = (&'r Model, &'r Trigger)> {
        let all = self.triggers_among(self.machine.hosts.all().filter(|_| !names.is_empty()));
        all.filter(|(_, trigger)| names.contains(&trigger.name))
    }

    /// The triggers among some clauses that say what follows, each in its terms.
    pub(super) fn triggers_among<'r>(
        &'r self,
        hosts: impl Iterator<Item = &'r Host>,
    ) -> impl Iterator<Item = (&'r Model, &'r Trigger)> {
        hosts.filter_map(|host| {
            let model = &self.machine.editions.0.get(host.edition)?.model;
            match host.says(model)? {
                Says::Trigger(trigger) => Some((model, trigger)),
                Says::Clause(_) => None,
            }
        })
    }

    /// Some days and those after them, on which what follows counts: without those it is too soon to ask of.
    fn each_and_the_next(
        &self,
        condition: &Condition,
        days: impl IntoIterator<Item = Date>,
    ) -> BTreeSet<Date> {
        let each = days.into_iter().flat_map(|day| std::iter::once(day).chain(day.next_day()));
        each.filter(|day| !self.is_too_soon(condition, *day)).collect()
    }
}
