//! One holiday that returns: on which day it falls, in which years, and what happens when that day
//! is a Saturday or Sunday.

use super::easter::days_after_easter;
use crate::date::{Date, Weekday};

/// A holiday that returns every year between two years.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its name, in English.
    pub name: &'static str,
    day: Day,
    observed: Observed,
    first: i32,
    last: i32,
}

/// On which day of a year a holiday falls.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Day {
    /// Month and day.
    Fixed(u32, u32),
    /// The first such weekday on or after the day of the month.
    OnOrAfter(Weekday, u32, u32),
    /// Days after Easter Sunday, negative before.
    Easter(i64),
    /// Month and day, but only if that is one of the weekdays: for substitutes fixed by date.
    FixedIf(u32, u32, &'static [Weekday]),
    /// The day of the spring (3) or autumn (9) equinox in Japan.
    Equinox(u32),
    /// In Japan, the Tuesday between the third Monday of September and an autumn equinox on the
    /// Wednesday after it.
    BetweenHolidays,
    /// In Ireland, the first Monday of February, or 1 February where that is a Friday.
    SaintBrigid,
}

/// What happens when a holiday falls on a Saturday or Sunday.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Observed {
    /// Nothing: it is lost to business.
    AsIs,
    /// Saturday on the Friday before, Sunday on the Monday after.
    Nearest,
    /// Sunday on the Monday after; Saturday is lost.
    SundayToMonday,
    /// Saturday and Sunday on the Monday after.
    ToMonday,
    /// Two days later. For two holidays in a row, such as 25 and 26 December, this moves each to
    /// the first free weekday: Saturday to Monday, Sunday to Tuesday.
    TwoDaysLater,
}

/// A day with what every rule asks of it, worked out once.
pub(crate) struct Today {
    date: Date,
    weekday: Weekday,
    after_easter: i64,
}

impl Today {
    pub(crate) fn new(date: Date) -> Today {
        Today { date, weekday: date.weekday(), after_easter: days_after_easter(date) }
    }
}

/// The `n`-th such weekday of a month, from 1.
pub(crate) const fn nth(n: u32, weekday: Weekday, month: u32) -> Day {
    Day::OnOrAfter(weekday, month, 7 * (n - 1) + 1)
}

impl Rule {
    /// A holiday without beginning, end or substitute.
    pub(crate) const fn new(name: &'static str, day: Day) -> Rule {
        Rule { name, day, observed: Observed::AsIs, first: i32::MIN, last: i32::MAX }
    }

    /// Observed otherwise when on a weekend.
    pub(crate) const fn observed(mut self, observed: Observed) -> Rule {
        self.observed = observed;
        self
    }

    /// From that year on.
    pub(crate) const fn since(mut self, year: i32) -> Rule {
        self.first = year;
        self
    }

    /// Up to that year, included.
    pub(crate) const fn until(mut self, year: i32) -> Rule {
        self.last = year;
        self
    }

    /// Whether it closes business on that day, which is from Monday to Friday.
    pub(crate) fn closes(&self, today: &Today) -> bool {
        use Weekday::{Friday, Monday, Tuesday};
        if self.falls_on(today.date, today.weekday, today.after_easter) {
            return true;
        }
        match (self.observed, today.weekday) {
            (Observed::Nearest, Friday) => self.falls_days_off(today, 1),
            (Observed::Nearest | Observed::SundayToMonday, Monday) => self.falls_days_off(today, -1),
            (Observed::ToMonday, Monday) => self.falls_days_off(today, -1) || self.falls_days_off(today, -2),
            (Observed::TwoDaysLater, Monday | Tuesday) => self.falls_days_off(today, -2),
            _ => false,
        }
    }

    /// No holiday counted from Easter is ever made up for, so that Easter is not asked for.
    fn falls_days_off(&self, today: &Today, days: i64) -> bool {
        today.date.add_days(days).is_some_and(|date| self.falls_on(date, date.weekday(), i64::MIN))
    }

    fn falls_on(&self, date: Date, weekday: Weekday, after_easter: i64) -> bool {
        (self.first..=self.last).contains(&date.year()) && self.day.is(date, weekday, after_easter)
    }
}

impl Day {
    fn is(self, date: Date, weekday: Weekday, after_easter: i64) -> bool {
        let fixed = |month: u32, day: u32| date.month() == month && date.day() == day;
        match self {
            Day::Fixed(month, day) => fixed(month, day),
            Day::FixedIf(month, day, weekdays) => fixed(month, day) && weekdays.contains(&weekday),
            Day::Easter(offset) => after_easter == offset,
            Day::OnOrAfter(wanted, month, day) => {
                // The week that begins on the day may run into the next month.
                wanted == weekday
                    && Date::new(date.year(), month, day)
                        .is_some_and(|first| (0..7).contains(&first.days_until(date)))
            }
            Day::Equinox(month) => {
                date.month() == month && date.day() == equinox_in_japan(date.year(), month)
            }
            Day::BetweenHolidays => {
                weekday == Weekday::Tuesday
                    && date.month() == 9
                    && (16..=22).contains(&date.day())
                    && date.day() + 1 == equinox_in_japan(date.year(), 9)
            }
            Day::SaintBrigid => {
                let friday = fixed(2, 1) && weekday == Weekday::Friday;
                // The first Monday is the 4th exactly where the 1st is a Friday.
                let monday =
                    date.month() == 2 && date.day() <= 7 && date.day() != 4 && weekday == Weekday::Monday;
                friday || monday
            }
        }
    }
}

/// The day of March or September on which the equinox falls in Japan, by the formula of the
/// Hydrographic Department of the Maritime Safety Agency, good from 1980 to 2150. The day is
/// proclaimed each February for the next year, so far always in agreement.
fn equinox_in_japan(year: i32, month: u32) -> u32 {
    // Ten-thousandths of a day at the beginning of 1980.
    let epoch = match (month, year) {
        (3, ..2100) => 208_431,
        (3, _) => 218_510,
        (_, ..2100) => 232_488,
        (_, _) => 242_488,
    };
    let years = i64::from(year) - 1980;
    // 0.242194 days a year, in millionths.
    let day = (epoch * 100 + 242_194 * years).div_euclid(1_000_000) - years.div_euclid(4);
    u32::try_from(day).unwrap_or(0)
}
