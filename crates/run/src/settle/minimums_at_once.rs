//! Several periods of a minimum that are settled with one payment: the quarters of a half that was reported as one, or
//! the months of a quarter.
//!
//! Each period has its own minimum. What was earned in each is known where it was computed for each; where only the
//! sum is, the difference is known as long as no period can have earned more than its minimum.

use super::minimum::{Missing, Topped, at_least};
use crate::engine::Run;
use crate::royalty::Part;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{Minimum, Royalty};

/// A minimum that ends with a payment, in the terms it has there, and the period it is for.
pub(super) type Test<'r> = (&'r Royalty, &'r Minimum, Period);

impl Run<'_> {
    /// Settles the minimums of which several periods end with one payment, and takes them out of what is to be tested.
    /// Where more than the sum matters they are left in.
    pub(super) fn several_at_once(
        &self,
        tests: &mut Vec<Test<'_>>,
        part: &Part,
        zero: &Val,
        topped: &mut Topped,
        out: &mut Vec<Missing>,
    ) -> Eval<()> {
        let mut done = Vec::new();
        for (_, minimum, first) in tests.iter() {
            let mut of: Vec<&Test<'_>> =
                tests.iter().filter(|(_, m, _)| m.for_part == minimum.for_part).collect();
            let alone = of.iter().all(|(_, m, _)| m.at == minimum.at);
            of.sort_by_key(|(.., period)| period.end);
            let opening = of.first().is_some_and(|(.., period)| period == first);
            let inside = of.iter().all(|(.., p)| part.period.start <= p.start && p.end <= part.period.end);
            let plain = minimum.cumulative.is_none()
                && !minimum.surplus_carried
                && minimum.payable.is_none()
                && minimum.due.is_none()
                && minimum.difference_within.is_none();
            if of.len() < 2 || !alone || !opening || !inside || !plain {
                continue;
            }
            let Ok(earned) = self.earned_of(part, &minimum.for_part, zero) else { continue };
            if part.overdue().is_some() {
                continue;
            }
            let Some(missing) = self.short_of_all(&of, part, &earned)? else { continue };
            match &missing.amount {
                Ok(amount) => {
                    topped.added.push((minimum.for_part.clone(), part.period, amount.number().clone()));
                }
                Err(why) => {
                    topped.unsure.insert(minimum.for_part.clone(), why.clone());
                }
            }
            let nothing = missing.amount.as_ref().is_ok_and(|amount| amount.number().is_zero());
            out.extend((!nothing).then_some(missing));
            done.push(minimum.at);
        }
        tests.retain(|(_, minimum, _)| !done.contains(&minimum.at));
        Ok(())
    }

    /// What several periods are short of their minimums, where each minimum is known.
    fn short_of_all(&self, of: &[&Test<'_>], part: &Part, earned: &Val) -> Eval<Option<Missing>> {
        let (mut needed, mut steps): (Vec<(Period, Exact)>, Vec<Step>) = Default::default();
        for (terms, minimum, period) in of {
            let Ok(least) = self.minimum_for(terms, minimum, period) else { return Ok(None) };
            let Some(least) = least else { continue };
            needed.push((*period, least.value.number().clone()));
            steps.push(least.step);
        }
        let Some((_, minimum, _)) = of.first() else { return Ok(None) };
        let sum = earned.with(needed.iter().map(|(_, n)| n.clone()).sum());
        let of_each = |(period, least): &(Period, Exact)| -> Option<Exact> {
            let inside = |days: &Period| period.start <= days.start && days.end <= period.end;
            let apart = |days: &Period| days.end < period.start || period.end < days.start;
            let subs: Vec<_> = part.subs.iter().flatten().collect();
            if !minimum.for_part.is_empty() || !subs.iter().all(|s| inside(&s.period) || apart(&s.period)) {
                return None;
            }
            let own: Exact =
                subs.iter().filter(|s| inside(&s.period)).map(|s| s.earned.number().clone()).sum();
            Some((least - &own).max(Exact::zero()))
        };
        let known: Option<Vec<Exact>> = needed.iter().map(of_each).collect();
        let lowest = needed.iter().map(|(_, n)| n.clone()).min().unwrap_or_default();
        let whole = needed.len() == of.len() && *earned.number() <= lowest && !earned.number().is_negative();
        let amount = match known {
            Some(known) => Ok(earned.with(known.into_iter().sum())),
            None if whole => sum.less(earned),
            None => {
                let each = minimum.steps.iter().find_map(|step| Some(step.cycle.as_ref()?.unit.to_string()));
                let each = each.unwrap_or_else(|| "period".into());
                let reason = format!(
                    "reported for {} as a whole: what belongs to each {each} is not said",
                    part.period
                );
                Err(at_least(&sum, &part.period, Unknown::new(reason).at(minimum.at)))
            }
        };
        let step = match &amount {
            Ok(amount) => Step::new("difference to the minimum", amount.clone())
                .how(format!("{sum} for {} periods, {earned} earned", needed.len())),
            Err(why) => Step::note("difference to the minimum").how(why.reason.clone()),
        };
        Ok(Some(Missing { amount, step: step.by(minimum.at).from(steps), apart: None }))
    }
}
