//! One line of a payment: how much, when, how often.

use super::clauses::{self, Per};
use crate::record::{At, Parts, Record};
use crate::value::time::Basis;
use crate::value::{Amount, Condition, Duration, Known, Moment, Name, PeriodLabel, Territory, Value};
use counterpart_num::{Exact, PeriodKind};
use counterpart_syntax::{Label, Rule};

/// When an instalment falls due.
#[derive(Debug, Clone)]
pub enum FeeWhen {
    /// On a moment.
    On(Moment),
    /// Within some time of a moment, where something is so on that day.
    Within(Duration, Moment, Option<Condition>),
    /// By a moment.
    By(Moment),
    /// When something is so; by a moment, within some time.
    When {
        /// What.
        when: Condition,
        /// Only if it is so by then.
        by: Option<Moment>,
        /// Paid within this time of it.
        within: Option<Duration>,
    },
    /// Each month, quarter or year.
    Each {
        /// How often.
        unit: PeriodKind,
        /// How the periods are counted, where the text says it: `each year` does not, `each calendar year` does.
        basis: Option<Basis>,
        /// Whose fiscal periods.
        party: Option<Name>,
        /// Only in this period.
        within: Option<PeriodLabel>,
        /// The text keeps the period secret or leaves it open: `unit` says nothing then.
        unknown: Option<Known<()>>,
        /// On this day: month, day.
        on: Option<(u32, u32)>,
        /// While this is so.
        while_: Option<Condition>,
        /// From.
        from: Option<Value>,
        /// Until.
        until: Option<Moment>,
    },
    /// Once in this period, as soon as the conditions of the clause are met.
    During(PeriodLabel),
    /// When an effect of its clause comes about: this one.
    Comes(Box<Value>),
    /// Where no earlier line of the clause applied.
    Otherwise,
}

impl FeeWhen {
    /// Whether it waits for this effect.
    pub(super) fn is_on(&self, effect: &Value) -> bool {
        matches!(self, FeeWhen::Comes(own) if own.as_ref() == effect)
    }
}

/// How often an instalment can fall due.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EachOnce {
    /// Once for each of these.
    pub per: Vec<Per>,
    /// Each time it happens.
    pub each_time: bool,
    /// Once in all.
    pub once: bool,
}

/// One line of a payment.
#[derive(Debug, Clone)]
pub struct Instalment {
    /// The amount, with the unit it is for.
    pub value: Amount,
    /// For each such unit.
    pub per: Option<String>,
    /// A number of shares instead: how many, of whom.
    pub shares: Option<(Exact, Option<Name>)>,
    /// When.
    pub when: FeeWhen,
    /// How often.
    pub each: EachOnce,
    /// Only for what happens in this territory.
    pub territory: Option<Territory>,
    /// Paid within this time.
    pub within: Option<Duration>,
    /// What comes again falls due on the last day of its period, not on the first.
    pub arrears: bool,
    /// The clause.
    pub at: At,
}

impl Instalment {
    pub(super) fn plain(value: Amount, at: At) -> Instalment {
        Instalment {
            value,
            per: None,
            shares: None,
            when: FeeWhen::Otherwise,
            each: EachOnce::default(),
            territory: None,
            within: None,
            arrears: false,
            at,
        }
    }

    pub(super) fn read(clause: &Record) -> Option<Instalment> {
        let mut line = match clause.get(Label::Value)? {
            Value::Parts(parts) => {
                let shares = match parts.get(Label::Shares) {
                    Some(Value::Number(n)) => Some((n.clone(), parts.name(Label::Of).cloned())),
                    _ => None,
                };
                let value = parts.amount(Label::Value).or(parts.amount(Label::Price)).cloned();
                let value = value.unwrap_or(Amount::Number(Exact::zero()));
                let per = match parts.get(Label::Per) {
                    Some(Value::Parts(per)) => per.name(Label::Unit).map(|n| n.to_string()),
                    Some(Value::Name(name)) => Some(name.to_string()),
                    _ => None,
                };
                Instalment { shares, per, ..Instalment::plain(value, clause.at) }
            }
            Value::Amount(amount) => Instalment::plain(amount.clone(), clause.at),
            _ => return None,
        };
        line.when = clause.get(Label::When).and_then(when)?;
        line.comes_again();
        line.arrears = clause.parts(Label::When).is_some_and(|when| when.has(Label::Arrears));
        if let Some(each) = clause.get(Label::Each) {
            line.each = each_once(each);
        }
        for flag in clause.all(Label::Flag) {
            if let Value::Parts(parts) = flag {
                line.territory = parts.territory(Label::Territory).cloned().or(line.territory);
                if let Some(Value::Duration(within)) = parts.get(Label::Within) {
                    line.within = Some(within.clone());
                }
            }
            if let Value::Territory(territory) = flag {
                line.territory = Some(territory.clone());
            }
            if let Value::Duration(within) = flag {
                line.within = Some(within.clone());
            }
            if matches!(flag, Value::Word(word) if word == "once") {
                line.each.once = true;
            }
        }
        Some(line)
    }
}

impl Instalment {
    /// Whether it falls due once, whatever comes about.
    #[must_use]
    pub fn falls_due_once(&self) -> bool {
        let once = !self.each.each_time && self.each.per.is_empty();
        once && self.per.is_none() && !matches!(self.when, FeeWhen::Each { .. } | FeeWhen::Comes(_))
    }

    /// What is owed on each anniversary of a day comes again each year, the first time a year after it.
    fn comes_again(&mut self) {
        let (base, within) = match &self.when {
            FeeWhen::On(Moment::Anniversary(0, base)) | FeeWhen::By(Moment::Anniversary(0, base)) => {
                (base.clone(), None)
            }
            FeeWhen::Within(within, Moment::Anniversary(0, base), None) => {
                (base.clone(), Some(within.clone()))
            }
            _ => return,
        };
        self.when = FeeWhen::Each {
            unit: PeriodKind::Year,
            basis: None,
            party: None,
            within: None,
            unknown: None,
            on: None,
            while_: None,
            from: Some(Value::Moment(Moment::Anniversary(1, base))),
            until: None,
        };
        self.within = within.or(self.within.take());
    }
}

fn each_once(value: &Value) -> EachOnce {
    match value {
        Value::Word(word) => {
            EachOnce { per: Vec::new(), each_time: word.contains("time"), once: word.contains("once") }
        }
        Value::Parts(parts) => {
            let mut per: Vec<Per> = parts.all(Label::Per).filter_map(Per::read).collect();
            if parts.has(Label::EachProduct) {
                per.push(Per::Product);
            }
            EachOnce { once: !parts.has(Label::Each), each_time: parts.has(Label::Each), per }
        }
        _ => EachOnce::default(),
    }
}

fn when(value: &Value) -> Option<FeeWhen> {
    let parts: &Parts = match value {
        Value::Parts(parts) => parts,
        Value::Word(_) => return Some(FeeWhen::Otherwise),
        Value::Moment(moment) => return Some(FeeWhen::On(moment.clone())),
        _ => return None,
    };
    let duration = |label| match parts.get(label) {
        Some(Value::Duration(duration)) => Some(duration.clone()),
        _ => None,
    };
    if let Some(every) = parts.get(Label::Every) {
        let (unit, basis) = match every {
            Value::Word(word) => (word.split(' ').find_map(clauses::unit), stated_basis(word)),
            Value::Parts(inner) => (
                inner.word(Label::Unit).and_then(clauses::unit),
                inner.word(Label::Basis).and_then(stated_basis),
            ),
            _ => (None, None),
        };
        let within = match parts.get(Label::In) {
            Some(Value::Period(label)) => Some(*label),
            _ => None,
        };
        let from = match parts.get(Label::From) {
            Some(Value::Parts(inner)) => inner.0.first().map(|p| p.value.clone()),
            other => other.cloned(),
        };
        return Some(FeeWhen::Each {
            unit: unit.unwrap_or(PeriodKind::Year),
            unknown: match every {
                Value::Parts(inner) => match inner.get(Label::Unit) {
                    Some(Value::Unknown(unknown)) => Some(unknown.clone()),
                    _ => None,
                },
                Value::Unknown(unknown) => Some(unknown.clone()),
                _ => None,
            },
            basis,
            party: parts.name(Label::Of).or(parts.name(Label::Party)).cloned(),
            within,
            on: match parts.get(Label::Day) {
                Some(Value::DayOfYear(month, day)) => Some((*month, *day)),
                _ => None,
            },
            while_: parts.condition(Label::While).cloned(),
            from,
            until: parts.moment(Label::Until).cloned(),
        });
    }
    if let Some(on) = parts.moment(Label::On) {
        return Some(FeeWhen::On(on.clone()));
    }
    if let (Some(within), Some(of)) = (duration(Label::Within), parts.moment(Label::Of)) {
        let when = parts.condition(Label::When).cloned();
        return Some(FeeWhen::Within(within, of.clone(), when));
    }
    if let Some(Value::Period(label)) = parts.get(Label::In) {
        return Some(FeeWhen::During(*label));
    }
    if let Some(when) = parts.condition(Label::When) {
        return Some(FeeWhen::When {
            when: when.clone(),
            by: parts.moment(Label::By).or(parts.moment(Label::Until)).cloned(),
            within: duration(Label::PayWithin),
        });
    }
    if let Some(by) = parts.moment(Label::By) {
        return Some(FeeWhen::By(by.clone()));
    }
    if parts.rules(Rule::FeeWhen).next().is_some() || parts.has(Label::Otherwise) {
        return Some(FeeWhen::Otherwise);
    }
    None
}

/// How the periods of `each contract year`, `each calendar year` are counted; `None` for `each year`.
fn stated_basis(words: &str) -> Option<Basis> {
    let stated = ["calendar", "contract", "fiscal"].iter().any(|word| words.contains(word));
    stated.then(|| basis(words))
}

/// How the periods of `each contract year`, `each fiscal quarter` are counted.
pub(super) fn basis(words: &str) -> Basis {
    match words {
        w if w.contains("contract") => Basis::Contract,
        w if w.contains("fiscal") => Basis::Fiscal,
        _ => Basis::Calendar,
    }
}
