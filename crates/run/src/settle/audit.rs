//! What an audit found, when it is due, and who bears what it cost.

use crate::engine::Run;
use crate::royalty;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::Royalty;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Amount, Name, Value};

/// An audit's finding.
struct Finding<'e> {
    day: Date,
    parts: &'e Parts,
    at: At,
}

impl Run<'_> {
    /// What an audit found for a period, and the day the finding is due.
    pub(super) fn audited(
        &self,
        royalty: &Royalty,
        period: &Period,
    ) -> Eval<Option<(Val, Option<Date>, Step)>> {
        let Some(finding) = self.finding(&royalty.name, period) else { return Ok(None) };
        let Some(amount) = finding.parts.amount(Label::Value) else { return Ok(None) };
        let (found, _) = self.amount(amount, &crate::clock::Focus::of(*period))?;
        let within = self.audit_of(&royalty.from, period).and_then(|r| {
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
        for event in self.facts.happened() {
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

    fn audit_of(&self, parties: &[Name], period: &Period) -> Option<&Record> {
        let mut audits = self.model_on(period.start).records.iter().filter(|r| r.clause == Form::FileAudit);
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
        let Some(clause) = self.audit_of(&royalty.from, period).and_then(|r| r.below(Form::AuditUnderpaid))
        else {
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
}
