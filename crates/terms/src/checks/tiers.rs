//! Tables by amount: the bounds of tiers, bands and ladder steps rise, and a tier table says whether a
//! rate is for its own slice or for everything.

use super::{Check, words};
use crate::model::{Rate, Schedule, TierKind, Tiers};
use crate::record::{At, Record};
use crate::value::{Amount, Known};
use counterpart_num::{Currency, Exact};
use counterpart_syntax::{Diagnostic, Form, Label};

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    for royalty in model.royalties.values() {
        for rule in &royalty.rates {
            if let Schedule::Tiers(tiers) = &rule.schedule {
                let bounds = tiers.tiers.iter().filter_map(|t| Some((t.up_to.clone()?, t.at)));
                rising(check, bounds.collect(), "tier");
                unsaid(check, tiers);
            }
        }
        let bands = royalty.split.iter().filter_map(|b| Some((b.up_to.clone()?, b.at)));
        rising(check, bands.collect(), "band");
    }
    let mut ladders: Vec<&Record> = Vec::new();
    Check::each_record(model, &mut |record| {
        if record.clause == Form::FileLadder {
            ladders.push(record);
        }
    });
    for ladder in ladders {
        let steps = ladder.all_below(Form::LadderStep).filter(|s| s.word(Label::Side) != Some("below"));
        rising(check, steps.filter_map(|s| Some((s.amount(Label::Value)?.clone(), s.at))).collect(), "step");
    }
}

/// Each bound must be above the one before it.
fn rising(check: &mut Check<'_>, bounds: Vec<(Amount, At)>, what: &str) {
    let mut last: Option<(Amount, Exact, At)> = None;
    for (bound, at) in bounds {
        let Some(value) = figure(&bound) else { continue };
        if let Some((old, before, first)) = &last
            && same_kind(old, &bound)
            && value <= *before
        {
            let message = format!(
                "this {what} begins at {}, but ends at {}",
                words::amount(old),
                words::amount(&bound)
            );
            let diagnostic = Diagnostic::error("tiers-do-not-rise", at.span(), message)
                .with_note("each bound must be above the one before it, or nothing can fall between them")
                .with_also(first.file, first.span(), "the bound before it")
                .with_help(format!("put the {what}s in rising order"));
            check.push(at, diagnostic);
            return;
        }
        last = Some((bound, value, at));
    }
}

fn figure(amount: &Amount) -> Option<Exact> {
    match amount {
        Amount::Money(_, known) | Amount::Percent(known) => known.given().cloned(),
        Amount::Number(n) | Amount::Quantity(n, _) => Some(n.clone()),
        _ => None,
    }
}

fn same_kind(a: &Amount, b: &Amount) -> bool {
    match (a, b) {
        (Amount::Money(x, _), Amount::Money(y, _)) => x == y,
        (Amount::Percent(_), Amount::Percent(_)) => true,
        (Amount::Number(_) | Amount::Quantity(..), Amount::Number(_) | Amount::Quantity(..)) => true,
        _ => false,
    }
}

/// What the two readings of a table come to, where every figure is given.
fn unsaid(check: &mut Check<'_>, tiers: &Tiers) {
    // With one tier both readings agree.
    if tiers.kind != TierKind::Unsaid || tiers.tiers.len() < 2 {
        return;
    }
    let mut diagnostic = Diagnostic::note(
        "tiers-unsaid",
        tiers.at.span(),
        "these tiers do not say whether a rate is for its own slice or for everything",
    )
    .with_help("write `marginal tiers` for each slice at its own rate, `whole tiers` for everything at the rate reached");
    if let Some((base, marginal, whole)) = readings(tiers) {
        diagnostic = diagnostic.with_note(format!(
            "on {base}, each slice at its own rate makes {marginal}, everything at one rate {whole}"
        ));
    }
    check.push(tiers.at, diagnostic);
}

/// Both totals at twice the first bound.
fn readings(tiers: &Tiers) -> Option<(String, String, String)> {
    let mut slices: Vec<(Option<Exact>, Exact)> = Vec::new();
    let mut currency: Option<Currency> = None;
    for tier in &tiers.tiers {
        let up_to = match &tier.up_to {
            Some(Amount::Money(money, Known::Given(bound))) => {
                currency = Some(*money);
                Some(bound.clone())
            }
            None => None,
            _ => return None,
        };
        let rate = match &tier.rate {
            Rate::Nil => Exact::zero(),
            Rate::Value { value: Amount::Percent(Known::Given(rate)), per: None, of: None } => rate.clone(),
            Rate::Value { .. } => return None,
        };
        slices.push((up_to, rate));
    }
    let base = &slices.first()?.0.clone()? * &Exact::from_int(2);
    let (mut marginal, mut whole, mut from) = (Exact::zero(), None, Exact::zero());
    for (up_to, rate) in &slices {
        let to = up_to.clone().map_or(base.clone(), |bound| bound.min(base.clone()));
        if to > from {
            marginal = &marginal + &(&(&to - &from) * rate);
        }
        if whole.is_none() && up_to.as_ref().is_none_or(|bound| base <= *bound) {
            whole = Some(&base * rate);
        }
        from = to;
    }
    let currency = currency?;
    let money = |value: &Exact| words::money(value, currency);
    Some((money(&base), money(&marginal), money(&whole?)))
}
