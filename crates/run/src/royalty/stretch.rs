//! One stretch of a payment period, and what it earns: each step in its order, each remembered.

use super::base::{self, Base};
use super::memory::Memory;
use super::periods::as_a_whole;
use super::{
    BaseOnly, Sub, adders, after_end, credits, cuts, limits, metrics, rates, rounded, term, upstream,
};
use crate::clock::Focus;
use crate::effects::scaled_payments;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{self as num, Date, Exact, Period};
use counterpart_terms::model::Royalty;
use counterpart_terms::value::Name;

/// What is computed at once: a royalty, for a payer, over some days.
pub(super) struct Stretch<'s, 'm> {
    pub run: &'s Run<'m>,
    pub royalty: &'s Royalty,
    /// Its days.
    pub sub: Period,
    /// The payment period they are part of, or several told of as one.
    pub period: Period,
    /// The payment periods it stands for.
    pub of: Vec<Period>,
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
        Ok(Stretch { run, royalty, sub, period, of: vec![period], focus, zero })
    }

    /// The share of its payment period that some days have: so much of an amount for the period is theirs. Of several
    /// periods told of as one, each has its own.
    pub fn share_of_period(&self, days: &Period) -> Exact {
        let share = |of: &Period| {
            let both = Period::new(days.start.max(of.start), days.end.min(of.end))?;
            Exact::from_int(both.days()).checked_div(&Exact::from_int(of.days()))
        };
        self.of.iter().filter_map(share).sum()
    }

    /// Why the answer cannot be said where it hangs on which part of a base belongs to which of several payment
    /// periods; nothing where it is one period, or there is nothing to divide.
    pub fn undivided(&self, base: &Val) -> Option<Unknown> {
        let hangs = self.of.len() > 1 && !base.number().is_zero();
        hangs.then(|| as_a_whole(self.run, self.royalty, &self.period))
    }

    /// The first days of the periods of a cycle in which its payment periods end, the earliest first.
    pub fn starts(&self, cycle: &num::Cycle) -> Vec<Date> {
        let ends = match self.of.as_slice() {
            [_] => vec![self.sub.end],
            several => several.iter().map(|p| p.end).collect(),
        };
        let mut starts: Vec<Date> =
            ends.into_iter().filter_map(|end| Some(cycle.containing(end)?.start)).collect();
        starts.dedup();
        starts
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
                memory.note_unknown(self, &unknown, true);
                return (Err(unknown), None);
            }
        };
        let known = BaseOnly { period: self.sub, lines: found.lines.clone(), base: found.base.clone() };
        match self.earn(found, memory) {
            Ok(sub) => (Ok(sub), None),
            Err(unknown) => {
                credits::leave_open(self, &unknown, memory);
                memory.note_unknown(self, &unknown, false);
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
        let charged = term::apply_term(self, &mut lines, &mut steps)
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
        let earned = match scaled_payments(
            self.run,
            (&self.royalty.name, self.period.start),
            (&earned, &lines, &self.sub),
        )? {
            Some((left, why)) => {
                steps.extend(why);
                left
            }
            None => earned,
        };
        let before: Vec<Exact> = lines.iter().map(|l| l.due.number().clone()).collect();
        cuts::scale(&mut lines, &earned);
        let earned = rounded::each_line(self, &mut lines, earned, &mut steps)?;
        let missing = if reported { None } else { super::periods::missing(self)? };
        match missing.as_ref().filter(|m| m.begun) {
            Some(missing) => memory.note_unknown(self, &missing.why, true),
            None => memory.note(self, (&base, reported), &earned, &full),
        }
        // Where no royalty runs it does not matter what was sold.
        let missing = missing.filter(|_| term::runs(self).unwrap_or(true));
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
