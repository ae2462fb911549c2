//! Public holidays by rule: the small language in which they are stated, and the places known.
//!
//! One file a region holds the data, each place with its source. A rule is checked against a single
//! day in constant time; no table of a year is built. Only what closes business from Monday to
//! Friday is stated: a holiday that is always a Sunday is left out. Rules reach back to about the
//! year 2000 and are exact from then on; earlier years follow the oldest rule. They were compared
//! with version 0.109 of the Python package `holidays` for 1999 to 2040; where they differ, they
//! follow the law they name (the eves in Sweden and Denmark, 5 May in the Netherlands, Whit Monday in
//! France) or what banks do with a weekend (Ireland, Australia).

mod easter;
mod rule;

mod america;
mod euro;
mod isles;
mod nordic;
mod pacific;
mod south;
mod west;

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
    /// Yearly holidays that were not kept in some year, mostly because `once` has them instead.
    pub moved: &'static [(i32, &'static str)],
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
        let (year, month, day) = (date.year(), date.month(), date.day());
        let kept = |rule: &&Rule| rule.closes(&today) && !self.moved.contains(&(year, rule.name));
        if let Some(rule) = self.rules.iter().find(kept) {
            return Some(rule.name);
        }
        self.once.iter().find(|(y, m, d, _)| (*y, *m, *d) == (year, month, day)).map(|(.., name)| *name)
    }
}

/// Every place known, in alphabetical order of codes.
pub(crate) const PLACES: &[&Place] = &[
    &west::AUSTRIA,
    &pacific::AUSTRALIA,
    &west::BELGIUM,
    &america::CANADA,
    &west::SWITZERLAND,
    &west::GERMANY,
    &nordic::DENMARK,
    &south::SPAIN,
    &euro::TARGET,
    &nordic::FINLAND,
    &south::FRANCE,
    &isles::ENGLAND_AND_WALES,
    &isles::NORTHERN_IRELAND,
    &isles::SCOTLAND,
    &isles::IRELAND,
    &nordic::ICELAND,
    &south::ITALY,
    &pacific::JAPAN,
    &west::LUXEMBOURG,
    &west::NETHERLANDS,
    &nordic::NORWAY,
    &south::POLAND,
    &south::PORTUGAL,
    &nordic::SWEDEN,
    &america::US,
    &america::US_FED,
];

/// The place of that code, in any case.
pub(crate) fn find(code: &str) -> Option<&'static Place> {
    let is = |known: &str| known.eq_ignore_ascii_case(code);
    PLACES.iter().copied().find(|place| is(place.code) || place.also.iter().any(|also| is(also)))
}
