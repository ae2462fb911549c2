//! The thing a rate is for each of: `USD 1.20 a unit`.
//!
//! An error where the word is close to a unit or a name of the deal, or where nothing in the deal is called so: a
//! rate for each of nothing earns nothing, or is charged for each of something else.

use super::Check;
use crate::model::MetricKind;
use crate::record::{At, Key, Parts};
use crate::value::Value;
use counterpart_syntax::{Diagnostic, Form, Label};
use std::collections::BTreeSet;

/// What things are counted in everywhere. A dose or a seat is no such unit: the deal has to count it.
const UNITS: &[&str] = &[
    "unit",
    "copy",
    "piece",
    "item",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "share",
    "user",
    "kg",
    "g",
    "mg",
    "tonne",
    "ton",
    "litre",
    "gallon",
    "kWh",
    "MWh",
    "watt",
    "kW",
    "MW",
    "head",
    "patient",
    "vial",
    "sale",
    "transaction",
    "download",
    "test",
    "country",
    "product",
    "field",
    "payment",
    "batch",
    "acre",
    "bag",
];

pub(super) fn check(check: &mut Check<'_>) {
    let known = known(check);
    let mut found: Vec<(At, String)> = Vec::new();
    Check::each_record(check.model, &mut |record| {
        if !matches!(record.clause, Form::TiersTier)
            && !record.clause.path().starts_with("royalty.")
            && record.clause != Form::RatesRates
        {
            return;
        }
        let mut words = Vec::new();
        units(&record.parts, &mut words);
        let lost = words.into_iter().find(|w| !is_known(&known, w));
        found.extend(lost.map(|word| (record.at, word)));
    });
    for (at, word) in found {
        let message = format!("`{word}` is no unit, and nothing in this deal is counted in it");
        let diagnostic = Diagnostic::error("unknown-unit", at.span(), message);
        let all = known.iter().map(String::as_str).chain(UNITS.iter().copied());
        check.push(
            at,
            match crate::read::closest(&word, all) {
                Some(near) => diagnostic.with_help(format!("perhaps `{near}` is meant")),
                None => diagnostic
                    .with_help("write `a unit`, or count the metric in it: `quantity in` and the unit"),
            },
        );
    }
}

/// The words behind `a` or `per` in the rates of a clause.
fn units(parts: &Parts, out: &mut Vec<String>) {
    for part in &parts.0 {
        match &part.value {
            Value::Name(name) if part.key == Key::Label(Label::Unit) => out.push(name.to_string()),
            Value::Parts(inner) => units(inner, out),
            _ => {}
        }
    }
}

fn is_known(known: &BTreeSet<String>, word: &str) -> bool {
    let same = |own: &str| {
        let (own, word) = (own.to_lowercase(), word.to_lowercase());
        own == word || format!("{own}s") == word || own == format!("{word}s")
    };
    UNITS.iter().any(|u| same(u)) || known.iter().any(|k| same(k) || k.split('-').any(same))
}

/// The names of the deal, and what its metrics and prices are counted in.
fn known(check: &Check<'_>) -> BTreeSet<String> {
    let mut known: BTreeSet<String> = check.deal.symbols.iter().map(|(name, _)| name.to_string()).collect();
    for metric in check.model.market.metrics.values() {
        if let MetricKind::Count(Some(unit)) = &metric.kind {
            known.insert(unit.clone());
        }
    }
    Check::each_record(check.model, &mut |record| {
        if matches!(record.clause, Form::ProductPrice | Form::MetricCounted) {
            let mut words = Vec::new();
            units(&record.parts, &mut words);
            known.extend(words);
        }
    });
    known
}
