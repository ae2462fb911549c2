//! Rates: flat, stepped in time, tiered, per unit — and under which conditions each applies.

use super::clauses::Per;
use crate::record::{At, Key, Parts, Record};
use crate::value::{Amount, Condition, Cycle, Measure, Moment, Name, Scope, Value};
use counterpart_syntax::{Form, Label};

/// A rate.
#[derive(Debug, Clone)]
pub enum Rate {
    /// Nothing is payable.
    Nil,
    /// A percentage of the base, an amount for each unit, or a fixed amount.
    Value {
        /// The percentage or amount.
        value: Amount,
        /// For each such unit.
        per: Option<String>,
        /// The percentage is of this rather than of the base.
        of: Option<Amount>,
    },
}

/// A rate, and until when or on what condition it holds.
#[derive(Debug, Clone)]
pub struct RateStep {
    /// The rate.
    pub rate: Rate,
    /// From this moment.
    pub from: Option<Moment>,
    /// Until this moment.
    pub until: Option<Moment>,
    /// While this is so.
    pub when: Option<Condition>,
}

/// What a tier table says of the part below a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierKind {
    /// Each slice at its own rate.
    Marginal,
    /// Everything at the rate of the tier reached.
    Whole,
    /// The text does not say; computed as marginal, and said so.
    Unsaid,
}

/// From when a tier table counts.
#[derive(Debug, Clone)]
pub enum TierCycle {
    /// Anew each period.
    Each(Cycle),
    /// From the beginning, never reset.
    ToDate,
    /// By another measure.
    By(Measure),
}

/// What a tier table is applied to separately.
#[derive(Debug, Clone)]
pub enum EachBy {
    /// Each product, country or member.
    Per(Per),
    /// Nothing: everything, or these, together.
    Pooled(Vec<Name>),
}

/// One tier.
#[derive(Debug, Clone)]
pub struct Tier {
    /// Its upper bound; the last has none.
    pub up_to: Option<Amount>,
    /// Its rate.
    pub rate: Rate,
    /// It is free in any case, also where everything is at the rate reached.
    pub free: bool,
    /// Until when.
    pub until: Option<Moment>,
    /// The clause.
    pub at: At,
}

/// A tier table.
#[derive(Debug, Clone)]
pub struct Tiers {
    /// Marginal or whole.
    pub kind: TierKind,
    /// From when it counts.
    pub cycle: TierCycle,
    /// Measured on this instead of the base.
    pub on: Option<Amount>,
    /// Applied separately, or pooled.
    pub each: Option<EachBy>,
    /// This part of the base is neither counted nor charged by it.
    pub except: Option<Scope>,
    /// The tiers, lowest first.
    pub tiers: Vec<Tier>,
    /// Which tier table of its royalty it is: an amendment that restates the royalty goes on with its count.
    pub table: usize,
    /// The clause.
    pub at: At,
}

/// What the base is charged with.
#[derive(Debug, Clone)]
pub enum Schedule {
    /// A flat rate, or rates that follow each other in time.
    Steps(Vec<RateStep>),
    /// A tier table.
    Tiers(Tiers),
}

/// A schedule and where it applies; the first that applies to a line of the base is taken.
#[derive(Debug, Clone)]
pub struct RateRule {
    /// Only on this condition.
    pub when: Option<Condition>,
    /// Only to this part of the base.
    pub scope: Option<Scope>,
    /// Only for agreements signed so: `by`, `before`, `after`, `from` a moment.
    pub signed: Option<(String, Moment)>,
    /// The rates.
    pub schedule: Schedule,
    /// The clause.
    pub at: At,
}

impl Schedule {
    /// The percentages and amounts of its rates.
    pub fn values(&self) -> impl Iterator<Item = &Amount> {
        let rates: Vec<&Rate> = match self {
            Schedule::Steps(steps) => steps.iter().map(|step| &step.rate).collect(),
            Schedule::Tiers(tiers) => tiers.tiers.iter().map(|tier| &tier.rate).collect(),
        };
        rates.into_iter().filter_map(|rate| match rate {
            Rate::Value { value, .. } => Some(value),
            Rate::Nil => None,
        })
    }
}

impl RateRule {
    fn plain(schedule: Schedule, at: At) -> RateRule {
        RateRule { when: None, scope: None, signed: None, schedule, at }
    }

    /// Whether it applies without condition.
    pub fn is_plain(&self) -> bool {
        self.when.is_none() && self.scope.is_none() && self.signed.is_none()
    }

    /// The rules of a royalty, those with conditions before those without.
    pub(super) fn all(record: &Record) -> Vec<RateRule> {
        let mut rules = Vec::new();
        for clause in &record.below {
            match clause.clause {
                Form::RoyaltyRateLines => {
                    rules.push(RateRule::plain(Schedule::Steps(steps(clause)), clause.at));
                }
                Form::RoyaltyTiers => {
                    rules.push(RateRule::plain(Schedule::Tiers(Tiers::read(clause)), clause.at))
                }
                Form::RoyaltyWhere => {
                    for mut rule in nested(clause) {
                        rule.when = clause.condition(Label::Where).cloned();
                        rules.push(rule);
                    }
                }
                Form::RoyaltyScoped => {
                    let scope = match clause.get(Label::Scope) {
                        Some(Value::Scope(scope)) => Some((**scope).clone()),
                        _ => None,
                    };
                    rules.push(RateRule {
                        scope,
                        ..RateRule::plain(Schedule::Steps(steps(clause)), clause.at)
                    });
                }
                Form::RoyaltyShareOfSublicence => {
                    rules.push(RateRule::plain(Schedule::Steps(shares(clause)), clause.at));
                }
                Form::RoyaltySigned => {
                    for line in clause.all_below(Form::SignedSigned) {
                        let side = line.word(Label::Side).unwrap_or_default().to_string();
                        let signed = line.moment(Label::When).map(|m| (side, m.clone()));
                        rules.push(RateRule {
                            signed,
                            ..RateRule::plain(Schedule::Steps(steps(line)), line.at)
                        });
                    }
                }
                _ => {}
            }
        }
        // A line of the base takes the first rule that applies: conditions go before the general rule.
        let mut table = 0;
        for rule in &mut rules {
            if let Schedule::Tiers(tiers) = &mut rule.schedule {
                tiers.table = table;
                table += 1;
            }
        }
        let (mut first, last): (Vec<RateRule>, Vec<RateRule>) =
            rules.into_iter().partition(|r| !r.is_plain());
        first.extend(last);
        first
    }
}

/// The schedules inline with a `where` clause and below it.
fn nested(clause: &Record) -> Vec<RateRule> {
    let mut rules = Vec::new();
    if clause.has(Label::Rates) {
        rules.push(RateRule::plain(Schedule::Steps(steps(clause)), clause.at));
    }
    for below in &clause.below {
        match below.clause {
            Form::RatesRates => rules.push(RateRule::plain(Schedule::Steps(steps(below)), below.at)),
            Form::RatesTiers => rules.push(RateRule::plain(Schedule::Tiers(Tiers::read(below)), below.at)),
            _ => {}
        }
    }
    rules
}

/// The steps of a clause's `rates` part.
pub(super) fn steps(clause: &Parts) -> Vec<RateStep> {
    let Some(Value::Parts(parts)) = clause.get(Label::Rates) else { return Vec::new() };
    parts.all(Label::Step).filter_map(step).collect()
}

/// The shares of sublicence income, each until its moment.
fn shares(clause: &Parts) -> Vec<RateStep> {
    let mut steps: Vec<RateStep> = Vec::new();
    for part in &clause.0 {
        match (&part.key, &part.value) {
            (Key::Label(Label::Share), value) => steps.extend(step(value)),
            (Key::Label(Label::Until), Value::Moment(until)) => {
                if let Some(last) = steps.last_mut() {
                    last.until = Some(until.clone());
                }
            }
            _ => {}
        }
    }
    steps
}

fn step(value: &Value) -> Option<RateStep> {
    let Value::Parts(parts) = value else {
        return rate(value).map(|rate| RateStep { rate, from: None, until: None, when: None });
    };
    Some(RateStep {
        rate: rate(parts.get(Label::Rate)?)?,
        from: parts.moment(Label::From).cloned(),
        until: parts.moment(Label::Until).cloned(),
        when: parts.condition(Label::When).cloned(),
    })
}

/// A rate value.
pub(super) fn rate(value: &Value) -> Option<Rate> {
    match value {
        Value::Word(_) => Some(Rate::Nil),
        Value::Amount(amount) => Some(Rate::Value { value: amount.clone(), per: None, of: None }),
        Value::Parts(parts) => {
            if parts.has(Label::Nil) {
                return Some(Rate::Nil);
            }
            let value =
                [Label::Money, Label::Quantity, Label::Value].into_iter().find_map(|l| parts.amount(l));
            let per = match parts.get(Label::Per) {
                Some(Value::Parts(per)) => per.name(Label::Unit).map(|n| n.to_string()),
                Some(Value::Name(name)) => Some(name.to_string()),
                _ => None,
            };
            Some(Rate::Value { value: value?.clone(), per, of: parts.amount(Label::Of).cloned() })
        }
        _ => None,
    }
}

impl Tiers {
    pub(super) fn read(clause: &Record) -> Tiers {
        let kind = match clause.word(Label::Kind) {
            Some("marginal") => TierKind::Marginal,
            Some("whole") => TierKind::Whole,
            _ => TierKind::Unsaid,
        };
        let cycle = match clause.get(Label::Cycle) {
            Some(Value::Cycle(cycle)) => TierCycle::Each(cycle.clone()),
            Some(Value::Parts(parts)) => match (parts.get(Label::Cycle), parts.get(Label::Measure)) {
                (Some(Value::Cycle(cycle)), _) => TierCycle::Each(cycle.clone()),
                (_, Some(Value::Amount(Amount::Measure(measure)))) => TierCycle::By((**measure).clone()),
                _ => TierCycle::ToDate,
            },
            Some(Value::Amount(Amount::Measure(measure))) => TierCycle::By((**measure).clone()),
            _ => TierCycle::ToDate,
        };
        let each = if clause.has(Label::Pooled) {
            Some(EachBy::Pooled(clause.names(Label::Over)))
        } else {
            clause.get(Label::Per).and_then(Per::read).map(EachBy::Per)
        };
        let mut tiers: Vec<Tier> = Vec::new();
        for line in &clause.below {
            let free = line.amount(Label::Free);
            let up_to = line.amount(Label::To).or(free).cloned();
            let rate = match free {
                Some(_) => Some(Rate::Nil),
                None => line.get(Label::Rate).and_then(rate),
            };
            if let Some(rate) = rate {
                let until = line.moment(Label::Until).cloned();
                tiers.push(Tier { up_to, rate, free: free.is_some(), until, at: line.at });
            }
        }
        let except = match clause.get(Label::Except) {
            Some(Value::Scope(scope)) => Some((**scope).clone()),
            _ => None,
        };
        let on = clause.amount(Label::On).cloned();
        Tiers { kind, cycle, on, each, except, tiers, table: 0, at: clause.at }
    }
}
