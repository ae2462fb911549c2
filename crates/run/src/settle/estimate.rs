//! Payments on an estimate whose difference goes with the next payment.
//!
//! A period is paid on what was estimated by the day it fell due, or on the report where that came first. What the
//! report then shows more or less is added to the next payment or taken off it, as far as there is something to take
//! it off; the rest waits. Where no other period follows it stays with its own. Corrections of the report change
//! their own period, as they do elsewhere.

use crate::engine::Run;
use crate::royalty::{self, Part};
use crate::trace::Step;
use crate::unknown::{Eval, Gap, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::{Estimated, Royalty};
use counterpart_terms::value::Name;

/// What reports showed more than the estimates they replaced, or less, and no payment has taken up yet.
#[derive(Debug, Default)]
pub(super) struct Differences(Vec<(Period, Eval<Exact>)>);

impl Differences {
    /// What was paid too much and waits, where that is anything.
    pub(super) fn over(&self) -> Option<Eval<Exact>> {
        let known: Eval<Vec<Exact>> = self.0.iter().map(|(_, n)| n.clone()).collect();
        let sum = known.map(|all| -all.into_iter().filter(Exact::is_negative).sum::<Exact>());
        Some(sum).filter(|sum| !matches!(sum, Ok(n) if n.is_zero()))
    }
}

impl Run<'_> {
    /// What is owed for a period with the differences of those before, and without its own.
    pub(super) fn trued_up(
        &self,
        (royalty, payer): (&Royalty, Option<&Name>),
        part: &Part,
        owed: Eval<Val>,
        differences: &mut Differences,
        steps: &mut Vec<Step>,
    ) -> Eval<Eval<Val>> {
        let own = match royalty.estimated.as_ref().filter(|e| e.next && royalty.reconciled.is_none()) {
            Some(rule) => self.off_the_estimate(royalty, rule, part, payer, &owed)?,
            None => None,
        };
        let mut owed = owed;
        if let Some(own) = &own {
            owed = owed.and_then(|owed| {
                let own = own.clone()?;
                let step = Step::new("to the estimate, with the next payment", owed.with(-own.clone()));
                steps.push(step.how("what the report shows less what was estimated"));
                Ok(owed.with(owed.number() - &own))
            });
        }
        let waiting = std::mem::take(&mut differences.0);
        for (period, difference) in waiting {
            let taken = self.take_up(&period, difference, part, &mut owed, steps);
            differences.0.extend(taken.map(|rest| (period, rest)));
        }
        differences.0.extend(own.map(|own| (part.period, own)));
        Ok(owed)
    }

    /// Takes a difference of an earlier period up into what is owed; gives back what of it has to wait.
    fn take_up(
        &self,
        period: &Period,
        difference: Eval<Exact>,
        part: &Part,
        owed: &mut Eval<Val>,
        steps: &mut Vec<Step>,
    ) -> Option<Eval<Exact>> {
        let Ok(sum) = owed.clone() else { return Some(difference) };
        let change = match (difference, part.silence()) {
            // More than the difference may be owed where the period itself is overdue.
            (Ok(n), Some(why)) if n.is_positive() => {
                let reason = format!("the difference of {period} is owed with it, and {why}");
                *owed = Err(Unknown { reason, gap: Gap::Missing, ..why.clone() });
                return None;
            }
            (Ok(n), _) => n,
            (Err(why), _) => {
                *owed = Err(royalty::hangs_on("the difference to the estimate", period, &why));
                return Some(Err(why));
            }
        };
        // No more comes off than there is.
        let now = change.clone().max(-sum.number().clone().max(Exact::zero()));
        if !now.is_zero() {
            steps.push(Step::new(format!("difference of {period} to its estimate"), sum.with(now.clone())));
        }
        *owed = Ok(sum.with(sum.number() + &now));
        Some(change - now).filter(|rest| !rest.is_zero()).map(Ok)
    }

    /// What the first report of a period showed more than the estimate it was paid on; `None` where it was not paid
    /// on one, or the report is not made yet, or no payment follows.
    fn off_the_estimate(
        &self,
        royalty: &Royalty,
        rule: &Estimated,
        part: &Part,
        payer: Option<&Name>,
        earned: &Eval<Val>,
    ) -> Eval<Option<Eval<Exact>>> {
        let metrics = royalty::reported_metrics(self, royalty, part.period.start);
        let told: Vec<Date> = metrics.iter().filter_map(|m| self.reported_on(m, &part.period)).collect();
        let (Some(first), Some(last)) = (told.iter().min().copied(), told.iter().max().copied()) else {
            return Ok(None);
        };
        let due = self.clock().shift(part.period.end, &rule.within, false).map_err(|u| u.at(rule.at))?;
        let Some(before) = first.prev_day().filter(|_| first > due) else { return Ok(None) };
        let estimated = |by: Date| metrics.iter().any(|m| self.is_estimated(m, &part.period, by));
        let day = if estimated(due) { due.min(before) } else { before };
        let next = part.period.end.next_day().and_then(|day| Period::new(day, day));
        let over = match &next {
            Some(next) => self.over_before(royalty, next)?,
            None => true,
        };
        if !estimated(day) || over {
            return Ok(None);
        }
        let paid_on = self.earned_on(day, royalty, part, payer, earned)?;
        let shown = self.earned_on(last, royalty, part, payer, earned)?;
        let difference = shown.and_then(|shown| Ok(shown.number() - paid_on?.number()));
        Ok(Some(difference).filter(|d| !matches!(d, Ok(n) if n.is_zero())))
    }

    /// Whether a metric was estimated for days of a period, by a day.
    fn is_estimated(&self, metric: &Name, period: &Period, by: Date) -> bool {
        self.facts.events().any(|event| match &event.kind {
            EventKind::Estimated { metric: of, label, .. } => {
                of == metric
                    && event.date <= by
                    && self
                        .clock()
                        .period(*label, None)
                        .is_some_and(|p| p.start <= period.end && period.start <= p.end)
            }
            _ => false,
        })
    }
}
