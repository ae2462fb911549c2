//! What would give a right back that was taken away: where the loss lasts only while its cause does, or until something
//! is so, the end of that cause; of a debt its payment.
//!
//! What was taken for good comes back by a new grant alone, which is left to `would_change`.

use crate::engine::Run;
use crate::rights::Dated;
use crate::trace::Step;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::Region;
use counterpart_syntax::Form;
use counterpart_terms::At;
use counterpart_terms::model::{Change, Grant, Life, Model, Trigger};
use counterpart_terms::value::{Condition, Name};

impl Run<'_> {
    /// Whether a change takes a part away on a day.
    pub(super) fn takes(&self, change: &Dated, part: &Region, on: Date) -> bool {
        let takes = matches!(change.effect.change, Change::Ends | Change::Rests | Change::Retracts(_));
        let now = change.from <= on && change.until.is_none_or(|until| until >= on);
        takes && now && change.doubt.is_none() && !self.is_elsewhere(change, part)
    }

    /// The trigger behind a change: by itself, or by what a party chose in it.
    pub(super) fn trigger_behind<'t>(&self, model: &'t Model, change: &Dated) -> Option<&'t Trigger> {
        let entry = self.facts.happened().find(|event| event.at == change.at);
        let chosen = match entry.map(|event| &event.kind) {
            Some(EventKind::Chose { in_, .. }) => in_.as_ref(),
            _ => None,
        };
        let mut triggers = model.triggers.iter();
        match chosen {
            Some(name) => triggers.find(|trigger| trigger.name == *name),
            None => triggers.find(|trigger| trigger.at == change.at),
        }
    }

    /// What would give back what of a grant is taken away for a time, or rests.
    pub(super) fn ways_back(&self, name: &Name, grant: &Grant, part: &Region, on: Date) -> Vec<Step> {
        let model = self.model_on(on);
        let mut out: Vec<Step> = Vec::new();
        for change in self.changes_of(name, grant, model) {
            if !self.takes(&change, part, on) {
                continue;
            }
            let Some(trigger) = self.trigger_behind(model, &change) else { continue };
            let lasting = &change.effect.lasting;
            if let Some(when) = trigger.when.as_ref().filter(|_| trigger.reversible || lasting.while_it_lasts)
            {
                let at = self.line_below(trigger.at, Form::TriggerWhen).unwrap_or(trigger.at);
                out.extend(self.ways_out_of(when, at, on));
            }
            if let Some(back) = trigger.back.as_ref().or(lasting.back.as_ref()) {
                let why = self.why_line(back, trigger.at, on, 2);
                out.push(Step {
                    what: format!("trigger {} is undone once this is so: {}", trigger.name, why.what),
                    ..why
                });
            }
        }
        for (clause, at) in &grant.life {
            let (Life::While(when, _) | Life::Suspended(when)) = clause else { continue };
            out.extend(
                self.payments_tested(when)
                    .iter()
                    .flat_map(|name| self.ways_to_pay(name))
                    .map(|step| step.by(*at)),
            );
        }
        let mut kept: Vec<Step> = Vec::new();
        for step in out {
            if !kept.contains(&step) {
                kept.push(step);
            }
        }
        kept
    }

    /// What would make a test hold no more: the payment of the debts it is on, or that it is so no more.
    fn ways_out_of(&self, when: &Condition, at: At, on: Date) -> Vec<Step> {
        let paid: Vec<Step> =
            self.payments_tested(when).iter().flat_map(|name| self.ways_to_pay(name)).collect();
        if !paid.is_empty() {
            return paid;
        }
        let why = self.why_line(when, at, on, 2);
        vec![Step { what: format!("the end of this: {}", why.what), ..why }]
    }
}
