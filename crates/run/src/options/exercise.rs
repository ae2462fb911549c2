//! The exercise of a right, and what it waits for: clearance, an expert, the price, the time of a notice.

use super::option::Period;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::value::{Name, Value};
use counterpart_terms::{At, Record};

/// That a right was exercised.
#[derive(Debug, Clone)]
pub(super) struct Exercise {
    /// On which day.
    pub on: Date,
    /// By whom, where that is told.
    pub by: Option<Name>,
    /// The entry.
    pub at: At,
}

/// Something an exercise waits for.
#[derive(Debug, Clone, Default)]
pub(super) struct Wait {
    /// What.
    pub what: String,
    /// The day it came.
    pub done: Option<Date>,
    /// The day from which on it cannot come any more.
    pub failed: Option<Date>,
    /// Why it cannot.
    pub why_failed: String,
    /// The clause or the entry.
    pub at: Option<At>,
    /// Why it cannot be said whether it came in time.
    pub unknown: Option<Unknown>,
}

impl Run<'_> {
    /// The exercises of a right that count, with one that failed for want of clearance, oldest first.
    pub(super) fn exercises_of(&self, name: &Name) -> Vec<Exercise> {
        let told = self.facts.happened().filter_map(|event| match &event.kind {
            EventKind::Exercised(told, by) if told == name => {
                Some(Exercise { on: event.date, by: by.clone(), at: event.at })
            }
            _ => None,
        });
        let mut out: Vec<Exercise> = told.collect();
        let failed = self.void.iter().filter(|void| void.failed && void.name == *name);
        out.extend(failed.map(|void| Exercise { on: void.on, by: void.by.clone(), at: void.at }));
        let texts = self.texts(name, |form| matches!(form, Form::FileOption | Form::FileFirstRight));
        if out.is_empty() && texts.last().is_some_and(|(record, _)| Period::of(record).by_payment) {
            // Whoever pays its price exercises it.
            out.extend(self.facts.payments_of(name).next().map(|event| Exercise {
                on: event.date,
                by: match &event.kind {
                    EventKind::Paid { by, .. } => by.clone(),
                    _ => None,
                },
                at: event.at,
            }));
        }
        out.sort_by_key(|exercise| exercise.on);
        out.truncate(1);
        out
    }

    /// What an exercise waits for.
    pub(super) fn waits_of(&self, name: &Name, record: &Record, exercise: &Exercise) -> Vec<Wait> {
        let mut out = Vec::new();
        if let Some(line) = record.below(Form::OptionClearance) {
            out.push(self.clearance(name, line, exercise.on));
        }
        let expert = record.below(Form::OptionPriceExpert).or_else(|| {
            record.below(Form::OptionPrice).filter(|line| line.word(Label::By) == Some("by expert"))
        });
        if let Some(line) = expert {
            let decided = self.facts.happened().find(|event| {
                matches!(&event.kind, EventKind::Determined { name: told, value: Some(_), .. } if told == name)
            });
            out.push(Wait {
                what: "the price of an expert".into(),
                done: decided.map(|event| event.date.max(exercise.on)),
                at: Some(decided.map_or(line.at, |event| event.at)),
                ..Wait::default()
            });
        }
        if Period::of(record).by_payment {
            out.push(self.price_paid(name, record, exercise.on));
        }
        out
    }

    /// Clearance by antitrust authorities: told as `approved` of the right, or as a determination of it.
    pub(super) fn clearance(&self, name: &Name, line: &Record, exercised: Date) -> Wait {
        let mut wait = Wait { what: "antitrust clearance".into(), at: Some(line.at), ..Wait::default() };
        let told = self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Told { word, name: Some(told), .. } if word == "approved" && told == name => {
                Some((event, true))
            }
            EventKind::Determined { name: told, yes: Some(yes), .. } if told == name => Some((event, *yes)),
            _ => None,
        });
        let last = match line.get(Label::Within) {
            Some(Value::Duration(within)) => Some(self.clock().shift(exercised, within, false)),
            _ => None,
        };
        match (told, last) {
            (Some((event, false)), _) => {
                wait.failed = Some(event.date.max(exercised));
                wait.why_failed = format!("clearance was refused on {}", event.date);
                wait.at = Some(event.at);
            }
            (Some((event, true)), Some(Ok(last))) if event.date > last => {
                wait.failed = last.next_day();
                wait.why_failed = format!("clearance came on {}, after the last day, {last}", event.date);
            }
            (Some((event, true)), last) => {
                wait.done = Some(event.date.max(exercised));
                wait.at = Some(event.at);
                wait.unknown = last.and_then(Result::err).map(|why| why.at(line.at));
            }
            (None, Some(Ok(last))) if last < self.facts.as_of() => {
                wait.failed = last.next_day();
                wait.why_failed = format!("no clearance came by {last}");
            }
            (None, Some(Err(why))) => wait.unknown = Some(why.at(line.at)),
            (None, _) => {}
        }
        wait
    }

    /// The price, where it is exercised by paying it.
    fn price_paid(&self, name: &Name, record: &Record, exercised: Date) -> Wait {
        let mut wait = Wait { what: "payment of the price".into(), at: Some(record.at), ..Wait::default() };
        let paid = self.facts.payments_of(name).map(|event| (event.date, event.at));
        for (on, at) in paid {
            let run = self.on_another_day(on);
            match run.is_settled(name) {
                Ok(true) => {
                    wait.done = Some(on.max(exercised));
                    wait.at = Some(at);
                    return wait;
                }
                Ok(false) => {}
                Err(why) => wait.unknown = Some(why.at(record.at)),
            }
        }
        if record.below(Form::OptionPrice).is_none() {
            wait.done = Some(exercised);
        }
        wait
    }

    /// Whether everything of a payment is paid that has arisen, due or not; where nothing has arisen, what is paid is
    /// held against the price.
    fn is_settled(&self, name: &Name) -> Eval<bool> {
        let dues = self.dues(name)?;
        if dues.is_empty() {
            let price = self.price_on(name)?;
            let mut paid = counterpart_num::Exact::zero();
            for event in self.facts.payments_of(name) {
                if let EventKind::Paid { amount, .. } = &event.kind {
                    let amount = amount.clone().ok_or_else(|| Unknown::new("what was paid is not given"))?;
                    paid += amount;
                }
            }
            return Ok(&paid >= price.number());
        }
        for (due, on) in dues.iter().zip(&self.allotted(name, &dues).on) {
            if on.left(due)?.number().is_positive() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
