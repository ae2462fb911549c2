//! What can be wrong with a date, said so that the writer can mend it.
//!
//! A date that is refused is nearly always a slip with one likely meaning: a day too many in a
//! short month, day and month exchanged, a missing nought, another country's order. Where exactly
//! one reading gives a date, it is offered; nothing is ever corrected silently.

use std::fmt;

use super::{Date, MONTHS, days_in_month};

/// Why a text is not a date. [`Display`](fmt::Display) gives one lower-case sentence,
/// [`DateError::suggestion`] the date that was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateError {
    /// Not four digits, two digits and two digits joined by hyphens.
    Shape {
        /// What was read.
        text: String,
    },
    /// The year is one the calendar of agreements does not go to.
    Year {
        /// The year as read.
        year: i32,
    },
    /// There is no such month.
    Month {
        /// The year as read.
        year: i32,
        /// The month as read, 0 or above 12.
        month: u32,
        /// The day as read.
        day: u32,
    },
    /// The month has no such day.
    Day {
        /// The year as read.
        year: i32,
        /// The month, 1 to 12.
        month: u32,
        /// The day as read: 0, or more than the month has.
        day: u32,
    },
}

/// Year, month and day of a text of the right shape, whether or not there is such a day.
pub(super) fn parts(text: &str) -> Result<(i32, u32, u32), DateError> {
    let shape = || DateError::Shape { text: text.to_string() };
    let mut fields = text.split('-');
    let mut field = |digits: usize| {
        let part = fields.next().unwrap_or_default();
        if part.len() != digits || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        part.parse::<u32>().ok()
    };
    let (year, month, day) = (field(4), field(2), field(2));
    match (year, month, day, fields.next()) {
        (Some(year), Some(month), Some(day), None) => Ok((i32::try_from(year).unwrap_or(0), month, day)),
        _ => Err(shape()),
    }
}

/// The single date that three numbers with a four-digit year among them can be, if it is single.
fn only_reading(text: &str) -> Option<Date> {
    let mut fields = text.split(['-', '/', '.', ' ']);
    let (a, b, c) = (fields.next()?, fields.next()?, fields.next()?);
    if fields.next().is_some() || [a, b, c].iter().any(|f| f.is_empty() || f.len() > 4) {
        return None;
    }
    if [a, b, c].iter().any(|f| !f.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let number = |field: &str| field.parse::<u32>().ok();
    let date = |y: &str, m: &str, d: &str| Date::new(i32::try_from(number(y)?).ok()?, number(m)?, number(d)?);
    if a.len() == 4 {
        return date(a, b, c);
    }
    match (date(c, b, a), date(c, a, b)) {
        (Some(x), Some(y)) => (x == y).then_some(x),
        (one, other) => one.or(other),
    }
}

/// `20270131`.
fn compact(text: &str) -> Option<Date> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    Date::parse(&format!("{year}-{month}-{day}")).ok()
}

impl DateError {
    /// The date that was probably meant; `None` where there is no single likely reading.
    #[must_use]
    pub fn suggestion(&self) -> Option<Date> {
        match self {
            DateError::Shape { text } => {
                // A time of day after the date says nothing here.
                let text = text.trim();
                let date_part = text.split_once('T').map_or(text, |(date, _)| date);
                Date::parse(date_part).ok().or_else(|| only_reading(date_part)).or_else(|| compact(date_part))
            }
            DateError::Year { .. } => None,
            DateError::Month { year, month, day } => Date::new(*year, *day, *month),
            DateError::Day { day: 0, .. } => None,
            DateError::Day { year, month, .. } => Date::new(*year, *month, days_in_month(*year, *month)),
        }
    }
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DateError::Shape { text } => {
                write!(f, "`{text}` is not a date: write year-month-day, as 2027-01-31")
            }
            DateError::Year { year: year @ ..1000 } => {
                write!(f, "the year {year:04} is before 1000: write all four digits")
            }
            DateError::Year { year } => {
                let (first, last) = (Date::MIN.year(), Date::MAX.year());
                write!(f, "the year {year} is none that is reckoned with: years run from {first} to {last}")
            }
            DateError::Month { month, .. } => {
                write!(f, "there is no month {month:02}: months run from 01 to 12")
            }
            DateError::Day { day: 0, .. } => f.write_str("there is no day 00: days begin with 01"),
            DateError::Day { year, month, day } => {
                let name = usize::try_from(*month).ok().and_then(|m| MONTHS.get(m.checked_sub(1)?));
                let name = name.copied().unwrap_or("the month");
                write!(f, "there is no {day} {name} {year}: the last day is {}", days_in_month(*year, *month))
            }
        }
    }
}

impl std::error::Error for DateError {}
