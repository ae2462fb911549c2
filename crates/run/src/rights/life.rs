//! The life of a grant: what of the space its holders have by it, on which days, how exclusively.
//!
//! It is put together in `drawing`.

use crate::unknown::Unknown;
use counterpart_ledger::PartOf;
use counterpart_rights::Region;
use counterpart_terms::At;
use counterpart_terms::value::{Grade, Name};

/// A part of the space that is held in one way.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// The part, days included.
    pub region: Region,
    /// How exclusively; `None` where the text does not say.
    pub grade: Option<Grade>,
    /// The clauses and entries that make it so, the last the deciding one.
    pub by: Vec<At>,
}

/// A part the grantor keeps for somebody.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// The part, days included.
    pub region: Region,
    /// For whom.
    pub for_: Vec<Name>,
    /// The line that keeps it.
    pub at: At,
}

/// A part that a grant does not give, whatever its text says.
#[derive(Debug, Clone)]
pub(crate) struct Ungiven {
    /// The part, days included.
    pub region: Region,
    /// Why, in words.
    pub why: String,
    /// The clause that makes it so.
    pub at: At,
}

/// What a grant gives, and when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Life {
    /// What it may ever reach, whether or not it is in force: what its text is about.
    pub about: Region,
    /// What is held, in parts that share no cell.
    pub held: Vec<Held>,
    /// What is kept for others within it.
    pub kept: Vec<Kept>,
    /// Where it cannot be said whether or how it is held, and why.
    pub doubt: Vec<(Region, Unknown)>,
    /// Where it is held, and how exclusively cannot be said, and why.
    pub unsure: Vec<(Region, Unknown)>,
    /// How it is held in a part in doubt, if it is held there at all.
    pub perhaps: Vec<Held>,
    /// What its grantor could not give.
    pub ungiven: Vec<Ungiven>,
    /// Where the law lets its grantor give it, and not exclusively, in words.
    pub by_law: Vec<Ungiven>,
    /// Of what the text withholds what it reaches.
    pub withheld: Vec<Withheld>,
}

/// A line of a grant whose names are redacted or open: a question that names one of its kind cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Withheld {
    /// Under which assets.
    Assets,
    /// For which fields, products or customers.
    Market,
    /// Doing what.
    Acts,
    /// Where.
    Places,
}

impl Life {
    /// Everything held.
    pub fn in_force(&self) -> Region {
        self.held.iter().fold(Region::default(), |sum, held| sum.or(&held.region))
    }

    /// Whether the part asked about is one that the text withholds.
    pub fn hides(&self, part: &PartOf) -> bool {
        self.withheld.iter().any(|kind| match kind {
            Withheld::Assets => false,
            Withheld::Market => part.field.is_some() || part.product.is_some() || part.customer.is_some(),
            Withheld::Acts => !part.acts.is_empty(),
            Withheld::Places => part.place.is_some(),
        })
    }
}
