//! What changes after the first payment: estimates, and the year that is settled once.

use super::Due;
use crate::engine::Run;
use crate::royalty::{self, Part};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{self as num, Date, Exact, Period};
use counterpart_terms::At;
use counterpart_terms::model::{Estimated, Reconciled, Royalty};
use counterpart_terms::value::Name;
use counterpart_terms::value::time::Basis;

/// What was paid on first reports, and what is still to credit.
#[derive(Debug, Default)]
pub(super) struct Books {
    first: Vec<(Period, Eval<Exact>)>,
    credit: Exact,
    /// Why what is to credit is not known, where it is not.
    gap: Option<Unknown>,
    at: Option<At>,
}

impl Books {
    /// Takes an overpayment of an earlier year off what is owed.
    pub(super) fn credited(&mut self, part: &Part, owed: Val, steps: &mut Vec<Step>) -> Eval<Val> {
        if let Some(why) = self.gap.as_ref().filter(|_| owed.number().is_positive() && part.reported()) {
            return Err(why.clone());
        }
        let used = self.credit.clone().min(owed.number().clone()).max(Exact::zero());
        if used.is_zero() || !part.reported() {
            return Ok(owed);
        }
        self.credit = &self.credit - &used;
        let step = Step::new("overpayment credited", owed.with(-used.clone()));
        steps.push(match self.at {
            Some(at) => step.by(at),
            None => step,
        });
        Ok(owed.with(owed.number() - &used))
    }
}

/// What leads from a period as corrected to what was to be paid for it: it was corrected after it fell due, and that
/// waits for the end of the year.
pub(super) fn waiting(royalty: &Royalty, earned: &Eval<Val>, first: &Eval<Val>) -> Option<Step> {
    let rule = royalty.reconciled.as_ref()?;
    let step = match (earned, first) {
        (Ok(earned), Ok(first)) if earned == first => return None,
        (Ok(earned), Ok(first)) => {
            let how = format!("{first} as it stood when it was due, less {earned}");
            let waits = first.with(first.number() - earned.number());
            Step::new("corrected later, left to the settlement of the year", waits).how(how)
        }
        (Err(_), Ok(first)) => Step::new("as it stood when it was due", first.clone()),
        (_, Err(why)) => Step::note("what it came to when it was due is not known").how(why.reason.clone()),
    };
    Some(step.by(rule.at))
}

impl Run<'_> {
    /// The day a period is settled: of the estimate while there is no report, then of the difference.
    pub(crate) fn settlement_day(&self, royalty: &Royalty, period: &Period) -> Eval<Option<Date>> {
        let Some(Estimated { within, trued, next, .. }) = &royalty.estimated else {
            return self.due_day(royalty, period);
        };
        let reported = royalty::reported_metrics(self, royalty, period.start)
            .iter()
            .any(|m| self.is_reported_for(m, period));
        let span = match (reported, trued) {
            // The difference goes with the next payment: this one keeps its day.
            _ if *next => within,
            (true, Some(trued)) => trued,
            (true, None) => return self.due_day(royalty, period),
            (false, _) => within,
        };
        let day = self.clock().shift(period.end, span, false)?;
        Ok(self.rolled(royalty.roll, Some(day)))
    }

    /// Whether a report, and no mere estimate, covers a period.
    fn is_reported_for(&self, metric: &Name, period: &Period) -> bool {
        self.facts.reports_of(metric).any(|e| match &e.kind {
            EventKind::Reported { label: Some(label), by, .. } => self
                .clock()
                .period(*label, by.as_ref())
                .is_some_and(|p| p.start <= period.end && period.start <= p.end),
            _ => false,
        })
    }

    /// What a period came to when it fell due: where the year is reconciled, later corrections wait for that.
    pub(super) fn first_reported_amount(
        &self,
        royalty: &Royalty,
        part: &Part,
        payer: Option<&Name>,
        due: Option<Date>,
        earned: &Eval<Val>,
        books: &mut Books,
    ) -> Eval<Eval<Val>> {
        if royalty.reconciled.is_none() {
            return Ok(earned.clone());
        }
        let told = royalty::reported_metrics(self, royalty, part.period.start)
            .into_iter()
            .flat_map(|m| self.reported_on(&m, &part.period))
            .max();
        let first = match (due, told) {
            (Some(due), told) => {
                self.earned_on(told.map_or(due, |t| t.max(due)), royalty, part, payer, earned)?
            }
            (None, None) => earned.clone(),
            // Whatever the day, where nothing was corrected since the report.
            (None, Some(told)) => match self.earned_on(told, royalty, part, payer, earned)? {
                first if first == *earned => first,
                _ => Err(Unknown::new("it was corrected, and whether before it was due is not known")),
            },
        };
        books.first.push((part.period, first.clone().map(|v| v.number().clone())));
        Ok(first)
    }

    /// What a period had earned as far as it was known on a day.
    pub(super) fn earned_on(
        &self,
        day: Date,
        royalty: &Royalty,
        part: &Part,
        payer: Option<&Name>,
        earned: &Eval<Val>,
    ) -> Eval<Eval<Val>> {
        if day >= self.facts.as_of() {
            return Ok(earned.clone());
        }
        let then = self.as_known_on(day);
        let series = then.series_of(&royalty.name, payer)?;
        let zero = self.zero_of(Some(&royalty.name))?;
        if let Some(same) = series.parts.iter().find(|p| p.period == part.period) {
            return Ok(same.earned(&zero));
        }
        // What is told as one now may have been estimated period by period.
        let then = series.parts.iter().filter(|p| part.of.contains(&p.period) && p.reported());
        let then: Vec<&Part> = then.collect();
        if then.len() < part.of.len() {
            return Ok(earned.clone());
        }
        Ok(then.iter().try_fold(zero.clone(), |sum, part| sum.plus(&part.earned(&zero)?)))
    }

    /// The day on which a metric was first reported for a period.
    pub(crate) fn reported_on(&self, metric: &Name, period: &Period) -> Option<Date> {
        let key = (metric.clone(), *period);
        if let Some(found) = self.told_on.borrow().get(&key) {
            return *found;
        }
        let found = self.facts.reports_of(metric).find_map(|e| match &e.kind {
            EventKind::Reported { label: Some(label), by, correction: false, .. } => {
                let here = self
                    .clock()
                    .period(*label, by.as_ref())
                    .is_some_and(|p| p.start <= period.end && period.start <= p.end);
                here.then_some(e.date)
            }
            _ => None,
        });
        self.told_on.borrow_mut().insert(key, found);
        found
    }

    /// At the end of a year: what was paid too little is due; what was paid too much is credited, goes back, or
    /// stays open, as the deal says.
    pub(super) fn reconciled(
        &self,
        royalty: &Royalty,
        part: &Part,
        parts: &[Part],
        zero: &Val,
        books: &mut Books,
        carried: &mut Vec<(Period, Eval<Exact>)>,
    ) -> Eval<Option<Due>> {
        let Some(rule) = &royalty.reconciled else { return Ok(None) };
        let Some(year) = self.year_reconciled(royalty, rule, part, parts)? else { return Ok(None) };
        let mut due = Due::arisen(&royalty.name, None, Some(year), year.end, Ok(zero.clone()), rule.at);
        due.due = rule.within.as_ref().and_then(|w| self.clock().shift(year.end, w, false).ok());
        let missing = self.missing_of_year(parts, &year, zero, books);
        let (earned, first) = match missing {
            Ok(found) => found,
            Err(why) => {
                if rule.refunded != Some(true) {
                    carried.push((year, Err(why.clone())));
                }
                if rule.refunded == Some(false) {
                    books.gap.get_or_insert_with(|| why.clone());
                }
                // The step says it; the figure is not known.
                due.steps = vec![Step::note("difference of the year").how(why.reason.clone()).by(rule.at)];
                due.gross = Err(why.clone());
                due.exact = Err(why.clone());
                due.amount = Err(why);
                return Ok(Some(due));
            }
        };
        let missing = earned.with(earned.number() - &first);
        let how = format!("{earned} earned less {} paid on first reports", earned.with(first));
        if missing.number().is_positive() {
            due.gross = Ok(missing.clone());
            due.exact = Ok(missing.clone());
            due.amount = Ok(self.round_of(&royalty.name, &missing));
            due.steps = vec![Step::new("difference of the year", missing).how(how).by(rule.at)];
            return Ok(Some(due));
        }
        let over = -missing.number().clone();
        if rule.refunded != Some(true) {
            carried.push((year, Ok(over.clone())));
        }
        if over.is_zero() {
            return Ok(None);
        }
        match rule.refunded {
            Some(true) => {
                due.gross = Ok(missing.clone());
                due.exact = Ok(missing.clone());
                due.amount = Ok(self.round_of(&royalty.name, &missing));
                due.back = true;
                due.steps =
                    vec![Step::new("overpayment of the year, refunded", missing).how(how).by(rule.at)];
            }
            Some(false) => {
                books.credit += &over;
                books.at = Some(rule.at);
                return Ok(None);
            }
            None => {
                let who = royalty.from.first().map_or("the payer", Name::as_str);
                let what = format!("overpayment of the year, open in favour of {who}");
                let over = missing.with(over);
                let how = format!("{over}, {how}; the deal does not say whether it is credited or refunded");
                due.due = None;
                due.steps = vec![Step::note(what).how(how).by(rule.at)];
            }
        }
        Ok(Some(due))
    }

    /// The year that is settled with a period, as its last: of the calendar, of a party's books, of the contract.
    fn year_reconciled(
        &self,
        royalty: &Royalty,
        rule: &Reconciled,
        part: &Part,
        parts: &[Part],
    ) -> Eval<Option<Period>> {
        let plain = rule.each.basis == Basis::Calendar && rule.each.party.is_none();
        let cycle = if plain && rule.each.anchor.is_none() && rule.each.unknown.is_none() {
            // A year that does not say which is the one its payment periods are part of.
            num::Cycle::new(rule.each.unit, royalty::payment_cycle(self, royalty, part.period.start)?.basis)
        } else {
            self.clock().cycle(&rule.each)?
        };
        let Some(year) = cycle.containing(part.period.end) else { return Ok(None) };
        let later = parts.iter().any(|p| p.period.end > part.period.end && p.period.end <= year.end);
        Ok(Some(year).filter(|y| !later && y.end <= self.facts.as_of()))
    }

    /// What a year earned, and what was paid for it on first reports.
    fn missing_of_year(
        &self,
        parts: &[Part],
        year: &Period,
        zero: &Val,
        books: &Books,
    ) -> Eval<(Val, Exact)> {
        let mut earned = zero.clone();
        for one in parts.iter().filter(|p| year.contains(p.period.end)) {
            earned = earned.plus(&one.earned(zero)?)?;
        }
        let mut first = Exact::zero();
        for (_, paid) in books.first.iter().filter(|(p, _)| year.contains(p.end)) {
            first += paid.as_ref().map_err(Clone::clone)?;
        }
        Ok((earned, first))
    }
}
