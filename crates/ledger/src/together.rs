//! What takes all of those who talk, and is told of some of them: one party alone agrees on nothing. Such an entry is left
//! out, and told. Who made a proposal agrees to it, and so its acceptance is told of the others.

use crate::event::{Event, EventKind};
use crate::parties::{heirs, is_one};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::model::Editions;
use counterpart_terms::record::{Parts, Record, in_parts};
use counterpart_terms::value::{Name, Value};
use counterpart_terms::{At, Deal};
use std::collections::BTreeSet;

/// Takes them out; a finding for each.
pub(crate) fn left_out(deal: &Deal, editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let agreed = |event: &Event| matches!(&event.kind, EventKind::Told { word, .. } if word == "agreed");
    if !events.iter().any(agreed) {
        return Vec::new();
    }
    let heirs = heirs(events);
    let proposed = proposals(events);
    let mut found = Vec::new();
    events.retain(|event| {
        let EventKind::Told { word, parts, .. } = &event.kind else { return true };
        if word != "agreed" {
            return true;
        }
        let mut by = parts.names(Label::By);
        if let Some(accepted) = parts.name(Label::As) {
            by.extend(proposed.iter().filter(|(name, _)| name == accepted).map(|(_, by)| by.clone()));
        }
        let (talking, at) = who_talks(deal, editions, parts);
        let lacking: Vec<Name> = talking
            .into_iter()
            .filter(|one| !one.is_blank() && !by.iter().any(|by| stands_for(editions, by, one)))
            .collect();
        // Whoever came into the place of a party agrees for one of them.
        if by.iter().filter(|by| heirs.contains(*by)).count() >= lacking.len() {
            return true;
        }
        let names = lacking.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
        found.push(
            event
                .left_out("agreed-by-some", format!("nothing tells that {names} agreed"))
                .with_also(at.file, at.span(), "those who have to agree stand here")
                .with_help(format!("where all agreed, name all: `by {}`", list(&by, &lacking))),
        );
        false
    });
    found
}

/// Whether who agreed agrees for one of those who have to.
fn stands_for(editions: &Editions, by: &Name, one: &Name) -> bool {
    is_one(editions, by, std::slice::from_ref(one), &BTreeSet::new())
}

fn list(by: &[Name], lacking: &[Name]) -> String {
    by.iter().chain(lacking).map(Name::as_str).collect::<Vec<_>>().join(", ")
}

/// The proposals that were made, each with its party.
fn proposals(events: &[Event]) -> Vec<(Name, Name)> {
    let made = |event: &Event| match &event.kind {
        EventKind::Told { word, parts, .. } if matches!(word.as_str(), "proposed" | "countered") => {
            Some((parts.name(Label::As)?.clone(), parts.name(Label::By)?.clone()))
        }
        _ => None,
    };
    events.iter().filter_map(made).collect()
}

/// Who has to agree: the parties of the negotiation an issue belongs to, or else those of the agreement.
fn who_talks(deal: &Deal, editions: &Editions, parts: &Parts) -> (Vec<Name>, At) {
    let header = &editions.first().header;
    let issues: Vec<Name> = parts
        .all(Label::Setting)
        .filter_map(|setting| match setting {
            Value::Parts(setting) => setting.name(Label::Name).cloned(),
            _ => None,
        })
        .collect();
    let about = |record: &&Record| {
        let mut own = record.all_below(Form::NegotiationIssue);
        record.clause == Form::FileNegotiation
            && own.any(|issue| issue.name(Label::Name).is_some_and(|name| issues.contains(name)))
    };
    let all = in_parts(&deal.records);
    let between = all.into_iter().find(about).and_then(|talks| talks.below(Form::NegotiationBetween));
    match between {
        Some(line) => (line.names(Label::Parties), line.at),
        None => (header.parties.clone(), header.at),
    }
}
