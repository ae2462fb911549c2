//! An amount of one currency.
//!
//! Amounts of different currencies are never added here: to convert takes a rate, a source and a
//! day, which is for the machine that runs the deal. Rounding is only done on request.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Neg;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::exact::Exact;
use crate::round::{Mode, Rounding};

/// Beyond this many decimal places an exact amount is no longer readable and is shown rounded.
const SHOWN_PLACES: u32 = 8;

/// An exact amount of money, in whole units of its currency (dollars, not cents).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// How much; may be negative and may be finer than the minor unit.
    pub amount: Exact,
    /// Of what.
    pub currency: Currency,
}

/// Two amounts of different currencies were to be added or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MixedCurrencies {
    /// The currency of the first amount.
    pub left: Currency,
    /// The currency of the second amount.
    pub right: Currency,
}

impl fmt::Display for MixedCurrencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an amount in {} and one in {} need a rate of exchange", self.left, self.right)
    }
}

impl std::error::Error for MixedCurrencies {}

impl Money {
    /// An amount of a currency.
    #[must_use]
    pub fn new(amount: Exact, currency: Currency) -> Money {
        Money { amount, currency }
    }

    /// Nothing, in that currency.
    #[must_use]
    pub fn zero(currency: Currency) -> Money {
        Money { amount: Exact::zero(), currency }
    }

    fn same_currency(&self, other: &Money) -> Result<(), MixedCurrencies> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MixedCurrencies { left: self.currency, right: other.currency })
        }
    }

    /// The sum.
    ///
    /// # Errors
    /// Where the currencies differ.
    pub fn checked_add(&self, other: &Money) -> Result<Money, MixedCurrencies> {
        self.same_currency(other)?;
        Ok(Money::new(&self.amount + &other.amount, self.currency))
    }

    /// The difference.
    ///
    /// # Errors
    /// Where the currencies differ.
    pub fn checked_sub(&self, other: &Money) -> Result<Money, MixedCurrencies> {
        self.same_currency(other)?;
        Ok(Money::new(&self.amount - &other.amount, self.currency))
    }

    /// Which is more.
    ///
    /// # Errors
    /// Where the currencies differ.
    pub fn checked_cmp(&self, other: &Money) -> Result<Ordering, MixedCurrencies> {
        self.same_currency(other)?;
        Ok(self.amount.cmp(&other.amount))
    }

    /// The amount times a rate or a count.
    #[must_use]
    pub fn times(&self, factor: &Exact) -> Money {
        Money::new(&self.amount * factor, self.currency)
    }

    /// Rounded by a rule whose step is in units of the currency.
    #[must_use]
    pub fn rounded(&self, rounding: &Rounding) -> Money {
        Money::new(self.amount.round(rounding), self.currency)
    }

    /// Rounded to the minor unit (cents). A currency without one, such as gold, is left as it is.
    #[must_use]
    pub fn round_to_minor(&self, mode: Mode) -> Money {
        match self.currency.minor_unit() {
            Some(places) => self.rounded(&Rounding::places(places, mode)),
            None => self.clone(),
        }
    }

    /// Whether the amount is nought.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.amount.is_zero()
    }

    /// Whether the amount is below nought.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.amount.is_negative()
    }

    /// Whether the amount is above nought.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.amount.is_positive()
    }
}

impl Neg for &Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money::new(-&self.amount, self.currency)
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        -&self
    }
}

/// `USD 166,896.00`: at least the digits of the minor unit; more where the exact amount needs
/// them, up to eight; past that, rounded half to even to the minor unit.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minor = self.currency.minor_digits();
        let places = match self.amount.decimal_places() {
            Some(exact) if exact <= SHOWN_PLACES => exact.max(minor),
            _ => minor,
        };
        f.pad(&format!("{} {}", self.currency, self.amount.to_grouped(places)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Money {
        Money::new(text.parse().unwrap(), Currency::USD)
    }

    #[test]
    fn shown_as_statements_show_it() {
        assert_eq!(usd("166896").to_string(), "USD 166,896.00");
        assert_eq!(usd("0.125").to_string(), "USD 0.125");
        assert_eq!(usd("-1234.5").to_string(), "USD -1,234.50");
        assert_eq!(usd("0.12345678").to_string(), "USD 0.12345678");
        assert_eq!(usd("0.123456789").to_string(), "USD 0.12");
        assert_eq!(usd("100/3").to_string(), "USD 33.33");
        assert_eq!(Money::new(Exact::from_int(355_000), Currency::JPY).to_string(), "JPY 355,000");
    }

    #[test]
    fn currencies_do_not_mix() {
        let nok = Money::zero(Currency::NOK);
        let mixed = usd("1").checked_add(&nok).unwrap_err();
        assert_eq!(mixed.to_string(), "an amount in USD and one in NOK need a rate of exchange");
        assert!(usd("1").checked_sub(&nok).is_err() && usd("1").checked_cmp(&nok).is_err());
        assert_eq!(usd("1.10").checked_add(&usd("2.20")), Ok(usd("3.30")));
        assert_eq!(usd("1.10").checked_sub(&usd("2.20")), Ok(usd("-1.10")));
        assert_eq!(usd("1").checked_cmp(&usd("2")), Ok(Ordering::Less));
    }

    #[test]
    fn rounding_is_by_request() {
        let due = usd("1000").times(&"324/365".parse().unwrap());
        assert_eq!(due.amount.to_string(), "64800/73");
        // 64,800 / 73 = 887.671232...
        assert_eq!(due.round_to_minor(Mode::HalfEven), usd("887.67"));
        assert_eq!(due.round_to_minor(Mode::Up), usd("887.68"));
        let gold = Money::new("1.255".parse().unwrap(), Currency::parse("XAU").unwrap());
        assert_eq!(gold.round_to_minor(Mode::HalfEven), gold);
    }

    #[test]
    fn serde_form() {
        let json = serde_json::to_string(&usd("54.09")).unwrap();
        assert_eq!(json, r#"{"amount":"54.09","currency":"USD"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), usd("54.09"));
    }
}
