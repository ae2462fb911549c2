//! What a payment is reckoned with and the text does not give: counts, and names.
//!
//! Amounts, rates, days and lengths of time carry in themselves that they are `redacted` or `open`; a plain number in
//! a clause and a name do not, so they are noted here and whoever computes the payment must look.

use crate::record::{At, Key, Record};
use crate::value::{Amount, Name, Value};
use counterpart_syntax::{Form, Label};

/// Something a payment is reckoned with that the text keeps secret or leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// What: `a number it is reckoned with`.
    pub what: &'static str,
    /// `redacted` or `open`, with what is said about it.
    pub why: String,
    /// The clause.
    pub at: At,
}

/// Clauses that say nothing about how much: words, ranks, and who gets, bears or keeps back what.
const APART: &[&str] = &[
    "text",
    "subject",
    "notwithstanding",
    "except",
    "payees",
    "split",
    "borne",
    "withholding",
    "pass-through",
    "interest",
    "paid",
];

impl Withheld {
    /// The counts and the names of a payment and of the clauses below it that are not given. Amounts, rates, days and
    /// lengths of time say so themselves where they are needed.
    pub(super) fn all(record: &Record) -> Vec<Withheld> {
        let mut out = Vec::new();
        record.walk(&mut |clause| {
            for part in &clause.parts.0 {
                value(&part.value, part.key, clause.at, &mut out);
            }
        });
        for clause in record.below.iter().filter(|clause| !APART.contains(&clause.clause.name())) {
            clause.walk(&mut |inner| {
                if let Some(why) = blank(inner) {
                    out.push(Withheld { what: "a name it is reckoned with", why, at: inner.at });
                }
                // `on redacted`: even what is reported for it is not known.
                if inner.clause == Form::RoyaltyOn {
                    let parts = inner.parts(Label::Base).and_then(|base| base.amount(Label::Amount));
                    let base = parts.or_else(|| inner.amount(Label::Base));
                    let what = "what it is on";
                    out.extend(base.and_then(hidden).map(|why| Withheld { what, why, at: inner.at }));
                }
            });
        }
        fn value(value_: &Value, key: Key, at: At, out: &mut Vec<Withheld>) {
            let counts = [Label::Count, Label::Shares, Label::Free, Label::Number].map(Key::Label);
            match value_ {
                Value::Unknown(known) if counts.contains(&key) => {
                    let why = known.why_unknown().unwrap_or_default();
                    out.push(Withheld { what: "a number it is reckoned with", why, at });
                }
                Value::Parts(parts) => {
                    for part in &parts.0 {
                        value(&part.value, part.key, at, out);
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// What a metric is reported of, or counts, where the text does not name it. Who reports it is another matter.
    pub(super) fn of_metric(record: &Record) -> Option<Withheld> {
        let counts = |clause: &&Record| match clause.clause {
            Form::MetricReported | Form::MetricReportedWhen | Form::MetricCertified => false,
            // By what its lines are told apart does not change what it comes to.
            Form::MetricCounted => clause.names(Label::Of).iter().any(Name::is_blank),
            _ => true,
        };
        let formula = |c: &Record| match c.clause {
            Form::MetricComputed => c.amount(Label::Value).and_then(hidden),
            _ => None,
        };
        let found =
            record.below.iter().filter(counts).find_map(|c| Some((blank(c).or_else(|| formula(c))?, c.at)));
        found.map(|(why, at)| Withheld { what: "a name it is reckoned with", why, at })
    }
}

/// Why a part of a base is not known, where the whole part is not given; a factor alone is no part of it.
fn hidden(base: &Amount) -> Option<String> {
    match base {
        Amount::Percent(known) | Amount::Money(_, known) => known.why_unknown(),
        Amount::Sum(terms) => terms.iter().find_map(|(_, term)| hidden(term)),
        Amount::Greatest(of) | Amount::Least(of) => of.iter().find_map(hidden),
        _ => None,
    }
}

/// Whether a clause names something it does not give.
fn blank(clause: &Record) -> Option<String> {
    clause.parts.0.iter().any(|part| part.value.has_blank()).then(|| "redacted or open".to_string())
}
