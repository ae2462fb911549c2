//! The course of an option: when it is open, what keeps it open, how it lapses, and how its exercise takes effect.

use super::exercise::Exercise;
use super::{after, end_with_agreement, since};
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::rights::DaysSo;
use crate::unknown::{Eval, Unknown};
use crate::windows::{Course, Drawing, Kind, State, Why};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::{Ranges, all_days, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Change;
use counterpart_terms::value::{Moment, Name, Value};
use counterpart_terms::{At, Record};
use std::collections::BTreeSet;

/// The first and the last day on which something can be exercised, as its text says; and whether by payment.
#[derive(Debug, Clone, Default)]
pub(super) struct Period<'m> {
    /// Where it begins.
    pub from: Vec<&'m Moment>,
    /// Where it ends.
    pub until: Vec<&'m Moment>,
    /// The last day is so long after a day, on which it opens.
    pub within: Option<(&'m counterpart_terms::value::Duration, Option<&'m Moment>)>,
    /// By paying its price.
    pub by_payment: bool,
}

impl<'m> Period<'m> {
    pub(super) fn of(record: &'m Record) -> Period<'m> {
        let mut out = Period::default();
        for line in &record.below {
            match line.clause {
                Form::OptionExercisable => {
                    out.from.extend(line.moment(Label::From));
                    out.until.extend(line.moment(Label::Until));
                    if let Some(Value::Duration(within)) = line.get(Label::Within) {
                        out.within = Some((within, line.moment(Label::Of)));
                    }
                    out.by_payment |= line.word(Label::By) == Some("payment");
                }
                Form::OptionUntil => out.until.extend(line.moment(Label::Until)),
                _ => {}
            }
        }
        out
    }
}

impl Run<'_> {
    /// The course of an option.
    pub(crate) fn option_course(&self, name: &Name) -> Eval<Course> {
        let texts = self.texts(name, |form| form == Form::FileOption);
        let why = Why::new("the agreement is not in force yet", texts.first().map(|(r, _)| r.at));
        let mut drawing = Drawing::new(name, Kind::Option, State::NotYet, why);
        drawing.lay_so(
            &self.days_from_the_start(),
            State::NotOpen,
            &Why::new(self.waits_in_words(texts.last()), texts.first().map(|(r, _)| r.at)),
        );
        for (record, days) in &texts {
            self.open_days(record, days, &mut drawing);
        }
        let Some((record, _)) = texts.last() else { return Ok(drawing.done()) };
        self.given_up(name, record, &mut drawing);
        for exercise in self.exercises_of(name) {
            self.lay_exercise(name, record, &exercise, &mut drawing);
        }
        let own = Period::of(record);
        end_with_agreement(self, (name, &own.until), record.at, &mut drawing, |state| {
            matches!(state, State::Lapsed | State::Withdrawn | State::Ended | State::NotYet)
        });
        self.note_void(name, &mut drawing);
        Ok(drawing.done())
    }

    /// That an option cannot be exercised yet, and what its text lets it wait for.
    fn waits_in_words(&self, text: Option<&(&Record, Ranges)>) -> String {
        let lines = text.into_iter().flat_map(|(record, _)| &record.below).filter(|line| match line.clause {
            Form::OptionWhen => true,
            Form::OptionExercisable => line.has(Label::From) || line.has(Label::Of),
            _ => false,
        });
        let words: Vec<String> = lines.map(|line| self.said(line)).collect();
        match words.is_empty() {
            true => "it cannot be exercised yet".into(),
            false => format!("it cannot be exercised yet: {}", words.join(", ")),
        }
    }

    /// Lays the days on which a text lets it be exercised.
    pub(super) fn open_days(&self, record: &Record, days: &Ranges, drawing: &mut Drawing) {
        let period = Period::of(record);
        let at = record.at;
        let mut open = self.days_from_the_start();
        for line in record.all_below(Form::OptionWhen) {
            if let Some(when) = line.condition(Label::When) {
                open = open.and(self.days_once(when, &Focus::default()));
            }
        }
        for from in &period.from {
            open = open.and(self.days_from(from));
        }
        let last = self.last_days_of(&period);
        if let Some((within, of)) = period.within {
            open = open.and(self.within_days(within, of).0);
        }
        let text = |so: DaysSo| so.and(DaysSo::sure(days.and(&all_days())));
        let said = record.below(Form::OptionExercisable).map(|line| self.said(line));
        let said = said.unwrap_or_else(|| "it can be exercised at any time".into());
        drawing.lay_so(&text(open.clone()), State::Open, &Why::new(said.clone(), [at]));
        self.lay_held(record, &text(open), drawing);
        let over = text(last.not());
        let mut why = Why::new(format!("it was not exercised in its time: {said}"), [at]);
        let lapse: Vec<String> =
            record.all_below(Form::OptionLapses).map(|l| self.said_after(l, "if it lapses")).collect();
        if !lapse.is_empty() {
            why.words = format!("{}; {}", why.words, lapse.join(", "));
        }
        drawing.lay_so(&over, State::Lapsed, &why);
    }

    /// From when and up to when something can be done within a time of a moment; of the effective date where none is named.
    pub(super) fn within_days(
        &self,
        within: &counterpart_terms::value::Duration,
        of: Option<&Moment>,
    ) -> (DaysSo, DaysSo) {
        let base = match of {
            Some(of) => self.clock().moment(of, &Focus::default()),
            None => self.clock().effective_day().map(|d| d.map_or(When::NotYet, When::On)),
        };
        let doubt = |why: Unknown| DaysSo { yes: Ranges::none(), doubt: vec![(all_days(), why)] };
        match base {
            Ok(When::On(from)) => {
                let open = DaysSo::sure(since(from));
                match self.clock().shift(from, within, false) {
                    Ok(last) => (open, self.days_up_to(last)),
                    // On the first day it is open; how long after that is not said.
                    Err(why) => {
                        let first = Ranges::of(0, day(from).saturating_add(1));
                        (open, DaysSo { yes: first, doubt: vec![(after(from), why)] })
                    }
                }
            }
            Ok(_) => (DaysSo::default(), DaysSo::sure(all_days())),
            Err(why) => (doubt(why.clone()), DaysSo::sure(all_days())),
        }
    }

    /// Lays that it rests: while something is so, or while what holds it open is not paid.
    fn lay_held(&self, record: &Record, open: &DaysSo, drawing: &mut Drawing) {
        for line in record.all_below(Form::OptionSuspended) {
            if let Some(while_) = line.condition(Label::While) {
                let rests = open.clone().and(self.days_when(while_, &Focus::default()));
                drawing.lay_so(&rests, State::Suspended, &Why::new(self.said(line), [line.at]));
            }
        }
        for line in record.all_below(Form::OptionHolds) {
            for pay in line.names(Label::Pay) {
                let unpaid = open.clone().and(self.unpaid_days(&pay, line.at));
                drawing.lay_so(&unpaid, State::Suspended, &Why::new(format!("{pay} is not paid"), [line.at]));
            }
        }
    }

    /// The days on which something of a payment is overdue; of days to come, as it stands on the day asked about.
    fn unpaid_days(&self, pay: &Name, at: At) -> DaysSo {
        let doubt = |why: Unknown| DaysSo { yes: Ranges::none(), doubt: vec![(all_days(), why)] };
        if pay.is_blank() {
            return doubt(self.hidden("which payment holds it open", at));
        }
        let dues = match self.dues(pay) {
            Ok(dues) => dues,
            Err(why) => return doubt(why.at(at)),
        };
        let today = self.facts.as_of();
        let mut turns: BTreeSet<Date> = BTreeSet::from([Date::MIN]);
        turns.extend(dues.iter().filter_map(|due| due.due?.next_day()));
        turns.extend(self.facts.payments_of(pay).map(|event| event.date));
        let turns: Vec<Date> = turns.into_iter().filter(|on| *on <= today).collect();
        let mut out = DaysSo::default();
        for (index, turn) in turns.iter().enumerate() {
            let end = turns.get(index + 1).map_or(u32::MAX, |next| day(*next));
            let days = Ranges::of(day(*turn), end).and(&all_days());
            let run = self.on_another_day(*turn);
            match run.is_paid_up(pay) {
                Ok(true) => {}
                Ok(false) => out.yes = out.yes.or(&days),
                Err(why) => out.doubt.push((days, why.at(at))),
            }
        }
        out
    }

    /// Lays that it was taken back, given up, or ended by another clause.
    pub(super) fn given_up(&self, name: &Name, record: &Record, drawing: &mut Drawing) {
        for event in self.facts.happened() {
            let (word, by) = match &event.kind {
                EventKind::Waived { name: told, by, .. } if told == name => ("waived", by.clone()),
                EventKind::Told { word, parts, .. }
                    if word == "withdrawn" && parts.name(Label::As) == Some(name) =>
                {
                    ("withdrawn", parts.name(Label::By).cloned())
                }
                _ => continue,
            };
            let open =
                |state| matches!(state, State::Open | State::NotOpen | State::Suspended | State::Unclear);
            // What was given up while it could still be used does not lapse any more.
            let given_up = |drawing: &Drawing| match drawing.days(open).contains(day(event.date)) {
                true => since(event.date).and(&drawing.days(|s| open(s) || s == State::Lapsed)),
                false => Ranges::none(),
            };
            let by_whom = by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
            match self.may_give_up(record, word, by.as_ref(), event.date) {
                Ok(None) => {
                    let days = given_up(drawing);
                    let why = Why::new(format!("{word}{by_whom}"), [event.at]);
                    drawing.lay(&days, State::Withdrawn, &why);
                }
                Ok(Some(why)) => drawing.note(event.date, format!("it is not {word}: {why}"), event.at),
                Err(unknown) => {
                    let days = given_up(drawing);
                    let why =
                        Why { words: unknown.reason.clone(), at: vec![event.at], unknown: Some(unknown) };
                    drawing.lay(&days, State::Unclear, &why);
                }
            }
        }
        for change in self.changes_on(name) {
            let days = Ranges::of(
                day(change.from),
                change.until.map_or(u32::MAX, |last| day(last).saturating_add(1)),
            );
            let days = days.and(&drawing.days(|s| !matches!(s, State::NotYet)));
            let state = match change.effect.change {
                Change::Ends => State::Ended,
                Change::Rests => State::Suspended,
                Change::Begins => State::Open,
                _ => continue,
            };
            let why = self.said_at(change.at);
            match change.doubt {
                Some(unknown) => {
                    let why =
                        Why { words: unknown.reason.clone(), at: vec![change.at], unknown: Some(unknown) };
                    drawing.lay(&days, State::Unclear, &why);
                }
                None => drawing.lay(&days, state, &Why::new(why, [change.at])),
            }
        }
    }

    /// What stands in a clause or an entry, on one line.
    pub(crate) fn said_at(&self, at: At) -> String {
        let file = self.machine.deal.files.get(at.file);
        let text = file.map_or("", |file| file.tree.slice(at.span()));
        let line = crate::windows::uncommented(text.lines().next().unwrap_or(""));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Why a party may not give it up or take it back; none where it may.
    fn may_give_up(&self, record: &Record, word: &str, by: Option<&Name>, on: Date) -> Eval<Option<String>> {
        let holders = record.names(Label::To);
        let others = |by| self.not_theirs(record.name(Label::Name)?, (by, &holders), on);
        if word == "waived" {
            let name = record.name(Label::Name);
            let perhaps = name.and_then(|name| self.perhaps_theirs(name, (by, &holders), (on, record.at)));
            return perhaps.map_or_else(|| Ok(others(by)), Err);
        }
        // The holder may always let it go; the other side, or the holder after exercise, where the text says so.
        let Some(by) = by else { return Ok(None) };
        for line in record.all_below(Form::OptionWithdraw) {
            if line.name(Label::By).is_none_or(|own| own != by && !own.is_blank()) {
                continue;
            }
            let Some(when) = line.condition(Label::When) else { return Ok(None) };
            let run = self.on_another_day(on);
            return Ok(match run.holds_on(when, on, &Focus::default()).map_err(|why| why.at(line.at))? {
                true => None,
                false => Some(format!(
                    "{} does not hold then",
                    self.said_after(line, &format!("{by} may withdraw when"))
                )),
            });
        }
        Ok(others(Some(by)).map(|_| format!("no line lets {by} withdraw it")))
    }

    /// Lays what became of an exercise.
    pub(super) fn lay_exercise(
        &self,
        name: &Name,
        record: &Record,
        exercise: &Exercise,
        drawing: &mut Drawing,
    ) {
        let from = exercise.on;
        let holders = record.names(Label::To);
        if let Some(unknown) =
            self.perhaps_theirs(name, (exercise.by.as_ref(), &holders), (from, exercise.at))
        {
            let why = Why { words: unknown.reason.clone(), at: vec![exercise.at], unknown: Some(unknown) };
            drawing.lay(&since(from), State::Unclear, &why);
            return;
        }
        let waits = self.waits_of(name, record, exercise);
        let by = exercise.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let pending: Vec<String> =
            waits.iter().filter(|w| w.done.is_none()).map(|w| w.what.clone()).collect();
        let words = match pending.is_empty() {
            true => format!("exercised{by}"),
            false => format!("exercised{by}, waits for {}", pending.join(" and ")),
        };
        drawing.lay(&since(from), State::Exercised, &Why::new(words, [exercise.at]));
        if let Some(unknown) = waits.iter().find_map(|w| w.unknown.clone()) {
            let why = Why { words: unknown.reason.clone(), at: vec![record.at], unknown: Some(unknown) };
            drawing.lay(&after(from), State::Unclear, &why);
            return;
        }
        // What fails first ends it.
        let failed = waits.iter().filter_map(|w| Some((w.failed?, w))).min_by_key(|(on, _)| *on);
        if let Some((on, wait)) = failed {
            let why = Why::new(format!("the exercise has no effect: {}", wait.why_failed), wait.at);
            drawing.lay(&since(on), State::Lapsed, &why);
            return;
        }
        if pending.is_empty() {
            let last = waits.iter().filter_map(|w| w.done).max().unwrap_or(from).max(from);
            let at = waits.iter().filter(|w| w.done == Some(last)).filter_map(|w| w.at).chain([exercise.at]);
            drawing.lay(&since(last), State::Effective, &Why::new(format!("exercised{by} on {from}"), at));
        }
    }
}
