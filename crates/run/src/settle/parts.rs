//! The rounded parts of an amount that several bear or get: they come to the rounded whole.
//!
//! Each part is rounded down, and the units that are then missing go to the parts with the largest remainders, in the
//! order of the text where two are the same.

use super::Due;
use crate::engine::Run;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Exact, Mode, Rounding};
use counterpart_terms::value::{Known, Name};

/// Parts in the order of the text, rounded so that they come to the rounded sum of all.
fn to_the_whole(parts: &[Exact], rounding: &Rounding) -> Vec<Exact> {
    let alone = || parts.iter().map(|part| part.round(rounding)).collect();
    let sum: Exact = parts.iter().cloned().sum();
    let (least, sign) = match sum.is_negative() {
        true => (parts.iter().map(|part| -part.clone()).collect::<Vec<_>>(), -Exact::one()),
        false => (parts.to_vec(), Exact::one()),
    };
    let floor = Rounding::new(rounding.step.clone(), Mode::Floor);
    let mut out: Vec<Exact> = least.iter().map(|part| part.round(&floor)).collect();
    let whole = sum.round(rounding) * &sign;
    let missing = (whole - out.iter().cloned().sum::<Exact>()).checked_div(&rounding.step);
    let Some(missing) = missing.and_then(|n| n.to_i64()).and_then(|n| usize::try_from(n).ok()) else {
        return alone();
    };
    let mut order: Vec<(Exact, usize)> =
        least.iter().zip(&out).enumerate().map(|(at, (part, low))| (part - low, at)).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    if missing > order.len() {
        return alone();
    }
    for (_, at) in order.into_iter().take(missing) {
        if let Some(part) = out.get_mut(at) {
            *part = &*part + &rounding.step;
        }
    }
    out.into_iter().map(|part| part * &sign).collect()
}

impl Run<'_> {
    /// The parts of an amount of a payment, rounded to come to the whole; one that is not known leaves the others
    /// rounded each by itself.
    pub(crate) fn rounded_parts(&self, stream: &Name, parts: &[Eval<Val>]) -> Vec<Eval<Val>> {
        let known: Eval<Vec<&Val>> = parts.iter().map(|part| part.as_ref().map_err(Clone::clone)).collect();
        let known = known.ok().filter(|known| known.iter().all(|part| part.currency().is_some()));
        let money = known.as_ref().and_then(|known| known.first()?.currency());
        let (Some(known), Some(money)) = (known, money) else {
            return parts.iter().map(|part| part.clone().map(|part| self.round_of(stream, &part))).collect();
        };
        let rounding = self.rounding_of(stream, money);
        let numbers: Vec<Exact> = known.iter().map(|part| part.number().clone()).collect();
        let rounded = to_the_whole(&numbers, &rounding);
        known.iter().zip(rounded).map(|(part, sum)| Ok(part.with(sum))).collect()
    }

    /// What each of several payees gets of an amount, rounded.
    pub(crate) fn rounded_shares(&self, due: &Due) -> Vec<(Name, Eval<Val>)> {
        let exact: Vec<Eval<Val>> = due.shares.iter().map(|(_, share)| share.clone()).collect();
        let names = due.shares.iter().map(|(party, _)| party.clone());
        names.zip(self.rounded_parts(&due.stream, &exact)).collect()
    }

    /// What one of several payees gets of an amount, rounded.
    pub(crate) fn rounded_share(&self, due: &Due, party: &Name) -> Option<Eval<Val>> {
        self.rounded_shares(due).into_iter().find(|(other, _)| other == party).map(|(_, share)| share)
    }

    /// What one of several who bear an amount pays of it, rounded; all of it where it names none of them.
    pub(crate) fn rounded_borne(
        &self,
        due: &Due,
        borne: &[(Name, Known<Exact>)],
        party: Option<&Name>,
    ) -> Eval<Val> {
        let Some(at) = borne.iter().position(|(other, _)| Some(other) == party) else {
            let share = due.borne_share(borne, party)?;
            return due.amount.clone().map(|whole| whole.with(whole.number() * &share));
        };
        let part = |(party, _): &(Name, Known<Exact>)| {
            let share = due.borne_share(borne, Some(party))?;
            due.exact.clone().map(|whole| whole.with(whole.number() * &share))
        };
        let parts: Vec<Eval<Val>> = borne.iter().map(part).collect();
        let rounded = self.rounded_parts(&due.stream, &parts).into_iter().nth(at);
        rounded.unwrap_or_else(|| due.amount.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(parts: &[(i64, i64)]) -> Vec<String> {
        let part =
            |(n, d): &(i64, i64)| Exact::from_int(*n).checked_div(&Exact::from_int(*d)).unwrap_or_default();
        let parts: Vec<Exact> = parts.iter().map(part).collect();
        let out = to_the_whole(&parts, &Rounding::places(2, Mode::HalfEven));
        out.iter().map(|part| part.to_decimal(2, Mode::HalfEven)).collect()
    }

    /// 100 in thirds is 33.33 three times and a cent, which goes to the first. Of 2/3, 2/3 and -1/3 (together 1) the
    /// floors are 0.66, 0.66 and -0.34: two cents are missing, and the remainders are 2/3, 2/3 and 2/3 of a cent.
    #[test]
    fn parts_come_to_the_whole() {
        assert_eq!(cents(&[(100, 3), (100, 3), (100, 3)]), ["33.34", "33.33", "33.33"]);
        assert_eq!(cents(&[(-100, 3), (-100, 3), (-100, 3)]), ["-33.34", "-33.33", "-33.33"]);
        assert_eq!(cents(&[(2, 3), (2, 3), (-1, 3)]), ["0.67", "0.67", "-0.34"]);
        // 1.005 + 1.005 is 2.01: half even alone would make it 1.00 twice.
        assert_eq!(cents(&[(1005, 1000), (1005, 1000)]), ["1.01", "1.00"]);
        assert!(cents(&[]).is_empty());
    }
}
