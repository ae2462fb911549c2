//! Business days: which days they are in the places a deal names, and how to count and move by them.
//!
//! The holidays themselves are data, one file a region, under `holidays`, computed by rule for any
//! year. A place whose holidays follow the moon or a yearly decree (China, India, Korea) cannot be
//! had by rule; it is reported as unknown and contributes weekends only, and the deal or the user
//! states its holidays by [`BusinessCalendar::with_holidays`]. What is closed by a storm, a strike
//! or a proclamation of next week is stated the same way.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::holidays::{self, Place};

/// The days on which business is done in all of some places: no Saturday, no Sunday, no holiday of
/// any of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BusinessCalendar {
    places: Vec<&'static Place>,
    stated: BTreeSet<Date>,
}

/// A place whose holidays are not known by rule. The calendar is still usable: it takes the
/// weekends, or for a part of a country the holidays of the country, as [`UnknownCalendar::used`]
/// says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct UnknownCalendar {
    /// The place as it was asked for.
    pub place: String,
    /// The wider place whose holidays stand in for it; `None` for weekends only.
    pub used: Option<String>,
}

impl fmt::Display for UnknownCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.used {
            Some(used) => write!(f, "the holidays of `{}` are not known beyond those of {used}", self.place),
            None => write!(f, "the holidays of `{}` are not known: only weekends are left out", self.place),
        }
    }
}

impl std::error::Error for UnknownCalendar {}

/// What to do with a date that is not a business day. The names are those of the 2006 ISDA
/// Definitions, section 4.12 ("Business Day Convention").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Roll {
    /// The next business day.
    Following,
    /// The next business day, unless that is in another month: then the one before.
    ModifiedFollowing,
    /// The business day before.
    Preceding,
    /// The date stays.
    None,
}

/// Why a day is not a business day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Closure {
    /// It is a Saturday or a Sunday.
    Weekend,
    /// It is a holiday, or the day on which a holiday is observed.
    Holiday {
        /// The code of the place.
        place: String,
        /// The name of the holiday.
        name: String,
    },
    /// The deal or the user has stated it.
    Stated,
}

/// Saturday and Sunday, `Closure::Weekend`, need no words; the others name the holiday.
impl fmt::Display for Closure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Closure::Weekend => f.write_str("weekend"),
            Closure::Holiday { place, name } => write!(f, "{name} ({place})"),
            Closure::Stated => f.write_str("stated holiday"),
        }
    }
}

impl BusinessCalendar {
    /// The calendar of some places: ISO 3166 codes such as `US` or `GB-SCT`, `EU` (or `TARGET`)
    /// for the payment system of the euro, `US-FED` for the Federal Reserve Banks. Case does not
    /// matter. Also returns the places that are not known.
    #[must_use]
    pub fn new(places: &[&str]) -> (BusinessCalendar, Vec<UnknownCalendar>) {
        let mut calendar = BusinessCalendar::default();
        let mut unknown = Vec::new();
        for asked in places {
            let country = asked.split_once('-').map(|(country, _)| country);
            let found = holidays::find(asked);
            let used = found.or_else(|| country.and_then(holidays::find));
            if found.is_none() {
                unknown.push(UnknownCalendar {
                    place: (*asked).to_string(),
                    used: used.map(|place| place.code.to_string()),
                });
            }
            calendar.places.extend(used);
        }
        // In order and without repetition, so that calendars of the same places are equal.
        calendar.places.sort_by_key(|place| place.code);
        calendar.places.dedup_by_key(|place| place.code);
        (calendar, unknown)
    }

    /// Weekends and nothing else.
    #[must_use]
    pub fn weekends() -> BusinessCalendar {
        BusinessCalendar::default()
    }

    /// The codes of the places for which holidays are computed, such as `US`.
    pub fn known_places() -> impl Iterator<Item = &'static str> {
        holidays::PLACES.iter().map(|place| place.code)
    }

    /// With these days as further holidays.
    #[must_use]
    pub fn with_holidays(mut self, days: impl IntoIterator<Item = Date>) -> BusinessCalendar {
        self.stated.extend(days);
        self
    }

    /// The codes of its places, in alphabetical order.
    pub fn places(&self) -> impl Iterator<Item = &'static str> {
        self.places.iter().map(|place| place.code)
    }

    /// For each place its code and the law or publication its holidays are taken from.
    pub fn sources(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.places.iter().map(|place| (place.code, place.source))
    }

    /// Whether business is done on that day in every place.
    #[must_use]
    pub fn is_business_day(&self, date: Date) -> bool {
        !date.weekday().is_weekend()
            && !self.places.iter().any(|place| place.holiday(date).is_some())
            && !self.stated.contains(&date)
    }

    /// Why the day is not a business day; `None` where it is one.
    #[must_use]
    pub fn closure(&self, date: Date) -> Option<Closure> {
        if date.weekday().is_weekend() {
            return Some(Closure::Weekend);
        }
        let holiday = self.places.iter().find_map(|place| Some((place.code, place.holiday(date)?)));
        if let Some((place, name)) = holiday {
            return Some(Closure::Holiday { place: place.to_string(), name: name.to_string() });
        }
        self.stated.contains(&date).then_some(Closure::Stated)
    }

    /// The days from Monday to Friday of a year on which there is no business, with the reason.
    #[must_use]
    pub fn closures(&self, year: i32) -> Vec<(Date, Closure)> {
        let first = Date::new(year, 1, 1);
        let days = std::iter::successors(first, |day| day.next_day().filter(|next| next.year() == year));
        days.filter(|day| !day.weekday().is_weekend())
            .filter_map(|day| Some((day, self.closure(day)?)))
            .collect()
    }

    /// The first business day on or after the date; `None` past the year 2199.
    #[must_use]
    pub fn next(&self, date: Date) -> Option<Date> {
        self.step_until_open(date, Date::next_day)
    }

    /// The last business day on or before the date; `None` before the year 1800.
    #[must_use]
    pub fn previous(&self, date: Date) -> Option<Date> {
        self.step_until_open(date, Date::prev_day)
    }

    fn step_until_open(&self, date: Date, step: fn(Date) -> Option<Date>) -> Option<Date> {
        std::iter::successors(Some(date), |day| step(*day)).find(|day| self.is_business_day(*day))
    }

    /// The `count`-th business day after the date, or before it where `count` is negative. The
    /// date itself is not counted, whether or not it is a business day; a count of 0 leaves it.
    /// `None` outside the range of dates.
    #[must_use]
    pub fn add(&self, date: Date, count: i64) -> Option<Date> {
        // Business days take at least as many days; refuses absurd counts at once.
        date.add_days(count)?;
        let step = if count < 0 { Date::prev_day } else { Date::next_day };
        let mut day = date;
        for _ in 0..count.unsigned_abs() {
            day = self.step_until_open(step(day)?, step)?;
        }
        Some(day)
    }

    /// The business days from `from`, counted, to `to`, not counted; 0 where `to` is not later.
    #[must_use]
    pub fn count(&self, from: Date, to: Date) -> u64 {
        let days = std::iter::successors(Some(from), |day| day.next_day()).take_while(|day| *day < to);
        days.fold(0, |count, day| count + u64::from(self.is_business_day(day)))
    }

    /// The date moved by a convention if it is not a business day; `None` outside the range of
    /// dates.
    #[must_use]
    pub fn roll(&self, date: Date, roll: Roll) -> Option<Date> {
        match roll {
            Roll::None => Some(date),
            Roll::Following => self.next(date),
            Roll::Preceding => self.previous(date),
            Roll::ModifiedFollowing => match self.next(date) {
                Some(next) if next.month_number() == date.month_number() => Some(next),
                _ => self.previous(date),
            },
        }
    }
}

#[cfg(test)]
mod tests;
