//! Currencies by their ISO 4217 code.
//!
//! The list of codes, names and minor units comes from the `iso_currency` crate. Rates of exchange
//! are not here: a rate has a source and a day, and those belong to the deal.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A currency of ISO 4217, including the ones withdrawn since that old agreements may name as far
/// as the list carries them, and the special codes such as `XDR`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(iso_currency::Currency);

/// The text is not the code of a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCurrency(
    /// What was read.
    pub String,
);

impl fmt::Display for UnknownCurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an ISO 4217 currency code", self.0)
    }
}

impl std::error::Error for UnknownCurrency {}

impl Currency {
    /// United States dollar.
    pub const USD: Currency = Currency(iso_currency::Currency::USD);
    /// Euro.
    pub const EUR: Currency = Currency(iso_currency::Currency::EUR);
    /// Pound sterling.
    pub const GBP: Currency = Currency(iso_currency::Currency::GBP);
    /// Japanese yen.
    pub const JPY: Currency = Currency(iso_currency::Currency::JPY);
    /// Swiss franc.
    pub const CHF: Currency = Currency(iso_currency::Currency::CHF);
    /// Norwegian krone.
    pub const NOK: Currency = Currency(iso_currency::Currency::NOK);

    /// Reads a code of three capital letters; `None` where ISO 4217 has no such code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Currency> {
        let capitals = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
        if capitals { iso_currency::Currency::from_code(text).map(Currency) } else { None }
    }

    /// The three letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The English name, such as "United States dollar".
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// Digits of the minor unit: 2 for cents, 0 for yen, 3 for Kuwaiti fils. Where ISO 4217 gives
    /// none ("N.A.": gold, special drawing rights), 0; [`Currency::minor_unit`] tells the two apart.
    #[must_use]
    pub fn minor_digits(self) -> u32 {
        self.minor_unit().unwrap_or(0)
    }

    /// Digits of the minor unit, `None` where ISO 4217 says that there is no such unit.
    #[must_use]
    pub fn minor_unit(self) -> Option<u32> {
        self.0.exponent().map(u32::from)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(text: &str) -> Result<Currency, UnknownCurrency> {
        Currency::parse(text).ok_or_else(|| UnknownCurrency(text.to_string()))
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Currency {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "ISO 4217 currency code", "pattern": "^[A-Z]{3}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_of_the_standard() {
        assert_eq!(Currency::parse("USD"), Some(Currency::USD));
        for text in ["usd", "US", "USDX", "AAA", "", "U$D", "ÄÖ"] {
            assert_eq!(Currency::parse(text), None, "{text}");
        }
    }

    /// ISO 4217 list one.
    #[test]
    fn minor_units() {
        for (code, digits) in [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("ISK", 0)] {
            assert_eq!(Currency::parse(code).unwrap().minor_digits(), digits, "{code}");
        }
        assert_eq!(Currency::parse("XAU").unwrap().minor_unit(), None);
    }

    #[test]
    fn serde_is_the_code() {
        assert_eq!(serde_json::to_string(&Currency::NOK).unwrap(), r#""NOK""#);
        assert_eq!(serde_json::from_str::<Currency>(r#""NOK""#).unwrap(), Currency::NOK);
        assert!(serde_json::from_str::<Currency>(r#""nok""#).is_err());
        assert_eq!(Currency::USD.name(), "United States dollar");
    }
}
