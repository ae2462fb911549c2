//! What parties chose under a trigger: an effect that was offered, in the time there was for it, for the part for which the
//! trigger came about.

use super::came::{Came, Chosen};
use super::{Asked, part_of};
use crate::engine::Run;
use crate::rights::{Cause, Fired, Step};
use counterpart_ledger::{Event, EventKind};
use counterpart_syntax::Label;
use counterpart_terms::model::{Change, Effect, Lasting, Model, Trigger, Where, same_effect};
use counterpart_terms::value::{Name, Territory, Value};

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
        for event in self.facts.happened().filter(|_| !offered.is_empty()) {
            let EventKind::Chose { by, in_: Some(of), effects } = &event.kind else { continue };
            if *of != trigger.name {
                continue;
            }
            for told in effects {
                let same = || offered.iter().filter(|one| same_effect(told, one));
                let Some(effect) = same().next() else { continue };
                let part = part_of(told);
                let chosen = Chosen { by: by.clone(), told: told.clone(), part: None };
                let named = part.territory.is_some() || !part.names.is_empty();
                if named || !same().all(|one| part_of(one).that) {
                    out.extend(self.as_chosen((trigger, model), fired, (event, effect, &part), chosen));
                    continue;
                }
                // What is offered for that part alone is chosen, where none is named, for each for which it may be.
                for one in fired {
                    let part = Where {
                        territory: one.elsewhere.clone().or_else(|| one.place.as_ref().map(in_place)),
                        names: one.of.clone().into_iter().collect(),
                        ..part.clone()
                    };
                    let chosen = Chosen { part: Some(part.clone()), ..chosen.clone() };
                    let one = std::slice::from_ref(one);
                    out.extend(self.as_chosen((trigger, model), one, (event, effect, &part), chosen));
                }
            }
        }
        out
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

/// Whether an effect is that something ends.
fn ends(effect: &Value) -> bool {
    let said = matches!(effect, Value::Parts(parts) if parts.has(Label::Ends));
    said || Effect::read(effect).is_some_and(|effect| matches!(effect.change, Change::Ends))
}

fn in_place(place: &Name) -> Territory {
    Territory { places: vec![place.clone()], except: Vec::new(), unknown: None }
}
