//! The course of a buy-out, and of an option to buy: open from a day or a condition on, exercised by notice, had once the
//! time of the notice has passed and the price is appraised.

use super::exercise::{Exercise, Wait};
use super::{after, end_with_agreement, since};
use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::DaysSo;
use crate::unknown::Eval;
use crate::windows::{Course, Drawing, Kind, State, Why};
use counterpart_ledger::EventKind;
use counterpart_rights::{all_days, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::{Name, Value};

impl Run<'_> {
    /// The course of a buy-out.
    pub(crate) fn buy_out_course(&self, name: &Name) -> Eval<Course> {
        let texts = self.texts(name, |form| form == Form::FileBuyOut);
        let at = texts.first().map(|(record, _)| record.at);
        let why = Why::new("the agreement is not in force yet", at);
        let mut drawing = Drawing::new(name, Kind::BuyOut, State::NotYet, why);
        drawing.lay_so(&self.days_from_the_start(), State::NotOpen, &Why::new("it cannot be used yet", at));
        let mut untils = Vec::new();
        for (record, days) in &texts {
            let text = DaysSo::sure(days.and(&all_days()));
            let (open, words) = self.buy_out_opens(record);
            drawing.lay_so(&open.and(text.clone()), State::Open, &Why::new(words, [record.at]));
            untils =
                record.all_below(Form::BuyOutUntil).filter_map(|line| line.moment(Label::Until)).collect();
            let last = untils.iter().fold(DaysSo::sure(all_days()), |sum, m| sum.and(self.days_until(m)));
            let over = Why::new("it was not used in its time", [record.at]);
            drawing.lay_so(&last.not().and(text), State::Lapsed, &over);
        }
        let Some((record, _)) = texts.last() else { return Ok(drawing.done()) };
        self.given_up(name, record, &mut drawing);
        if let Some(exercise) = self.bought(name, record, &mut drawing) {
            self.lay_purchase(name, record, &exercise, &mut drawing);
        }
        end_with_agreement(self, (name, &untils), record.at, &mut drawing, |state| {
            matches!(
                state,
                State::Lapsed
                    | State::Withdrawn
                    | State::Ended
                    | State::NotYet
                    | State::Exercised
                    | State::Effective
            )
        });
        self.note_void(name, &mut drawing);
        Ok(drawing.done())
    }

    /// The days on which its text lets it be used, last day aside, and in what words.
    fn buy_out_opens(&self, record: &Record) -> (DaysSo, String) {
        let mut open = self.days_from_the_start();
        let mut words: Vec<String> = Vec::new();
        for line in record.all_below(Form::BuyOutFrom) {
            if let Some(from) = line.moment(Label::From) {
                open = open.and(self.days_from(from));
                words.push(self.said(line));
            }
        }
        for line in record.all_below(Form::BuyOutOpens) {
            let mut opened = DaysSo::default();
            if let Some(when) = line.condition(Label::When) {
                opened = opened.or(self.days_once(when, &Focus::default()));
            }
            if let Some(on) = line.moment(Label::On) {
                opened = opened.or(self.days_from(on));
            }
            open = open.and(opened);
            words.push(self.said(line));
        }
        let words =
            if words.is_empty() { "it can be used at any time".to_string() } else { words.join(", ") };
        (open, words)
    }

    /// The first entry by which it is used on a day it is open: a notice of it, or its exercise.
    fn bought(&self, name: &Name, record: &Record, drawing: &mut Drawing) -> Option<Exercise> {
        let open = drawing.days(|state| matches!(state, State::Open | State::Unclear));
        let lapsed = drawing.days(|state| state == State::Lapsed);
        let holders = record.names(Label::By);
        let mut found = None;
        for event in self.facts.happened() {
            let by = match &event.kind {
                EventKind::Notice(notice) if notice.of.as_ref() == Some(name) => Some(notice.by.clone()),
                EventKind::Exercised(told, by) if told == name => by.clone(),
                _ => continue,
            };
            let why = self.not_theirs(name, (by.as_ref(), &holders), event.date).or_else(|| {
                let on = day(event.date);
                match () {
                    () if found.is_some() => None,
                    () if open.contains(on) => None,
                    () if lapsed.contains(on) => Some("its time is over".to_string()),
                    () => Some(format!("it was not open on {}", event.date)),
                }
            });
            match why {
                Some(why) => {
                    drawing.note(event.date, format!("nothing follows from this notice: {why}"), event.at)
                }
                None => {
                    found.get_or_insert(Exercise { on: event.date, by, at: event.at });
                }
            }
        }
        found
    }

    /// Lays what becomes of its use: it waits for the time of the notice and for the price, and is then had.
    fn lay_purchase(&self, name: &Name, record: &Record, exercise: &Exercise, drawing: &mut Drawing) {
        let mut waits: Vec<Wait> = Vec::new();
        let (by, holders) = (exercise.by.as_ref(), record.names(Label::By));
        if let Some(unknown) = self.perhaps_theirs(name, (by, &holders), (exercise.on, exercise.at)) {
            waits.push(Wait {
                what: "who used it".to_string(),
                at: Some(exercise.at),
                unknown: Some(unknown),
                ..Wait::default()
            });
        }
        if let Some(line) = record.below(Form::BuyOutNotice)
            && let Some(Value::Duration(notice)) = line.get(Label::Notice)
        {
            let passed = self.clock().shift(exercise.on, notice, false);
            waits.push(Wait {
                what: format!("its notice, {}", self.said_after(line, "notice")),
                at: Some(line.at),
                unknown: passed.clone().err().map(|why| why.at(line.at)),
                done: passed.ok(),
                ..Wait::default()
            });
        }
        if let Some(line) = record.below(Form::BuyOutAppraised) {
            let decided = self.facts.happened().find(|event| {
                matches!(&event.kind, EventKind::Determined { name: told, value: Some(_), .. } if told == name)
            });
            waits.push(Wait {
                what: "the appraised price".into(),
                done: decided.map(|event| event.date.max(exercise.on)),
                at: Some(decided.map_or(line.at, |event| event.at)),
                ..Wait::default()
            });
        }
        let by = exercise.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let last = waits.iter().filter_map(|w| w.done).max().unwrap_or(exercise.on).max(exercise.on);
        let waited: Vec<&str> = waits
            .iter()
            .filter(|w| w.done.is_none_or(|on| on > exercise.on))
            .map(|w| w.what.as_str())
            .collect();
        let words = match waited.is_empty() {
            true => format!("notice{by}"),
            false => format!("notice{by}, waits for {}", waited.join(" and ")),
        };
        drawing.lay(&since(exercise.on), State::Exercised, &Why::new(words, [exercise.at]));
        if let Some(unknown) = waits.iter().find_map(|w| w.unknown.clone()) {
            let why = Why { words: unknown.reason.clone(), at: vec![record.at], unknown: Some(unknown) };
            drawing.lay(&after(exercise.on), State::Unclear, &why);
        } else if waits.iter().all(|w| w.done.is_some()) {
            let why = Why::new(format!("bought{by}, by the notice of {}", exercise.on), [exercise.at]);
            drawing.lay(&since(last), State::Effective, &why);
        }
    }
}
