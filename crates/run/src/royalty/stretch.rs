//! One stretch of a payment period, and what it earns: each step in its order, each remembered.

use super::base::{self, Base};
use super::memory::Memory;
use super::{BaseOnly, Sub, adders, after_end, credits, cuts, limits, metrics, rates, upstream};
use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Exact, Period};
use counterpart_terms::model::Royalty;
use counterpart_terms::value::Name;

/// What is computed at once: a royalty, for a payer, over some days.
pub(super) struct Stretch<'s, 'm> {
    pub run: &'s Run<'m>,
    pub royalty: &'s Royalty,
    /// Its days.
    pub sub: Period,
    /// The payment period they are part of.
    pub period: Period,
    /// The question every formula is asked with.
    pub focus: Focus,
    /// Nothing, in the money of the royalty.
    pub zero: Val,
}

impl<'s, 'm> Stretch<'s, 'm> {
    pub fn new(
        run: &'s Run<'m>,
        royalty: &'s Royalty,
        sub: Period,
        period: Period,
        payer: Option<&Name>,
    ) -> Eval<Stretch<'s, 'm>> {
        let focus = Focus {
            period: Some(sub),
            payer: payer.cloned(),
            stream: Some(royalty.name.clone()),
            terms: Some(period.start),
            ..Focus::default()
        };
        let zero = Val::money(Exact::zero(), run.money_of(royalty)?);
        Ok(Stretch { run, royalty, sub, period, focus, zero })
    }

    /// The share of the payment period's days that the stretch has: so much of an amount for the period is its.
    pub fn share_of_period(&self) -> Exact {
        let days = Exact::from_int(self.sub.days());
        days.checked_div(&Exact::from_int(self.period.days())).unwrap_or_else(Exact::one)
    }

    /// Money told in another currency than the royalty's, by its rule of exchange.
    pub fn converted(&self, value: Val) -> Eval<Val> {
        Ok(self.converted_by(value)?.0)
    }

    /// The same, with the rate that was taken.
    pub fn converted_by(&self, value: Val) -> Eval<(Val, Vec<Step>)> {
        let filter = self.run.money_filter(Some(&self.royalty.name), self.period.start);
        let model = self.run.model_on(self.period.start);
        let metric = metrics(self.royalty).into_iter().next().unwrap_or_else(|| self.royalty.name.clone());
        let mut rates = Vec::new();
        let value = self.run.converted(model, (&metric, &filter), value, &self.period, &mut rates)?;
        Ok((value, rates))
    }

    /// What it earns, or why that cannot be said and what it is on. What is not known is remembered as such.
    pub fn compute(&self, told: Eval<Base>, memory: &mut Memory) -> (Eval<Sub>, Option<BaseOnly>) {
        let found = match told.and_then(|told| base::charged(self, told, memory)) {
            Ok(found) => found,
            Err(unknown) => {
                credits::leave_open(self, &unknown, memory);
                memory.note_unknown(self.sub, &unknown, true);
                return (Err(unknown), None);
            }
        };
        let known = BaseOnly { period: self.sub, lines: found.lines.clone(), base: found.base.clone() };
        match self.earn(found, memory) {
            Ok(sub) => (Ok(sub), None),
            Err(unknown) => {
                credits::leave_open(self, &unknown, memory);
                memory.note_unknown(self.sub, &unknown, false);
                (Err(unknown), Some(known))
            }
        }
    }

    /// What it earns on its base.
    fn earn(&self, found: Base, memory: &mut Memory) -> Eval<Sub> {
        if let Some(withheld) = self.royalty.withheld.first() {
            return Err(Unknown::withheld(withheld));
        }
        let Base { mut lines, counted, base, reported, mut steps } = found;
        steps.iter_mut().for_each(|step| step.of_base = true);
        // Tiers fill with everything reported, whether or not it earns anything, and whether or not its rate is
        // known.
        let charged = limits::apply_term(self, &mut lines, &mut steps)
            .and_then(|()| rates::charge(self, &mut lines, &mut steps, memory));
        memory.fill_tiers(self, &counted)?;
        charged?;
        after_end::bridged(self, &mut lines, &mut steps)?;
        adders::money_ceilings(self, &mut lines, &mut steps, memory)?;
        let full = cuts::total(&lines, &self.zero)?;
        cuts::by_line(self, &mut lines, &mut steps)?;
        let carried = credits::together(self, &mut lines, memory, &mut steps)?;
        steps.extend(memory.limit_taking_back(&mut lines));
        // What is owed upstream is passed on at cost: no cut of the rate touches it.
        upstream::pass_through(self, &mut lines, &mut steps)?;
        let all = cuts::total(&lines, &self.zero)?;
        let earned = limits::cap(self, &all, memory, &mut steps)?;
        let before: Vec<Exact> = lines.iter().map(|l| l.due.number().clone()).collect();
        cuts::scale(&mut lines, &earned);
        let missing = if reported { None } else { super::periods::missing(self)? };
        match missing.as_ref().filter(|m| m.begun) {
            Some(missing) => memory.note_unknown(self.sub, &missing.why, true),
            None => memory.note(self.sub, &earned, &full, reported),
        }
        // Where no royalty runs it does not matter what was sold.
        let missing = missing.filter(|_| limits::runs(self).unwrap_or(true));
        if missing.is_some() {
            memory.note_missing();
        }
        memory.note_charged(&lines, &before);
        memory.use_open(self, &earned);
        let carried = carried.map(|c| if c.number().is_zero() { memory.loss(&self.zero) } else { c });
        let steps = steps.into_iter().map(|step| step.under(self.royalty.at)).collect();
        Ok(Sub { period: self.sub, lines, base, earned, carried, reported, missing, steps })
    }
}

/// A figure that hangs on an earlier stretch which is not known.
pub(crate) fn hangs_on(what: &str, period: &Period, unknown: &Unknown) -> Unknown {
    let reason = format!("{what} is not known, because {period} is not: {unknown}");
    Unknown { reason, at: unknown.at, gap: crate::unknown::Gap::Missing }
}
