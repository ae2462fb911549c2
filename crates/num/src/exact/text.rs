//! Exact numbers as text: reading decimals and fractions, writing them, JSON and its schema.
//!
//! A decimal is what a contract writes: digits with an optional sign, an optional point, and
//! optional commas between groups of three. An exponent (`1e9`) is refused, because no contract
//! means it; so is a comma anywhere else, because `1,5` would be fifteen here and one and a half
//! in half of Europe.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Exact, Repr};
use crate::round::Mode;

/// The longest number a person may write, in digits.
const WRITTEN_DIGITS: usize = 60;
/// The longest number accepted back from JSON, in digits: results grow beyond what people write.
const STORED_DIGITS: usize = 40_000;
/// The most decimal places that are ever printed; more are cut down to this.
const MOST_PLACES: u32 = 1_000;
/// The greatest power of five that a machine word of 64 bits holds.
const FIVES: u32 = 27;

/// The text is neither a decimal such as `1,234.50` nor a fraction such as `1/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANumber;

impl fmt::Display for NotANumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a decimal number such as 1,234.50 or a fraction such as 1/3")
    }
}

impl std::error::Error for NotANumber {}

/// Whether the digits before the point are plain, or grouped by commas in threes throughout.
fn well_grouped(whole: &str) -> bool {
    if !whole.contains(',') {
        return true;
    }
    whole.split(',').enumerate().all(
        |(i, group)| {
            if i == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 }
        },
    )
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A sign, and the rest.
fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Ten to the power of `places`.
fn power_of_ten(places: u32) -> Exact {
    Exact::from_int(10).pow(places)
}

fn parse_decimal(text: &str, most_digits: usize) -> Option<Exact> {
    let (negative, body) = signed(text);
    let (whole, decimals) = match body.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (body, None),
    };
    if !well_grouped(whole) || decimals.is_some_and(|d| !all_digits(d)) {
        return None;
    }
    let mut digits: String = whole.chars().filter(|c| *c != ',').collect();
    if !all_digits(&digits) {
        return None;
    }
    digits.push_str(decimals.unwrap_or_default());
    if digits.len() > most_digits {
        return None;
    }
    let places = u32::try_from(decimals.map_or(0, str::len)).ok()?;
    let value = if digits.len() <= 38 {
        // Up to 38 nines fit i128.
        let num = digits.parse::<i128>().ok()?;
        Exact::reduced(num, 10_i128.checked_pow(places)?)
    } else {
        let num = BigInt::from_str(&digits).ok()?;
        Exact::from_big(BigRational::new(num, BigInt::from(10).pow(places)))
    };
    Some(if negative { -value } else { value })
}

fn parse_any(text: &str, most_digits: usize) -> Option<Exact> {
    let Some((num, den)) = text.split_once('/') else { return parse_decimal(text, most_digits) };
    let (_, plain) = signed(num);
    if !all_digits(plain) || !all_digits(den) {
        return None;
    }
    parse_decimal(num, most_digits)?.checked_div(&parse_decimal(den, most_digits)?)
}

/// `1234567` as `1,234,567`.
fn group(digits: &str, text: &mut String) {
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
}

impl Exact {
    /// Reads a decimal: optional sign, digits with optional `,` between groups of three, optional
    /// point and digits. `None` for anything else, and for more than 60 digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Exact> {
        parse_decimal(text, WRITTEN_DIGITS)
    }

    /// How many decimal places write the number exactly; `None` where no finite number does, as
    /// for a third.
    #[must_use]
    pub fn decimal_places(&self) -> Option<u32> {
        match &self.0 {
            Repr::Small { den, .. } => {
                let twos = den.trailing_zeros();
                let (mut rest, mut fives) = (den >> twos, 0);
                while rest % 5 == 0 {
                    rest /= 5;
                    fives += 1;
                }
                (rest == 1).then_some(twos.max(fives))
            }
            Repr::Big(big) => {
                let twos = big.denom().trailing_zeros().unwrap_or(0);
                let (mut rest, mut fives) = (big.denom() >> twos, 0_u64);
                // By as many fives as a machine word holds, since the number may be long: a longer power of five has all
                // of them.
                let (word, held) = (BigInt::from(5_u64.pow(FIVES)), u64::from(FIVES));
                while rest >= word {
                    let (quotient, remainder) = rest.div_rem(&word);
                    if !remainder.is_zero() {
                        return None;
                    }
                    rest = quotient;
                    fives += held;
                }
                let mut rest = rest.to_u64()?;
                while rest % 5 == 0 {
                    rest /= 5;
                    fives += 1;
                }
                if rest == 1 { u32::try_from(twos.max(fives)).ok() } else { None }
            }
        }
    }

    /// As text, rounded to `places`, the digits before the point grouped in threes where that is asked for.
    fn text(&self, places: u32, mode: Mode, grouped: bool) -> String {
        let scaled = (self * &power_of_ten(places)).round_to_integer(mode);
        let digits = match scaled.abs().0 {
            Repr::Small { num, .. } => num.to_string(),
            Repr::Big(big) => big.numer().to_string(),
        };
        let places = usize::try_from(places).unwrap_or(0);
        let (whole, decimals) = digits.split_at(digits.len().saturating_sub(places));
        let mut text = String::with_capacity(digits.len() + digits.len() / 3 + places + 3);
        if scaled.is_negative() {
            text.push('-');
        }
        match whole {
            "" => text.push('0'),
            whole if grouped => group(whole, &mut text),
            whole => text.push_str(whole),
        }
        if places > 0 {
            text.push('.');
            text.extend(std::iter::repeat_n('0', places - decimals.len()));
            text.push_str(decimals);
        }
        text
    }

    /// Decimal text with exactly `places` digits after the point (at most 1,000), rounded by
    /// `mode`. What rounds to nought has no sign.
    #[must_use]
    pub fn to_decimal(&self, places: u32, mode: Mode) -> String {
        self.text(places.min(MOST_PLACES), mode, false)
    }

    /// As [`Exact::to_decimal`], rounded half to even and grouped in threes: `1,234.50`.
    #[must_use]
    pub fn to_grouped(&self, places: u32) -> String {
        self.text(places.min(MOST_PLACES), Mode::HalfEven, true)
    }
}

/// The shortest decimal text that is exact, otherwise the fraction in lowest terms.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match (self.decimal_places(), &self.0) {
            (Some(places), _) => self.text(places, Mode::HalfEven, false),
            (None, Repr::Small { num, den }) => format!("{num}/{den}"),
            (None, Repr::Big(big)) => big.to_string(),
        };
        f.pad(&text)
    }
}

impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exact({self})")
    }
}

/// Reads what [`Display`](fmt::Display) writes: a decimal or a fraction, up to 60 digits a number.
impl FromStr for Exact {
    type Err = NotANumber;
    fn from_str(text: &str) -> Result<Exact, NotANumber> {
        parse_any(text, WRITTEN_DIGITS).ok_or(NotANumber)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Exact, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        parse_any(&text, STORED_DIGITS).ok_or_else(|| serde::de::Error::custom(NotANumber))
    }
}

impl JsonSchema for Exact {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Exact".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "an exact number: a decimal such as 54.09, or a fraction such as 1/3",
            "pattern": "^[+-]?[0-9]+(,[0-9]{3})*(\\.[0-9]+)?$|^[+-]?[0-9]+/[0-9]+$"
        })
    }
}
