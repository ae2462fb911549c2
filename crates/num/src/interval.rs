//! Half-open intervals of days: from a day, inclusive, to a day, exclusive, or without end.
//!
//! Half-open, so that one interval ends where the next begins and nothing is counted twice. An
//! interval is never empty: what would be empty is `None` or left out. Periods of account, which
//! name their last day, are in `period` and convert to this.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;

/// The days `from <= day < to`; without `to`, all days from `from` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Interval {
    from: Date,
    to: Option<Date>,
}

/// Read back from JSON with the same check as [`Interval::new`].
impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Interval, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Ends {
            from: Date,
            to: Option<Date>,
        }
        let Ends { from, to } = Ends::deserialize(deserializer)?;
        Interval::new(from, to)
            .ok_or_else(|| serde::de::Error::custom(format!("an interval from {from} must end after it")))
    }
}

impl Interval {
    /// The interval; `None` where `to` is not after `from`.
    #[must_use]
    pub fn new(from: Date, to: Option<Date>) -> Option<Interval> {
        to.is_none_or(|to| from < to).then_some(Interval { from, to })
    }

    /// From that day on, without end.
    #[must_use]
    pub fn since(from: Date) -> Interval {
        Interval { from, to: None }
    }

    /// From `first` to `last`, both included; `None` where `last` is before `first`. Through
    /// 2199-12-31 is without end.
    #[must_use]
    pub fn through(first: Date, last: Date) -> Option<Interval> {
        (first <= last).then(|| Interval { from: first, to: last.next_day() })
    }

    /// The first day.
    #[must_use]
    pub fn from(&self) -> Date {
        self.from
    }

    /// The first day that is no longer in it; `None` where it has no end.
    #[must_use]
    pub fn to(&self) -> Option<Date> {
        self.to
    }

    /// The last day in it; `None` where it has no end.
    #[must_use]
    pub fn last(&self) -> Option<Date> {
        self.to.and_then(Date::prev_day)
    }

    /// The number of days; `None` where it has no end.
    #[must_use]
    pub fn days(&self) -> Option<i64> {
        self.to.map(|to| self.from.days_until(to))
    }

    /// Whether the day is in it.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// Whether every day of the other is in it.
    #[must_use]
    pub fn covers(&self, other: &Interval) -> bool {
        self.from <= other.from && ends_by(other.to, self.to)
    }

    /// The days in both; `None` where there are none.
    #[must_use]
    pub fn intersect(&self, other: &Interval) -> Option<Interval> {
        let to = if ends_by(self.to, other.to) { self.to } else { other.to };
        Interval::new(self.from.max(other.from), to)
    }

    /// Whether they have a day in common.
    #[must_use]
    pub fn overlaps(&self, other: &Interval) -> bool {
        self.intersect(other).is_some()
    }

    /// How many days are in both; 0 where there are none, `None` where there is no end to them.
    #[must_use]
    pub fn overlap_days(&self, other: &Interval) -> Option<i64> {
        self.intersect(other).map_or(Some(0), |common| common.days())
    }

    /// The days of this that are not in the other: no, one or two intervals, in order.
    #[must_use]
    pub fn subtract(&self, other: &Interval) -> Vec<Interval> {
        let Some(common) = self.intersect(other) else { return vec![*self] };
        let before = Interval::new(self.from, Some(common.from));
        let after = common.to.and_then(|end| Interval::new(end, self.to));
        before.into_iter().chain(after).collect()
    }
}

/// Whether an end is no later than another, `None` being no end.
fn ends_by(end: Option<Date>, limit: Option<Date>) -> bool {
    match (end, limit) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(end), Some(limit)) => end <= limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn interval(from: &str, to: &str) -> Interval {
        Interval::new(date(from), (!to.is_empty()).then(|| date(to))).unwrap()
    }

    #[test]
    fn worked_by_hand() {
        let year = interval("2029-01-01", "2030-01-01");
        let suspended = interval("2029-08-31", "2029-10-11");
        assert_eq!(year.days(), Some(365));
        assert_eq!(year.overlap_days(&suspended), Some(41));
        assert_eq!(
            year.subtract(&suspended),
            [interval("2029-01-01", "2029-08-31"), interval("2029-10-11", "2030-01-01")]
        );
        assert_eq!(year.subtract(&interval("2000-01-01", "")), []);
        assert_eq!(interval("2029-01-01", "").overlap_days(&interval("2030-01-01", "")), None);
        assert_eq!(interval("2029-01-01", "").overlap_days(&year), Some(365));
        assert!(!year.contains(date("2030-01-01")) && year.contains(date("2029-12-31")));
        assert_eq!(year.last(), Some(date("2029-12-31")));
        assert!(!year.overlaps(&interval("2030-01-01", "")));
        assert_eq!(Interval::new(date("2029-01-01"), Some(date("2029-01-01"))), None);
        assert_eq!(Interval::through(date("2029-01-01"), Date::MAX), Some(interval("2029-01-01", "")));
    }

    #[test]
    fn json_is_checked() {
        let json = r#"{"from":"2029-01-01","to":null}"#;
        assert_eq!(serde_json::to_string(&interval("2029-01-01", "")).unwrap(), json);
        assert_eq!(serde_json::from_str::<Interval>(json).unwrap(), interval("2029-01-01", ""));
        assert!(serde_json::from_str::<Interval>(r#"{"from":"2029-01-02","to":"2029-01-02"}"#).is_err());
    }

    fn any_interval() -> impl Strategy<Value = Interval> {
        (0i64..60, proptest::option::of(1i64..60)).prop_map(|(from, days)| {
            let from = date("2028-02-01").add_days(from).unwrap();
            Interval::new(from, days.map(|d| from.add_days(d).unwrap())).unwrap()
        })
    }

    proptest! {
        /// Against the definition, day by day.
        #[test]
        fn sets_of_days(a in any_interval(), b in any_interval()) {
            let rest = a.subtract(&b);
            for offset in 0..130 {
                let day = date("2028-02-01").add_days(offset).unwrap();
                let both = a.contains(day) && b.contains(day);
                prop_assert_eq!(a.intersect(&b).is_some_and(|i| i.contains(day)), both);
                let left = rest.iter().filter(|i| i.contains(day)).count();
                prop_assert_eq!(left, usize::from(a.contains(day) && !b.contains(day)));
            }
            prop_assert_eq!(a.covers(&b), b.subtract(&a).is_empty());
        }
    }
}
