//! Sums and products of fractions that two machine words do not hold.
//!
//! Interest that is compounded for decades makes long fractions, each the last one times or plus a short one. The common
//! divisor of a long and a short number, or of a number and its multiple, takes a division or two by Euclid's way, where
//! the binary way of the library takes a step for each bit; and reducing before multiplying keeps the numbers short.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// The greatest common divisor of two numbers, positive unless both are nought.
fn gcd(a: &BigInt, b: &BigInt) -> BigInt {
    let (mut a, mut b) = (a.abs(), b.abs());
    if a < b {
        std::mem::swap(&mut a, &mut b);
    }
    while !b.is_zero() {
        if let (Some(a), Some(b)) = (a.to_u128(), b.to_u128()) {
            return BigInt::from(super::gcd(a, b));
        }
        let rest = &a % &b;
        a = std::mem::replace(&mut b, rest);
    }
    a
}

/// The sum of two fractions in lowest terms, in lowest terms.
pub(super) fn add(left: &BigRational, right: &BigRational) -> BigRational {
    let common = gcd(left.denom(), right.denom());
    let (left_rest, right_rest) = (left.denom() / &common, right.denom() / &common);
    let sum = left.numer() * &right_rest + right.numer() * &left_rest;
    // What still divides both divides what the denominators had in common.
    let divisor = gcd(&sum, &common);
    if sum.is_zero() || divisor.is_one() {
        return lowest(sum, left_rest * right.denom());
    }
    lowest(sum / &divisor, left_rest * (right.denom() / &divisor))
}

/// The product of two fractions in lowest terms, in lowest terms.
pub(super) fn mul(left: &BigRational, right: &BigRational) -> BigRational {
    let across = gcd(left.numer(), right.denom());
    let back = gcd(right.numer(), left.denom());
    if across.is_zero() || back.is_zero() {
        return BigRational::zero();
    }
    lowest(
        (left.numer() / &across) * (right.numer() / &back),
        (left.denom() / &back) * (right.denom() / &across),
    )
}

fn lowest(numer: BigInt, denom: BigInt) -> BigRational {
    if numer.is_zero() { BigRational::zero() } else { BigRational::new_raw(numer, denom) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fraction() -> impl Strategy<Value = BigRational> {
        let part = prop::collection::vec(any::<u32>(), 0..12);
        (part.clone(), part, any::<bool>()).prop_map(|(numer, denom, minus)| {
            let whole = |digits: Vec<u32>| BigInt::from(num_bigint::BigUint::new(digits));
            let (numer, denom) = (whole(numer), whole(denom) + 1);
            BigRational::new(if minus { -numer } else { numer }, denom)
        })
    }

    proptest! {
        #[test]
        fn sums_and_products_are_those_of_the_library(a in fraction(), b in fraction(), small in 1i64..400) {
            let small = BigRational::from_integer(small.into()).recip();
            for (a, b) in [(&a, &b), (&a, &small), (&a, &(-&a)), (&(&a * &b), &a), (&a, &BigRational::zero())] {
                // As numerator and denominator, since fractions that are not reduced compare as equal.
                prop_assert_eq!(add(a, b).into_raw(), (a + b).into_raw());
                prop_assert_eq!(mul(a, b).into_raw(), (a * b).into_raw());
            }
        }
    }
}
