//! Payments that are due, late or to come, and the balances of those that are set against each other.

use super::{Consequence, Duty, State};
use crate::engine::{Machine, Run};
use crate::settle::Due;
use crate::statement::{NetDue, PayerPart, open_after, payees, told_otherwise};
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact};
use counterpart_terms::At;
use counterpart_terms::model::{FeeWhen, Instalment, Net, Pay, PayRule};
use counterpart_terms::value::{Amount, Known, Name};

/// What is to be paid.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    run.machine.to_be_paid(run)
}

impl Machine<'_> {
    /// What is to be paid as of the day of a run.
    fn to_be_paid(&self, run: &Run<'_>) -> Vec<Duty> {
        let as_of = run.facts.as_of();
        let mut out = Vec::new();
        let mut netted: Vec<NetDue> = Vec::new();
        for net in run.nets() {
            // Where they cannot be set against each other, the payments stand by themselves.
            let dues = run.net_dues(net).unwrap_or_default();
            out.extend(dues.iter().map(|one| balance_due(run, net, one)));
            netted.extend(dues);
        }
        for name in self.streams() {
            match run.dues(&name) {
                Ok(dues) => self.payments_due(run, &name, &dues, &netted, &mut out),
                Err(unknown) => {
                    out.push(Duty { unknown: Some(unknown.reason), ..self.to_pay(run, &name, State::Due) });
                    continue;
                }
            }
            self.interest_open(run, &name, &mut out);
            self.unreported(run, &name, &mut out);
            // What is set against other payments is in the list as their balance.
            let balances = || netted.iter().filter(|n| n.balance.sides.iter().any(|(side, _)| *side == name));
            // What is open now hides no fee that comes after it, and the next instalment none of those after that.
            let next = run.pay_named(&name).map_or(Ok(Vec::new()), |pay| run.coming_days(pay));
            let due = run.due_of(&name, None);
            let mut days = next.clone().unwrap_or_default();
            days.extend(due.as_ref().ok().copied().flatten());
            days.sort();
            days.dedup();
            for day in days.into_iter().filter(|day| *day > as_of) {
                let listed = |d: &Duty| d.what == name.as_str() && d.due == Some(day);
                if out.iter().any(listed) || balances().any(|n| n.balance.due == Ok(Some(day))) {
                    continue;
                }
                match self.coming(run, &name, day) {
                    Some(sums) => out.extend(sums),
                    None => out.push(Duty { due: Some(day), ..self.to_pay(run, &name, State::Coming) }),
                }
            }
            match due.map(drop).and(next.map(drop)) {
                Ok(_) => {}
                Err(_) if balances().next().is_some() => {}
                // What is not known of the sums that have arisen is in the list already.
                Err(unknown)
                    if out.iter().filter(|d| d.what == name.as_str()).any(|d| {
                        d.unknown.as_ref() == Some(&unknown.reason) || !d.paid_otherwise.is_empty()
                    }) => {}
                Err(unknown) => {
                    out.push(Duty {
                        unknown: Some(unknown.reason),
                        ..self.to_pay(run, &name, State::Coming)
                    });
                }
            }
        }
        out
    }

    /// A payment to come on a day, with its sum where the clause fixes it, as things stand. Where
    /// a rate of exchange is not told yet, with that reason. What is paid already is not to come.
    fn coming(&self, run: &Run<'_>, name: &Name, day: Date) -> Option<Vec<Duty>> {
        let model = run.model_now();
        let netted = model.nets.iter().any(|net| net.streams.contains(name));
        let pay = model.pays.get(name).filter(|pay| !netted && is_fixed(pay))?;
        let then = run.on_another_day(day);
        let dues = then.dues(&pay.name).ok()?;
        let mut out = Vec::new();
        self.payments_due(&then, name, &dues, &[], &mut out);
        let paid = out.iter().any(|duty| duty.due == Some(day) && duty.state == State::Done);
        let due = |duty: &Duty| duty.due == Some(day) && matches!(duty.state, State::Due);
        let converted = pay.currency.is_some();
        out.retain(|duty| due(duty) && (duty.amount.is_some() || converted && duty.unknown.is_some()));
        // What was paid in another money by now is told with what is owed by now.
        for duty in &mut out {
            duty.state = State::Coming;
            duty.paid_otherwise.clear();
        }
        (paid || !out.is_empty()).then_some(out)
    }

    /// A payment to be made, of which nothing more is known yet.
    pub(super) fn to_pay(&self, run: &Run<'_>, name: &Name, state: State) -> Duty {
        let (by, to) = self.parties(name);
        Duty {
            state,
            by,
            to,
            otherwise: self.interest_on(run, name),
            ..Duty::new("pay", name, self.clause_of(name).map_or_else(String::new, |at| run.place(at)))
        }
    }

    /// What has arisen of a payment, less what was paid of it; what is set against other payments is due as their
    /// balance.
    fn payments_due(&self, run: &Run<'_>, name: &Name, dues: &[Due], netted: &[NetDue], out: &mut Vec<Duty>) {
        let applied = run.allotted(name, dues);
        for (due, applied) in dues.iter().zip(&applied.on) {
            // What puts a failure right is listed with that.
            if due.cures.is_some() || netted.iter().any(|one| run.is_in_balance(due, &one.balance)) {
                continue;
            }
            let duty = self.to_pay(run, name, State::Due);
            let why = due.amount.as_ref().err().or(due.no_day.as_ref());
            let unsure = applied.unsure.as_ref().filter(|_| applied.other.is_empty());
            let why = why.or(unsure.filter(|_| open_after(due, applied)));
            let (mut by, mut to) =
                (due.from.as_ref().map_or(duty.by.clone(), ToString::to_string), duty.to.clone());
            if let Some(party) = &due.to {
                to = party.to_string();
            }
            if due.back {
                std::mem::swap(&mut by, &mut to);
            }
            let payees = run.payees_of(due, applied);
            if !payees.is_empty() {
                to = payees.iter().map(|p| p.party.as_str()).collect::<Vec<_>>().join(", ");
            }
            let duty = Duty {
                due: due.due,
                period: due.period.map(|p| p.to_string()),
                days: due.period,
                by,
                to,
                paid_otherwise: told_otherwise(applied),
                clause: run.place(due.at),
                ..duty
            };
            // Where it cannot be said who of several was paid, they stand together.
            if payees.len() > 1 && payees.iter().all(|p| p.paid.is_some()) {
                for payee in payees {
                    let paid = payee.paid.unwrap_or_default();
                    let owed = payee.owed;
                    let why = owed.as_ref().err().or(why).cloned();
                    let one = Duty { to: payee.party.to_string(), ..duty.clone() };
                    let last = applied.last_to(&payee.party);
                    out.push(left_of(run, one, &owed, &paid, why.as_ref()).done_on(last));
                }
                continue;
            }
            let payers = run.payers_of(due, applied);
            let told = |p: &PayerPart| p.paid.is_some() && p.share.is_ok();
            if payees.is_empty() && !due.back && !payers.is_empty() && payers.iter().all(told) {
                for payer in payers {
                    let owed = payer.owed;
                    let one = Duty { by: payer.party.to_string(), ..duty.clone() };
                    let last = applied.last_by(&payer.party);
                    out.push(left_of(run, one, &owed, &payer.paid.unwrap_or_default(), why).done_on(last));
                }
                continue;
            }
            let owed = due.amount.clone().map(|v| if due.back { v.with(-v.number().clone()) } else { v });
            let settled = &applied.settled() + &applied.over;
            out.push(left_of(run, duty, &owed, &settled, why).done_on(applied.last()));
        }
    }

    /// The interest that has run on what was or is late, as of the day, less what was paid of it.
    fn interest_open(&self, run: &Run<'_>, name: &Name, out: &mut Vec<Duty>) {
        for (due, late) in run.open_interest(name) {
            let duty = self.to_pay(run, name, State::Late);
            out.push(Duty {
                due: due.due,
                what: interest_on(name),
                period: due.period.map(|p| p.to_string()),
                days: due.period,
                by: due.from.as_ref().map_or(duty.by.clone(), ToString::to_string),
                to: due.to.as_ref().map_or(duty.to.clone(), ToString::to_string),
                amount: late.as_ref().ok().map(|late| late.left().to_string()),
                unknown: late.err().map(|why| why.reason),
                clause: duty.otherwise.as_ref().map_or(duty.clause.clone(), |c| c.clause.clone()),
                otherwise: None,
                ..duty
            });
        }
    }

    /// The interest that what is paid late bears.
    fn interest_on(&self, run: &Run<'_>, name: &Name) -> Option<Consequence> {
        let mut models = self.editions.0.iter().rev().map(|e| &e.model);
        let interest = models.find_map(|model| {
            let royalty = model.royalties.get(name).and_then(|royalty| royalty.interest.as_ref());
            royalty.or_else(|| model.pays.get(name)?.interest.as_ref())
        });
        interest.map(|one| Consequence { what: "late interest".into(), clause: run.place(one.at) })
    }

    pub(crate) fn parties(&self, name: &Name) -> (String, String) {
        let models = self.editions.0.iter().rev().map(|e| &e.model);
        for model in models {
            if let Some(r) = model.royalties.get(name) {
                let shared = payees(r);
                return (Name::list(&r.from), if shared.is_empty() { Name::list(&r.to) } else { shared });
            }
            if let Some(p) = model.pays.get(name) {
                return (Name::list(&p.from), Name::list(&p.to));
            }
        }
        (String::new(), String::new())
    }

    fn clause_of(&self, name: &Name) -> Option<counterpart_terms::At> {
        let models = self.editions.0.iter().rev().map(|e| &e.model);
        models
            .into_iter()
            .find_map(|m| m.royalties.get(name).map(|r| r.at).or_else(|| m.pays.get(name).map(|p| p.at)))
    }
}

/// What is owed as interest on a payment, in words.
pub(crate) fn interest_on(name: impl std::fmt::Display) -> String {
    format!("late interest on {name}")
}

impl Duty {
    /// Whether it is to pay interest.
    pub(crate) fn is_interest(&self) -> bool {
        self.what.starts_with(&interest_on(""))
    }

    /// With the day it was done, where it is.
    fn done_on(self, last: Option<Date>) -> Duty {
        Duty { done_on: last.filter(|_| self.state == State::Done), ..self }
    }
}

/// Whether every line of a payment is a sum of money on days that depend on nothing.
fn is_fixed(pay: &Pay) -> bool {
    let certain = |line: &Instalment| {
        let day = match &line.when {
            FeeWhen::On(_) | FeeWhen::By(_) | FeeWhen::Within(_, _, None) => true,
            FeeWhen::Each { while_, .. } => while_.is_none(),
            _ => false,
        };
        day && matches!(line.value, Amount::Money(_, Known::Given(_)))
            && line.per.is_none()
            && line.shares.is_none()
    };
    // What is said of all lines may leave each as it is.
    let leaves = |(rule, _): &(PayRule, At)| {
        use PayRule::{Accelerates, Allocated, Creditable, Other, Published, Recouped, Refund, Total};
        // As things stand, what may be brought forward falls due on its own day.
        matches!(
            rule,
            Total(_)
                | Creditable(..)
                | Recouped(..)
                | Allocated(_)
                | Refund(..)
                | Published(_)
                | Accelerates(..)
                | Other
        )
    };
    pay.rules.iter().all(leaves)
        && pay.appraised.is_none()
        && pay.bonuses.is_empty()
        && pay.prices.is_empty()
        && pay.instalments.iter().all(certain)
}

/// A duty with what is left of an amount, or was owed where nothing is left.
fn left_of(run: &Run<'_>, duty: Duty, owed: &Eval<Val>, paid: &Exact, why: Option<&Unknown>) -> Duty {
    let left = owed.as_ref().ok().map(|v| v.with((v.number() - paid).max(Exact::zero())));
    let done = left.as_ref().is_some_and(|left| !left.number().is_positive());
    let state = match (done, duty.due) {
        (true, _) => State::Done,
        (_, Some(day)) if day < run.facts.as_of() => State::Late,
        _ => State::Due,
    };
    let unknown = why.filter(|_| !done).map(|u| u.reason.clone());
    let shown = if done { owed.as_ref().ok().cloned() } else { left };
    Duty { state, amount: shown.map(|sum| sum.to_string()), unknown, ..duty }
}

/// The balance of payments that are set against each other.
fn balance_due(run: &Run<'_>, net: &Net, one: &NetDue) -> Duty {
    let names = Name::list(&net.streams);
    let due = one.balance.due.as_ref();
    let duty = Duty {
        due: due.ok().copied().flatten(),
        period: one.balance.period.map(|p| p.to_string()),
        days: one.balance.period,
        by: one.payer.clone(),
        to: one.payee.clone(),
        paid_otherwise: one.other.clone(),
        ..Duty::new("pay", format!("net of {names}"), run.place(net.at))
    };
    let unsure = one.unsure.as_ref().filter(|_| one.other.is_empty());
    let why = one.amount.as_ref().err().or(due.err()).or(unsure);
    left_of(run, duty, &one.amount, &one.paid, why).done_on(one.last)
}
