//! Balances of payments that are set against each other: who pays whom what, and when.

use super::form::{Line, NetPayment, Reason, Statement};
use super::{days, inside, told_otherwise};
use crate::engine::Run;
use crate::settle::Due;
use crate::settle::allot::Allotted;
use crate::settle::net::Balance;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::Net;
use counterpart_terms::value::Name;
use std::rc::Rc;

/// The amounts of a payment, what was paid on each, and whether it goes as the first named does.
type Paid = (Rc<[Due]>, Rc<Allotted>, Vec<bool>);

/// A balance with what was paid of it, from the side of whoever pays it.
pub(crate) struct NetDue {
    /// The balance.
    pub balance: Balance,
    /// Who pays.
    pub payer: String,
    /// Who is paid.
    pub payee: String,
    /// To be paid.
    pub amount: Eval<Val>,
    /// Paid of it: what the payer paid, less what of that is beyond it and was paid back the other way.
    pub paid: Exact,
    /// What the payee paid though it owed nothing of it: it stays open in its favour.
    pub back: Exact,
    /// The last day on which anything was paid of it.
    pub last: Option<Date>,
    /// Paid on it in another money, and so not set off.
    pub other: Vec<String>,
    /// Why that cannot be said, where it cannot.
    pub unsure: Option<Unknown>,
}

impl Run<'_> {
    /// The balances of a clause that something is due in, oldest first.
    ///
    /// # Errors
    /// Where the payments cannot be set against each other.
    pub(crate) fn net_dues(&self, net: &Net) -> Eval<Vec<NetDue>> {
        let (from, to) = self.net_parties(net);
        // What is owed and paid of each payment, once for all balances; nothing where it cannot be followed.
        let streams: Vec<Option<Paid>> = net.streams.iter().map(|name| self.paid_of(net, name)).collect();
        let mut out = Vec::new();
        for (at, balance) in self.struck(net)?.balances.iter().cloned().enumerate() {
            let brought = balance.brought.as_ref().map_or(true, |b| !b.number().is_zero());
            let (mut any, mut paid, mut unsure) = (brought, [Exact::zero(), Exact::zero()], None);
            let (mut other, mut last) = (Vec::new(), None);
            for stream in &streams {
                let Some((dues, allotted, ways)) = stream else {
                    any |= balance.balance.is_err();
                    continue;
                };
                for ((due, applied), same) in dues.iter().zip(&allotted.on).zip(ways) {
                    let inside = self.is_in_balance(due, &balance);
                    any |= inside;
                    // What waited counts where it is paid in the end.
                    let here = applied.netted.as_ref().map_or(inside, |n| n.balance == at);
                    if here {
                        let [there, back] = &mut paid;
                        *(if *same { there } else { back }) += applied.sum();
                        last = last.max(applied.paid.iter().map(|(day, _)| *day).max());
                        other.extend(told_otherwise(applied));
                        unsure = unsure.or_else(|| applied.unsure.clone());
                    }
                }
            }
            if !any {
                continue;
            }
            let negative = balance.paid.as_ref().is_ok_and(|v| v.number().is_negative());
            let (payer, payee) = if negative {
                (Name::list(to), Name::list(from))
            } else {
                (Name::list(from), Name::list(to))
            };
            let amount = balance.paid.clone().map(|v| self.round(&v.with(v.number().abs())));
            let [there, back] = paid;
            let (paid, back) = if negative { (back, there) } else { (there, back) };
            // What both paid beyond the balance nobody has to get back.
            let beyond = amount.as_ref().map_or_else(|_| paid.clone(), |amount| &paid - amount.number());
            let crossed = beyond.max(Exact::zero()).min(back.clone());
            let (paid, back) = (paid - &crossed, back - &crossed);
            out.push(NetDue { balance, payer, payee, amount, paid, back, last, other, unsure });
        }
        Ok(out)
    }

    /// What is owed and paid of a payment of a balance, and which way each amount goes.
    fn paid_of(&self, net: &Net, name: &Name) -> Option<Paid> {
        let dues = self.dues(name).ok()?;
        let ways = dues.iter().map(|due| self.due_goes_as_first(net, due)).collect();
        Some((Rc::clone(&dues), self.allotted(name, &dues), ways))
    }

    pub(super) fn add_nets(&self, net: &Net, asked: Option<&Period>, statement: &mut Statement) {
        let all = Name::list(&net.streams);
        let dues = match self.net_dues(net) {
            Ok(dues) => dues,
            Err(unknown) => {
                statement.not_computed.push(format!("net of {all}: {}", self.reason(&unknown)));
                return;
            }
        };
        for one in dues {
            let due = one.balance.due.as_ref().ok().copied().flatten();
            let day = one.balance.period.map(|p| p.end).or(due);
            if day.is_some_and(|day| inside(one.balance.period, day, asked)) {
                statement.nets.push(self.net_payment(net, &one));
            }
        }
    }

    fn net_payment(&self, net: &Net, one: &NetDue) -> NetPayment {
        let balance = &one.balance;
        let zero = net.streams.first().and_then(|n| self.zero_of(Some(n)).ok());
        let zero = zero.unwrap_or(Val::Number(Exact::zero()));
        let turned = balance.paid.as_ref().is_ok_and(|v| v.number().is_negative());
        let seen = |v: &Val| if turned { v.with(-v.number().clone()) } else { v.clone() };
        let line = |what: String, value: &Eval<Val>| Line {
            kind: Reason::Figure,
            what,
            on: None,
            arithmetic: value.as_ref().err().map_or(String::new(), |u| u.reason.clone()),
            amount: value.as_ref().ok().map(|v| seen(v).to_string()),
            clause: None,
            text: None,
            note: None,
            of_base: false,
            entry: None,
            then: None,
            lines: Vec::new(),
        };
        let mut lines = Vec::new();
        if balance.brought.as_ref().map_or(true, |b| !b.number().is_zero()) {
            lines.push(line("brought forward".to_string(), &balance.brought));
        }
        lines.extend(balance.sides.iter().map(|(name, value)| line(name.to_string(), value)));
        if let (Ok(all), Ok(paid), Some(below)) = (&balance.balance, &balance.paid, &balance.below)
            && paid.number().is_zero()
            && !all.number().is_zero()
        {
            // It leaves this balance: the lines come to what is paid.
            let what = format!("carried forward, being below {below}");
            lines.push(line(what, &Ok(all.with(-all.number().clone()))));
        }
        NetPayment {
            streams: net.streams.clone(),
            period: balance.period.as_ref().map(days),
            payer: one.payer.clone(),
            payee: one.payee.clone(),
            currency: zero.currency().map_or("", |c| c.code()).to_string(),
            amount: one.amount.as_ref().ok().map(|v| self.shown(v)),
            unknown: one.amount.as_ref().err().map(|u| self.reason(u)),
            due: balance.due.as_ref().ok().copied().flatten(),
            lines,
            paid: self.shown(&zero.with(one.paid.clone())),
            paid_otherwise: one.other.clone(),
            paid_unknown: one
                .unsure
                .as_ref()
                .filter(|_| one.amount.as_ref().is_ok_and(|v| *v.number() > one.paid))
                .map(|u| self.reason(u)),
            clause: self.place(net.at),
        }
    }
}
