//! Lengths of time, recurring periods, and the stretch of time a measure is taken over.

use super::{Known, Moment, Name};
use counterpart_num as num;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A length of time. Units that cannot be exchanged stay apart: a month is not 30 days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Duration {
    /// Days and longer.
    Span(num::Span),
    /// Hours, for notices of breach.
    Hours(u32),
    /// A length not given, with its unit.
    Unknown(Known<()>, String),
}

impl Duration {
    /// The span, unless it is hours or unknown.
    pub fn span(&self) -> Option<num::Span> {
        match self {
            Duration::Span(span) => Some(*span),
            _ => None,
        }
    }
}

/// How periods are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// From 1 January; what a plain `year` means.
    Calendar,
    /// By a party's fiscal year.
    Fiscal,
    /// From the effective date, or from another day the clause names.
    Contract,
}

/// A recurring period: `each quarter`, `each fiscal year of Ono`, `each contract year`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cycle {
    /// Month, quarter, half or year.
    pub unit: num::PeriodKind,
    /// How it is counted.
    pub basis: Basis,
    /// Whose fiscal year.
    pub party: Option<Name>,
    /// The day contract periods are counted from, where it is not the effective date.
    pub anchor: Option<Box<Moment>>,
    /// The text keeps the unit secret or leaves it open: `unit` says nothing then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Known<()>>,
}

impl Cycle {
    /// Calendar periods.
    pub fn calendar(unit: num::PeriodKind) -> Cycle {
        Cycle { unit, basis: Basis::Calendar, party: None, anchor: None, unknown: None }
    }
}

/// A period named in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodLabel {
    /// `2029`.
    Year(i32),
    /// `2029 Q1`: the quarter, 1 to 4.
    Quarter(i32, u32),
    /// `2029 Q1 to Q3`: the first quarter and the last.
    Quarters(i32, u32, u32),
    /// `2029 H1`: the half, 1 or 2.
    Half(i32, u32),
    /// `2029-03`: the month, 1 to 12.
    Month(i32, u32),
    /// `FY2029`.
    FiscalYear(i32),
    /// `FY2029 Q2`.
    FiscalQuarter(i32, u32),
    /// `FY2029 Q1 to Q3`.
    FiscalQuarters(i32, u32, u32),
    /// `contract year 3`.
    ContractYear(u32),
}

impl std::fmt::Display for PeriodLabel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PeriodLabel::Year(y) => write!(f, "{y}"),
            PeriodLabel::Quarter(y, q) => write!(f, "{y} Q{q}"),
            PeriodLabel::Quarters(y, a, b) => write!(f, "{y} Q{a} to Q{b}"),
            PeriodLabel::Half(y, h) => write!(f, "{y} H{h}"),
            PeriodLabel::Month(y, m) => write!(f, "{y}-{m:02}"),
            PeriodLabel::FiscalYear(y) => write!(f, "FY{y}"),
            PeriodLabel::FiscalQuarter(y, q) => write!(f, "FY{y} Q{q}"),
            PeriodLabel::FiscalQuarters(y, a, b) => write!(f, "FY{y} Q{a} to Q{b}"),
            PeriodLabel::ContractYear(n) => write!(f, "contract year {n}"),
        }
    }
}

/// The stretch of time a measure is taken over, seen from the day or period it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// `over 4 quarters`, `of the last 12 months`: that many ending with the period asked for.
    Last {
        /// How many.
        count: u32,
        /// Of what.
        unit: num::PeriodKind,
    },
    /// `over a calendar year`: the period of this kind that contains, or on a test day precedes, the day.
    One {
        /// Its length.
        unit: num::PeriodKind,
        /// How it is counted.
        basis: Basis,
        /// Whose fiscal year.
        party: Option<Name>,
        /// `before`: the one that ended last.
        before: bool,
    },
    /// `in 2029`.
    In(PeriodLabel),
    /// `to date`.
    ToDate,
    /// `averaged over 4 quarters`, `averaged over 4 quarters before Generic-entry`.
    Average {
        /// How many.
        count: u32,
        /// Of what.
        unit: num::PeriodKind,
        /// Ending with the last whole one before the one this day is in.
        before: Option<Box<Moment>>,
    },
    /// `each calendar year`: every such period on its own.
    Each(Cycle),
    /// `over redacted quarters`: how long is not given.
    Unknown(Known<()>),
}
