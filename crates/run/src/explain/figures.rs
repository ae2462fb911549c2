//! Reasons of figures that no statement shows by themselves: what is measured, minimums, caps, the day something is due.

use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty;
use crate::trace::Step;
use counterpart_num::Period;
use counterpart_terms::model::Royalty;
use counterpart_terms::value::{Measure, Name, PeriodLabel};

impl Run<'_> {
    pub(super) fn why_measured(&self, name: &Name, label: Option<PeriodLabel>) -> Vec<Step> {
        let period = label.and_then(|label| self.clock().period(label, None));
        let focus = period.map(Focus::of).unwrap_or_default();
        let step = match self.measure(&Measure::of_metric(name.clone()), &focus) {
            Ok((_, step)) => step,
            Err(why) => Step::unknown(&why),
        };
        vec![step]
    }

    /// The day a payment is due, by the line that says when it is paid.
    pub(super) fn why_due(&self, stream: &Name, label: Option<PeriodLabel>) -> Vec<Step> {
        let royalty = self.royalty_for(stream, label).map(|(royalty, _)| royalty);
        let paid = royalty.and_then(|royalty| {
            let estimated = || royalty.estimated.as_ref().map(|rule| rule.at);
            royalty.paid.as_ref().map(|paid| paid.at).or_else(estimated)
        });
        let pay = || self.pay_named(stream);
        let Some(at) = paid.or_else(|| pay().map(|pay| pay.at)) else {
            return Vec::new();
        };
        let step = match self.due_of(stream, label) {
            Ok(day) => Step::note(format!("{stream} is due")).on(day).by(at),
            Err(why) => Step::unknown(&why).by(at),
        };
        // Of a payment, its lines say by when and what becomes of a day off.
        let lines = pay().and_then(|_| self.clause_in_steps(stream)).map(|clause| clause.parts);
        vec![step.from(lines.unwrap_or_default())]
    }

    /// The minimums of a royalty for a period, or over its whole life.
    pub(super) fn why_minimum(&self, name: &Name, label: Option<PeriodLabel>) -> Vec<Step> {
        let Some((royalty, period)) = self.royalty_for(name, label) else { return Vec::new() };
        let mut out = Vec::new();
        for minimum in &royalty.minimums {
            let found = match &period {
                Some(period) => self.minimum_for(royalty, minimum, period),
                None => self.minimum_in_all(minimum),
            };
            match found {
                Ok(Some(found)) => out.push(found.step),
                Ok(None) => {}
                Err(why) => out.push(Step::unknown(&why)),
            }
        }
        if out.is_empty() {
            out.push(Step::note(format!("no minimum of {name} is agreed there")).by(royalty.at));
        }
        out
    }

    /// The caps of a royalty that reach over a period.
    pub(super) fn why_cap(&self, name: &Name, label: Option<PeriodLabel>) -> Vec<Step> {
        let Some((royalty, period)) = self.royalty_for(name, label) else { return Vec::new() };
        let mut out = Vec::new();
        for cap in &royalty.caps {
            if period.is_some_and(|period| royalty::covers(self, cap, &period) == Ok(false)) {
                continue;
            }
            let focus = Focus { period, ..Focus::default() };
            out.push(match self.amount(&cap.most, &focus) {
                Ok((most, _)) => Step::new("at most", most).by(cap.at),
                Err(why) => Step::unknown(&why).by(cap.at),
            });
        }
        if out.is_empty() {
            out.push(Step::note(format!("no cap of {name} is agreed there")).by(royalty.at));
        }
        out
    }

    fn royalty_for(&self, name: &Name, label: Option<PeriodLabel>) -> Option<(&Royalty, Option<Period>)> {
        let period = label.and_then(|label| self.clock().period(label, None));
        let start = period.map(|period| period.start);
        let found = royalty::find(self, name, start).or_else(|_| royalty::find(self, name, None));
        Some((found.ok()?, period))
    }
}
