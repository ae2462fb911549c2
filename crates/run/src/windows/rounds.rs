//! The times a window was open, each with how it came out.
//!
//! A window is closed by its time, by an entry that says so, or by an amendment of what it renegotiates. Where the time
//! passes and nothing was agreed, what the text says for that case follows on the next day. An entry that closes a window
//! and has words says what was agreed; one without words, or `without agreement`, says that nothing was.

use super::Kind;
use super::openings::Opening;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::{Ranges, date, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Model;
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Known, Name, Value};
use counterpart_terms::{At, Record};

/// How a time came out.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// It has not come, or is not over.
    Open,
    /// Something was agreed, told by an entry or an amendment.
    Agreed(String, At),
    /// Nothing was agreed: the text's own default follows, or nothing does.
    Nothing(Option<At>),
    /// The terms it was opened under, or the agreement, ended before.
    Superseded(String, At),
}

/// A time a window is open.
#[derive(Debug, Clone)]
pub(crate) struct Round {
    /// The first day.
    pub opened: Date,
    /// Because of what.
    pub why: String,
    /// The clause or entry that opened it.
    pub at: At,
    /// The last day it is open; none where no end is known.
    pub last: Option<Date>,
    /// How it came out.
    pub outcome: Outcome,
    /// Why it cannot be said how long it is open.
    pub unknown: Option<Unknown>,
}

impl Round {
    /// The days it is open.
    pub fn days(&self) -> Ranges {
        Ranges::of(day(self.opened), self.last.map_or(u32::MAX, |last| day(last).saturating_add(1)))
    }
}

/// All times a window was open, and what opened it in vain.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rounds {
    /// The times, oldest first; no two share a day.
    pub rounds: Vec<Round>,
    /// What was to open it and did not: the day, why, and the clause or entry.
    pub vain: Vec<(Date, String, At)>,
    /// From this day on it cannot be said whether it is open.
    pub doubt: Vec<(Date, Unknown)>,
}

impl Run<'_> {
    /// The times a window was open.
    pub(crate) fn rounds_of(&self, name: &Name) -> Rounds {
        let mut out = Rounds::default();
        for (record, days) in self.texts(name, |form| form == Form::FileWindow) {
            let term = self.deal_days();
            let first = days.first().map_or(Date::MIN, date);
            self.hand_over(name, (record, &days), first, &mut out);
            let openings = self.openings(name, record, self.model_on(first));
            out.doubt.extend(openings.doubt.into_iter().filter(|(on, _)| days.contains(day(*on))));
            for opening in openings.days.into_iter().filter(|o| days.contains(day(o.on))) {
                if !term.perhaps().contains(day(opening.on)) {
                    let why = "the agreement is not in force on that day".to_string();
                    out.vain.push((opening.on, why, opening.at));
                    continue;
                }
                self.open(name, (record, &days), opening, &mut out);
            }
        }
        out
    }

    /// What is open when an amendment restates a window goes on under the new text, from the day it was opened: so long as that
    /// says, and at least until the amendment.
    fn hand_over(&self, name: &Name, (record, days): (&Record, &Ranges), first: Date, out: &mut Rounds) {
        let before = first.prev_day();
        let cut = |round: &Round| matches!(round.outcome, Outcome::Superseded(..)) && round.last == before;
        if !out.rounds.last().is_some_and(cut) || !self.deal_days().perhaps().contains(day(first)) {
            return;
        }
        let Some(Round { opened: on, why, at, .. }) = out.rounds.pop() else { return };
        let opening = Opening { on, why, at, sunset: false };
        let round = self.round_until(name, record, opening, days, before);
        out.rounds.push(round);
    }

    /// Opens a window, unless it is open, or was as often as it may be in that year.
    fn open(&self, name: &Name, (record, days): (&Record, &Ranges), opening: Opening, out: &mut Rounds) {
        let Opening { on, at, sunset, .. } = opening;
        if let Some(open) = out.rounds.last().filter(|r| r.last.is_none_or(|last| on <= last)) {
            match &open.unknown {
                Some(why) => out.doubt.push((on, why.clone())),
                // What opens it a second time on one day adds nothing.
                None if open.opened == on => {}
                None => {
                    let why = format!("it is open already, since {}", open.opened);
                    out.vain.push((on, why, at));
                }
            }
            return;
        }
        let that_year = || out.rounds.iter().filter(|r| r.opened.year() == on.year());
        match at_most(record) {
            Some(Ok(most))
                if !sunset && that_year().count() >= usize::try_from(most).unwrap_or(usize::MAX) =>
            {
                let last = that_year().map(|r| r.opened).next_back().unwrap_or(on);
                let times = if most == 1 { "once".to_string() } else { format!("{most} times") };
                let why = format!("it opens at most {times} a year, and was opened on {last}");
                out.vain.push((on, why, at));
            }
            Some(Err(why)) if !sunset && that_year().next().is_some() => {
                out.doubt.push((on, why.at(record.at)))
            }
            _ => {
                let round = self.round_opened(name, record, opening, days);
                out.rounds.push(round);
            }
        }
    }

    /// A time a window is open from a day on.
    pub(super) fn round_opened(
        &self,
        name: &Name,
        record: &Record,
        opening: Opening,
        days: &Ranges,
    ) -> Round {
        self.round_until(name, record, opening, days, None)
    }

    /// The same, of one that is open at least until a day.
    fn round_until(
        &self,
        name: &Name,
        record: &Record,
        opening: Opening,
        days: &Ranges,
        least: Option<Date>,
    ) -> Round {
        let lasts = match record.below(Form::WindowLasts).and_then(|line| line.get(Label::Lasts)) {
            Some(Value::Duration(lasts)) => Some(self.clock().shift(opening.on, lasts, false)),
            _ => None,
        };
        let (planned, unknown) = match lasts {
            Some(Ok(end)) => (end.prev_day().max(least), None),
            Some(Err(why)) => (None, Some(why.at(record.at))),
            None => (None, None),
        };
        let mut round = Round {
            opened: opening.on,
            why: opening.why,
            at: opening.at,
            last: planned,
            outcome: Outcome::Open,
            unknown,
        };
        self.close(name, record, days, &mut round);
        round
    }

    /// How a time that would end on a day ends.
    fn close(&self, name: &Name, record: &Record, days: &Ranges, round: &mut Round) {
        let within = |on: Date| on >= round.opened && round.last.is_none_or(|last| on <= last);
        // The first entry that closes it, or the amendment that leaves nothing to talk about.
        let told = self.facts.happened().filter(|e| within(e.date)).find_map(|event| match &event.kind {
            EventKind::Told { word, name: Some(told), parts, .. } if word == "closed" && told == name => {
                let words = parts.text(Label::Text).filter(|_| !parts.has(Label::Without));
                Some((event.date, words.map(str::to_string), event.at))
            }
            _ => None,
        });
        let amended = self.amended_within(record, round);
        let early = told.as_ref().map(|t| t.0).into_iter().chain(amended.as_ref().map(|a| a.0)).min();
        let agreed = self.agreed_within(record, round.opened, early.or(round.last));
        // The terms it stands in may be replaced, or end.
        let next_text = days.bounds().map(|b| b.1).filter(|last| *last < u32::MAX - 1);
        let replaced = next_text.map(date).filter(|last| within(*last) && early.is_none_or(|e| *last < e));
        let over = self.deal_days().yes.bounds().map(|b| date(b.1));
        let over = over
            .filter(|last| within(*last) && *last < self.facts.as_of() && early.is_none_or(|e| *last < e));
        if let Some((on, what, at)) = amended.filter(|a| Some(a.0) == early) {
            (round.last, round.unknown) = (on.prev_day(), None);
            round.outcome = Outcome::Agreed(what, at);
        } else if let Some((on, words, at)) = told.filter(|t| Some(t.0) == early) {
            (round.last, round.unknown) = (on.prev_day(), None);
            round.outcome = match (words, agreed) {
                (Some(words), _) => Outcome::Agreed(format!("“{words}”"), at),
                (None, Some((what, by))) => Outcome::Agreed(what, by),
                (None, None) => Outcome::Nothing(Some(at)),
            };
        } else if let Some(last) = over.or(replaced) {
            (round.last, round.unknown) = (Some(last), None);
            let what = if over.is_some() { "the agreement ended" } else { "an amendment changed its terms" };
            round.outcome = Outcome::Superseded(what.into(), record.at);
        } else if let Some((what, at)) = agreed {
            round.outcome = Outcome::Agreed(what, at);
        } else if round.last.is_some_and(|last| last < self.facts.as_of()) {
            round.outcome = Outcome::Nothing(None);
        }
    }

    /// What was agreed from one day to another, as entries tell. One issue that is agreed does not end talks about several:
    /// the last of what the window renegotiates does.
    fn agreed_within(&self, record: &Record, from: Date, last: Option<Date>) -> Option<(String, At)> {
        let mut open: Vec<Subject> = Vec::new();
        for value in record.all_below(Form::WindowRenegotiates).flat_map(|line| line.all(Label::What)) {
            open.extend(subject(value));
        }
        let issues: Vec<&Record> = self.machine.deal.records.iter().flat_map(issues_of).collect();
        let inside = |on: Date| on >= from && last.is_none_or(|last| on <= last);
        for event in self.facts.happened().filter(|event| inside(event.date)) {
            let EventKind::Told { word, parts, .. } = &event.kind else { continue };
            // What is agreed in another window is not agreed in this one.
            let other =
                |of: &Name| self.kind_of(of) == Some(Kind::Window) && record.name(Label::Name) != Some(of);
            if word != "agreed" || parts.name(Label::As).is_some_and(other) {
                continue;
            }
            let mut named: Vec<Name> = Vec::new();
            names_in(parts, &mut named);
            let of = |issue: &&&Record| issue.name(Label::Name).is_some_and(|name| named.contains(name));
            let about: Vec<Subject> = issues
                .iter()
                .filter(of)
                .filter_map(|issue| issue.get(Label::Target).and_then(subject))
                .collect();
            // What is agreed without naming an issue is all there is.
            let all = about.is_empty() || open.is_empty();
            open.retain(|subject| !about.contains(subject));
            if all || open.is_empty() {
                let said = format!("on {}; what that changes, an amendment has to say", event.date);
                return Some((said, event.at));
            }
        }
        None
    }

    /// The amendment within a time that changes what is renegotiated; where the window does not say what is, any does.
    fn amended_within(&self, record: &Record, round: &Round) -> Option<(Date, String, At)> {
        let mut about: Vec<Name> = Vec::new();
        for line in record.all_below(Form::WindowRenegotiates) {
            names_in(&line.parts, &mut about);
        }
        let today = self.facts.as_of();
        let editions = &self.machine.editions.0;
        editions.iter().enumerate().skip(1).find_map(|(index, edition)| {
            let from = edition.from.filter(|from| *from > round.opened && *from <= today)?;
            let before = editions.get(index.checked_sub(1)?)?;
            let inside = round.last.is_none_or(|last| from <= last);
            // That an amendment is over is no new agreement.
            let head = edition.head?;
            let name = edition.amendment.as_ref().map(ToString::to_string).unwrap_or_default();
            (inside && is_changed(&before.model, &edition.model, &about))
                .then(|| (from, format!("{name} changed it on {from}"), head))
        })
    }
}

/// Whether one of the clauses of these names, or any where none is named, is another in the second terms.
fn is_changed(before: &Model, after: &Model, names: &[Name]) -> bool {
    let stands = |model: &Model| -> Vec<At> {
        let about = |r: &&Record| {
            let own =
                [Label::Name, Label::Of].into_iter().any(|l| r.names(l).iter().any(|n| names.contains(n)));
            names.is_empty() || own
        };
        model.records.iter().filter(about).map(|r| r.at).collect()
    };
    stands(before) != stands(after)
}

/// What is talked about: its kind, and of which clause.
type Subject = (String, Vec<Name>);

/// The subject of a talk: `exclusivity of G`.
fn subject(value: &Value) -> Option<Subject> {
    let Value::Parts(parts) = value else { return None };
    if let Some(Value::Parts(inner)) = parts.get(Label::What) {
        return subject(&Value::Parts(inner.clone()));
    }
    Some((parts.word(Label::What).unwrap_or_default().to_string(), parts.names(Label::Of)))
}

/// The issues of a negotiation.
fn issues_of(record: &Record) -> Vec<&Record> {
    record.all_below(Form::NegotiationIssue).collect()
}

/// The names in some parts, those in nested ones too.
fn names_in(parts: &Parts, out: &mut Vec<Name>) {
    for part in &parts.0 {
        match &part.value {
            Value::Name(name) => out.push(name.clone()),
            Value::Parts(inner) => names_in(inner, out),
            _ => {}
        }
    }
}

/// How often a window may open in a year; none where its text sets no limit.
fn at_most(record: &Record) -> Option<Eval<i64>> {
    let line = record.below(Form::WindowLasts).filter(|line| line.has(Label::Most))?;
    let parts = line.parts(Label::Most);
    let number = parts.and_then(|p| p.get(Label::Number)).or_else(|| line.get(Label::Number));
    Some(match (line.word(Label::Most), number.or_else(|| line.get(Label::Most))) {
        (Some("once"), _) => Ok(1),
        (_, Some(Value::Number(number))) => {
            number.to_i64().ok_or_else(|| Unknown::new("how often it opens in a year is no whole number"))
        }
        (_, Some(Value::Unknown(known))) => Err(hidden(known)),
        _ => Ok(1),
    })
}

fn hidden(known: &Known<()>) -> Unknown {
    Unknown::new(format!("how often it opens in a year is {}", known.why_unknown().unwrap_or_default()))
}
