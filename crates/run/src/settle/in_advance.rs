//! Minimums payable in advance.
//!
//! Each part falls due on the first day of what it is for, and is earned back by what its year earns. In the order of
//! the due days, a part makes up what was paid for the year to the parts so far, and a royalty pays what the year
//! earned so far beyond what was paid: in the end the year has brought its minimum or its royalties, whichever is more.

use super::Due;
use crate::clock::Focus;
use crate::engine::Run;
use crate::minimum::MinimumFor;
use crate::royalty::{self, Part};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::At;
use counterpart_terms::model::{Minimum, Royalty};
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

/// A part of a minimum that falls due before the days it is for.
#[derive(Debug)]
struct Ahead {
    period: Period,
    year: Period,
    day: Date,
    amount: Eval<MinimumFor>,
    at: At,
}

/// What was paid for a year, and what its parts so far come to.
#[derive(Debug, Clone)]
struct Year {
    year: Period,
    scope: Vec<Name>,
    needed: Exact,
    paid: Eval<Exact>,
    earned: Exact,
}

/// The minimums of a royalty that are payable in advance, and how their years stand.
#[derive(Debug, Default)]
pub(super) struct InAdvance {
    coming: Vec<Ahead>,
    years: BTreeMap<(At, Date), Year>,
}

impl Run<'_> {
    /// The parts that have fallen due, the first first.
    pub(super) fn in_advance(&self, name: &Name) -> Eval<InAdvance> {
        let mut out = InAdvance::default();
        for (_, terms) in self.royalty_over_time(name) {
            for minimum in terms.minimums.iter().filter(|m| m.in_advance) {
                self.ahead(terms, minimum, &mut out)?;
            }
        }
        out.coming.sort_by_key(|ahead| (ahead.day, ahead.at));
        Ok(out)
    }

    fn ahead(&self, royalty: &Royalty, minimum: &Minimum, out: &mut InAdvance) -> Eval<()> {
        let Some(payable) = &minimum.payable else { return Ok(()) };
        let cycle = self.clock().cycle(payable)?;
        let begun = self.minimums_begin(royalty)?.or_else(|| self.first_day());
        let Some(begun) = begun else { return Ok(()) };
        for period in cycle.between(begun, self.facts.as_of()) {
            if !self.has_minimum(royalty, minimum, &period)? {
                continue;
            }
            let day = match &minimum.due {
                Some(due) => self.clock().limit(due, &Focus::of(period)).map_err(|u| u.at(minimum.at))?,
                None => None,
            };
            let found = match minimum.surplus_carried || minimum.cumulative.is_some() {
                true => Err(Unknown::new("what counts over several years is not reckoned in advance")),
                false => self.minimum_for(royalty, minimum, &period),
            };
            let Some(amount) = found.transpose() else { continue };
            let year = self.year_of_instalment(minimum, &period)?.unwrap_or(period);
            let day = day.unwrap_or_else(|| period.start.max(begun));
            let nothing = Year {
                year,
                scope: minimum.for_part.clone(),
                needed: Exact::zero(),
                paid: Ok(Exact::zero()),
                earned: Exact::zero(),
            };
            out.years.entry((minimum.at, year.start)).or_insert(nothing);
            out.coming.push(Ahead { period, year, day, amount, at: minimum.at });
        }
        Ok(())
    }

    /// The parts that fall due by a day, each as a payment of its own.
    pub(super) fn due_in_advance(
        &self,
        name: &Name,
        payer: Option<&Name>,
        by: Date,
        ahead: &mut InAdvance,
    ) -> Eval<Vec<Due>> {
        let count = ahead.coming.iter().filter(|a| a.day <= by).count();
        let mut dues = Vec::new();
        for part in ahead.coming.drain(..count) {
            let royalty = royalty::find(self, name, None)?;
            let Some(year) = ahead.years.get_mut(&(part.at, part.year.start)) else { continue };
            let zero = self.zero_of(Some(name))?;
            let mut steps = Vec::new();
            let exact = part.amount.and_then(|least| {
                year.needed += least.value.number();
                let paid = year.paid.clone()?;
                let open = (&year.needed - &paid).max(Exact::zero());
                year.paid = Ok(&paid + &open);
                let how =
                    format!("{} less {} paid for the year", zero.with(year.needed.clone()), zero.with(paid));
                steps.push(
                    Step::new("minimum in advance", zero.with(open.clone())).how(how).from(vec![least.step]),
                );
                Ok(zero.with(open))
            });
            if let Err(why) = &exact {
                year.paid = Err(why.clone());
                steps.push(Step::note("minimum in advance").how(why.reason.clone()));
            }
            let from = payer.cloned().or_else(|| royalty.from.first().cloned());
            let mut due = Due::arisen(name, from, Some(part.period), part.day, exact, part.at);
            due.due = Some(part.day);
            due.steps = steps.into_iter().map(|step| step.by(part.at)).collect();
            due.shares = super::payees::by_percent_alone(&royalty.payees, &due.exact);
            due.divided = due.exact.clone().ok().filter(|_| !due.shares.is_empty());
            self.tax(&mut due, royalty.into());
            due.amount = due.exact.clone().map(|v| self.round_of(name, &v));
            dues.push(due);
        }
        Ok(dues)
    }

    /// What is owed for a period beyond what was paid in advance for its year.
    pub(super) fn beyond_advance(
        &self,
        part: &Part,
        owed: Eval<Val>,
        ahead: &mut InAdvance,
        steps: &mut Vec<Step>,
    ) -> Eval<Val> {
        let mut owed = owed;
        for ((at, _), year) in &mut ahead.years {
            if !year.year.contains(part.period.end) {
                continue;
            }
            let zero = owed.as_ref().map_or_else(|_| Val::Number(Exact::zero()), |v| v.with(Exact::zero()));
            let own = match part.silence() {
                Some(why) => Err(why.clone()),
                None => self.earned_of(part, &year.scope, &zero),
            };
            let covered = own.and_then(|own| {
                let paid = year.paid.clone()?;
                year.earned += own.number();
                let more = (&year.earned - &paid).max(Exact::zero());
                year.paid = Ok(&paid + &more);
                Ok((own.number() - &more).max(Exact::zero()))
            });
            owed = match covered {
                Ok(covered) if covered.is_zero() => owed,
                Ok(covered) => owed.map(|sum| {
                    let step = Step::new("paid in advance", sum.with(-covered.clone())).by(*at);
                    steps.push(step);
                    sum.with(sum.number() - &covered)
                }),
                Err(why) => {
                    year.paid = Err(why.clone());
                    owed.and(Err(why))
                }
            };
        }
        owed
    }
}
