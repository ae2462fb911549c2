//! Days of the civil calendar, without time of day and without time zone.
//!
//! Contracts count in days; which day it is *where* is a question for the clause on notices, not
//! for arithmetic. Years run from 1800 to 2199: no right that is still licensed is older than the first, no
//! agreement counts periods beyond the last, and a mistyped year is found before its thousands of quarters are
//! reckoned. What a month from now is, is defined here
//! ([`Date::add_months`]); what a business day is, in `calendar`.

mod error;

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use error::DateError;

/// The months by their names, in order.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day of the Gregorian calendar between 1800-01-01 and 2199-12-31. In JSON, `"2027-01-31"`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names of the days say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Whether it is Saturday or Sunday.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self, Weekday::Saturday | Weekday::Sunday)
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The number of days in a month of the Gregorian calendar; 0 where there is no such month.
#[must_use]
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Whether the year has a 29 February.
#[must_use]
pub fn is_leap_year(year: i32) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

impl Date {
    /// The first day there is, 1800-01-01.
    pub const MIN: Date = Date(jiff::civil::Date::constant(1800, 1, 1));
    /// The last day there is, 2199-12-31.
    pub const MAX: Date = Date(jiff::civil::Date::constant(2199, 12, 31));

    /// The day; `None` where there is no such day or the year is not within 1800 to 2199.
    #[must_use]
    pub fn new(year: i32, month: u32, day: u32) -> Option<Date> {
        let (year, month, day) =
            (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        Date::within(jiff::civil::Date::new(year, month, day).ok()?)
    }

    /// Whether the calendar goes as far as this year.
    #[must_use]
    pub fn has_year(year: i32) -> bool {
        (Date::MIN.year()..=Date::MAX.year()).contains(&year)
    }

    fn within(date: jiff::civil::Date) -> Option<Date> {
        let date = Date(date);
        (Date::MIN..=Date::MAX).contains(&date).then_some(date)
    }

    /// Reads `2027-01-31`, exactly so.
    ///
    /// # Errors
    /// Says which part is wrong and, where it can be guessed, what was meant.
    pub fn parse(text: &str) -> Result<Date, DateError> {
        let (year, month, day) = error::parts(text)?;
        if !Date::has_year(year) {
            return Err(DateError::Year { year });
        }
        if !(1..=12).contains(&month) {
            return Err(DateError::Month { year, month, day });
        }
        Date::new(year, month, day).ok_or(DateError::Day { year, month, day })
    }

    /// The year, 1800 to 2199.
    #[must_use]
    pub fn year(self) -> i32 {
        i32::from(self.0.year())
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        u32::from(self.0.month().unsigned_abs())
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u32 {
        u32::from(self.0.day().unsigned_abs())
    }

    /// Months since the year 0, January being 0: the month of the day as one number.
    #[must_use]
    pub fn month_number(self) -> i64 {
        i64::from(self.year()) * 12 + i64::from(self.month()) - 1
    }

    /// The day of a month given by [`Date::month_number`], or the last of that month where it is
    /// shorter; `None` outside the range of dates or where `day` is 0.
    #[must_use]
    pub fn in_month(month_number: i64, day: u32) -> Option<Date> {
        let year = i32::try_from(month_number.div_euclid(12)).ok()?;
        let month = u32::try_from(month_number.rem_euclid(12)).ok()? + 1;
        Date::new(year, month, day.min(days_in_month(year, month)))
    }

    /// So many days later, or earlier where negative; `None` outside the range of dates.
    #[must_use]
    pub fn add_days(self, days: i64) -> Option<Date> {
        let span = jiff::Span::new().try_days(days).ok()?;
        self.0.checked_add(span).ok().and_then(Date::within)
    }

    /// So many months later, or earlier where negative: the day of the same number, or the last
    /// day of the month where that is too short. 31 January and one month is 28 or 29 February; and
    /// 28 February and one month is 28 March, not the 31st. `None` outside the range of dates.
    ///
    /// The rule is that of Regulation (EEC, Euratom) No 1182/71, art. 3(2)(c), of § 188(2) and (3)
    /// BGB, and of *Dodds v Walker* \[1981\] 1 WLR 1027 (HL), the corresponding-date rule.
    #[must_use]
    pub fn add_months(self, months: i64) -> Option<Date> {
        Date::in_month(self.month_number().checked_add(months)?, self.day())
    }

    /// So many years later; 29 February goes to the 28th in common years.
    #[must_use]
    pub fn add_years(self, years: i64) -> Option<Date> {
        self.add_months(years.checked_mul(12)?)
    }

    /// Days from this day to the other: 1 to the next day, negative to an earlier one.
    #[must_use]
    pub fn days_until(self, other: Date) -> i64 {
        other.0.duration_since(self.0).as_hours() / 24
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        match self.0.weekday() {
            jiff::civil::Weekday::Monday => Weekday::Monday,
            jiff::civil::Weekday::Tuesday => Weekday::Tuesday,
            jiff::civil::Weekday::Wednesday => Weekday::Wednesday,
            jiff::civil::Weekday::Thursday => Weekday::Thursday,
            jiff::civil::Weekday::Friday => Weekday::Friday,
            jiff::civil::Weekday::Saturday => Weekday::Saturday,
            jiff::civil::Weekday::Sunday => Weekday::Sunday,
        }
    }

    /// The last day of its month.
    #[must_use]
    pub fn end_of_month(self) -> Date {
        Date(self.0.last_of_month())
    }

    /// The first day of its month.
    #[must_use]
    pub fn start_of_month(self) -> Date {
        Date(self.0.first_of_month())
    }

    /// Whether its year has a 29 February.
    #[must_use]
    pub fn is_leap_year(self) -> bool {
        self.0.in_leap_year()
    }

    /// The day after; `None` after 2199-12-31.
    #[must_use]
    pub fn next_day(self) -> Option<Date> {
        self.0.tomorrow().ok().and_then(Date::within)
    }

    /// The day before; `None` before 1800-01-01.
    #[must_use]
    pub fn prev_day(self) -> Option<Date> {
        self.0.yesterday().ok().and_then(Date::within)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}-{:02}", self.year(), self.month(), self.day()))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = DateError;
    fn from_str(text: &str) -> Result<Date, DateError> {
        Date::parse(text)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Date::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "description": "a day, as 2027-01-31" })
    }
}

#[cfg(test)]
pub(crate) mod tests;
