//! A stretch of days on which a thing that opens and closes is in one state, and what a word says of it.

use super::{Kind, State};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_terms::At;
use counterpart_terms::value::Name;

/// A stretch of days on which a thing is in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The first day; none from the beginning of time.
    pub from: Option<Date>,
    /// The last day; none where it goes on.
    pub last: Option<Date>,
    /// The state.
    pub state: State,
    /// Why, in words.
    pub why: String,
    /// The clauses and entries that make it so.
    pub at: Vec<At>,
    /// Why it cannot be said.
    pub unknown: Option<Unknown>,
}

impl Stretch {
    /// How a thing is on these days, since when, and why.
    pub(crate) fn as_step(&self, name: &Name) -> Step {
        let why = if self.why.is_empty() { String::new() } else { format!(": {}", self.why) };
        Step::note(format!("{name} is {}{why}", self.state)).on(self.from).by(self.at.first().copied())
    }

    /// Whether a thing of a kind is so as a word says.
    pub(crate) fn is(&self, kind: Kind, word: &str) -> Eval<bool> {
        use State::{
            Effective, Ended, Exercised, InForce, Lapsed, NotYet, Open, Released, Suspended, Withdrawn,
        };
        if let Some(why) = &self.unknown {
            return Err(why.clone());
        }
        Ok(match word {
            "open" => self.state == Open,
            "suspended" => self.state == Suspended,
            "exercised" => matches!(self.state, Exercised | Effective),
            "effective" => self.state == Effective,
            "lapsed" => self.state == Lapsed,
            "withdrawn" => self.state == Withdrawn,
            "free" => self.state == State::Free,
            "released" => self.state == Released,
            "ended" => matches!(self.state, Ended | Lapsed | Withdrawn | Released),
            "in force" | "running" => match kind {
                Kind::Covenant => self.state == InForce,
                Kind::Window => self.state == Open,
                _ => !matches!(self.state, NotYet | Ended | Lapsed | Withdrawn | Released),
            },
            // The right itself, whatever it gives: no word of the language, but what its own grants hang on.
            "there" => !matches!(self.state, NotYet | Ended | Lapsed | Withdrawn),
            other => {
                return Err(Unknown::new(format!("of a {} it is not said that it is {other}", kind.word())));
            }
        })
    }

    /// Whether a day is in it.
    pub fn contains(&self, on: Date) -> bool {
        self.from.is_none_or(|from| from <= on) && self.last.is_none_or(|last| on <= last)
    }
}
