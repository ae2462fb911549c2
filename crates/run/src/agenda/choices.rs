//! What a party took upon itself by a choice with a time: to stop or divest something, or to reach a milestone.

use super::{Duty, Kind, State};
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_ledger::{Event, EventKind};
use counterpart_syntax::Label;
use counterpart_terms::model::{Timed, Trigger, Where};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Duration, Name, Territory, Value};

/// What follows from the choices that were made.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let mut out = Vec::new();
    for event in run.facts.happened() {
        let EventKind::Chose { by, in_: Some(name), effects } = &event.kind else { continue };
        let model = run.model_on(event.date);
        let Some(trigger) = model.triggers.iter().find(|trigger| trigger.name == *name) else { continue };
        for effect in effects {
            let Value::Parts(chosen) = effect else { continue };
            let Some((duty, timed)) = follows(run, trigger, chosen, by) else { continue };
            let there = place(chosen);
            let places = there.map(|there| Name::list(&there.places)).filter(|told| !told.is_empty());
            let duty = Duty { place: places, ..duty };
            let duty =
                match run.is_open(trigger, &run.followed(model, trigger), (event.date, &Where::read(chosen)))
                {
                    Ok(true) => duty,
                    Ok(false) => continue,
                    Err(why) => Duty { unknown: Some(why.reason), ..duty },
                };
            let due = run.clock().shift(event.date, &timed.within, false);
            let agreed = done(run, event, chosen);
            out.extend(timed.closed.as_ref().map(|time| closing(run, &duty, event, agreed, time)));
            out.push(run.standing_of(duty, due, agreed));
        }
    }
    out
}

/// That what a party agreed to divest is closed: in so long from the day of that.
fn closing(run: &Run<'_>, duty: &Duty, choice: &Event, agreed: Option<&Event>, time: &Duration) -> Duty {
    let duty = Duty { act: "close".into(), ..duty.clone() };
    let closed = run.facts.happened().find(|event| {
        event.date >= choice.date
            && matches!(&event.kind, EventKind::Told { word, name: Some(told), .. }
                if word == "closed" && duty.what.split(", ").any(|what| what == told.as_str()))
    });
    match agreed {
        Some(agreed) => run.standing_of(duty, run.clock().shift(agreed.date, time, false), closed),
        // While nothing is agreed, its time does not run.
        None if closed.is_none() => Duty { state: State::Coming, ..duty },
        None => run.standing_of(duty, Err(Unknown::not_yet("nobody told that it was agreed")), closed),
    }
}

/// The duty that follows from an effect, and how long there is for it.
fn follows<'t>(run: &Run<'_>, trigger: &'t Trigger, chosen: &Parts, by: &Name) -> Option<(Duty, &'t Timed)> {
    let of = |duty: Duty| Duty { to: Name::list(&others(run, &duty.by)), ..duty };
    if let (Some(party), Some(act)) = (chosen.name(Label::Does), act(chosen)) {
        let what = chosen.names(Label::What);
        let same = |offered: &Value| match offered {
            Value::Parts(line) => {
                line.name(Label::Does).is_some_and(|does| does.may_be(party)) && self::act(line) == Some(act)
            }
            _ => false,
        };
        let within = trigger.time_for(same)?;
        let duty = Duty::new(act, Name::list(&what), run.place(trigger.at));
        return Some((of(Duty { by: party.to_string(), ..duty }), within));
    }
    let name = chosen.name(Label::Name).filter(|_| is_due(chosen))?;
    let same = |offered: &Value| match offered {
        Value::Parts(line) => is_due(line) && line.name(Label::Name).is_some_and(|due| due.may_be(name)),
        _ => false,
    };
    let within = trigger.time_for(same)?;
    let bearers = run.model_now().market.milestones.get(name).map(|m| m.by.clone()).unwrap_or_default();
    let bearers = if bearers.is_empty() { by.to_string() } else { Name::list(&bearers) };
    let duty = Duty { kind: Kind::Achieve, by: bearers, ..Duty::new("reach", name, run.place(trigger.at)) };
    Some((of(duty), within))
}

/// All parties but those who owe it.
fn others(run: &Run<'_>, by: &str) -> Vec<Name> {
    run.all_parties().into_iter().filter(|party| !by.split(", ").any(|own| own == party.as_str())).collect()
}

/// What somebody undertakes to do with something of his.
fn act(effect: &Parts) -> Option<&'static str> {
    match effect.word(Label::Act)? {
        "stops" => Some("stop"),
        "divests" => Some("divest"),
        _ => None,
    }
}

fn is_due(effect: &Parts) -> bool {
    effect.word(Label::Verb) == Some("is due")
}

/// Where an effect happens, if it says so.
fn place(effect: &Parts) -> Option<&Territory> {
    effect.parts(Label::Place)?.territory(Label::Territory)
}

/// The entry that carries out what was chosen: what was dropped is stopped, and divested where it was assigned.
fn done<'m>(run: &Run<'m>, choice: &Event, chosen: &Parts) -> Option<&'m Event> {
    let what = chosen.names(Label::What);
    let name = chosen.name(Label::Name);
    let here = |told: &Option<Name>| match (place(chosen), told) {
        (Some(there), Some(told)) => there.places.contains(told),
        _ => true,
    };
    run.facts.happened().find(|event| {
        event.date >= choice.date
            && match &event.kind {
                EventKind::Reached { name: reached, place, .. } => Some(reached) == name && here(place),
                EventKind::Told { word, parts, .. } if word == "dropped" => {
                    parts.names(Label::What).iter().any(|told| what.contains(told))
                }
                EventKind::Told { word, name: Some(told), .. } if word == "assigned" => what.contains(told),
                _ => false,
            }
    })
}
