//! Reports of what is no metric, and lines of reports in the wrong place.
//!
//! A percentage of a metric in money, two countries in one line, a party where a product belongs: such a line would
//! be charged wrongly or stop a whole statement, so it is an error. A payment in another money than its debt is a
//! warning: it was made all the same.

use crate::event::{Event, EventKind, SaleLine};
use counterpart_num::Currency;
use counterpart_syntax::Diagnostic;
use counterpart_terms::Deal;
use counterpart_terms::model::{Editions, Metric, MetricKind, Model};
use counterpart_terms::names::SymbolKind;
use counterpart_terms::value::{Amount, Name};
use std::collections::BTreeMap;

/// Takes out the lines of reports and the entries that do not fit what they are about, and says why. A payment is
/// told of and stays.
pub(crate) fn findings(deal: &Deal, editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    events.retain_mut(|event| {
        let model = editions.on(event.date);
        let misplaced = misplaced_lines(deal, model, event);
        // A report of which no line is left is not a report of nothing.
        let empty = !misplaced.is_empty() && is_empty(event);
        found.extend(misplaced);
        if let EventKind::Paid { stream, currency, .. } = &event.kind {
            found.extend(paid(model, event, stream, *currency));
        }
        let wrong = not_reported(deal, model, event);
        let kept = wrong.is_none() && !empty;
        found.extend(wrong);
        kept
    });
    found
}

fn is_empty(event: &Event) -> bool {
    match &event.kind {
        EventKind::Reported { lines, .. } | EventKind::Estimated { lines, .. } => lines.is_empty(),
        _ => false,
    }
}

/// Takes the lines that belong nowhere out of a report.
fn misplaced_lines(deal: &Deal, model: &Model, event: &mut Event) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let EventKind::Reported { metric, lines, .. } | EventKind::Estimated { metric, lines, .. } =
        &mut event.kind
        && let Some(definition) = model.market.metrics.get(metric)
    {
        lines.retain(|one| {
            let wrong = line(deal, model, (metric, definition), one);
            let kept = wrong.is_none();
            found.extend(wrong);
            kept
        });
    }
    found
}

/// A report of a thing that is none: a milestone is reached.
fn not_reported(deal: &Deal, model: &Model, event: &Event) -> Option<Diagnostic> {
    let (EventKind::Reported { metric: name, .. } | EventKind::Estimated { metric: name, .. }) = &event.kind
    else {
        return None;
    };
    if model.market.metrics.contains_key(name) {
        return None;
    }
    let symbol = deal.symbols.get(name.as_str()).filter(|s| s.kind == SymbolKind::Milestone)?;
    let human = symbol.kind.human();
    Some(
        Diagnostic::error(
            "wrong-kind",
            event.at.span(),
            format!("`{name}` is {human}, and that is not reported"),
        )
        .in_file(event.at.file)
        .with_also(symbol.at.file, symbol.at.span(), format!("defined as {human}"))
        .with_help(format!("write `reached {name}`")),
    )
}

/// What is wrong with a line of a report.
fn line(deal: &Deal, model: &Model, (name, metric): (&Name, &Metric), line: &SaleLine) -> Option<Diagnostic> {
    let problem = |code: &'static str, message: String, help: String| {
        let problem = Diagnostic::error(code, line.at.span(), message).in_file(line.at.file);
        Some(problem.with_note("the line is left out").with_help(help))
    };
    if let Some((message, help)) = wrong_measure(model, (name, metric), &line.amount) {
        return problem("unit-mismatch", message, help);
    }
    for word in &line.cell {
        if let Some(of) = outside(model, metric, word) {
            let message = format!("`{name}` is of {of}, and this is of `{word}`");
            let help = format!("take the line out, or add `{word}` to what `{name}` is of");
            return problem("not-measured", message, help)
                .map(|p| p.with_also(metric.at.file, metric.at.span(), "what it is of"));
        }
        let Some(symbol) = deal.symbols.get(word.as_str()) else { continue };
        let misplaced = match symbol.kind {
            SymbolKind::Party | SymbolKind::Group => {
                !by(metric, &["party", "payer", "licensee", "seller", "customer"])
            }
            SymbolKind::Assets => !by(metric, &["patent", "asset"]),
            SymbolKind::Milestone
            | SymbolKind::Metric
            | SymbolKind::Royalty
            | SymbolKind::Pay
            | SymbolKind::Grant
            | SymbolKind::Option => !by(metric, &[]),
            _ => false,
        };
        if misplaced {
            let message = format!("`{word}` is {}, and no part of the market", symbol.kind.human());
            let help = match symbol.kind {
                SymbolKind::Party => {
                    format!("who reports is named in the entry: `reported {name} by {word}`")
                }
                _ => "name the product, the field or the country the line is about".to_string(),
            };
            return problem("wrong-kind", message, help);
        }
    }
    two_places(deal, model, line).and_then(|(a, b, what)| {
        let message = format!("`{a}` and `{b}` are two {what}, and a line belongs to one");
        problem("wrong-kind", message, format!("write a line for each of the {what}, with its own amount"))
    })
}

/// Why an amount is no measure of a metric, and what to write.
fn wrong_measure(
    model: &Model,
    (name, metric): (&Name, &Metric),
    amount: &Amount,
) -> Option<(String, String)> {
    let told = match amount {
        Amount::Percent(_) => "a percentage",
        Amount::Money(..) => "money",
        Amount::Quantity(_, unit) if metric.kind == MetricKind::Percent && unit != "points" => {
            "a number of things"
        }
        _ => return None,
    };
    let (counts, help) = match (&metric.kind, told) {
        (MetricKind::Money, "a percentage") => ("in money", "report the sum in money"),
        (MetricKind::Count(_), "money" | "a percentage") => {
            ("a number of things", "report how many there were")
        }
        (MetricKind::Percent, "money" | "a number of things") => ("a percentage", "report it in percent"),
        (MetricKind::Price, "a percentage") => ("a price", "report it in money"),
        _ => return not_exchanged(model, (name, metric), amount),
    };
    Some((format!("`{name}` is {counts}, and this is {told}"), help.to_string()))
}

/// That a sum is in a money which nothing exchanges for that of the agreement.
fn not_exchanged(
    model: &Model,
    (name, metric): (&Name, &Metric),
    amount: &Amount,
) -> Option<(String, String)> {
    let Amount::Money(told, _) = amount else { return None };
    let own = model.header.currency.filter(|own| own != told && metric.kind == MetricKind::Money)?;
    let exchanged = model.header.exchange.is_some()
        || model.royalties.values().any(|r| r.exchange.is_some() || r.currency == Some(*told))
        || model.pays.values().any(|p| p.currency == Some(*told) || p.priced_in == Some(*told));
    if exchanged {
        return None;
    }
    let message = format!("`{name}` is counted in {own}, and this is in {told}");
    let help = format!("write what it came to in {own}, or add an `exchange` line to the agreement");
    Some((message, help))
}

/// What a metric is of, where a name is another product of the deal.
fn outside(model: &Model, metric: &Metric, word: &Name) -> Option<String> {
    let market = &model.market;
    let apart = |of: &Name| {
        of != word
            && !of.is_blank()
            && market.products.contains_key(of)
            && !market.within(word, of)
            && !market.within(of, word)
    };
    let other = market.products.contains_key(word) && !metric.of.is_empty() && metric.of.iter().all(apart);
    other.then(|| metric.of.iter().map(|of| format!("`{of}`")).collect::<Vec<_>>().join(", "))
}

/// Whether a metric is reported by a dimension of its own that any word may belong to.
fn by(metric: &Metric, kinds: &[&str]) -> bool {
    let known = ["product", "field", "country"];
    metric.by.iter().any(|d| {
        let own = d.as_str().trim_end_matches('s');
        kinds.contains(&own) || !known.contains(&own)
    })
}

/// Two countries, or two fields of which neither lies in the other.
fn two_places<'l>(
    deal: &Deal,
    model: &Model,
    line: &'l SaleLine,
) -> Option<(&'l Name, &'l Name, &'static str)> {
    let market = &model.market;
    let mut first: BTreeMap<&str, &Name> = BTreeMap::new();
    for word in &line.cell {
        let kind = deal.symbols.get(word.as_str()).map(|s| s.kind);
        let what = match kind {
            Some(SymbolKind::Field) => "fields",
            Some(SymbolKind::Territory) => "countries",
            None if market.is_place(word) => "countries",
            _ => continue,
        };
        let Some(other) = first.insert(what, word) else { continue };
        let inside = |a: &Name, b: &Name| {
            market.within(a, b) || (what == "countries" && a.as_str().starts_with(&format!("{b}-")))
        };
        // A country may stand beside a group or a territory it lies in.
        let countries = what == "countries" && [other, word].iter().all(|w| w.as_str().len() == 2);
        if !inside(word, other) && !inside(other, word) && (countries || what == "fields") {
            return Some((other, word, what));
        }
    }
    None
}

/// A payment in the money of account of a debt in another; what is paid in a third is told in `paid_in`.
fn paid(model: &Model, event: &Event, stream: &Name, currency: Currency) -> Option<Diagnostic> {
    let own = model.header.currency?;
    let royalty = model.royalties.get(stream)?;
    if model.header.exchange.is_some() || royalty.exchange.is_some() {
        return None;
    }
    let owed = royalty.currency.unwrap_or(own);
    if owed == currency || currency != own {
        return None;
    }
    let message = format!("`{stream}` is owed in {owed}, and this is paid in {currency}");
    Some(
        Diagnostic::warning("other-currency", event.at.span(), message)
            .in_file(event.at.file)
            .with_note("nothing says how the two are exchanged, so the debt stays open")
            .with_help(format!(
                "write what it came to in {owed}, or add an `exchange` line to the agreement"
            )),
    )
}
