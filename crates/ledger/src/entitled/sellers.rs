//! First sales by a party that does not sell the product: neither who makes it, nor whoever has a licence or reports sales.
//! Such an entry is left out, and told; no term begins with it. Once something was ended, who goes on selling is not
//! looked at.

use super::Asked;
use crate::event::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::value::Name;

/// A finding for it.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let EventKind::FirstSale { product: Some(name), by: Some(by), .. } = &asked.event.kind else {
        return None;
    };
    let event = asked.event;
    let so_far = || asked.told().filter(|one| one.date <= event.date);
    if so_far().any(|one| moves_sellers(one, by)) {
        return None;
    }
    let mut clause = None;
    for model in asked.editions.until(event.date) {
        let Some(product) = model.market.products.get(name).filter(|product| !product.by.is_empty()) else {
            continue;
        };
        let mut sellers = product.by.clone();
        sellers.extend(model.grants.values().flat_map(|grant| grant.to.iter().cloned()));
        sellers.extend(model.market.metrics.values().flat_map(|metric| metric.reporters.iter().cloned()));
        let rights = [Form::FileOption, Form::FileFirstRight, Form::FileSupply];
        let rights = model.records.iter().filter(|record| rights.contains(&record.clause));
        sellers.extend(rights.flat_map(|record| record.names(Label::To)));
        if asked.may_be(by, &sellers, Some(name)) {
            return None;
        }
        clause = Some((Name::list(&product.by), product.at));
    }
    let (whose, at) = clause?;
    Some(
        event
            .left_out("by-another", format!("`{name}` is not sold by `{by}`: that is for `{whose}`"))
            .with_also(at.file, at.span(), "whose product it is")
            .with_help("name who sold it, or take the entry out"),
    )
}

/// Whether by an entry somebody may sell what he did not sell before.
fn moves_sellers(event: &Event, by: &Name) -> bool {
    match &event.kind {
        EventKind::Told { word, .. } if word == "terminated" => true,
        EventKind::Told { word, parts, .. } => word == "sublicensed" && parts.name(Label::To) == Some(by),
        _ => false,
    }
}
