//! What was paid: which amount each payment settles, and what was paid too much.

use super::Due;
use crate::engine::Run;
use crate::royalty;
use crate::unknown::Unknown;
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::value::Name;

/// A payment, as told.
struct Payment {
    day: Date,
    by: Option<Name>,
    to: Option<Name>,
    /// It goes from the payee to the payer.
    back: bool,
    period: Option<Period>,
    value: Val,
}

/// What of an amount was paid when; or why that cannot be said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Applied {
    /// Day and sum, in the order of days.
    pub paid: Vec<(Date, Exact)>,
    /// To whom how much of it was paid; nobody where the entry does not say.
    pub to: Vec<(Option<Name>, Exact)>,
    /// Paid above it: what no other amount takes up.
    pub over: Exact,
    /// Paid on it in another money: it settles nothing, and is told as it was paid.
    pub other: Vec<(Date, Val)>,
    /// It was paid in another money, so how much of it is paid cannot be said.
    pub unsure: Option<Unknown>,
}

impl Applied {
    /// Paid on it in its own money, with what is too much.
    pub fn sum(&self) -> Exact {
        self.paid.iter().map(|(_, n)| n.clone()).sum::<Exact>() + self.over.clone()
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

    /// As [`Run::applied`], with the payments that belong to none of the amounts.
    pub(crate) fn allotted(&self, name: &Name, dues: &[Due]) -> Allotted {
        let mut out = vec![Applied::default(); dues.len()];
        let open = |due: &Due| {
            let amount = due.amount.as_ref().ok().map(|v| v.number().clone()).unwrap_or_default();
            if due.back { -amount } else { amount }
        };
        let mut left: Vec<Exact> = dues.iter().map(open).collect();
        let mut order: Vec<usize> = (0..dues.len()).collect();
        order.sort_by_key(|i| dues.get(*i).map(|d| (d.due.unwrap_or(d.arisen), d.arisen)));
        let apart = self.payers(name).iter().any(Option::is_some);
        let goes = |payment: &Payment, due: &Due| {
            let payer = !apart || payment.by.is_none() || payment.by == due.from;
            payer && payment.back == due.back
        };
        let payments = self.payments(name);
        let mut rests: Vec<Exact> = payments.iter().map(|p| p.value.number().clone()).collect();
        for fit in Fit::ALL {
            for (payment, rest) in payments.iter().zip(&mut rests) {
                for at in &order {
                    let (Some(due), Some(left), Some(slot)) =
                        (dues.get(*at), left.get_mut(*at), out.get_mut(*at))
                    else {
                        continue;
                    };
                    let here = goes(payment, due) && fit.fits(payment, due);
                    if !here || !left.is_positive() || !rest.is_positive() {
                        continue;
                    }
                    let owed = due.amount.as_ref().ok().and_then(Val::currency);
                    if owed != payment.value.currency() {
                        let reason = format!(
                            "`{name}` is owed in {} and was paid in {} on {}",
                            owed.map_or("no money", |c| c.code()),
                            payment.value.currency().map_or("no money", |c| c.code()),
                            payment.day
                        );
                        slot.unsure.get_or_insert_with(|| Unknown::new(reason));
                        continue;
                    }
                    let part = rest.clone().min(left.clone());
                    slot.paid.push((payment.day, part.clone()));
                    slot.to.push((payment.to.clone(), part.clone()));
                    *rest = &*rest - &part;
                    *left = &*left - &part;
                }
            }
        }
        let mut unplaced = Vec::new();
        let own = self.zero_of(Some(name)).ok().and_then(|zero| zero.currency());
        for (payment, rest) in payments.iter().zip(rests).filter(|(_, rest)| !rest.is_zero()) {
            let rest = payment.value.with(rest);
            // What is too much stays with the last amount it could have been for.
            let mut places = Fit::ALL.into_iter().filter_map(|fit| {
                let fits =
                    |at: &&usize| dues.get(**at).is_some_and(|d| goes(payment, d) && fit.fits(payment, d));
                order.iter().rfind(fits)
            });
            let Some(at) = places.next().copied() else {
                unplaced.push((payment.day, payment.period, rest));
                continue;
            };
            let (Some(due), Some(slot)) = (dues.get(at), out.get_mut(at)) else { continue };
            if due.amount.as_ref().map_or(own, Val::currency) == rest.currency() {
                slot.over += rest.number();
                slot.to.push((payment.to.clone(), rest.number().clone()));
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
                period,
                value: Val::money(amount + &tax, *currency),
            })
        });
        told.collect()
    }

    /// Where more was paid than is owed for a period, as after a correction, the last amount of the period says
    /// so: what the deal does not credit or refund, and was not set off, stays open in favour of the payer.
    pub(super) fn show_overpaid(&self, name: &Name, payer: Option<&Name>, set_off: Exact, dues: &mut [Due]) {
        let mut set_off = set_off;
        let paid = self.paid(name, payer);
        let mut periods: Vec<Option<Period>> = dues.iter().filter(|d| !d.back).map(|d| d.period).collect();
        periods.sort_by_key(|p| p.map(|p| (p.end, p.start)));
        periods.dedup();
        let single = self.pay_named(name).is_some();
        for period in periods {
            // Fees are paid without a period.
            let of = |p: Option<Period>| p == period || (single && p.is_none());
            let mut sum = Exact::zero();
            let (mut currency, mut known) = (None, true);
            for due in dues.iter().filter(|d| !d.back && (d.period == period || single)) {
                match &due.amount {
                    Ok(amount) => {
                        sum += amount.number();
                        currency = amount.currency();
                    }
                    Err(_) => known = false,
                }
            }
            let mine = paid.iter().filter(|(_, p, _)| of(*p) || single);
            let mine: Vec<&Val> = mine.map(|(_, _, v)| v).collect();
            known &= mine.iter().all(|v| v.currency() == currency);
            known &= self.paid_unknown(name, period.as_ref(), self.facts.as_of()).is_none();
            let came: Exact = mine.iter().map(|v| v.number().clone()).sum();
            let more = (&came - &sum).max(Exact::zero());
            let over = &more - &more.clone().min(set_off.clone());
            set_off = &set_off - &(&more - &over);
            let Some(currency) = currency.filter(|_| known && over.is_positive() && !mine.is_empty()) else {
                continue;
            };
            let Some(due) = dues.iter_mut().rev().find(|d| !d.back && (d.period == period || single)) else {
                continue;
            };
            due.overpaid = Some(Val::money(over, currency));
            if single {
                return;
            }
        }
    }
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

    fn fits(self, payment: &Payment, due: &Due) -> bool {
        match (self, payment.period) {
            (Fit::Same, Some(period)) => due.period == Some(period),
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
