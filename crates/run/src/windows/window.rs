//! The course of a window, and of a sunset.

use super::course::{Course, Drawing, Kind, State, Why};
use super::openings::Opening;
use super::rounds::{Outcome, Round};
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::measure::literal;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_num::Date;
use counterpart_rights::{Ranges, all_days, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The course of a window.
    pub(super) fn window_course(&self, name: &Name) -> Eval<Course> {
        let found = self.rounds_of(name);
        let clause = self.texts(name, |form| form == Form::FileWindow).last().map(|(record, _)| *record);
        let at = clause.map(|record| record.at);
        let mut drawing =
            Drawing::new(name, Kind::Window, State::NotOpen, Why::new("nothing has opened it yet", at));
        for round in &found.rounds {
            let why = Why::new(round.why.clone(), [round.at]);
            drawing.lay(&round.days(), State::Open, &why);
            if let Some(unknown) = &round.unknown {
                // On its first day it is open; for how long after that is not said.
                let after = Ranges::of(day(round.opened).saturating_add(1), u32::MAX).and(&all_days());
                let why =
                    Why { words: unknown.reason.clone(), at: vec![round.at], unknown: Some(unknown.clone()) };
                drawing.lay(&after, State::Unclear, &why);
            }
            if let Some(next) = round.last.and_then(Date::next_day) {
                let after = Ranges::of(day(next), u32::MAX).and(&all_days());
                drawing.lay(&after, State::Ended, &self.outcome(clause, round));
            }
        }
        for (on, unknown) in &found.doubt {
            let closed = Ranges::of(day(*on), u32::MAX).and(&drawing.days(|state| state != State::Open));
            let why = Why {
                words: unknown.reason.clone(),
                at: at.into_iter().collect(),
                unknown: Some(unknown.clone()),
            };
            drawing.lay(&closed, State::Unclear, &why);
        }
        for (on, why, at) in found.vain {
            drawing.note(on, format!("does not open: {why}"), at);
        }
        Ok(drawing.done())
    }

    /// How a time came out, in words.
    fn outcome(&self, record: Option<&Record>, round: &Round) -> Why {
        let clause = record.map(|record| record.at);
        match &round.outcome {
            Outcome::Open => Why::new("its time is over then, if nothing is agreed", clause),
            Outcome::Agreed(what, at) => Why::new(format!("agreed: {what}"), [*at]),
            Outcome::Superseded(what, at) => Why::new(format!("superseded: {what}"), [*at]),
            Outcome::Nothing(told) => {
                let lines: Vec<&Record> =
                    record.iter().flat_map(|r| r.all_below(Form::WindowOtherwise)).collect();
                let said: Vec<String> = lines.iter().map(|l| self.said_after(l, "otherwise")).collect();
                let expert = record.is_some_and(|r| r.below(Form::WindowExpert).is_some());
                let words = match (said.is_empty(), expert) {
                    (false, _) => format!("nothing was agreed: {}", said.join(", ")),
                    (true, true) => self.expert_words(record, round),
                    (true, false) => "nothing was agreed, and nothing follows".to_string(),
                };
                Why::new(
                    words,
                    lines.iter().map(|l| l.at).chain(*told).chain(clause.filter(|_| said.is_empty())),
                )
            }
        }
    }

    /// What the expert decided, or that nothing is decided yet.
    fn expert_words(&self, record: Option<&Record>, round: &Round) -> String {
        let next = round.last.and_then(Date::next_day);
        let left = record.map(|record| self.left_to_the_expert(record)).unwrap_or_default();
        let own = left.into_iter().find(|left| Some(left.from) == next);
        let decided = own.and_then(|left| left.decided.into_iter().next_back());
        match decided {
            Some(decided) => match decided.value.map(literal) {
                Some(Ok(value)) => {
                    let value = match &value {
                        Val::Number(share) => percent(share),
                        sum => sum.to_string(),
                    };
                    format!("nothing was agreed: the expert decided on {}: {value}", decided.on)
                }
                _ => format!("nothing was agreed: the expert decided on {}", decided.on),
            },
            None => "nothing was agreed: the expert is to decide".to_string(),
        }
    }

    /// The course of a sunset: its day comes or not, and what follows then.
    pub(super) fn sunset_course(&self, name: &Name) -> Eval<Course> {
        let texts = self.texts(name, |form| form == Form::FileSunset);
        let at = texts.last().map(|(record, _)| record.at);
        let why = Why::new("its day is to come", at);
        let mut drawing = Drawing::new(name, Kind::Sunset, State::NotOpen, why);
        for (record, days) in texts {
            let Some(on) = record.moment(Label::On) else { continue };
            let came = match self.clock().moment(on, &Focus::default()) {
                Ok(When::On(on)) => on,
                Ok(_) => continue,
                Err(unknown) => {
                    let why =
                        Why { words: unknown.reason.clone(), at: vec![record.at], unknown: Some(unknown) };
                    drawing.lay(&days.and(&all_days()), State::Unclear, &why);
                    continue;
                }
            };
            if !days.contains(day(came)) {
                continue;
            }
            let after = Ranges::of(day(came), u32::MAX).and(&all_days());
            match self.sunset_comes(record, came) {
                Ok(true) => drawing.lay(&after, State::Ended, &Why::new("its day came", [record.at])),
                Ok(false) => {
                    drawing.lay(&after, State::Ended, &Why::new("its condition did not hold", [record.at]));
                }
                Err(unknown) => {
                    let why =
                        Why { words: unknown.reason.clone(), at: vec![record.at], unknown: Some(unknown) };
                    drawing.lay(&after, State::Unclear, &why);
                }
            }
        }
        Ok(drawing.done())
    }

    /// The time a window would be open from a day on; none where the name is no window.
    pub(crate) fn round_from(&self, name: &Name, on: Date) -> Option<Round> {
        let texts = self.texts(name, |form| form == Form::FileWindow);
        let (record, days) = texts.iter().rev().find(|(_, days)| days.contains(day(on)))?;
        Some(self.round_opened(
            name,
            record,
            Opening { on, why: String::new(), at: record.at, sunset: true },
            days,
        ))
    }

    /// Whether a sunset comes about on its day: always, or where its condition holds then.
    pub(crate) fn sunset_comes(&self, record: &Record, on: Date) -> Eval<bool> {
        let Some(when) = record.below(Form::SunsetWhen).and_then(|line| line.condition(Label::When)) else {
            return Ok(true);
        };
        let today = on.min(self.facts.as_of());
        if self.is_too_soon(when, today) {
            return Ok(false);
        }
        self.ask_test((when, today), |run| run.holds_on(when, on, &Focus::default().coming()))
            .map_err(|why: Unknown| why.at(record.at))
    }
}
