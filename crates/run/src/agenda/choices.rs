//! What an effect asks of a party, or a party took upon itself by a choice: to stop or divest something, or to reach a
//! milestone.

use super::{Duty, Kind, State};
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::model::{Timed, Trigger, Where, same_effect};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Duration, Name, Territory, Value};

/// What follows from the choices that were made.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let mut out = Vec::new();
    let mut told: Vec<(Date, Name)> = Vec::new();
    for event in run.facts.happened() {
        if let EventKind::Chose { in_: Some(name), .. } = &event.kind {
            told.push((event.date, name.clone()));
        }
    }
    told.dedup();
    for (day, name) in told {
        let model = run.model_on(day);
        let Some(trigger) = model.triggers.iter().find(|trigger| trigger.name == name) else { continue };
        let fired = run.followed(model, trigger);
        for made in run.choices_under(trigger, &fired).into_iter().filter(|made| made.event.date == day) {
            let (event, Value::Parts(chosen)) = (made.event, made.told) else { continue };
            let Some((duty, timed)) = follows(run, trigger, chosen, made.by) else { continue };
            let there = place(chosen);
            let places = there.map(|there| Name::list(&there.places)).filter(|told| !told.is_empty());
            let duty = Duty { place: places, ..duty };
            let duty = match run.is_open(trigger, &made.fired, (day, &Where::read(chosen))) {
                Ok(true) => duty,
                Ok(false) => continue,
                Err(why) => Duty { unknown: Some(why.reason), ..duty },
            };
            let due = run.clock().shift(day, &timed.within, false);
            let agreed = done(run, day, chosen);
            out.extend(timed.closed.as_ref().map(|time| closing(run, &duty, event, agreed, time)));
            out.push(run.standing_of(duty, due, agreed));
        }
    }
    out.extend(at_once(run));
    out
}

/// What effects ask of a party without a time for it: it is due on the day the effect comes about.
fn at_once(run: &Run<'_>) -> Vec<Duty> {
    let mut out = Vec::new();
    for came in run.came_about(None, &|effect| is_asked(run, effect)) {
        let Value::Parts(effect) = &came.effect else { continue };
        let timed = |trigger: &Trigger| {
            trigger.at == came.at && trigger.time_for(|one| same_effect(&came.effect, one)).is_some()
        };
        // What was chosen with a time is followed by that.
        if came.chosen.is_some() && run.model_on(came.from).triggers.iter().any(timed) {
            continue;
        }
        let by = came.chosen.as_ref().map(|chosen| &chosen.by);
        let Some(duty) = asked(run, effect, by, run.place(came.at)) else { continue };
        let there = place(effect).map(|there| Name::list(&there.places)).filter(|told| !told.is_empty());
        let duty = Duty {
            to: Name::list(&others(run, &duty.by)),
            place: there.or_else(|| came.place.as_ref().map(ToString::to_string)),
            unknown: came.doubt.as_ref().map(|why| why.reason.clone()),
            ..duty
        };
        let due = came.doubt.map_or(Ok(came.from), Err);
        out.push(run.standing_of(duty, due, done(run, came.from, effect)));
    }
    out
}

/// Whether an effect asks something of a party: to stop or divest something, or to reach a milestone.
fn is_asked(run: &Run<'_>, effect: &Value) -> bool {
    let Value::Parts(parts) = effect else { return false };
    let milestone = |name: &Name| run.models().any(|model| model.market.milestones.contains_key(name));
    act(parts).is_some() || is_due(parts) && parts.name(Label::Name).is_some_and(milestone)
}

/// The duty that an effect asks for; who is to reach a milestone that names nobody is whoever chose it.
fn asked(run: &Run<'_>, effect: &Parts, by: Option<&Name>, clause: String) -> Option<Duty> {
    if let (Some(party), Some(act)) = (effect.name(Label::Does), act(effect)) {
        let duty = Duty::new(act, Name::list(&effect.names(Label::What)), clause);
        return Some(Duty { by: party.to_string(), ..duty });
    }
    let name = effect.name(Label::Name).filter(|_| is_due(effect))?;
    let bearers = run.model_now().market.milestones.get(name).map(|m| m.by.clone()).unwrap_or_default();
    let bearers = if bearers.is_empty() { by.into_iter().cloned().collect() } else { bearers };
    Some(Duty { kind: Kind::Achieve, by: Name::list(&bearers), ..Duty::new("reach", name, clause) })
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
    let same = |offered: &Value| match offered {
        Value::Parts(line) => {
            let does = |party| line.name(Label::Does).is_some_and(|does| does.may_be(party));
            let reaches = |name| is_due(line) && line.name(Label::Name).is_some_and(|due| due.may_be(name));
            match (chosen.name(Label::Does), chosen.name(Label::Name)) {
                (Some(party), _) => does(party) && act(line) == act(chosen),
                (None, name) => name.is_some_and(reaches),
            }
        }
        _ => false,
    };
    let within = trigger.time_for(same)?;
    Some((of(asked(run, chosen, Some(by), run.place(trigger.at))?), within))
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
fn done<'m>(run: &Run<'m>, from: Date, chosen: &Parts) -> Option<&'m Event> {
    let what = chosen.names(Label::What);
    let name = chosen.name(Label::Name);
    let here = |told: &Option<Name>| match (place(chosen), told) {
        (Some(there), Some(told)) => there.places.contains(told),
        _ => true,
    };
    run.facts.happened().find(|event| {
        event.date >= from
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
