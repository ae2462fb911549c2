//! Tests that are joined of others, as reasons: whether all, or any, or none of them is so, and why each is.

use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::Eval;
use counterpart_num::Date;
use counterpart_terms::value::Condition;

impl Run<'_> {
    /// A condition on a day, of a part of the world, and why it holds or does not. Each of several tests looks at a time of its
    /// own.
    pub(super) fn why_so_of(&self, condition: &Condition, part: &Focus, on: Date, depth: usize) -> Step {
        match condition {
            Condition::All(all) | Condition::Any(all) => {
                let parts = || all.iter().map(|one| self.why_so_of(one, part, on, depth)).collect();
                joined(condition, &self.holds_by_day(condition, part, on), parts)
            }
            Condition::Not(inner) => {
                denied(&self.holds_by_day(inner, part, on), || self.why_so_of(inner, part, on, depth))
            }
            one => self.why_so_in(one, &self.looked_at_on(one, on, part), on, depth),
        }
    }

    /// Whether a condition holds on a day, each of several tests in the time it looks at by itself.
    pub(super) fn holds_by_day(&self, condition: &Condition, part: &Focus, on: Date) -> Eval<bool> {
        let several = |all: &[Condition], any: bool| {
            let mut unknown = None;
            for one in all {
                match self.holds_by_day(one, part, on) {
                    Ok(holds) if holds == any => return Ok(any),
                    Ok(_) => {}
                    Err(why) => unknown = Some(why),
                }
            }
            unknown.map_or(Ok(!any), Err)
        };
        match condition {
            Condition::All(all) => several(all, false),
            Condition::Any(any) => several(any, true),
            Condition::Not(inner) => Ok(!self.holds_by_day(inner, part, on)?),
            one => self.holds_on(one, on, part),
        }
    }
}

/// Several tests, and whether they hold together.
pub(super) fn joined(condition: &Condition, holds: &Eval<bool>, parts: impl FnOnce() -> Vec<Step>) -> Step {
    let all = matches!(condition, Condition::All(_));
    let said = match (holds, all) {
        (Err(why), _) => return Step::note(format!("not known: {}", why.reason)),
        (Ok(true), true) => "all of what is asked is so",
        (Ok(false), true) => "not all of what is asked is so",
        (Ok(true), false) => "one of what is asked is so",
        (Ok(false), false) => "none of what is asked is so",
    };
    Step::note(said).from(parts())
}

/// What must not be so, and whether it is.
pub(super) fn denied(holds: &Eval<bool>, why: impl FnOnce() -> Step) -> Step {
    let said = match holds {
        Err(why) => return Step::note(format!("not known: {}", why.reason)),
        Ok(false) => "this must not be so, and is not",
        Ok(true) => "this must not be so, and is",
    };
    Step::note(said).from(vec![why()])
}
