//! What became of a test that held, as reasons: the test, the notice, the cure, the choice, each with its clause or entry.

use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::{Dated, Fired, Step as Came};
use crate::trace::Step;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::Form;
use counterpart_terms::model::{Model, Trigger};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// How a trigger came to bite by a day: the test, the notice, the cure.
    pub(super) fn why_trigger(&self, model: &Model, trigger: &Trigger, change: &Dated) -> Step {
        let fired = self.fired(model, trigger).into_iter().filter_map(Result::ok);
        // Of the part that changed.
        let here = |fired: &Fired| {
            change.place.as_ref().is_none_or(|place| fired.place.as_ref() == Some(place))
                && (change.of.is_empty() || fired.of.as_ref().is_none_or(|of| change.of.contains(of)))
        };
        let bit = |fired: &Fired| matches!(fired.step, Came::Bites(day) if day <= change.from) && here(fired);
        let head = Step::note(format!("trigger {}", trigger.name)).by(trigger.at);
        match fired.filter(bit).last() {
            Some(fired) => head.from(self.fired_in_steps(trigger, &fired)),
            None => head,
        }
    }

    /// A test that held and what became of it, step by step.
    pub(crate) fn fired_in_steps(&self, trigger: &Trigger, fired: &Fired) -> Vec<Step> {
        let mut out = Vec::new();
        let then = self.then(fired.tested);
        let tested = trigger.tested.as_ref();
        let looked_at = tested.and_then(|tested| self.test_days(tested).ok()).unwrap_or_default();
        let period = looked_at.into_iter().find(|(day, _)| *day == fired.tested).map(|(_, period)| period);
        let period = fired.over.filter(|_| trigger.tested.is_some()).or(period);
        let of = fired.of.as_ref().map_or(String::new(), |of| format!(" for {of}"));
        let place = fired.place.as_ref().filter(|_| fired.elsewhere.is_none());
        let place = place.map_or(String::new(), |place| format!(" in {place}"));
        let line = |form| self.line_below(trigger.at, form);
        let tested =
            Step::note(format!("the test held{of}{place}")).on(fired.tested).by(line(Form::TriggerWhen));
        let focus = Focus { period, until: period.map(|p| p.end), ..fired.part.clone() };
        let why = trigger.when.as_ref().map(|when| match trigger.tested {
            Some(_) => then.why_so_in(when, &focus, fired.tested, 1),
            // Without days of its own it looked at what was told by the day.
            None => then.why_so_of(when, &fired.part, fired.tested, 1),
        });
        out.push(tested.from(why.into_iter().collect()));
        if let (Some(when), Some(over)) = (&trigger.when, fired.over.or(period)) {
            for event in self.corrected_after(when, (over, fired.tested)) {
                let said = "corrected after the test, which was decided by what was told by its day";
                out.push(Step::note(said).on(event.date).by(event.at));
            }
        }
        let mut from = fired.tested;
        if let Some(event) = fired.notice.and_then(|at| self.facts.happened().find(|e| e.at == at)) {
            from = event.date;
            let by = match &event.kind {
                EventKind::Notice(notice) => format!("{} gave notice", notice.by),
                _ => "notice was given".to_string(),
            };
            out.push(Step::note(by).on(event.date).by(event.at));
        }
        let last = trigger.cure.as_ref().and_then(|cure| self.clock().shift(from, cure, false).ok());
        match (&fired.step, last) {
            (Came::Bites(_), Some(last)) => {
                out.push(Step::note("it was not put right").on(last).by(line(Form::TriggerCure)))
            }
            (Came::Curing, Some(last)) => {
                let said = format!("it may be put right until {last}");
                out.push(Step::note(said).by(line(Form::TriggerCure)));
            }
            (Came::Cured, _) => {
                let (on, by) = fired.cured.map(|cured| (cured.on, cured.by)).unzip();
                let step = Step::note("it was put right").on(on);
                out.push(step.by(line(Form::TriggerCure)).by(by.flatten()));
            }
            (Came::Excused, _) => out.push(Step::note("it is excused").by(line(Form::TriggerExcused))),
            (Came::Lapsed, _) => {
                let step = Step::note("no notice came in time, so the test lapsed");
                out.push(step.by(line(Form::TriggerNotice)));
            }
            (Came::AwaitsNotice, _) => {
                let (who, last) = self.may_give_notice(trigger, fired);
                let until = last.map_or(String::new(), |last| format!(" until {last}"));
                let said = format!("notice has not been given yet: {} may give it{until}", Name::list(&who));
                out.push(Step::note(said).by(line(Form::TriggerNotice)));
            }
            _ => {}
        }
        if let (Came::Bites(from), Some((by, ..))) = (&fired.step, &trigger.choice) {
            let last = self.last_to_choose(trigger, *from);
            let until = last.map_or(String::new(), |last| format!(" until {last}"));
            let could = match last.is_some_and(|last| last < self.facts.as_of()) {
                true => "could choose",
                false => "may choose",
            };
            let at = line(Form::TriggerThenChoose).unwrap_or(trigger.at);
            let by = Name::list(&self.who_has(std::slice::from_ref(by), Some(&trigger.name)));
            let said = self.choices_in_words(trigger).filter(|_| self.may_still_choose(trigger, fired));
            let said = said.map_or(String::new(), |said| format!(": {said}"));
            out.push(Step::note(format!("{by} {could}{until}{said}")).on(*from).by(at));
        }
        if let Came::Bites(from) = &fired.step {
            let record = self.record_at(trigger.at);
            let then = record.into_iter().flat_map(|record| record.all_below(Form::TriggerThen));
            out.extend(then.map(|line| Step::note("what follows").on(*from).by(line.at)));
        }
        out
    }

    /// What began an event of which no entry tells, by a day: the triggers, each with its test, and the entries that tell its end.
    pub(super) fn set_off_by(&self, name: &Name, place: Option<&Name>, on: Date) -> Vec<Step> {
        let model = self.model_on(on);
        let mut out = Vec::new();
        for stretch in self.stretches(name, place).iter().filter(|stretch| stretch.from <= on) {
            let Some(by) = &stretch.set_off else { continue };
            if stretch.doubt.is_some() {
                let step = Step::note(format!("{name} may have begun: {}", by.cause));
                out.push(step.on(stretch.from).by(by.at));
                continue;
            }
            let trigger = model.triggers.iter().find(|trigger| trigger.at == by.at);
            let bit = |fired: &Fired| matches!(fired.step, Came::Bites(day) if day == stretch.from);
            let tests = trigger.and_then(|trigger| {
                let mut fired = self.fired(model, trigger).into_iter().filter_map(Result::ok);
                Some(self.fired_in_steps(trigger, &fired.find(bit)?))
            });
            let who = trigger.map_or_else(|| by.cause.clone(), |trigger| format!("trigger {}", trigger.name));
            let step = Step::note(format!("{who} began {name}")).on(stretch.from).by(by.at);
            out.push(step.from(tests.unwrap_or_default()));
            let told = |event: &&Event| {
                matches!(&event.kind, EventKind::Ended(of, _) if of == name) && Some(event.date) == stretch.to
            };
            let told = self.facts.happened().filter(|event| event.date <= on).find(told);
            out.extend(told.map(|event| Step::note(format!("{name} ended")).on(event.date).by(event.at)));
        }
        out
    }

    /// Why something came about, or did not, of which no entry tells.
    pub(super) fn why_set_off(&self, name: &Name, so: bool, on: Date) -> Step {
        let mut by = self.set_off_by(name, None, on);
        match by.pop() {
            Some(step) if by.is_empty() => step,
            Some(step) => {
                by.push(step);
                Step::note(format!("{name} was begun by triggers")).from(by)
            }
            None if so => Step::note(format!("{name} came about")).by(self.defined_at(name)),
            None => Step::note(format!("nobody told of {name}")),
        }
    }
}
