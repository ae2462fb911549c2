//! What the sources of duties share: the clauses they read, the entries that fulfil them, the periods they come again in.

use super::{Duty, State};
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Basis, Cycle, Date, Period, PeriodKind};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Duration, Name, PeriodLabel, Value};

impl<'m> Run<'m> {
    /// The clauses of a form in the terms of the day asked about.
    pub(crate) fn clauses(&self, form: Form) -> impl Iterator<Item = &'m Record> + use<'m> {
        self.model_now().records.of(form)
    }

    /// The entries told with a word, oldest first.
    pub(crate) fn told_as<'w>(
        &'w self,
        word: &'w str,
    ) -> impl Iterator<Item = (&'m Event, &'m Parts)> + use<'w, 'm> {
        self.facts.told_as(word).filter_map(|event| match &event.kind {
            EventKind::Told { parts, .. } => Some((event, parts)),
            _ => None,
        })
    }

    /// The clause of an entry, with the lines below it.
    pub(crate) fn record_of(&self, event: &Event) -> Option<&'m Record> {
        self.machine.told.get(&event.at).copied()
    }

    /// The words of a clause as they stand.
    pub(crate) fn words_of(&self, at: At) -> String {
        let file = self.machine.deal.files.get(at.file);
        file.map_or(String::new(), |file| file.tree.slice(at.span()).trim().to_string())
    }

    /// The parties of the agreement.
    pub(crate) fn all_parties(&self) -> Vec<Name> {
        self.model_now().header.parties.clone()
    }

    /// The day the agreement ended, or may have, where it has.
    pub(super) fn ended_on(&self) -> Option<Date> {
        self.ended_by_now().day().map(|(day, _)| day)
    }

    /// Why it is not known whether the agreement has ended.
    pub(super) fn end_in_doubt(&self) -> Option<String> {
        self.ended_by_now().day().and_then(|(_, why)| why).map(|why| why.reason)
    }

    /// The whole periods in which something comes again, from the effective date to the end of the agreement: those that
    /// have begun by the day asked about.
    pub(super) fn whole_periods(&self, unit: Option<&Value>) -> Eval<Vec<Period>> {
        let kind = match unit {
            Some(Value::Word(word)) => kind_of(word),
            Some(Value::Unknown(known)) => {
                let why = known.why_unknown().unwrap_or_default();
                return Err(Unknown::new(format!("how often is {why}")));
            }
            _ => None,
        };
        let Some(kind) = kind else { return Ok(Vec::new()) };
        let Some(from) = self.clock().effective_day()?.or_else(|| self.first_day()) else {
            return Ok(Vec::new());
        };
        let mut periods = Cycle::new(kind, Basis::Calendar).between(from, self.facts.as_of());
        let over = self.ended_on();
        periods.retain(|p| p.start >= from && over.is_none_or(|over| p.end <= over));
        Ok(periods)
    }

    /// A duty whose day is known or not, and that an entry may have fulfilled.
    pub(super) fn standing_of(&self, duty: Duty, due: Eval<Date>, done: Option<&Event>) -> Duty {
        let as_of = self.facts.as_of();
        let state = match (done, &due) {
            (Some(_), _) => State::Done,
            (None, Ok(day)) if *day < as_of => State::Late,
            (None, _) => State::Due,
        };
        let unknown = due.as_ref().err().filter(|_| done.is_none()).map(|u| u.reason.clone());
        Duty {
            due: due.ok(),
            state,
            done_on: done.map(|event| event.date),
            evidence: done.map(|event| self.place(event.at)),
            unknown: unknown.or(duty.unknown.clone()),
            ..duty
        }
    }

    /// A duty, or that those it is owed to gave it up: nobody lets himself off. What is owed of a payment is told with it.
    pub(super) fn waived(&self, duty: Duty) -> Duty {
        if duty.act == "pay" || !duty.state.is_open() {
            return duty;
        }
        let same = |label: Option<PeriodLabel>| match label.and_then(|label| self.clock().period(label, None))
        {
            Some(of) => duty.days.is_some_and(|days| (days.start, days.end) == (of.start, of.end)),
            None => label.is_none(),
        };
        let entry = self.facts.happened().find(|event| match &event.kind {
            EventKind::Waived { name, by, label, .. } => {
                *name == *duty.what.as_str()
                    && by.as_ref().is_none_or(|by| !duty.is_of(by.as_str()))
                    && same(*label)
            }
            _ => false,
        });
        match entry {
            Some(entry) => {
                let evidence = Some(self.place(entry.at));
                Duty { state: State::Waived, evidence, unknown: None, ..duty }
            }
            None => duty,
        }
    }

    /// A day and a length of time after it; where the text gives no length, the day itself.
    pub(super) fn within(&self, from: Date, length: Option<&Value>) -> Eval<Date> {
        match length {
            Some(Value::Duration(length)) => self.clock().shift(from, length, false),
            _ => Ok(from),
        }
    }
}

/// A length of time of a clause.
pub(super) fn duration(parts: &Parts, label: Label) -> Option<&Duration> {
    match parts.get(label)? {
        Value::Duration(duration) => Some(duration),
        _ => None,
    }
}

/// Every text with a label.
pub(crate) fn texts(parts: &Parts, label: Label) -> Vec<&str> {
    let all = parts.all(label).filter_map(|value| match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    });
    all.collect()
}

/// All of some names but those of a list.
pub(super) fn without(names: &[Name], but: &[Name]) -> Vec<Name> {
    names.iter().filter(|name| !but.contains(name)).cloned().collect()
}

/// Whether words hold all words of a phrase, on end and whatever their case.
pub(crate) fn holds(words: &str, phrase: &str) -> bool {
    let split = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|part| !part.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    let (words, phrase) = (split(words), split(phrase));
    !phrase.is_empty() && words.windows(phrase.len()).any(|window| window == phrase.as_slice())
}

fn kind_of(word: &str) -> Option<PeriodKind> {
    Some(match word {
        "month" => PeriodKind::Month,
        "quarter" => PeriodKind::Quarter,
        "half-year" => PeriodKind::Half,
        "year" => PeriodKind::Year,
        _ => return None,
    })
}
