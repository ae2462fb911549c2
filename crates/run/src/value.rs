//! Computed values: money with its currency, or a plain number.

use crate::unknown::{Eval, Unknown};
use counterpart_num::{Currency, Exact, Mode, Money, Rounding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A computed value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Val {
    /// A sum of money.
    Money(Money),
    /// A number of units, or a fraction of one for a percentage.
    Number(Exact),
}

impl Val {
    /// A sum of money.
    pub fn money(amount: Exact, currency: Currency) -> Val {
        Val::Money(Money::new(amount, currency))
    }

    /// The number without its currency.
    pub fn number(&self) -> &Exact {
        match self {
            Val::Money(money) => &money.amount,
            Val::Number(number) => number,
        }
    }

    /// The currency, if it is money.
    pub fn currency(&self) -> Option<Currency> {
        match self {
            Val::Money(money) => Some(money.currency),
            Val::Number(_) => None,
        }
    }

    /// The same kind of value with another number.
    #[must_use]
    pub fn with(&self, number: Exact) -> Val {
        match self {
            Val::Money(money) => Val::money(number, money.currency),
            Val::Number(_) => Val::Number(number),
        }
    }

    /// The currency both sides have; a plain zero goes with any money.
    fn common(&self, other: &Val, doing: &str) -> Eval<Option<Currency>> {
        match (self.currency(), other.currency()) {
            (Some(a), Some(b)) if a == b => Ok(Some(a)),
            (None, None) => Ok(None),
            (Some(a), None) if other.number().is_zero() => Ok(Some(a)),
            (None, Some(b)) if self.number().is_zero() => Ok(Some(b)),
            (Some(a), Some(b)) => {
                Err(Unknown::new(format!("{a} and {b} cannot be {doing} without a rate of exchange")))
            }
            _ => Err(Unknown::new(format!("money and a number cannot be {doing}"))),
        }
    }

    fn made(number: Exact, currency: Option<Currency>) -> Val {
        currency.map_or(Val::Number(number.clone()), |c| Val::money(number.clone(), c))
    }

    /// The sum.
    ///
    /// # Errors
    /// Where currencies differ, or money meets a plain number.
    pub fn plus(&self, other: &Val) -> Eval<Val> {
        let currency = self.common(other, "added")?;
        Ok(Val::made(self.number() + other.number(), currency))
    }

    /// The difference.
    ///
    /// # Errors
    /// As for [`Val::plus`].
    pub fn less(&self, other: &Val) -> Eval<Val> {
        let currency = self.common(other, "subtracted")?;
        Ok(Val::made(self.number() - other.number(), currency))
    }

    /// The product; money times money is refused.
    ///
    /// # Errors
    /// Where both are money.
    pub fn times(&self, other: &Val) -> Eval<Val> {
        let number = self.number() * other.number();
        match (self.currency(), other.currency()) {
            (Some(_), Some(_)) => Err(Unknown::new("money cannot be multiplied by money")),
            (Some(c), None) | (None, Some(c)) => Ok(Val::money(number, c)),
            (None, None) => Ok(Val::Number(number)),
        }
    }

    /// The quotient; money by money of one currency is a number.
    ///
    /// # Errors
    /// On division by zero, or of a number by money.
    pub fn by(&self, other: &Val) -> Eval<Val> {
        let number =
            self.number().checked_div(other.number()).ok_or_else(|| Unknown::new("division by zero"))?;
        match (self.currency(), other.currency()) {
            (Some(c), None) => Ok(Val::money(number, c)),
            (None, None) => Ok(Val::Number(number)),
            (Some(a), Some(b)) if a == b => Ok(Val::Number(number)),
            (Some(a), Some(b)) => Err(Unknown::new(format!("{a} cannot be divided by {b}"))),
            (None, Some(_)) => Err(Unknown::new("a number cannot be divided by money")),
        }
    }

    /// Which is greater.
    ///
    /// # Errors
    /// As for [`Val::plus`].
    pub fn compare(&self, other: &Val) -> Eval<Ordering> {
        self.common(other, "compared")?;
        Ok(self.number().cmp(other.number()))
    }
}

impl std::fmt::Display for Val {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Val::Money(money) => money.fmt(f),
            Val::Number(number) => f.write_str(&grouped(number)),
        }
    }
}

/// Digits shown of a number that has more.
const PLACES: u32 = 8;

/// A number with groups of thousands: `1,250.5`. What is cut off is marked: `0.33333333…`.
pub fn grouped(number: &Exact) -> String {
    shown_from(number, 0)
}

/// A number with at least so many decimals; what is cut off is marked.
fn shown_from(number: &Exact, least: u32) -> String {
    match number.decimal_places() {
        Some(places) if places <= PLACES => number.to_grouped(places.max(least)),
        _ => {
            let last = Exact::from_int(10).checked_pow(PLACES).and_then(|ten| Exact::one().checked_div(&ten));
            let last = last.unwrap_or_else(Exact::one);
            format!("{}…", number.round(&Rounding::new(last, Mode::Down)).to_grouped(PLACES))
        }
    }
}

/// A value as a factor of some arithmetic: money is not rounded to its cents, or the product would not be what
/// stands beside it.
pub fn factor(value: &Val) -> String {
    match value {
        Val::Money(money) => {
            let digits = money.currency.minor_digits();
            format!("{} {}", money.currency, shown_from(&money.amount, digits))
        }
        Val::Number(number) => grouped(number),
    }
}

/// A fraction of one as a percentage: `4.5%`.
pub fn percent(number: &Exact) -> String {
    let hundred = number * &Exact::from_int(100);
    format!("{}%", grouped(&hundred))
}
