//! Addition, subtraction, multiplication and negation of exact numbers, on values and on
//! references, and sums. Division can fail and so is a named method, not an operator.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use super::{Exact, Repr, big, gcd};

/// `None` where two machine words do not hold the result; `i128::MIN` counts as not held.
fn small(num: i128, den: i128) -> Option<Exact> {
    (num != i128::MIN).then(|| Exact::reduced(num, den))
}

fn divide(value: i128, divisor: u128) -> i128 {
    // The divisor divides a positive i128, so it fits and is not nought.
    value / i128::try_from(divisor).unwrap_or(1).max(1)
}

fn add_small(a: i128, b: i128, c: i128, d: i128) -> Option<Exact> {
    if b == d {
        return small(a.checked_add(c)?, b);
    }
    // Over the least common denominator rather than the product, to stay small longer.
    let common = gcd(b.unsigned_abs(), d.unsigned_abs());
    let (b_rest, d_rest) = (divide(b, common), divide(d, common));
    let num = a.checked_mul(d_rest)?.checked_add(c.checked_mul(b_rest)?)?;
    small(num, b.checked_mul(d_rest)?)
}

fn mul_small(a: i128, b: i128, c: i128, d: i128) -> Option<Exact> {
    if b == 1 && d == 1 {
        return small(a.checked_mul(c)?, 1);
    }
    // Reducing crosswise first leaves nothing to reduce afterwards.
    let (left, right) = (gcd(a.unsigned_abs(), d.unsigned_abs()), gcd(c.unsigned_abs(), b.unsigned_abs()));
    let num = divide(a, left).checked_mul(divide(c, right))?;
    let den = divide(b, right).checked_mul(divide(d, left))?;
    (num != i128::MIN).then_some(Exact(Repr::Small { num, den }))
}

impl Neg for &Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        match &self.0 {
            Repr::Small { num, den } => Exact(Repr::Small { num: -num, den: *den }),
            Repr::Big(big) => Exact::from_big(-&**big),
        }
    }
}

impl Neg for Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        -&self
    }
}

impl Add for &Exact {
    type Output = Exact;
    fn add(self, other: &Exact) -> Exact {
        if let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) = (&self.0, &other.0)
            && let Some(sum) = add_small(*a, *b, *c, *d)
        {
            return sum;
        }
        Exact::from_big(big::add(&self.to_big(), &other.to_big()))
    }
}

impl Sub for &Exact {
    type Output = Exact;
    fn sub(self, other: &Exact) -> Exact {
        if let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) = (&self.0, &other.0)
            && let Some(difference) = add_small(*a, *b, -c, *d)
        {
            return difference;
        }
        Exact::from_big(big::add(&self.to_big(), &-other.to_big()))
    }
}

impl Mul for &Exact {
    type Output = Exact;
    fn mul(self, other: &Exact) -> Exact {
        if let (Repr::Small { num: a, den: b }, Repr::Small { num: c, den: d }) = (&self.0, &other.0)
            && let Some(product) = mul_small(*a, *b, *c, *d)
        {
            return product;
        }
        Exact::from_big(big::mul(&self.to_big(), &other.to_big()))
    }
}

/// The remaining combinations of value and reference, all by way of the two references.
macro_rules! by_reference {
    ($operator:ident, $method:ident, $assign:ident, $assign_method:ident) => {
        impl $operator for Exact {
            type Output = Exact;
            fn $method(self, other: Exact) -> Exact {
                (&self).$method(&other)
            }
        }
        impl $operator<&Exact> for Exact {
            type Output = Exact;
            fn $method(self, other: &Exact) -> Exact {
                (&self).$method(other)
            }
        }
        impl $operator<Exact> for &Exact {
            type Output = Exact;
            fn $method(self, other: Exact) -> Exact {
                self.$method(&other)
            }
        }
        impl $assign for Exact {
            fn $assign_method(&mut self, other: Exact) {
                *self = (&*self).$method(&other);
            }
        }
        impl $assign<&Exact> for Exact {
            fn $assign_method(&mut self, other: &Exact) {
                *self = (&*self).$method(other);
            }
        }
    };
}

by_reference!(Add, add, AddAssign, add_assign);
by_reference!(Sub, sub, SubAssign, sub_assign);
by_reference!(Mul, mul, MulAssign, mul_assign);

impl Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(iter: I) -> Exact {
        iter.fold(Exact::zero(), |total, value| total + value)
    }
}

impl<'a> Sum<&'a Exact> for Exact {
    fn sum<I: Iterator<Item = &'a Exact>>(iter: I) -> Exact {
        iter.fold(Exact::zero(), |total, value| total + value)
    }
}
