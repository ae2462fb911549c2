//! What takes all of those who talk, and is told of some of them: one party alone agrees on nothing, nor settles a dispute.
//! Such an entry is left out, and told. Who made a proposal agrees to it, and so its acceptance is told of the others.

use super::Asked;
use crate::event::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::At;
use counterpart_terms::record::{Parts, Record, in_parts};
use counterpart_terms::value::{Name, Value};

/// A finding for what some agreed on and others have to.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let EventKind::Told { word, parts, name, .. } = &asked.event.kind else { return None };
    if word == "settled" {
        return name.as_ref().and_then(|name| settled(asked, name));
    }
    if word != "agreed" {
        return None;
    }
    let mut by = asked.act.by.clone();
    let on = parts.name(Label::As);
    by.extend(asked.told().filter_map(proposal).filter(|(name, _)| Some(name) == on).map(|(_, by)| by));
    let (talking, at) = who_talks(asked, parts);
    let agreed =
        |one: &Name| one.is_blank() || by.iter().any(|by| asked.may_be(by, std::slice::from_ref(one), on));
    let lacking: Vec<Name> = talking.into_iter().filter(|one| !agreed(one)).collect();
    if lacking.is_empty() {
        return None;
    }
    let names = lacking.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
    Some(
        asked
            .event
            .left_out("agreed-by-some", format!("nothing tells that {names} agreed"))
            .with_also(at.file, at.span(), "those who have to agree stand here")
            .with_help(format!("where all agreed, name all: `by {}`", list(&by, &lacking))),
    )
}

/// A finding for a dispute that is settled by one side alone: without the party that raised it, or without another.
fn settled(asked: &Asked<'_>, name: &Name) -> Option<Diagnostic> {
    let by = &asked.act.by;
    let raised = asked.told().rev().find_map(|one| match &one.kind {
        EventKind::Told { word, name: Some(of), parts, .. } if word == "dispute" && of == name => {
            Some((parts.name(Label::By)?.clone(), one.at)).filter(|_| one.date <= asked.event.date)
        }
        _ => None,
    });
    let (raiser, at) = raised.filter(|_| !by.is_empty())?;
    let is_raiser = |one: &Name| asked.may_be(one, std::slice::from_ref(&raiser), None);
    let lacking: Vec<Name> = match (by.iter().any(is_raiser), by.iter().all(is_raiser)) {
        (false, _) => vec![raiser],
        (true, true) => {
            let header = &asked.editions.on(asked.event.date).header;
            header.parties.iter().filter(|one| !one.is_blank() && !is_raiser(one)).cloned().collect()
        }
        (true, false) => return None,
    };
    let names = lacking.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(" or ");
    (!lacking.is_empty()).then(|| {
        asked
            .event
            .left_out("agreed-by-some", format!("nothing tells that {names} settled `{name}` too"))
            .with_also(at.file, at.span(), "raised here")
            .with_help("name both sides, or nobody where it was decided for them")
    })
}

fn list(by: &[Name], lacking: &[Name]) -> String {
    by.iter().chain(lacking).map(Name::as_str).collect::<Vec<_>>().join(", ")
}

/// The proposal an entry makes, with its party.
fn proposal(event: &Event) -> Option<(Name, Name)> {
    match &event.kind {
        EventKind::Told { word, parts, .. } if matches!(word.as_str(), "proposed" | "countered") => {
            Some((parts.name(Label::As)?.clone(), parts.name(Label::By)?.clone()))
        }
        _ => None,
    }
}

/// Who has to agree: the parties of the negotiation an issue belongs to, or else those of the agreement.
fn who_talks(asked: &Asked<'_>, parts: &Parts) -> (Vec<Name>, At) {
    let header = &asked.editions.on(asked.event.date).header;
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
    let all = in_parts(&asked.deal.records);
    let between = all.into_iter().find(about).and_then(|talks| talks.below(Form::NegotiationBetween));
    match between {
        Some(line) => (line.names(Label::Parties), line.at),
        None => (header.parties.clone(), header.at),
    }
}
