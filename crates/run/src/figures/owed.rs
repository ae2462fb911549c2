//! What is owed, unpaid, withheld and capped.

use super::silence::Silence;
use super::{whole_periods, within};
use crate::claims::Ask;
use crate::clock::Focus;
use crate::engine::Run;
use crate::pay::rest;
use crate::royalty;
use crate::settle::Due;
use crate::settle::allot::Allotted;
use crate::settle::applied::Applied;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::value::{Known, Name};

/// The parties to a payment, and which of several payers bears which share.
#[derive(Default)]
struct Between<'r> {
    from: &'r [Name],
    to: &'r [Name],
    borne: &'r [(Name, Known<Exact>)],
}

impl Run<'_> {
    pub(super) fn owed(&self, name: &Name, ask: &Ask<'_>, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let dues = self.less_waived(name, self.dues(name)?);
        self.owed_of(name, &dues, ask, period, zero)
    }

    /// What some amounts of a payment come to, as far as they are asked about.
    fn owed_of(
        &self,
        name: &Name,
        dues: &[Due],
        ask: &Ask<'_>,
        period: Option<&Period>,
        zero: &Val,
    ) -> Eval<Val> {
        let royalty = royalty::find(self, name, None).ok();
        let Between { from, to, borne } = self.between(name);
        self.concerns(from, to, borne, ask)?;
        // What goes back is owed to a payer.
        let back = ask.to.is_some_and(|t| from.contains(t) && !to.contains(t));
        if royalty.is_some()
            && !dues.iter().any(|d| period.is_some_and(|p| d.period.is_some_and(|d| within(&d, p))))
        {
            whole_periods(name, dues.iter().filter_map(|d| d.period), period)?;
        }
        let unknown = dues.iter().filter(|d| d.amount.is_err()).count();
        let mut asked: Vec<(Eval<Val>, Option<Val>)> = Vec::new();
        for due in dues {
            if !due.is_in(period) || !self.is_asked_of(due, ask) {
                continue;
            }
            let share = due.borne_share(borne, ask.from)?;
            let own = |v: Val| v.with(v.number() * &share);
            let rest = due.rest.clone().map(own);
            let all = || self.rounded_borne(due, borne, ask.from);
            match ask.to {
                Some(_) if back => asked.push((all().map(|v| v.with(-v.number().clone())), None)),
                // Of what one of several payees gets, who bears which part is a part of a part.
                Some(t) if !due.shares.is_empty() => {
                    asked.extend(self.owed_to(due, t, to).map(|gets| (gets.map(own), rest)));
                }
                Some(t) => asked.extend(self.owed_to(due, t, to).map(|_| (all(), rest))),
                None => asked.push((all(), rest)),
            }
        }
        if asked.is_empty() {
            if royalty.is_some() {
                self.heard_of(name, ask, period)?;
            }
            return self.borne_part(borne, zero.clone(), ask);
        }
        rest::sum(zero, asked.iter().map(|(a, r)| (a, r.as_ref())), unknown)
    }

    /// That a royalty owes nothing for a period because nothing was sold, and not because nobody reported it.
    fn heard_of(&self, name: &Name, ask: &Ask<'_>, period: Option<&Period>) -> Eval<()> {
        let mut silence = Silence::default();
        for payer in self.payers(name) {
            if payer.as_ref().is_some_and(|p| ask.from.is_some_and(|f| f != p)) {
                continue;
            }
            for part in &self.series_of(name, payer.as_ref())?.parts {
                if period.is_none_or(|p| within(&part.period, p)) {
                    silence.hear(part.silence());
                }
            }
        }
        silence.broken()
    }

    /// The part of a due that goes to a payee.
    fn owed_to(&self, due: &Due, party: &Name, to: &[Name]) -> Option<Eval<Val>> {
        if due.shares.is_empty() {
            let to = due.to.as_ref().map_or(to, std::slice::from_ref);
            let goes = !due.back
                && (to.is_empty() || to.iter().any(|t| t == party || self.members(t).contains(party)));
            return goes.then(|| due.amount.clone());
        }
        self.rounded_share(due, party)
    }

    /// What a payment comes to for a period, whoever pays it.
    ///
    /// # Errors
    /// As for [`Run::figure`].
    pub(crate) fn owed_for(&self, name: &Name, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        self.owed(name, &Ask::plain(&[]), period, zero)
    }

    /// Owed, less what was paid of it; what is netted or set off is settled.
    pub(super) fn unpaid(
        &self,
        name: &Name,
        ask: &Ask<'_>,
        period: Option<&Period>,
        zero: &Val,
    ) -> Eval<Val> {
        // What is owed has to be known first.
        let dues = self.dues(name)?;
        let mut left = self.owed_of(name, &dues, ask, period, zero)?;
        if let Some(why) = self.paid_unknown(name, period, self.facts.as_of()) {
            return Err(why);
        }
        let allotted = self.allotted(name, &dues);
        for (due, applied) in dues.iter().zip(&allotted.on) {
            if !due.is_in(period) || !self.is_asked_of(due, ask) {
                continue;
            }
            let settled = self.settled_of(due, applied, ask)?;
            left = left.less(&settled)?;
        }
        let elsewhere = self.unplaced_for(name, &allotted, ask);
        for (_, own, value) in elsewhere {
            if period.is_none_or(|p| own.is_some_and(|own| within(&own, p))) {
                left = left.less(&value)?;
            }
        }
        Ok(left)
    }

    /// What was paid for no amount that is due, from and to the parties asked about.
    fn unplaced_for(
        &self,
        name: &Name,
        allotted: &Allotted,
        ask: &Ask<'_>,
    ) -> Vec<(Date, Option<Period>, Val)> {
        if ask.from.is_none() && ask.to.is_none() {
            return allotted.unplaced.clone();
        }
        let theirs = self.paid_to(name, ask.from, ask.to);
        allotted
            .unplaced
            .iter()
            .filter(|one| theirs.iter().any(|t| t.0 == one.0 && t.1 == one.1))
            .cloned()
            .collect()
    }

    /// Whether an amount runs between the parties asked about.
    fn is_asked_of(&self, due: &Due, ask: &Ask<'_>) -> bool {
        let Between { from, to, borne } = self.between(&due.stream);
        let shared = borne.iter().any(|(p, _)| Some(p) == ask.from);
        // Of several who pay, one may owe an amount alone.
        let alone = due.from.as_ref().is_some_and(|own| from.contains(own));
        let among = |f: &Name| from.contains(f) && from.len() > 1 && !alone;
        let payer = ask.from.is_none_or(|f| shared || due.from.as_ref() == Some(f) || among(f));
        let payee = ask.to.is_none_or(|t| match from.contains(t) && !to.contains(t) {
            true => due.back,
            false => self.owed_to(due, t, to).is_some(),
        });
        payer && payee
    }

    /// What is settled of an amount, as far as it concerns the parties asked about. Of what goes back it counts the
    /// other way.
    fn settled_of(&self, due: &Due, applied: &Applied, ask: &Ask<'_>) -> Eval<Val> {
        let amount = due.amount.as_ref().map_err(Clone::clone)?;
        let Between { from, to, borne } = self.between(&due.stream);
        let returned = ask.to.is_some_and(|t| from.contains(t) && !to.contains(t));
        if let Some(party) = ask.to.filter(|_| !due.shares.is_empty() && !due.back) {
            let share = self.rounded_share(due, party);
            let share = share.unwrap_or_else(|| Ok(amount.with(Exact::zero())));
            let paid = self.paid_to_payee(due, applied, party, &share);
            // A waiver that does not say whose it is may be of any share.
            let unsaid = applied.waived.iter().any(|w| w.by.is_none());
            let waived = applied.waived.iter().filter(|w| w.by.as_ref() == Some(party));
            let waived: Exact = waived.map(|w| w.sum.clone()).sum();
            let paid = paid.filter(|_| applied.unsure.is_none() && !unsaid);
            let (used, set_off) = (applied.over_used_of(party), self.set_off_of_payee(due, applied, party)?);
            return paid.map(|sum| amount.with(sum + &set_off + &waived - &used)).ok_or_else(|| {
                let reason =
                    format!("the journal does not say how much of `{}` `{party}` was paid", due.stream);
                applied.unsure.clone().unwrap_or_else(|| Unknown::new(reason).at(due.at))
            });
        }
        let left = applied.left(due)?;
        if let Some(party) = ask.from.filter(|f| borne.iter().any(|(p, _)| p == *f)) {
            let unsaid = applied.by.iter().any(|(by, _)| by.is_none()) || !applied.set_off.is_empty();
            return match (unsaid, left.number().is_zero()) {
                // Where all of it is settled, so is each share of it.
                (true, true) => self.rounded_borne(due, borne, Some(party)),
                (true, false) => {
                    let reason =
                        format!("the journal does not say how much of `{}` `{party}` paid", due.stream);
                    Err(Unknown::new(reason).at(due.at))
                }
                (false, _) => {
                    let own = applied.by.iter().filter(|(by, _)| by.as_ref() == Some(party));
                    Ok(amount.with(own.map(|(_, n)| n.clone()).sum()))
                }
            };
        }
        let settled =
            if due.back { amount.number() + left.number() } else { amount.number() - left.number() };
        // To the payer what goes back counts as it is.
        Ok(amount.with(if returned { -settled } else { settled }))
    }

    fn between(&self, name: &Name) -> Between<'_> {
        if let Some(pay) = self.pay_named(name) {
            return Between { from: &pay.from, to: &pay.to, borne: &pay.borne };
        }
        match royalty::find(self, name, None) {
            Ok(royalty) => Between { from: &royalty.from, to: &royalty.to, borne: &royalty.borne },
            Err(_) => Between::default(),
        }
    }

    /// Tax kept back from what is paid for a period.
    pub(super) fn withheld(
        &self,
        name: &Name,
        ask: &Ask<'_>,
        period: Option<&Period>,
        zero: &Val,
    ) -> Eval<Val> {
        let Between { from, to, borne } = self.between(name);
        self.concerns(from, to, borne, ask)?;
        let mut sum = zero.clone();
        for due in self.dues(name)?.iter() {
            // What several owe together names none of them.
            let asked_of = |f: &Name| due.from.as_ref().is_none_or(|d| d == f);
            if due.is_in(period)
                && ask.from.is_none_or(asked_of)
                && let Some(tax) = &due.withheld
            {
                let tax = tax.as_ref().map_err(Clone::clone)?;
                sum = sum.plus(&tax.with(tax.number() * &due.tax_share(borne, ask.from)?))?;
            }
        }
        Ok(sum)
    }

    /// The most a royalty, or a payee of it, may come to.
    pub(super) fn cap(&self, name: &Name, ask: &Ask<'_>, period: Option<&Period>) -> Eval<Val> {
        let royalty = royalty::find(self, name, period.map(|p| p.start))
            .or_else(|_| royalty::find(self, name, None))?;
        let none = || Unknown::new(format!("`{name}` has no cap there")).at(royalty.at);
        if let Some(to) = ask.to {
            return self.payee_cap(royalty, to, period)?.ok_or_else(none);
        }
        let mut least: Option<Val> = None;
        for cap in &royalty.caps {
            let focus = Focus { period: period.copied(), ..Focus::default() };
            if let Some(period) = period
                && !royalty::covers(self, cap, period)?
            {
                continue;
            }
            let (most, _) = self.amount(&cap.most, &focus).map_err(|u| u.at(cap.at))?;
            least = Some(match least {
                Some(so_far) if so_far.compare(&most)?.is_le() => so_far,
                _ => most,
            });
        }
        least.ok_or_else(none)
    }
}
