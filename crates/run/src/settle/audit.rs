//! What an audit found, when it is due, and who bears what it cost.
//!
//! An audit may look at more than one payment period, as at the year of a quarterly royalty. What it found missing then
//! belongs to the year: it cannot be said in which quarter it was lost, only that it was missing when the last of them
//! was due. So it is owed with the last, as a finding of that quarter would be, and bears interest from that day at most.

use super::Due;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::{self, Part};
use crate::trace::Step;
use crate::unknown::{Eval, or_nothing};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::Royalty;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Amount, Name, Value};
use std::collections::BTreeMap;

/// An audit's finding.
pub(crate) struct Finding<'e> {
    /// Of which royalty.
    pub stream: &'e Name,
    /// The day it was told.
    pub day: Date,
    /// The days the audit looked at.
    pub period: Period,
    parts: &'e Parts,
    pub at: At,
}

impl Finding<'_> {
    /// The payment periods it looked at, oldest first: the one of its days, or those that make up its days. Empty where
    /// one of them is only half looked at.
    pub fn of(&self, periods: &[Period]) -> Vec<Period> {
        let (from, to) = (self.period.start, self.period.end);
        let touched = periods.iter().filter(|p| p.start <= to && from <= p.end);
        let touched: Vec<Period> = touched.copied().collect();
        if touched.iter().all(|p| from <= p.start && p.end <= to) { touched } else { Vec::new() }
    }

    /// Whether it looked at one payment period alone.
    fn is_of_one(&self, period: &Period) -> bool {
        (self.period.start, self.period.end) == (period.start, period.end)
    }
}

/// What an audit makes of a period.
pub(super) struct Audited {
    /// What is owed for it.
    pub owed: Val,
    /// The day the shortfall is due, where the deal says.
    pub due: Option<Date>,
    /// The shortfall bears interest from the day the period was first due.
    with_interest: bool,
    /// Why.
    step: Step,
}

impl Audited {
    /// What an audit found above what was owed, where that is due on a day of its own.
    pub fn shortfall(&self, owed: &Eval<Val>, first_due: Option<Date>) -> Option<Shortfall> {
        let missing = self.owed.less(owed.as_ref().ok()?).ok().filter(|m| m.number().is_positive())?;
        let due = self.due.filter(|day| Some(*day) != first_due)?;
        let interest_from = first_due.filter(|_| self.with_interest);
        let steps = std::iter::once(self.step.clone()).chain(self.change(owed)).collect();
        Some(Shortfall { missing, due, interest_from, steps })
    }

    /// What leads from what was owed before to what the audit found.
    pub fn change(&self, owed: &Eval<Val>) -> Option<Step> {
        let Ok(before) = owed else {
            return Some(Step::new("owed, as found by an audit", self.owed.clone()));
        };
        let change = self.owed.less(before).ok().filter(|change| !change.number().is_zero())?;
        let found = if change.number().is_negative() { "too much" } else { "missing" };
        let how = format!("{} less {before} owed before", self.owed);
        Some(Step::new(format!("{found}, found by an audit"), change).how(how))
    }
}

/// What an audit found missing.
pub(super) struct Shortfall {
    missing: Val,
    due: Date,
    interest_from: Option<Date>,
    steps: Vec<Step>,
}

impl Shortfall {
    /// Takes what an audit found out of what is owed for a period, as an amount with a day of its own. What was
    /// credited or set off came off the amount that was due first.
    pub fn split_off(self, due: &mut Due) -> Option<Due> {
        let whole = due.exact.as_ref().ok()?.clone();
        let part = self.missing.number().clone().min(whole.number().clone()).max(Exact::zero());
        let share = part.checked_div(whole.number()).filter(Exact::is_positive)?;
        let kept = Exact::one() - &share;
        let mut found = due.clone();
        found.due = Some(self.due);
        found.interest_from = self.interest_from;
        found.found = true;
        found.gross = Ok(self.missing);
        due.steps.retain(|step| !self.steps.contains(step));
        found.steps = self.steps;
        let scaled = |value: &Val, by: &Exact| value.with(value.number() * by);
        for (of, by) in [(&mut *due, &kept), (&mut found, &share)] {
            of.exact = Ok(scaled(&whole, by));
            of.divided = of.divided.as_ref().map(|v| scaled(v, by));
            for (_, gets) in &mut of.shares {
                *gets = gets.clone().map(|v| scaled(&v, by));
            }
            for off in &mut of.off {
                off.sum = &off.sum * by;
            }
        }
        Some(found)
    }
}

impl Run<'_> {
    /// What an audit found for a period, and the day the finding is due. An audit that looks back further than the
    /// deal allows changes nothing, and the steps say so. What was found for a longer time is owed with its last
    /// period, less what was owed for those before it.
    pub(super) fn audited(
        &self,
        royalty: &Royalty,
        (parts, part): (&[Part], &Part),
        before: &[(Period, Eval<Val>)],
        steps: &mut Vec<Step>,
    ) -> Eval<Option<Audited>> {
        let period = &part.period;
        let periods: Vec<Period> = parts.iter().map(|p| p.period).collect();
        let adjust = self.audit_of(&royalty.from, period).and_then(|r| r.below(Form::AuditAdjust));
        let mut out = None;
        for finding in self.findings(&royalty.name) {
            let looked_at = finding.of(&periods);
            let whole = finding.period.end <= self.facts.as_of();
            if looked_at.last() != Some(period) || !whole {
                continue;
            }
            let Some(amount) = finding.parts.amount(Label::Value) else { continue };
            if self.is_too_late(royalty, &finding)? {
                let what = format!("the audit of {} looks back too far, and changes nothing", finding.day);
                steps.push(Step::note(what).by(finding.at));
                continue;
            }
            let of = Focus::of(finding.period);
            let (mut owed, _) = self.amount(amount, &of).map_err(|u| u.at(finding.at))?;
            let due = match adjust.and_then(|a| a.get(Label::Within)) {
                Some(Value::Duration(within)) => Some(self.clock().shift(finding.day, within, false)?),
                _ => None,
            };
            let what = format!("found by the audit of {}", finding.day);
            let mut how = owed.to_string();
            if !finding.is_of_one(period) {
                let (found, mut earlier) = (owed.clone(), owed.with(Exact::zero()));
                for (_, value) in before.iter().filter(|(p, _)| p != period && looked_at.contains(p)) {
                    earlier = earlier.plus(value.as_ref().map_err(Clone::clone)?)?;
                }
                owed = found.less(&earlier)?;
                let period = &finding.period;
                how = format!("{found} for {period} less {earlier} owed before its last period, {owed}");
            }
            // No figure of its own: what it changes is told after it.
            let step = Step::note(what).how(how).by(finding.at);
            steps.push(step.clone());
            let with_interest = adjust.is_some_and(|a| a.has(Label::Interest));
            out = Some(Audited { owed, due, with_interest, step });
        }
        Ok(out)
    }

    /// Whether a period was over for longer than an audit may look back.
    fn is_too_late(&self, royalty: &Royalty, finding: &Finding<'_>) -> Eval<bool> {
        let notice = self.audit_of(&royalty.from, &finding.period).and_then(|r| r.below(Form::AuditNotice));
        let Some(Value::Duration(back)) = notice.and_then(|n| n.get(Label::Back)) else { return Ok(false) };
        Ok(finding.day > self.clock().shift(finding.period.end, back, false)?)
    }

    /// What audits found missing of a royalty by a day, and was not paid by then.
    pub(super) fn open_shortfall(&self, name: &Name, day: Date) -> Eval<Exact> {
        let royalty = royalty::find(self, name, None)?;
        let zero = self.zero_of(Some(name))?;
        let series = self.series_of(name, None)?;
        let periods: Vec<Period> = series.parts.iter().map(|p| p.period).collect();
        let mut found: BTreeMap<Period, (Exact, At)> = BTreeMap::new();
        for finding in self.findings(name).into_iter().filter(|f| f.day <= day) {
            let Some(amount) = finding.parts.amount(Label::Value) else { continue };
            if self.is_too_late(royalty, &finding)? {
                continue;
            }
            let (owed, _) = self.amount(amount, &Focus::of(finding.period)).map_err(|u| u.at(finding.at))?;
            let mut owed = owed.number().clone();
            let looked_at = finding.of(&periods);
            let last = looked_at.last().copied().unwrap_or(finding.period);
            for part in series.parts.iter().filter(|p| p.period != last && looked_at.contains(&p.period)) {
                owed = match found.get(&part.period) {
                    Some((other, _)) => owed - other,
                    None => owed - part.earned(&zero)?.number(),
                };
            }
            found.insert(last, (owed, finding.at));
        }
        // A payment that says no period is for what was due first, whether an audit looked at it or not.
        let mut dues = Vec::new();
        for part in &series.parts {
            let owed = match found.get(&part.period) {
                Some((owed, _)) => Ok(zero.with(owed.clone())),
                None => part.earned(&zero),
            };
            let mut due = Due::arisen(name, None, Some(part.period), part.period.end, owed, royalty.at);
            due.due = self.due_day(royalty, &part.period).ok().flatten();
            dues.push(due);
        }
        for (period, (owed, at)) in &found {
            if !dues.iter().any(|d| d.period.as_ref() == Some(period)) {
                let owed = Ok(zero.with(owed.clone()));
                dues.push(Due::arisen(name, None, Some(*period), period.end, owed, *at));
            }
            if let Some(why) = self.paid_unknown(name, Some(period), day) {
                return Err(why.at(*at));
            }
        }
        let mut open = Exact::zero();
        for (due, applied) in dues.iter().zip(self.paid_by(name, &dues, day)) {
            if due.period.is_some_and(|p| found.contains_key(&p)) {
                open += &applied.left(due)?.number().clone().max(Exact::zero());
            }
        }
        Ok(open)
    }

    /// What audits of a royalty found, in the order of days.
    fn findings(&self, stream: &Name) -> Vec<Finding<'_>> {
        self.audits().filter(|finding| finding.stream == stream).collect()
    }

    /// What audits found for some days, in the order they were told.
    pub(crate) fn audits(&self) -> impl Iterator<Item = Finding<'_>> {
        self.facts.happened().filter_map(|event| {
            let EventKind::Told { word, parts, .. } = &event.kind else { return None };
            let Some(Value::Period(label)) = parts.get(Label::Label) else { return None };
            let period = self.clock().period(*label, None)?;
            let stream = parts.name(Label::Stream).filter(|_| word == "audited")?;
            Some(Finding { stream, day: event.date, period, parts, at: event.at })
        })
    }

    fn audit_of(&self, parties: &[Name], period: &Period) -> Option<&Record> {
        let mut audits = self.model_on(period.start).records.of(Form::FileAudit);
        audits.find(|r| r.names(Label::Of).iter().any(|p| parties.contains(p)))
    }

    /// What an audit of a period costs the party audited: all of it where too much was missing, or nothing. Without a period,
    /// what all audits cost it together.
    ///
    /// # Errors
    /// Where it cannot be said what was missing.
    pub(crate) fn audit_cost(&self, name: &Name, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        // Of one period the last finding counts.
        let mut last: BTreeMap<(Date, Date), Finding<'_>> = BTreeMap::new();
        for finding in self.findings(name) {
            if period.is_none_or(|period| finding.is_of_one(period)) {
                last.insert((finding.period.start, finding.period.end), finding);
            }
        }
        let mut sum = zero.clone();
        for finding in last.values() {
            if let Some((cost, _)) = self.cost_borne(finding)? {
                sum = sum.plus(&cost)?;
            }
        }
        Ok(sum)
    }

    /// What an audit cost, where the party audited bears it, and why it does.
    ///
    /// # Errors
    /// Where it cannot be said what was missing.
    pub(crate) fn cost_borne(&self, finding: &Finding<'_>) -> Eval<Option<(Val, Step)>> {
        Ok(self.cost_held(finding)?.and_then(|(borne, cost, step)| borne.then_some((cost, step))))
    }

    /// Whether the audited bear what an audit cost, that cost, and what it is held against; nothing where no clause says
    /// that they ever do.
    fn cost_held(&self, finding: &Finding<'_>) -> Eval<Option<(bool, Val, Step)>> {
        let (name, period) = (finding.stream, &finding.period);
        let royalty = royalty::find(self, name, None)?;
        let zero = self.zero_of(Some(name))?;
        let clause = self.audit_of(&royalty.from, period).and_then(|r| r.below(Form::AuditUnderpaid));
        let (Some(clause), Some(cost)) = (clause, finding.parts.amount(Label::Cost)) else { return Ok(None) };
        if self.is_too_late(royalty, finding)? {
            return Ok(None);
        }
        let focus = Focus::of(*period);
        let read = |amount: Option<&Amount>| {
            amount.map_or(Ok(zero.clone()), |a| self.amount(a, &focus).map(|(v, _)| v))
        };
        let owed = read(finding.parts.amount(Label::Value))?;
        let cost = read(Some(cost))?;
        let before = self.owed_before(finding, &zero)?;
        let missing = owed.less(&before)?.number().clone();
        let (threshold, _) =
            self.amount(clause.amount(Label::Threshold).unwrap_or(&Amount::Number(Exact::zero())), &focus)?;
        let limit = match &threshold {
            Val::Number(share) => owed.number() * share,
            Val::Money(money) => money.amount.clone(),
        };
        let over = if clause.has(Label::Least) { missing >= limit } else { missing > limit };
        let bears = clause.name(Label::Who).is_none_or(|who| royalty.from.contains(who));
        let borne = over && bears;
        let how = format!("{owed} found less {before} owed before");
        let missing = Step::new("missing", owed.with(missing)).how(how).by(finding.at);
        let more = if clause.has(Label::Least) { "at least" } else { "more than" };
        let least = Step::new(format!("borne where {more} this is missing"), owed.with(limit)).by(clause.at);
        let step = Step::new(format!("cost of the audit of {name} for {period}"), cost.clone());
        Ok(Some((borne, cost, step.by(finding.at).from(vec![missing, least]))))
    }

    /// What was owed on the reports made before the day of a finding, paid or not: a report mended after the audit
    /// leaves missing what it found missing. Where nothing was reported, all that was found is.
    fn owed_before(&self, finding: &Finding<'_>, zero: &Val) -> Eval<Val> {
        let mut sum = zero.clone();
        let Some(day) = finding.day.prev_day() else { return Ok(sum) };
        let then = self.as_known_on(day);
        for payer in then.payers(finding.stream) {
            let settled = then.settled(finding.stream, payer.as_ref())?;
            let inside = |own: &Period| finding.period.start <= own.start && own.end <= finding.period.end;
            for (_, owed) in settled.reported.iter().filter(|(own, _)| inside(own)) {
                sum = sum.plus(&or_nothing(owed.clone(), || zero.clone())?)?;
            }
        }
        Ok(sum)
    }

    /// Why what the audits of a period cost is borne by the audited, or is not.
    pub(crate) fn why_audit_cost(&self, name: &Name, period: Option<&Period>) -> Vec<Step> {
        let findings = self.findings(name).into_iter();
        let asked = findings.filter(|finding| period.is_none_or(|period| finding.is_of_one(period)));
        let mut out = Vec::new();
        for finding in asked {
            match self.cost_held(&finding) {
                Ok(Some((true, _, step))) => out.push(step),
                Ok(Some((false, _, step))) => {
                    let said = "the cost stays with who audited: too little is missing";
                    out.push(Step { what: said.to_string(), value: None, ..step });
                }
                Ok(None) => {
                    let said = "the cost stays with who audited: no clause says otherwise";
                    out.push(Step::note(said).on(finding.day).by(finding.at));
                }
                Err(why) => out.push(Step::unknown(&why)),
            }
        }
        out
    }

    /// Who is said to have made an audit.
    pub(crate) fn auditor<'f>(&self, finding: &Finding<'f>) -> Option<&'f Name> {
        finding.parts.name(Label::By)
    }

    /// What an audit cost, where that is told.
    pub(crate) fn cost_of_audit(&self, finding: &Finding<'_>) -> Option<Eval<Val>> {
        let cost = self.amount(finding.parts.amount(Label::Cost)?, &Focus::of(finding.period));
        Some(cost.map(|(value, _)| value).map_err(|u| u.at(finding.at)))
    }

    /// Who was audited where a finding of a royalty is told, by the clause under which it was.
    pub(crate) fn audited_under(&self, finding: &Finding<'_>) -> Option<(&Record, Vec<Name>)> {
        let royalty = royalty::find(self, finding.stream, None).ok()?;
        Some((self.audit_of(&royalty.from, &finding.period)?, royalty.from.clone()))
    }
}
