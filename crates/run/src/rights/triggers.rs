//! Triggers: from the fact to its effect, step by step, each with its day.
//!
//! A test holds on a day; notice must follow in time, or the test lapses; a cure may undo it; then the effect comes
//! about at once, or a party may choose within its time. A trigger that stands for each country or product is tested
//! for each of them by itself.

use super::changes::Days;
use super::days::DaysSo;
use super::found;
use super::surplus::Carried;
use crate::clock::Focus;
use crate::condition::is_about_the_end;
use crate::cured::PutRight;
use crate::ends::renewal::Ended;
use crate::engine::Run;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_num::{Date, Period};
use counterpart_rights::{Ranges, date};
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{Effect, Model, Tail, Tested, Trigger};
use counterpart_terms::value::{Condition, Name, Territory, Value};

/// What became of a test that held.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Notice may still be given.
    AwaitsNotice,
    /// No notice was given in time.
    Lapsed,
    /// It may still be put right.
    Curing,
    /// It was put right.
    Cured,
    /// A fact excuses it.
    Excused,
    /// The effect comes about, or may be chosen from this day on.
    Bites(Date),
}

/// A test that held, or may have.
pub(super) struct Test {
    /// The day; of one that may have held on several, the first.
    pub day: Date,
    /// Why it cannot be said whether it held.
    pub doubt: Option<Unknown>,
    /// It may have come to hold later than on that day.
    later: bool,
    /// The period it looked at, where it has one of its own.
    over: Option<Period>,
}

/// A test that held, and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Fired {
    /// The day of the test, or on which the fact came about.
    pub tested: Date,
    /// The country, product, field or customer it was tested for.
    pub part: Focus,
    /// The country it was tested for.
    pub place: Option<Name>,
    /// The countries of which nothing was told, where that one stands for all of them.
    pub elsewhere: Option<Territory>,
    /// The product, field or customer it was tested for.
    pub of: Option<Name>,
    /// The notice.
    pub notice: Option<At>,
    /// The period the test looked at, where it has one of its own.
    pub over: Option<Period>,
    /// How far it came.
    pub step: Step,
    /// How it was put right.
    pub cured: Option<PutRight>,
    /// Why it cannot be said whether it came so far, or the test held at all.
    pub doubt: Option<Unknown>,
    /// The test may have come to hold later than on that day, so no time that runs from it is over for sure.
    pub later: bool,
}

impl Fired {
    fn on(tested: Date, focus: &Focus, step: Step) -> Fired {
        let of = focus.product.clone().or(focus.field.clone()).or(focus.others.first().cloned());
        let place = focus.place.clone();
        let part = focus.clone();
        let (elsewhere, notice, over, doubt) = (None, None, None, None);
        Fired { tested, part, place, elsewhere, of, notice, over, step, cured: None, doubt, later: false }
    }

    /// Whether it was tested within some days. One that may have come to hold later was so, at the earliest, on the first.
    pub(crate) fn is_within(&mut self, (from, until): Days) -> bool {
        if let Some(first) = from.filter(|first| self.later && self.tested < *first) {
            self.tested = first;
            if let Step::Bites(day) = &mut self.step {
                *day = first.max(*day);
            }
        }
        from.is_none_or(|from| from <= self.tested) && until.is_none_or(|until| self.tested < until)
    }

    /// Whether what became of it had come by a day: no time runs beyond it.
    fn came_by(&self, day: Date) -> bool {
        match self.step {
            Step::Bites(bites) => bites <= day,
            Step::AwaitsNotice | Step::Curing => false,
            Step::Lapsed | Step::Cured | Step::Excused => true,
        }
    }
}

/// What an effect acts on, by name.
fn named_in(effect: &Value) -> Vec<Name> {
    let own = match effect {
        Value::Parts(parts) => {
            [Label::Name, Label::Of, Label::What].into_iter().flat_map(|l| parts.names(l)).collect()
        }
        _ => Vec::new(),
    };
    Effect::read(effect).and_then(|effect| effect.name).into_iter().chain(own).collect()
}

impl Run<'_> {
    /// The last day of the agreement, where it is over and the trigger with it: no notice or cure runs on.
    pub(crate) fn over_with_agreement(&self, trigger: &Trigger) -> Option<Date> {
        let over = self.last_day_of_agreement().filter(|end| *end < self.facts.as_of())?;
        let sure = self.clock().end_in_doubt().is_none();
        (sure && self.outlives(&trigger.name) == Ok(None)).then_some(over)
    }

    /// Every test of a trigger that held by the day asked about, oldest first, and a test that cannot be decided.
    pub(crate) fn fired(&self, model: &Model, trigger: &Trigger) -> Vec<Eval<Fired>> {
        let found = self.followed(model, trigger).into_iter();
        found.map(|fired| fired.doubt.clone().map_or(Ok(fired), Err)).collect()
    }

    /// Every test of a trigger that held by the day asked about, or may have, oldest first. Whether an undecided test
    /// held matters only where something follows from it.
    pub(crate) fn followed(&self, model: &Model, trigger: &Trigger) -> Vec<Fired> {
        let key = (trigger.at, found::terms(model));
        self.kept(&self.rights.found.followed, key, || self.for_an_effect(|| self.follow_all(model, trigger)))
    }

    fn follow_all(&self, model: &Model, trigger: &Trigger) -> Vec<Fired> {
        let start = self.first_day().unwrap_or(Date::MIN);
        if trigger.each.as_ref().is_some_and(Name::is_blank) {
            let why = Unknown::new("for what each it is tested is redacted or open").at(trigger.at);
            return vec![Fired {
                doubt: Some(why),
                later: true,
                ..Fired::on(start, &Focus::default(), Step::Bites(start))
            }];
        }
        let mut out = Vec::new();
        for (focus, elsewhere) in self.each_of(model, trigger) {
            let bites = |day: Date, why: Unknown| Fired {
                doubt: Some(why.at(trigger.at)),
                ..Fired::on(day, &focus, Step::Bites(day))
            };
            match self.tests(trigger, &focus) {
                Ok(tests) => {
                    let followed = tests.into_iter().map(|test| match self.follow(trigger, &test, &focus) {
                        Ok(fired)
                            if matches!(fired.step, Step::Bites(_) | Step::AwaitsNotice | Step::Curing) =>
                        {
                            let doubt = test.doubt.map(|why| why.at(trigger.at));
                            Fired { doubt, later: test.later, ..fired }
                        }
                        Ok(fired) => fired,
                        Err(why) => Fired { later: test.later, ..bites(test.day, why) },
                    });
                    let mut followed: Vec<Fired> = followed.collect();
                    let sure = |f: &Fired| matches!(f.step, Step::Bites(_)) && f.doubt.is_none();
                    if let Some(first) = followed.iter().position(sure).filter(|_| trigger.one_shot) {
                        followed.truncate(first + 1);
                    }
                    out.extend(followed.into_iter().map(|f| Fired { elsewhere: elsewhere.clone(), ..f }));
                }
                Err(why) => out.push(Fired { elsewhere, later: true, ..bites(start, why) }),
            }
        }
        if let Ended::On(end) = self.ended_by_now()
            && !self.outlives_the_agreement(trigger, model)
        {
            out.retain(|fired| fired.tested <= end && fired.came_by(end));
        }
        out.sort_by_key(|fired| fired.tested);
        out
    }

    /// Whether a trigger is still tested after the end of the agreement: it survives, is about that end, or acts on a right
    /// that goes on.
    fn outlives_the_agreement(&self, trigger: &Trigger, model: &Model) -> bool {
        let effects = trigger.then.iter().chain(trigger.choice.iter().flat_map(|(_, _, effects)| effects));
        let acts_on: Vec<Name> = effects.flat_map(named_in).collect();
        let lines = || model.after_end.iter().flat_map(|block| &block.lines);
        let goes_on = |name: &Name| {
            lines().any(|line| match &line.tail {
                Tail::Survive(what) => what.iter().any(|(of, _)| of == name || of.is_blank()),
                Tail::Continues(of, ..) | Tail::PaidUp(of, _) => {
                    of.iter().any(|of| of == name || of.is_blank())
                }
                Tail::Bridge(of, ..) => of == name || of.is_blank(),
                _ => false,
            })
        };
        let outlives = |name: &Name| {
            name.is_blank()
                || goes_on(name)
                || model
                    .grants
                    .get(name)
                    .is_some_and(|grant| grant.perpetual || !grant.transitions.is_empty())
        };
        goes_on(&trigger.name)
            || trigger.when.as_ref().is_some_and(is_about_the_end)
            || acts_on.iter().any(outlives)
    }

    /// The days on which a test held, or may have, and then why that cannot be said.
    pub(super) fn tests(&self, trigger: &Trigger, focus: &Focus) -> Eval<Vec<Test>> {
        let Some(when) = &trigger.when else { return Ok(Vec::new()) };
        let focus = &focus.coming();
        let Some(tested) = &trigger.tested else {
            // Without days of its own it is tested whenever its fact may have come about.
            let starts = starts_of(&self.days_from_the_start_when(when, focus)).into_iter();
            let asked = |day: Date| day <= self.facts.as_of() && !self.is_too_soon(when, day);
            return Ok(starts.filter(|test| asked(test.day)).collect());
        };
        let days = self.test_days(tested)?;
        let begun = self.clock().effective();
        let mut told = self.metrics_told(when);
        told.retain(|on| *on <= self.facts.as_of() && !self.is_too_soon(when, *on));
        told.sort();
        told.dedup();
        let (mut held, mut carried) = (Vec::new(), Carried::new());
        for (day, period) in days {
            let period = self.with_own_window(tested, when, (day, period));
            let focus = Focus { period: Some(period), until: Some(period.end), ..focus.clone() };
            // What was reported for no time before the agreement is no gap.
            if begun.is_some_and(|begun| period.end < begun) {
                continue;
            }
            if self.is_too_soon(when, day) {
                continue;
            }
            let ask = |on: Date| match trigger.surplus {
                true => {
                    let (so, after) = self.ask_on(on, |run| run.holds_with(when, &focus, &carried));
                    (so, Some(after))
                }
                false => (self.ask_test((when, on), |run| run.holds(when, &focus)), None),
            };
            let (mut day, mut so) = (day, ask(day));
            // A test waits for the report it needs.
            let lacks = |so: &Eval<bool>| matches!(so, Err(why) if why.gap == Gap::Unreported);
            for later in told.iter().filter(|later| **later > day) {
                if !lacks(&so.0) {
                    break;
                }
                let found = ask(*later);
                if !lacks(&found.0) {
                    (day, so) = (*later, found);
                    break;
                }
            }
            let (so, after) = so;
            if let Some(after) = after {
                carried = after;
            }
            match so {
                Ok(true) => held.push(Test { day, doubt: None, later: false, over: Some(period) }),
                Ok(false) => {}
                Err(why) if why.gap == Gap::NotYet => {}
                Err(why) => held.push(Test { day, doubt: Some(why), later: false, over: Some(period) }),
            }
        }
        held.extend(self.tests_decided_ahead(trigger, (when, tested), focus));
        Ok(held)
    }

    /// The tests to come that hold by what was told, if nothing more is: of a trigger from whose test its effect follows by
    /// itself.
    fn tests_decided_ahead(
        &self,
        trigger: &Trigger,
        (when, tested): (&Condition, &Tested),
        focus: &Focus,
    ) -> Vec<Test> {
        let by_itself = trigger.notice.is_none() && trigger.cure.is_none() && !trigger.then.is_empty();
        if !by_itself || trigger.surplus || self.machine.circles.contain(when) {
            return Vec::new();
        }
        let today = self.facts.as_of();
        let begun = self.clock().effective();
        let mut out = Vec::new();
        for (day, period) in self.tests_to_come(tested) {
            let period = self.with_own_window(tested, when, (day, period));
            if period.end >= today || begun.is_some_and(|begun| period.end < begun) {
                continue;
            }
            let focus = Focus { period: Some(period), until: Some(period.end), ..focus.clone() };
            let doubt = match self.holds(when, &focus) {
                Ok(true) => None,
                Err(why) if why.gap == Gap::Missing => Some(why),
                _ => continue,
            };
            out.push(Test { day, doubt, later: false, over: Some(period) });
        }
        out
    }

    /// From a test that held to its effect. Of one that may have come to hold later, no time that runs from it has run
    /// out for sure.
    fn follow(&self, trigger: &Trigger, test: &Test, focus: &Focus) -> Eval<Fired> {
        let tested = test.day;
        let mut fired = Fired { over: test.over, ..Fired::on(tested, focus, Step::Excused) };
        for excuse in &trigger.excused {
            if self.is_too_soon(excuse, tested) {
                continue;
            }
            let asked = tested.min(self.facts.as_of());
            if self.ask_test((excuse, asked), |run| run.holds_on(excuse, tested, focus))? {
                return Ok(fired);
            }
        }
        let mut from = tested;
        if let Some((by, within)) = &trigger.notice {
            if by.iter().any(Name::is_blank) {
                return Err(Unknown::new("who gives this notice is redacted or open").at(trigger.at));
            }
            let last = match within {
                Some(within) if !test.later => Some(self.clock().shift(tested, within, false)),
                _ => None,
            };
            // How long a notice may be given matters once one is.
            let last = match last.transpose() {
                Ok(last) => last,
                Err(_) if self.notice_of(trigger, by, (tested, None), &fired)?.is_none() => {
                    fired.step = Step::AwaitsNotice;
                    return Ok(fired);
                }
                Err(why) => return Err(why),
            };
            match self.notice_of(trigger, by, (tested, last), &fired)? {
                Some((day, at)) => {
                    from = day;
                    fired.notice = Some(at);
                }
                None => {
                    fired.step = match last {
                        Some(last) if last < self.facts.as_of() => Step::Lapsed,
                        _ => Step::AwaitsNotice,
                    };
                    return Ok(fired);
                }
            }
        }
        let Some(cure) = &trigger.cure else {
            fired.step = Step::Bites(from);
            return Ok(fired);
        };
        let longer = trigger.cure_longer.as_ref();
        let last = self.clock().last_to_cure(from, (cure, longer), |told, _| trigger.is_cured_by(told))?;
        // While the time runs nothing follows either way.
        fired.cured = match last >= self.facts.as_of() {
            true => self.told_cured((from, last), |told| trigger.is_cured_by(told)),
            false => self.put_right(trigger, &fired, (from, last))?,
        };
        fired.step = match fired.cured {
            Some(_) if !test.later => Step::Cured,
            _ if last >= self.facts.as_of() => Step::Curing,
            _ => Step::Bites(last.next_day().unwrap_or(last)),
        };
        Ok(fired)
    }
}

/// The first day of each stretch on which something is so, or may be, and then why that cannot be said. A stretch that
/// follows days in doubt may have begun on them.
fn starts_of(so: &DaysSo) -> Vec<Test> {
    let before = |start: u32| {
        let of = |(days, _): &&(Ranges, Unknown)| start > 0 && days.contains(start - 1);
        so.doubt.iter().find(of).map(|(_, why)| why.clone())
    };
    let sure = so.yes.iter().map(|(start, _)| {
        let doubt = before(start);
        Test { day: date(start), later: doubt.is_some(), doubt, over: None }
    });
    let mut out: Vec<Test> = sure.collect();
    for (days, why) in &so.doubt {
        // Of what is in doubt on several days on end, for whatever reasons, the first stands for all of them.
        let first = days.iter().filter(|(start, _)| before(*start).is_none());
        out.extend(first.map(|(start, _)| {
            let doubt = Some(why.clone());
            Test { day: date(start), doubt, later: true, over: None }
        }));
    }
    out.sort_by_key(|test| test.day);
    out
}
