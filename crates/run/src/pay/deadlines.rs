//! Conditions that come true as a day passes: what was due on it was not paid, or not reported.
//!
//! No entry has such a day, and what is paid or reported later does not undo that it came.

use crate::clock::Focus;
use crate::engine::Run;
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::value::Condition;

impl Run<'_> {
    /// The days on which what a condition waits for was not done by the day it was due on.
    pub(super) fn deadlines_passed(&self, when: &Condition) -> Vec<Date> {
        match when {
            Condition::All(all) | Condition::Any(all) => {
                all.iter().flat_map(|one| self.deadlines_passed(one)).collect()
            }
            Condition::Not(inner) => self.deadlines_passed(inner),
            one if is_on_a_deadline(one) => self.turns(one, &Focus::default()).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// Whether a condition is that something was not done by the day it was due on.
pub(super) fn is_on_a_deadline(when: &Condition) -> bool {
    match when {
        Condition::State { state, not: true, .. } => matches!(state.as_str(), "paid" | "reported"),
        Condition::Other(parts) => {
            parts.has(Label::Fails) && matches!(parts.word(Label::Act), Some("pay" | "report"))
        }
        _ => false,
    }
}
