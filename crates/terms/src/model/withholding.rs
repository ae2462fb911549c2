//! Tax kept back at source: its rates by where the payer is at home, and who bears it.

use super::clauses::percent;
use crate::record::{At, Record};
use crate::value::{Amount, Condition, Known, Name, Territory, Value};
use counterpart_num::Exact;
use counterpart_syntax::Label;

/// A rate of tax.
#[derive(Debug, Clone)]
pub struct TaxRate {
    /// The rate.
    pub rate: Known<Exact>,
    /// On payments from these places; from anywhere where none is said.
    pub territory: Option<Territory>,
    /// The clause.
    pub at: At,
}

/// Tax withheld at source.
#[derive(Debug, Clone)]
pub struct Withholding {
    /// The rates, where stated, in the order of the text.
    pub rates: Vec<TaxRate>,
    /// The payer makes up for it.
    pub grossed_up: bool,
    /// Only for what is above this rate.
    pub above: Option<Known<Exact>>,
    /// The payer makes up for it only where this is so.
    pub when: Option<Condition>,
    /// Who bears it.
    pub borne_by: Option<Name>,
    /// The clause.
    pub at: At,
}

impl Withholding {
    /// From a clause that holds rules on tax, at any depth; `None` where it holds none.
    pub(super) fn read(record: &Record) -> Option<Withholding> {
        let mut found = None;
        record.walk(&mut |clause| {
            if let Some(rule) = clause.get(Label::Rule) {
                Withholding::add(&mut found, rule, clause.at);
            }
        });
        found
    }

    /// Takes in one rule more: several lines make one clause, as `10% in JP` and `grossed up`.
    pub(super) fn add(to: &mut Option<Withholding>, rule: &Value, at: At) {
        let out = to.get_or_insert_with(|| Withholding {
            rates: Vec::new(),
            grossed_up: false,
            above: None,
            when: None,
            borne_by: None,
            at,
        });
        let (rate, territory) = match rule {
            Value::Amount(Amount::Percent(rate)) => (Some(rate.clone()), None),
            Value::Parts(parts) => (percent(parts, Label::Rate), parts.territory(Label::Territory).cloned()),
            _ => (None, None),
        };
        if let Some(rate) = rate {
            out.rates.push(TaxRate { rate, territory, at });
            return;
        }
        match rule {
            Value::Word(word) => out.grossed_up = word.starts_with("grossed"),
            Value::Parts(parts) if parts.name(Label::By).is_some() => {
                out.borne_by = parts.name(Label::By).cloned();
            }
            Value::Parts(parts) => {
                out.above = percent(parts, Label::Above);
                out.when = parts.condition(Label::When).cloned();
                // Of the rules in parts only grossing up has a limit or a condition.
                out.grossed_up = out.above.is_some() || out.when.is_some();
            }
            _ => {}
        }
    }
}
