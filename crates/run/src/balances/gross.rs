//! What is owed and stands in no balance: amount by amount, each party's part by itself.

use super::form::{GrossDue, GrossTotal};
use super::{NetAsked, left_of};
use crate::agenda::interest_on;
use crate::costs::{CostsAsked, NO_DAY};
use crate::engine::Run;
use crate::settle::Due;
use crate::settle::applied::Applied;
use crate::settle::net::Balance;
use crate::statement::NetDue;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact};
use counterpart_terms::model::Net;
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

/// An amount that is owed, with what is left of it.
pub(super) struct Gross {
    /// As it is told.
    pub told: GrossDue,
    left: Option<Val>,
}

impl Gross {
    /// Whether something of it is left, or may be.
    pub fn is_open(&self) -> bool {
        self.left.as_ref().is_none_or(|left| !left.number().is_zero())
    }
}

impl Run<'_> {
    /// What is owed by itself, in the order of the payments.
    pub(super) fn gross_dues(&self, netted: &[Balance], asked: &NetAsked) -> Vec<Gross> {
        let mut out = Vec::new();
        for name in self.machine.streams() {
            let dues = match self.dues(&name) {
                Ok(dues) => dues,
                Err(why) => {
                    out.push(self.gross_unknown(&name, None, None, self.reason(&why)));
                    continue;
                }
            };
            for (due, applied) in dues.iter().zip(&self.allotted(&name, &dues).on) {
                if !netted.iter().any(|balance| self.is_in_balance(due, balance)) {
                    self.add_gross(due, applied, &mut out);
                }
            }
            self.add_gross_interest(&name, &mut out);
            if self.nets().iter().any(|net| net.streams.contains(&name)) {
                continue;
            }
            for missing in self.overdue_reports(&name, None) {
                let day = missing.payment_due;
                out.push(self.gross_unknown(
                    &name,
                    day,
                    Some(missing.period.label.clone()),
                    missing.in_words(),
                ));
            }
        }
        for name in self.names_of_accounts() {
            self.add_gross_account(&name, &mut out);
        }
        out.retain(|one| asked.holds(one.told.due) && asked.is_between(&one.told.from, &one.told.to));
        out
    }

    fn add_gross(&self, due: &Due, applied: &Applied, out: &mut Vec<Gross>) {
        let bare = self.gross_unknown(&due.stream, due.due, due.period.map(|p| p.to_string()), String::new());
        let told = GrossDue { unknown: None, clause: self.place(due.at), ..bare.told };
        let from = due.from.as_ref().map_or(told.from.clone(), ToString::to_string);
        let to = due.to.as_ref().map_or(told.to.clone(), ToString::to_string);
        let (from, to) = if due.back { (to, from) } else { (from, to) };
        let part = |from: String, to: String, owed: &Eval<Val>, paid: &Exact, why: Option<&Unknown>| {
            let amount = owed.as_ref().ok();
            let left = left_of(amount.filter(|_| why.is_none()), paid);
            let why = owed.as_ref().err().or(why).or(due.no_day.as_ref());
            Gross {
                told: GrossDue {
                    from,
                    to,
                    amount: amount.map(ToString::to_string),
                    paid: amount.filter(|_| !paid.is_zero()).map(|sum| sum.with(paid.clone()).to_string()),
                    left: left.as_ref().map(ToString::to_string),
                    unknown: why.map(|why| self.reason(why)),
                    ..told.clone()
                },
                left,
            }
        };
        // What was paid beyond it comes off nothing by itself: it is open the other way, as is what comes to less than nothing.
        let mut add = |(from, to): (String, String),
                       owed: &Eval<Val>,
                       paid: &Exact,
                       used: &Exact,
                       why: Option<&Unknown>| {
            let (Ok(sum), None) = (owed, why) else {
                out.push(part(from, to, owed, paid, why));
                return;
            };
            let turned = |n: &Exact| if sum.number().is_negative() { -n.clone() } else { n.clone() };
            let (from, to) = if sum.number().is_negative() { (to, from) } else { (from, to) };
            let (owed, paid) = (turned(sum.number()), turned(paid));
            let settled = paid.clone().min(owed.clone());
            let over = paid - &settled - used;
            out.push(part(from.clone(), to.clone(), &Ok(sum.with(owed)), &settled, None));
            if over.is_positive() {
                let payment = format!("{}, paid too much", told.payment);
                let back = part(to, from, &Ok(sum.with(over)), &Exact::zero(), None);
                out.push(Gross { told: GrossDue { payment, due: None, ..back.told }, ..back });
            }
        };
        let none = Exact::zero();
        let unsure = applied.left(due).err().filter(|_| due.amount.is_ok());
        let payees = self.payees_of(due, applied);
        if payees.len() > 1 && payees.iter().all(|payee| payee.paid.is_some()) {
            for payee in payees {
                let (paid, used) = (payee.paid.unwrap_or_default(), applied.over_used_of(&payee.party));
                add((from.clone(), payee.party.to_string()), &payee.owed, &paid, &used, None);
            }
            return;
        }
        let payers = self.payers_of(due, applied);
        if !payers.is_empty() && !due.back && payers.iter().all(|payer| payer.paid.is_some()) {
            for payer in payers {
                let paid = payer.paid.unwrap_or_default();
                add((payer.party.to_string(), to.clone()), &payer.owed, &paid, &none, None);
            }
            return;
        }
        let turned = |v: Val| if due.back { v.with(-v.number().clone()) } else { v };
        let settled = applied.settled() + applied.still_over();
        add((from, to), &due.amount.clone().map(turned), &settled, &none, unsure.as_ref());
    }

    /// The interest that has run on what was or is late.
    fn add_gross_interest(&self, name: &Name, out: &mut Vec<Gross>) {
        for (due, late) in self.open_interest(name) {
            let why = late.as_ref().err().map(|why| self.reason(why));
            let bare = self.gross_unknown(name, due.due, due.period.map(|p| p.to_string()), String::new());
            let late = late.ok();
            let paid = late.as_ref().map(|late| &late.paid).filter(|paid| !paid.number().is_zero());
            let told = GrossDue {
                payment: interest_on(name),
                from: due.from.as_ref().map_or(bare.told.from.clone(), ToString::to_string),
                to: due.to.as_ref().map_or(bare.told.to.clone(), ToString::to_string),
                amount: late.as_ref().map(|late| late.interest.to_string()),
                paid: paid.map(ToString::to_string),
                left: late.as_ref().map(|late| late.left().to_string()),
                unknown: why,
                ..bare.told
            };
            out.push(Gross { told, left: late.map(|late| late.left()) });
        }
    }

    fn gross_unknown(&self, name: &Name, due: Option<Date>, period: Option<String>, why: String) -> Gross {
        let bare = self.bare(name, None, None);
        Gross {
            told: GrossDue {
                payment: name.to_string(),
                period,
                from: bare.payer,
                to: bare.payee,
                amount: None,
                paid: None,
                left: None,
                due,
                unknown: Some(why),
                clause: bare.clause,
            },
            left: None,
        }
    }

    fn add_gross_account(&self, name: &Name, out: &mut Vec<Gross>) {
        let Some(account) = self.running_account(name, &CostsAsked::default()) else { return };
        let bare = self.gross_unknown(name, None, None, String::new());
        if let Some(why) = account.unknown() {
            let told =
                GrossDue { unknown: Some(self.reason(why)), clause: self.place(account.at), ..bare.told };
            out.push(Gross { told, left: None });
            return;
        }
        for pair in &account.pairs {
            let over = pair.left.number().is_negative();
            let left = pair.left.with(pair.left.number().abs());
            let paid = Some(&pair.paid).filter(|paid| !paid.number().is_zero() && !over);
            let (from, to) = if over { (&pair.to, &pair.from) } else { (&pair.from, &pair.to) };
            let told = GrossDue {
                payment: if over { format!("{name}, paid too much") } else { name.to_string() },
                from: from.to_string(),
                to: to.to_string(),
                amount: Some(if over { left.to_string() } else { pair.owed.to_string() }),
                paid: paid.map(ToString::to_string),
                left: Some(left.to_string()),
                unknown: Some(NO_DAY.to_string()).filter(|_| !left.number().is_zero()),
                clause: self.place(account.at),
                ..bare.told.clone()
            };
            out.push(Gross { told, left: Some(left) });
        }
    }
}

/// A balance as an amount by itself.
pub(super) fn of_balance(net: &Net, one: &NetDue) -> Gross {
    let known = one.amount.as_ref().ok().filter(|_| one.unsure.is_none() && one.other.is_empty());
    let left = left_of(known, &one.paid);
    let told = GrossDue {
        payment: format!("net of {}", Name::list(&net.streams)),
        period: one.balance.period.map(|period| period.to_string()),
        from: one.payer.clone(),
        to: one.payee.clone(),
        amount: None,
        paid: None,
        left: left.as_ref().map(ToString::to_string),
        due: None,
        unknown: None,
        clause: String::new(),
    };
    Gross { told, left }
}

/// What some owe others of all this, each way by itself.
pub(super) fn totals(run: &Run<'_>, of: &[Gross]) -> Vec<GrossTotal> {
    let mut sums: BTreeMap<(&str, &str, &str), (Val, Vec<String>)> = BTreeMap::new();
    let mut unknown: Vec<(&str, &str, String)> = Vec::new();
    for one in of {
        let told = &one.told;
        let period = told.period.as_ref().map_or(String::new(), |period| format!(" for {period}"));
        let Some(left) = &one.left else {
            unknown.push((&told.from, &told.to, format!("{}{period}", told.payment)));
            continue;
        };
        let code = left.currency().map_or("", |c| c.code());
        let key = (told.from.as_str(), told.to.as_str(), code);
        let sum = sums.entry(key).or_insert_with(|| (left.with(Exact::zero()), Vec::new()));
        sum.0 = sum.0.with(sum.0.number() + left.number());
    }
    for (from, to, what) in unknown {
        let zero = run.currency().map_or(Val::Number(Exact::zero()), |c| Val::money(Exact::zero(), c));
        let code = zero.currency().map_or("", |c| c.code());
        let known = sums.keys().find(|(a, b, _)| *a == from && *b == to).copied();
        let sum = sums.entry(known.unwrap_or((from, to, code))).or_insert((zero, Vec::new()));
        sum.1.push(what);
    }
    let open = sums.into_iter().filter(|(_, (sum, without))| !sum.number().is_zero() || !without.is_empty());
    let told = open.map(|((from, to, _), (sum, without))| GrossTotal {
        from: from.to_string(),
        to: to.to_string(),
        left: sum.to_string(),
        without,
    });
    told.collect()
}
