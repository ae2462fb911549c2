//! Days that are given, and days that events will give.

use super::{Cycle, Duration, Known, Name, PeriodLabel};
use counterpart_num::{Date, PeriodKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The beginning or the end of a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// Its first day.
    Start,
    /// Its last day.
    End,
}

impl Edge {
    /// `start` or `end`.
    pub fn word(self) -> &'static str {
        match self {
            Edge::Start => "start",
            Edge::End => "end",
        }
    }
}

/// A day, or what will fix it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// A day.
    On(Date),
    /// The agreement's effective date.
    Effective,
    /// The day it was signed.
    Signature,
    /// First commercial sale, of a product, in a field, in a place where these are named.
    FirstSale {
        /// The product.
        product: Option<Name>,
        /// The field.
        field: Option<Name>,
        /// The country.
        place: Option<Name>,
    },
    /// The last day a valid claim stands in the country asked about.
    LastValidClaim(Vec<Name>),
    /// The day the last licensed patent expires.
    LastPatentExpires,
    /// The first or last day of a named period.
    Of(Edge, PeriodLabel),
    /// The first or last day of the recurring period asked about.
    OfEach(Edge, Cycle),
    /// The first or last day of a thing: the agreement (no name), an event, a payment's period.
    OfThing(Edge, Option<Name>),
    /// An anniversary; number 0 is every one.
    Anniversary(u32, Box<Moment>),
    /// Something done with something: exercise of an option, launch of a product.
    Act {
        /// What is done: `exercise`, `launch`, `notice`.
        act: String,
        /// To what; none is the agreement.
        name: Option<Name>,
        /// Where.
        place: Option<Name>,
    },
    /// A common event without a name: `invoice`, `receipt`, `termination`.
    Bare(String),
    /// Every end of a month, quarter or year.
    EachEnd(PeriodKind),
    /// A milestone met, an event begun.
    Event {
        /// The milestone, event or right.
        name: Name,
        /// The state that counts, where the text names one.
        state: Option<String>,
        /// Where.
        place: Option<Name>,
    },
    /// A length of time after or before another moment.
    Shift {
        /// How long.
        by: Duration,
        /// Before rather than after.
        back: bool,
        /// From when.
        from: Box<Moment>,
    },
    /// A day the text keeps secret or leaves open.
    Unknown(Known<()>),
    /// The latest of several.
    Latest(Vec<Moment>),
    /// The earliest of several; what `or` between moments means.
    Earliest(Vec<Moment>),
}

impl Moment {
    /// Whether it is the end of the agreement.
    pub fn is_the_end(&self) -> bool {
        let ends = |word: &str| matches!(word, "termination" | "expiry");
        match self {
            Moment::OfThing(Edge::End, None) => true,
            Moment::Bare(word) => ends(word),
            Moment::Act { act, name: None, .. } => ends(act),
            _ => false,
        }
    }

    /// Whether it is the end of the agreement, or hangs on it: what lasts up to it outlives the agreement.
    pub fn hangs_on_the_end(&self) -> bool {
        match self {
            Moment::Shift { from, .. } | Moment::Anniversary(_, from) => from.hangs_on_the_end(),
            Moment::Latest(of) | Moment::Earliest(of) => of.iter().any(Moment::hangs_on_the_end),
            _ => self.is_the_end(),
        }
    }

    /// The milestones and events it waits for, those inside it too.
    pub fn events(&self) -> Vec<&Name> {
        match self {
            Moment::Event { name, .. } => vec![name],
            Moment::Shift { from, .. } | Moment::Anniversary(_, from) => from.events(),
            Moment::Latest(of) | Moment::Earliest(of) => of.iter().flat_map(Moment::events).collect(),
            _ => Vec::new(),
        }
    }
}
