//! Money in a condition or a ladder that is in another currency than what it is compared with.
//!
//! An error where nothing says how the two are exchanged, as for the bounds of tiers: the comparison has no answer.

use super::{Check, each_condition, value, words};
use crate::model::{MetricKind, Model};
use crate::record::{At, Record};
use crate::value::{Amount, Condition, Known, Quantity, Value};
use counterpart_num::Currency;
use counterpart_syntax::{Diagnostic, Form, Label};

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    let (None, Some(own)) = (&model.header.exchange, model.header.currency) else { return };
    let mut found: Vec<(At, String, Currency, String)> = Vec::new();
    for top in model.records.iter().filter(|r| r.clause != Form::FileMetric) {
        if exchanges(top) {
            continue;
        }
        top.walk(&mut |record| {
            let mut pairs: Vec<(&Amount, &Amount)> = Vec::new();
            for part in &record.parts.0 {
                value(&part.value, &mut |v| {
                    if let Value::Condition(condition) = v {
                        each_condition(condition, &mut |c| {
                            if let Condition::Compare { left, right, .. } = c {
                                pairs.extend([(left, right), (right, left)]);
                            }
                        });
                    }
                });
            }
            if let (Form::FileLadder, Some(metric)) = (record.clause, record.amount(Label::Metric)) {
                let steps = record.all_below(Form::LadderStep).filter_map(|s| s.amount(Label::Value));
                pairs.extend(steps.map(|step| (metric, step)));
            }
            let wrong = pairs.into_iter().find_map(|(measured, bound)| {
                let Amount::Money(other, Known::Given(_)) = bound else { return None };
                let money = kept_in(model, measured, own)?;
                (money != *other).then(|| (words::amount(bound), money, words::amount(measured)))
            });
            found.extend(wrong.map(|(bound, money, measured)| (record.at, bound, money, measured)));
        });
    }
    for (at, bound, money, measured) in found {
        let message = format!("this bound is {bound}, but `{measured}` is in {money}");
        let diagnostic = Diagnostic::error("other-currency", at.span(), message)
            .with_note("nothing says how the two are exchanged, so the one cannot be held against the other")
            .with_help(format!("state it in {money}, or say how they are exchanged with an `exchange` line"));
        check.push(at, diagnostic);
    }
}

fn exchanges(top: &Record) -> bool {
    let mut found = false;
    top.walk(&mut |r| {
        found |= matches!(r.clause, Form::RoyaltyExchange | Form::AgreementExchange)
            || (matches!(r.clause, Form::RoyaltyCurrency | Form::PayCurrency) && r.has(Label::Rule));
    });
    found
}

/// The money something measured is kept in: that of the payment, or the agreement's.
fn kept_in(model: &Model, amount: &Amount, own: Currency) -> Option<Currency> {
    let Amount::Measure(measure) = amount else { return None };
    let name = measure.names.first()?;
    match measure.quantity {
        None => {
            let metric = model.market.metrics.get(name)?;
            (metric.kind == MetricKind::Money).then_some(own)
        }
        Some(Quantity::Earned | Quantity::Minimum | Quantity::Cap | Quantity::Shortfall) => {
            let royalty = model.royalties.get(name)?;
            royalty.exchange.is_none().then_some(royalty.currency.unwrap_or(own))
        }
        Some(_) => None,
    }
}
