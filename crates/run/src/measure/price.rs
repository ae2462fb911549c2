//! What is measured without being a metric: the price of a product, what a payment came to.

use super::literal;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_terms::value::{Amount, Measure, Moment, Name, Quantity};

impl Run<'_> {
    /// A name that is measured without being a metric: the price of a product, what a payment came to.
    pub(crate) fn other_measure(&self, name: &Name, measure: &Measure, focus: &Focus) -> Eval<(Val, Step)> {
        // A price is of a day: the last of the period.
        let day = focus.period.map_or(self.facts.as_of(), |p| p.end);
        if let Some(product) = self.named_on(day, |m| m.market.products.get(name)) {
            return self.price_of(name, &product.prices, focus);
        }
        if royalty::find(self, name, None).is_ok() || self.pay_named(name).is_some() {
            let earned =
                Measure { quantity: Some(Quantity::Earned), names: vec![name.clone()], ..measure.clone() };
            return self.stream_figure(&earned, focus);
        }
        Err(Unknown::new(format!("`{name}` is not measured")))
    }

    /// The stated price of a product on the day asked about.
    pub(crate) fn price_of(
        &self,
        name: &Name,
        prices: &[(Option<Moment>, Amount)],
        focus: &Focus,
    ) -> Eval<(Val, Step)> {
        let day = focus.period.map_or(self.facts.as_of(), |p| p.end);
        let mut found = None;
        for (from, amount) in prices {
            let in_force = match from {
                Some(moment) => self.clock().limit(moment, focus)?.is_some_and(|d| d <= day),
                None => true,
            };
            if in_force {
                found = Some(amount);
            }
        }
        let amount = found.ok_or_else(|| Unknown::new(format!("`{name}` has no price")))?;
        let value = literal(amount)?;
        Ok((value.clone(), Step::new(format!("price of {name}"), value)))
    }
}
