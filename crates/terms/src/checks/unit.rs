//! What an amount is of, and which kinds go together.

use crate::value::Op;
use counterpart_num::Currency;

/// What an amount is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unit {
    /// Money; the currency where the text names one.
    Money(Option<Currency>),
    /// A percentage.
    Percent,
    /// One thing over another of the same kind: as good as a percentage or a plain number.
    Ratio,
    /// A number of nothing in particular.
    Plain,
    /// A number of things; the unit where one is named.
    Count(Option<String>),
    /// A length of time.
    Time(Clock),
}

/// Lengths of time that compare with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    Hours,
    Days,
    BusinessDays,
    Months,
}

impl Unit {
    pub fn human(&self) -> String {
        match self {
            Unit::Money(Some(currency)) => format!("money in {currency}"),
            Unit::Money(None) => "money".into(),
            Unit::Percent => "a percentage".into(),
            Unit::Ratio => "a ratio".into(),
            Unit::Plain => "a plain number".into(),
            Unit::Count(Some(unit)) => format!("a number of {unit}s"),
            Unit::Count(None) => "a number of units".into(),
            Unit::Time(Clock::Hours) => "hours".into(),
            Unit::Time(Clock::Days) => "calendar days".into(),
            Unit::Time(Clock::BusinessDays) => "business days".into(),
            Unit::Time(Clock::Months) => "calendar months".into(),
        }
    }

    /// Whether it is a length of time, or a metric counted in one.
    pub fn is_time(&self) -> bool {
        matches!(self, Unit::Time(_))
            || matches!(self, Unit::Count(Some(unit)) if unit == "day" || unit == "hour")
    }

    /// Whether the two can be added and compared.
    pub fn fits(&self, other: &Unit) -> bool {
        match (self, other) {
            (Unit::Money(a), Unit::Money(b)) => a.is_none() || b.is_none() || a == b,
            (Unit::Ratio, Unit::Percent | Unit::Plain) | (Unit::Percent | Unit::Plain, Unit::Ratio) => true,
            (Unit::Plain, Unit::Count(_)) | (Unit::Count(_), Unit::Plain) => true,
            (Unit::Count(a), Unit::Count(b)) => a.is_none() || b.is_none() || a == b,
            // A metric counted in days or hours compares with a length of time in the same.
            (Unit::Count(Some(unit)), Unit::Time(clock)) | (Unit::Time(clock), Unit::Count(Some(unit))) => {
                matches!((unit.as_str(), clock), ("day", Clock::Days) | ("hour", Clock::Hours))
            }
            (a, b) => a == b,
        }
    }
}

/// Of two units that fit, the one that says more.
pub(super) fn more_exact(a: Unit, b: Unit) -> Unit {
    match (&a, &b) {
        (Unit::Money(None) | Unit::Count(None) | Unit::Plain | Unit::Ratio, _) => b,
        _ => a,
    }
}

/// What a product or quotient is of; `None` where the text may mean anything.
pub(super) fn combined(a: Unit, op: Op, b: Unit) -> Option<Unit> {
    let number = |u: &Unit| matches!(u, Unit::Plain | Unit::Ratio | Unit::Percent);
    match op {
        Op::Times => match (a, b) {
            (Unit::Plain | Unit::Ratio, other) | (other, Unit::Plain | Unit::Ratio) => Some(other),
            (Unit::Percent, other) | (other, Unit::Percent) => Some(other),
            // A price for each unit times a number of units.
            (Unit::Money(c), Unit::Count(_)) | (Unit::Count(_), Unit::Money(c)) => Some(Unit::Money(c)),
            _ => None,
        },
        Op::By => match (a, b) {
            (a, b) if number(&b) => Some(a),
            (Unit::Money(c), Unit::Count(_)) => Some(Unit::Money(c)),
            (a, b) if a.fits(&b) => Some(Unit::Ratio),
            _ => None,
        },
    }
}
