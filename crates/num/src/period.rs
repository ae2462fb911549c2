//! Periods of account: the months, quarters, halves and years in which sales are reported, tiers
//! reset and minimums fall due.
//!
//! "Each year" means three different things in licences: the calendar year, the fiscal year of a
//! named party, and the contract year that runs from an anniversary. A [`Basis`] says which; a
//! [`Cycle`] is a basis cut into periods of one kind; a [`Label`] is how a period is called. What a
//! period of a deal resets is for the deal.

mod cycle;
mod label;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::exact::Exact;
use crate::interval::Interval;

pub use cycle::Cycle;
pub use label::{Label, NotALabel, parse_label};

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodKind {
    /// One month.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    Half,
    /// Twelve months.
    Year,
}

impl PeriodKind {
    /// How many months it has.
    #[must_use]
    pub fn months(self) -> u32 {
        match self {
            PeriodKind::Month => 1,
            PeriodKind::Quarter => 3,
            PeriodKind::Half => 6,
            PeriodKind::Year => 12,
        }
    }

    /// How many of them make a year.
    #[must_use]
    pub fn per_year(self) -> u32 {
        match self {
            PeriodKind::Month => 12,
            PeriodKind::Quarter => 4,
            PeriodKind::Half => 2,
            PeriodKind::Year => 1,
        }
    }
}

impl fmt::Display for PeriodKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            PeriodKind::Month => "month",
            PeriodKind::Quarter => "quarter",
            PeriodKind::Half => "half",
            PeriodKind::Year => "year",
        })
    }
}

/// From when periods are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "basis", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Basis {
    /// From 1 January.
    Calendar,
    /// From the day after the last day of a party's fiscal year.
    ///
    /// A last day that is the end of its month in a common year means the end of the month: a year
    /// that ends on 28 February ends on the 29th in leap years, and its quarters end with their
    /// months. Any other day is kept, or is the last of a shorter month. Years of 52 or 53 weeks
    /// have no such day and are not covered.
    Fiscal {
        /// The month in which the fiscal year ends, 1 to 12.
        year_end_month: u32,
        /// The day of that month on which it ends.
        year_end_day: u32,
    },
    /// From a day of the contract, such as the effective date, and its anniversaries; there is no
    /// period before it. From 29 February, the anniversary in common years is 28 February.
    Contract {
        /// The first day of contract year 1.
        anchor: Date,
    },
}

/// How years are counted, without the day from which: what a label tells of its basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Calendar years, by their number.
    Calendar,
    /// Fiscal years, by the calendar year in which they end.
    Fiscal,
    /// Contract years, from 1.
    Contract,
}

impl Basis {
    /// How its years are counted.
    #[must_use]
    pub fn family(&self) -> Family {
        match self {
            Basis::Calendar => Family::Calendar,
            Basis::Fiscal { .. } => Family::Fiscal,
            Basis::Contract { .. } => Family::Contract,
        }
    }
}

/// Consecutive days that are accounted for together, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
    /// What it is called.
    pub label: Label,
}

impl Period {
    /// Any stretch of days, called by its ends: for a first or last period cut short. `None` where
    /// `end` is before `start`.
    #[must_use]
    pub fn new(start: Date, end: Date) -> Option<Period> {
        (start <= end).then_some(Period { start, end, label: Label::Dates { from: start, to: end } })
    }

    /// The period of the calendar that a text such as `2029 Q1`, `2029` or `2029-03` names.
    #[must_use]
    pub fn parse_label(text: &str) -> Option<Period> {
        parse_label(text)?.period(&Basis::Calendar)
    }

    /// The last `count` months, quarters, halves or years up to and including `end`, wherever in
    /// the calendar that is: 4 quarters to 30 June 2029 begin on 1 July 2028. `None` for a count of
    /// 0 and where it would begin before the year 1800.
    #[must_use]
    pub fn trailing(count: u32, kind: PeriodKind, end: Date) -> Option<Period> {
        if count == 0 {
            return None;
        }
        let months = i64::from(count) * i64::from(kind.months());
        // Counted back from the day after, so that ends of months meet ends of months.
        let start = match end.next_day() {
            Some(after) => after.add_months(-months)?,
            None => end.start_of_month().add_months(1 - months)?,
        };
        Some(Period { start, end, label: Label::Trailing { count, kind, to: end } })
    }

    /// Whether the day is in it.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.start <= day && day <= self.end
    }

    /// The number of days.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.start.days_until(self.end) + 1
    }

    /// The share of the days of another that it has as many of.
    #[must_use]
    pub fn share_of(&self, whole: &Period) -> Exact {
        Exact::ratio(self.days(), whole.days()).unwrap_or_else(Exact::one)
    }

    /// The part of it that is in the interval: the first and last periods of a term are often cut
    /// short. A part that is not the whole is called by its ends. `None` where there is none.
    #[must_use]
    pub fn clip(&self, interval: &Interval) -> Option<Period> {
        let start = self.start.max(interval.from());
        let end = interval.last().map_or(self.end, |last| last.min(self.end));
        if (start, end) == (self.start, self.end) { Some(*self) } else { Period::new(start, end) }
    }

    /// The same days as a half-open interval; `None` where `end` is before `start`.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        Interval::through(self.start, self.end)
    }

    /// How many of its days are in the interval.
    #[must_use]
    pub fn days_in(&self, interval: &Interval) -> i64 {
        let last = interval.last().map_or(self.end, |last| last.min(self.end));
        (self.start.max(interval.from()).days_until(last) + 1).max(0)
    }

    /// The part of its days that is in the interval, from 0 to 1: a yearly minimum suspended for
    /// 41 days of 2029 is due for 324/365.
    #[must_use]
    pub fn fraction_in(&self, interval: &Interval) -> Exact {
        Exact::ratio(self.days_in(interval), self.days()).unwrap_or_default()
    }
}

/// Its label.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.label, f)
    }
}

#[cfg(test)]
mod tests;
