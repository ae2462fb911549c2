//! What the one who is owed an amount waived: all that was not paid of it by the day, or a sum.

use super::Due;
use super::applied::Applied;
use super::payments::{Payment, Way};
use crate::engine::Run;
use crate::pay::Item;
use crate::royalty;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::At;
use counterpart_terms::value::Name;
use std::rc::Rc;

/// What was waived of an amount.
#[derive(Debug, Clone)]
pub(crate) struct Waived {
    pub day: Date,
    pub sum: Exact,
    /// By whom, where the entry says.
    pub by: Option<Name>,
    /// The entry.
    pub at: At,
}

impl Payment {
    /// Whether nobody paid it.
    pub(super) fn is_waiver(&self) -> bool {
        matches!(self.way, Way::Waived { .. })
    }
}

impl Run<'_> {
    /// What was waived of a payment, as what settles it. A sum that is not given is told by [`Run::paid_unknown`].
    pub(super) fn waivers(&self, name: &Name) -> Vec<Payment> {
        let sides = self.pay_named(name).map(|p| (&p.from, &p.to));
        let sides = sides.or_else(|| royalty::find(self, name, None).ok().map(|r| (&r.from, &r.to)));
        let owes = |party: &Name, day: Date| {
            sides.is_some_and(|(from, to)| self.is_among(party, from, day) && !self.is_among(party, to, day))
        };
        let told = self.facts.happened().filter_map(|event| {
            let EventKind::Waived { name: of, by, label, sum } = &event.kind else { return None };
            let value = match sum {
                _ if of != name => return None,
                // Nobody waives what it owes itself.
                _ if by.as_ref().is_some_and(|by| owes(by, event.date)) => return None,
                Some((amount, currency)) => Val::money(amount.clone()?, *currency),
                None => Val::Number(Exact::zero()),
            };
            Some(Payment {
                day: event.date,
                by: None,
                to: by.clone(),
                back: false,
                way: Way::Waived { whole: sum.is_none(), at: event.at },
                period: label.and_then(|l| self.clock().period(l, None)),
                value,
                at: Some(event.at),
            })
        });
        told.collect()
    }

    /// Why it is not known what is left of a royalty's own advances before a period: an amount that such an advance was
    /// part of was waived, and what was never paid is not earned back.
    pub(crate) fn waived_with_advance(&self, name: &Name, period: &Period) -> Option<Unknown> {
        self.waivers(name).into_iter().find_map(|waiver| {
            let Way::Waived { at, .. } = waiver.way else { return None };
            let before = match waiver.period {
                Some(own) => own.end < period.start,
                None => waiver.day <= period.end,
            };
            let why = format!("how much of what was waived of `{name}` was its advance is not told");
            before.then(|| Unknown::new(why).at(at))
        })
    }

    /// The amounts of a payment without what was waived of them: what can be credited of them, or go back.
    pub(crate) fn items_not_waived(&self, name: &Name) -> Eval<Vec<Item>> {
        let mut items = self.items(name)?;
        if self.waivers(name).is_empty() {
            return Ok(items);
        }
        let from = self.pay_named(name).and_then(|pay| super::only(&pay.from));
        let dues = items.iter().map(|item| {
            let amount = item.amount.clone();
            let from = item.from.clone().or_else(|| from.clone());
            let mut due = Due::arisen(name, from, item.period, item.arisen, amount, item.at);
            (due.due, due.to) = (item.due, item.to.clone());
            due
        });
        let dues: Vec<Due> = dues.collect();
        let applied = self.paid_by(name, &dues, self.facts.as_of());
        for (item, applied) in items.iter_mut().zip(applied) {
            let waived: Exact = applied.waived.into_iter().map(|waived| waived.sum).sum();
            item.amount = item.amount.clone().map(|value| value.with(value.number() - &waived));
        }
        Ok(items)
    }

    /// What is owed of the amounts of a payment once what was waived is off them.
    pub(crate) fn less_waived(&self, name: &Name, dues: Rc<[Due]>) -> Rc<[Due]> {
        if self.waivers(name).is_empty() {
            return dues;
        }
        let applied = self.allotted(name, &dues);
        dues.iter().zip(&applied.on).map(|(due, applied)| due.less_waived(applied)).collect()
    }
}

impl Due {
    /// The amount without what was waived of it, and a line that says so.
    pub(crate) fn less_waived(&self, applied: &Applied) -> Due {
        let mut due = self.clone();
        for Waived { day, sum, by, at } in &applied.waived {
            let less = |value: &Val| value.with(value.number() - sum);
            due.amount = due.amount.map(|v| less(&v));
            due.exact = due.exact.map(|v| less(&v));
            let own = due.shares.iter().position(|(party, _)| by.as_ref() == Some(party));
            for (index, (_, share)) in due.shares.iter_mut().enumerate() {
                *share = match (own, share.clone()) {
                    (Some(own), Ok(value)) if own == index => Ok(less(&value)),
                    (Some(_), share) => share,
                    (None, _) => {
                        let why =
                            format!("whose share was waived on {day} is not told: add `by` and the party");
                        Err(Unknown::new(why).at(*at))
                    }
                };
            }
            if let Ok(value) = &self.amount {
                let step = Step::new("waived", value.with(-sum.clone()));
                due.steps.push(step.how(format!("no longer owed from {day}")).by(*at));
            }
        }
        due
    }
}
