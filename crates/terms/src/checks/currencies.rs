//! A table of tiers in another money than what it is a table of.
//!
//! An error where nothing says how the two are exchanged: sales in one currency cannot be held against a
//! bound in another.

use super::{Check, words};
use crate::model::{MetricKind, Rate, Royalty, Schedule};
use crate::record::At;
use crate::value::Amount;
use counterpart_num::Currency;
use counterpart_syntax::Diagnostic;

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    let mut found: Vec<(At, Amount, Currency, &str)> = Vec::new();
    for royalty in model.royalties.values() {
        if model.header.exchange.is_some() || royalty.exchange.is_some() {
            continue;
        }
        let Some(own) = model.header.currency else { continue };
        let foreign = |amount: &Amount| match amount {
            Amount::Money(money, _) => *money != own && Some(*money) != royalty.currency,
            _ => false,
        };
        let money = is_money(check, royalty);
        for rule in &royalty.rates {
            let Schedule::Tiers(tiers) = &rule.schedule else { continue };
            // One is enough: the whole table is in that money.
            let hit = tiers.tiers.iter().find_map(|tier| {
                let rate = match &tier.rate {
                    Rate::Value { value, .. } => Some(value),
                    Rate::Nil => None,
                };
                let bound = tier.up_to.as_ref().filter(|bound| money && foreign(bound));
                let rate = rate.filter(|rate| foreign(rate));
                let amount = bound.map(|b| (b, "bound")).or(rate.map(|r| (r, "rate")));
                amount.map(|(amount, what)| (tier.at, amount.clone(), own, what))
            });
            found.extend(hit);
        }
    }
    for (at, amount, own, what) in found {
        let message = format!("this {what} is {}, but the agreement is in {own}", words::amount(&amount));
        let diagnostic = Diagnostic::error("tier-currency", at.span(), message)
            .with_note("nothing says how the two are exchanged, so no tier can be told")
            .with_help(format!(
                "state the table in {own}, or add an `exchange` line to the royalty or the agreement"
            ));
        check.push(at, diagnostic);
    }
}

/// Whether a royalty is on money. What cannot be told counts as money: bounds of units carry no currency.
fn is_money(check: &Check<'_>, royalty: &Royalty) -> bool {
    match &royalty.base {
        Some(Amount::Measure(measure)) => match measure.metric() {
            Some(name) => check.model.market.metrics.get(name).is_none_or(|m| m.kind == MetricKind::Money),
            None => true,
        },
        _ => true,
    }
}
