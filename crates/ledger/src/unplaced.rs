//! Lines of reports that do not say where in the market they belong, though a royalty asks for it.
//!
//! A metric that is reported `by country` may be reported in one sum. A royalty on some countries only does not find
//! such a line: that is told, with the name of the royalty, since the figure it gives is too small.

use crate::event::{Event, EventKind, SaleLine};
use counterpart_syntax::Diagnostic;
use counterpart_terms::Deal;
use counterpart_terms::model::{Editions, Market, Metric, Royalty};
use counterpart_terms::names::SymbolKind;
use counterpart_terms::value::{Amount, Measure, Name};

/// A finding for each report with a line that a royalty will not find; one for a report, however many lines.
pub(crate) fn findings(deal: &Deal, editions: &Editions, events: &[Event]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for event in events {
        let EventKind::Reported { metric: name, lines, .. } = &event.kind else { continue };
        let model = editions.on(event.date);
        let Some(metric) = model.market.metrics.get(name) else { continue };
        for dimension in &metric.by {
            let missing = |line: &&SaleLine| !has(deal, &model.market, line, dimension);
            let Some(line) = lines.iter().find(missing) else { continue };
            let asks = |r: &&Royalty| asks(deal, &model.market, metric, name, r, dimension);
            let Some(royalty) = model.royalties.values().find(asks) else { continue };
            let message =
                format!("this line of `{name}` has no {dimension}, so `{}` will not find it", royalty.name);
            found.push(
                Diagnostic::warning("not-placed", line.at.span(), message)
                    .in_file(line.at.file)
                    .with_also(royalty.at.file, royalty.at.span(), format!("on a part of `{name}`"))
                    .with_note(format!("`{name}` is reported by {dimension}"))
                    .with_help(format!("write the {dimension} before the amount")),
            );
            break;
        }
    }
    found
}

/// Whether a line says where in a dimension it belongs.
fn has(deal: &Deal, market: &Market, line: &SaleLine, dimension: &Name) -> bool {
    line.cell.iter().any(|name| is_of(deal, market, name, dimension))
}

/// Whether a name is of a dimension. What cannot be told counts as one, since a warning must be sure.
fn is_of(deal: &Deal, market: &Market, name: &Name, dimension: &Name) -> bool {
    let kind = deal.symbols.get(name.as_str()).map(|s| s.kind);
    match dimension.as_str() {
        "country" => market.is_place(name),
        "product" => kind == Some(SymbolKind::Product) || market.dimension_of(name) == Some("product".into()),
        "field" => kind == Some(SymbolKind::Field),
        _ => !market.dimension.contains_key(name) || market.is_member(name, dimension),
    }
}

/// Whether a royalty is on a part of a metric that is told by a dimension.
fn asks(
    deal: &Deal,
    market: &Market,
    metric: &Metric,
    name: &Name,
    royalty: &Royalty,
    dimension: &Name,
) -> bool {
    let Some(base) = &royalty.base else { return false };
    let mut measures = Vec::new();
    self::measures(base, &mut measures);
    let on: Vec<&Measure> =
        measures.into_iter().filter(|m| m.quantity.is_none() && m.names.contains(name)).collect();
    if on.is_empty() {
        return false;
    }
    let places = dimension.as_str() == "country";
    let scopes = || royalty.rates.iter().filter_map(|rule| rule.scope.as_ref());
    if places {
        return on.iter().any(|m| m.territory.is_some()) || scopes().any(|s| s.territory.is_some());
    }
    let narrowed = on.iter().flat_map(|m| m.of.iter().chain(&m.by).chain(&m.fields));
    let scoped = scopes().flat_map(|s| {
        let fields = s.fields.iter().flat_map(|f| &f.names);
        s.products.iter().chain(&s.customers).chain(fields)
    });
    let known = |n: &&Name| {
        market.dimension_of(n).is_some()
            || deal.symbols.get(n.as_str()).is_some_and(|s| s.kind == SymbolKind::Field)
    };
    // A metric that is only of this product need not repeat it in each line.
    narrowed
        .chain(&royalty.of)
        .chain(scoped)
        .any(|n| known(&n) && is_of(deal, market, n, dimension) && !metric.of.contains(n))
}

/// The metrics in an amount.
fn measures<'a>(amount: &'a Amount, out: &mut Vec<&'a Measure>) {
    match amount {
        Amount::Measure(measure) => out.push(measure),
        Amount::Sum(terms) => terms.iter().for_each(|(_, a)| measures(a, out)),
        Amount::Product(factors) => factors.iter().for_each(|(_, a)| measures(a, out)),
        Amount::Greatest(of) | Amount::Least(of) => of.iter().for_each(|a| measures(a, out)),
        Amount::Excess(a, b) => [a, b].into_iter().for_each(|a| measures(a, out)),
        Amount::Share(_, of) => measures(of, out),
        _ => {}
    }
}
