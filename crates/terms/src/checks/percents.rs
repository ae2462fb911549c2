//! Percentages that cannot be more than the whole: shares of costs, stakes, chances, credits, what a
//! reduction takes away. And figures that come out below nothing.

use super::{Check, value, words};
use crate::record::{Part, Record};
use crate::value::{Amount, Known, Value};
use counterpart_num::Exact;
use counterpart_syntax::{Diagnostic, Form, Label};

pub(super) fn check(check: &mut Check<'_>) {
    let mut over: Vec<(&Record, &Part, Exact, &'static str)> = Vec::new();
    let mut below: Vec<(&Record, &Part, String)> = Vec::new();
    Check::each_record(check.model, &mut |record| {
        for part in &record.parts.0 {
            if let Some(what) = part_of_whole(record.clause, label(part)) {
                value(&part.value, &mut |v| {
                    if let Value::Amount(Amount::Percent(Known::Given(given))) = v
                        && given > &Exact::from_int(1)
                        && !over.iter().any(|(r, p, ..)| std::ptr::eq(*r, record) && std::ptr::eq(*p, part))
                    {
                        over.push((record, part, given.clone(), what));
                    }
                });
            }
            if payable(record.clause, label(part)) {
                value(&part.value, &mut |v| {
                    if let Value::Amount(amount @ Amount::Sum(_)) = v
                        && let Some((currency, sum)) = amount.constant()
                        && sum.is_negative()
                    {
                        below.push((record, part, words::money(&sum, currency)));
                    }
                });
            }
        }
    });
    for (record, part, given, what) in over {
        let place = check.place(record, part);
        let message = format!("{} is more than the whole, and this is {what}", words::percent(&given));
        let diagnostic = Diagnostic::error("percent-too-large", place, message)
            .with_help("write a percentage from 0% to 100%");
        check.push(record.at, diagnostic);
    }
    for (record, part, sum) in below {
        let place = check.place(record, part);
        let diagnostic =
            Diagnostic::error("negative-amount", place, format!("this comes to {sum}, which cannot be paid"))
                .with_note("what is taken away is more than what it is taken from")
                .with_help("if the other side is to pay, write the payment from it");
        check.push(record.at, diagnostic);
    }
}

fn label(part: &Part) -> Option<Label> {
    match part.key {
        crate::record::Key::Label(label) => Some(label),
        crate::record::Key::Rule(_) => None,
    }
}

/// What a percentage in this part of a clause is a part of; `None` where it may pass 100%.
fn part_of_whole(form: Form, label: Option<Label>) -> Option<&'static str> {
    Some(match (form, label) {
        (Form::ShareCostsShares, Some(Label::Share)) | (Form::ShareCostsAbove, _) => "a share of costs",
        (Form::RoyaltyBorne | Form::PayBorne | Form::ProsecutionCosts, _) => "a share of costs",
        (Form::JointWorkOwned, _) => "a share in joint work",
        (Form::JointWorkIncome | Form::ImprovementIncome, _) => "a share of income",
        (Form::RoyaltyShareOfSublicence, Some(Label::Share)) => "a share of income",
        (Form::RoyaltyAdvance, Some(Label::Share)) => "a share of what is advanced",
        (Form::RoyaltyPayees | Form::PayPayees, _) => "a payee's share",
        (Form::SplitBand | Form::SplitThen | Form::SplitFirst, Some(Label::Payee)) => "a payee's share",
        (Form::EnforcementRecoveries, _) => "a share of recoveries",
        (Form::PayStake, Some(Label::Percent)) => "a stake in a company",
        (Form::PayRefund, Some(Label::Share)) => "the share that is refunded",
        (Form::FileScenario | Form::SideAlternative, Some(Label::Likely)) => "a likelihood",
        (Form::ScenarioEvent | Form::ScenariosEvent, Some(Label::Chance)) => "a chance",
        (Form::AuditOvercharged, Some(Label::Threshold)) => {
            "the part of what was due that was charged too much"
        }
        (Form::AuditUnderpaid, Some(Label::Threshold)) => "the part of what was due that was not paid",
        (Form::PayCreditable | Form::SetOffAtMost, Some(Label::Most)) => {
            "the part of a payment that may be set off"
        }
        (Form::MinimumMadeGood, Some(Label::Most)) => "a part of the minimum",
        (Form::TerminateKeeps, Some(Label::Cut)) => "a part of the payments",
        (Form::SupplyForecast, _) => "a part of the forecast",
        (Form::RoyaltyWithholding | Form::PayWithholding | Form::WithholdingRule, _) => "a rate of tax",
        (
            Form::ReductionsWhere
            | Form::ReductionsAfter
            | Form::ReductionsWhen
            | Form::ReductionsThirdParty
            | Form::ReductionsCosts
            | Form::ReductionsAll,
            Some(Label::Cut),
        ) => "a part of the royalty",
        _ => return None,
    })
}

/// Whether an amount here is to be paid, and so cannot be less than nothing.
fn payable(form: Form, label: Option<Label>) -> bool {
    matches!(
        (form, label),
        (Form::PayInstalment, Some(Label::Value))
            | (Form::RoyaltyAtLeast, Some(Label::Steps))
            | (Form::RoyaltyAtMost | Form::CapsCap, Some(Label::Most))
            | (Form::BuyOutPrice | Form::OptionPrice, Some(Label::Price))
    )
}
