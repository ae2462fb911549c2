//! The course of a first right: refusal, negotiation, offer, look.
//!
//! Whoever gave it tells of an offer by a notice of the right, or the event the right waits for comes about. Then the
//! holder has its time to match, to take or to talk; after that the other side may deal with whom it likes for as long as
//! the text says, and must then offer again.

use super::option::Period;
use super::{after, end_with_agreement, since};
use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::DaysSo;
use crate::unknown::{Eval, Unknown};
use crate::windows::{Course, Drawing, Kind, State, Why};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::{all_days, date, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::value::{Duration, Name, Value};
use counterpart_terms::{At, Record};

/// An offer the holder was told of.
struct Offer {
    on: Date,
    words: String,
    at: At,
}

impl Run<'_> {
    /// The course of a first right.
    pub(crate) fn first_right_course(&self, name: &Name, kind: Kind) -> Eval<Course> {
        let texts = self.texts(name, |form| form == Form::FileFirstRight);
        let Some((record, _)) = texts.last() else {
            return Ok(Drawing::new(name, kind, State::Ended, Why::default()).done());
        };
        let why = Why::new("the agreement is not in force yet", [record.at]);
        let mut drawing = Drawing::new(name, kind, State::NotYet, why);
        let waits = Why::new("nothing was offered", [record.at]);
        let period = Period::of(record);
        let mut there = self.days_from_the_start();
        for from in &period.from {
            there = there.and(self.days_from(from));
        }
        drawing.lay_so(&there, State::NotOpen, &waits);
        let last = period.until.iter().fold(DaysSo::sure(all_days()), |sum, m| sum.and(self.days_until(m)));
        for offer in self.offers_of(name, record, &mut drawing) {
            let usable = there.clone().and(last.clone());
            if !usable.perhaps().contains(day(offer.on)) {
                drawing.note(
                    offer.on,
                    "nothing follows from this offer: the right is not in force",
                    offer.at,
                );
                continue;
            }
            self.lay_offer(name, record, &offer, &mut drawing);
        }
        self.given_up_for_good(name, record, &mut drawing);
        let over = Why::new("its time is over", [record.at]);
        drawing.lay_so(&last.clone().not().and(self.days_from_the_start()), State::Ended, &over);
        end_with_agreement(self, (name, &period.until), record.at, &mut drawing, |state| {
            matches!(state, State::Ended | State::NotYet)
        });
        self.note_void(name, &mut drawing);
        Ok(drawing.done())
    }

    /// The offers, oldest first: a notice of the right by who gave it, or the event it waits for.
    fn offers_of(&self, name: &Name, record: &Record, drawing: &mut Drawing) -> Vec<Offer> {
        let mut out: Vec<Offer> = Vec::new();
        let givers = record.names(Label::From);
        for line in record.all_below(Form::OptionWhen) {
            let Some(when) = line.condition(Label::When) else { continue };
            let so = self.days_when(when, &Focus::default().coming());
            let said = self.said_after(line, "when");
            out.extend(
                so.yes.iter().map(|(from, _)| date(from)).filter(|on| *on > Date::MIN).map(|on| Offer {
                    on,
                    words: said.clone(),
                    at: line.at,
                }),
            );
            for (days, unknown) in so.doubt {
                let why = Why { words: unknown.reason.clone(), at: vec![line.at], unknown: Some(unknown) };
                drawing.lay(&days, State::Unclear, &why);
            }
        }
        for event in self.facts.happened() {
            let EventKind::Notice(notice) = &event.kind else { continue };
            if notice.of.as_ref() != Some(name) {
                continue;
            }
            if let Some(why) = self.not_theirs(name, (Some(&notice.by), &givers), event.date) {
                let why = why.replace("can use it", "can offer it");
                drawing.note(event.date, format!("nothing follows from this notice: {why}"), event.at);
                continue;
            }
            let words = notice.words.clone().unwrap_or_else(|| format!("offered by {}", notice.by));
            out.push(Offer { on: event.date, words, at: event.at });
        }
        out.sort_by_key(|offer| (offer.on, offer.at));
        // The event and the notice of one day are one offer.
        out.dedup_by(|later, earlier| later.on == earlier.on);
        out
    }

    /// Lays what follows from an offer: the holder's time, and then the other side's.
    fn lay_offer(&self, name: &Name, record: &Record, offer: &Offer, drawing: &mut Drawing) {
        drawing.lay(&since(offer.on), State::Open, &Why::new(offer.words.clone(), [offer.at]));
        let mut last = match self.holders_time(record, offer.on) {
            Ok(last) => last,
            Err(unknown) => {
                let why = Why { words: unknown.reason.clone(), at: vec![record.at], unknown: Some(unknown) };
                drawing.lay(&after(offer.on), State::Unclear, &why);
                return;
            }
        };
        // What ends it before: the holder takes it, lets it go, or the talks are closed.
        let inside = |on: Date, last: Option<Date>| on >= offer.on && last.is_none_or(|last| on <= last);
        let taken = self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Exercised(told, by) if told == name && inside(event.date, last) => {
                Some((event.date, by.clone(), event.at))
            }
            _ => None,
        });
        let talks = self.length(record, Form::OptionPeriod, Label::Talks);
        if let Some((on, by, at)) = taken {
            let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
            match talks.filter(|_| Period::of(record).within.is_some()) {
                // It was taken up in time: now they talk.
                Some(length) => {
                    drawing.lay(&since(on), State::Open, &Why::new(format!("taken up{by}: talks"), [at]));
                    last = match self.clock().shift(on, length, false) {
                        Ok(end) => end.prev_day(),
                        Err(_) => None,
                    };
                }
                None => {
                    let why = Why::new(format!("taken{by} on {on}"), [at]);
                    drawing.lay(&since(on), State::Effective, &why);
                    return;
                }
            }
        }
        let let_go = self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Waived { name: told, by, .. } if told == name && inside(event.date, last) => {
                let by = by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
                Some((event.date, format!("let go{by} on {}", event.date), event.at, false))
            }
            EventKind::Told { word, name: Some(told), parts, .. }
                if word == "closed" && told == name && inside(event.date, last) =>
            {
                let words = parts.text(Label::Text).filter(|_| !parts.has(Label::Without));
                let agreed = words.is_some();
                let words =
                    words.map_or_else(|| "closed without agreement".into(), |w| format!("agreed: “{w}”"));
                Some((event.date, words, event.at, agreed))
            }
            _ => None,
        });
        let (free_from, words, at) = match let_go {
            Some((on, words, at, true)) => {
                drawing.lay(&since(on), State::Effective, &Why::new(words, [at]));
                return;
            }
            Some((on, words, at, false)) => (Some(on), words, at),
            None => (last.and_then(Date::next_day), "not taken in its time".to_string(), record.at),
        };
        let Some(free_from) = free_from else { return };
        self.lay_free(record, free_from, &Why::new(words, [at]), drawing);
    }

    /// Lays that the other side may deal with others, for as long as the text says.
    fn lay_free(&self, record: &Record, from: Date, why: &Why, drawing: &mut Drawing) {
        let line = record.below(Form::OptionPeriod);
        let better = line.is_some_and(|line| line.has(Label::Better));
        let terms = if better { ", on no better terms" } else { "" };
        let words = Why { words: format!("{}: free to deal with others{terms}", why.words), ..why.clone() };
        drawing.lay(&since(from), State::Free, &words);
        let Some(free) = self.length(record, Form::OptionPeriod, Label::Free) else { return };
        match self.clock().shift(from, free, false) {
            Ok(end) => {
                let again = Why::new("its free time is over: it must be offered again", [record.at]);
                drawing.lay(&since(end), State::NotOpen, &again);
            }
            Err(unknown) => {
                let why = Why { words: unknown.reason.clone(), at: vec![record.at], unknown: Some(unknown) };
                drawing.lay(&after(from), State::Unclear, &why);
            }
        }
    }

    /// The last day the holder has, from an offer on; none where the text sets it no time.
    fn holders_time(&self, record: &Record, offered: Date) -> Eval<Option<Date>> {
        let within = self.length(record, Form::OptionMatch, Label::Within);
        let within = within.or_else(|| Period::of(record).within.map(|(within, _)| within));
        if let Some(within) = within {
            return self.clock().shift(offered, within, false).map(Some).map_err(|why| why.at(record.at));
        }
        match self.length(record, Form::OptionPeriod, Label::Talks) {
            Some(talks) => {
                let end =
                    self.clock().shift(offered, talks, false).map_err(|why: Unknown| why.at(record.at))?;
                Ok(end.prev_day())
            }
            None => Ok(None),
        }
    }

    /// A length of time that a line states.
    fn length<'r>(&self, record: &'r Record, form: Form, label: Label) -> Option<&'r Duration> {
        match record.below(form)?.get(label)? {
            Value::Duration(length) => Some(length),
            _ => None,
        }
    }

    /// Lays that the right itself was given up where nothing was offered, or ended by another clause.
    fn given_up_for_good(&self, name: &Name, record: &Record, drawing: &mut Drawing) {
        for event in self.facts.happened() {
            let EventKind::Waived { name: told, by, .. } = &event.kind else { continue };
            if told != name {
                continue;
            }
            if let Some(why) = self.not_theirs(name, (by.as_ref(), &record.names(Label::To)), event.date) {
                drawing.note(event.date, format!("it is not waived: {why}"), event.at);
            }
        }
        for change in self.changes_on(name) {
            if !matches!(change.effect.change, counterpart_terms::model::Change::Ends) {
                continue;
            }
            match change.doubt {
                None => {
                    let why = Why::new(self.said_at(change.at), [change.at]);
                    drawing.lay(&since(change.from), State::Ended, &why);
                }
                Some(unknown) => {
                    let words = unknown.reason.clone();
                    let why = Why { words, at: vec![change.at], unknown: Some(unknown) };
                    drawing.lay(&since(change.from), State::Unclear, &why);
                }
            }
        }
    }
}
