//! What takes two and is told of one party: an assignment to the one that assigns, control that passes to the party
//! itself, patents asserted against the one that asserts them; and patents asserted against their owner, or infringed or
//! challenged by it. Each is left out, and told.

use super::Asked;
use crate::event::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::record::Parts;
use counterpart_terms::value::Name;
use counterpart_terms::{At, Record};

/// A word of the journal, from whom and to whom, and what is said where both are the same.
const BETWEEN_TWO: [(&str, Label, Label, &str); 6] = [
    ("replaced", Label::Name, Label::New, "replaces itself"),
    ("issued", Label::Of, Label::To, "issues shares to itself"),
    ("assigned", Label::By, Label::To, "assigns to itself what it has"),
    ("control", Label::Of, Label::To, "comes under its own control"),
    ("asserted", Label::By, Label::Against, "asserts patents against itself"),
    ("withdrew", Label::By, Label::Against, "withdraws what it asserted against itself"),
];

/// A finding for what is told of one party and takes two.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let EventKind::Told { word, parts, .. } = &asked.event.kind else { return None };
    to_itself(asked.event, word, parts).or_else(|| {
        let (whose, said) = match word.as_str() {
            "asserted" => (Label::Against, "asserted against"),
            "infringed" => (Label::By, "infringed by"),
            "challenged" => (Label::By, "challenged by"),
            _ => return None,
        };
        against_owner(asked, (parts.name(whose)?, said), parts.name(Label::Assets)?)
    })
}

fn to_itself(event: &Event, word: &str, parts: &Parts) -> Option<Diagnostic> {
    let (_, from, to, said) = BETWEEN_TWO.iter().find(|(of, ..)| *of == word)?;
    let (from, to) = (parts.name(*from)?, parts.name(*to)?);
    (from == to && !from.is_blank()).then(|| {
        event
            .left_out("same-party", format!("`{from}` {said}"))
            .with_help("name the other party, or take the entry out")
    })
}

/// What was ever assigned to somebody.
fn assigned(event: &Event) -> Option<&Name> {
    match &event.kind {
        EventKind::Told { word, name: Some(name), .. } if word == "assigned" => Some(name),
        _ => None,
    }
}

/// Patents asserted against the only one who owns them, as the text says, where none of them ever passed to another; or
/// infringed or challenged by it.
fn against_owner(asked: &Asked<'_>, (owner, said): (&Name, &str), assets: &Name) -> Option<Diagnostic> {
    let records = || asked.editions.0.iter().flat_map(|edition| &edition.model.records);
    let about =
        |record: &&Record| record.clause == Form::FileAssets && record.name(Label::Name) == Some(assets);
    let passes = |record: &Record| {
        let names = |line: &Record| line.name_any(&|name: &Name| name == assets || name.is_blank());
        matches!(record.clause, Form::FileAssign | Form::FileBuyOut | Form::FileTrigger | Form::FileAfterEnd)
            && {
                let mut found = false;
                record.walk(&mut |line| found |= names(line));
                found
            }
    };
    if asked.told().filter_map(assigned).any(|of| of == assets) || records().any(passes) {
        return None;
    }
    let is_its = |record: &Record| record.names(Label::Of) == [owner.clone()];
    let at: At = records().find(about)?.at;
    if !records().filter(about).all(is_its) {
        return None;
    }
    Some(
        asked
            .event
            .left_out("against-its-owner", format!("`{assets}` is {said} `{owner}`, who owns it"))
            .with_also(at.file, at.span(), "whose it is")
            .with_help("name another's patents, or turn the parties round"),
    )
}
