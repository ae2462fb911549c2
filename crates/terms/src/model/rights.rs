//! Grants as far as money hangs on them: their scope, and what changes how exclusive they are.

use super::clauses;
use crate::record::{At, Parts, Record};
use crate::value::{Amount, Condition, Duration, Grade, Measure, Moment, Name, Scope, Set, Territory, Value};
use counterpart_num::PeriodKind;
use counterpart_syntax::{Form, Label};
use std::collections::BTreeMap;

/// A grade, until when, and what follows.
#[derive(Debug, Clone)]
pub struct GradeLine {
    /// The grade.
    pub grade: Grade,
    /// Only for these acts, fields or places, where named.
    pub limited: bool,
    /// Until this moment.
    pub until: Option<Moment>,
    /// While this is so.
    pub while_: Option<Condition>,
    /// What follows, in order.
    pub then: Vec<(Grade, Option<Moment>)>,
    /// The clause.
    pub at: At,
}

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

/// A grant.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Its title.
    pub title: Option<String>,
    /// Who grants.
    pub from: Vec<Name>,
    /// Who receives.
    pub to: Vec<Name>,
    /// Under which assets.
    pub assets: Option<Set>,
    /// For which acts.
    pub acts: Option<crate::value::Acts>,
    /// For which fields.
    pub fields: Option<Set>,
    /// Where.
    pub territory: Option<Territory>,
    /// How exclusive, line by line.
    pub grades: Vec<GradeLine>,
    /// Its stages.
    pub stages: Option<Stages>,
    /// Its ladders.
    pub ladders: Vec<Ladder>,
    /// The clause.
    pub at: At,
}

impl Grant {
    pub(super) fn read(record: &Record) -> Option<Grant> {
        let mut grant = Grant {
            title: record.text(Label::Title).map(str::to_string),
            from: record.names(Label::From),
            to: record.names(Label::To),
            assets: None,
            acts: None,
            fields: None,
            territory: None,
            grades: Vec::new(),
            stages: None,
            ladders: Vec::new(),
            at: record.at,
        };
        for clause in &record.below {
            match clause.clause {
                Form::GrantUnder => grant.assets = clause.set(Label::Assets).cloned(),
                Form::GrantTo => {
                    if let Some(Value::Acts(acts)) = clause.get(Label::Acts) {
                        grant.acts = Some(acts.clone());
                    }
                }
                Form::GrantFor => grant.fields = clause.set(Label::Fields).cloned(),
                Form::GrantIn => grant.territory = clause.territory(Label::Territory).cloned(),
                Form::GrantGrade => grant.grades.extend(grade_line(clause)),
                _ => {}
            }
        }
        Some(grant)
    }
}

fn grade_line(clause: &Record) -> Option<GradeLine> {
    let (until, while_) = match clause.get(Label::Until) {
        Some(Value::Parts(parts)) => {
            (parts.moment(Label::Moment).cloned(), parts.condition(Label::Condition).cloned())
        }
        Some(Value::Moment(moment)) => (Some(moment.clone()), None),
        Some(Value::Condition(condition)) => (None, Some((**condition).clone())),
        _ => (None, None),
    };
    let then = clause.all(Label::Then).filter_map(|value| match value {
        Value::Grade(grade) => Some((grade.clone(), None)),
        Value::Parts(parts) => {
            let until = match parts.get(Label::Until) {
                Some(Value::Parts(inner)) => inner.moment(Label::Moment).cloned(),
                Some(Value::Moment(moment)) => Some(moment.clone()),
                _ => None,
            };
            parts.grade(Label::Grade).map(|grade| (grade.clone(), until))
        }
        _ => None,
    });
    Some(GradeLine {
        grade: clause.grade(Label::Grade)?.clone(),
        limited: [
            Label::To,
            Label::For,
            Label::In,
            Label::Of,
            Label::Acts,
            Label::Fields,
            Label::Territory,
            Label::Products,
        ]
        .into_iter()
        .any(|label| clause.has(label)),
        until,
        while_,
        then: then.collect(),
        at: clause.at,
    })
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
fn test_day(clause: &Parts) -> Option<(u32, u32)> {
    match clause.get(Label::Cycle)? {
        Value::Parts(parts) => match parts.get(Label::Day) {
            Some(Value::DayOfYear(month, day)) => Some((*month, *day)),
            _ => None,
        },
        _ => None,
    }
}

fn test_from(clause: &Parts) -> Option<Value> {
    match clause.get(Label::From)? {
        Value::Parts(parts) => parts.0.first().map(|p| p.value.clone()),
        other => Some(other.clone()),
    }
}

/// A trigger: a test, and what follows from it.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// Its name.
    pub name: Name,
    /// The test.
    pub when: Option<Condition>,
    /// The day of the year it is tested: month, day.
    pub tested: Option<(u32, u32)>,
    /// How often, where no day is named.
    pub every: Option<PeriodKind>,
    /// From this year or moment on.
    pub from: Option<Value>,
    /// Notice: by whom, within how long.
    pub notice: Option<(Vec<Name>, Option<Duration>)>,
    /// Cure: within how long.
    pub cure: Option<Duration>,
    /// Who may choose, within how long, among which effects.
    pub choice: Option<(Name, Option<Duration>, Vec<Value>)>,
    /// Effects without a choice.
    pub then: Vec<Value>,
    /// The names of clauses it stands above.
    pub notwithstanding: Vec<Value>,
    /// The names of clauses it stands below.
    pub subject_to: Vec<Value>,
    /// The clause.
    pub at: At,
}

impl Trigger {
    pub(super) fn read(record: &Record) -> Option<Trigger> {
        let mut trigger = Trigger {
            name: record.name(Label::Name)?.clone(),
            when: None,
            tested: None,
            every: None,
            from: None,
            notice: None,
            cure: None,
            choice: None,
            then: Vec::new(),
            notwithstanding: Vec::new(),
            subject_to: Vec::new(),
            at: record.at,
        };
        for clause in &record.below {
            let within = || match clause.get(Label::Within) {
                Some(Value::Duration(within)) => Some(within.clone()),
                _ => None,
            };
            match clause.clause {
                Form::TriggerWhen => trigger.when = clause.condition(Label::When).cloned(),
                Form::TriggerTested => {
                    trigger.tested = test_day(clause);
                    trigger.every = match clause.get(Label::Cycle) {
                        Some(Value::Parts(parts)) => parts.word(Label::Unit).and_then(clauses::unit),
                        _ => None,
                    };
                    trigger.from = test_from(clause);
                }
                Form::TriggerNotice => trigger.notice = Some((clause.names(Label::By), within())),
                Form::TriggerCure => trigger.cure = within(),
                Form::TriggerThenChoose => {
                    let effects =
                        clause.all_below(Form::ChoicesChoice).flat_map(|c| c.all(Label::Effect)).cloned();
                    trigger.choice =
                        clause.name(Label::Who).map(|who| (who.clone(), within(), effects.collect()));
                }
                Form::TriggerThen => trigger.then.extend(clause.all(Label::Effect).cloned()),
                Form::TriggerNotwithstanding => {
                    trigger.notwithstanding.extend(clause.all(Label::Others).cloned())
                }
                Form::TriggerSubject => trigger.subject_to.extend(clause.all(Label::Others).cloned()),
                _ => {}
            }
        }
        Some(trigger)
    }
}
