//! The values a clause can hold: what the words of a deal say, with names as names.
//!
//! Nothing here is evaluated. `redacted` and `open` are values like any other.

pub mod amount;
mod blank;
pub mod condition;
pub mod moment;
pub mod scope;
pub mod time;

use counterpart_num::{Date, Exact};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub use amount::{Amount, Measure, Op, Quantity, Sign};
pub use condition::{Compare, Condition, EventIn};
pub use moment::{Edge, Moment};
pub use scope::{Acts, Against, Grade, GradeKind, Scope, Set, Territory};
pub use time::{Basis, Cycle, Duration, PeriodLabel, Window};

use crate::record::Parts;

/// A name of the deal: a party, a field, a metric, a payment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Name(#[schemars(with = "String")] pub Arc<str>);

impl Name {
    /// Whether the text keeps the name secret or leaves it open: whatever depends on who or what it is, is not
    /// known. Nothing in a deal can be called so.
    pub fn is_blank(&self) -> bool {
        matches!(self.as_str(), "redacted" | "open")
    }

    /// Several names, as they are told: `Lab, Maker`.
    pub fn list(names: &[Name]) -> String {
        names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Whether what the text calls so may be what an entry names: it is the same, or the text withholds it.
    pub fn may_be(&self, named: &Name) -> bool {
        self == named || self.is_blank()
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&Name> for Name {
    fn from(name: &Name) -> Name {
        name.clone()
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Name {
        Name(Arc::from(text))
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

/// A value the text gives, keeps secret, or leaves to be agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Known<T> {
    /// Given.
    Given(T),
    /// `redacted`, with what is said about it.
    Redacted(Option<String>),
    /// `open`, with what is said about it.
    Open(Option<String>),
}

impl<T> Known<T> {
    /// The value, if given.
    pub fn given(&self) -> Option<&T> {
        match self {
            Known::Given(value) => Some(value),
            _ => None,
        }
    }

    /// What keeps the value from being known, in words.
    pub fn why_unknown(&self) -> Option<String> {
        let (word, hint) = match self {
            Known::Given(_) => return None,
            Known::Redacted(hint) => ("redacted", hint),
            Known::Open(hint) => ("open", hint),
        };
        Some(hint.as_ref().map_or(word.to_string(), |h| format!("{word} (\"{h}\")")))
    }
}

/// One value of a clause.
// What is large and rare stands in a box: a report may have a hundred thousand lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// A keyword, or several, that choose between meanings of the clause.
    Word(String),
    /// A name defined in the deal, a place, or an outside name such as an index.
    Name(Name),
    /// Words in quotes.
    Text(String),
    /// A plain number.
    Number(Exact),
    /// A day.
    Date(Date),
    /// A day of every year: month, then day.
    DayOfYear(u32, u32),
    /// A length of time.
    Duration(Duration),
    /// `each quarter`.
    Cycle(Cycle),
    /// `2029 Q1`.
    Period(PeriodLabel),
    /// `over 4 quarters`.
    Window(Window),
    /// A date or an event.
    Moment(Moment),
    /// An amount, from a plain `USD 5m` to a formula.
    Amount(Amount),
    /// Countries and groups of them.
    Territory(Territory),
    /// Names of one dimension.
    Set(Set),
    /// What may be done.
    Acts(Acts),
    /// A part of the rights space.
    Scope(Box<Scope>),
    /// How exclusive.
    Grade(Grade),
    /// A test on facts.
    Condition(Box<Condition>),
    /// A value not given.
    Unknown(Known<()>),
    /// Several parts that belong together.
    Parts(Parts),
}
