//! What the test of a trigger hangs on.

use crate::circles::{names_in, of_amount};
use crate::engine::Run;
use counterpart_terms::model::Trigger;
use counterpart_terms::value::{Condition, Name};
use std::collections::BTreeSet;

impl Run<'_> {
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
            let called = model.triggers.iter().filter(|trigger| trigger.name == name);
            for trigger in called.chain(self.triggers_that_begin(&name)) {
                trigger.when.iter().chain(&trigger.excused).for_each(|test| names_in(test, &mut names));
            }
        }
    }
}
