//! Events that triggers begin, and what a test hangs on: whether it can be followed without asking for itself.

use crate::engine::Run;
use crate::royalty::measures;
use crate::runs::Runs;
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Label};
use counterpart_terms::model::made_due::payer;
use counterpart_terms::model::{Change, Effect, OnFigure, Trigger};
use counterpart_terms::value::{Amount, Condition, Name, Value};
use std::collections::BTreeSet;
use std::rc::Rc;

impl Run<'_> {
    /// The stretches an event lasted, as told or as a trigger began it: first day, and the day it ended.
    pub(crate) fn stretches(&self, name: &Name, place: Option<&Name>) -> Vec<(Date, Option<Date>)> {
        let mut out = self.facts.stretches(name, place);
        let circular = |of: &Name| of == name || self.is_right(of);
        let follows = |trigger: &Trigger| !self.test_hangs_on(trigger).iter().any(circular);
        // What a party chose begins no event, nor does a clause without a test.
        let begun = self.came_by_triggers(name, &|effect| begins(effect, name), &follows).into_iter();
        let begun = begun.filter(|came| came.by_trigger && came.chosen.is_none() && came.doubt.is_none());
        for came in begun {
            let here = |tested: &Name| place.is_none_or(|place| tested == place);
            if came.place.as_ref().is_none_or(here) {
                let mut told = self.facts.ended_all(name, place);
                let told = told.find(|end| *end >= came.from);
                let over = came.until.and_then(Date::next_day);
                out.push((came.from, told.into_iter().chain(over).min()));
            }
        }
        out.sort();
        out
    }

    /// Whether a trigger can be followed where its effect is on a payment: its test hangs on no payment, and on no right,
    /// which may wait for one.
    pub(crate) fn can_follow(&self, trigger: &Trigger) -> bool {
        let pays = |name: &Name| {
            // Costs that are shared bear the name of what they are for, which a test asks whether it was reached.
            if self.models().any(|m| m.market.milestones.contains_key(name)) {
                return false;
            }
            let paid = self.models().any(|m| m.pays.contains_key(name) || m.royalties.contains_key(name));
            paid || self.is_right(name)
        };
        !self.test_hangs_on(trigger).iter().any(pays)
    }

    /// Every name that the test of a trigger hangs on, through what is computed, reached or set off.
    pub(crate) fn test_hangs_on(&self, trigger: &Trigger) -> BTreeSet<Name> {
        let mut out = BTreeSet::new();
        for test in trigger.when.iter().chain(&trigger.excused) {
            self.hangs_on(test, &mut out);
        }
        out
    }

    fn hangs_on(&self, test: &Condition, out: &mut BTreeSet<Name>) {
        let mut names = Vec::new();
        names_in(test, &mut names);
        let model = self.model_now();
        while let Some(name) = names.pop() {
            if !out.insert(name.clone()) {
                continue;
            }
            if let Some(when) = model.market.milestones.get(&name).and_then(|m| m.reached_when.as_ref()) {
                names_in(when, &mut names);
            }
            if let Some(formula) = model.market.metrics.get(&name).and_then(|m| m.computed.as_ref()) {
                of_amount(formula, &mut names);
            }
            for trigger in &model.triggers {
                let begins = trigger.name == name || trigger.then.iter().any(|effect| begins(effect, &name));
                for test in trigger.when.iter().chain(&trigger.excused).filter(|_| begins) {
                    names_in(test, &mut names);
                }
            }
        }
    }
}

/// A warning for each trigger whose effect on a payment is not followed, because its test hangs on payments or rights.
pub(crate) fn not_followed(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let Some(last) = machine.journal.last_day() else { return Vec::new() };
    let run = runs.on(last, last);
    let model = machine.editions.last();
    let mut found = Vec::new();
    for trigger in &model.triggers {
        let offered = trigger.choice.iter().flat_map(|(_, _, effects)| effects);
        let effects: Vec<&Value> = trigger.then.iter().chain(offered).collect();
        let acts_on = |pay: &&Name| effects.iter().any(|effect| acts_on(effect, pay));
        let sum = effects.iter().any(|effect| payer(effect).is_some());
        if sum && !run.can_follow(trigger) {
            let said = "what this trigger makes due is read, but no amount follows it yet";
            let problem =
                Diagnostic::warning("not-computed", trigger.at.span(), said).in_file(trigger.at.file);
            found.push(
                problem.with_note("its test is on payments or rights, which may wait for this one in turn"),
            );
        }
        let mut names = model.pays.keys().chain(model.royalties.keys());
        let Some(pay) = names.find(acts_on).filter(|_| !run.can_follow(trigger)) else {
            continue;
        };
        let said = format!("what this trigger does to `{pay}` is read, but no amount follows it yet");
        found.push(
            Diagnostic::warning("not-computed", trigger.at.span(), said)
                .in_file(trigger.at.file)
                .with_note(format!(
                    "its test is on payments or rights, which may wait for `{pay}` in turn; the figures of `{pay}` \
                     are computed without it"
                )),
        );
    }
    found
}

/// Whether an effect is on a payment: that it ends or rests, or on one of its figures.
fn acts_on(effect: &Value, pay: &Name) -> bool {
    Effect::on_payment(effect, pay).is_some() || OnFigure::read(effect).is_some_and(|on| on.of.contains(pay))
}

/// Whether an effect begins something.
fn begins(effect: &Value, name: &Name) -> bool {
    let effect = Effect::read(effect).filter(|effect| effect.name.as_ref() == Some(name));
    effect.is_some_and(|effect| matches!(effect.change, Change::Begins))
}

/// The names a test is on.
fn names_in(test: &Condition, out: &mut Vec<Name>) {
    match test {
        Condition::All(all) | Condition::Any(all) => all.iter().for_each(|one| names_in(one, out)),
        Condition::Not(inner) => names_in(inner, out),
        Condition::Compare { left, right, .. } => {
            of_amount(left, out);
            of_amount(right, out);
        }
        Condition::Nil { left, .. } => of_amount(left, out),
        Condition::State { name, by, .. } => {
            out.push(name.clone());
            out.extend(by.iter().flat_map(|by| by.events().into_iter().cloned()));
        }
        Condition::Graded { name, .. } => out.push(name.clone()),
        Condition::Lasts { events, .. } => out.extend(events.iter().map(|e| e.name.clone())),
        Condition::Happens(event) => out.push(event.name.clone()),
        Condition::After(moment) | Condition::Before(moment) => {
            out.extend(moment.events().into_iter().cloned());
        }
        Condition::Other(parts) => out.extend(parts.names(Label::What)),
        _ => {}
    }
}

fn of_amount(amount: &Amount, out: &mut Vec<Name>) {
    measures(amount, &mut |m| out.extend(m.names.iter().chain(&m.of).cloned()));
}
