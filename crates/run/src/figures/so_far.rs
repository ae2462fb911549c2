//! What was measured, as far as it was told: all of it where nothing is overdue, and at least that where something is.

use crate::claims::{Ask, Outcome};
use crate::clock::Focus;
use crate::condition::Lack;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::{ClaimKind, Expected, Figure};
use counterpart_num::Period;
use counterpart_terms::value::{Amount, Compare, Measure, Name, Territory};

impl Run<'_> {
    /// What was measured in a period, in the country and of the product asked about.
    ///
    /// # Errors
    /// As for [`Run::measure`], and where it is not told apart so or a report of the period is overdue.
    pub(super) fn measured_there(&self, name: &Name, ask: &Ask<'_>, period: Option<Period>) -> Eval<Val> {
        let focus = period.map(Focus::of).unwrap_or_default();
        let so_far = self.measured_so_far(name, ask, &focus)?;
        let whole = Amount::Measure(Box::new(Measure::of_metric(name.clone())));
        match self.lack(&whole, &focus).filter(|_| period.is_some()) {
            Some(Lack::Overdue(why)) => Err(why),
            _ => Ok(so_far),
        }
    }

    /// The same, as far as it was told: it comes to at least that.
    ///
    /// # Errors
    /// As for [`Run::measure`], and where it is not told apart so.
    fn measured_so_far(&self, name: &Name, ask: &Ask<'_>, focus: &Focus) -> Eval<Val> {
        let mut measure = Measure::of_metric(name.clone());
        let metric = self.metric_on(name, self.terms_day(focus)).filter(|m| m.computed.is_none());
        let apart = |by: &str| metric.is_none_or(|m| m.by.iter().any(|b| *b == by || b.is_blank()));
        let not_told = |of: &Name| Unknown::new(format!("`{name}` is not told by `{of}` and others"));
        if let Some(place) = ask.place {
            if !apart("country") {
                return Err(not_told(place));
            }
            let places = vec![place.clone()];
            measure.territory = Some(Territory::of(places));
        }
        let only = |product: &Name| metric.is_some_and(|m| m.of.as_slice() == std::slice::from_ref(product));
        if let Some(product) = ask.product.filter(|product| !only(product)) {
            if !apart("product") && !self.reports_for(name, false).names(product) {
                return Err(not_told(product));
            }
            measure.of = vec![product.clone()];
        }
        self.measure(&measure, focus).map(|(value, _)| value)
    }

    /// What is sure of a metric of which not all was reported: it comes to at least what was.
    pub(crate) fn sure_so_far(&self, claim: &ClaimKind) -> Option<Outcome> {
        let ClaimKind::Figure {
            figure: Figure::Measured, streams, place, product, label, op, expected, ..
        } = claim
        else {
            return None;
        };
        let [name] = streams.as_slice() else { return None };
        let ask =
            Ask { place: place.as_ref(), product: product.as_ref(), label: *label, ..Ask::plain(streams) };
        let period = self.clock().period((*label)?, None);
        let focus = Focus { least: true, ..period.map(Focus::of).unwrap_or_default() };
        let told = self.measured_so_far(name, &ask, &focus).ok()?;
        if matches!(expected, Expected::Unknown) {
            return None;
        }
        let reached = self.compare(Figure::Measured, Ok(told.clone()), *op, expected).ok()?;
        match (op, &reached) {
            (Compare::AtLeast | Compare::Above, Outcome::Holds) => Some(Outcome::Holds),
            (Compare::Below | Compare::AtMost, Outcome::Fails(_)) => {
                Some(Outcome::Fails(format!("it is at least {told}")))
            }
            _ => None,
        }
    }
}
