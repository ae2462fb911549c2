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
    period: Option<Period>,
    value: Val,
}

/// What of an amount was paid when; or why that cannot be said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Applied {
    /// Day and sum, in the order of days.
    pub paid: Vec<(Date, Exact)>,
    /// It was paid in another money, so how much of it is paid cannot be said.
    pub unsure: Option<Unknown>,
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
        let mut out = vec![Applied::default(); dues.len()];
        let open = |due: &Due| due.amount.as_ref().ok().map(|v| v.number().clone()).unwrap_or_default();
        let mut left: Vec<Exact> = dues.iter().map(open).collect();
        let mut order: Vec<usize> = (0..dues.len()).collect();
        order.sort_by_key(|i| dues.get(*i).map(|d| (d.due.unwrap_or(d.arisen), d.arisen)));
        let apart = self.payers(name).iter().any(Option::is_some);
        let payments = self.payments(name);
        let mut rests: Vec<Exact> = payments.iter().map(|p| p.value.number().clone()).collect();
        for fit in [Fit::Same, Fit::Inside, Fit::Open] {
            for (payment, rest) in payments.iter().zip(&mut rests) {
                for at in &order {
                    let (Some(due), Some(left), Some(slot)) =
                        (dues.get(*at), left.get_mut(*at), out.get_mut(*at))
                    else {
                        continue;
                    };
                    let payer = !apart || payment.by.is_none() || payment.by == due.from;
                    if !payer || !fit.fits(payment, due) || !left.is_positive() || !rest.is_positive() {
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
                    *rest = &*rest - &part;
                    *left = &*left - &part;
                }
            }
        }
        let today = self.facts.as_of();
        for (applied, due) in out.iter_mut().zip(dues) {
            applied.paid.sort();
            if let Some(why) = self.paid_unknown(name, due.period.as_ref(), today) {
                applied.unsure.get_or_insert(why);
            }
        }
        out
    }

    fn payments(&self, name: &Name) -> Vec<Payment> {
        let with_tax = self.tax_settles(name);
        let told = self.facts.payments_of(name).filter_map(|event| {
            let EventKind::Paid { by, label, amount: Some(amount), currency, withheld, .. } = &event.kind
            else {
                return None;
            };
            let tax = withheld.clone().filter(|_| with_tax).unwrap_or_default();
            let period = label.and_then(|l| self.clock().period(l, None));
            Some(Payment {
                day: event.date,
                by: by.clone(),
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
