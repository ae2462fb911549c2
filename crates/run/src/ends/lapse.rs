//! Until when a right to end the agreement on a test may be used, where the text sets a time for it: it runs from the day since
//! which the test holds without a break. A figure of another period is another failure, and gives a time of its own. How the
//! other grounds lapse is asked where they come (`right_to_end`, `breaches`).

use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::measures;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Period};
use counterpart_rights::{Ranges, date, day};
use counterpart_syntax::Label;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Amount, Condition, Value, Window};

/// A day of which it may be known only between which two it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Between {
    /// The first it may be.
    pub first: Date,
    /// The last it may be.
    pub last: Date,
}

impl Between {
    /// The later of two.
    fn later(self, other: Between) -> Between {
        Between { first: self.first.max(other.first), last: self.last.max(other.last) }
    }

    /// The day, where it is known.
    pub fn sure(self) -> Option<Date> {
        (self.first == self.last).then_some(self.last)
    }

    /// Whether it was before a day.
    ///
    /// # Errors
    /// Where that is not known.
    pub fn is_before(self, day: Date) -> Eval<bool> {
        match (self.first < day, self.last < day) {
            (false, _) => Ok(false),
            (true, true) => Ok(true),
            (true, false) => Err(Unknown::new("since when the test holds is not known")),
        }
    }
}

impl Run<'_> {
    /// The last day on which a party may end the agreement on a test that holds on a day. `None` where the text sets no time, or
    /// nothing that was told shows since when it holds.
    ///
    /// # Errors
    /// Where the time, or what the test is on, is withheld.
    pub(crate) fn last_to_end_on(
        &self,
        clause: &Record,
        test: &Condition,
        on: Date,
        focus: &Focus,
    ) -> Eval<Option<Between>> {
        let Some(Value::Duration(lapse)) = clause.get(Label::Lapse) else { return Ok(None) };
        let Some(since) = self.held_since(test, on, focus)? else { return Ok(None) };
        let after = |day| self.clock().shift(day, lapse, false).map_err(|why| why.at(clause.at));
        Ok(Some(Between { first: after(since.first)?, last: after(since.last)? }))
    }

    /// Since which day a test holds that holds on a day.
    fn held_since(&self, test: &Condition, on: Date, focus: &Focus) -> Eval<Option<Between>> {
        let each = |all: &[Condition]| -> Eval<Vec<Option<Between>>> {
            all.iter().map(|one| self.held_since(one, on, focus)).collect()
        };
        match test {
            Condition::All(all) => {
                let all: Option<Vec<Between>> = each(all)?.into_iter().collect();
                Ok(all.and_then(|all| all.into_iter().reduce(Between::later)))
            }
            // Each of them is a failure of its own.
            Condition::Any(any) => Ok(each(any)?.into_iter().flatten().reduce(Between::later)),
            _ => {
                let so = self.days_when(test, focus);
                let begun = |days: &Ranges| {
                    let before = Ranges::of(0, day(on).saturating_add(1)).less(days);
                    before.bounds().map_or(Date::MIN, |(_, last)| date(last.saturating_add(1)))
                };
                if !so.yes.contains(day(on)) {
                    let doubt = so.doubt.into_iter().find(|(days, _)| days.contains(day(on)));
                    return doubt.map_or(Ok(None), |(_, why)| Err(why));
                }
                // What was so before the agreement gives a right from its first day on.
                let start = self.clock().effective().or_else(|| self.first_day()).unwrap_or(Date::MIN);
                let start = self.newly_reported(test, on, focus)?.unwrap_or(start).max(start);
                let held = Between { first: begun(&so.perhaps()), last: begun(&so.yes) };
                Ok(Some(held.later(Between { first: start, last: start })))
            }
        }
    }

    /// The day on which the last period that a comparison looks at by itself was first reported.
    fn newly_reported(&self, test: &Condition, on: Date, focus: &Focus) -> Eval<Option<Date>> {
        let (amounts, window): (Vec<&Amount>, Option<&Window>) = match test {
            Condition::Compare { left, right, window, .. } => (vec![left, right], window.as_ref()),
            Condition::Nil { left, .. } => (vec![left], None),
            _ => return Ok(None),
        };
        let mut windows: Vec<Window> = window.into_iter().cloned().collect();
        for amount in &amounts {
            measures(amount, &mut |measure| windows.extend(measure.window.clone()));
        }
        let whole = |period: Period| -> Eval<bool> {
            let focus = Focus { period: Some(period), until: Some(period.end), ..focus.clone() };
            let ends = windows.iter().map(|window| self.window(Some(window), &focus));
            Ok(ends.collect::<Eval<Vec<Period>>>()?.iter().all(|over| over.end == period.end))
        };
        let mut newest: Option<(Date, Date)> = None;
        for name in self.reported_in(amounts, on) {
            for event in self.facts.reports_of(&name).filter(|event| event.date <= on) {
                let EventKind::Reported { label: Some(label), by, correction: false, .. } = &event.kind
                else {
                    continue;
                };
                let Some(period) = self.clock().period(*label, by.as_ref()) else { continue };
                if newest.is_none_or(|(end, _)| end < period.end) && whole(period)? {
                    newest = Some((period.end, event.date));
                }
            }
        }
        Ok(newest.map(|(_, told)| told))
    }
}
