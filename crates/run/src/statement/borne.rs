//! Who of several bears which part of an amount, and what each has paid of it.

use super::form;
use crate::amount::given;
use crate::engine::Run;
use crate::royalty;
use crate::settle::Due;
use crate::settle::applied::Applied;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_num::Exact;
use counterpart_terms::value::{Known, Name};

/// What one of several payers bears of an amount.
pub(crate) struct PayerPart {
    /// Who.
    pub party: Name,
    /// Its share of the whole.
    percent: Eval<Exact>,
    /// What it bears, exact; below zero what comes back to it.
    pub share: Eval<Val>,
    /// What it bears, rounded: the parts of all come to the whole.
    pub owed: Eval<Val>,
    /// What it paid; none where the journal does not say who did.
    pub paid: Option<Exact>,
}

impl Run<'_> {
    /// The parts of an amount that several bear.
    pub(crate) fn payers_of(&self, due: &Due, applied: &Applied) -> Vec<PayerPart> {
        let royalty = royalty::find(self, &due.stream, due.period.map(|p| p.start)).ok();
        let borne: &[(Name, Known<Exact>)] = match (royalty, self.pay_named(&due.stream)) {
            (Some(royalty), _) => &royalty.borne,
            (None, Some(pay)) => &pay.borne,
            (None, None) => &[],
        };
        // Whoever is not named may be any of those who are.
        let secret = borne.iter().any(|(party, _)| party.is_blank());
        let part = |(party, share): &(Name, Known<Exact>)| {
            let percent = match secret {
                true => Err(Unknown::new("who bears a part of it is redacted or open").at(due.at)),
                false => given(share, "share").map_err(|u| u.at(due.at)),
            };
            let whole = due.exact.clone();
            let share = percent.clone().and_then(|_| {
                let pays = due.borne_share(borne, Some(party))?;
                whole.map(|v| v.with(v.number() * &pays))
            });
            let owed = share.clone().and_then(|_| self.rounded_borne(due, borne, Some(party)));
            let paid = self.paid_by_payer(due, applied, party, &owed);
            PayerPart { party: party.clone(), percent, share, owed, paid }
        };
        borne.iter().map(part).collect()
    }

    /// What a payer paid: as the entries say, or its rounded share where all of it was paid and nobody is named.
    fn paid_by_payer(&self, due: &Due, applied: &Applied, party: &Name, share: &Eval<Val>) -> Option<Exact> {
        if applied.by.iter().all(|(by, _)| by.is_some()) {
            let own = applied.by.iter().filter(|(by, _)| by.as_ref() == Some(party));
            return Some(own.map(|(_, n)| n.clone()).sum());
        }
        let nobody = applied.by.iter().all(|(by, _)| by.is_none());
        let whole = due.amount.as_ref().is_ok_and(|owed| *owed.number() == applied.sum());
        let share = share.as_ref().ok().filter(|_| nobody && whole)?;
        Some(share.number().clone())
    }

    pub(super) fn payer(&self, part: &PayerPart, due: &Due) -> form::Payer {
        // What goes back to those who bear it counts as negative among what is owed.
        let own = |v: &Val| if due.back { v.with(-v.number().clone()) } else { v.clone() };
        let whole = due.exact.as_ref().ok().map(own);
        let percent = part.percent.as_ref().ok().map(percent);
        let arithmetic = whole.zip(percent.as_ref()).map(|(whole, percent)| format!("{whole} x {percent}"));
        let taxed = due.bearers.iter().find(|bearer| bearer.party == part.party);
        let apart = taxed.filter(|_| !due.back).map(|bearer| match bearer.off.number().is_zero() {
            true => format!("{}", bearer.whole),
            false => format!("{} less {} tax", bearer.whole, bearer.off),
        });
        let arithmetic = apart.or(arithmetic);
        let money = |n: &Exact| part.share.as_ref().ok().map(|s| self.shown(&s.with(n.clone())));
        form::Payer {
            party: part.party.clone(),
            share: percent,
            arithmetic: arithmetic.unwrap_or_default(),
            amount: part
                .share
                .as_ref()
                .ok()
                .zip(part.owed.as_ref().ok())
                .map(|(s, o)| self.part_shown(&own(s), &own(o))),
            unknown: part.share.as_ref().err().map(|u| self.reason(u)),
            paid: part.paid.as_ref().and_then(money),
        }
    }
}
