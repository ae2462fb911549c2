//! How each metric of a deal is reported, as far as the journal needs it to tell which lines count.

use crate::days::days;
use crate::event::{Event, EventKind};
use crate::reports;
use counterpart_num::Period;
use counterpart_terms::Deal;
use counterpart_terms::model::{Editions, Market};
use counterpart_terms::names::SymbolKind;
use counterpart_terms::value::{Name, PeriodLabel};
use std::collections::{BTreeMap, BTreeSet};

/// How one metric is reported.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// The one party that reports it, where there is one.
    pub only: Option<Name>,
    /// Whether reports of several periods add up.
    pub flow: bool,
    /// The names in its lines that tell apart what it is reported by: countries of a metric `by country`.
    pub told_apart: BTreeSet<Name>,
    /// The names in its lines.
    told: BTreeSet<Name>,
    /// The names in its lines that lie within others in its lines, each with those: a field below another.
    pub above: BTreeMap<Name, Vec<Name>>,
}

/// How the metrics of a deal are reported, and the days of the periods they are reported for.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    metrics: BTreeMap<Name, Way>,
    spans: BTreeMap<(PeriodLabel, Option<Name>), Period>,
}

impl Ways {
    /// Of a deal and what its journal tells.
    pub(crate) fn of(deal: &Deal, editions: &Editions, events: &[Event]) -> Ways {
        let mut ways = Ways::default();
        for (metric, only) in reports::reporters(deal) {
            ways.metrics.entry(metric).or_default().only = Some(only);
        }
        let first = &editions.first().header;
        for event in events {
            let EventKind::Reported { metric: name, by, label, lines, .. } = &event.kind else { continue };
            let model = editions.on(event.date);
            let Some(metric) = model.market.metrics.get(name) else { continue };
            let way = ways.metrics.entry(name.clone()).or_default();
            way.flow = metric.is_flow();
            for told in lines.iter().flat_map(|l| &l.cell) {
                let apart = |by: &Name| is_of(deal, &model.market, told, by);
                if !way.told_apart.contains(told) && metric.by.iter().any(apart) {
                    way.told_apart.insert(told.clone());
                }
            }
            for told in lines.iter().flat_map(|l| &l.cell) {
                if model.market.parents.contains_key(told) && !way.above.contains_key(told) {
                    let mut above = Vec::new();
                    let mut at = told;
                    while let Some(parent) = model.market.parents.get(at).filter(|p| !above.contains(*p)) {
                        above.push(parent.clone());
                        at = parent;
                    }
                    way.above.insert(told.clone(), above);
                }
                if !way.told.contains(told) {
                    way.told.insert(told.clone());
                }
            }
            let Some(label) = *label else { continue };
            let party = (editions.last(), by.as_ref());
            if let Some(span) = days(label, party, (first, &|| first.effective)) {
                ways.spans.insert((label, by.clone()), span);
            }
        }
        for Way { told, above, .. } in ways.metrics.values_mut() {
            above.values_mut().for_each(|wider| wider.retain(|name| told.contains(name)));
            above.retain(|_, wider| !wider.is_empty());
        }
        ways
    }

    /// The one party that reports a metric, where there is one.
    pub(crate) fn only(&self, metric: &Name) -> Option<&Name> {
        self.metrics.get(metric)?.only.as_ref()
    }

    /// How a metric is reported whose reports add up.
    pub(crate) fn flow(&self, metric: &Name) -> Option<&Way> {
        self.metrics.get(metric).filter(|way| way.flow)
    }

    /// The days of a period that was reported.
    pub(crate) fn span(&self, label: PeriodLabel, by: Option<&Name>) -> Option<Period> {
        self.spans.get(&(label, by.cloned())).copied()
    }
}

/// Whether a name is surely of a dimension.
fn is_of(deal: &Deal, market: &Market, name: &Name, dimension: &Name) -> bool {
    let kind = deal.symbols.get(name.as_str()).map(|s| s.kind);
    match dimension.as_str() {
        "country" => market.is_place(name),
        "product" => kind == Some(SymbolKind::Product),
        "field" => kind == Some(SymbolKind::Field),
        _ => market.is_member(name, dimension),
    }
}
