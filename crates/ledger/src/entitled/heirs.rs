//! Who came into whose place, for what and from which day on: something was assigned to them, or control passed to them.
//!
//! Something is assigned by who has it on that day, and from then on it is another's: whoever had it before has no part in
//! it any more, nor in what went along with it, and what he assigns again passes to nobody; nor does a right that its giver
//! assigns, for its holder has it. Whoever came to control a party acts for it in all things, beside
//! it. What goes along with something that was assigned is asked in [`super::carried`]. Who was granted a sublicence, or was
//! issued shares, stands in nobody's place.

use super::carried::{carries, is_consented, passes};
use crate::event::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Editions, Same};
use counterpart_terms::value::Name;

/// What passed, to whom and when.
#[derive(Debug, Clone)]
pub(super) struct Passed {
    /// Nothing where it is all that the party has: it is controlled.
    pub what: Option<Name>,
    /// From whom, where the entry says.
    pub from: Option<Name>,
    pub to: Name,
    pub since: Date,
    /// The entry says that the other side consented.
    pub consented: bool,
}

/// All who came into the place of others, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Heirs {
    assigned: Vec<Passed>,
    controlled: Vec<Passed>,
}

/// Who acts for some in something on a day.
struct Places<'a> {
    /// Who has it, and whether that is sure.
    holders: Vec<(&'a Name, Same)>,
    /// Who had it and passed it on, and whether he may have it still.
    gone: Vec<(&'a Name, Same)>,
}

impl Heirs {
    /// Those of whom some entries tell it, oldest first.
    pub fn told<'e>(events: impl IntoIterator<Item = &'e Event>) -> Heirs {
        let mut heirs = Heirs::default();
        events.into_iter().for_each(|event| heirs.add(event));
        heirs
    }

    /// Adds those of whom an entry tells it.
    pub(crate) fn add(&mut self, event: &Event) {
        let EventKind::Told { word, parts, .. } = &event.kind else { return };
        let (what, from, list) = match word.as_str() {
            "assigned" => (parts.name(Label::Name).cloned(), Label::By, &mut self.assigned),
            "control" => (None, Label::Of, &mut self.controlled),
            _ => return,
        };
        if let Some(to) = parts.name(Label::To).cloned() {
            let (from, since) = (parts.name(from).cloned(), event.date);
            list.push(Passed { what, from, to, since, consented: is_consented(parts) });
        }
    }

    /// Whether nobody came into the place of another.
    pub fn is_empty(&self) -> bool {
        self.assigned.is_empty() && self.controlled.is_empty()
    }

    /// Whether something had passed to a party by a day.
    pub fn has_something(&self, party: &Name, day: Date) -> bool {
        let all = self.assigned.iter().chain(&self.controlled);
        all.into_iter().any(|passed| passed.to == *party && passed.since <= day)
    }

    /// Whether a party acts for one of these on a day, in something by its name; in the agreement as a whole where none is
    /// given: it is one of them, or a group of them, and what they had did not pass on; or it came into the place of one.
    pub fn acts_for(
        &self,
        editions: &Editions,
        party: &Name,
        (of, about): (&[Name], Option<&Name>),
        day: Date,
    ) -> Same {
        if self.is_empty() {
            return is_one(editions, party, of, day);
        }
        let places = self.places((editions, of, about), day);
        self.acts_in(editions, party, &places, day)
    }

    /// Whether a party is one of these, or a group of them, or controls one, whatever they passed on.
    pub fn is_for(&self, editions: &Editions, party: &Name, of: &[Name], day: Date) -> Same {
        if self.controlled.is_empty() {
            return is_one(editions, party, of, day);
        }
        self.acts_in(editions, party, &Places::of(of), day)
    }

    /// Who has something on a day to whom it was assigned since, and from which day on.
    pub fn passed(
        &self,
        editions: &Editions,
        (of, about): (&[Name], &Name),
        day: Date,
    ) -> Option<(&Name, Date)> {
        let places = self.places((editions, of, Some(about)), day);
        let it = |passed: &&Passed| {
            let holds = places.holders.iter().any(|(holder, _)| **holder == passed.to);
            passed.what.as_ref() == Some(about) && passed.since <= day && holds && !of.contains(&passed.to)
        };
        self.assigned.iter().rfind(it).map(|passed| (&passed.to, passed.since))
    }

    /// Who has something of some on a day, sure or not: those to whom it passed in the place of who had it.
    pub fn now<'a>(
        &'a self,
        editions: &Editions,
        (of, about): (&'a [Name], Option<&Name>),
        day: Date,
    ) -> Vec<&'a Name> {
        let places = self.places((editions, of, about), day);
        places.holders.into_iter().filter(|(_, sure)| *sure != Same::No).map(|(holder, _)| holder).collect()
    }

    /// What a party passed on last by a day, to whom and when.
    pub fn last_passed(&self, from: &Name, day: Date) -> Option<(&Name, &Name, Date)> {
        let own = |passed: &&Passed| passed.since <= day && passed.from.as_ref() == Some(from);
        let last = self.assigned.iter().rfind(own)?;
        Some((last.what.as_ref()?, &last.to, last.since))
    }

    /// Whether a party had something of some and passed it on by a day.
    pub fn had(
        &self,
        editions: &Editions,
        party: &Name,
        (of, about): (&[Name], Option<&Name>),
        day: Date,
    ) -> bool {
        self.places((editions, of, about), day).gone.iter().any(|(gone, _)| *gone == party)
    }

    /// Who has something of some on a day.
    fn places<'a>(
        &'a self,
        (editions, of, about): (&Editions, &'a [Name], Option<&Name>),
        day: Date,
    ) -> Places<'a> {
        let mut places = Places::of(of);
        for (at, passed) in self.assigned.iter().enumerate().filter(|(_, passed)| passed.since <= day) {
            let acts = |from| self.acts_in(editions, from, &places, passed.since);
            // Who nobody says assigned it may have been anyone who had it.
            let own = passed.from.as_ref().map_or(Same::Perhaps, acts);
            if own == Same::No {
                continue;
            }
            let before = self.assigned.get(..at).unwrap_or_default();
            let carried = carries(editions, (passed, before), about, day);
            let sure = own.min(carried.comes);
            let sure =
                if sure == Same::No { continue } else { sure.min(self.has_it(editions, passed, before)) };
            let sure = if sure == Same::No { continue } else { sure.min(passes(editions, passed)) };
            let left = sure.min(carried.leaves);
            if let Some(from) = passed.from.as_ref().filter(|_| left != Same::No) {
                // Of what is told of the same day it is not said which came first.
                places.leaves(from, if passed.since == day { left.min(Same::Perhaps) } else { left });
            }
            places.comes(&passed.to, sure);
        }
        places
    }

    /// Whether who assigns a right is among those who hold it by then: its giver is not.
    fn has_it(&self, editions: &Editions, passed: &Passed, before: &[Passed]) -> Same {
        let (Some(what), Some(from)) = (&passed.what, &passed.from) else { return Same::Yes };
        let day = passed.since;
        let holders = editions.until(day).filter_map(|model| {
            let own = |form| model.records.named(form, what).next().map(|record| record.names(Label::To));
            let grant = model.grants.get(what).map(|grant| grant.to.clone());
            grant.or_else(|| own(Form::FileOption)).or_else(|| own(Form::FileFirstRight))
        });
        let Some(holders) = holders.last().filter(|holders| !holders.is_empty()) else { return Same::Yes };
        let mut places = Places::of(&holders);
        for earlier in before.iter().filter(|earlier| earlier.what.as_ref() == Some(what)) {
            let acts = |from| self.acts_in(editions, from, &places, earlier.since);
            let own = earlier.from.as_ref().map_or(Same::Perhaps, acts);
            let sure = if own == Same::No { continue } else { own.min(passes(editions, earlier)) };
            if let Some(from) = &earlier.from {
                places.leaves(from, sure);
            }
            places.comes(&earlier.to, sure);
        }
        self.acts_in(editions, from, &places, day)
    }

    /// Whether a party is among those who have something, or acts for one that does.
    fn acts_in(&self, editions: &Editions, party: &Name, places: &Places<'_>, day: Date) -> Same {
        if places.holders.is_empty() {
            return if places.gone.is_empty() { Same::Perhaps } else { Same::No };
        }
        let mut found = Same::No;
        let mut acting = vec![party.clone()];
        let mut next = 0;
        while let Some(place) = acting.get(next).cloned() {
            next += 1;
            found = found.max(places.has(editions, &place, day));
            let by_then = || self.controlled.iter().filter(|c| c.since <= day);
            for passed in by_then().filter(|c| c.to == place) {
                // Who has come under another since is controlled by that one.
                let last = by_then().rfind(|c| c.from == passed.from);
                let own = last.is_none_or(|last| last.to == place);
                if let Some(from) = passed.from.as_ref().filter(|from| own && !acting.contains(from)) {
                    acting.push(from.clone());
                }
            }
        }
        // Somebody that is not named controls one that has it: it may be this party.
        let hidden = |c: &&Passed| c.since <= day && c.to.is_blank();
        let mut hidden = self.controlled.iter().filter(hidden).filter_map(|c| c.from.as_ref());
        if found == Same::No && hidden.any(|from| places.has(editions, from, day) != Same::No) {
            return Same::Perhaps;
        }
        found
    }
}

impl<'a> Places<'a> {
    /// Those of some, as long as nothing passes.
    fn of(some: &'a [Name]) -> Places<'a> {
        Places { holders: some.iter().map(|one| (one, Same::Yes)).collect(), gone: Vec::new() }
    }

    /// Somebody comes to have it.
    fn comes(&mut self, to: &'a Name, sure: Same) {
        match self.holders.iter_mut().find(|(holder, _)| *holder == to) {
            Some((_, had)) => *had = sure.max(*had),
            None => self.holders.push((to, sure)),
        }
        match sure {
            Same::Yes => self.gone.retain(|(gone, _)| *gone != to),
            _ => self.gone.iter_mut().filter(|(gone, _)| *gone == to).for_each(|(_, still)| {
                *still = Same::Perhaps;
            }),
        }
    }

    /// Somebody who had it passes it on, or may have.
    fn leaves(&mut self, from: &'a Name, sure: Same) {
        match sure {
            Same::Yes => self.holders.retain(|(holder, _)| *holder != from),
            _ => self.holders.iter_mut().filter(|(holder, _)| *holder == from).for_each(|(_, had)| {
                *had = Same::Perhaps;
            }),
        }
        // A member of a group that has it had it as one of that group.
        self.gone.retain(|(gone, _)| *gone != from);
        self.gone.push((from, if sure == Same::Yes { Same::No } else { Same::Perhaps }));
    }

    /// Whether a party is one of those who have it.
    fn has(&self, editions: &Editions, party: &Name, day: Date) -> Same {
        let held = self.holders.iter();
        let held =
            held.map(|(holder, sure)| is_one(editions, party, std::slice::from_ref(holder), day).min(*sure));
        let held = held.max().unwrap_or(Same::No);
        match self.gone.iter().find(|(gone, _)| *gone == party) {
            Some((_, still)) => held.min(*still),
            None => held,
        }
    }
}

/// Whether a party is one of these, or a group of which one is: what is done by all of a group is done by each of it.
fn is_one(editions: &Editions, party: &Name, of: &[Name], day: Date) -> Same {
    match editions.is_one(party, of, day) {
        Same::Perhaps if editions.is_group_of(party, of, day) => Same::Yes,
        found => found,
    }
}
