//! What parties chose under a trigger: an effect that was offered, in the time there was for it, for the part for which the
//! trigger came about.
//!
//! A trigger offers one of its lines each time it comes about. What is chosen first stands: another line, or the same once
//! more for the same part, is no choice any more: first is what was told first, whatever its day. Every reader of choices asks [`Run::choices_under`].

use super::came::{Came, Chosen};
use super::{Asked, part_of};
use crate::acting::may_act;
use crate::engine::Run;
use crate::rights::{Cause, Fired, Step};
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_syntax::Label;
use counterpart_terms::model::{
    Change, Effect, Lasting, Model, Same, Trigger, Where, is_offered, same_effect,
};
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
            let market = &model.market;
            let is_it = |one: &&&Value| is_offered(told, one, (market, event.date)) != Same::No;
            let same = || offered.iter().filter(is_it);
            let Some(effect) = same().next() else { continue };
            let part = part_of(told);
            let is_named = |part: &Where| part.territory.is_some() || !part.names.is_empty();
            let named = is_named(&part);
            // What is offered for a part is chosen for that, where none is told.
            let own = (!named).then(|| part_of(effect)).filter(is_named);
            let chosen = Chosen { by: by.clone(), told: told.clone(), part: own };
            let part = chosen.part.clone().unwrap_or(part);
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

    /// What was told to be chosen under a trigger, effect by effect, in the order in which it was told, each with the tests under which it may
    /// be: of those that offered a choice then, the ones under which nothing else had been chosen.
    pub(crate) fn choices_under<'a>(&'a self, trigger: &Trigger, fired: &[Fired]) -> Vec<Made<'a>> {
        let mut out: Vec<Made<'a>> = Vec::new();
        // Which test was used by which of them, and why that is not sure.
        let mut used: Vec<(usize, usize, Option<Unknown>)> = Vec::new();
        let chosen = |event: &&Event| matches!(&event.kind, EventKind::Chose { in_: Some(of), .. } if *of == trigger.name);
        let mut told_in_order: Vec<&Event> = self.facts.happened().filter(chosen).collect();
        told_in_order.sort_by_key(|event| event.known);
        let choosers = trigger.choice.as_ref().map(|(who, ..)| std::slice::from_ref(who)).unwrap_or_default();
        for event in told_in_order {
            let EventKind::Chose { by, effects, .. } = &event.kind else { continue };
            let acts = self.acts_for(by, choosers, Some(&trigger.name), event.date);
            let not_theirs = (acts != Same::Yes).then(|| may_act(event, by, choosers));
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
                        let beside = self.goes_beside(trigger, first, &made);
                        if beside == Same::Perhaps {
                            let why = format!(
                                "whether it is of one line with what was chosen on {}",
                                first.event.date
                            );
                            let why = Unknown::new(format!("{why} is redacted or open")).at(trigger.at);
                            found.doubt = found.doubt.take().or(Some(why));
                        }
                        if beside == Same::No {
                            made.before = made.before.or(Some(first.event));
                            shut |= doubt.is_none();
                            // Where that may have been no choice, this one may be.
                            found.doubt = found.doubt.take().or_else(|| doubt.clone());
                        }
                    }
                    if !shut {
                        found.doubt = found.doubt.take().or_else(|| not_theirs.clone());
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
    /// another part for which that line offers it. It may be, where a line may offer both.
    fn goes_beside(&self, trigger: &Trigger, first: &Made<'_>, then: &Made<'_>) -> Same {
        let offers = |one: &Value, made: &Made<'_>| {
            let day = made.event.date;
            is_offered(made.told, one, (&self.model_on(day).market, day))
        };
        let has = |line: &[Value], made| line.iter().map(|one| offers(one, made)).max().unwrap_or(Same::No);
        let both = |line: &[Value]| has(line, first).min(has(line, then));
        let lines = trigger.lines.iter().map(|line| (line, both(line)));
        let Some((line, sure)) =
            lines.rev().max_by_key(|(_, sure)| *sure).filter(|(_, sure)| *sure != Same::No)
        else {
            return Same::No;
        };
        // One that is withheld may be any.
        let offered = |made| -> Vec<usize> {
            let all = line.iter().enumerate();
            all.filter(|(_, one)| offers(one, made) != Same::No).map(|(place, _)| place).collect()
        };
        let (these, those) = (offered(first), offered(then));
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
        if differ || apart || other_names { sure } else { Same::No }
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
