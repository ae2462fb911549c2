//! What netting settles of each amount: the smaller side in full, the larger up to that, on the day the balance is
//! due. What remains is the balance; only that is open to payment, and bears interest where it is late.

use super::Due;
use super::net::Balance;
use crate::engine::Run;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::Net;
use counterpart_terms::value::Name;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How an amount goes into balances with what is owed the other way.
#[derive(Debug, Clone)]
pub(crate) struct Netted {
    /// The balance its rest is paid in, or the last that settled it, counted from the oldest.
    pub balance: usize,
    /// The period of that.
    pub period: Option<Period>,
    /// What was set against the other side: day, sum.
    pub set_off: Vec<(Date, Exact)>,
    /// The day what is left of it is due; none while it waits for a later balance; or why it cannot be said.
    pub due: Eval<Option<Date>>,
    /// Why it cannot be said what is left of it: the balance is not known.
    pub unknown: Option<Unknown>,
}

/// The balances of a clause, and how each amount goes into them.
#[derive(Debug)]
pub(crate) struct Struck {
    /// Oldest first.
    pub balances: Vec<Balance>,
    on: BTreeMap<(Name, usize), Netted>,
}

/// The amounts of a payment, and whether each goes as the first named does.
type Held = (Name, Rc<[Due]>, Vec<bool>);

/// An amount that is open in a balance.
struct Open {
    key: (Name, usize),
    /// As the payer of the first named sees it.
    left: Exact,
    /// The day it would be due by itself.
    day: Date,
}

impl Balance {
    /// The day it is due; where the clause says none, once the last of what is open in it is.
    fn day(&self, open: &[Open]) -> Eval<Date> {
        let last = open.iter().map(|one| one.day).max().unwrap_or(Date::MIN);
        Ok(self.due.clone()?.unwrap_or(last))
    }
}

impl Run<'_> {
    /// How each amount of a payment is netted; nothing where it stands by itself.
    pub(super) fn netted_on(&self, name: &Name, dues: &[Due]) -> Vec<Option<Netted>> {
        // Where they cannot be set against each other, each stands by itself.
        let struck = self.net_of(name).and_then(|net| self.struck(net).ok());
        let found = |index| struck.as_ref().and_then(|s| s.on.get(&(name.clone(), index)).cloned());
        (0..dues.len()).map(found).collect()
    }

    /// The balances of a clause by the day asked about, and how each amount goes into them: struck once.
    ///
    /// # Errors
    /// As for [`Run::balances`].
    pub(crate) fn struck(&self, net: &Net) -> Eval<Rc<Struck>> {
        if let Some(found) = self.nettings.borrow().get(&net.streams) {
            return Ok(Rc::clone(found));
        }
        // What was waived of an amount is off it before it goes into a balance.
        if !self.striking.borrow_mut().insert(net.streams.clone()) {
            self.goes_in_a_circle();
            return Err(Unknown::new("the balance is being struck").at(net.at));
        }
        let struck = self.balances(net, self.facts.as_of()).map(|balances| {
            let on = self.netted_by(net, &balances);
            Rc::new(Struck { balances, on })
        });
        self.striking.borrow_mut().remove(&net.streams);
        let struck = struck?;
        // What is computed while something else is under way may lean on what is not there yet.
        if !self.is_busy() {
            self.nettings.borrow_mut().insert(net.streams.clone(), Rc::clone(&struck));
        }
        Ok(struck)
    }

    fn netted_by(&self, net: &Net, balances: &[Balance]) -> BTreeMap<(Name, usize), Netted> {
        let mut out = BTreeMap::new();
        let mut all: Vec<Held> = Vec::new();
        for stream in &net.streams {
            let dues = self.less_waived(stream, self.dues(stream).unwrap_or_default());
            let ways = dues.iter().map(|due| self.due_goes_as_first(net, due)).collect();
            all.push((stream.clone(), dues, ways));
        }
        let mut waiting: Vec<Open> = Vec::new();
        for (at, balance) in balances.iter().enumerate() {
            let own = self.held(balance, &all);
            // What waits goes on waiting while the next balance cannot be struck yet.
            let ahead = balance.paid.as_ref().is_err_and(|why| why.gap == Gap::NotYet);
            let mut open = if ahead { Vec::new() } else { std::mem::take(&mut waiting) };
            open.extend(own);
            for one in &open {
                let slot = out.entry(one.key.clone()).or_insert_with(|| Netted {
                    balance: at,
                    period: balance.period,
                    set_off: Vec::new(),
                    due: Ok(None),
                    unknown: None,
                });
                (slot.balance, slot.period, slot.due) = (at, balance.period, balance.due.clone());
            }
            // Until the balance is due each amount is open as it is. A day that cannot be said may have come.
            let day = balance.day(&open);
            let come = day.as_ref().map_or(true, |day| *day <= self.facts.as_of());
            match &balance.paid {
                Ok(paid) => {
                    let set_off = settle(&mut open);
                    for (key, part) in set_off.into_iter().filter(|_| come) {
                        let Some(slot) = out.get_mut(&key) else { continue };
                        match &day {
                            Ok(day) => slot.set_off.push((*day, part)),
                            Err(why) => slot.unknown = Some(why.clone()),
                        }
                    }
                    if paid.number().is_zero() {
                        open.retain(|one| !one.left.is_zero());
                        for one in &open {
                            if let Some(slot) = out.get_mut(&one.key) {
                                slot.due = Ok(None);
                            }
                        }
                        waiting = open;
                    }
                }
                Err(_) if !come => {}
                Err(why) => {
                    for one in &open {
                        if let Some(slot) = out.get_mut(&one.key) {
                            let reason = format!("what it is set against is not known: {}", why.reason);
                            slot.unknown = Some(Unknown { reason, ..why.clone() });
                        }
                    }
                }
            }
        }
        out
    }

    /// The amounts of a balance's own, oldest first.
    fn held(&self, balance: &Balance, all: &[Held]) -> Vec<Open> {
        let mut open = Vec::new();
        for (stream, dues, ways) in all {
            let own = dues.iter().zip(ways).enumerate();
            for (index, (due, same)) in own.filter(|(_, (due, _))| self.is_in_balance(due, balance)) {
                let Ok(amount) = &due.amount else { continue };
                let left = if *same { amount.number().clone() } else { -amount.number().clone() };
                open.push(Open { key: (stream.clone(), index), left, day: due.due.unwrap_or(due.arisen) });
            }
        }
        open.sort_by(|a, b| (a.day, &a.key).cmp(&(b.day, &b.key)));
        open
    }
}

/// Sets what goes one way against what goes the other: how much of which amount.
fn settle(open: &mut [Open]) -> Vec<((Name, usize), Exact)> {
    let side = |positive: bool| -> Exact {
        let of = open.iter().filter(|one| one.left.is_positive() == positive);
        of.map(|one| one.left.abs()).sum()
    };
    let both = side(true).min(side(false));
    let mut out = Vec::new();
    for positive in [true, false] {
        let mut rest = both.clone();
        for one in open.iter_mut().filter(|one| one.left.is_positive() == positive) {
            let part = one.left.abs().min(rest.clone());
            if part.is_zero() {
                continue;
            }
            rest = &rest - &part;
            one.left = if positive { &one.left - &part } else { &one.left + &part };
            out.push((one.key.clone(), part));
        }
    }
    out
}
