//! Amounts in another money than what they are held against: the bounds and rates of a royalty, its minimums and
//! caps, what a payment may come to at most, and what is taken off a royalty.
//!
//! An error where nothing says how the two are exchanged: a sum in one currency cannot be held against one in
//! another.

use super::{Check, words};
use crate::model::{MetricKind, Model, Pay, PayRule, Rate, Royalty, Schedule};
use crate::record::At;
use crate::value::{Amount, Name};
use counterpart_num::Currency;
use counterpart_syntax::Diagnostic;

/// An amount: where it stands, what it is, and what it is held against, in which money.
struct Held<'m> {
    at: At,
    amount: &'m Amount,
    what: &'static str,
    against: Option<&'m Name>,
    money: Currency,
}

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    if model.header.exchange.is_some() {
        return;
    }
    let Some(own) = model.header.currency else { return };
    let mut found: Vec<Held<'_>> = Vec::new();
    for royalty in model.royalties.values().filter(|r| r.exchange.is_none()) {
        let foreign =
            |amount: &Amount| money(amount).is_some_and(|m| m != own && Some(m) != royalty.currency);
        found.extend(table(model, royalty, own, &foreign));
        for (amount, at, what) in limits(royalty, &foreign) {
            found.push(Held { at, amount, what, against: None, money: own });
        }
    }
    for pay in model.pays.values() {
        found.extend(together(pay));
        found.extend(credited(model, pay, own));
    }
    for Held { at, amount, what, against, money } in found {
        // An amount of the wrong kind is wrong in any money.
        let span = at.span();
        let told = |d: &Diagnostic| d.at.file == at.file && (span.start..span.end).contains(&d.at.span.start);
        if check.found.iter().any(told) {
            continue;
        }
        let other = against.map_or("the agreement".to_string(), |name| format!("`{name}`"));
        let message = format!("this {what} is {}, but {other} is in {money}", words::amount(amount));
        let diagnostic = Diagnostic::error("other-currency", at.span(), message)
            .with_note("nothing says how the two are exchanged, so the one cannot be held against the other")
            .with_help(format!("state it in {money}, or say how they are exchanged with an `exchange` line"));
        check.push(at, diagnostic);
    }
}

/// The currency of a sum of money.
fn money(amount: &Amount) -> Option<Currency> {
    match amount {
        Amount::Money(money, _) => Some(*money),
        _ => None,
    }
}

/// The bounds and rates of each schedule. One is enough: the whole table is in that money.
fn table<'m>(
    model: &Model,
    royalty: &'m Royalty,
    own: Currency,
    foreign: &dyn Fn(&Amount) -> bool,
) -> Vec<Held<'m>> {
    let on_money = is_money(model, royalty);
    let value = |rate: &'m Rate| match rate {
        Rate::Value { value, .. } => Some(value).filter(|v| foreign(v)),
        Rate::Nil => None,
    };
    let held = |at, amount, what| Held { at, amount, what, against: None, money: own };
    let first = |schedule: &'m Schedule, at: At| match schedule {
        Schedule::Tiers(tiers) => tiers.tiers.iter().find_map(|tier| {
            let bound = tier.up_to.as_ref().filter(|bound| on_money && foreign(bound));
            let bound = bound.map(|bound| held(tier.at, bound, "bound"));
            bound.or_else(|| value(&tier.rate).map(|rate| held(tier.at, rate, "rate")))
        }),
        Schedule::Steps(steps) => {
            steps.iter().find_map(|s| value(&s.rate)).map(|rate| held(at, rate, "rate"))
        }
    };
    royalty.rates.iter().filter_map(|rule| first(&rule.schedule, rule.at)).collect()
}

/// The minimums and caps of a royalty that are in another money; one for each clause.
fn limits<'m>(
    royalty: &'m Royalty,
    foreign: &dyn Fn(&Amount) -> bool,
) -> Vec<(&'m Amount, At, &'static str)> {
    let mut out = Vec::new();
    for minimum in &royalty.minimums {
        let steps = minimum.steps.iter().map(|step| &step.value);
        let rises = minimum.escalates.iter().flat_map(|(by, _, most)| [Some(by), most.as_ref()]).flatten();
        let becomes = minimum.becomes.iter().map(|becomes| &becomes.value);
        let first = steps.chain(rises).chain(becomes).find(|amount| foreign(amount));
        out.extend(first.map(|amount| (amount, minimum.at, "minimum")));
    }
    let caps = royalty.caps.iter().filter(|cap| foreign(&cap.most));
    out.extend(caps.map(|cap| (&cap.most, cap.at, "cap")));
    out
}

/// What all lines of a payment may come to, where every line is in one other money.
fn together(pay: &Pay) -> Vec<Held<'_>> {
    let mut moneys = pay.instalments.iter().map(|line| money(&line.value));
    let Some(Some(one)) = moneys.next() else { return Vec::new() };
    if !moneys.all(|money| money == Some(one)) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for (rule, at) in &pay.rules {
        if let PayRule::AtMost(amount, ..) = rule
            && money(amount).is_some_and(|m| m != one && !(pay.exchange.is_some() && pay.currency == Some(m)))
        {
            out.push(Held { at: *at, amount, what: "limit", against: Some(&pay.name), money: one });
        }
    }
    out
}

/// What is taken off a royalty that is in another money.
fn credited<'m>(model: &'m Model, pay: &'m Pay, own: Currency) -> Option<Held<'m>> {
    let against = pay.rules.iter().filter_map(|(rule, _)| match rule {
        PayRule::Creditable(names, ..) | PayRule::Recouped(names, ..) => Some(names),
        _ => None,
    });
    let royalties = against.flatten().filter_map(|name| model.royalties.get(name));
    for royalty in royalties.filter(|r| r.exchange.is_none()) {
        let its = royalty.currency.unwrap_or(own);
        let line = pay.instalments.iter().find(|line| money(&line.value).is_some_and(|m| m != its));
        if let Some(line) = line {
            let (at, amount, against) = (line.at, &line.value, Some(&royalty.name));
            return Some(Held { at, amount, what: "payment, which counts against it,", against, money: its });
        }
    }
    None
}

/// Whether a royalty is on money. What cannot be told counts as money: bounds of units carry no currency.
fn is_money(model: &Model, royalty: &Royalty) -> bool {
    match &royalty.base {
        Some(Amount::Measure(measure)) => match measure.metric() {
            Some(name) => model.market.metrics.get(name).is_none_or(|m| m.kind == MetricKind::Money),
            None => true,
        },
        _ => true,
    }
}
