//! Counts that a payment is reckoned with and that the text does not give.
//!
//! Amounts, rates, days and lengths of time carry in themselves that they are `redacted` or `open`; a plain number in
//! a clause does not, so it is noted here and whoever computes the payment must look.

use crate::record::{At, Key, Record};
use crate::value::Value;
use counterpart_syntax::Label;

/// A number a payment is reckoned with that the text keeps secret or leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// `redacted` or `open`, with what is said about it.
    pub why: String,
    /// The clause.
    pub at: At,
}

impl Withheld {
    /// The counts of a payment and of the clauses below it that are not given. Amounts, rates, days and
    /// lengths of time say so themselves where they are needed.
    pub(super) fn all(record: &Record) -> Vec<Withheld> {
        let mut out = Vec::new();
        record.walk(&mut |clause| {
            for part in &clause.parts.0 {
                value(&part.value, part.key, clause.at, &mut out);
            }
        });
        fn value(value_: &Value, key: Key, at: At, out: &mut Vec<Withheld>) {
            let counts = [Label::Count, Label::Shares, Label::Free, Label::Number].map(Key::Label);
            match value_ {
                Value::Unknown(known) if counts.contains(&key) => {
                    out.push(Withheld { why: known.why_unknown().unwrap_or_default(), at });
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
}
