//! What parties chose under a trigger: an effect that was offered, in the time there was for it, for the part for which the
//! trigger came about.
//!
//! A trigger offers one of its lines each time it comes about. What is chosen first stands: another line, or the same once
//! more for the same part, is no choice any more. Every reader of choices asks [`Run::choices_under`].

use super::came::{Came, Chosen};
use super::{Asked, part_of};
use crate::engine::Run;
use crate::rights::{Cause, Fired, Step};
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_syntax::Label;
use counterpart_terms::model::{Change, Effect, Lasting, Model, Trigger, Where, same_effect};
use counterpart_terms::value::{Name, Territory, Value};

/// An effect that was told to be chosen.
pub(crate) struct Made<'e> {
    /// The entry.
    pub event: &'e Event,
    /// Who chose it.
    pub by: &'e Name,
    /// The effect, as the entry tells it.
    pub told: &'e Value,
    /// The tests under which it counts, or may.
    pub fired: Vec<Fired>,
    /// What was chosen before under a test that would have offered it, so that this is no choice there.
    pub before: Option<&'e Event>,
}

impl Run<'_> {
    /// What parties chose under a trigger, of the effects that are asked for.
    pub(super) fn came_by_choice(
        &self,
        (trigger, model): (&Trigger, &Model),
        fired: &[Fired],
        asked: &Asked<'_>,
    ) -> Vec<Came> {
        let mut out = Vec::new();
        let offered = trigger.choice.iter().flat_map(|(_, _, effects)| effects);
        let offered: Vec<&Value> = offered.filter(|effect| (asked.wanted)(effect)).collect();
        if offered.is_empty() {
            return out;
        }
        for Made { event, by, told, fired, .. } in self.choices_under(trigger, fired) {
            let same = || offered.iter().filter(|one| same_effect(told, one));
            let Some(effect) = same().next() else { continue };
            let part = part_of(told);
            let chosen = Chosen { by: by.clone(), told: told.clone(), part: None };
            let named = part.territory.is_some() || !part.names.is_empty();
            if named || !same().all(|one| part_of(one).that) {
                out.extend(self.as_chosen((trigger, model), &fired, (event, effect, &part), chosen));
                continue;
            }
            // What is offered for that part alone is chosen, where none is named, for each for which it may be.
            for one in &fired {
                let part = Where {
                    territory: one.elsewhere.clone().or_else(|| one.place.as_ref().map(Territory::at)),
                    names: one.of.clone().into_iter().collect(),
                    ..part.clone()
                };
                let chosen = Chosen { part: Some(part.clone()), ..chosen.clone() };
                let one = std::slice::from_ref(one);
                out.extend(self.as_chosen((trigger, model), one, (event, effect, &part), chosen));
            }
        }
        out
    }

    /// What was told to be chosen under a trigger, effect by effect, oldest first, each with the tests under which it may
    /// be: of those that offered a choice then, the ones under which nothing else had been chosen.
    pub(crate) fn choices_under<'a>(&'a self, trigger: &Trigger, fired: &[Fired]) -> Vec<Made<'a>> {
        let mut out: Vec<Made<'a>> = Vec::new();
        // Which test was used by which of them, and why that is not sure.
        let mut used: Vec<(usize, usize, Option<Unknown>)> = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Chose { by, in_: Some(of), effects } = &event.kind else { continue };
            if *of != trigger.name {
                continue;
            }
            for told in effects {
                let parts = each_of(&part_of(told));
                let mut made = Made { event, by, told, fired: Vec::new(), before: None };
                let mut uses = Vec::new();
                for (test, found) in fired.iter().enumerate() {
                    let one = std::slice::from_ref(found);
                    let open = parts.iter().map(|part| self.is_open(trigger, one, (event.date, part)));
                    let open: Vec<Eval<bool>> = open.filter(|open| *open != Ok(false)).collect();
                    if open.is_empty() {
                        continue;
                    }
                    let mut found = found.clone();
                    let mut shut = false;
                    for (_, by, doubt) in used.iter().filter(|(of, ..)| *of == test) {
                        let Some(first) = out.get(*by) else { continue };
                        if !self.goes_beside(trigger, first, &made) {
                            made.before = made.before.or(Some(first.event));
                            shut |= doubt.is_none();
                            // Where that may have been no choice, this one may be.
                            found.doubt = found.doubt.take().or_else(|| doubt.clone());
                        }
                    }
                    if !shut {
                        let doubt = open.into_iter().find_map(Result::err).or_else(|| found.doubt.clone());
                        uses.push((test, out.len(), doubt));
                        made.fired.push(found);
                    }
                }
                used.extend(uses);
                out.push(made);
            }
        }
        out
    }

    /// Whether something can be chosen beside what was chosen first: another effect of the same line, or the same in
    /// another part.
    fn goes_beside(&self, trigger: &Trigger, first: &Made<'_>, then: &Made<'_>) -> bool {
        let has = |line: &[Value], told: &Value| line.iter().any(|one| same_effect(told, one));
        let line = trigger.lines.iter().find(|line| has(line, first.told) && has(line, then.told));
        let Some(line) = line else { return false };
        // One that is withheld may be any.
        let offered = |told: &Value| -> Vec<usize> {
            let all = line.iter().enumerate();
            all.filter(|(_, one)| same_effect(told, one)).map(|(place, _)| place).collect()
        };
        let (these, those) = (offered(first.told), offered(then.told));
        let differ = these.iter().any(|this| those.iter().any(|that| this != that));
        let (one, other) = (part_of(first.told), part_of(then.told));
        let market = &self.model_on(then.event.date).market;
        let apart = match (&one.territory, &other.territory) {
            (Some(one), Some(other)) => {
                let (one, other) =
                    (market.places(one, then.event.date), market.places(other, then.event.date));
                !one.codes().any(|code| other.contains(code))
            }
            _ => false,
        };
        let within = |one: &Name, other: &Name| market.within(one, other) || market.within(other, one);
        let named = !one.names.is_empty() && !other.names.is_empty();
        let other_names =
            named && !one.names.iter().any(|one| other.names.iter().any(|other| within(one, other)));
        differ || apart || other_names
    }

    /// An effect that was chosen by an entry, where it could be.
    fn as_chosen(
        &self,
        (trigger, model): (&Trigger, &Model),
        fired: &[Fired],
        (event, effect, part): (&Event, &Value, &Where),
        chosen: Chosen,
    ) -> Option<Came> {
        let day = event.date;
        let doubt = match self.is_open(trigger, fired, (day, part)) {
            Ok(true) => None,
            Ok(false) => return None,
            Err(why) => Some(why),
        };
        // An end that may take its time comes once that has run.
        let from = match ends(effect) {
            true => self.end_comes(trigger, day, |one| same_effect(&chosen.told, one)),
            false => Ok(day),
        };
        let (from, late) = match from {
            Ok(from) => (from, None),
            Err(why) => (day, Some(why)),
        };
        let bit = |found: &&Fired| matches!(found.step, Step::Bites(on) if on <= day);
        let there = |found: &&Fired| self.is_for(found, part, (&model.market, day));
        let last = fired.iter().rev().filter(bit).find(there);
        let focus = last.map(|found| found.part.clone()).unwrap_or_default();
        let tested = last.map_or(day, |found| found.tested);
        let cause = Cause { trigger, tested, focus: &focus };
        let own = Lasting::of(&chosen.told);
        let own = if own.is_said() { own } else { Lasting::of(effect) };
        let came = self.lasting_came(effect, &own, from, (trigger.at, Some(cause)));
        Some(Came {
            place: last.and_then(|found| found.place.clone()),
            of: last.and_then(|found| found.of.clone()),
            over: last.and_then(|found| found.over),
            doubt: doubt.or(late).or(came.doubt.clone()),
            entry: Some(event.at),
            chosen: Some(chosen),
            ..came
        })
    }
}

/// A part by each of the names it names.
fn each_of(part: &Where) -> Vec<Where> {
    match part.names.len() {
        0 | 1 => vec![part.clone()],
        _ => part.names.iter().map(|name| Where { names: vec![name.clone()], ..part.clone() }).collect(),
    }
}

/// Whether an effect is that something ends.
fn ends(effect: &Value) -> bool {
    let said = matches!(effect, Value::Parts(parts) if parts.has(Label::Ends));
    said || Effect::read(effect).is_some_and(|effect| matches!(effect.change, Change::Ends))
}
