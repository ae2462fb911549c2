//! Events that triggers begin, and what a test hangs on: whether it can be followed without asking for itself.

use crate::effects::Says;
use crate::engine::Run;
use crate::royalty::measures;
use crate::runs::Runs;
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::model::made_due::{on_line, payer};
use counterpart_terms::model::{Change, Effect, OnFigure, Trigger};
use counterpart_terms::record::{Parts, Record};
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

    /// Whether a trigger can be followed where its effect is on a payment: its test hangs on no payment, and on no right
    /// that may wait for one.
    pub(crate) fn can_follow(&self, trigger: &Trigger) -> bool {
        !self.test_hangs_on(trigger).iter().any(|name| self.is_paid(name) || self.waits_for_a_payment(name))
    }

    /// Whether a name is that of a payment. Costs that are shared bear the name of what they are for, which a test asks
    /// whether it was reached.
    fn is_paid(&self, name: &Name) -> bool {
        let milestone = self.models().any(|m| m.market.milestones.contains_key(name));
        !milestone && self.models().any(|m| m.pays.contains_key(name) || m.royalties.contains_key(name))
    }

    /// Whether a right may hang on a payment: by a name in its own clauses, or in those that act on it, and by what these
    /// hang on in turn. Where the agreement ends or goes on by a test, every right hangs on that.
    fn waits_for_a_payment(&self, right: &Name) -> bool {
        if !self.is_right(right) {
            return false;
        }
        let renewed = self.models().any(|m| m.header.renews.as_ref().is_some_and(|r| r.when.is_some()));
        if self.machine.ends_on_tests || renewed || self.is_sublicence(right) {
            return true;
        }
        if let Some(known) = self.machine.waits.borrow().get(right) {
            return *known;
        }
        let waits = self.hangs_on_a_payment(right);
        self.machine.waits.borrow_mut().insert(right.clone(), waits);
        waits
    }

    fn hangs_on_a_payment(&self, right: &Name) -> bool {
        let (mut seen, mut next) = (BTreeSet::new(), vec![right.clone()]);
        while let Some(name) = next.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            if self.is_paid(&name) || name.is_blank() {
                return true;
            }
            let mut party = false;
            for model in self.models() {
                for record in model.records.iter().filter(|record| record.name(Label::Name) == Some(&name)) {
                    party |= record.clause == Form::FileParty;
                    if record.clause != Form::FileTrigger {
                        names_below(record, &mut next);
                    }
                }
                for trigger in model.triggers.iter().filter(|trigger| trigger.name == name) {
                    trigger.when.iter().chain(&trigger.excused).for_each(|test| names_in(test, &mut next));
                }
            }
            for host in self.machine.hosts.iter().filter(|host| !party && host.may_be_on(&name)) {
                let edition = self.machine.editions.0.get(host.edition);
                match edition.and_then(|edition| host.says(&edition.model)) {
                    Some(Says::Trigger(trigger)) => {
                        trigger
                            .when
                            .iter()
                            .chain(&trigger.excused)
                            .for_each(|test| names_in(test, &mut next));
                    }
                    Some(Says::Clause(record)) => {
                        names_of(&record.parts, &mut next);
                        let tests = record.below.iter().filter(|line| on_line(line).is_empty());
                        tests.for_each(|line| names_below(line, &mut next));
                    }
                    None => {}
                }
            }
        }
        false
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

/// Every name in a clause and the lines below it.
fn names_below(record: &Record, out: &mut Vec<Name>) {
    record.walk(&mut |line| names_of(&line.parts, out));
}

fn names_of(parts: &Parts, out: &mut Vec<Name>) {
    for part in &parts.0 {
        match &part.value {
            Value::Name(name) => out.push(name.clone()),
            Value::Set(set) => out.extend(set.names.iter().cloned()),
            Value::Condition(test) => names_in(test, out),
            Value::Moment(moment) => out.extend(moment.events().into_iter().cloned()),
            Value::Amount(amount) => of_amount(amount, out),
            Value::Parts(parts) => names_of(parts, out),
            _ => {}
        }
    }
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
