//! The length of time a contract states: 30 days, 20 business days, 6 months.
//!
//! Units that cannot be exchanged are kept apart: a month is not 30 days and a business day is not
//! a day, so such spans do not compare. The day from which a span runs is not counted, as in
//! Regulation (EEC, Euratom) No 1182/71 art. 3(1), Fed. R. Civ. P. 6(a)(1)(A) and § 187(1) BGB: 30
//! days after 1 March is 31 March. Moving a day that is no business day is a separate step, see
//! [`BusinessCalendar::roll`].

use std::cmp::Ordering;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calendar::BusinessCalendar;
use crate::date::Date;

/// A contractual duration. In JSON, `{"unit": "days", "count": 30}`.
///
/// Equality is that of the wording: 1 week is not *equal* to 7 days, but compares as equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "unit", content = "count", rename_all = "kebab-case")]
pub enum Span {
    /// Calendar days.
    Days(u32),
    /// Days that are business days in every place of the calendar used.
    BusinessDays(u32),
    /// Weeks of seven calendar days.
    Weeks(u32),
    /// Calendar months, to the day of the same number or the last of a shorter month.
    Months(u32),
    /// Three months each.
    Quarters(u32),
    /// Twelve months each.
    Years(u32),
}

/// What a span comes down to.
#[derive(PartialEq, Eq)]
enum Base {
    Days(u64),
    BusinessDays(u64),
    Months(u64),
}

impl Span {
    fn base(self) -> Base {
        match self {
            Span::Days(n) => Base::Days(n.into()),
            Span::Weeks(n) => Base::Days(u64::from(n) * 7),
            Span::BusinessDays(n) => Base::BusinessDays(n.into()),
            Span::Months(n) => Base::Months(n.into()),
            Span::Quarters(n) => Base::Months(u64::from(n) * 3),
            Span::Years(n) => Base::Months(u64::from(n) * 12),
        }
    }

    /// Which is longer. Days and weeks compare with each other; so do months, quarters and years;
    /// so do business days. Anything else is `None`: how long a month is depends on the month.
    #[must_use]
    pub fn compare(&self, other: &Span) -> Option<Ordering> {
        match (self.base(), other.base()) {
            (Base::Days(a), Base::Days(b))
            | (Base::BusinessDays(a), Base::BusinessDays(b))
            | (Base::Months(a), Base::Months(b)) => Some(a.cmp(&b)),
            _ => None,
        }
    }

    /// The count of units.
    #[must_use]
    pub fn count(&self) -> u32 {
        match self {
            Span::Days(n)
            | Span::BusinessDays(n)
            | Span::Weeks(n)
            | Span::Months(n)
            | Span::Quarters(n)
            | Span::Years(n) => *n,
        }
    }

    /// Whether it is no time at all.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.count() == 0
    }

    /// The number of months of a span of months, quarters or years.
    #[must_use]
    pub fn months(&self) -> Option<u64> {
        match self.base() {
            Base::Months(n) => Some(n),
            _ => None,
        }
    }

    /// The last day of the span that runs from `date`, whose own day is not counted; `None` past
    /// the year 2199. The calendar matters to business days only.
    ///
    /// 31 January and one month is the last day of February: Regulation No 1182/71 art. 3(2)(c),
    /// and see [`Date::add_months`].
    #[must_use]
    pub fn after(&self, date: Date, calendar: &BusinessCalendar) -> Option<Date> {
        self.shift(date, calendar, 1)
    }

    /// The day from which the span would have to run to end on `date`; `None` before the year
    /// 1800. "60 days before the deadline" is this.
    #[must_use]
    pub fn before(&self, date: Date, calendar: &BusinessCalendar) -> Option<Date> {
        self.shift(date, calendar, -1)
    }

    fn shift(self, date: Date, calendar: &BusinessCalendar, sign: i64) -> Option<Date> {
        let signed = |count: u64| i64::try_from(count).ok().map(|n| n * sign);
        match self.base() {
            Base::Days(n) => date.add_days(signed(n)?),
            Base::BusinessDays(n) => calendar.add(date, signed(n)?),
            Base::Months(n) => date.add_months(signed(n)?),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self {
            Span::Days(_) => "day",
            Span::BusinessDays(_) => "business day",
            Span::Weeks(_) => "week",
            Span::Months(_) => "month",
            Span::Quarters(_) => "quarter",
            Span::Years(_) => "year",
        };
        let plural = if self.count() == 1 { "" } else { "s" };
        f.pad(&format!("{} {unit}{plural}", self.count()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_month_is_not_thirty_days() {
        assert_eq!(Span::Months(1).compare(&Span::Days(30)), None);
        assert_eq!(Span::BusinessDays(5).compare(&Span::Weeks(1)), None);
        assert_eq!(Span::Weeks(1).compare(&Span::Days(7)), Some(Ordering::Equal));
        assert_eq!(Span::Quarters(4).compare(&Span::Years(1)), Some(Ordering::Equal));
        assert_eq!(Span::Months(11).compare(&Span::Years(1)), Some(Ordering::Less));
        assert_eq!(Span::Years(u32::MAX).compare(&Span::Months(u32::MAX)), Some(Ordering::Greater));
        assert_eq!(Span::BusinessDays(5).compare(&Span::BusinessDays(4)), Some(Ordering::Greater));
    }

    #[test]
    fn runs_from_the_day_after() {
        let calendar = BusinessCalendar::weekends();
        let after = |span: Span, from: &str| span.after(date(from), &calendar).unwrap().to_string();
        assert_eq!(after(Span::Days(30), "2027-03-01"), "2027-03-31");
        assert_eq!(after(Span::Days(45), "2029-03-31"), "2029-05-15");
        assert_eq!(after(Span::Months(1), "2027-01-31"), "2027-02-28");
        assert_eq!(after(Span::Quarters(1), "2027-11-30"), "2028-02-29");
        assert_eq!(after(Span::Years(1), "2028-02-29"), "2029-02-28");
        assert_eq!(after(Span::Weeks(2), "2027-01-01"), "2027-01-15");
        // Friday; the fifth business day is the Friday after.
        assert_eq!(after(Span::BusinessDays(5), "2027-01-01"), "2027-01-08");
        let before = Span::Days(60).before(date("2028-03-01"), &calendar).unwrap();
        assert_eq!(before, date("2028-01-01"));
        assert_eq!(Span::Years(u32::MAX).after(date("2027-01-01"), &calendar), None);
        assert_eq!(Span::Weeks(u32::MAX).before(date("2027-01-01"), &calendar), None);
        assert_eq!(Span::BusinessDays(u32::MAX).after(date("2027-01-01"), &calendar), None);
    }

    #[test]
    fn words_and_json() {
        assert_eq!(Span::Days(30).to_string(), "30 days");
        assert_eq!(Span::Months(1).to_string(), "1 month");
        assert_eq!(Span::BusinessDays(1).to_string(), "1 business day");
        assert_eq!(Span::Years(0).to_string(), "0 years");
        let json = serde_json::to_string(&Span::BusinessDays(20)).unwrap();
        assert_eq!(json, r#"{"unit":"business-days","count":20}"#);
        assert_eq!(serde_json::from_str::<Span>(&json).unwrap(), Span::BusinessDays(20));
        assert!(serde_json::from_str::<Span>(r#"{"unit":"days","count":-1}"#).is_err());
        let schema = serde_json::to_string(&schemars::schema_for!(Span)).unwrap();
        assert!(schema.contains("business-days"), "{schema}");
    }
}
