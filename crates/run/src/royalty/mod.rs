//! Running payments: from what was reported to what was earned, period by period.
//!
//! A royalty is computed from its first period on, because tiers, caps, credits and minimums remember.
//! Each period keeps its reasons. What is then to be paid, and when, is left to `settle`.

mod adders;
mod advance;
pub(crate) mod after_end;
mod base;
mod credits;
mod cuts;
mod ended_parts;
mod limits;
mod memory;
mod more;
mod periods;
mod rates;
mod rounded;
mod rules;
mod shared;
mod steps;
mod stretch;
mod term;
mod tiers;
pub(crate) mod turns;
mod upstream;

pub(crate) use advance::{OpenAdvances, each_advance};
pub(crate) use after_end::reports_are_over;
pub use base::RoyaltyLine;
pub(crate) use limits::covers;
pub(crate) use more::earned_on_more;
pub use periods::Missing;
pub(crate) use periods::{as_a_whole, heard_by, in_words, payment_cycle, periods};
pub(crate) use shared::{StreamOf, sharing};
pub(crate) use stretch::hangs_on;
pub(crate) use term::runs_in_place;

use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Currency, Date, Exact, Period};
use counterpart_terms::model::Royalty;
use counterpart_terms::value::{Amount, Measure, Name};

/// A stretch of a payment period for which everything is computed at once.
#[derive(Debug, Clone)]
pub struct Sub {
    /// Its days.
    pub period: Period,
    /// The lines of the base with what each earns.
    pub lines: Vec<RoyaltyLine>,
    /// The base.
    pub base: Val,
    /// Earned, after reductions and caps.
    pub earned: Val,
    /// Not used up, for later periods; or why that is not known.
    pub carried: Eval<Val>,
    /// Whether anything was reported.
    pub reported: bool,
    /// The report that was due for it and was not made.
    pub missing: Option<Missing>,
    /// Why.
    pub steps: Vec<Step>,
}

/// A payment period.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its days.
    pub period: Period,
    /// The payment periods it stands for: itself, or several that were told of only together.
    pub of: Vec<Period>,
    /// What it is made of, or why it cannot be computed.
    pub subs: Vec<Eval<Sub>>,
    /// The bases of stretches whose royalty cannot be computed: a rate may be secret where sales are not.
    pub bases: Vec<BaseOnly>,
    /// The advance that falls in it and what became of it, where the royalty has advances of its own.
    pub advance: Option<Eval<Advance>>,
}

/// An advance of a royalty in a period.
#[derive(Debug, Clone)]
pub struct Advance {
    /// Paid in advance for the period.
    pub paid: Exact,
    /// Earned in the period of this and earlier advances.
    pub earned: Exact,
    /// Not earned yet after the period.
    pub left: Exact,
}

/// What a stretch whose royalty cannot be computed is on.
#[derive(Debug, Clone)]
pub struct BaseOnly {
    /// Its days.
    pub period: Period,
    /// The lines.
    pub lines: Vec<RoyaltyLine>,
    /// Their sum.
    pub base: Val,
}

impl Sub {
    /// Why it is no word that it earned nothing, where nothing was reported for it and the report is overdue.
    pub fn overdue(&self) -> Option<&Unknown> {
        self.missing.as_ref().filter(|m| m.begun).map(|m| &m.why)
    }
}

impl Part {
    /// Earned in the period.
    ///
    /// # Errors
    /// Where a part of it cannot be computed.
    pub fn earned(&self, zero: &Val) -> Eval<Val> {
        self.sum(zero, |sub| sub.earned.clone())
    }

    /// The base of the period.
    ///
    /// # Errors
    /// Where a part of it cannot be computed.
    pub fn base(&self, zero: &Val) -> Eval<Val> {
        let zero = self
            .subs
            .iter()
            .find_map(|s| s.as_ref().ok())
            .map_or(zero.clone(), |s| s.base.with(Exact::zero()));
        self.sum(&zero, |sub| sub.base.clone())
    }

    fn sum(&self, zero: &Val, figure: impl Fn(&Sub) -> Val) -> Eval<Val> {
        let mut total = zero.clone();
        for sub in &self.subs {
            total = total.plus(&figure(sub.as_ref().map_err(Clone::clone)?))?;
        }
        Ok(total)
    }

    /// Whether anything was reported for it.
    pub fn reported(&self) -> bool {
        self.subs.iter().any(|s| s.as_ref().map_or(true, |s| s.reported))
    }

    /// Why what it earned is only what anybody told of, where a report for some of it is overdue.
    pub fn overdue(&self) -> Option<&Unknown> {
        self.subs.iter().flatten().find_map(Sub::overdue)
    }

    /// Why nothing can be said of it, where nothing was reported for it and a report is overdue.
    pub fn silence(&self) -> Option<&Unknown> {
        self.overdue().filter(|_| !self.reported())
    }

    /// What is carried out of it.
    ///
    /// # Errors
    /// Where the period cannot be computed, or hangs on one that cannot.
    pub fn carried(&self, zero: &Val) -> Eval<Val> {
        match self.subs.last() {
            Some(sub) => sub.as_ref().map_err(Clone::clone)?.carried.clone(),
            None => Ok(zero.clone()),
        }
    }
}

/// A royalty over time, for one payer where a group pays.
#[derive(Debug, Clone)]
pub struct Series {
    /// The periods, oldest first.
    pub parts: Vec<Part>,
}

/// The royalty of this name in the terms of a day, or in any edition.
pub(crate) fn find<'r>(run: &Run<'r>, name: &Name, day: Option<Date>) -> Eval<&'r Royalty> {
    let missing = || Unknown::new(format!("`{name}` is no royalty"));
    match day {
        Some(day) => run.model_on(day).royalties.get(name).ok_or_else(missing),
        None => {
            let mut editions = run.machine.editions.0.iter().rev();
            editions.find_map(|e| e.model.royalties.get(name)).ok_or_else(missing)
        }
    }
}

/// The metrics a royalty is on.
pub(crate) fn metrics(royalty: &Royalty) -> Vec<Name> {
    let mut out = Vec::new();
    if let Some(base) = &royalty.base {
        measures(base, &mut |m| out.extend(m.metric().cloned()));
    }
    out
}

/// The metrics that are reported for a royalty: those it is on, and of one that is computed those it is computed from.
pub(crate) fn reported_metrics(run: &Run<'_>, royalty: &Royalty, day: Date) -> Vec<Name> {
    let mut names = run.underlying(metrics(royalty), day);
    names.retain(|name| run.metric_on(name, day).is_none_or(|metric| metric.computed.is_none()));
    names
}

/// Visits every measure of an amount.
pub(crate) fn measures(amount: &Amount, visit: &mut dyn FnMut(&Measure)) {
    match amount {
        Amount::Measure(measure) => visit(measure),
        Amount::Sum(terms) => terms.iter().for_each(|(_, a)| measures(a, visit)),
        Amount::Product(factors) => factors.iter().for_each(|(_, a)| measures(a, visit)),
        Amount::Greatest(of) | Amount::Least(of) => of.iter().for_each(|a| measures(a, visit)),
        Amount::Excess(a, b) => {
            measures(a, visit);
            measures(b, visit);
        }
        Amount::Share(_, a) => measures(a, visit),
        _ => {}
    }
}

/// Whether a price is part of an amount: then it is an amount for each unit.
pub(crate) fn is_price(run: &Run<'_>, amount: &Amount) -> bool {
    let mut found = false;
    measures(amount, &mut |m| {
        let metric = m.metric().and_then(|n| run.metric_on(n, run.facts.as_of()));
        found |= metric.is_some_and(|m| m.kind == counterpart_terms::model::MetricKind::Price);
        found |= m.quantity == Some(counterpart_terms::value::Quantity::Price);
    });
    found
}

impl Run<'_> {
    /// The money a royalty is computed in: its own where it names one, or the agreement's.
    ///
    /// # Errors
    /// Where neither names one.
    pub(crate) fn money_of(&self, royalty: &Royalty) -> Eval<Currency> {
        royalty.currency.map_or_else(|| self.currency(), Ok)
    }

    /// Nothing, in the money of a royalty or a payment, or of the agreement where the text names none for it.
    ///
    /// # Errors
    /// Where no money is named at all.
    pub(crate) fn zero_of(&self, name: Option<&Name>) -> Eval<Val> {
        let own = name.and_then(|name| match find(self, name, None) {
            Ok(royalty) => royalty.currency,
            Err(_) => self.pay_named(name)?.money(),
        });
        let currency = own.map_or_else(|| self.currency(), Ok)?;
        Ok(Val::money(Exact::zero(), currency))
    }
}

impl Series {
    /// The periods of royalties that are computed together.
    pub(crate) fn of(run: &Run<'_>, streams: &[StreamOf]) -> Eval<Vec<(StreamOf, Series)>> {
        Series::together(run, streams, None)
    }
}

impl<'m> Run<'m> {
    /// A royalty as amendments restated it, oldest first: each with the day from which it is so.
    pub(crate) fn royalty_over_time(&self, name: &Name) -> Vec<(Option<Date>, &'m Royalty)> {
        let mut out: Vec<(Option<Date>, &'m Royalty)> = Vec::new();
        for edition in &self.machine.editions.0 {
            let found = edition.model.royalties.get(name);
            // An amendment that does not name it leaves it as it is.
            if let Some(found) = found.filter(|f| out.last().is_none_or(|(_, last)| last.at != f.at)) {
                out.push((edition.from, found));
            }
        }
        out
    }
}
