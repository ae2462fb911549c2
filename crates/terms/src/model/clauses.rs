//! Parts that many payments share: payees, due dates, late interest, withholding.

use crate::record::{At, Parts};
use crate::value::{Amount, Cycle, Duration, Known, Moment, Name, Value};
use counterpart_num::{Exact, PeriodKind, Roll};
use counterpart_syntax::{Label, Rule};

/// Who receives how much of a payment.
#[derive(Debug, Clone)]
pub struct Payee {
    /// Who.
    pub party: Name,
    /// The share; what is left where none is stated.
    pub share: Option<Known<Exact>>,
    /// Until the party has received this.
    pub until_amount: Option<Amount>,
    /// Until a moment.
    pub until: Option<Moment>,
    /// At most this.
    pub at_most: Option<Amount>,
}

/// What is counted by: one per product, per country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Per {
    /// Each product.
    Product,
    /// Each country.
    Country,
    /// Each indication.
    Indication,
    /// Each region named.
    Region,
    /// Each field.
    Field,
    /// Each member of a declared dimension.
    Dimension(Name),
}

impl Per {
    /// The things of `for each product and country`.
    pub fn each(value: Option<&Value>) -> Vec<Per> {
        match value {
            Some(Value::Word(word)) => {
                word.split(" and ").filter_map(|w| Per::read(&Value::Word(w.into()))).collect()
            }
            Some(value) => Per::read(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    pub(super) fn read(value: &Value) -> Option<Per> {
        Some(match value {
            Value::Word(word) => match word.as_str() {
                "product" => Per::Product,
                "country" => Per::Country,
                "indication" => Per::Indication,
                "region" => Per::Region,
                "field" => Per::Field,
                _ => return None,
            },
            Value::Name(name) => match name.as_str() {
                "product" => Per::Product,
                "country" => Per::Country,
                "field" => Per::Field,
                _ => Per::Dimension(name.clone()),
            },
            _ => return None,
        })
    }
}

/// When a running payment is paid.
#[derive(Debug, Clone)]
pub struct Paid {
    /// How long after.
    pub within: Option<Duration>,
    /// After the end of each such period.
    pub each: Option<Cycle>,
    /// After this moment instead.
    pub of: Option<Moment>,
    /// On this moment.
    pub on: Option<Moment>,
    /// By this day of the year: month, day.
    pub by: Option<(u32, u32)>,
    /// With the report.
    pub with_report: bool,
    /// The clause.
    pub at: At,
}

impl Paid {
    pub(super) fn read(value: &Value, at: At) -> Option<Paid> {
        let mut paid =
            Paid { within: None, each: None, of: None, on: None, by: None, with_report: false, at };
        let Value::Parts(parts) = value else {
            paid.with_report = true;
            return Some(paid);
        };
        if let Some(Value::Duration(within)) = parts.get(Label::Within) {
            paid.within = Some(within.clone());
        }
        let plain = |unit: Option<PeriodKind>| unit.map(Cycle::calendar);
        if let Some(Value::Word(word)) = parts.get(Label::Each).or_else(|| parts.get(Label::CycleUnit)) {
            let mut cycle = plain(unit(word)).or_else(|| plain(parts.word(Label::CycleUnit).and_then(unit)));
            if let (Some(cycle), Some(party)) = (&mut cycle, parts.name(Label::Party)) {
                cycle.basis = crate::value::time::Basis::Fiscal;
                cycle.party = Some(party.clone());
            }
            paid.each = cycle;
        }
        if let Some(Value::Cycle(cycle)) = parts.get(Label::Cycle) {
            paid.each = Some(cycle.clone());
        }
        paid.of = parts.moment(Label::Of).cloned();
        // `within 30 days of each quarter` can also be read as a moment: the end of each quarter.
        if let Some(Moment::EachEnd(unit)) = paid.of {
            paid.of = None;
            paid.each = plain(Some(unit));
        }
        paid.on = parts.moment(Label::On).cloned();
        if let Some(Value::DayOfYear(month, day)) = parts.get(Label::Day) {
            paid.by = Some((*month, *day));
        }
        paid.with_report = parts.has(Label::With);
        Some(paid)
    }
}

/// The period a unit word means.
pub(super) fn unit(word: &str) -> Option<PeriodKind> {
    Some(match word.trim_end_matches('s') {
        "month" => PeriodKind::Month,
        "quarter" => PeriodKind::Quarter,
        "half-year" => PeriodKind::Half,
        "year" => PeriodKind::Year,
        _ => return None,
    })
}

/// A percentage part.
pub(super) fn percent(parts: &Parts, label: Label) -> Option<Known<Exact>> {
    match parts.get(label)? {
        Value::Amount(Amount::Percent(percent)) => Some(percent.clone()),
        _ => None,
    }
}

/// The payees of a clause.
pub(super) fn payees(parts: &Parts) -> Vec<Payee> {
    let labelled = parts.all(Label::Payee);
    labelled.chain(parts.rules(Rule::Payee)).filter_map(payee).collect()
}

fn payee(value: &Value) -> Option<Payee> {
    let parts = match value {
        Value::Parts(parts) => parts,
        Value::Name(name) => {
            return Some(Payee {
                party: name.clone(),
                share: None,
                until_amount: None,
                until: None,
                at_most: None,
            });
        }
        _ => return None,
    };
    let (until_amount, until) = match parts.get(Label::Until) {
        Some(Value::Parts(inner)) => {
            (inner.amount(Label::Amount).cloned(), inner.moment(Label::Moment).cloned())
        }
        Some(Value::Amount(amount)) => (Some(amount.clone()), None),
        Some(Value::Moment(moment)) => (None, Some(moment.clone())),
        _ => (None, None),
    };
    Some(Payee {
        party: parts.name(Label::Party)?.clone(),
        share: percent(parts, Label::Share),
        until_amount,
        until,
        at_most: parts.amount(Label::Most).cloned(),
    })
}

/// `Regeneron 50%, Sanofi 50%`.
pub(super) fn cost_shares(values: &[&Value]) -> Vec<(Name, Known<Exact>)> {
    let mut out = Vec::new();
    for value in values {
        let Value::Parts(parts) = value else { continue };
        match (parts.name(Label::Party), percent(parts, Label::Percent)) {
            (Some(party), Some(share)) => out.push((party.clone(), share)),
            // A list of several shares.
            _ => {
                let inner: Vec<&Value> = parts.0.iter().map(|p| &p.value).collect();
                out.extend(cost_shares(&inner));
            }
        }
    }
    out
}

/// What a `holiday rule` says.
pub(super) fn roll(parts: &Parts) -> Option<Roll> {
    Some(match parts.word(Label::Roll)? {
        "following" => Roll::Following,
        "modified following" => Roll::ModifiedFollowing,
        "preceding" => Roll::Preceding,
        _ => Roll::None,
    })
}
