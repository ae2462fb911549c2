//! Stages and ladders: how a grant grows, and how exclusive it is by what is measured.

use super::Grant;
use super::tested::Tested;
use crate::record::{At, Record};
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
    /// The stage it is at is given up again when this is so.
    pub back: Option<Condition>,
    /// The clause.
    pub at: At,
}

/// A step of a ladder: from this value on, that grade.
#[derive(Debug, Clone)]
pub struct LadderStep {
    /// The value it begins at; the lowest step has none.
    pub from: Option<Amount>,
    /// The value itself belongs to the step below.
    pub above: bool,
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
    /// When it is tested.
    pub tested: Option<Tested>,
    /// It is tested once.
    pub one_shot: bool,
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
            let lost =
                record.below(Form::StagesRetract).filter(|_| record.below(Form::StagesOneShot).is_none());
            let back = lost.and_then(|line| line.condition(Label::When)).cloned();
            grant.stages = Some(Stages { stages: stages.collect(), back, at: record.at });
        }
        Form::FileLadder => {
            let Some(Amount::Measure(metric)) = record.amount(Label::Metric) else { return };
            let steps = record.all_below(Form::LadderStep).map(|line| LadderStep {
                from: if line.word(Label::Side) == Some("below") {
                    None
                } else {
                    line.amount(Label::Value).cloned()
                },
                above: line.word(Label::Side) == Some("above"),
                grade: line.grade(Label::Grade).cloned(),
                at: line.at,
            });
            grant.ladders.push(Ladder {
                metric: (**metric).clone(),
                steps: steps.collect(),
                one_shot: record.below(Form::LadderOneShot).is_some(),
                tested: record.below(Form::LadderTested).map(|clause| Tested::read(clause)),
                at: record.at,
            });
        }
        _ => {}
    }
}
