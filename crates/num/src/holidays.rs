//! Public holidays by rule: the small language in which they are stated, and the places known.
//!
//! One file a region holds the data, each place with its source. A rule is checked against a single
//! day in constant time; no table of a year is built. Only what closes business from Monday to
//! Friday is stated: a holiday that is always a Sunday is left out. Rules reach back to about the
//! year 2000 and are exact from then on; earlier years follow the oldest rule.

mod easter;
mod rule;

mod euro;

use crate::date::Date;
use rule::Rule;

/// A place and its holidays.
#[derive(Debug)]
pub(crate) struct Place {
    /// ISO 3166 code of the country or subdivision, or a code of our own for a payment system.
    pub code: &'static str,
    /// Other codes by which it is asked for.
    pub also: &'static [&'static str],
    /// The law or publication the rules are taken from.
    pub source: &'static str,
    /// The holidays that return every year.
    pub rules: &'static [Rule],
    /// Holidays of one year only: year, month, day, name.
    pub once: &'static [(i32, u32, u32, &'static str)],
}

/// Places are the same if their codes are.
impl PartialEq for Place {
    fn eq(&self, other: &Place) -> bool {
        self.code == other.code
    }
}

impl Eq for Place {}

impl Place {
    /// The name of the holiday that falls, or is observed, on that day, Monday to Friday.
    pub fn holiday(&self, date: Date) -> Option<&'static str> {
        let today = rule::Today::new(date);
        if let Some(rule) = self.rules.iter().find(|rule| rule.closes(&today)) {
            return Some(rule.name);
        }
        let (year, month, day) = (date.year(), date.month(), date.day());
        self.once.iter().find(|(y, m, d, _)| (*y, *m, *d) == (year, month, day)).map(|(.., name)| *name)
    }
}

/// Every place known, in alphabetical order of codes.
pub(crate) const PLACES: &[&Place] = &[&euro::TARGET];

/// The place of that code, in any case.
pub(crate) fn find(code: &str) -> Option<&'static Place> {
    let is = |known: &str| known.eq_ignore_ascii_case(code);
    PLACES.iter().copied().find(|place| is(place.code) || place.also.iter().any(|also| is(also)))
}
