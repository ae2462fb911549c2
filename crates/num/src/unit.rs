//! Quantities that are not money: units sold, megawatt hours, hours of service.
//!
//! Units are names that the deal uses, not a system of measurement: nothing converts kWh to MWh
//! unless the deal states the factor.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::exact::Exact;

/// The longest name of a unit, in bytes.
const LONGEST_NAME: usize = 64;

/// The name of what is counted, as the deal writes it: `unit`, `MWh`, `hours`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Unit(String);

impl Unit {
    /// The unit of things that are simply counted.
    #[must_use]
    pub fn one() -> Unit {
        Unit("unit".to_string())
    }

    /// Reads a name: one word, beginning with a letter, of letters, digits and `- / ² ³ . %`, at
    /// most 64 bytes. Case is kept (`MWh` is not `mwh`). `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Unit> {
        let begins = text.chars().next().is_some_and(char::is_alphabetic);
        let continues = text.chars().all(|c| c.is_alphanumeric() || "-/²³.%".contains(c));
        (begins && continues && text.len() <= LONGEST_NAME).then(|| Unit(text.to_string()))
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Whether both name the same unit, taking `hour` and `hours` for the same.
    #[must_use]
    pub fn matches(&self, other: &Unit) -> bool {
        self.singular() == other.singular()
    }

    /// The name without a plural `s`; symbols such as `GS` and words such as `gas` or `glass`
    /// are too short, or not plain plurals, and stay.
    fn singular(&self) -> &str {
        match self.0.strip_suffix('s') {
            Some(stem) if stem.len() > 2 && !stem.ends_with('s') => stem,
            _ => &self.0,
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> String {
        unit.0
    }
}

/// The text is not the name of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAUnit(
    /// What was read.
    pub String,
);

impl fmt::Display for NotAUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not the name of a unit: one word such as unit, MWh or hours", self.0)
    }
}

impl std::error::Error for NotAUnit {}

impl TryFrom<String> for Unit {
    type Error = NotAUnit;
    fn try_from(text: String) -> Result<Unit, NotAUnit> {
        Unit::parse(&text).ok_or(NotAUnit(text))
    }
}

/// A number of some unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// How many.
    pub value: Exact,
    /// Of what.
    pub unit: Unit,
}

/// Two quantities of different units were to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixedUnits {
    /// The unit of the first quantity.
    pub left: Unit,
    /// The unit of the second quantity.
    pub right: Unit,
}

impl fmt::Display for MixedUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a quantity in {} and one in {} do not add up", self.left, self.right)
    }
}

impl std::error::Error for MixedUnits {}

impl Quantity {
    /// A number of some unit.
    #[must_use]
    pub fn new(value: Exact, unit: Unit) -> Quantity {
        Quantity { value, unit }
    }

    fn same_unit(&self, other: &Quantity) -> Result<(), MixedUnits> {
        if self.unit.matches(&other.unit) {
            Ok(())
        } else {
            Err(MixedUnits { left: self.unit.clone(), right: other.unit.clone() })
        }
    }

    /// The sum, in the unit of the first.
    ///
    /// # Errors
    /// Where the units do not match.
    pub fn checked_add(&self, other: &Quantity) -> Result<Quantity, MixedUnits> {
        self.same_unit(other)?;
        Ok(Quantity::new(&self.value + &other.value, self.unit.clone()))
    }

    /// The difference, in the unit of the first.
    ///
    /// # Errors
    /// Where the units do not match.
    pub fn checked_sub(&self, other: &Quantity) -> Result<Quantity, MixedUnits> {
        self.same_unit(other)?;
        Ok(Quantity::new(&self.value - &other.value, self.unit.clone()))
    }

    /// The quantity times a number.
    #[must_use]
    pub fn times(&self, factor: &Exact) -> Quantity {
        Quantity::new(&self.value * factor, self.unit.clone())
    }
}

/// `1,250 units`-like: the number grouped, then the unit as the deal writes it.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value.decimal_places() {
            Some(places) => write!(f, "{} {}", self.value.to_grouped(places), self.unit),
            None => write!(f, "{} {}", self.value, self.unit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(value: &str, unit: &str) -> Quantity {
        Quantity::new(value.parse().unwrap(), Unit::parse(unit).unwrap())
    }

    #[test]
    fn names() {
        for name in ["unit", "MWh", "hours", "m²", "kg/day", "GB"] {
            assert_eq!(Unit::parse(name).unwrap().name(), name);
        }
        for text in ["", "2x", "two words", "-", "a\n", &"x".repeat(65)] {
            assert_eq!(Unit::parse(text), None, "{text}");
        }
    }

    #[test]
    fn units_do_not_mix_but_plurals_do() {
        let sum = quantity("1", "hour").checked_add(&quantity("2.5", "hours")).unwrap();
        assert_eq!(sum.to_string(), "3.5 hour");
        assert!(quantity("1", "MWh").checked_add(&quantity("1", "kWh")).is_err());
        assert!(!Unit::parse("gas").unwrap().matches(&Unit::parse("ga").unwrap()));
        assert_eq!(quantity("1250", "units").to_string(), "1,250 units");
    }

    #[test]
    fn serde_form() {
        let json = serde_json::to_string(&quantity("1.5", "MWh")).unwrap();
        assert_eq!(json, r#"{"value":"1.5","unit":"MWh"}"#);
        assert_eq!(serde_json::from_str::<Quantity>(&json).unwrap(), quantity("1.5", "MWh"));
        assert!(serde_json::from_str::<Unit>(r#""two words""#).is_err());
    }
}
