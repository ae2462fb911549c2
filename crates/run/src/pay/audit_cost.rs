//! What an audit cost, where it found so much missing that the party audited bears it.
//!
//! It is owed to whoever made the audit, as soon as what was missing is.

use super::Item;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::Eval;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Pay;
use counterpart_terms::value::{Name, Value};

impl Run<'_> {
    /// What audits under the clause of a payment cost; nothing where the payment is none of an audit.
    pub(super) fn audit_items(&self, pay: &Pay) -> Eval<Vec<Item>> {
        let mut out = Vec::new();
        for finding in self.audits() {
            let Some((clause, from)) = self.audited_under(&finding).filter(|(c, _)| c.at == pay.at) else {
                continue;
            };
            let (amount, step) = match self.cost_borne(&finding) {
                Ok(Some((cost, step))) => (Ok(cost), step),
                Ok(None) => continue,
                Err(why) => (Err(why.clone()), Step::note(why.reason)),
            };
            let within = clause.below(Form::AuditAdjust).and_then(|line| line.get(Label::Within));
            let (due, no_day) = match within {
                Some(Value::Duration(within)) => match self.clock().shift(finding.day, within, false) {
                    Ok(day) => (Some(day), None),
                    Err(why) => (None, Some(why.at(clause.at))),
                },
                _ => (None, None),
            };
            let who = clause.below(Form::AuditUnderpaid).and_then(|line| line.name(Label::Who));
            let owes = who.cloned().or_else(|| from.first().filter(|_| from.len() == 1).cloned());
            let item = Item::arisen(finding.day, amount, step, clause.at);
            out.push(Item {
                due,
                no_day,
                period: Some(finding.period),
                from: owes,
                to: self.auditor(&finding).cloned().filter(|by: &Name| !by.is_blank()),
                ..item
            });
        }
        Ok(out)
    }
}
