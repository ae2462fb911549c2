//! What part of a year lies between two days, for interest.
//!
//! The conventions are those of the 2006 ISDA Definitions, section 4.16; a clause on late payment
//! should name one. Compounding, and when interest begins and ends, are for the deal.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::exact::Exact;

/// A day count convention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DayCount {
    /// Actual/365 (Fixed): days over 365, in leap years too. ISDA 2006 § 4.16(d).
    Actual365,
    /// Actual/360: days over 360. ISDA 2006 § 4.16(e).
    Actual360,
    /// 30/360, the bond basis: months of thirty days. ISDA 2006 § 4.16(f).
    Thirty360,
    /// Actual/Actual (ISDA): days in leap years over 366 plus the other days over 365. ISDA 2006
    /// § 4.16(b).
    ActualActual,
}

impl DayCount {
    /// The part of a year from `from`, counted, to `to`, not counted; negative where `to` is
    /// earlier. Times a yearly rate and a principal, it is the simple interest.
    #[must_use]
    pub fn fraction(self, from: Date, to: Date) -> Exact {
        if to < from {
            return -self.fraction(to, from);
        }
        match self {
            DayCount::Actual365 => over(from.days_until(to), 365),
            DayCount::Actual360 => over(from.days_until(to), 360),
            DayCount::Thirty360 => over(thirty_days_a_month(from, to), 360),
            DayCount::ActualActual => actual_actual(from, to),
        }
    }
}

fn over(days: i64, year: i64) -> Exact {
    Exact::ratio(days, year).unwrap_or_default()
}

/// The formula of § 4.16(f): a first day 31 counts as 30; a last day 31 counts as 30 if the first
/// is then 30. The last day of February is *not* moved (that is 30E/360 (ISDA), § 4.16(h)).
fn thirty_days_a_month(from: Date, to: Date) -> i64 {
    let first = from.day().min(30);
    let last = if to.day() == 31 && first == 30 { 30 } else { to.day() };
    (to.month_number() - from.month_number()) * 30 + i64::from(last) - i64::from(first)
}

fn actual_actual(from: Date, to: Date) -> Exact {
    let year_length = |date: Date| if date.is_leap_year() { 366 } else { 365 };
    if from.year() == to.year() {
        return over(from.days_until(to), year_length(from));
    }
    // Day of the year, from nought: the days of the year that lie before it.
    let gone = |date: Date| Date::new(date.year(), 1, 1).map_or(0, |first| first.days_until(date));
    let whole_years = Exact::from_int(i64::from(to.year() - from.year()) - 1);
    let first_year = over(year_length(from) - gone(from), year_length(from));
    whole_years + first_year + over(gone(to), year_length(to))
}

/// As clauses write it: `actual/365`.
impl fmt::Display for DayCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            DayCount::Actual365 => "actual/365",
            DayCount::Actual360 => "actual/360",
            DayCount::Thirty360 => "30/360",
            DayCount::ActualActual => "actual/actual",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::tests::any_date;
    use proptest::prelude::*;

    fn fraction(count: DayCount, from: &str, to: &str) -> String {
        count.fraction(Date::parse(from).unwrap(), Date::parse(to).unwrap()).to_string()
    }

    /// The example of ISDA's memorandum "EMU and market conventions: recent developments" (1998),
    /// actual/actual (ISDA): 1 November 2003 to 1 May 2004 is 61/365 + 121/366.
    #[test]
    fn the_published_actual_actual_example() {
        let expected = Exact::ratio(61, 365).unwrap() + Exact::ratio(121, 366).unwrap();
        assert_eq!(fraction(DayCount::ActualActual, "2003-11-01", "2004-05-01"), expected.to_string());
        // 1 February 1999 to 1 July 1999 is 150/365, and on to 1 July 2000 184/365 + 182/366.
        assert_eq!(fraction(DayCount::ActualActual, "1999-02-01", "1999-07-01"), "30/73");
        let expected = Exact::ratio(184, 365).unwrap() + Exact::ratio(182, 366).unwrap();
        assert_eq!(fraction(DayCount::ActualActual, "1999-07-01", "2000-07-01"), expected.to_string());
    }

    /// By the formula of § 4.16(f), worked by hand.
    #[test]
    fn thirty_360_worked_by_hand() {
        for (from, to, days) in [
            ("2007-01-15", "2007-01-30", 15),
            ("2007-01-15", "2007-02-15", 30),
            ("2007-01-15", "2007-07-15", 180),
            ("2007-09-30", "2008-03-31", 180),
            ("2007-09-30", "2007-10-31", 30),
            ("2007-09-30", "2008-09-30", 360),
            ("2007-01-15", "2007-01-31", 16),
            ("2007-01-31", "2007-02-28", 28),
            ("2007-02-28", "2007-03-31", 33),
            ("2006-08-31", "2007-02-28", 178),
            ("2007-02-28", "2007-08-31", 183),
            ("2008-02-29", "2008-08-31", 182),
        ] {
            let expected = Exact::ratio(days, 360).unwrap().to_string();
            assert_eq!(fraction(DayCount::Thirty360, from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn days_over_a_fixed_year() {
        assert_eq!(fraction(DayCount::Actual365, "2028-01-01", "2029-01-01"), "366/365");
        assert_eq!(fraction(DayCount::Actual360, "2027-01-01", "2027-01-31"), "1/12");
        assert_eq!(fraction(DayCount::Actual365, "2027-01-31", "2027-01-01"), "-6/73");
        assert_eq!(fraction(DayCount::ActualActual, "2027-03-01", "2027-03-01"), "0");
    }

    proptest! {
        #[test]
        fn actual_counts_add_up(mut days in [any_date(), any_date(), any_date()]) {
            days.sort_unstable();
            let [a, b, c] = days;
            for count in [DayCount::Actual365, DayCount::Actual360, DayCount::ActualActual] {
                prop_assert_eq!(count.fraction(a, b) + count.fraction(b, c), count.fraction(a, c));
            }
            prop_assert_eq!(DayCount::Thirty360.fraction(c, a), -DayCount::Thirty360.fraction(a, c));
        }
    }
}
