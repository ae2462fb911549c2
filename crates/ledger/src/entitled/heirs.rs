//! Who came into whose place, for what and from which day on: something was assigned to them, or control passed to them.
//!
//! Something is assigned by who has it on that day, and from then on it is another's: whoever had it before has no part in
//! it any more, and what he assigns again passes to nobody. Whoever came to control a party acts for it in all things, beside
//! it. What goes along with something that was assigned is asked in [`super::carried`]. Who was granted a sublicence, or was
//! issued shares, stands in nobody's place.

use super::carried::{is_consented, passes, reaches};
use crate::event::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::Label;
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
        let holders = of.iter().map(|one| (one, Same::Yes)).collect();
        let mut places = Places { holders, gone: Vec::new() };
        for passed in self.assigned.iter().filter(|passed| passed.since <= day) {
            let acts = |from| self.acts_in(editions, from, &places, passed.since);
            // Who nobody says assigned it may have been anyone who had it.
            let own = passed.from.as_ref().map_or(Same::Perhaps, acts);
            if own == Same::No {
                continue;
            }
            let sure = own.min(reaches(editions, passed, about, day));
            let sure = if sure == Same::No { continue } else { sure.min(passes(editions, passed)) };
            let it = |what: &Name| about.is_some_and(|about| what.is_blank() || what == about);
            if let Some(from) = passed.from.as_ref().filter(|_| passed.what.as_ref().is_some_and(it)) {
                // Of what is told of the same day it is not said which came first.
                places.leaves(from, if passed.since == day { sure.min(Same::Perhaps) } else { sure });
            }
            places.comes(&passed.to, sure);
        }
        places
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
            found = found.max(places.of(editions, &place, day));
            let Some(under) = self.controlled.iter().position(|c| c.since <= day && c.to == place) else {
                continue;
            };
            for passed in self.controlled.iter().skip(under).filter(|c| c.since <= day && c.to == place) {
                // Who has come under another since is controlled by that one.
                let last =
                    self.controlled.iter().filter(|c| c.since <= day && c.from == passed.from).next_back();
                let own = last.is_none_or(|last| last.to == place);
                if let Some(from) = passed.from.as_ref().filter(|from| own && !acting.contains(from)) {
                    acting.push(from.clone());
                }
            }
        }
        // Somebody that is not named controls one that has it: it may be this party.
        let hidden = |c: &&Passed| c.since <= day && c.to.is_blank();
        let mut hidden = self.controlled.iter().filter(hidden).filter_map(|c| c.from.as_ref());
        if found == Same::No && hidden.any(|from| places.of(editions, from, day) != Same::No) {
            return Same::Perhaps;
        }
        found
    }
}

impl<'a> Places<'a> {
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
    fn of(&self, editions: &Editions, party: &Name, day: Date) -> Same {
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
