//! What was told as paid: each entry with its day, its sides and its period. Which amount it settles stands in
//! [`super::allot`].

use crate::engine::Run;
use crate::royalty;
use crate::unknown::Unknown;
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Period};
use counterpart_terms::At;
use counterpart_terms::value::Name;

/// How an amount is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Money moved.
    Paid,
    /// A debt was set off.
    SetOff,
    /// It was waived: all that is left of it, or a sum.
    Waived { whole: bool, at: At },
}

/// A payment, as told; or a debt set off or waived, which settles as a payment does.
pub(super) struct Payment {
    pub day: Date,
    pub by: Option<Name>,
    pub to: Option<Name>,
    /// It goes from the payee to the payer.
    pub back: bool,
    pub way: Way,
    pub period: Option<Period>,
    pub value: Val,
    /// The entry that tells it, where one does.
    pub at: Option<At>,
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
        let waived = self.facts.happened().filter(|e| matches!(e.kind, EventKind::Waived { .. }));
        self.facts.payments_of(name).chain(waived).filter(|e| e.date <= by).find_map(|event| {
            let (word, label) = match &event.kind {
                EventKind::Paid { label, amount: None, .. } => ("paid", label),
                EventKind::Waived { name: of, label, sum: Some((None, _)), .. } if of == name => {
                    ("waived", label)
                }
                _ => return None,
            };
            let period = label.and_then(|l| self.clock().period(l, None));
            // For a year it may have been for any quarter of it.
            let within = |a: &Period, b: &Period| b.start <= a.start && a.end <= b.end;
            let here = asked
                .zip(period.as_ref())
                .is_none_or(|(asked, own)| within(asked, own) || within(own, asked));
            let reason = || format!("how much was {word} on `{name}` on {} is not given", event.date);
            here.then(|| Unknown::new(reason()).at(event.at))
        })
    }

    /// What was told as paid on a payment, in the order of the journal.
    pub(super) fn payments(&self, name: &Name) -> Vec<Payment> {
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
                way: Way::Paid,
                period,
                value: Val::money(amount + &tax, *currency),
                at: Some(event.at),
            })
        });
        let mut told: Vec<Payment> = told.collect();
        told.extend(self.waivers(name));
        told.sort_by_key(|p| p.day);
        told
    }
}
