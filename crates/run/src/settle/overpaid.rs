//! What was paid too much on a royalty: to whom, and what of it came off later amounts.
//!
//! One payee's overpayment is no other's debt. So it is kept by payee, and where the journal does not say who of
//! several was paid, that is kept too. What comes off later amounts comes off before tax, so it is counted with the tax
//! that was kept back from it.

use super::Due;
use super::applied::Applied;
use super::set_off::OVERPAYMENT;
use crate::engine::Run;
use crate::royalty;
use crate::unknown::Eval;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::Royalty;
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

/// Who was paid too much.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Overpaid {
    /// A payee, or several who are paid as one.
    To(Vec<Name>),
    /// One or several of those who share an amount: the journal does not say which.
    Unsaid,
}

impl Overpaid {
    /// The words for it, and what it is counted under where the stream is added.
    pub(super) fn key(&self, royalty: &Royalty, payer: Option<&Name>) -> Name {
        let payer = payer.map_or("", Name::as_str);
        let to = match self {
            Overpaid::To(parties) => parties.iter().map(Name::as_str).collect::<Vec<_>>().join(","),
            Overpaid::Unsaid => "?".to_string(),
        };
        Name::from(format!("{OVERPAYMENT} {} {payer} {to}", royalty.name).as_str())
    }
}

impl Run<'_> {
    /// What was paid by a day for earlier periods beyond what is owed for them, by who got it.
    pub(super) fn overpaid_by(
        &self,
        (royalty, payer, earlier): (&Royalty, Option<&Name>, &[Due]),
        period: &Period,
        day: Date,
    ) -> Eval<BTreeMap<Overpaid, Exact>> {
        if let Some(why) = self.paid_unknown(&royalty.name, None, day) {
            return Err(why);
        }
        let mut out: BTreeMap<Overpaid, Exact> = BTreeMap::new();
        for (due, applied) in earlier.iter().zip(self.paid_for_own(&royalty.name, earlier, day)) {
            let here = payer.is_none() || due.from.as_ref() == payer;
            if here && due.amount.is_ok() && due.period.is_some_and(|p| p.end < period.start) {
                if let Some(why) = applied.interest_unknown {
                    return Err(why);
                }
                for (to, over) in self.over_of(due, &applied) {
                    *out.entry(to).or_default() += &before_tax(due, &over);
                }
            }
        }
        Ok(out)
    }

    /// Who got how much above an amount. What goes back is the payee's to pay.
    fn over_of(&self, due: &Due, applied: &Applied) -> Vec<(Overpaid, Exact)> {
        if due.back || !applied.over.is_positive() {
            return Vec::new();
        }
        if due.shares.is_empty() {
            let royalty = royalty::find(self, &due.stream, due.period.map(|p| p.start)).ok();
            let to = royalty.map(|r| r.to.clone()).unwrap_or_default();
            return vec![(Overpaid::To(to), applied.over.clone())];
        }
        let unsaid = applied.to.iter().any(|(to, _)| to.is_none());
        if unsaid || due.shares.iter().any(|(_, share)| share.is_err()) {
            return vec![(Overpaid::Unsaid, applied.over.clone())];
        }
        let mut paid: BTreeMap<&Name, Exact> = BTreeMap::new();
        for (to, sum) in &applied.to {
            if let Some(to) = to {
                *paid.entry(to).or_default() += sum;
            }
        }
        let over = paid.into_iter().map(|(party, paid)| {
            let share = self.rounded_share(due, party).and_then(Result::ok);
            let share = share.map(|s| s.number().clone()).unwrap_or_default();
            (Overpaid::To(vec![party.clone()]), paid - share)
        });
        over.filter(|(_, over)| over.is_positive()).collect()
    }

    /// What was paid too much and came off later amounts is not open any more.
    pub(super) fn use_overpaid(&self, name: &Name, dues: &[Due], on: &mut [Applied]) {
        if royalty::find(self, name, None).is_err() {
            return;
        }
        for payer in self.payers(name) {
            let Ok(settled) = self.settled(name, payer.as_ref()) else { continue };
            let mut used: BTreeMap<&Overpaid, Exact> = BTreeMap::new();
            for (_, taken) in &settled.set_off {
                if let Some(to) = &taken.overpaid {
                    *used.entry(to).or_default() += &taken.sum;
                }
            }
            for (due, applied) in dues.iter().zip(on.iter_mut()) {
                if payer.is_some() && due.from != payer {
                    continue;
                }
                for (to, over) in self.over_of(due, applied) {
                    let Some(left) = used.get_mut(&to) else { continue };
                    let part = before_tax(due, &over).min(left.clone());
                    *left = &*left - &part;
                    applied.over_used.push((to, part * due.kept.clone().unwrap_or_else(Exact::one)));
                }
            }
        }
    }
}

/// What was paid of an amount, with the tax that was kept back from it.
fn before_tax(due: &Due, paid: &Exact) -> Exact {
    due.kept.as_ref().and_then(|kept| paid.checked_div(kept)).unwrap_or_else(|| paid.clone())
}
