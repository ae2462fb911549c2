//! Between which days a test on reported figures stays as it was: nothing that it looks at was told meanwhile.
//!
//! Only the plainest tests are taken: a metric that is reported, and not computed from others, against another or against
//! a figure of the text. Any other may look at anything.

use crate::engine::Run;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_terms::value::{Amount, Condition, Measure};

/// The days on which something was told that a plain test looks at, oldest first.
pub(super) struct Looked(Vec<Date>);

impl Looked {
    /// Whether the answer of a day is that of an earlier one.
    pub(super) fn same(&self, earlier: Date, day: Date) -> bool {
        let by = |day: Date| self.0.partition_point(|told| *told <= day);
        by(earlier) == by(day)
    }
}

impl Run<'_> {
    /// The days that count for a test, where it is a plain one; and the first of them from which on it looks at a period
    /// that was reported, and no longer at the day itself.
    pub(super) fn looked_at_by(&self, condition: &Condition) -> Option<(Looked, Date)> {
        let Condition::Compare { left, right, row: None, .. } = condition else { return None };
        let measures: Vec<&Measure> = [left, right].into_iter().filter_map(measured).collect();
        let plain = |amount: &Amount| measured(amount).is_none_or(|m| self.is_plain(m)) && is_given(amount);
        if measures.is_empty() || !plain(left) || !plain(right) || self.clock().effective_day().is_err() {
            return None;
        }
        self.machine.editions.first().header.effective?;
        let mut from = Date::MAX;
        for name in measures.iter().filter_map(|m| m.metric()) {
            for event in self.facts.reports_of(name) {
                let EventKind::Reported { label: Some(label), by, .. } = &event.kind else { return None };
                self.clock().period(*label, by.as_ref())?;
                from = from.min(event.date);
            }
        }
        let (known_on, horizon) = (self.ties.known_on(), self.ties.horizon());
        let seen = self.machine.journal.events.iter().filter(|e| e.known <= known_on && e.date <= horizon);
        let figures = seen.filter(|event| {
            matches!(
                event.kind,
                EventKind::Reported { .. }
                    | EventKind::Estimated { .. }
                    | EventKind::Rate { .. }
                    | EventKind::Paid { .. }
                    | EventKind::Determined { .. }
                    | EventKind::Signed { .. }
            )
        });
        let terms = self.machine.editions.0.iter().filter_map(|edition| edition.from);
        let mut days: Vec<Date> = figures.map(|event| event.date).chain(terms).collect();
        days.sort_unstable();
        Some((Looked(days), from))
    }

    /// Whether a measure is of what is reported, as it stands in every edition of the terms.
    fn is_plain(&self, measure: &Measure) -> bool {
        let Some(name) = measure.metric() else { return false };
        let one = measure.quantity.is_none() && measure.names.len() == 1;
        one && self.models().all(|model| {
            model.market.metrics.get(name).is_some_and(|metric| {
                let as_told = metric.computed.is_none() && metric.deducts.is_empty();
                as_told && metric.counts.is_empty() && metric.is_flow()
            })
        })
    }
}

fn measured(amount: &Amount) -> Option<&Measure> {
    match amount {
        Amount::Measure(measure) => Some(measure),
        _ => None,
    }
}

/// Whether an amount is a measure, or a figure of the text.
fn is_given(amount: &Amount) -> bool {
    let figure =
        matches!(amount, Amount::Money(..) | Amount::Percent(_) | Amount::Number(_) | Amount::Quantity(..));
    figure || measured(amount).is_some()
}
