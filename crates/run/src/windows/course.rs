//! The course of a thing: on every day one state, each stretch with its reason.

use super::Stretch;
use crate::rights::DaysSo;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_rights::{Ranges, all_days, date, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::value::Name;
use counterpart_terms::{At, Record};
use std::collections::BTreeMap;

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A time in which terms may be renegotiated.
    Window,
    /// A day on which exclusivity is looked at again.
    Sunset,
    /// Talks a party must enter, as a trigger says.
    Talks,
    /// A right to get a licence or a thing.
    Option,
    /// A right to match what others offer.
    FirstRefusal,
    /// A right to talk before others do.
    FirstNegotiation,
    /// A right to be offered it first.
    FirstOffer,
    /// A right to see it first.
    FirstLook,
    /// A right to buy, or to end a payment for a price.
    BuyOut,
    /// A promise.
    Covenant,
    /// A right over assets that secures a debt.
    Security,
}

impl Kind {
    /// The kind of a clause that has a course.
    pub(crate) fn of(record: &Record) -> Option<Kind> {
        Some(match record.clause {
            Form::FileWindow => Kind::Window,
            Form::FileSunset => Kind::Sunset,
            Form::FileOption => Kind::Option,
            Form::FileFirstRight => match record.word(Label::Kind) {
                Some("negotiation") => Kind::FirstNegotiation,
                Some("offer") => Kind::FirstOffer,
                Some("look") => Kind::FirstLook,
                _ => Kind::FirstRefusal,
            },
            Form::FileBuyOut => Kind::BuyOut,
            Form::FileCovenant => Kind::Covenant,
            Form::FileSecurity => Kind::Security,
            _ => return None,
        })
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Window => "window",
            Kind::Sunset => "sunset",
            Kind::Talks => "talks",
            Kind::Option => "option",
            Kind::FirstRefusal => "first refusal",
            Kind::FirstNegotiation => "first negotiation",
            Kind::FirstOffer => "first offer",
            Kind::FirstLook => "first look",
            Kind::BuyOut => "buy-out",
            Kind::Covenant => "covenant",
            Kind::Security => "security",
        }
    }

    /// Whether it is a first right.
    pub(crate) fn is_first(self) -> bool {
        matches!(self, Kind::FirstRefusal | Kind::FirstNegotiation | Kind::FirstOffer | Kind::FirstLook)
    }

    /// Whether it can be said of such a thing that it is in a state.
    pub(crate) fn understands(self, word: &str) -> bool {
        match word {
            "ended" => true,
            "open" => self != Kind::Covenant,
            "in force" | "running" => self != Kind::Talks && self != Kind::Sunset,
            "suspended" => !matches!(self, Kind::Window | Kind::Sunset | Kind::Talks | Kind::Security),
            "released" => self == Kind::Security,
            "there" | "exercised" | "effective" | "lapsed" | "withdrawn" => {
                self.is_first() || matches!(self, Kind::Option | Kind::BuyOut)
            }
            "free" => self.is_first(),
            _ => false,
        }
    }
}

/// The state of a thing on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// The terms are not in force yet.
    NotYet,
    /// It is there, and not open.
    NotOpen,
    /// It is open: terms may be talked about, or it may be exercised.
    Open,
    /// A promise holds.
    InForce,
    /// It rests.
    Suspended,
    /// It was exercised, and something is still waited for.
    Exercised,
    /// It was exercised, and what it is a right to is had.
    Effective,
    /// What was offered to the holder may be dealt with elsewhere.
    Free,
    /// It was not used in its time.
    Lapsed,
    /// It was taken back, or given up.
    Withdrawn,
    /// What it secured is paid, and it is let go.
    Released,
    /// It is over.
    Ended,
    /// It cannot be said.
    Unclear,
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            State::NotYet => "not in force yet",
            State::NotOpen => "not open",
            State::Open => "open",
            State::InForce => "in force",
            State::Suspended => "suspended",
            State::Exercised => "exercised",
            State::Effective => "effective",
            State::Free => "free",
            State::Lapsed => "lapsed",
            State::Withdrawn => "withdrawn",
            State::Released => "released",
            State::Ended => "ended",
            State::Unclear => "not known",
        })
    }
}

/// Why something is in a state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Why {
    /// In words.
    pub words: String,
    /// The clauses and entries.
    pub at: Vec<At>,
    /// Why it cannot be said.
    pub unknown: Option<Unknown>,
}

impl Why {
    /// In these words, by these clauses and entries.
    pub fn new(words: impl Into<String>, at: impl IntoIterator<Item = At>) -> Why {
        Why { words: words.into(), at: at.into_iter().collect(), unknown: None }
    }
}

/// Something that was tried and changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The day.
    pub on: Date,
    /// What, and why it changed nothing.
    pub words: String,
    /// The clause or entry.
    pub at: At,
}

/// The course of a thing over all days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// What it is called.
    pub name: Name,
    /// What kind of thing it is.
    pub kind: Kind,
    /// The stretches, oldest first: every day is in one of them.
    pub stretches: Vec<Stretch>,
    /// What was tried and changed nothing.
    pub notes: Vec<Note>,
}

impl Course {
    /// The stretch a day is in.
    pub fn on(&self, on: Date) -> Stretch {
        self.stretches.iter().find(|s| s.contains(on)).cloned().unwrap_or(Stretch {
            from: None,
            last: None,
            state: State::Unclear,
            why: String::new(),
            at: Vec::new(),
            unknown: Some(Unknown::new("the day is beyond the calendar")),
        })
    }

    /// The days on which it is as a word says.
    pub(crate) fn days(&self, word: &str) -> DaysSo {
        let mut out = DaysSo::default();
        for stretch in &self.stretches {
            let days = days_of(stretch);
            match stretch.is(self.kind, word) {
                Ok(true) => out.yes = out.yes.or(&days),
                Ok(false) => {}
                Err(why) => out.doubt.push((days, why)),
            }
        }
        out
    }

    /// The first or the last day on which it is open: where it is open on a day, of that time; else the next first day,
    /// and the last day before.
    pub(crate) fn opening(&self, today: Date, first: bool) -> Eval<Option<Date>> {
        // Times without a break between them are one.
        let mut times: Vec<(Option<Date>, Option<Date>)> = Vec::new();
        for stretch in &self.stretches {
            let now = matches!(stretch.state, State::Open | State::InForce);
            if stretch.state == State::Unclear && stretch.contains(today) {
                return Err(stretch.unknown.clone().unwrap_or_else(|| Unknown::new("it is not known")));
            }
            if !now {
                continue;
            }
            let joined = times.last().and_then(|t| t.1?.next_day()).is_some_and(|d| stretch.from == Some(d));
            match times.last_mut().filter(|_| joined) {
                Some(last) => last.1 = stretch.last,
                None => times.push((stretch.from, stretch.last)),
            }
        }
        // An end behind which nothing is known is not known itself.
        let clear = |time: &(Option<Date>, Option<Date>)| -> Eval<(Option<Date>, Option<Date>)> {
            let next = time.1.and_then(Date::next_day).map(|on| self.on(on));
            let before = time.0.and_then(Date::prev_day).map(|on| self.on(on));
            let beside = if first { before } else { next };
            match beside.and_then(|stretch| stretch.unknown) {
                Some(why) => Err(why),
                None => Ok(*time),
            }
        };
        let holds = |t: &&(Option<Date>, Option<Date>)| {
            t.0.is_none_or(|from| from <= today) && t.1.is_none_or(|last| today <= last)
        };
        if let Some(now) = times.iter().find(holds) {
            let now = clear(now)?;
            return Ok(if first { now.0 } else { now.1 });
        }
        let coming = times.iter().find(|t| t.0.is_some_and(|from| from > today));
        let before = times.iter().rev().find(|t| t.1.is_some_and(|last| last < today));
        Ok(match first {
            true => coming.or(before).map(clear).transpose()?.and_then(|t| t.0),
            false => before.or(coming).map(clear).transpose()?.and_then(|t| t.1),
        })
    }
}

fn days_of(stretch: &Stretch) -> Ranges {
    let end = stretch.last.map_or(u32::MAX, |last| day(last).saturating_add(1));
    Ranges::of(stretch.from.map_or(0, day), end).and(&all_days())
}

/// A course while it is put together: each state is laid over the days it is for.
pub(crate) struct Drawing {
    name: Name,
    kind: Kind,
    /// The state from a day on, up to the next.
    from: BTreeMap<u32, (State, Why)>,
    /// What was tried and changed nothing.
    pub notes: Vec<Note>,
}

impl Drawing {
    /// In one state on all days.
    pub fn new(name: &Name, kind: Kind, state: State, why: Why) -> Drawing {
        Drawing { name: name.clone(), kind, from: BTreeMap::from([(0, (state, why))]), notes: Vec::new() }
    }

    /// Lays a state over some days.
    pub fn lay(&mut self, days: &Ranges, state: State, why: &Why) {
        let end_of_time = all_days().bounds().map_or(u32::MAX, |b| b.1);
        for (start, end) in days.iter() {
            let after = self.from.range(..=end).next_back().map(|(_, value)| value.clone());
            let inside: Vec<u32> = self.from.range(start..end).map(|(key, _)| *key).collect();
            for key in inside {
                self.from.remove(&key);
            }
            if let (Some(after), true) = (after, end <= end_of_time) {
                self.from.insert(end, after);
            }
            self.from.insert(start, (state, why.clone()));
        }
    }

    /// Lays it over the days on which something is so, and that it is not known over those in doubt.
    pub fn lay_so(&mut self, so: &DaysSo, state: State, why: &Why) {
        self.lay(&so.yes, state, why);
        for (days, unknown) in &so.doubt {
            let words = unknown.reason.clone();
            let why = Why { words, at: why.at.clone(), unknown: Some(unknown.clone()) };
            self.lay(days, State::Unclear, &why);
        }
    }

    /// The days on which it is in a state.
    pub fn days(&self, is: impl Fn(State) -> bool) -> Ranges {
        let keys: Vec<u32> = self.from.keys().copied().collect();
        let mut out = Ranges::none();
        for (index, (key, (state, _))) in self.from.iter().enumerate() {
            if is(*state) {
                out = out.or(&Ranges::of(*key, keys.get(index + 1).copied().unwrap_or(u32::MAX)));
            }
        }
        out.and(&all_days())
    }

    /// That something was tried and changed nothing.
    pub fn note(&mut self, on: Date, words: impl Into<String>, at: At) {
        self.notes.push(Note { on, words: words.into(), at });
    }

    /// The course.
    pub fn done(mut self) -> Course {
        let mut stretches: Vec<Stretch> = Vec::new();
        for (from, (state, why)) in self.from {
            let first = date(from);
            if let Some(last) = stretches.last_mut() {
                if last.state == state && last.why == why.words && last.at == why.at {
                    continue;
                }
                last.last = first.prev_day();
            }
            stretches.push(Stretch {
                from: (from > 0).then_some(first),
                last: None,
                state,
                why: why.words,
                at: why.at,
                unknown: why.unknown,
            });
        }
        self.notes.sort_by_key(|note| (note.on, note.at));
        Course { name: self.name, kind: self.kind, stretches, notes: self.notes }
    }
}
