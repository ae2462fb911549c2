//! Whether a trigger is over for good: nothing of its tests is open, and none is to come.

use super::triggers::{Fired, Step};
use crate::clock::Focus;
use crate::engine::Run;
use counterpart_num::Date;
use counterpart_terms::model::{Model, Trigger};
use counterpart_terms::value::{Condition, Name};

impl Run<'_> {
    /// Whether a trigger can act no more, whatever is told from the day asked about on.
    pub(crate) fn is_spent(&self, model: &Model, trigger: &Trigger) -> bool {
        if self.over_with_agreement(trigger).is_some() {
            return true;
        }
        if self.may_be_tested_again(trigger) {
            let bit = |fired: &Fired| matches!(fired.step, Step::Bites(_)) && fired.doubt.is_none();
            let once = trigger.one_shot && trigger.each.is_none();
            if !once || !self.followed_so_far(model, trigger).iter().any(bit) {
                return false;
            }
        }
        let today = self.facts.as_of();
        let open = |fired: &Fired| match fired.step {
            Step::AwaitsNotice | Step::Curing => true,
            Step::Bites(from) => {
                fired.doubt.is_some() || from > today || self.may_still_choose(trigger, fired)
            }
            Step::Lapsed | Step::Cured | Step::Excused => false,
        };
        !self.followed_so_far(model, trigger).iter().any(open)
    }

    /// Whether a test of a trigger may be still to come: one on whether something is so by a day is made once, and so is one
    /// with a day of its own.
    fn may_be_tested_again(&self, trigger: &Trigger) -> bool {
        let today = self.facts.as_of();
        let focus = Focus::default();
        let passed = |day: crate::unknown::Eval<Option<Date>>| matches!(day, Ok(Some(day)) if day < today);
        match (&trigger.each, &trigger.tested, &trigger.when) {
            (Some(_), ..) => true,
            (None, Some(tested), _) => {
                !tested.once.as_ref().is_some_and(|once| passed(self.clock().limit(once, &focus)))
            }
            (None, None, Some(Condition::State { name, by: Some(by), .. })) => {
                !passed(self.met_by(name, by, &focus))
            }
            _ => true,
        }
    }

    /// The day on which what a trigger threatens came about because something was missed: its effects, or one that was
    /// chosen of them.
    pub(crate) fn consequence_came(&self, model: &Model, trigger: &Trigger, missed: &Name) -> Option<Date> {
        let own = |condition: &Condition| matches!(condition, Condition::State { name, not: true, territory: None, .. } if name == missed);
        // Where it is one of several tests, or tested part by part, something else may have brought it about.
        if trigger.each.is_some() || !trigger.when.as_ref().is_some_and(own) {
            return None;
        }
        let fired = self.followed_so_far(model, trigger).into_iter().filter(|fired| fired.doubt.is_none());
        let came = fired.filter_map(|fired| match fired.step {
            Step::Bites(from) if trigger.choice.is_none() => Some(from),
            Step::Bites(_) => self.choice_made(trigger, &fired).map(|event| event.date),
            _ => None,
        });
        came.filter(|day| *day <= self.facts.as_of()).min()
    }
}
