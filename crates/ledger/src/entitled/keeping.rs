//! Choices to go on with something that ended or could end, told without the name of a clause.
//!
//! Three clauses offer one without having a name: a licensee may keep the licence of a licensor that failed, a party may
//! keep at a lower price what the other side broke, and a licensor may choose that sublicences become its own. A choice to go
//! on by anybody else, or with anything else, is one that nobody offered: it is left out, and told.

use super::Asked;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Model, renews};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Name, Value};

/// Whether an effect is that something goes on.
pub(super) fn goes_on(effect: &Value) -> bool {
    match effect {
        Value::Parts(parts) => {
            parts.word(Label::Verb) == Some("continues")
                || parts.word(Label::Agreement) == Some("continues")
                || renews(effect)
        }
        _ => false,
    }
}

/// A finding, where no clause offers the party that something goes on.
pub(super) fn offered_to_another(asked: &Asked<'_>, by: &Name, effects: &[Value]) -> Option<Diagnostic> {
    let offers = |effect| asked.editions.until(asked.event.date).flat_map(move |model| offers(model, effect));
    let kept = |effect: &Value| match effect {
        Value::Parts(parts) => parts.name(Label::Name).cloned(),
        _ => None,
    };
    let is_theirs = |effect| offers(effect).any(|(whose, _)| asked.may_be(by, &whose, kept(effect).as_ref()));
    let strange = effects.iter().filter(|effect| goes_on(effect)).find(|effect| !is_theirs(effect))?;
    let what = kept(strange).map(|name| format!("`{name}`"));
    let what = what.unwrap_or_else(|| "the agreement".to_string());
    let problem =
        asked.event.left_out("not-offered", format!("no clause lets `{by}` choose that {what} goes on"));
    Some(match offers(strange).next() {
        Some((_, at)) => problem
            .with_also(at.file, at.span(), "this clause offers it to another")
            .with_help("name the party that chose, or take the entry out"),
        None => {
            problem.with_help("where the parties agreed on it, tell their amendment; else take the entry out")
        }
    })
}

/// A finding for an entry that the agreement was renewed, where none of its terms lets it be, or lets another do it.
pub(super) fn renewed(asked: &Asked<'_>) -> Option<Diagnostic> {
    let (by, event) = (&asked.act.by, asked.event);
    let models = || asked.editions.until(event.date);
    let as_effect = |parts: &Parts| parts.has(Label::Renews);
    let is_effect = |effect: &Value| matches!(effect, Value::Parts(parts) if as_effect(parts));
    let chosen = models().flat_map(|model| &model.triggers).any(|trigger| {
        let offered = trigger.choice.iter().flat_map(|(_, _, offered)| offered);
        trigger.then.iter().chain(offered).any(is_effect)
    });
    let mut clauses = models().filter_map(|model| model.header.renews.as_ref()).peekable();
    let Some(first) = clauses.peek().copied() else {
        let header = &asked.editions.on(event.date).header;
        let problem = event
            .left_out("not-offered", "no clause lets the agreement be renewed")
            .with_also(header.at.file, header.at.span(), "its term is said here")
            .with_help(
                "say it in the agreement, as in `renews for 2 years`; what was agreed since is an amendment",
            );
        return (!chosen).then_some(problem);
    };
    let theirs = |own: &Option<Name>| {
        own.as_ref().is_none_or(|own| by.iter().any(|by| asked.may_be(by, std::slice::from_ref(own), None)))
    };
    if by.is_empty() || clauses.any(|renewal| theirs(&renewal.by)) {
        return None;
    }
    let names = by.iter().map(|by| format!("`{by}`")).collect::<Vec<_>>().join(", ");
    Some(
        event
            .left_out("not-its-choice", format!("the agreement is not renewed by {names}"))
            .with_also(first.at.file, first.at.span(), "who renews it is said here")
            .with_help("name the party that renewed it, or take the entry out"),
    )
}

/// The clauses of an edition that offer that something goes on, each with whom it offers it to; to nobody in particular is
/// to any party.
fn offers(model: &Model, effect: &Value) -> Vec<(Vec<Name>, At)> {
    let Value::Parts(parts) = effect else { return Vec::new() };
    let mut out = Vec::new();
    if renews(effect) {
        out.extend(model.header.renews.as_ref().map(|r| (r.by.iter().cloned().collect(), r.at)));
        return out;
    }
    let name = parts.name(Label::Name);
    for record in &model.records {
        match record.clause {
            // Whoever holds the licence that is kept.
            Form::FileInsolvency => {
                let kept = |of: &Name| name.is_none_or(|name| name == of || name.is_blank());
                let holders = model.grants.iter().filter(|(of, _)| kept(of));
                let holders: Vec<Name> = holders.flat_map(|(_, grant)| grant.to.iter().cloned()).collect();
                let line = record.below(Form::InsolvencyElection).filter(|_| !holders.is_empty());
                out.extend(line.map(|line| (holders, line.at)));
            }
            Form::FileTerminate => {
                out.extend(
                    record.all_below(Form::TerminateKeeps).map(|line| (line.names(Label::By), line.at)),
                );
            }
            _ => {}
        }
    }
    // A sublicence is told under a name of its own.
    if name.is_some_and(|name| !model.grants.contains_key(name)) {
        let ends = model.grants.values().filter_map(|grant| grant.sublicences_end.as_ref());
        out.extend(ends.filter_map(|end| Some((vec![end.choice.clone()?], end.at))));
    }
    out
}
