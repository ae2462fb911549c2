//! The grants an option brings into force: one before its exercise, where the text gives one, and one by it.
//!
//! They are added to the grants of each edition of the terms, under names of their own, so that all that is asked of
//! rights finds them.

use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::{Editions, Grant, Life, Model};
use counterpart_terms::record::{Key, Part, Parts};
use counterpart_terms::value::{Condition, Name, Value};

/// What the grant is called that an option gives once it is exercised.
pub(crate) fn exercised_name(option: &Name) -> Name {
    Name::from(format!("{option} as exercised").as_str())
}

/// What the grant is called that an option gives before.
pub(crate) fn before_name(option: &Name) -> Name {
    Name::from(format!("{option} before exercise").as_str())
}

/// The clause a right is given by: the option, of what an option gives; else the grant of that name.
pub(crate) fn clause_of(right: &Name) -> Name {
    let given =
        [" as exercised", " before exercise"].into_iter().find_map(|end| right.as_str().strip_suffix(end));
    given.map_or_else(|| right.clone(), Name::from)
}

/// Adds the grants of options to each edition of the terms.
pub(crate) fn add(editions: &mut Editions) {
    for edition in &mut editions.0 {
        let found: Vec<(Name, Grant)> = edition.model.records.iter().flat_map(grants_of).collect();
        add_to(&mut edition.model, found);
    }
}

fn add_to(model: &mut Model, found: Vec<(Name, Grant)>) {
    for (name, grant) in found {
        model.grants.entry(name).or_insert(grant);
    }
}

/// The grants of an option, with their names.
fn grants_of(record: &Record) -> Vec<(Name, Grant)> {
    let mut out = Vec::new();
    if !matches!(record.clause, Form::FileOption | Form::FileFirstRight) {
        return out;
    }
    let (Some(option), Some(line)) = (record.name(Label::Name), record.below(Form::OptionGrant)) else {
        return out;
    };
    let state = |word: &str| Condition::State {
        name: option.clone(),
        state: word.into(),
        not: false,
        territory: None,
        by: None,
    };
    let own = lines_of(line);
    let lines = match record.below(Form::OptionAfter) {
        Some(after) => merged(own.clone(), &after.below),
        None => own.clone(),
    };
    if let Some(mut grant) = grant(record, &exercised_name(option), lines) {
        let begins = Life::Begins { each_country: false, when: Some(state("effective")), ends: None };
        grant.life.push((begins, record.at));
        out.push((exercised_name(option), grant));
    }
    if let Some(before) = record.below(Form::OptionBefore) {
        let mut lines = own;
        lines.retain(|line| line.clause != Form::GrantGrade);
        if let Some(grade) = before.get(Label::Before) {
            lines.push(one(Form::GrantGrade, Label::Grade, grade.clone(), before));
        }
        if let Some(mut grant) = grant(record, &before_name(option), merged(lines, &before.below)) {
            let held = Condition::All(vec![state("there"), Condition::Not(Box::new(state("effective")))]);
            grant.life.push((Life::While(held, None), before.at));
            out.push((before_name(option), grant));
        }
    }
    out
}

/// What the option is on, as the lines of a grant.
fn lines_of(line: &Record) -> Vec<Record> {
    let parts = [
        (Form::GrantGrade, Label::Grade),
        (Form::GrantUnder, Label::Assets),
        (Form::GrantTo, Label::Acts),
        (Form::GrantFor, Label::Fields),
        (Form::GrantIn, Label::Territory),
        (Form::GrantOf, Label::Products),
    ];
    let made =
        parts.into_iter().filter_map(|(form, label)| Some(one(form, label, line.get(label)?.clone(), line)));
    made.collect()
}

fn one(form: Form, label: Label, value: Value, at: &Record) -> Record {
    let parts = Parts(vec![Part { key: Key::Label(label), value }]);
    Record { clause: form, at: at.at, parts, below: Vec::new() }
}

/// Lines of which those of the second replace those of the first that are of their kind.
fn merged(mut lines: Vec<Record>, over: &[Record]) -> Vec<Record> {
    lines.retain(|line| !over.iter().any(|other| other.clause == line.clause));
    lines.extend(over.iter().cloned());
    lines
}

fn grant(record: &Record, name: &Name, below: Vec<Record>) -> Option<Grant> {
    let mut parts = vec![Part { key: Key::Label(Label::Name), value: Value::Name(name.clone()) }];
    for label in [Label::From, Label::To] {
        parts.extend(
            record
                .names(label)
                .into_iter()
                .map(|party| Part { key: Key::Label(label), value: Value::Name(party) }),
        );
    }
    Grant::read(&Record { clause: Form::FileGrant, at: record.at, parts: Parts(parts), below })
}
