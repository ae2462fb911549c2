//! The part of a metric that a test for each product, field or customer looks at.
//!
//! A metric that tells them apart is asked for the one in question: of one that no line names nothing was sold. A line
//! that names none, or only something wider, may be of it, and then how much cannot be said. A metric that does not tell
//! them apart is asked as a whole.

use super::lines::Filter;
use super::literal;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::SaleLine;
use counterpart_num::Period;
use counterpart_terms::model::{Metric, Model};
use counterpart_terms::value::{Measure, Name, Territory};

impl Run<'_> {
    /// What the lines of a metric must be about, beside what the measure itself says.
    ///
    /// # Errors
    /// Where the metric does not count the product in question.
    pub(super) fn about_each(
        &self,
        model: &Model,
        (name, metric): (&Name, &Metric),
        measure: &Measure,
        focus: &Focus,
    ) -> Eval<Vec<Name>> {
        if !focus.each {
            return Ok(Vec::new());
        }
        let market = &model.market;
        let reports = self.reports_for(name, focus.stream.is_some());
        let asked = focus.product.is_some() || focus.field.is_some() || !focus.others.is_empty();
        if asked && metric.by.iter().chain(&metric.of).any(Name::is_blank) {
            let why = format!("for what `{name}` is told apart is redacted or open");
            return Err(Unknown::new(why).at(metric.at));
        }
        let mut out = Vec::new();
        if let Some(product) = focus.product.as_ref().filter(|_| measure.of.is_empty()) {
            let by = metric.by.iter().any(|by| *by == "product");
            if by || !metric.of.is_empty() || market.products.keys().any(|p| reports.names(p)) {
                let counts = |of: &Name| market.within(product, of) || market.within(of, product);
                if !metric.of.is_empty() && !metric.of.iter().any(counts) {
                    let why = format!("`{name}` does not count `{product}`");
                    return Err(Unknown::new(why).at(metric.at));
                }
                out.push(product.clone());
            }
        }
        let member = focus.field.iter().filter(|_| measure.fields.is_empty()).chain(&focus.others);
        for of in member {
            let Some(root) = market.dimension.get(of) else { continue };
            let by = metric.by.iter().any(|by| market.is_member(of, by));
            let told = || market.dimension.keys().any(|m| market.is_member(m, root) && reports.names(m));
            if by || told() {
                out.push(of.clone());
            }
        }
        Ok(out)
    }

    /// That every line for a period, of those that a measure is about, tells whether it is of these, and of this country.
    ///
    /// # Errors
    /// Where a line may be of one of them and does not say so.
    pub(super) fn each_line_tells(
        &self,
        model: &Model,
        (name, metric): (&Name, &Metric),
        (about, place): (&[Name], Option<&Name>),
        filter: &Filter,
        period: &Period,
    ) -> Eval<()> {
        let market = &model.market;
        let unclear = |of: &Name, sale: &SaleLine| {
            Unknown::new(format!("how much of this is of `{of}` was not told")).at(sale.at)
        };
        for report in self.reports_for(name, filter.estimates).within(period.start, period.end) {
            let end = report.period.end;
            // Nothing is nothing of each.
            let some = |sale: &SaleLine| literal(&sale.amount).map_or(true, |sum| !sum.number().is_zero());
            let wanted = |sale: &&SaleLine| some(sale) && self.wanted(model, metric, sale, filter, end);
            for sale in report.lines.iter().copied().filter(wanted) {
                for of in about {
                    let root = market.dimension.get(of);
                    let alike = |other: &Name| match root {
                        Some(root) => market.is_member(other, root),
                        None => market.products.contains_key(other),
                    };
                    // A metric of one product alone need not repeat it in each line.
                    let implied = metric.of.as_slice() == std::slice::from_ref(of);
                    let wider = |n: &Name| n != of && market.within(of, n);
                    if untold(sale, implied, &alike, &wider) {
                        return Err(unclear(of, sale));
                    }
                }
                if let Some(place) = place {
                    let around = |n: &Name| {
                        let there = Territory::at(n);
                        n != place && market.lies_in(place.as_str(), &there, end)
                    };
                    if untold(sale, false, &|n| market.is_place(n), &around) {
                        return Err(unclear(place, sale));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether a line leaves open if it is of something: it names nothing of the kind, or only what is wider.
fn untold(
    sale: &SaleLine,
    implied: bool,
    alike: &dyn Fn(&Name) -> bool,
    wider: &dyn Fn(&Name) -> bool,
) -> bool {
    let mut told = sale.cell.iter().filter(|n| n.is_blank() || alike(n)).peekable();
    (told.peek().is_none() && !implied) || told.any(|n| n.is_blank() || wider(n))
}
