//! The closing days of the payment system of the euro.

use super::Place;
use super::rule::{Day::*, Rule};

/// T2, until 2023 TARGET2 and TARGET.
pub(crate) const TARGET: Place = Place {
    code: "EU",
    also: &["TARGET", "TARGET2", "T2", "EUR"],
    source: "ECB, long-term calendar for TARGET closing days (press release of 14 December 2000); before 2002 \
             the calendars of each year (for 1999 and 2000, press release of 15 July 1999)",
    rules: &[
        Rule::new("New Year's Day", Fixed(1, 1)),
        Rule::new("Good Friday", Easter(-2)).since(2000),
        Rule::new("Easter Monday", Easter(1)).since(2000),
        Rule::new("Labour Day", Fixed(5, 1)).since(2000),
        Rule::new("Christmas Day", Fixed(12, 25)),
        Rule::new("26 December", Fixed(12, 26)).since(2000),
    ],
    once: &[(1999, 12, 31, "closing of the year 1999"), (2001, 12, 31, "change to euro cash")],
    moved: &[],
};
