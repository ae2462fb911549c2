//! Where clauses stand that say what follows: in which terms, on which days these are in force, and on what they act.
//!
//! A clause that an amendment restates hands over to its next version; one that is taken out brings nothing about from
//! that day on.

use super::decided::{expert_line, talked_about};
use crate::rights::Days;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::made_due::effects_of;
use counterpart_terms::model::{Editions, Model, Trigger};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Where a clause stands in the terms of an edition.
#[derive(Debug, Clone, Copy)]
enum Place {
    Trigger(usize),
    Clause(usize),
}

/// A clause that says what follows.
#[derive(Debug)]
pub(crate) struct Host {
    /// The first edition that has it as it stands.
    pub edition: usize,
    place: Place,
    /// The days on which the terms it stands in are in force.
    pub days: Days,
    /// Those on which it, or another version of it, is.
    pub versions: Days,
    /// A later version of it takes its place.
    pub restated: bool,
    /// What its effects name.
    names: BTreeSet<Name>,
    /// One of them is on the agreement as a whole, or on what is withheld.
    on_any: bool,
}

/// A trigger, or another clause.
#[derive(Clone, Copy)]
pub(crate) enum Says<'m> {
    /// With a test of its own.
    Trigger(&'m Trigger),
    /// Without one.
    Clause(&'m Record),
}

impl Host {
    fn new((edition, place): (usize, Place), days: Days, effects: &[&Value]) -> Host {
        let names: RefCell<BTreeSet<Name>> = RefCell::default();
        let mut on_any = false;
        for effect in effects {
            let Value::Parts(parts) = effect else { continue };
            parts.name_any(&|name| {
                names.borrow_mut().insert(name.clone());
                false
            });
            on_any |= parts.has(Label::Agreement);
        }
        let names = names.into_inner();
        let on_any = on_any || names.iter().any(Name::is_blank);
        Host { edition, place, days, versions: days, restated: false, names, on_any }
    }

    /// The clause, in the terms of its edition.
    pub fn says<'m>(&self, model: &'m Model) -> Option<Says<'m>> {
        match self.place {
            Place::Trigger(at) => model.triggers.get(at).map(Says::Trigger),
            Place::Clause(at) => model.records.get(at).map(Says::Clause),
        }
    }
}

/// The clauses of a deal that say what follows, in the order of the text, by what they are on.
#[derive(Debug)]
pub(crate) struct Hosts {
    all: Vec<Host>,
    /// Those with an effect on a name.
    on: BTreeMap<Name, Vec<usize>>,
    /// Those with an effect that may be on any.
    on_any: Vec<usize>,
}

impl Hosts {
    /// Those of a text.
    pub fn of(editions: &Editions) -> Hosts {
        let all = hosts(editions);
        let (mut on, mut on_any) = (BTreeMap::<Name, Vec<usize>>::new(), Vec::new());
        for (place, host) in all.iter().enumerate() {
            if host.on_any {
                on_any.push(place);
                continue;
            }
            host.names.iter().for_each(|name| on.entry(name.clone()).or_default().push(place));
        }
        Hosts { all, on, on_any }
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Host> {
        self.all.iter()
    }

    /// Those of which an effect may be on something.
    pub fn on(&self, name: &Name) -> impl Iterator<Item = &Host> {
        let own = self.on.get(name).map_or(&[][..], Vec::as_slice);
        let mut places: Vec<usize> = own.iter().chain(&self.on_any).copied().collect();
        places.sort_unstable();
        places.into_iter().filter_map(|place| self.all.get(place))
    }
}

/// Every clause of a deal that says what follows, as each edition of its terms has it.
fn hosts(editions: &Editions) -> Vec<Host> {
    let mut out: BTreeMap<At, Host> = BTreeMap::new();
    let mut called: BTreeMap<Name, Vec<At>> = BTreeMap::new();
    for (index, edition) in editions.0.iter().enumerate() {
        let until = editions.0.get(index + 1).and_then(|next| next.from);
        let days = (edition.from, until);
        for (place, trigger) in edition.model.triggers.iter().enumerate() {
            if let Some(known) = out.get_mut(&trigger.at) {
                known.days.1 = until;
                continue;
            }
            let offered = trigger.choice.iter().flat_map(|(_, _, effects)| effects);
            let effects: Vec<&Value> = trigger.then.iter().chain(offered).collect();
            out.insert(trigger.at, Host::new((index, Place::Trigger(place)), days, &effects));
            called.entry(trigger.name.clone()).or_default().push(trigger.at);
        }
        for (place, record) in edition.model.records.iter().enumerate() {
            let effects: Vec<&Value> = effects_of(record).into_iter().map(|(_, effect)| effect).collect();
            let decided = expert_line(record).map(|_| talked_about(record)).unwrap_or_default();
            if record.clause == Form::FileTrigger || effects.is_empty() && decided.is_empty() {
                continue;
            }
            match out.get_mut(&record.at) {
                Some(known) => known.days.1 = until,
                None => {
                    let mut host = Host::new((index, Place::Clause(place)), days, &effects);
                    host.on_any |= decided.iter().any(|(_, name)| name.is_blank());
                    host.names.extend(decided.into_iter().map(|(_, name)| name));
                    out.insert(record.at, host);
                }
            }
        }
    }
    for host in out.values_mut() {
        host.versions = host.days;
    }
    for versions in called.values().filter(|versions| versions.len() > 1) {
        join(versions, &mut out);
    }
    out.into_values().collect()
}

/// Versions of a trigger that follow upon each other, oldest first.
fn join(versions: &[At], hosts: &mut BTreeMap<At, Host>) {
    let days: Vec<Days> = versions.iter().filter_map(|at| hosts.get(at)).map(|host| host.days).collect();
    let follows = |one: &Days, next: &Days| one.1.is_some() && one.1 == next.0;
    let mut from: Vec<Option<Date>> = days.iter().map(|one| one.0).collect();
    let mut until: Vec<Option<Date>> = days.iter().map(|one| one.1).collect();
    for (place, pair) in days.windows(2).enumerate() {
        if let [one, next] = pair
            && follows(one, next)
            && let Some(first) = from.get(place).copied()
            && let Some(here) = from.get_mut(place + 1)
        {
            *here = first;
        }
    }
    for (place, pair) in days.windows(2).enumerate().rev() {
        if let [one, next] = pair
            && follows(one, next)
            && let Some(last) = until.get(place + 1).copied()
            && let Some(here) = until.get_mut(place)
        {
            *here = last;
        }
    }
    for (place, at) in versions.iter().enumerate() {
        let Some(host) = hosts.get_mut(at) else { continue };
        host.restated = place + 1 < versions.len();
        host.versions = (from.get(place).copied().flatten(), until.get(place).copied().flatten());
    }
}
