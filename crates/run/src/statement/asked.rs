//! What belongs to the period asked for: whether a payment could fall in it, and the late interest of its amounts.

use super::form::{LateInterest, Statement};
use super::inside;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty;
use crate::unknown::Unknown;
use counterpart_num::Period;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Whether anything of a payment could fall in the period asked for: none does before it begins.
    pub(super) fn may_fall_in(&self, name: &Name, asked: Option<&Period>) -> bool {
        let Some(asked) = asked else { return true };
        let starts = royalty::find(self, name, None).ok().and_then(|r| r.starts.as_ref());
        let starts = starts.and_then(|m| self.clock().limit(m, &Focus::of(*asked)).ok().flatten());
        let begins = starts.or(self.first_day());
        begins.is_none_or(|day| day <= asked.end) && asked.start <= self.facts.as_of()
    }

    /// Late interest of a payment that belongs to the period asked for.
    pub(super) fn add_interest(&self, name: &Name, asked: Option<&Period>, statement: &mut Statement) {
        // Where it cannot be said what is due, the payment says so itself.
        let Ok(each) = self.late_on_each(name) else { return };
        let mut unsaid: Vec<Unknown> = Vec::new();
        for (_, late) in each.into_iter().filter(|(due, _)| inside(due.period, due.arisen, asked)) {
            match late {
                Ok(Some(late)) => statement.interest.push(LateInterest {
                    payment: name.clone(),
                    period: late.period.map(|p| p.to_string()),
                    amount: self.shown(&late.interest),
                    paid: Some(&late.paid).filter(|p| !p.number().is_zero()).map(|p| self.shown(p)),
                    line: self.statement_line(&late.step),
                }),
                Ok(None) => {}
                // What the payment itself comes to may be known where its interest is not.
                Err(unknown) => unsaid.push(unknown),
            }
        }
        // One reason stands for all amounts of the payment. A journal that tells no payment of it says nothing of
        // what was paid late.
        if let Some(first) = unsaid.first().filter(|_| self.facts.paid_first(name).is_some()) {
            let more = match unsaid.len() {
                1 => String::new(),
                n => format!("; nor on {} more of its amounts", n - 1),
            };
            statement.not_computed.push(format!("late interest on {}{more}", self.explain(name, first)));
        }
    }
}
