//! Events that triggers begin, and what a test hangs on.

use crate::circles::{names_in, of_amount};
use crate::engine::Run;
use counterpart_num::Date;
use counterpart_terms::model::{Change, Effect, Trigger};
use counterpart_terms::value::{Condition, Name, Value};
use std::collections::BTreeSet;

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

/// Whether an effect begins something.
fn begins(effect: &Value, name: &Name) -> bool {
    let effect = Effect::read(effect).filter(|effect| effect.name.as_ref() == Some(name));
    effect.is_some_and(|effect| matches!(effect.change, Change::Begins))
}
