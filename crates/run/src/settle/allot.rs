//! Which amount each payment settles, and what was paid too much. The one place that says so: statements, the agenda,
//! interest and the figures all ask here.

use super::Due;
use super::applied::Applied;
use super::fit::Fit;
use super::payments::{Payment, Way};
use crate::engine::Run;
use crate::royalty;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Currency, Date, Exact, Period};
use counterpart_terms::model::Same;
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

/// The payments of a stream, each with the amount it is for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Allotted {
    /// What was paid on each amount.
    pub on: Vec<Applied>,
    /// Day, period and sum of the payments that belong to none of them.
    pub unplaced: Vec<(Date, Option<Period>, Val)>,
}

impl Run<'_> {
    /// As [`Run::allotted`], whatever was paid the other way.
    pub(super) fn allotted_alone(&self, name: &Name, dues: &[Due]) -> Allotted {
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
                way: Way::SetOff,
                period: None,
                value: zero.with(sum),
                at: None,
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

    /// What was paid by a day on each of several amounts, as far as it says that it is for the very period of one: any
    /// other payment may be for what is not settled yet.
    pub(super) fn paid_for_own(&self, name: &Name, dues: &[Due], day: Date) -> Vec<Applied> {
        let mut payments = self.payments(name);
        let own = |p: &Payment, due: &Due| {
            p.period.is_some_and(|period| due.period == Some(period) || due.of.contains(&period))
        };
        payments.retain(|p| p.day <= day && dues.iter().any(|due| own(p, due)));
        self.allot(name, dues, vec![Applied::default(); dues.len()], &payments).on
    }

    /// Whose a payment is where it was assigned: what is paid to one of those who have had it, or waived by one, is of what is
    /// owed to that one.
    pub(crate) fn of_assigned(&self, name: &Name) -> Option<Creditors<'_>> {
        let assigned = self.facts.told_as("assigned");
        let mut names = assigned.filter_map(|event| match &event.kind {
            EventKind::Told { name, .. } => name.as_ref(),
            _ => None,
        });
        names.find(|told| *told == name)?;
        let pay = self.pay_named(name).map(|pay| pay.to.as_slice());
        let first =
            pay.or_else(|| royalty::find(self, name, None).ok().map(|royalty| royalty.to.as_slice()))?;
        Some(Creditors { first, acts: Box::new(|who, of, day| self.clock().is_for(who, of, day)) })
    }

    /// Gives each payment to the amounts it is for, over what is settled of them already.
    fn allot(&self, name: &Name, dues: &[Due], slots: Vec<Applied>, payments: &[Payment]) -> Allotted {
        let mut order: Vec<usize> = (0..dues.len()).collect();
        order.sort_by_key(|i| dues.get(*i).map(|d| (d.due.unwrap_or(d.arisen), d.arisen)));
        let mut on = slots;
        let mut sharing = Sharing {
            name,
            dues,
            own: self.zero_of(Some(name)).ok().and_then(|zero| zero.currency()),
            apart: self.payers(name).iter().any(Option::is_some) || self.runs_both_ways(name),
            both_ways: self.runs_both_ways(name),
            assigned: self.of_assigned(name),
            order,
            left: open_of(dues, &mut on),
            shares: self.shares_left(dues),
            on,
            interest: self.interest_on_settled(name),
            accrued: BTreeMap::new(),
        };
        let mut moneys: Vec<Money<'_>> = payments.iter().map(Money::of).collect();
        // What is waived is what was not paid by then: payments come first, those of later days after it.
        for until in moneys.split_inclusive_mut(|m| m.of.is_waiver()) {
            for (waiver, fit) in [false, true].into_iter().flat_map(|w| Fit::ALL.map(|fit| (w, fit))) {
                for money in until.iter_mut().filter(|m| m.of.is_waiver() == waiver) {
                    sharing.give(money, fit);
                }
            }
        }
        let rests = moneys.iter().filter(|m| !m.rest.is_zero() && m.of.way == Way::Paid);
        let unplaced = rests.filter_map(|money| sharing.keep(money)).collect();
        let mut on = sharing.on;
        for (applied, due) in on.iter_mut().zip(dues) {
            applied.paid.sort();
            if let Some(why) = self.paid_unknown(name, due.period.as_ref(), self.facts.as_of()) {
                applied.unsure.get_or_insert(why);
            }
        }
        self.interest_paid(name, dues, &mut on);
        Allotted { on, unplaced }
    }

    /// What each of several payees has to get of each amount.
    fn shares_left(&self, dues: &[Due]) -> BTreeMap<(usize, Name), Exact> {
        let shares = dues.iter().enumerate().flat_map(|(at, due)| {
            let known = self.rounded_shares(due).into_iter();
            known.filter_map(move |(party, share)| Some(((at, party), share.ok()?.number().clone())))
        });
        shares.collect()
    }
}

/// A payment while it is given out.
struct Money<'a> {
    of: &'a Payment,
    /// What of it settles nothing yet.
    rest: Exact,
    /// An earlier amount that is not known took it: what was for others cannot be said.
    taken: bool,
}

impl<'a> Money<'a> {
    fn of(payment: &'a Payment) -> Self {
        Money { of: payment, rest: payment.value.number().clone(), taken: false }
    }
}

/// The amounts of a stream while payments are given to them.
struct Sharing<'a> {
    name: &'a Name,
    dues: &'a [Due],
    /// The money the stream is owed in.
    own: Option<Currency>,
    /// Each payer owes amounts of its own.
    apart: bool,
    /// Each payee is owed amounts of its own.
    both_ways: bool,
    /// Whose it is, where it was assigned.
    assigned: Option<Creditors<'a>>,
    /// The amounts, the earliest due first.
    order: Vec<usize>,
    /// What is open of each amount.
    left: Vec<Exact>,
    /// What is open of each payee's share of an amount.
    shares: BTreeMap<(usize, Name), Exact>,
    on: Vec<Applied>,
    /// The interest on an amount, by what settled it.
    interest: crate::interest::OnSettled<'a>,
    /// The interest on amounts that are settled, as far as it was asked for.
    accrued: BTreeMap<usize, Eval<Exact>>,
}

/// Whether a party acts for one of some on a day.
type Acts<'a> = Box<dyn Fn(&Name, &[Name], Date) -> Same + 'a>;

/// To whom the amounts of a payment are owed that was assigned.
pub(crate) struct Creditors<'a> {
    /// To whom it was owed first.
    pub first: &'a [Name],
    acts: Acts<'a>,
}

impl Creditors<'_> {
    /// Whether somebody is owed an amount, or acts for who is, on a day.
    pub(crate) fn is_owed(&self, (to, day): (&Name, Date), due: &Due) -> bool {
        let owed: Vec<Name> = due.shares.iter().map(|(party, _)| party.clone()).collect();
        let owed = match (owed.is_empty(), &due.to) {
            (false, _) => owed,
            (true, Some(one)) => vec![one.clone()],
            (true, None) => self.first.to_vec(),
        };
        (self.acts)(to, &owed, day) != Same::No
    }
}

impl Sharing<'_> {
    fn currency(&self, due: &Due) -> Option<Currency> {
        due.amount.as_ref().map_or(self.own, Val::currency)
    }

    /// Whether a payment is from the one who owes the amount, and goes its way.
    fn goes(&self, payment: &Payment, due: &Due) -> bool {
        let payer = !self.apart || payment.by.is_none() || payment.by == due.from;
        // A waiver that names no period is of what had arisen.
        let arisen = !payment.is_waiver() || payment.period.is_some() || due.arisen <= payment.day;
        let payee = !self.both_ways || payment.to.is_none() || payment.to == due.to;
        let whose = !self.is_of_another(payment, due);
        payer && payee && whose && arisen && payment.back == due.back
    }

    /// Whether a payment went to somebody who is not owed an amount any more, since it was assigned to another.
    fn is_of_another(&self, payment: &Payment, due: &Due) -> bool {
        let to = self.assigned.as_ref().zip(payment.to.as_ref()).filter(|_| !payment.back);
        to.is_some_and(|(of, to)| !of.is_owed((to, payment.day), due))
    }

    /// Gives a payment to the amounts it fits so well: first to what had arisen by its day, then to the interest on what
    /// of that is settled, and then to what was still to come.
    fn give(&mut self, money: &mut Money<'_>, fit: Fit) {
        let fits = |at: &usize| {
            let found = self.dues.get(*at).zip(self.on.get(*at));
            found.is_some_and(|(due, slot)| self.goes(money.of, due) && fit.fits(money.of, due, slot))
        };
        let had = |at: &usize| self.dues.get(*at).is_some_and(|due| due.arisen <= money.of.day);
        let fitting = self.order.iter().copied().filter(fits);
        let (arisen, to_come): (Vec<usize>, Vec<usize>) = fitting.partition(had);
        for at in &arisen {
            self.give_to(money, *at);
        }
        for at in arisen {
            self.give_interest(money, at);
        }
        for at in to_come {
            self.give_to(money, at);
        }
    }

    /// Gives what is left of a payment to the interest that had run on an amount that was settled by then. Where that is
    /// not known, neither is what is left for others.
    fn give_interest(&mut self, money: &mut Money<'_>, at: usize) {
        let (Some(due), Some(slot)) = (self.dues.get(at), self.on.get_mut(at)) else { return };
        let open = self.left.get(at).is_none_or(|left| !left.is_zero());
        let here = money.of.way == Way::Paid && money.rest.is_positive() && !money.taken && !open;
        let alone = due.shares.is_empty() && !due.back && slot.netted.is_none() && slot.unsure.is_none();
        let own = due.amount.as_ref().is_ok_and(|owed| owed.currency() == money.of.value.currency());
        if !(here && alone && own) || slot.last().is_none_or(|last| last > money.of.day) {
            return;
        }
        match self.accrued.entry(at).or_insert_with(|| (self.interest)(due, slot)) {
            Ok(accrued) => {
                let part = money.rest.clone().min(&*accrued - &slot.interest).max(Exact::zero());
                money.rest = &money.rest - &part;
                slot.interest += &part;
            }
            Err(_) => {
                slot.take_beyond(money.of, std::mem::take(&mut money.rest));
                money.taken = true;
            }
        }
    }

    /// Gives an amount what it takes of a payment.
    fn give_to(&mut self, money: &mut Money<'_>, at: usize) {
        let Some(due) = self.dues.get(at) else { return };
        if let Way::Waived { whole: true, .. } = money.of.way {
            money.rest = self.left.get(at).filter(|n| n.is_positive()).cloned().unwrap_or_default();
        }
        let currency = self.currency(due);
        let paid_in = match money.of.way {
            Way::Waived { whole: true, .. } => currency,
            _ => money.of.value.currency(),
        };
        let (Some(left), Some(slot)) = (self.left.get_mut(at), self.on.get_mut(at)) else { return };
        let mut unsure = |reason: String| {
            slot.unsure.get_or_insert_with(|| Unknown::new(reason));
        };
        if money.taken && left.is_positive() {
            let day = money.of.day;
            unsure(format!("how much of what was paid on {day} was for an amount that is not known"));
        }
        if !money.rest.is_positive() {
            return;
        }
        if due.amount.is_err() && !due.unsure && currency == paid_in {
            slot.take(money.of, std::mem::take(&mut money.rest));
            money.taken = true;
            return;
        }
        if !left.is_positive() {
            return;
        }
        if currency != paid_in {
            let code = |c: Option<Currency>| c.map_or("no money", |c| c.code());
            let (owed, paid, day) = (code(currency), code(paid_in), money.of.day);
            unsure(format!("`{}` is owed in {owed} and was paid in {paid} on {day}", self.name));
            return;
        }
        let mut part = money.rest.clone().min(left.clone());
        // One of several payees gets no more than its share.
        let share = money.of.to.as_ref().and_then(|to| self.shares.get_mut(&(at, to.clone())));
        if let Some(share) = share {
            part = part.min(share.clone()).max(Exact::zero());
            *share = &*share - &part;
        }
        if part.is_positive() {
            money.rest = &money.rest - &part;
            *left = &*left - &part;
            slot.take(money.of, part);
        }
    }

    /// Leaves what is too much with the last amount it could have been for; hands it back where there is none.
    fn keep(&mut self, money: &Money<'_>) -> Option<(Date, Option<Period>, Val)> {
        let rest = money.of.value.with(money.rest.clone());
        // Nobody owed it to who got it: it is no payment of this.
        if !self.dues.is_empty() && self.dues.iter().all(|due| self.is_of_another(money.of, due)) {
            return None;
        }
        let fits = |at: usize, fit: Fit| {
            let found = self.dues.get(at).zip(self.on.get(at));
            found.is_some_and(|(due, slot)| self.goes(money.of, due) && fit.fits(money.of, due, slot))
        };
        let last = |fit| self.order.iter().copied().rfind(|at| fits(*at, fit));
        let at = Fit::ALL.into_iter().find_map(last);
        let place = at.and_then(|at| self.dues.get(at).map(|due| (at, self.currency(due))));
        let Some((at, currency)) = place else { return Some((money.of.day, money.of.period, rest)) };
        let slot = self.on.get_mut(at)?;
        if currency == rest.currency() {
            slot.take_beyond(money.of, money.rest.clone());
        } else {
            slot.other.push((money.of.day, rest));
        }
        None
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
