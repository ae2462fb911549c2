//! Exercises that have no effect: after the time, by the wrong party, a second time, or without clearance.
//!
//! Such an entry is told and changes nothing: no price is due for it, and no right comes of it. Whether it counts is
//! judged as of its own day, by what is known when it is asked.

use super::exercise::Exercise;
use crate::engine::{Machine, Run};
use crate::facts::Facts;
use crate::facts::sorted::Sorted;
use crate::runs::Runs;
use crate::windows::{Drawing, Kind, State};
use counterpart_ledger::{EventKind, View};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::At;
use counterpart_terms::value::Name;
use std::rc::Rc;

/// Why an exercise has no effect; none where it has.
pub(crate) type Judgement = Option<String>;

/// An exercise that has no effect.
#[derive(Debug, Clone)]
pub(crate) struct Void {
    /// Of what.
    pub name: Name,
    /// On which day.
    pub on: Date,
    /// By whom.
    pub by: Option<Name>,
    /// Why it has none.
    pub why: String,
    /// It was good, and what it waited for did not come.
    pub failed: bool,
    /// The entry.
    pub at: At,
}

impl<'d> Machine<'d> {
    /// Takes the exercises out of a view that have no effect by their own day.
    pub(crate) fn without_void<'j>(&'j self, view: &mut View<'j>) -> Vec<Void> {
        let mut out = Vec::new();
        if !view.events.iter().any(|event| matches!(event.kind, EventKind::Exercised(..))) {
            return out;
        }
        let known = view.known_on;
        view.events.retain(|event| {
            let EventKind::Exercised(name, by) = &event.kind else { return true };
            // While one is judged, it does not count, nor what comes after it on its day.
            if self.judged.borrow().iter().any(|((seq, _), why)| why.is_none() && *seq <= event.seq) {
                return false;
            }
            match self.judged(event.seq, (name, by.as_ref()), event.date, known) {
                None => false,
                Some(None) => true,
                Some(Some(why)) => {
                    out.push(Void {
                        name: name.clone(),
                        on: event.date,
                        by: by.clone(),
                        why,
                        failed: false,
                        at: event.at,
                    });
                    false
                }
            }
        });
        out
    }

    /// Why an exercise has no effect; `None` outside while that is being asked: it does not count for itself.
    fn judged(
        &self,
        seq: usize,
        (name, by): (&Name, Option<&Name>),
        on: Date,
        known: Date,
    ) -> Option<Option<String>> {
        let key = (seq, known);
        if let Some(found) = self.judged.borrow().get(&key) {
            return found.clone();
        }
        self.judged.borrow_mut().insert(key, None);
        let run = self.run(on, known);
        let why = run.why_void(name, by, on, seq);
        self.judged.borrow_mut().insert(key, Some(why.clone()));
        Some(why)
    }

    /// A warning for each exercise that has no effect, as all that is known says.
    pub(crate) fn void_exercises<'m>(&self, runs: &Rc<Runs<'m>>) -> Vec<Diagnostic> {
        let any = self.journal.events.iter().any(|e| matches!(e.kind, EventKind::Exercised(..)));
        let Some(last) = self.journal.last_day().filter(|_| any) else { return Vec::new() };
        let run = runs.on(last, Date::MAX);
        let told = run.void.iter().map(|void| {
            Diagnostic::warning(
                "void-exercise",
                void.at.span(),
                format!("this exercise of `{}` has no effect", void.name),
            )
            .in_file(void.at.file)
            .with_note(void.why.clone())
            .with_help("where the parties let it count, tell their amendment; else take the entry out")
        });
        told.collect()
    }
}

impl<'m> Run<'m> {
    /// Takes out the exercises that waited in vain for something.
    pub(crate) fn without_failed(mut self) -> Run<'m> {
        let mut failed: Vec<Void> = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Exercised(name, by) = &event.kind else { continue };
            let texts = self.texts(name, |form| form == Form::FileOption);
            let Some(line) = texts.last().and_then(|(record, _)| record.below(Form::OptionClearance)) else {
                continue;
            };
            let exercise = Exercise { on: event.date, by: by.clone(), at: event.at };
            let wait = self.clearance(name, line, exercise.on);
            if wait.failed.is_some_and(|on| on <= self.facts.as_of()) {
                failed.push(Void {
                    name: name.clone(),
                    on: event.date,
                    by: exercise.by,
                    why: wait.why_failed,
                    failed: true,
                    at: event.at,
                });
            }
        }
        if !failed.is_empty() {
            let mut view = self.machine.journal.view_within(
                self.facts.as_of(),
                self.ties.known_on(),
                self.ties.horizon(),
            );
            let mut void = self.machine.without_void(&mut view);
            view.events.retain(|event| !failed.iter().any(|void| void.at == event.at));
            let grounds = self.machine.grounds_of(&mut view);
            let places = self.machine.places_of(&view.events);
            let sorted = Rc::new(Sorted::new(&self.machine.journal.events, places));
            let (as_of, last) = (self.facts.as_of(), self.facts.as_of().min(self.ties.horizon()));
            self.facts = Facts::new(&self.machine.journal, sorted, (as_of, last), grounds);
            void.extend(failed);
            self.void = void;
        }
        self
    }

    /// Why an exercise on a day has no effect, seen without it; none where it has one, or that cannot be said.
    fn why_void(&self, name: &Name, by: Option<&Name>, on: Date, seq: usize) -> Option<String> {
        let kind = self
            .kind_of(name)
            .filter(|kind| kind.is_first() || matches!(kind, Kind::Option | Kind::BuyOut))?;
        let texts = self
            .texts(name, |form| matches!(form, Form::FileOption | Form::FileFirstRight | Form::FileBuyOut));
        let (record, _) = texts.last()?;
        let label = if kind == Kind::BuyOut { Label::By } else { Label::To };
        if let Some(why) = self.not_theirs(name, (by, &record.names(label)), on) {
            return Some(why);
        }
        // A right that is used is used once: what came first on the day counts.
        let earlier = self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Exercised(told, _) if told == name && event.seq != seq => Some(event.date),
            _ => None,
        });
        if let Some(earlier) = earlier.filter(|_| !kind.is_first()) {
            return Some(format!("it was exercised before, on {earlier}"));
        }
        let course = self.course_of(name).ok()?;
        let found = course.on(on);
        if found.unknown.is_some() {
            return None;
        }
        let before = found.from.and_then(Date::prev_day);
        match found.state {
            State::Open | State::Exercised | State::Effective | State::Unclear | State::InForce => None,
            State::Lapsed | State::Ended | State::Withdrawn | State::Released => Some(match before {
                Some(last) => format!("it was open until {last}: {}", found.why),
                None => found.why,
            }),
            State::Suspended => Some(format!("it rested on {on}: {}", found.why)),
            State::NotYet | State::NotOpen | State::Free => {
                let opens = course.opening(on, true).ok().flatten().filter(|first| *first > on);
                Some(match opens {
                    Some(first) => format!("it was not open on {on}: it opens on {first}"),
                    None => format!("it was not open on {on}: {}", found.why),
                })
            }
        }
    }

    /// Notes the exercises of a right that have no effect.
    pub(super) fn note_void(&self, name: &Name, drawing: &mut Drawing) {
        for void in self.void.iter().filter(|void| void.name == *name && !void.failed) {
            let by = void.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
            drawing.note(void.on, format!("the exercise{by} has no effect: {}", void.why), void.at);
        }
    }
}
