//! One thing stated twice, and not alike.
//!
//! An error where the two decide when money is due or what it costs to be late: there is no silent winner.
//! Otherwise a warning: the body of an agreement and its exhibit may really disagree (one credits the twelve months
//! before an anniversary, the other the calendar year), and the deal must say what the paper says.

use super::Check;
use crate::record::{At, Record};
use counterpart_syntax::{Diagnostic, Form};

/// Lines that state one thing, and what that is.
const ONCE: &[(Form, &str)] = &[
    (Form::MinimumCreditYear, "what counts towards the minimum"),
    (Form::MinimumCredit, "what the minimum is credited with"),
    (Form::MinimumDifference, "when the difference is paid"),
    (Form::MetricCounted, "what the metric counts"),
    (Form::RoyaltyOn, "what the royalty is on"),
    (Form::RoyaltyPaid, "when it is paid"),
    (Form::RoyaltyInterest, "the late interest"),
    (Form::PayPaid, "when it is paid"),
    (Form::PayInterest, "the late interest"),
    (Form::PayTotal, "the total"),
    (Form::LadderTested, "when it is tested"),
    (Form::TriggerTested, "when it is tested"),
    (Form::AuditNotice, "the notice of an audit"),
    (Form::AgreementEnds, "when the agreement ends"),
    (Form::ConfidentialSurvives, "how long confidence survives"),
];

/// Lines of which one alone can be followed.
const DECIDES: &[Form] = &[Form::RoyaltyPaid, Form::RoyaltyInterest, Form::PayPaid, Form::PayInterest];

pub(super) fn check(check: &mut Check<'_>) {
    let mut found: Vec<(At, At, &str, bool)> = Vec::new();
    Check::each_record(check.model, &mut |record| {
        for (form, what) in ONCE {
            let lines: Vec<&Record> = record.all_below(*form).collect();
            if let [first, rest @ ..] = lines.as_slice()
                && let Some(other) = rest.iter().find(|l| l.parts != first.parts)
            {
                found.push((other.at, first.at, what, DECIDES.contains(form)));
            }
        }
    });
    for (at, first, what, decides) in found {
        let text = |at: At| {
            check.deal.files.get(at.file).map(|f| f.tree.slice(at.span()).to_string()).unwrap_or_default()
        };
        let message = format!("{what} is stated twice, and not alike");
        let new = if decides {
            Diagnostic::error("precedence-tie", at.span(), message)
        } else {
            Diagnostic::warning("statements-differ", at.span(), message)
        };
        let diagnostic = new
            .with_also(first.file, first.span(), "first stated here")
            .with_note(format!("one says `{}`, the other `{}`", text(first), text(at)))
            .with_help("keep the one that is meant, or say which prevails");
        check.push(at, diagnostic);
    }
}
