//! Choices that a trigger offers nobody, or not to that party; and notices of a trigger by a party that is not to give it.
//!
//! A trigger says who may give notice, who may choose, and among what. An entry by anybody else, or of anything else,
//! moves nothing under it: it is left out, and told with what the clause offers.

use super::{Asked, keeping};
use crate::event::{Event, EventKind, Notice};
use counterpart_syntax::{Diagnostic, Label};
use counterpart_terms::Record;
use counterpart_terms::model::{Editions, Effect, Same, Trigger, Where, is_offered, same_effect};
use counterpart_terms::names::SymbolKind;
use counterpart_terms::value::{Name, Value};

/// A finding for a choice, a notice or a renewal that nothing offers its party.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    match &asked.event.kind {
        EventKind::Notice(notice) => noticed(asked, notice),
        EventKind::Chose { by, in_: Some(of), effects } => chosen(asked, (by, of, effects)),
        EventKind::Chose { by, in_: None, effects } => {
            offered_by_none(asked, by, effects).or_else(|| keeping::offered_to_another(asked, by, effects))
        }
        EventKind::Told { word, .. } if word == "renewed" => keeping::renewed(asked),
        _ => None,
    }
}

/// The trigger of a name as it stood on the day of an entry, or in the terms nearest to it that have it.
fn trigger<'m>(editions: &'m Editions, event: &Event, name: &Name) -> Option<&'m Trigger> {
    let now = editions.on(event.date).triggers.iter().find(|t| t.name == *name);
    now.or_else(|| editions.0.iter().rev().flat_map(|e| &e.model.triggers).find(|t| t.name == *name))
}

fn noticed(asked: &Asked<'_>, notice: &Notice) -> Option<Diagnostic> {
    let event = asked.event;
    // One with words is a record, whoever wrote it.
    let of = notice.of.as_ref().filter(|_| notice.words.is_none())?;
    let trigger = trigger(asked.editions, event, of)?;
    let (by, _) = trigger.notice.as_ref()?;
    if asked.may_be(&notice.by, by, Some(of)) {
        return None;
    }
    let message = format!("`{}` is not the one who gives notice of `{of}`", notice.by);
    let problem = Diagnostic::error("notice-by-another", event.at.span(), message)
        .in_file(event.at.file)
        .with_also(trigger.at.file, trigger.at.span(), format!("notice by {}", list(by)))
        .with_note(left_out_because(asked, (&notice.by, by)))
        .with_help(format!(
            "where it is only kept for the record, add its words: `notice of {of} by {}: \"…\"`",
            notice.by
        ));
    Some(match asked.now(by, of).first() {
        Some(one) => problem.with_help(format!("where {one} gave it, write `notice of {of} by {one}`")),
        None => problem,
    })
}

/// Why an entry of a party is left out: it is not one of these, or has passed on what it had.
fn left_out_because(asked: &Asked<'_>, (by, of): (&Name, &[Name])) -> String {
    let passed = asked.heirs.last_passed(by, asked.event.date).filter(|_| asked.may_have_been(by, of));
    match passed {
        Some((what, to, since)) => format!(
            "{by} assigned `{what}` to {to} on {since}, and has no part in it any more; the entry is left out"
        ),
        None => "nothing follows from it, and the entry is left out".to_string(),
    }
}

type Choice<'e> = (&'e Name, &'e Name, &'e [Value]);

fn chosen(asked: &Asked<'_>, (by, of, effects): Choice<'_>) -> Option<Diagnostic> {
    let event = asked.event;
    let problem = |code, message: String| event.left_out(code, message);
    let Some(trigger) = trigger(asked.editions, event, of) else {
        let symbol = asked.deal.symbols.get(of.as_str())?;
        let help = match symbol.kind {
            SymbolKind::Trigger => return None,
            SymbolKind::Window => {
                "what both agreed on in it is an amendment: tell it; where one chose, name the trigger"
            }
            _ => "name the trigger the choice belongs to, or take the entry out",
        };
        return Some(
            problem("not-offered", format!("`{of}` is {}, and offers nobody a choice", symbol.kind.human()))
                .with_also(symbol.at.file, symbol.at.span(), "defined here")
                .with_help(help),
        );
    };
    let Some((who, _, offered)) = &trigger.choice else {
        return Some(
            problem("not-offered", format!("`{of}` offers nobody a choice"))
                .with_also(trigger.at.file, trigger.at.span(), "what follows from it, follows at once")
                .with_help("take the entry out; where the parties agreed on it, tell their amendment"),
        );
    };
    if !asked.may_be(by, std::slice::from_ref(who), Some(of)) {
        let now = asked.now(std::slice::from_ref(who), of);
        let may = now.first().copied().unwrap_or(who);
        return Some(
            Diagnostic::error(
                "not-its-choice",
                event.at.span(),
                format!("`{by}` may not choose in `{of}`: `{may}` may"),
            )
            .in_file(event.at.file)
            .with_also(trigger.at.file, trigger.at.span(), format!("`{who}` may choose"))
            .with_note(left_out_because(asked, (by, std::slice::from_ref(who))))
            .with_help(format!("where {may} chose, write `chose by {may} in {of}`; else take the entry out")),
        );
    }
    let market = &asked.editions.on(event.date).market;
    let offers = |effect: &Value, one: &Value| is_offered(effect, one, (market, event.date)) != Same::No;
    let Some(strange) = effects.iter().find(|effect| !offered.iter().any(|one| offers(effect, one))) else {
        let which = effects.iter().find_map(|effect| not_said_which(asked, effect, (trigger, offered)));
        return which.or_else(|| effects.iter().find_map(|effect| not_reached(asked, effect)));
    };
    let what = Effect::read(strange).and_then(|effect| effect.name);
    let message = match what {
        Some(name) => format!("`{of}` does not offer this of `{name}`"),
        None => format!("`{of}` does not offer this"),
    };
    Some(
        problem("not-offered", message)
            .with_also(trigger.at.file, trigger.at.span(), format!("what `{who}` may choose stands here"))
            .with_help("write one of its choices; where the parties agreed on another, tell their amendment"),
    )
}

/// A finding for an effect that is offered in one part or in another, and chosen without saying which.
fn not_said_which(
    asked: &Asked<'_>,
    effect: &Value,
    (trigger, offered): (&Trigger, &[Value]),
) -> Option<Diagnostic> {
    let part = |effect: &Value| Effect::read(effect).map(|effect| effect.part).unwrap_or_default();
    let is_named = |part: &Where| part.territory.is_some() || !part.names.is_empty();
    if is_named(&part(effect)) {
        return None;
    }
    let own: Vec<Where> = offered.iter().filter(|one| same_effect(effect, one)).map(part).collect();
    let lines = trigger.lines.iter().filter(|line| line.iter().any(|one| same_effect(effect, one))).count();
    if lines < 2 || !own.iter().all(is_named) {
        return None;
    }
    let said = |part: &Where| match &part.territory {
        Some(place) => format!("in {place}"),
        None => format!("for {}", list(&part.names)),
    };
    let each = own.iter().map(said).collect::<Vec<_>>().join(" or ");
    let of = &trigger.name;
    Some(
        asked
            .event
            .left_out("not-offered", format!("`{of}` offers this {each}, and which is not said"))
            .with_also(trigger.at.file, trigger.at.span(), "what may be chosen stands here")
            .with_help("write the part with it, as the line that was chosen does"),
    )
}

/// A finding for an effect on a right in a place it does not reach, and that nothing makes it reach.
fn not_reached(asked: &Asked<'_>, effect: &Value) -> Option<Diagnostic> {
    let effect = Effect::read(effect)?;
    let (name, there) = (effect.name?, effect.part.territory?);
    let model = asked.editions.on(asked.event.date);
    let grant = model.grants.get(&name)?;
    let own = grant.territory.as_ref()?;
    let expands = |record: &Record| {
        let mut found = false;
        record.walk(&mut |line| {
            found |= line.parts.0.iter().any(|part| {
                matches!(&part.value, Value::Parts(parts)
                if parts.name(Label::Name) == Some(&name) && parts.has(Label::Scope))
            });
        });
        found
    };
    let places = |territory| model.market.places(territory, asked.event.date);
    let withheld = model.market.has_blank(own) || model.market.has_blank(&there);
    let beyond = asked.editions.0.iter().flat_map(|e| &e.model.records).any(expands);
    if withheld || beyond || places(own).shared(&places(&there)).is_some() {
        return None;
    }
    Some(
        asked
            .event
            .left_out("not-offered", format!("`{name}` does not reach {there}"))
            .with_also(grant.at.file, grant.at.span(), format!("it is for {own}"))
            .with_help("name a place in which it is granted, or take the entry out"),
    )
}

/// A choice that names no clause: to go on with something that could end is one that clauses offer without a name (see
/// [`keeping`]). To change anything else takes a clause that offers it.
fn offered_by_none(asked: &Asked<'_>, by: &Name, effects: &[Value]) -> Option<Diagnostic> {
    let (editions, event) = (asked.editions, asked.event);
    let strange = effects.iter().find(|effect| !keeping::goes_on(effect))?;
    let offers = |trigger: &&Trigger| {
        let offered = trigger.choice.as_ref().map(|(_, _, offered)| offered);
        offered.is_some_and(|offered| offered.iter().any(|one| same_effect(strange, one)))
    };
    let problem = event.left_out("not-offered", format!("no clause is named that offers `{by}` this"));
    Some(match editions.on(event.date).triggers.iter().find(offers) {
        Some(trigger) => problem
            .with_also(trigger.at.file, trigger.at.span(), "this clause offers it")
            .with_help(format!("where it was chosen under it, write `chose by {by} in {}`", trigger.name)),
        None => {
            problem.with_help("where the parties agreed on it, tell their amendment; else take the entry out")
        }
    })
}

fn list(parties: &[Name]) -> String {
    parties.iter().map(Name::as_str).collect::<Vec<_>>().join(" or ")
}
