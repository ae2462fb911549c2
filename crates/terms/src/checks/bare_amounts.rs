//! A plain number where a sum of money is meant: minimums, caps, prices, sums to be paid.
//!
//! An error: nothing is computed from a number that may be of any currency.

use super::Check;
use crate::record::{At, Parts, Record};
use crate::value::{Amount, Value};
use counterpart_num::Exact;
use counterpart_syntax::{Diagnostic, Form, Label};

/// Clauses that state money, and which of their parts does.
const MONEY: &[(Form, Label)] = &[
    (Form::RoyaltyAtLeast, Label::Steps),
    (Form::RoyaltyAtMost, Label::Most),
    (Form::CapsCap, Label::Most),
    (Form::MinimumBecomes, Label::Value),
    (Form::OptionPrice, Label::Price),
    (Form::OptionAtMost, Label::Most),
    (Form::OptionFloor, Label::Floor),
    (Form::BuyOutPrice, Label::Price),
    (Form::AssignFor, Label::Price),
    (Form::PayInstalment, Label::Value),
    (Form::PayAtMost, Label::Most),
    (Form::RoyaltyBonus, Label::Value),
    (Form::PayBonus, Label::Value),
];

pub(super) fn check(check: &mut Check<'_>) {
    let currency = check.model.header.currency.map_or("USD".to_string(), |c| c.to_string());
    let mut found: Vec<(At, Exact)> = Vec::new();
    Check::each_record(check.model, &mut |record: &Record| {
        let bare = MONEY
            .iter()
            .filter(|(form, _)| *form == record.clause)
            .find_map(|(_, label)| record.all(*label).find_map(bare));
        found.extend(bare.map(|number| (record.at, number.clone())));
    });
    for (at, number) in found {
        let message = format!("`{}` is a plain number where money is meant", number.to_grouped(0));
        let diagnostic = Diagnostic::error("unit-mismatch", at.span(), message)
            .with_note("nothing says which currency it is in")
            .with_help(format!("write the currency before it: `{currency} {}`", number.to_grouped(0)));
        check.push(at, diagnostic);
    }
}

/// The plain number that a part comes to. None of nothing needs a currency.
fn bare(value: &Value) -> Option<&Exact> {
    match value {
        Value::Amount(Amount::Number(number)) if !number.is_zero() => Some(number),
        Value::Parts(parts) => stated(parts),
        _ => None,
    }
}

fn stated(parts: &Parts) -> Option<&Exact> {
    [Label::Value, Label::Amount].into_iter().find_map(|label| parts.get(label).and_then(bare))
}
