//! What is set against what goes the other way, where the parties did not stop at the balance: what both paid in full
//! settles both, and what one of several payees owes the other way comes off its own share.

use super::Due;
use super::applied::Applied;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Exact;
use counterpart_terms::model::Net;
use counterpart_terms::value::Name;

/// What was paid above an amount in a balance, though it was set against the other side.
struct Above {
    /// The amount, where it is one of the payment that is asked about.
    own: Option<usize>,
    balance: usize,
    same: bool,
    sum: Exact,
}

impl Run<'_> {
    /// What both sides paid in full was not set against each other: it was paid, and nobody has it to get back. It
    /// counts from the day the balance was due, since only that bears interest.
    pub(super) fn uncross(&self, name: &Name, dues: &[Due], on: &mut [Applied]) {
        let over = |applied: &Applied| applied.netted.is_some() && applied.still_over().is_positive();
        let Some(net) = self.net_of(name).filter(|_| on.iter().any(over)) else { return };
        let mut above: Vec<Above> = Vec::new();
        for stream in &net.streams {
            let same = |due: &Due| self.due_goes_as_first(net, due);
            if stream == name {
                let own = dues.iter().zip(on.iter()).enumerate();
                above.extend(own.filter_map(|(at, (due, a))| above_of(Some(at), same(due), a)));
            } else if let Ok(dues) = self.dues(stream) {
                let others = self.allotted_alone(stream, &dues).on;
                let others = dues.iter().zip(&others);
                above.extend(others.filter_map(|(due, applied)| above_of(None, same(due), applied)));
            }
        }
        for balance in 0..=above.iter().map(|a| a.balance).max().unwrap_or_default() {
            let side = |same: bool| -> Exact {
                above.iter().filter(|a| a.balance == balance && a.same == same).map(|a| a.sum.clone()).sum()
            };
            let (mut there, mut back) = (side(true).min(side(false)), side(true).min(side(false)));
            for one in above.iter().filter(|a| a.balance == balance) {
                let rest = if one.same { &mut there } else { &mut back };
                let part = one.sum.clone().min(rest.clone());
                *rest = &*rest - &part;
                if let Some(applied) = one.own.and_then(|at| on.get_mut(at)) {
                    applied.paid_not_set_off(part);
                }
            }
        }
    }

    /// What of an amount was set against the other side, as far as it concerns one of its payees: it comes off the
    /// shares of those who owe the other way, or of all alike where none of them does.
    ///
    /// # Errors
    /// Where it is more than their shares.
    pub(crate) fn set_off_of_payee(&self, due: &Due, applied: &Applied, party: &Name) -> Eval<Exact> {
        let sum: Exact = applied.set_off.iter().map(|(_, n)| n.clone()).sum();
        if sum.is_zero() {
            return Ok(sum);
        }
        let unsaid = |why: &str| {
            let stream = &due.stream;
            Unknown::new(format!(
                "whose share of `{stream}` what is set against it comes off is not said{why}"
            ))
            .at(due.at)
        };
        let net = self.net_of(&due.stream).filter(|_| applied.netted.is_some()).ok_or_else(|| unsaid(""))?;
        let same = self.goes_as_first(net, &due.stream);
        let others = net.streams.iter().filter(|name| self.goes_as_first(net, name) != same);
        let mut owed_by: &[Name] = &[];
        for other in others {
            let (from, _) = self.sides_of(other);
            if !owed_by.is_empty() && owed_by != from {
                return Err(unsaid(": several owe the other way"));
            }
            owed_by = from;
        }
        let any = due.shares.iter().any(|(payee, _)| owed_by.contains(payee));
        let bears = |payee: &Name| !any || owed_by.contains(payee);
        let (mut all, mut own) = (Exact::zero(), Exact::zero());
        for (payee, share) in due.shares.iter().filter(|(payee, _)| bears(payee)) {
            let share = share.as_ref().map_err(Clone::clone)?.number();
            all += share;
            if payee == party {
                own += share;
            }
        }
        if sum > all {
            return Err(unsaid(": it is more than the share of who owes the other way"));
        }
        Ok((&sum * &own).checked_div(&all).unwrap_or_default())
    }

    /// The clause that nets a payment.
    pub(super) fn net_of(&self, name: &Name) -> Option<&Net> {
        self.nets().into_iter().find(|net| net.streams.contains(name))
    }
}

fn above_of(own: Option<usize>, same: bool, applied: &Applied) -> Option<Above> {
    let netted = applied.netted.as_ref()?;
    let set_off: Exact = netted.set_off.iter().map(|(_, n)| n.clone()).sum();
    let sum = applied.still_over().min(set_off);
    sum.is_positive().then_some(Above { own, balance: netted.balance, same, sum })
}
