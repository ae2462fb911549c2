//! Computed values: money with its currency, or a plain number.

use crate::unknown::{Eval, Unknown};
use counterpart_num::{Currency, Exact, Money};
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

/// A number with groups of thousands: `1,250.5`.
pub fn grouped(number: &Exact) -> String {
    let places = number.decimal_places().unwrap_or(8).min(8);
    number.to_grouped(places)
}

/// A fraction of one as a percentage: `4.5%`.
pub fn percent(number: &Exact) -> String {
    let hundred = number * &Exact::from_int(100);
    format!("{}%", grouped(&hundred))
}
