//! What makes a royalty smaller, in which order, and how far.

use super::clauses::{Per, percent, unit};
use crate::record::{At, Parts, Record};
use crate::value::{Amount, Condition, Known, Moment, Name, Value};
use counterpart_num::{Exact, PeriodKind};
use counterpart_syntax::{Form, Label};

/// The least a reduction may leave, or the most it may take.
#[derive(Debug, Clone)]
pub enum CutFloor {
    /// Never below half the rate.
    HalfTheRate,
    /// Never below this share of the base (`2%`), or this share of the royalty before the cut.
    Rate(Amount, Option<String>),
    /// At most this share of the royalty, each such period where one is named.
    AtMost(Known<Exact>, Option<PeriodKind>),
}

/// How much is cut.
#[derive(Debug, Clone)]
pub enum Cut {
    /// To this share of the rate.
    To(Known<Exact>),
    /// By this share of the rate.
    By(Known<Exact>),
    /// To this rate or amount.
    ToRate(Amount),
    /// This share of what is paid to others is credited.
    Credit(Known<Exact>),
    /// Only a floor.
    Floor,
}

/// When a reduction applies.
#[derive(Debug, Clone)]
pub enum ReductionCause {
    /// On a condition.
    When(Condition),
    /// After a moment, per country or product where the moment depends on it.
    After(Moment),
    /// Royalties paid to third parties; reported as this metric where one is named.
    ThirdParty(Option<Name>),
    /// Costs of something.
    Costs(Vec<Name>),
    /// All reductions together.
    All,
}

/// One reduction.
#[derive(Debug, Clone)]
pub struct Reduction {
    /// When.
    pub cause: ReductionCause,
    /// Taken from the royalty on each such thing by itself.
    pub per: Option<Per>,
    /// How much.
    pub cut: Cut,
    /// How far at most.
    pub floors: Vec<CutFloor>,
    /// What could not be used is carried forward; so many periods where stated.
    pub carried: Option<Option<(u32, PeriodKind)>>,
    /// Until when.
    pub until: Option<Moment>,
    /// Tested and applied in each such period.
    pub each: Option<PeriodKind>,
    /// The clause.
    pub at: At,
}

impl Reduction {
    pub(super) fn read(line: &Record, each: Option<PeriodKind>) -> Option<Reduction> {
        let cause = match line.clause {
            Form::ReductionsWhere => ReductionCause::When(line.condition(Label::Where)?.clone()),
            Form::ReductionsWhen => ReductionCause::When(line.condition(Label::When)?.clone()),
            Form::ReductionsAfter => ReductionCause::After(line.moment(Label::After)?.clone()),
            Form::ReductionsThirdParty => {
                ReductionCause::ThirdParty(line.names(Label::Metric).first().cloned())
            }
            Form::ReductionsCosts => ReductionCause::Costs(line.names(Label::Of)),
            Form::ReductionsAll => ReductionCause::All,
            _ => return None,
        };
        let Some(Value::Parts(parts)) = line.get(Label::Cut) else { return None };
        let cut = if let Some(to) = percent(parts, Label::To) {
            Cut::To(to)
        } else if let Some(by) = percent(parts, Label::By) {
            Cut::By(by)
        } else if let Some(amount) = parts.amount(Label::ToAmount) {
            Cut::ToRate(amount.clone())
        } else if let Some(credit) = percent(parts, Label::Credit) {
            Cut::Credit(credit)
        } else {
            Cut::Floor
        };
        Some(Reduction {
            cause,
            per: line.get(Label::Per).and_then(Per::read),
            cut,
            floors: parts.all(Label::Floor).filter_map(floor).collect(),
            carried: carried(parts),
            until: line.moment(Label::Until).cloned(),
            each,
            at: line.at,
        })
    }
}

fn floor(value: &Value) -> Option<CutFloor> {
    match value {
        Value::Word(_) => Some(CutFloor::HalfTheRate),
        Value::Parts(parts) => {
            if parts.has(Label::Half) {
                return Some(CutFloor::HalfTheRate);
            }
            if let Some(most) = percent(parts, Label::Most) {
                let cycle = match parts.get(Label::Cycle) {
                    Some(Value::Cycle(cycle)) => Some(cycle.unit),
                    _ => None,
                };
                return Some(CutFloor::AtMost(most, cycle));
            }
            Some(CutFloor::Rate(
                parts.amount(Label::Value)?.clone(),
                parts.word(Label::Of).map(str::to_string),
            ))
        }
        Value::Amount(amount) => Some(CutFloor::Rate(amount.clone(), None)),
        _ => None,
    }
}

fn carried(parts: &Parts) -> Option<Option<(u32, PeriodKind)>> {
    match parts.get(Label::Carry)? {
        Value::Word(word) => word.contains("carried").then_some(None),
        Value::Parts(carry) => {
            let count = match carry.get(Label::Count) {
                Some(Value::Number(n)) => n.to_i64().and_then(|n| u32::try_from(n).ok()),
                _ => None,
            };
            let kind = carry.word(Label::Unit).and_then(unit);
            Some(count.zip(kind))
        }
        _ => None,
    }
}
