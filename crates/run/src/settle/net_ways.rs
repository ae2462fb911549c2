//! Which way the payments of a balance run: from whom to whom, and whether as the first named does.

use super::Due;
use crate::engine::Run;
use crate::royalty;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_terms::model::Net;
use counterpart_terms::value::Name;

/// Who pays, and who is paid.
pub(crate) type Sides<'r> = (&'r [Name], &'r [Name]);

impl Run<'_> {
    /// Who pays and who is paid where a balance is positive.
    pub(crate) fn net_parties(&self, net: &Net) -> Sides<'_> {
        net.streams.first().map(|first| self.sides_of(first)).unwrap_or_default()
    }

    /// Whether a payment goes the way of the first named.
    pub(crate) fn goes_as_first(&self, net: &Net, name: &Name) -> bool {
        self.way_in(net, name).unwrap_or(true)
    }

    /// Whether one amount of a payment goes the way of the first named.
    pub(crate) fn due_goes_as_first(&self, net: &Net, due: &Due) -> bool {
        if !self.runs_both_ways(&due.stream) {
            return self.goes_as_first(net, &due.stream);
        }
        let (from, to) = self.net_parties(net);
        goes(due, (from, to)).unwrap_or(true)
    }

    /// Whether those who pay are also those who are paid, as where costs are shared: each amount then says who owes whom.
    pub(crate) fn runs_both_ways(&self, name: &Name) -> bool {
        self.pay_named(name).is_some_and(|pay| pay.from.iter().any(|party| pay.to.contains(party)))
    }

    /// Who pays and who is paid. Of what runs both ways the first party is the one that pays.
    pub(super) fn sides_of(&self, name: &Name) -> Sides<'_> {
        let royalty = royalty::find(self, name, None).ok().map(|r| (r.from.as_slice(), r.to.as_slice()));
        let pay = || {
            let pay = self.pay_named(name)?;
            let Some((first, others)) = pay.from.split_first().filter(|_| self.runs_both_ways(name)) else {
                return Some((pay.from.as_slice(), pay.to.as_slice()));
            };
            Some((std::slice::from_ref(first), others))
        };
        royalty.or_else(pay).unwrap_or_default()
    }

    /// Whether a payment of a balance goes the way of the first named, or the other.
    pub(super) fn way_in(&self, net: &Net, name: &Name) -> Eval<bool> {
        let (from, to) = self.net_parties(net);
        self.way(&net.streams, (from, to), name)
    }

    /// Whether a payment goes from some to others, who are the parties of the first of several payments, or the other
    /// way.
    pub(super) fn way(&self, streams: &[Name], (from, to): (&[Name], &[Name]), name: &Name) -> Eval<bool> {
        let (payers, payees) = self.sides_of(name);
        let meet = |a: &[Name], b: &[Name]| a.iter().any(|n| b.contains(n));
        match (meet(payers, from) && meet(payees, to), meet(payers, to) && meet(payees, from)) {
            // What runs both ways is counted by the way of each amount.
            (_, true) if self.runs_both_ways(name) => Ok(true),
            (true, _) => Ok(true),
            (_, true) => Ok(false),
            _ => {
                let first = streams.first().map_or("", Name::as_str);
                Err(Unknown::new(format!("`{name}` and `{first}` are not between the same parties")))
            }
        }
    }

    /// What amounts that run both ways come to for some parties who pay others: each counts the way it runs.
    pub(super) fn both_ways<'d>(
        &self,
        dues: impl Iterator<Item = &'d Due>,
        sides: (&[Name], &[Name]),
        zero: &Val,
    ) -> Eval<Val> {
        let mut sum = zero.clone();
        for due in dues {
            // Who owes whom may not be known either.
            let amount = due.amount.as_ref().map_err(Clone::clone)?;
            match goes(due, sides) {
                Some(true) => sum = sum.plus(amount)?,
                Some(false) => sum = sum.less(amount)?,
                None => {}
            }
        }
        Ok(sum)
    }
}

/// Whether an amount goes from some parties to others, or the other way; nothing where it is not between them.
pub(super) fn goes(due: &Due, (from, to): (&[Name], &[Name])) -> Option<bool> {
    let (payer, payee) = (due.from.as_ref()?, due.to.as_ref()?);
    match (from.contains(payer) && to.contains(payee), to.contains(payer) && from.contains(payee)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}
