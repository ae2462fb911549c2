//! What changes after the first payment: estimates, yearly reconciliation, audits, advances that come back.

use super::Due;
use crate::engine::Run;
use crate::royalty::{self, Part};
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{self as num, Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Pay, PayRule, Royalty};
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Amount, Name, Value};

/// What was paid on first reports, and what is still to credit.
#[derive(Debug, Default)]
pub(super) struct Books {
    first: Vec<(Period, Exact)>,
    credit: Exact,
    at: Option<At>,
}

impl Books {
    /// Takes an overpayment of an earlier year off what is owed.
    pub(super) fn credited(&mut self, part: &Part, owed: Val, steps: &mut Vec<Step>) -> Eval<Val> {
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

/// An audit's finding.
struct Finding<'e> {
    day: Date,
    parts: &'e Parts,
    at: At,
}

impl Run<'_> {
    /// The day a period is settled: of the estimate while there is no report, then of the difference.
    pub(super) fn settlement_day(&self, royalty: &Royalty, part: &Part) -> Eval<Option<Date>> {
        let Some((within, trued, _)) = &royalty.estimated else { return self.due_day(royalty, &part.period) };
        let reported = royalty::metrics(royalty).iter().any(|m| self.is_reported_for(m, &part.period));
        let span = match (reported, trued) {
            (true, Some(trued)) => trued,
            (true, None) => return self.due_day(royalty, &part.period),
            (false, _) => within,
        };
        let day = self.clock().shift(part.period.end, span, false)?;
        Ok(self.rolled(royalty.roll, Some(day)))
    }

    /// Whether a report, and no mere estimate, covers a period.
    fn is_reported_for(&self, metric: &Name, period: &Period) -> bool {
        self.facts.events().any(|e| match &e.kind {
            EventKind::Reported { metric: m, label: Some(label), by, .. } if m == metric => self
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
        let (Some(_), Some(due)) = (&royalty.reconciled, due) else { return Ok(earned.clone()) };
        let told =
            royalty::metrics(royalty).into_iter().flat_map(|m| self.reported_on(&m, &part.period)).max();
        let day = told.map_or(due, |t| t.max(due)).min(self.facts.as_of());
        let mut first = earned.clone();
        if day < self.facts.as_of() {
            let then = self.machine.run_reading(day, day, self.reading);
            let series = then.series_of(&royalty.name, payer)?;
            let zero = self.zero_of(Some(&royalty.name))?;
            if let Some(same) = series.parts.iter().find(|p| p.period == part.period) {
                first = same.earned(&zero);
            }
        }
        if let Ok(first) = &first {
            books.first.push((part.period, first.number().clone()));
        }
        Ok(first)
    }

    /// The first days on which a metric was reported for a period.
    fn reported_on(&self, metric: &Name, period: &Period) -> Option<Date> {
        self.facts.events().find_map(|e| match &e.kind {
            EventKind::Reported { metric: m, label: Some(label), by, correction: false, .. }
                if m == metric =>
            {
                let here = self
                    .clock()
                    .period(*label, by.as_ref())
                    .is_some_and(|p| p.start <= period.end && period.start <= p.end);
                here.then_some(e.date)
            }
            _ => None,
        })
    }

    /// At the end of a year: what was paid too little is due, what was paid too much is credited later.
    pub(super) fn reconciled(
        &self,
        royalty: &Royalty,
        part: &Part,
        parts: &[Part],
        zero: &Val,
        books: &mut Books,
        carried: &mut Vec<(Period, Exact)>,
    ) -> Eval<Option<Due>> {
        let Some((unit, within, at)) = &royalty.reconciled else { return Ok(None) };
        let cycle = num::Cycle::new(*unit, num::Basis::Calendar);
        let Some(year) = cycle.containing(part.period.end).filter(|y| y.end == part.period.end) else {
            return Ok(None);
        };
        let mut earned = zero.clone();
        for one in parts.iter().filter(|p| year.start <= p.period.start && p.period.end <= year.end) {
            match one.earned(zero) {
                Ok(value) => earned = earned.plus(&value)?,
                Err(_) => return Ok(None),
            }
        }
        let first: Exact =
            books.first.iter().filter(|(p, _)| year.contains(p.end)).map(|(_, n)| n.clone()).sum();
        let missing = earned.with(earned.number() - &first);
        if !missing.number().is_positive() {
            let over = -missing.number().clone();
            books.credit += &over;
            books.at = Some(*at);
            carried.push((year, over));
            return Ok(None);
        }
        let mut due = Due::arisen(&royalty.name, None, Some(year), year.end, Ok(missing.clone()), *at);
        due.due = within.as_ref().and_then(|w| self.clock().shift(year.end, w, false).ok());
        due.amount = Ok(self.round(&missing));
        let how = format!("{earned} earned less {} paid on first reports", earned.with(first));
        due.steps = vec![Step::new("difference of the year", missing).how(how).by(*at)];
        Ok(Some(due))
    }

    /// What an audit found for a period, and the day the finding is due.
    pub(super) fn audited(
        &self,
        royalty: &Royalty,
        period: &Period,
    ) -> Eval<Option<(Val, Option<Date>, Step)>> {
        let Some(finding) = self.finding(&royalty.name, period) else { return Ok(None) };
        let Some(amount) = finding.parts.amount(Label::Value) else { return Ok(None) };
        let (found, _) = self.amount(amount, &crate::clock::Focus::of(*period))?;
        let within = self.audit_of(&royalty.from).and_then(|r| {
            match r.below(Form::AuditAdjust)?.get(Label::Within)? {
                Value::Duration(within) => Some(within.clone()),
                _ => None,
            }
        });
        let due = match within {
            Some(within) => Some(self.clock().shift(finding.day, &within, false)?),
            None => None,
        };
        let step = Step::new(format!("found by the audit of {}", finding.day), found.clone()).by(finding.at);
        Ok(Some((found, due, step)))
    }

    fn finding(&self, stream: &Name, period: &Period) -> Option<Finding<'_>> {
        let mut found = None;
        for event in self.facts.events() {
            let EventKind::Told { word, parts, .. } = &event.kind else { continue };
            let label = match parts.get(Label::Label) {
                Some(Value::Period(label)) => self.clock().period(*label, None),
                _ => None,
            };
            if word == "audited"
                && parts.name(Label::Stream) == Some(stream)
                && label.as_ref() == Some(period)
            {
                found = Some(Finding { day: event.date, parts, at: event.at });
            }
        }
        found
    }

    fn audit_of(&self, parties: &[Name]) -> Option<&Record> {
        let mut audits = self.last_model().records.iter().filter(|r| r.clause == Form::FileAudit);
        audits.find(|r| r.names(Label::Of).iter().any(|p| parties.contains(p)))
    }

    /// What an audit costs the party audited: all of it where too much was missing, or nothing.
    ///
    /// # Errors
    /// Where nothing was audited.
    pub(crate) fn audit_cost(&self, name: &Name, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let royalty = royalty::find(self, name, None)?;
        let found = period.and_then(|p| self.finding(name, p));
        let Some((finding, period)) = found.zip(period) else { return Ok(zero.clone()) };
        let Some(clause) = self.audit_of(&royalty.from).and_then(|r| r.below(Form::AuditUnderpaid)) else {
            return Ok(zero.clone());
        };
        let focus = crate::clock::Focus::of(*period);
        let read = |amount: Option<&Amount>| {
            amount.map_or(Ok(zero.clone()), |a| self.amount(a, &focus).map(|(v, _)| v))
        };
        let owed = read(finding.parts.amount(Label::Value))?;
        let cost = read(finding.parts.amount(Label::Cost))?;
        let before = self
            .paid(name, None)
            .into_iter()
            .filter(|(day, p, _)| *day <= finding.day && p.as_ref() == Some(period));
        let paid: Exact = before.map(|(_, _, v)| v.number().clone()).sum();
        let missing = owed.number() - &paid;
        let (threshold, _) =
            self.amount(clause.amount(Label::Threshold).unwrap_or(&Amount::Number(Exact::zero())), &focus)?;
        let limit = match &threshold {
            Val::Number(share) => owed.number() * share,
            Val::Money(money) => money.amount.clone(),
        };
        let over = if clause.has(Label::Least) { missing >= limit } else { missing > limit };
        let bears = clause.name(Label::Who).is_none_or(|who| royalty.from.contains(who));
        Ok(if over && bears { cost } else { zero.clone() })
    }

    /// A period's payment with the advance that falls in it, less what the royalty earned of the advances.
    pub(super) fn with_advance(
        &self,
        royalty: &Royalty,
        part: &Part,
        owed: Val,
        steps: &mut Vec<Step>,
    ) -> Eval<Val> {
        let (Some(advance), Some((_, _, _, at))) = (&part.advance, &royalty.advance) else { return Ok(owed) };
        let advance = advance.as_ref().map_err(|u| u.clone().at(*at))?;
        let cash = owed.number() - &advance.earned + &advance.paid;
        steps.push(Step::new("advance", owed.with(advance.paid.clone())).by(*at));
        steps.push(Step::new("earned of advances", owed.with(-advance.earned.clone())).by(*at));
        Ok(owed.with(cash))
    }

    /// Advances of a royalty that were never earned come back when the agreement ends.
    pub(super) fn advance_back(&self, name: &Name, parts: &[Part], payer: Option<&Name>) -> Eval<Vec<Due>> {
        let royalty = royalty::find(self, name, None)?;
        let end = self.ended_by_now()?;
        let (Some((_, _, _, at)), Some(end), true) = (&royalty.advance, end, royalty.advance_repaid) else {
            return Ok(Vec::new());
        };
        let last =
            parts.iter().filter(|p| p.period.start <= end).filter_map(|p| p.advance.as_ref()).next_back();
        let last = last.map(|a| a.as_ref().map_err(Clone::clone)).transpose()?;
        let Some(left) = last.map(|a| a.left.clone()).filter(Exact::is_positive) else {
            return Ok(Vec::new());
        };
        let value = self.zero_of(Some(name))?.with(-left);
        let mut due = Due::arisen(
            name,
            payer.cloned().or_else(|| royalty.from.first().cloned()),
            None,
            end,
            Ok(value.clone()),
            *at,
        );
        due.amount = Ok(self.round(&value));
        due.due = Some(end);
        due.back = true;
        due.steps = vec![Step::new("advances not earned, repaid", value).by(*at)];
        Ok(vec![due])
    }

    /// The day the agreement ended, if it has.
    fn ended_by_now(&self) -> Eval<Option<Date>> {
        let end = counterpart_terms::value::Moment::OfThing(counterpart_terms::value::Edge::End, None);
        // An end still open has not come.
        let day = self.clock().limit(&end, &crate::clock::Focus::default()).unwrap_or(None);
        Ok(day.filter(|d| *d <= self.facts.as_of()))
    }

    /// What of an advance comes back: what is left on the day of the balloon, or at the end.
    pub(super) fn paid_back(&self, pay: &Pay) -> Eval<Vec<Due>> {
        let mut out = Vec::new();
        let as_of = self.facts.as_of();
        for royalty in self.last_model().royalties.values() {
            let balloon = match (&royalty.offset, &royalty.balloon) {
                (Some((_, name, at)), Some(moment)) if *name == pay.name => {
                    self.clock().limit(moment, &crate::clock::Focus::default())?.map(|d| (d, *at))
                }
                _ => None,
            };
            let repaid = pay.rules.iter().find_map(|(rule, at)| match rule {
                PayRule::Recouped(from, _, true) if from.contains(&royalty.name) => Some(*at),
                _ => None,
            });
            let end = match repaid {
                Some(at) => self.ended_by_now()?.map(|d| (d, at)),
                None => None,
            };
            let Some((day, at)) = balloon.or(end).filter(|(d, _)| *d <= as_of) else { continue };
            let settled = self.settled(&royalty.name, None)?;
            // The last period up to the day has to be reported before what is left can be told.
            let left: Exact = settled
                .pools
                .iter()
                .filter(|p| p.name == pay.name)
                .filter_map(|p| p.left.iter().rev().find(|(period, _)| period.end <= day))
                .map(|(_, left)| left.clone())
                .sum();
            if !left.is_positive() {
                continue;
            }
            let value = Val::money(-left, self.currency()?);
            let mut due = Due::arisen(&pay.name, pay.from.first().cloned(), None, day, Ok(value.clone()), at);
            due.amount = Ok(self.round(&value));
            due.due = Some(day);
            due.back = true;
            due.steps = vec![Step::new("what is left, repaid", value).by(at)];
            out.push(due);
        }
        Ok(out)
    }
}
