//! Bonuses, and the prices of options and buy-outs.

use crate::record::{At, Parts, Record};
use crate::value::{Amount, Condition, Cycle, Value};
use counterpart_syntax::Label;

/// A price and the days it stands for.
#[derive(Debug, Clone)]
pub struct Price {
    /// How much.
    pub amount: Amount,
    /// When; always where nothing is said.
    pub when: Option<Parts>,
    /// The clause.
    pub at: At,
}

/// A bonus for each period in which something is so.
#[derive(Debug, Clone)]
pub struct Bonus {
    /// How much.
    pub amount: Amount,
    /// In each such period.
    pub cycle: Cycle,
    /// What has to be so.
    pub when: Condition,
    /// Only for the first so many years.
    pub first: Option<u32>,
    /// Those years in which it was so, rather than the first years of all.
    pub such: bool,
    /// The clause.
    pub at: At,
}

impl Bonus {
    pub(super) fn read(clause: &Record) -> Option<Bonus> {
        let amount = match clause.get(Label::Value)? {
            Value::Parts(parts) => parts.amount(Label::Value)?.clone(),
            Value::Amount(amount) => amount.clone(),
            _ => return None,
        };
        let Some(Value::Cycle(cycle)) = clause.get(Label::Cycle) else { return None };
        let first = match clause.get(Label::Count) {
            Some(Value::Number(n)) => n.to_i64().and_then(|n| u32::try_from(n).ok()),
            _ => None,
        };
        Some(Bonus {
            amount,
            cycle: cycle.clone(),
            when: clause.condition(Label::When)?.clone(),
            first,
            such: clause.has(Label::Such),
            at: clause.at,
        })
    }
}
