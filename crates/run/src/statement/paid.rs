//! Who was paid what: the shares of several payees, and what was paid in another money or for nothing that is due.

use super::form::{self, Payment};
use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty;
use crate::settle::Due;
use crate::settle::applied::Applied;
use crate::unknown::Eval;
use crate::value::{Val, percent};
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::{Payee, SplitBand};
use counterpart_terms::value::Name;

/// What one of several payees gets of an amount.
pub(crate) struct PayeePart {
    /// Who.
    pub party: Name,
    /// Its percentage, where that alone says its share.
    percent: Option<Exact>,
    /// The arithmetic.
    how: String,
    /// What it gets, exact.
    share: Eval<Val>,
    /// What it gets, rounded: the parts of all come to the whole.
    pub owed: Eval<Val>,
    /// What it was paid; none where the journal does not say who was.
    pub paid: Option<Exact>,
    /// Of what it was paid too much, what came off its later shares.
    over_used: Exact,
}

impl PayeePart {
    /// What it was paid above its share and is still open; nothing where either is not known.
    pub fn over(&self) -> Exact {
        let (Ok(owed), Some(paid)) = (&self.owed, &self.paid) else { return Exact::zero() };
        (paid - owed.number() - &self.over_used).max(Exact::zero())
    }
}

/// What comes off the share of a payee, in words.
fn off_of(due: &Due, party: &Name, whole: &Val) -> String {
    let own = due.off.iter().filter(|off| off.party == *party && !off.sum.is_zero());
    own.map(|off| format!(" less {} {}", whole.with(off.sum.clone()), off.what)).collect()
}

/// What was paid in another money, as it was paid.
pub(crate) fn told_otherwise(applied: &Applied) -> Vec<String> {
    applied.other.iter().map(|(day, value)| format!("{value} on {day}")).collect()
}

/// Whether something is left to be paid of an amount, or may be.
pub(crate) fn open_after(due: &Due, applied: &Applied) -> bool {
    due.amount.as_ref().map_or(true, |owed| owed.number().abs() > applied.settled())
}

impl Run<'_> {
    /// The parts of an amount that has several payees.
    pub(crate) fn payees_of(&self, due: &Due, applied: &Applied) -> Vec<PayeePart> {
        let day = due.period.map(|p| p.start);
        let royalty = royalty::find(self, &due.stream, day).ok();
        let (payees, bands): (&[Payee], &[SplitBand]) = match (royalty, self.pay_named(&due.stream)) {
            (Some(royalty), _) => (&royalty.payees, &royalty.split),
            (None, Some(pay)) => (&pay.payees, &[]),
            (None, None) => (&[], &[]),
        };
        let named: Exact = payees.iter().filter_map(|p| given(p.share.as_ref()?, "share").ok()).sum();
        let part = |party: &Name, share: &Eval<Val>, owed: Eval<Val>| {
            let payee = payees.iter().find(|p| p.party == *party).filter(|_| bands.is_empty());
            let percent = match payee.map(|p| &p.share) {
                Some(Some(share)) => given(share, "share").ok(),
                _ if bands.is_empty() => Some(Exact::one() - named.clone()),
                _ => None,
            };
            let how = match (&percent, &due.divided) {
                (Some(percent), Some(whole)) => self.share_how(due, (party, payee), percent, whole, share),
                (None, Some(whole)) => {
                    format!("of {whole}, by the bands of the split{}", off_of(due, party, whole))
                }
                _ => String::new(),
            };
            let paid = self.paid_to_payee(due, applied, party, &owed);
            let over_used = applied.over_used_of(party);
            PayeePart { party: party.clone(), percent, how, share: share.clone(), owed, paid, over_used }
        };
        let rounded = self.rounded_shares(due);
        due.shares.iter().zip(rounded).map(|((party, share), (_, owed))| part(party, share, owed)).collect()
    }

    fn share_how(
        &self,
        due: &Due,
        (party, payee): (&Name, Option<&Payee>),
        share: &Exact,
        whole: &Val,
        gets: &Eval<Val>,
    ) -> String {
        let mut how = format!("{whole} x {}", percent(share));
        let limits = payee.into_iter().flat_map(|p| p.until_amount.iter().chain(&p.at_most));
        let focus = due.period.map(Focus::of).unwrap_or_default();
        for limit in limits {
            if let Ok((most, _)) = self.amount(limit, &focus) {
                how = format!("{how}, at most {most} in all");
            }
        }
        let until = payee.and_then(|p| p.until.as_ref());
        if let Some(day) = until.and_then(|until| self.clock().limit(until, &focus).ok().flatten()) {
            how = format!("{how}, until {day}");
        }
        let full = whole.number() * share;
        let off: Exact = due.off.iter().filter(|o| o.party == *party).map(|o| o.sum.clone()).sum();
        let more = gets.as_ref().ok().map(|g| g.number() + &off - &full).filter(Exact::is_positive);
        if let Some(more) = more {
            how = format!("{how}, and {} that nobody else gets", whole.with(more));
        }
        how.push_str(&off_of(due, party, whole));
        how
    }

    /// What a payee was paid: as the entries say, or its rounded share where all of it was paid and nobody is named.
    pub(crate) fn paid_to_payee(
        &self,
        due: &Due,
        applied: &Applied,
        party: &Name,
        share: &Eval<Val>,
    ) -> Option<Exact> {
        let named = applied.to.iter().filter(|(to, _)| to.as_ref() == Some(party));
        let unsaid = applied.to.iter().any(|(to, _)| to.is_none());
        if !unsaid {
            return Some(named.map(|(_, n)| n.clone()).sum());
        }
        let all = applied.to.iter().all(|(to, _)| to.is_none());
        let set_off: Exact = applied.set_off.iter().map(|(_, n)| n.clone()).sum();
        let whole = due.amount.as_ref().is_ok_and(|owed| *owed.number() == applied.sum() + set_off);
        let share = share.as_ref().ok().filter(|_| all && whole)?;
        let set_off = self.set_off_of_payee(due, applied, party).ok()?;
        Some(share.number() - &set_off)
    }

    pub(super) fn payee(&self, part: &PayeePart) -> form::Payee {
        let money = |n: &Exact| part.share.as_ref().ok().map(|s| self.shown(&s.with(n.clone())));
        form::Payee {
            party: part.party.clone(),
            share: part.percent.as_ref().map(percent),
            arithmetic: part.how.clone(),
            amount: part.share.as_ref().ok().zip(part.owed.as_ref().ok()).map(|(s, o)| self.part_shown(s, o)),
            unknown: part.share.as_ref().err().map(|u| self.reason(u)),
            paid: part.paid.as_ref().and_then(money),
            overpaid: Some(part.over()).filter(Exact::is_positive).as_ref().and_then(money),
        }
    }

    /// A payment for which nothing is due.
    pub(super) fn unplaced(&self, name: &Name, day: Date, own: Option<Period>, value: &Val) -> Payment {
        let mut payment = self.bare(name, own, None);
        let same = self.zero_of(Some(name)).is_ok_and(|zero| zero.currency() == value.currency());
        if same {
            payment.paid = self.shown(value);
        } else {
            payment.paid_otherwise = vec![format!("{value} on {day}")];
        }
        payment
    }
}
