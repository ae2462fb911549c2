//! What a period is called, and reading it back: `2029 Q1`, `FY2029`, `contract year 3`.
//!
//! A label says which period of which family of years is meant, and nothing about where that family
//! begins: `FY2029` is other days for other parties. [`Label::period`] puts the two together.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Basis, Cycle, Family, Period, PeriodKind};
use crate::date::Date;

/// The name of a period. In JSON, its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// A year, or a part of it.
    Part {
        /// Whose years.
        family: Family,
        /// Whole, half, quarter or month.
        kind: PeriodKind,
        /// The calendar year; the calendar year in which the fiscal year ends; the number of the
        /// contract year.
        year: i32,
        /// Which of its kind in the year, from 1; 1 for the year itself.
        index: u32,
    },
    /// The last so many periods up to a day.
    Trailing {
        /// How many.
        count: u32,
        /// Of what length.
        kind: PeriodKind,
        /// The last day.
        to: Date,
    },
    /// Days without a name of their own.
    Dates {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
}

/// The text names no period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotALabel(
    /// What was read.
    pub String,
);

impl fmt::Display for NotALabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a period such as 2029, 2029 Q1, 2029-03, FY2029 or contract year 3", self.0)
    }
}

impl std::error::Error for NotALabel {}

impl Label {
    /// The year, where it is a year or a part of one.
    #[must_use]
    pub fn year(&self) -> Option<i32> {
        match self {
            Label::Part { year, .. } => Some(*year),
            Label::Trailing { .. } | Label::Dates { .. } => None,
        }
    }

    /// Which of its kind in the year, from 1, where it is a year or a part of one.
    #[must_use]
    pub fn index(&self) -> Option<u32> {
        match self {
            Label::Part { index, .. } => Some(*index),
            Label::Trailing { .. } | Label::Dates { .. } => None,
        }
    }

    /// The days it names on a basis. `None` where the basis is of another family than the label,
    /// and outside the range of dates.
    #[must_use]
    pub fn period(&self, basis: &Basis) -> Option<Period> {
        match *self {
            Label::Part { family, kind, year, index } if family == basis.family() => {
                Cycle { kind, basis: *basis }.period(year, index)
            }
            Label::Part { .. } => None,
            Label::Trailing { count, kind, to } => Period::trailing(count, kind, to),
            Label::Dates { from, to } => Period::new(from, to),
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (family, kind, year, index) = match *self {
            Label::Part { family, kind, year, index } => (family, kind, year, index),
            Label::Trailing { count, kind, to } => {
                let plural = match (count, kind) {
                    (1, _) => kind.to_string(),
                    (_, PeriodKind::Half) => "halves".to_string(),
                    _ => format!("{kind}s"),
                };
                return f.pad(&format!("{count} {plural} to {to}"));
            }
            Label::Dates { from, to } if from == to => return f.pad(&from.to_string()),
            Label::Dates { from, to } => return f.pad(&format!("{from} to {to}")),
        };
        let year = match family {
            Family::Calendar => format!("{year}"),
            Family::Fiscal => format!("FY{year}"),
            Family::Contract => format!("contract year {year}"),
        };
        f.pad(&match kind {
            PeriodKind::Year => year,
            PeriodKind::Half => format!("{year} H{index}"),
            PeriodKind::Quarter => format!("{year} Q{index}"),
            PeriodKind::Month if family == Family::Calendar => format!("{year}-{index:02}"),
            PeriodKind::Month => format!("{year} month {index}"),
        })
    }
}

fn number(text: &str) -> Option<u32> {
    let plain = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// `q1`, `h2`, `03`, `month 3`, with the separator before it already gone.
fn part(text: &str, family: Family) -> Option<(PeriodKind, u32)> {
    let (kind, index) = if let Some(rest) = text.strip_prefix("month ") {
        (PeriodKind::Month, number(rest)?)
    } else if let Some(rest) = text.strip_prefix('q') {
        (PeriodKind::Quarter, number(rest)?)
    } else if let Some(rest) = text.strip_prefix('h') {
        (PeriodKind::Half, number(rest)?)
    } else if family == Family::Calendar && text.len() == 2 {
        (PeriodKind::Month, number(text)?)
    } else {
        return None;
    };
    (1..=kind.per_year()).contains(&index).then_some((kind, index))
}

/// `2029-01-01 to 2029-03-31`, `4 quarters to 2029-12-31`.
fn stretch(from: &str, to: &str) -> Option<Label> {
    let to = Date::parse(to).ok()?;
    if let Ok(from) = Date::parse(from) {
        return (from <= to).then_some(Label::Dates { from, to });
    }
    let (count, kind) = from.split_once(' ')?;
    let count = number(count).filter(|count| *count > 0)?;
    let kind = match kind {
        "month" | "months" => PeriodKind::Month,
        "quarter" | "quarters" => PeriodKind::Quarter,
        "half" | "halves" => PeriodKind::Half,
        "year" | "years" => PeriodKind::Year,
        _ => return None,
    };
    Some(Label::Trailing { count, kind, to })
}

/// Reads the name of a period, in any case: `2029`, `2029 Q1` or `2029-Q1`, `2029 H1`, `2029-03`,
/// each also with `FY` before the year; `contract year 3`, `contract year 3 Q2`; `month 4` after a
/// fiscal or contract year; `4 quarters to 2029-12-31`; `2029-01-01 to 2029-03-31`.
#[must_use]
pub fn parse_label(text: &str) -> Option<Label> {
    let text = text.trim().to_ascii_lowercase();
    if let Some((from, to)) = text.split_once(" to ") {
        return stretch(from, to);
    }
    let (family, rest) = if let Some(rest) = text.strip_prefix("contract year ") {
        (Family::Contract, rest)
    } else if let Some(rest) = text.strip_prefix("fy") {
        (Family::Fiscal, rest.strip_prefix(' ').unwrap_or(rest))
    } else {
        (Family::Calendar, text.as_str())
    };
    let (year, rest) = match rest.split_once([' ', '-']) {
        Some((year, rest)) => (year, Some(rest)),
        None => (rest, None),
    };
    let four_digits = year.len() == 4 && !year.starts_with('0');
    let year = number(year).filter(|year| match family {
        Family::Calendar | Family::Fiscal => four_digits,
        Family::Contract => (1..=9999).contains(year),
    })?;
    let year = i32::try_from(year).ok()?;
    let (kind, index) = match rest {
        None => (PeriodKind::Year, 1),
        Some(rest) => part(rest, family)?,
    };
    Some(Label::Part { family, kind, year, index })
}

impl FromStr for Label {
    type Err = NotALabel;
    fn from_str(text: &str) -> Result<Label, NotALabel> {
        parse_label(text).ok_or_else(|| NotALabel(text.to_string()))
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Label, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Label {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Label".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "the name of a period, such as 2029 Q1, FY2029 or contract year 3"
        })
    }
}
