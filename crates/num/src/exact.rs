//! Exact rational numbers: the only numbers that money, rates and quantities are made of.
//!
//! A royalty statement is audited years later by somebody with a calculator, so no figure may
//! depend on the order of additions or on a binary approximation of a tenth. Every operation here
//! is exact; rounding happens only where a caller asks for it, by a stated [`Rounding`].
//!
//! What a number is *of* (a currency, a unit) is left to `money` and `unit`; reading percent signs
//! and words such as "million" is left to the parser of the language.

mod big;
mod ops;
mod text;

pub use text::NotANumber;

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::round::{Mode, Rounding};

/// An exact rational number, without unit.
///
/// Equal numbers are equal values whatever way they were computed: the fraction is always kept in
/// lowest terms with a positive denominator. Small fractions live in two machine words each, large
/// ones on the heap; which of the two it is never shows.
///
/// In JSON it is a string: plain decimal text where the value has one (`"54.09"`), otherwise a
/// fraction (`"1/3"`). Text of more than 40,000 digits is not read back.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Exact(Repr);

/// Two representations, never two for one value: `Big` is used only where the reduced fraction
/// does not fit `Small`. That makes the derived `Eq` and `Hash` those of the number.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    /// `den > 0`, lowest terms, and `num` is never `i128::MIN`, so that it can be negated.
    Small {
        num: i128,
        den: i128,
    },
    Big(Box<BigRational>),
}

/// The greatest common divisor; one machine word is tried first because that is nearly every case.
fn gcd(a: u128, b: u128) -> u128 {
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) => u128::from(a.gcd(&b)),
        _ => a.gcd(&b),
    }
}

impl Exact {
    /// Nought.
    #[must_use]
    pub const fn zero() -> Exact {
        Exact(Repr::Small { num: 0, den: 1 })
    }

    /// One.
    #[must_use]
    pub const fn one() -> Exact {
        Exact(Repr::Small { num: 1, den: 1 })
    }

    /// A whole number.
    #[must_use]
    pub const fn from_int(value: i64) -> Exact {
        Exact(Repr::Small { num: value as i128, den: 1 })
    }

    /// The fraction `num / den`; `None` where `den` is nought.
    #[must_use]
    pub fn ratio(num: i64, den: i64) -> Option<Exact> {
        let (num, den) = (i128::from(num), i128::from(den));
        match den.cmp(&0) {
            Ordering::Equal => None,
            Ordering::Greater => Some(Exact::reduced(num, den)),
            Ordering::Less => Some(Exact::reduced(-num, -den)),
        }
    }

    /// `value` hundredths: `Exact::percent(4)` is a rate of 4%.
    #[must_use]
    pub fn percent(value: i64) -> Exact {
        Exact::reduced(i128::from(value), 100)
    }

    /// Brings `num / den` to lowest terms. The caller guarantees `den > 0` and `num > i128::MIN`.
    fn reduced(num: i128, den: i128) -> Exact {
        if den == 1 {
            return Exact(Repr::Small { num, den });
        }
        let divisor = gcd(num.unsigned_abs(), den.unsigned_abs());
        // The divisor divides `den`, so it fits i128 and is not nought; the fallback never runs.
        let divisor = i128::try_from(divisor).unwrap_or(1).max(1);
        Exact(Repr::Small { num: num / divisor, den: den / divisor })
    }

    /// The same number as a big fraction.
    fn to_big(&self) -> BigRational {
        match &self.0 {
            // Already in lowest terms with a positive denominator.
            Repr::Small { num, den } => BigRational::new_raw(BigInt::from(*num), BigInt::from(*den)),
            Repr::Big(big) => (**big).clone(),
        }
    }

    /// Takes a fraction in lowest terms with a positive denominator (what `BigRational` keeps).
    fn from_big(big: BigRational) -> Exact {
        match (big.numer().to_i128(), big.denom().to_i128()) {
            (Some(num), Some(den)) if num != i128::MIN => Exact(Repr::Small { num, den }),
            _ => Exact(Repr::Big(Box::new(big))),
        }
    }

    /// Whether it is nought.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(self.0, Repr::Small { num: 0, .. })
    }

    /// Whether it is below nought.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small { num, .. } => *num < 0,
            Repr::Big(big) => big.is_negative(),
        }
    }

    /// Whether it is above nought.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        !self.is_zero() && !self.is_negative()
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small { den, .. } => *den == 1,
            Repr::Big(big) => big.is_integer(),
        }
    }

    /// The distance from nought.
    #[must_use]
    pub fn abs(&self) -> Exact {
        if self.is_negative() { -self } else { self.clone() }
    }

    /// The smaller of the two.
    #[must_use]
    pub fn min(self, other: Exact) -> Exact {
        Ord::min(self, other)
    }

    /// The larger of the two.
    #[must_use]
    pub fn max(self, other: Exact) -> Exact {
        Ord::max(self, other)
    }

    /// `self / other`; `None` where `other` is nought.
    #[must_use]
    pub fn checked_div(&self, other: &Exact) -> Option<Exact> {
        other.recip().map(|inverse| self * &inverse)
    }

    /// `1 / self`; `None` for nought.
    #[must_use]
    pub fn recip(&self) -> Option<Exact> {
        match &self.0 {
            Repr::Small { num: 0, .. } => None,
            Repr::Small { num, den } => {
                let sign = num.signum();
                Some(Exact(Repr::Small { num: den * sign, den: num * sign }))
            }
            Repr::Big(big) => Some(Exact::from_big(big.recip())),
        }
    }

    /// `self` to the power of `exponent`; nought to the power of nought is one.
    ///
    /// The result is exact, so its size grows with the exponent. Use [`Exact::checked_pow`] where
    /// the exponent comes from a document.
    #[must_use]
    pub fn pow(&self, exponent: u32) -> Exact {
        // A power of a fraction in lowest terms is in lowest terms.
        if let Repr::Small { num, den } = &self.0
            && let (Some(num), Some(den)) = (num.checked_pow(exponent), den.checked_pow(exponent))
            && num != i128::MIN
        {
            return Exact(Repr::Small { num, den });
        }
        let base = self.to_big();
        Exact::from_big(BigRational::new_raw(base.numer().pow(exponent), base.denom().pow(exponent)))
    }

    /// As [`Exact::pow`], but `None` where numerator or denominator would need more than about
    /// a million bits: no compounding in a contract comes near, and a typing mistake in an
    /// exponent must not exhaust the memory of the machine.
    #[must_use]
    pub fn checked_pow(&self, exponent: u32) -> Option<Exact> {
        let bits = match &self.0 {
            Repr::Small { num: -1..=1, den: 1 } => 0,
            Repr::Small { num, den } => {
                u64::from(128 - num.unsigned_abs().leading_zeros().min(den.leading_zeros()))
            }
            Repr::Big(big) => big.numer().bits().max(big.denom().bits()),
        };
        (bits.saturating_mul(u64::from(exponent)) <= 1 << 20).then(|| self.pow(exponent))
    }

    /// The nearest multiple of the rounding's step, ties and direction by its mode. A step of
    /// nought leaves the number as it is; the sign of the step does not matter.
    #[must_use]
    pub fn round(&self, rounding: &Rounding) -> Exact {
        match self.checked_div(&rounding.step.abs()) {
            Some(steps) => steps.round_to_integer(rounding.mode) * rounding.step.abs(),
            None => self.clone(),
        }
    }

    /// The whole number next to it in the direction the mode says.
    #[must_use]
    pub fn round_to_integer(&self, mode: Mode) -> Exact {
        match &self.0 {
            Repr::Small { den: 1, .. } => self.clone(),
            Repr::Small { num, den } => {
                let (floor, rest) = (num.div_euclid(*den), num.rem_euclid(*den));
                // `rest` against what is missing to the next whole number: twice `rest` could
                // overflow.
                let up = mode.goes_up(*num < 0, floor & 1 == 1, rest.cmp(&(den - rest)));
                Exact(Repr::Small { num: floor + i128::from(up), den: 1 })
            }
            Repr::Big(big) => {
                let (floor, rest) = big.numer().div_mod_floor(big.denom());
                if rest.is_zero() {
                    return self.clone();
                }
                let half = rest.cmp(&(big.denom() - &rest));
                let up = mode.goes_up(big.is_negative(), floor.is_odd(), half);
                Exact::from_big(BigRational::from_integer(floor + i32::from(up)))
            }
        }
    }

    /// The value as a machine integer, where it is whole and fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small { num, den: 1 } => i64::try_from(*num).ok(),
            _ => None,
        }
    }
}

impl Default for Exact {
    fn default() -> Exact {
        Exact::zero()
    }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Exact {
        Exact::from_int(value)
    }
}

impl From<u32> for Exact {
    fn from(value: u32) -> Exact {
        Exact::from_int(i64::from(value))
    }
}

impl From<BigRational> for Exact {
    fn from(value: BigRational) -> Exact {
        // `new_raw` can build a fraction with a denominator of nought; it means nothing here.
        if value.denom().is_zero() { Exact::zero() } else { Exact::from_big(value.reduced()) }
    }
}

impl From<&Exact> for BigRational {
    fn from(value: &Exact) -> BigRational {
        value.to_big()
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> Ordering {
        if let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) = (&self.0, &other.0) {
            if b == d {
                return a.cmp(c);
            }
            if let (Some(left), Some(right)) = (a.checked_mul(*d), c.checked_mul(*b)) {
                return left.cmp(&right);
            }
        }
        self.to_big().cmp(&other.to_big())
    }
}

#[cfg(test)]
mod tests;
