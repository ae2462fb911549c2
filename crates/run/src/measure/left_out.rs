//! What was reported and does not count: which lines a question leaves out, and why.

use super::{Filter, literal};
use crate::engine::Run;
use crate::trace::Step;
use counterpart_ledger::SaleLine;
use counterpart_num::{Date, Period};
use counterpart_terms::model::{Metric, Model};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Whether a reported line is one of those that are asked for.
    pub(super) fn wanted(
        &self,
        model: &Model,
        metric: &Metric,
        sale: &SaleLine,
        filter: &Filter,
        day: Date,
    ) -> bool {
        why_left_out(model, metric, sale, filter, day).is_none()
    }

    /// The lines reported for periods inside a stretch of days that do not count, each with the reason. They come to
    /// nothing, so they bear no figure that could be added.
    pub(crate) fn left_out(&self, metric: &Name, days: &Period, filter: &Filter) -> Vec<Step> {
        let mut out = Vec::new();
        for report in self.reports(metric).within(days.start, days.end) {
            // What another payer sold is its own.
            let other = |by: &Name| report.by.is_some_and(|r| r != by && !self.members(by).contains(r));
            if filter.by.as_ref().is_some_and(other) {
                continue;
            }
            let day = filter.terms.unwrap_or(report.period.start);
            let (model, Some(definition)) = (self.model_on(day), self.metric_on(metric, day)) else {
                continue;
            };
            for sale in &report.lines {
                let Some(why) = why_left_out(model, definition, sale, filter, report.period.end) else {
                    continue;
                };
                let cell = sale.cell.iter().map(Name::as_str).chain(sale.mark.as_deref());
                let cell = cell.collect::<Vec<_>>().join(" ");
                let cell = if cell.is_empty() { String::new() } else { format!("{cell}, ") };
                let what = format!("left out ({why}): {cell}reported for {}", report.period);
                let amount = literal(&sale.amount).map_or_else(|why| why.reason, |value| value.to_string());
                out.push(Step::note(what).how(amount).by(sale.at));
            }
        }
        out
    }
}

/// Why a reported line is not one of those that are asked for; nothing where it is.
fn why_left_out(
    model: &Model,
    metric: &Metric,
    sale: &SaleLine,
    filter: &Filter,
    day: Date,
) -> Option<String> {
    let market = &model.market;
    for exempt in &metric.exempt {
        if let Some(territory) = &exempt.territory {
            let places = market.places(territory, day);
            if sale.cell.iter().any(|n| market.is_place(n) && places.contains(n.as_str())) {
                return Some(format!("exempt in {territory}"));
            }
        }
        let marked = |n: &&Name| {
            sale.mark.as_deref() == Some(n.as_str()) || sale.cell.iter().any(|c| market.within(c, n))
        };
        if let Some(name) = exempt.names.iter().find(marked) {
            return Some(format!("exempt: {name}"));
        }
    }
    let about = |n: &&Name| sale.cell.iter().any(|c| market.within(c, n));
    if let Some(name) = filter.except.iter().find(about) {
        return Some(format!("not on {name}"));
    }
    let has = |wanted: &Name| {
        // A metric that is only of this product need not repeat it in each line.
        let implied =
            metric.of.contains(wanted) && !sale.cell.iter().any(|c| market.products.contains_key(c));
        implied || sale.cell.iter().any(|c| market.within(c, wanted))
    };
    if let Some(group) = filter.any.iter().find(|group| !group.iter().any(has)) {
        let group = group.iter().map(Name::as_str).collect::<Vec<_>>().join(" or ");
        return Some(format!("not {group}"));
    }
    let territory = filter.territory.as_ref()?;
    let places = market.places(territory, day);
    let placed = sale.cell.iter().any(|n| places.contains(n.as_str()));
    (!placed).then(|| format!("not in {territory}"))
}
