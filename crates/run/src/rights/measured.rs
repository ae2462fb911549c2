//! What a test on the figures of a payment is measured by: the metrics its royalty is on.

use super::turns::named;
use crate::engine::Run;
use crate::royalty::measures;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Date, Period};
use counterpart_terms::value::{Amount, Condition, Measure, Name, Quantity};

impl Run<'_> {
    /// The payments whose figures a measure takes: those it names, or else every royalty.
    pub(crate) fn payments_in(&self, measure: &Measure) -> Vec<Name> {
        let of_payments = matches!(measure.quantity, Some(Quantity::Earned | Quantity::Paid));
        match measure.names.is_empty() && of_payments {
            true => self.royalties().into_iter().map(|royalty| royalty.name.clone()).collect(),
            false => measure.names.clone(),
        }
    }

    /// The royalties whose figures a test takes without naming them.
    pub(super) fn all_payments_if_unnamed(&self, test: &Condition) -> Vec<Name> {
        let mut out = Vec::new();
        let mut of = |amount: &Amount| measures(amount, &mut |measure| out.extend(self.payments_in(measure)));
        match test {
            Condition::Compare { left, right, .. } => [left, right].into_iter().for_each(of),
            Condition::Nil { left, .. } => of(left),
            Condition::All(all) | Condition::Any(all) => {
                out.extend(all.iter().flat_map(|one| self.all_payments_if_unnamed(one)));
            }
            Condition::Not(inner) => out.extend(self.all_payments_if_unnamed(inner)),
            _ => {}
        }
        out
    }

    /// Names with the metrics that the royalties among them are on.
    pub(crate) fn with_bases(&self, mut names: Vec<Name>) -> Vec<Name> {
        let day = self.facts.as_of();
        let bases: Vec<_> = names
            .iter()
            .filter_map(|name| self.named_on(day, |model| model.royalties.get(name))?.base.as_ref())
            .collect();
        for base in bases {
            measures(base, &mut |measure| names.extend(measure.metric().cloned()));
        }
        names
    }

    /// The corrections, told after a day, of what a test on a period is about.
    pub(crate) fn corrected_after(
        &self,
        condition: &Condition,
        (period, after): (Period, Date),
    ) -> Vec<&Event> {
        let names = self.underlying(self.with_bases(named(condition)), after);
        let corrects = |event: &&Event| match &event.kind {
            EventKind::Reported { label: Some(label), by, correction: true, .. } => {
                let of = self.clock().period(*label, by.as_ref());
                event.date > after && of.is_some_and(|of| of.start <= period.end && period.start <= of.end)
            }
            _ => false,
        };
        names.iter().flat_map(|name| self.facts.reports_of(name).filter(corrects)).collect()
    }
}
