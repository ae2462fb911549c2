//! Decisions by a party that no clause lets decide, and decisions of what nobody decides: how exclusive a right is.
//!
//! An expert, a court or a committee decides what is put to it. A party decides alone only where a clause says so: what it
//! says otherwise is its own view, so the entry is left out, and told. What both agree on beside the text is an amendment.

use crate::event::{Event, EventKind};
use crate::parties::is_in;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::model::{Editions, Model};
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Condition, Name};
use counterpart_terms::{At, Deal};
use std::collections::BTreeSet;

/// The lines that say who decides.
const DECIDES: [Form; 8] = [
    Form::EventDecided,
    Form::OpenTermDecided,
    Form::ProsecutionDecided,
    Form::AllocationStep,
    Form::DisputesStep,
    Form::DisputesFinal,
    Form::CommitteeFinal,
    Form::CommitteeDecides,
];

/// Takes them out; a finding for each.
pub(crate) fn left_out(deal: &Deal, editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let heirs = crate::parties::heirs(events);
    let mut found = Vec::new();
    events.retain(|event| {
        let problem = match &event.kind {
            EventKind::Determined { name, by: Some(by), .. } => {
                alone(deal, editions, event, (by, Some(name)), &heirs)
            }
            EventKind::Told { word, parts, .. } if word == "decided" => graded(event, parts).or_else(|| {
                parts.name(Label::By).and_then(|by| alone(deal, editions, event, (by, None), &heirs))
            }),
            _ => None,
        };
        let kept = problem.is_none();
        found.extend(problem);
        kept
    });
    found
}

/// A decision that a right is of some grade.
fn graded(event: &Event, parts: &Parts) -> Option<Diagnostic> {
    let decision = parts.parts(Label::Decision)?;
    let graded = decision.parts(Label::Value).is_some_and(|value| value.has(Label::Grade))
        || decision.grade(Label::Value).is_some();
    let name = decision.name(Label::Name).filter(|_| graded)?;
    Some(
        event
            .left_out("not-its-decision", format!("how exclusive `{name}` is, nobody decides"))
            .with_help("a right is changed by a clause or an amendment; where one was made, tell it")
            .with_help("where it is only kept for the record, write it in quotes"),
    )
}

/// A decision by one party, where no clause lets it decide.
fn alone(
    deal: &Deal,
    editions: &Editions,
    event: &Event,
    (by, of): (&Name, Option<&Name>),
    heirs: &BTreeSet<Name>,
) -> Option<Diagnostic> {
    let party = editions.0.iter().any(|e| e.model.parties.contains_key(by) || e.model.group(by).is_some());
    if !party || deal.undefined.contains(by.as_str()) {
        return None;
    }
    let mut others: Option<At> = None;
    for edition in &editions.0 {
        for (who, at) in deciders(&edition.model, of) {
            let theirs = |one: &Name| {
                one == by || one.is_blank() || is_in(editions, one, by) || is_in(editions, by, one)
            };
            if heirs.contains(by) || who.iter().any(theirs) {
                return None;
            }
            others.get_or_insert(at);
        }
    }
    let what = of.map(|name| format!(" on `{name}`")).unwrap_or_default();
    let problem = event.left_out("not-its-decision", format!("no clause lets `{by}` decide{what}"));
    let problem = match others.filter(|_| of.is_some()) {
        Some(at) => problem.with_also(at.file, at.span(), "who decides is said here"),
        None => problem,
    };
    Some(
        problem
            .with_help("name who decided, as `expert` or a committee; what both agreed on is an amendment"),
    )
}

/// Who decides on a thing, or on anything, by a model, with the lines that say so.
fn deciders(model: &Model, of: Option<&Name>) -> Vec<(Vec<Name>, At)> {
    let mut out = Vec::new();
    for record in &model.records {
        if of.is_some_and(|of| record.name(Label::Name) != Some(of)) {
            continue;
        }
        record.walk(&mut |line: &Record| {
            if DECIDES.contains(&line.clause) {
                let labels = [Label::By, Label::Who, Label::Casting, Label::Party];
                let named: Vec<Name> = labels.into_iter().flat_map(|label| line.names(label)).collect();
                if !named.is_empty() {
                    out.push((named, line.at));
                }
            }
        });
    }
    if of.is_none() {
        for class in &model.improvements {
            let mut named = Vec::new();
            class.when.iter().for_each(|test| asked(test, &mut named));
            if !named.is_empty() {
                out.push((named, class.at));
            }
        }
    }
    out
}

/// Whose decision a test is.
fn asked(test: &Condition, out: &mut Vec<Name>) {
    match test {
        Condition::All(of) | Condition::Any(of) => of.iter().for_each(|one| asked(one, out)),
        Condition::Not(of) => asked(of, out),
        Condition::Other(parts) => out.extend(parts.name(Label::Decider).cloned()),
        _ => {}
    }
}
