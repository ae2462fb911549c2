//! What settled an amount, and what is left of it.

use super::Due;
use super::netting::Netted;
use super::overpaid::Overpaid;
use super::payments::{Payment, Way};
use super::waived::Waived;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact};
use counterpart_terms::At;
use counterpart_terms::value::Name;

/// What of an amount was paid when; or why that cannot be said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Applied {
    /// Day and sum, in the order of days.
    pub paid: Vec<(Date, Exact)>,
    /// To whom how much of it was paid, with what is too much; nobody where the entry does not say.
    pub to: Vec<(Option<Name>, Exact)>,
    /// By whom how much of it was paid, with what is too much; nobody where the entry does not say.
    pub by: Vec<(Option<Name>, Exact)>,
    /// On which day who paid a part of it to whom; nobody where the entry does not say.
    days: Vec<(Date, Option<Name>, Option<Name>)>,
    /// Which entry told how much of what was paid, with what is too much.
    pub entries: Vec<(Date, Exact, Option<At>)>,
    /// Settled without money: set against what is owed the other way, or set off.
    pub set_off: Vec<(Date, Exact)>,
    /// Waived: day, sum, by whom, and the entry that says so.
    pub waived: Vec<Waived>,
    /// The balance it is part of, where it is set against what is owed the other way.
    pub netted: Option<Netted>,
    /// Paid above it: what no other amount takes up.
    pub over: Exact,
    /// Paid above it as interest that had accrued on it by then; it is no part of what is too much.
    pub interest: Exact,
    /// Why it cannot be said how much of what is too much is interest.
    pub interest_unknown: Option<Unknown>,
    /// Of what was paid above it, what came off later amounts, by who had it.
    pub over_used: Vec<(Overpaid, Exact)>,
    /// Paid on it in another money: it settles nothing, and is told as it was paid.
    pub other: Vec<(Date, Val)>,
    /// How much of it is paid cannot be said: it was paid in another money, or its balance is not known.
    pub unsure: Option<Unknown>,
}

impl Applied {
    /// Paid on it in its own money, with what is too much.
    pub fn sum(&self) -> Exact {
        self.paid.iter().map(|(_, n)| n.clone()).sum::<Exact>() + self.over.clone()
    }

    /// Settled of it: paid, set off or waived, without what is too much.
    pub fn settled(&self) -> Exact {
        self.in_order().into_iter().map(|(_, n)| n).sum()
    }

    /// Paid above it and still open in favour of the payer.
    pub fn still_over(&self) -> Exact {
        &self.over - &self.over_used.iter().map(|(_, n)| n.clone()).sum::<Exact>()
    }

    /// Of what a payee was paid too much, what came off its later shares.
    pub fn over_used_of(&self, party: &Name) -> Exact {
        let own = |to: &Overpaid| matches!(to, Overpaid::To(parties) if parties.contains(party));
        self.over_used.iter().filter(|(to, _)| own(to)).map(|(_, n)| n.clone()).sum()
    }

    /// What settled it, in the order of days.
    pub fn in_order(&self) -> Vec<(Date, Exact)> {
        let mut all: Vec<(Date, Exact)> = self.set_off.iter().chain(&self.paid).cloned().collect();
        all.extend(self.waived.iter().map(|w| (w.day, w.sum.clone())));
        all.sort_by_key(|(day, _)| *day);
        all
    }

    /// The last day on which anything settled it.
    pub fn last(&self) -> Option<Date> {
        self.in_order().last().map(|(day, _)| *day)
    }

    /// The last day on which anything settled what one of several payees gets of it.
    pub fn last_to(&self, party: &Name) -> Option<Date> {
        let own = |who: &Option<Name>| who.as_ref().is_none_or(|who| who == party);
        let paid = self.days.iter().filter(|(.., to)| own(to)).map(|(day, ..)| *day);
        let waived = self.waived.iter().filter(|w| own(&w.by)).map(|w| w.day);
        paid.chain(waived).chain(self.set_off.iter().map(|(day, _)| *day)).max()
    }

    /// The last day on which anything settled what one of several who bear it pays.
    pub fn last_by(&self, party: &Name) -> Option<Date> {
        let own = |who: &Option<Name>| who.as_ref().is_none_or(|who| who == party);
        let paid = self.days.iter().filter(|(_, by, _)| own(by)).map(|(day, ..)| *day);
        let waived = self.waived.iter().map(|w| w.day);
        paid.chain(waived).chain(self.set_off.iter().map(|(day, _)| *day)).max()
    }

    /// What is left to be settled of an amount; below zero what was settled too much and not taken off another.
    ///
    /// # Errors
    /// Where the amount is not known, or what was paid of it.
    pub fn left(&self, due: &Due) -> Eval<Val> {
        let amount = due.amount.as_ref().map_err(Clone::clone)?;
        let open = if due.back { -amount.number().clone() } else { amount.number().clone() };
        let left = open - self.settled();
        // What is paid in full may be too much, once the balance is known.
        if let Some(why) = self.netted.as_ref().and_then(|n| n.unknown.as_ref()) {
            return Err(why.clone());
        }
        if let Some(why) = self.unsure.as_ref().filter(|_| left.is_positive() || !self.other.is_empty()) {
            return Err(why.clone());
        }
        if let Some((day, value)) = self.other.first() {
            return Err(Unknown::new(format!("`{}` was also paid {value} on {day}", due.stream)));
        }
        if let Some(why) = self.interest_unknown.as_ref().filter(|_| !left.is_positive()) {
            return Err(why.clone());
        }
        // What one payee got too much is not what another is owed.
        let left = if left.is_positive() { left } else { left - self.still_over() };
        Ok(amount.with(left))
    }

    /// Of what was paid above it, as much as pays the interest on it is not too much.
    pub(crate) fn pay_interest(&mut self, accrued: Exact) {
        let part = accrued.min(self.over.clone());
        self.over = &self.over - &part;
        for paid in [&mut self.to, &mut self.by] {
            let mut rest = part.clone();
            for (_, sum) in paid.iter_mut().rev() {
                let taken = sum.clone().min(rest.clone());
                *sum = &*sum - &taken;
                rest = &rest - &taken;
            }
        }
        let mut rest = part.clone();
        for (_, sum, _) in self.entries.iter_mut().rev() {
            let taken = sum.clone().min(rest.clone());
            *sum = &*sum - &taken;
            rest = &rest - &taken;
        }
        self.entries.retain(|(_, sum, _)| !sum.is_zero());
        self.interest += &part;
    }

    /// A part that was set off, and paid all the same, is paid: it counts from the day it was set off.
    pub(super) fn paid_not_set_off(&mut self, part: Exact) {
        let mut rest = part.clone();
        for (day, sum) in &mut self.set_off {
            let taken = sum.clone().min(rest.clone());
            if !taken.is_positive() {
                continue;
            }
            rest = &rest - &taken;
            *sum = &*sum - &taken;
            self.paid.push((*day, taken));
        }
        self.set_off.retain(|(_, sum)| !sum.is_zero());
        self.paid.sort();
        self.over = &self.over - &part;
    }

    /// A part of a payment is beyond the amount.
    pub(super) fn take_beyond(&mut self, payment: &Payment, part: Exact) {
        self.over += &part;
        self.entries.push((payment.day, part.clone(), payment.at));
        self.to.push((payment.to.clone(), part.clone()));
        self.by.push((payment.by.clone(), part));
    }

    /// A part of a payment goes to the amount.
    pub(super) fn take(&mut self, payment: &Payment, part: Exact) {
        match payment.way {
            Way::Paid => {}
            Way::SetOff => {
                self.set_off.push((payment.day, part));
                return;
            }
            Way::Waived { at, .. } => {
                self.waived.push(Waived { day: payment.day, sum: part, by: payment.to.clone(), at });
                return;
            }
        }
        self.paid.push((payment.day, part.clone()));
        self.days.push((payment.day, payment.by.clone(), payment.to.clone()));
        self.entries.push((payment.day, part.clone(), payment.at));
        self.to.push((payment.to.clone(), part.clone()));
        self.by.push((payment.by.clone(), part));
    }
}
