//! Stages and ladders: how a grant grows, and how exclusive it is by what is measured.

use super::Grant;
use crate::record::{At, Parts, Record};
use crate::value::{Amount, Condition, Grade, Measure, Moment, Name, Scope, Value};
use counterpart_syntax::{Form, Label};
use std::collections::BTreeMap;

/// A stage of a grant.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Its name.
    pub name: Name,
    /// It begins at this moment.
    pub from: Option<Moment>,
    /// It begins when this is so.
    pub when: Option<Condition>,
    /// What the grant reaches.
    pub scope: Scope,
    /// The clause.
    pub at: At,
}

/// The stages of a grant.
#[derive(Debug, Clone)]
pub struct Stages {
    /// In order.
    pub stages: Vec<Stage>,
    /// The clause.
    pub at: At,
}

/// A step of a ladder: from this value on, that grade.
#[derive(Debug, Clone)]
pub struct LadderStep {
    /// The value it begins at; the lowest step has none.
    pub from: Option<Amount>,
    /// The grade.
    pub grade: Option<Grade>,
    /// The clause.
    pub at: At,
}

/// A ladder of grades over a metric.
#[derive(Debug, Clone)]
pub struct Ladder {
    /// What is measured.
    pub metric: Measure,
    /// Its steps, lowest first.
    pub steps: Vec<LadderStep>,
    /// The day it is tested each year: month, day.
    pub tested: Option<(u32, u32)>,
    /// From this year or moment on.
    pub from: Option<Value>,
    /// The clause.
    pub at: At,
}

/// Adds stages and ladders to the grants they are about.
pub(super) fn attach(grants: &mut BTreeMap<Name, Grant>, record: &Record) {
    let Some(grant) = record.name(Label::Name).and_then(|name| grants.get_mut(name)) else { return };
    match record.clause {
        Form::FileStages => {
            let stages = record.all_below(Form::StagesStage).filter_map(|line| {
                let Some(Value::Scope(scope)) = line.get(Label::Scope) else { return None };
                Some(Stage {
                    name: line.name(Label::Name)?.clone(),
                    from: line.moment(Label::From).cloned(),
                    when: line.condition(Label::When).cloned(),
                    scope: (**scope).clone(),
                    at: line.at,
                })
            });
            grant.stages = Some(Stages { stages: stages.collect(), at: record.at });
        }
        Form::FileLadder => {
            let Some(Amount::Measure(metric)) = record.amount(Label::Metric) else { return };
            let steps = record.all_below(Form::LadderStep).map(|line| LadderStep {
                from: if line.word(Label::Side) == Some("below") {
                    None
                } else {
                    line.amount(Label::Value).cloned()
                },
                grade: line.grade(Label::Grade).cloned(),
                at: line.at,
            });
            let tested = record.below(Form::LadderTested);
            grant.ladders.push(Ladder {
                metric: (**metric).clone(),
                steps: steps.collect(),
                tested: tested.and_then(|t| test_day(t)),
                from: tested.and_then(|t| test_from(t)),
                at: record.at,
            });
        }
        _ => {}
    }
}

/// The day of the year a test is made: month, day.
pub(super) fn test_day(clause: &Parts) -> Option<(u32, u32)> {
    match clause.get(Label::Cycle)? {
        Value::Parts(parts) => match parts.get(Label::Day) {
            Some(Value::DayOfYear(month, day)) => Some((*month, *day)),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn test_from(clause: &Parts) -> Option<Value> {
    match clause.get(Label::From)? {
        Value::Parts(parts) => parts.0.first().map(|p| p.value.clone()),
        other => Some(other.clone()),
    }
}
