//! Shares of one whole must make the whole: costs, joint work, what payees receive, what is recovered.
//! A share that is not given can be anything; a payee without a share takes what is left.

use super::{Check, words};
use crate::model::cost_lines;
use crate::record::{At, Parts, Record};
use crate::value::{Amount, Known, Value};
use counterpart_num::Exact;
use counterpart_syntax::{Diagnostic, Form, Label, Rule};

pub(super) fn check(check: &mut Check<'_>) {
    let mut groups: Vec<(At, Vec<Known<Exact>>, &'static str)> = Vec::new();
    Check::each_record(check.model, &mut |record| {
        for lines in cost_lines(record) {
            let listed: Option<Vec<_>> = lines.iter().map(|line| shares(line, Label::Share)).collect();
            if let (Some(listed), Some(first)) = (listed, lines.first()) {
                groups.push((first.at, listed.concat(), "the costs"));
            }
        }
        for (label, what) in wholes(record.clause) {
            if let Some(shares) = shares(record, *label) {
                groups.push((record.at, shares, what));
            }
        }
        if record.clause == Form::EnforcementRecoveries
            && let Some(shares) = recoveries(record)
        {
            groups.push((record.at, shares, "the recoveries"));
        }
    });
    for (at, shares, what) in groups {
        let mut sum = Exact::zero();
        for share in shares.iter().filter_map(Known::given) {
            sum = &sum + share;
        }
        let whole = Exact::from_int(1);
        let unknown = shares.iter().any(|s| s.given().is_none());
        // One share above the whole is said of that share.
        let alone = shares.iter().any(|s| s.given().is_some_and(|g| g > &whole));
        if alone || sum == whole || (unknown && sum < whole) {
            continue;
        }
        let listed: Vec<String> = shares.iter().filter_map(Known::given).map(words::percent).collect();
        let mut message = format!("the shares of {what} add up to {}, not 100%", words::percent(&sum));
        if unknown {
            message =
                format!("the shares of {what} that are given already add up to {}", words::percent(&sum));
        }
        let help = if sum > whole {
            format!("{} must come off", words::percent(&(&sum - &whole)))
        } else {
            format!("{} is not given to anyone", words::percent(&(&whole - &sum)))
        };
        let diagnostic = Diagnostic::error("shares-do-not-add-up", at.span(), message)
            .with_note(format!("{} = {}", listed.join(" + "), words::percent(&sum)))
            .with_help(help);
        check.push(at, diagnostic);
    }
}

/// The parts of a clause whose shares make a whole.
fn wholes(form: Form) -> &'static [(Label, &'static str)] {
    match form {
        Form::ShareCostsAbove => &[(Label::Above, "the costs")],
        Form::JointWorkOwned => &[(Label::Share, "the joint work")],
        Form::JointWorkIncome | Form::ImprovementIncome => &[(Label::Income, "the income")],
        Form::RoyaltyBorne | Form::PayBorne => &[(Label::Borne, "the costs")],
        Form::ProsecutionCosts => &[(Label::Costs, "the costs")],
        Form::RoyaltyPayees | Form::PayPayees | Form::SplitBand | Form::SplitThen => {
            &[(Label::Payee, "the payment")]
        }
        _ => &[],
    }
}

/// The shares with a label; `None` where somebody takes what is left, or a share ends some day.
fn shares(record: &Record, label: Label) -> Option<Vec<Known<Exact>>> {
    if record.has(Label::Rest) {
        return None;
    }
    let mut out = Vec::new();
    // Costs of different offices are shared separately: each group stands in its own part.
    let groups: Vec<&Value> = record.all(label).collect();
    if label == Label::Costs && groups.len() > 1 {
        return None;
    }
    for group in groups {
        let Value::Parts(parts) = group else { return None };
        if parts.has(Label::Until) || parts.has(Label::Most) {
            return None;
        }
        out.extend(percents(parts)?);
    }
    if out.is_empty() { None } else { Some(out) }
}

/// Each party's share in a group; `None` where a party has none and so takes the rest.
fn percents(parts: &Parts) -> Option<Vec<Known<Exact>>> {
    let mut out = Vec::new();
    let mut parties = 0;
    for part in &parts.0 {
        match &part.value {
            Value::Name(_) => parties += 1,
            Value::Amount(Amount::Percent(known)) => out.push(known.clone()),
            Value::Parts(inner) => {
                let nested = percents(inner)?;
                parties += nested.len();
                out.extend(nested);
            }
            _ => {}
        }
    }
    (parties == out.len()).then_some(out)
}

/// The percentages of what is recovered; `None` where the rest goes to somebody.
fn recoveries(record: &Record) -> Option<Vec<Known<Exact>>> {
    let mut out = Vec::new();
    for value in record.all(Label::Part) {
        match value {
            Value::Parts(parts) => match parts.rules(Rule::Percent).next() {
                Some(Value::Amount(Amount::Percent(known))) => out.push(known.clone()),
                _ if parts.has(Label::Stream) || parts.has(Label::To) || parts.has(Label::Pays) => {
                    return None;
                }
                _ => {}
            },
            Value::Word(word) if word.contains("rest") || word.contains("all") => return None,
            _ => {}
        }
    }
    if out.is_empty() { None } else { Some(out) }
}
