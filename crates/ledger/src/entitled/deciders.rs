//! Decisions by a party that no clause lets decide, and decisions of what nobody decides: how exclusive a right is.
//!
//! An expert, a court or a committee decides what is put to it. A party decides alone only where a clause says so: what it
//! says otherwise is its own view, so the entry is left out, and told. What both agree on beside the text is an amendment.

use super::Asked;
use crate::event::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::Model;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Condition, Name};

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

/// A finding for a decision by who does not decide, or of what nobody does.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    match &asked.event.kind {
        EventKind::Determined { name, by: Some(by), .. } => alone(asked, by, Some(name)),
        EventKind::Told { word, parts, .. } if word == "decided" => {
            graded(asked.event, parts).or_else(|| parts.name(Label::By).and_then(|by| alone(asked, by, None)))
        }
        _ => None,
    }
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
fn alone(asked: &Asked<'_>, by: &Name, of: Option<&Name>) -> Option<Diagnostic> {
    let mut models = asked.editions.0.iter().map(|edition| &edition.model);
    let party = models.any(|model| model.parties.contains_key(by) || model.group(by).is_some());
    if !party || asked.deal.undefined.contains(by.as_str()) {
        return None;
    }
    let mut others: Option<At> = None;
    for model in asked.editions.until(asked.event.date) {
        for (who, at) in deciders(model, of) {
            // A committee or an expert is no party, and nobody comes into its place.
            let parties: Vec<Name> = who.into_iter().filter(|one| is_party(asked, one)).collect();
            if !parties.is_empty() && asked.may_be(by, &parties, of) {
                return None;
            }
            others.get_or_insert(at);
        }
    }
    let what = of.map(|name| format!(" on `{name}`")).unwrap_or_default();
    let problem = asked.event.left_out("not-its-decision", format!("no clause lets `{by}` decide{what}"));
    let problem = match others.filter(|_| of.is_some()) {
        Some(at) => problem.with_also(at.file, at.span(), "who decides is said here"),
        None => problem,
    };
    Some(
        problem
            .with_help("name who decided, as `expert` or a committee; what both agreed on is an amendment"),
    )
}

/// Whether a name is of a party or a group, or withheld.
fn is_party(asked: &Asked<'_>, name: &Name) -> bool {
    let known = |model: &Model| model.parties.contains_key(name) || model.group(name).is_some();
    name.is_blank() || asked.editions.0.iter().any(|edition| known(&edition.model))
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
