//! `surplus credited to the next period`: what was too much in one test of a trigger counts in the next.
//!
//! A test fails where what is measured stays below what is asked. Whatever it has above that, with what came over from
//! the test before, is the surplus, and is added to what is measured for the next test. Only what adds up over time can be
//! carried: sales, sites, units; not a price, a percentage or an average.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Gap};
use crate::value::Val;
use counterpart_terms::value::{Amount, Compare, Condition, Window};

/// What came over from earlier tests, for each comparison of a condition in the order of the text; nothing from before
/// the first test.
pub(super) type Carried = Vec<Eval<Option<Val>>>;

impl Run<'_> {
    /// Whether a test holds, with what came over from the one before; and what comes over to the next.
    pub(super) fn holds_with(
        &self,
        condition: &Condition,
        focus: &Focus,
        before: &Carried,
    ) -> (Eval<bool>, Carried) {
        let mut after = Carried::new();
        let held = self.with_surplus(condition, focus, before, &mut after);
        (held, after)
    }

    fn with_surplus(
        &self,
        condition: &Condition,
        focus: &Focus,
        before: &Carried,
        after: &mut Carried,
    ) -> Eval<bool> {
        // Every comparison is looked at, whether or not another decides: each carries its own surplus.
        let each = |all: &[Condition], after: &mut Carried| -> Vec<Eval<bool>> {
            all.iter().map(|one| self.with_surplus(one, focus, before, after)).collect()
        };
        match condition {
            Condition::All(all) => decided(each(all, after), false),
            Condition::Any(any) => decided(each(any, after), true),
            Condition::Compare { left, op, right, window, row: None }
                if matches!(op, Compare::Below | Compare::AtMost) && self.adds_up(left, window.as_ref()) =>
            {
                let came = before.get(after.len()).cloned().unwrap_or(Ok(None));
                let found = self.short_of((left, right), window.as_ref(), focus, came.clone());
                match found {
                    Ok((sum, asked)) => {
                        let over =
                            sum.less(&asked).map(|over| (!over.number().is_negative()).then_some(over));
                        after.push(over);
                        Ok(op.holds(sum.compare(&asked)?))
                    }
                    // Before anything was reported there is nothing to test, and nothing to carry.
                    Err(why) if why.gap != Gap::Missing => {
                        after.push(came);
                        Err(why)
                    }
                    Err(why) => {
                        after.push(Err(why.clone()));
                        Err(why)
                    }
                }
            }
            other => self.holds(other, focus),
        }
    }

    /// What is measured with what came over, and what is asked.
    fn short_of(
        &self,
        (left, right): (&Amount, &Amount),
        window: Option<&Window>,
        focus: &Focus,
        came: Eval<Option<Val>>,
    ) -> Eval<(Val, Val)> {
        let period = match window {
            Some(_) => Some(self.window(window, focus)?),
            None => focus.period,
        };
        let focus = Focus { period, ..focus.clone() };
        let (mut sum, _) = self.amount(left, &focus)?;
        let (asked, _) = self.amount(right, &focus)?;
        if let Some(over) = came? {
            sum = sum.plus(&sum.with(over.number().clone()))?;
        }
        Ok((sum, asked))
    }

    /// Whether an amount adds up over time.
    fn adds_up(&self, amount: &Amount, window: Option<&Window>) -> bool {
        let Amount::Measure(measure) = amount else { return false };
        let mut windows = [window, measure.window.as_ref()].into_iter().flatten();
        let averaged = windows.any(|window| matches!(window, Window::Average { .. }));
        let metric = measure.metric().and_then(|name| self.metric_on(name, self.facts.as_of()));
        metric.is_some_and(|metric| metric.is_flow()) && !averaged
    }
}

/// Any or all of several; what cannot be said of one matters only where the others do not decide.
fn decided(all: Vec<Eval<bool>>, any: bool) -> Eval<bool> {
    if all.contains(&Ok(any)) {
        return Ok(any);
    }
    all.into_iter().find(Result::is_err).unwrap_or(Ok(!any))
}
