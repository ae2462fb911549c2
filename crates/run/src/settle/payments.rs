//! What was paid: which amount each payment settles, and what was paid too much.

use super::Due;
use super::netting::Netted;
use super::set_off::OVERPAYMENT;
use crate::engine::Run;
use crate::royalty;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

/// A payment, as told; or a debt set off, which settles as a payment does.
struct Payment {
    day: Date,
    by: Option<Name>,
    to: Option<Name>,
    /// It goes from the payee to the payer.
    back: bool,
    /// No money moved: a debt was set off.
    set_off: bool,
    period: Option<Period>,
    value: Val,
}

/// What of an amount was paid when; or why that cannot be said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Applied {
    /// Day and sum, in the order of days.
    pub paid: Vec<(Date, Exact)>,
    /// To whom how much of it was paid, with what is too much; nobody where the entry does not say.
    pub to: Vec<(Option<Name>, Exact)>,
    /// By whom how much of it was paid, with what is too much; nobody where the entry does not say.
    pub by: Vec<(Option<Name>, Exact)>,
    /// Settled without money: set against what is owed the other way, or set off.
    pub set_off: Vec<(Date, Exact)>,
    /// The balance it is part of, where it is set against what is owed the other way.
    pub netted: Option<Netted>,
    /// Paid above it: what no other amount takes up.
    pub over: Exact,
    /// Of what was paid above it, what came off later amounts.
    pub over_used: Exact,
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

    /// Settled of it: paid or set off, without what is too much.
    pub fn settled(&self) -> Exact {
        self.paid.iter().chain(&self.set_off).map(|(_, n)| n.clone()).sum()
    }

    /// What settled it, in the order of days.
    pub fn in_order(&self) -> Vec<(Date, Exact)> {
        let mut all: Vec<(Date, Exact)> = self.set_off.iter().chain(&self.paid).cloned().collect();
        all.sort_by_key(|(day, _)| *day);
        all
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
        // What one payee got too much is not what another is owed.
        let left = if left.is_positive() { left } else { left - (&self.over - &self.over_used) };
        Ok(amount.with(left))
    }
}

/// The payments of a stream, each with the amount it is for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Allotted {
    /// What was paid on each amount.
    pub on: Vec<Applied>,
    /// Day, period and sum of the payments that belong to none of them.
    pub unplaced: Vec<(Date, Option<Period>, Val)>,
}

impl Run<'_> {
    /// What was paid on a payment: day, period, amount. Tax that was kept back and is the payee's to bear is paid
    /// on its behalf.
    pub fn paid(&self, name: &Name, payer: Option<&Name>) -> Vec<(Date, Option<Period>, Val)> {
        self.paid_to(name, payer, None)
    }

    /// What was paid on a payment to a payee. An entry that names no payee went to the usual ones.
    pub(crate) fn paid_to(
        &self,
        name: &Name,
        payer: Option<&Name>,
        payee: Option<&Name>,
    ) -> Vec<(Date, Option<Period>, Val)> {
        let usual = self.pay_named(name).map(|p| (&p.from, &p.to));
        let usual = usual.or_else(|| royalty::find(self, name, None).ok().map(|r| (&r.from, &r.to)));
        let returns =
            |party: &Name| usual.is_some_and(|(from, to)| from.contains(party) && !to.contains(party));
        let with_tax = self.tax_settles(name);
        let paid = self.facts.payments_of(name).filter_map(|event| {
            let EventKind::Paid { by, to, label, amount: Some(amount), currency, withheld, .. } = &event.kind
            else {
                return None;
            };
            let tax = withheld.clone().filter(|_| with_tax).unwrap_or_default();
            let from_here = payer.is_none_or(|p| by.as_ref().is_none_or(|b| b == p));
            let to_here = match (payee, to) {
                (Some(asked), Some(told)) => asked == told,
                (Some(asked), None) => !returns(asked),
                (None, _) => true,
            };
            let period = label.and_then(|l| self.clock().period(l, None));
            let here = from_here && to_here;
            here.then(|| (event.date, period, Val::money(amount + &tax, *currency)))
        });
        paid.collect()
    }

    /// Why it cannot be said what was paid by a day, for a period or in all: an entry does not give its sum.
    pub(crate) fn paid_unknown(&self, name: &Name, asked: Option<&Period>, by: Date) -> Option<Unknown> {
        self.facts.payments_of(name).filter(|e| e.date <= by).find_map(|event| {
            let EventKind::Paid { label, amount: None, .. } = &event.kind else { return None };
            let period = label.and_then(|l| self.clock().period(l, None));
            let here = asked.is_none() || period.is_none() || period.as_ref() == asked;
            let reason = || format!("how much was paid on `{name}` on {} is not given", event.date);
            here.then(|| Unknown::new(reason()).at(event.at))
        })
    }

    /// What each of several amounts of a payment was paid, and when. A payment that says its period is for the
    /// amounts of that period, the earliest due first; one that says none is for what is still open, the
    /// earliest due first. A payment in another money settles nothing by itself.
    pub(crate) fn applied(&self, name: &Name, dues: &[Due]) -> Vec<Applied> {
        self.allotted(name, dues).on
    }

    /// As [`Run::applied`], with the payments that belong to none of the amounts. What is netted or set off is
    /// settled before any money is.
    pub(crate) fn allotted(&self, name: &Name, dues: &[Due]) -> Allotted {
        let mut slots = vec![Applied::default(); dues.len()];
        for (slot, netted) in slots.iter_mut().zip(self.netted_on(name, dues)) {
            let Some(netted) = netted else { continue };
            slot.set_off.extend(netted.set_off.iter().cloned());
            slot.unsure.clone_from(&netted.unknown);
            slot.netted = Some(netted);
        }
        let mut payments = self.payments(name);
        let zero = self.zero_of(Some(name)).unwrap_or(Val::Number(Exact::zero()));
        match self.set_off_of(name) {
            Ok(taken) => payments.extend(taken.into_iter().map(|(day, sum)| Payment {
                day,
                by: None,
                to: None,
                back: false,
                set_off: true,
                period: None,
                value: zero.with(sum),
            })),
            Err(why) => slots.iter_mut().for_each(|slot| {
                slot.unsure.get_or_insert_with(|| why.clone());
            }),
        }
        payments.sort_by_key(|p| p.day);
        let mut out = self.allot(name, dues, slots, &payments);
        self.use_overpaid(name, dues, &mut out.on);
        out
    }

    /// What each of several amounts was paid by a day, in money: as far as can be said while others are settled.
    pub(crate) fn paid_by(&self, name: &Name, dues: &[Due], day: Date) -> Vec<Applied> {
        let mut payments = self.payments(name);
        payments.retain(|p| p.day <= day);
        self.allot(name, dues, vec![Applied::default(); dues.len()], &payments).on
    }

    /// What was paid too much on each of several amounts by a day. Only payments for the very period of an amount
    /// count: any other may be for what is not settled yet.
    pub(super) fn overpaid_by_day(&self, name: &Name, dues: &[Due], day: Date) -> Vec<Exact> {
        let mut payments = self.payments(name);
        payments.retain(|p| p.day <= day && dues.iter().any(|d| p.period.is_some() && d.period == p.period));
        let on = self.allot(name, dues, vec![Applied::default(); dues.len()], &payments).on;
        on.into_iter().map(|applied| applied.over).collect()
    }

    /// Gives each payment to the amounts it is for, over what is settled of them already.
    fn allot(&self, name: &Name, dues: &[Due], slots: Vec<Applied>, payments: &[Payment]) -> Allotted {
        let mut out = slots;
        let own = self.zero_of(Some(name)).ok().and_then(|zero| zero.currency());
        let money = |due: &Due| due.amount.as_ref().map_or(own, Val::currency);
        let mut order: Vec<usize> = (0..dues.len()).collect();
        order.sort_by_key(|i| dues.get(*i).map(|d| (d.due.unwrap_or(d.arisen), d.arisen)));
        let mut left = open_of(dues, &mut out);
        let mut shares = self.shares_left(dues);
        let apart = self.payers(name).iter().any(Option::is_some);
        let goes = |payment: &Payment, due: &Due| {
            let payer = !apart || payment.by.is_none() || payment.by == due.from;
            payer && payment.back == due.back
        };
        let mut rests: Vec<Exact> = payments.iter().map(|p| p.value.number().clone()).collect();
        // What a payment may have been for, where an earlier amount that is not known took it.
        let mut taken: Vec<bool> = vec![false; payments.len()];
        for fit in Fit::ALL {
            for ((payment, rest), taken) in payments.iter().zip(&mut rests).zip(&mut taken) {
                for at in &order {
                    let (Some(due), Some(left), Some(slot)) =
                        (dues.get(*at), left.get_mut(*at), out.get_mut(*at))
                    else {
                        continue;
                    };
                    if !goes(payment, due) || !fit.fits(payment, due, slot) {
                        continue;
                    }
                    if *taken && left.is_positive() {
                        let reason = format!(
                            "how much of what was paid on {} was for an amount that is not known",
                            payment.day
                        );
                        slot.unsure.get_or_insert_with(|| Unknown::new(reason));
                    }
                    if !rest.is_positive() {
                        continue;
                    }
                    if due.amount.is_err() && !due.unsure && money(due) == payment.value.currency() {
                        slot.take(payment, rest.clone());
                        *rest = Exact::zero();
                        *taken = true;
                        continue;
                    }
                    if !left.is_positive() {
                        continue;
                    }
                    if money(due) != payment.value.currency() {
                        let reason = format!(
                            "`{name}` is owed in {} and was paid in {} on {}",
                            money(due).map_or("no money", |c| c.code()),
                            payment.value.currency().map_or("no money", |c| c.code()),
                            payment.day
                        );
                        slot.unsure.get_or_insert_with(|| Unknown::new(reason));
                        continue;
                    }
                    let mut part = rest.clone().min(left.clone());
                    // One of several payees gets no more than its share.
                    let share = payment.to.as_ref().and_then(|to| shares.get_mut(&(*at, to.clone())));
                    if let Some(share) = share {
                        part = part.min(share.clone()).max(Exact::zero());
                        *share = &*share - &part;
                    }
                    if part.is_positive() {
                        slot.take(payment, part.clone());
                        *rest = &*rest - &part;
                        *left = &*left - &part;
                    }
                }
            }
        }
        let mut unplaced = Vec::new();
        let rests = payments.iter().zip(rests).filter(|(p, rest)| !rest.is_zero() && !p.set_off);
        for (payment, rest) in rests {
            let rest = payment.value.with(rest);
            // What is too much stays with the last amount it could have been for.
            let mut places = Fit::ALL.into_iter().filter_map(|fit| {
                let fits = |at: &&usize| {
                    let (due, slot) = (dues.get(**at), out.get(**at));
                    due.zip(slot).is_some_and(|(d, slot)| goes(payment, d) && fit.fits(payment, d, slot))
                };
                order.iter().rfind(fits)
            });
            let Some(at) = places.next().copied() else {
                unplaced.push((payment.day, payment.period, rest));
                continue;
            };
            let (Some(due), Some(slot)) = (dues.get(at), out.get_mut(at)) else { continue };
            if money(due) == rest.currency() {
                slot.over += rest.number();
                slot.to.push((payment.to.clone(), rest.number().clone()));
                slot.by.push((payment.by.clone(), rest.number().clone()));
            } else {
                slot.other.push((payment.day, rest));
            }
        }
        let today = self.facts.as_of();
        for (applied, due) in out.iter_mut().zip(dues) {
            applied.paid.sort();
            if let Some(why) = self.paid_unknown(name, due.period.as_ref(), today) {
                applied.unsure.get_or_insert(why);
            }
        }
        Allotted { on: out, unplaced }
    }

    /// What each of several payees has to get of each amount.
    fn shares_left(&self, dues: &[Due]) -> BTreeMap<(usize, Name), Exact> {
        let shares = dues.iter().enumerate().flat_map(|(at, due)| {
            let known = due.shares.iter().filter_map(|(party, share)| Some((party, share.as_ref().ok()?)));
            known.map(move |(party, share)| {
                ((at, party.clone()), self.round_of(&due.stream, share).number().clone())
            })
        });
        shares.collect()
    }

    /// What was paid too much and came off later amounts is not open any more.
    fn use_overpaid(&self, name: &Name, dues: &[Due], on: &mut [Applied]) {
        if royalty::find(self, name, None).is_err() {
            return;
        }
        for payer in self.payers(name) {
            let Ok(settled) = self.settled(name, payer.as_ref()) else { continue };
            let used = settled.set_off.iter().filter(|(_, debt, _)| debt.as_str() == OVERPAYMENT);
            let mut used: Exact = used.map(|(_, _, n)| n.clone()).sum();
            for (due, applied) in dues.iter().zip(on.iter_mut()) {
                if payer.is_none() || due.from == payer {
                    applied.over_used = applied.over.clone().min(used.clone());
                    used = &used - &applied.over_used;
                }
            }
        }
    }

    fn payments(&self, name: &Name) -> Vec<Payment> {
        let with_tax = self.tax_settles(name);
        let usual = self.pay_named(name).map(|p| (&p.from, &p.to));
        let usual = usual.or_else(|| royalty::find(self, name, None).ok().map(|r| (&r.from, &r.to)));
        let told = self.facts.payments_of(name).filter_map(|event| {
            let EventKind::Paid { by, to, label, amount: Some(amount), currency, withheld, .. } = &event.kind
            else {
                return None;
            };
            let tax = withheld.clone().filter(|_| with_tax).unwrap_or_default();
            let period = label.and_then(|l| self.clock().period(l, None));
            let back = usual
                .zip(to.as_ref())
                .is_some_and(|((from, payees), party)| from.contains(party) && !payees.contains(party));
            Some(Payment {
                day: event.date,
                by: by.clone(),
                to: to.clone(),
                back,
                set_off: false,
                period,
                value: Val::money(amount + &tax, *currency),
            })
        });
        told.collect()
    }
}

impl Applied {
    /// A part of a payment goes to the amount.
    fn take(&mut self, payment: &Payment, part: Exact) {
        if payment.set_off {
            self.set_off.push((payment.day, part));
            return;
        }
        self.paid.push((payment.day, part.clone()));
        self.to.push((payment.to.clone(), part.clone()));
        self.by.push((payment.by.clone(), part));
    }
}

/// What is open of each amount before any money is paid. What takes something off the amounts of its own period is
/// taken off them first.
fn open_of(dues: &[Due], slots: &mut [Applied]) -> Vec<Exact> {
    let mut left: Vec<Exact> = Vec::new();
    for (due, slot) in dues.iter().zip(slots.iter()) {
        let amount = due.amount.as_ref().ok().map(|v| v.number().clone()).unwrap_or_default();
        let open = if due.back { -amount } else { amount };
        left.push(open - slot.settled());
    }
    for (at, due) in dues.iter().enumerate().filter(|(_, d)| !d.back) {
        let mut credit = left.get(at).map_or_else(Exact::zero, |n| -n.clone()).max(Exact::zero());
        for (other, of) in dues.iter().enumerate().filter(|(i, _)| *i != at) {
            let open = left.get_mut(other).filter(|n| n.is_positive() && credit.is_positive());
            let Some(open) = open else { continue };
            if of.back || of.period != due.period || of.from != due.from || due.period.is_none() {
                continue;
            }
            let part = credit.clone().min(open.clone());
            let day = due.due.unwrap_or(due.arisen);
            *open = &*open - &part;
            credit = &credit - &part;
            if let Some(own) = left.get_mut(at) {
                *own = &*own + &part;
            }
            for (slot, sum) in [(at, -part.clone()), (other, part.clone())] {
                if let Some(slot) = slots.get_mut(slot) {
                    slot.set_off.push((day, sum));
                }
            }
        }
    }
    left
}

/// How a payment goes with an amount.
#[derive(Debug, Clone, Copy)]
enum Fit {
    /// It is for the very period of the amount.
    Same,
    /// It is for a longer time, as a year for its quarters.
    Inside,
    /// It says no period: it is for what is open.
    Open,
}

impl Fit {
    /// From the closest on.
    const ALL: [Fit; 3] = [Fit::Same, Fit::Inside, Fit::Open];

    fn fits(self, payment: &Payment, due: &Due, slot: &Applied) -> bool {
        match (self, payment.period) {
            // What waited for a later balance is paid with that.
            (Fit::Same, Some(period)) => {
                let balance = slot.netted.as_ref().and_then(|n| n.period);
                due.period == Some(period) || balance == Some(period)
            }
            (Fit::Inside, Some(period)) => {
                due.period.map_or(period.contains(due.arisen), |d| inside(&d, &period))
            }
            (Fit::Open, None) => true,
            _ => false,
        }
    }
}

/// Whether a stretch of days lies in another.
fn inside(inner: &Period, outer: &Period) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
