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
            out.extend(self.ways_to_mend(when).into_iter().map(|step| step.by(*at)));
        }
        let mut kept: Vec<Step> = Vec::new();
        for step in out {
            if !kept.contains(&step) {
                kept.push(step);
            }
        }
        kept
    }

    /// What would make a test hold no more: what it is on is paid, reported or done again; or that it is so no more.
    fn ways_out_of(&self, when: &Condition, at: At, on: Date) -> Vec<Step> {
        let mended = self.ways_to_mend(when);
        if !mended.is_empty() {
            return mended;
        }
        let why = self.why_line(when, at, on, 2);
        vec![Step { what: format!("the end of this: {}", why.what), ..why }]
    }

    /// The entries that would mend what somebody has not done: what is open of debts is paid, what is overdue is reported,
    /// what failed is resumed.
    fn ways_to_mend(&self, when: &Condition) -> Vec<Step> {
        match when {
            Condition::All(all) | Condition::Any(all) => {
                all.iter().flat_map(|one| self.ways_to_mend(one)).collect()
            }
            Condition::Not(inner) => self.ways_to_mend(inner),
            // By a day that is past nothing can be done any more.
            Condition::State { by: Some(_), not: true, .. } => Vec::new(),
            one => {
                let mut out: Vec<Step> =
                    self.payments_tested(one).iter().flat_map(|name| self.ways_to_pay(name)).collect();
                out.extend(
                    self.reports_tested(one).into_iter().flat_map(|tested| self.ways_to_report(&tested)),
                );
                if let Condition::Other(parts) = one {
                    out.extend(self.ways_to_resume(parts));
                }
                out
            }
        }
    }
}
