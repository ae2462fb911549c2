//! Talks a party must enter because a trigger says so, as where it drops a field.

use super::course::{Course, Drawing, Kind, State, Why};
use crate::engine::Run;
use crate::options::since;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::{Ranges, all_days, day};
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::Trigger;
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Name, Value};

/// What a trigger lets a party negotiate.
pub(super) fn of(trigger: &Trigger) -> impl Iterator<Item = &Parts> {
    let chosen = trigger.choice.iter().flat_map(|(_, _, effects)| effects);
    trigger.then.iter().chain(chosen).filter_map(|effect| match effect {
        Value::Parts(parts) if parts.has(Label::Talks) => Some(parts),
        _ => None,
    })
}

impl Run<'_> {
    /// The course of the talks under a trigger.
    pub(super) fn talks_course(&self, name: &Name) -> Eval<Course> {
        let mut triggers = self.models().rev().flat_map(|model| &model.triggers);
        let trigger = triggers.find(|trigger| trigger.name == *name);
        let trigger = trigger.ok_or_else(|| Unknown::new(format!("`{name}` is in no terms")))?;
        let why = Why::new("nothing has opened talks yet", [trigger.at]);
        let mut drawing = Drawing::new(name, Kind::Talks, State::NotOpen, why);
        for came in self.came_of(name, &is_talks) {
            match (came.doubt, &came.effect) {
                (None, Value::Parts(parts)) => self.talk(name, came.at, parts, came.from, &mut drawing),
                (None, _) => {}
                (Some(unknown), _) => {
                    let why =
                        Why { words: unknown.reason.clone(), at: vec![came.at], unknown: Some(unknown) };
                    drawing.lay(&since(came.from), State::Unclear, &why);
                }
            }
        }
        Ok(drawing.done())
    }

    /// Talks from a day on: for as long as the text says, or until they are closed.
    fn talk(&self, name: &Name, at: At, parts: &Parts, from: Date, drawing: &mut Drawing) {
        let who = parts.names(Label::Talks).first().map(ToString::to_string).unwrap_or_default();
        let with = parts.name(Label::With).map(|n| format!(" with {n}")).unwrap_or_default();
        let of: Vec<String> = parts.names(Label::Of).iter().map(ToString::to_string).collect();
        let what = if parts.has(Label::What) { "a licence of " } else { "" };
        let about = if of.is_empty() { String::new() } else { format!(" {what}{}", of.join(", ")) };
        let why = Why::new(format!("{who} must negotiate{about}{with}"), [at]);
        let after = Ranges::of(day(from), u32::MAX).and(&all_days());
        let planned = match parts.get(Label::For) {
            Some(Value::Duration(length)) => {
                self.clock().shift(from, length, false).map(|end| end.prev_day())
            }
            _ => Ok(None),
        };
        let closed = self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Told { word, name: Some(told), .. }
                if word == "closed" && told == name && event.date >= from =>
            {
                Some((event.date, event.at))
            }
            _ => None,
        });
        drawing.lay(&after, State::Open, &why);
        match planned {
            Ok(last) => {
                if let Some(next) = last.and_then(Date::next_day) {
                    let over = Ranges::of(day(next), u32::MAX).and(&all_days());
                    drawing.lay(&over, State::Ended, &Why::new("the time for talks is over", [at]));
                }
            }
            Err(unknown) => {
                let why = Why { words: unknown.reason.clone(), at: vec![at], unknown: Some(unknown) };
                drawing.lay(&Ranges::of(day(from) + 1, u32::MAX).and(&all_days()), State::Unclear, &why);
            }
        }
        if let Some((on, at)) = closed {
            let over = Ranges::of(day(on), u32::MAX)
                .and(&drawing.days(|s| matches!(s, State::Open | State::Unclear)));
            drawing.lay(&over, State::Ended, &Why::new("the talks were closed", [at]));
        }
    }
}

fn is_talks(effect: &Value) -> bool {
    matches!(effect, Value::Parts(parts) if parts.has(Label::Talks))
}
