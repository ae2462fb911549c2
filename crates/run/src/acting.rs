//! Who acts for whom: a party for itself, a member for its group, and whoever came into the place of another for that one.
//!
//! The journal keeps what anybody tells who may act for the one that a clause names; each clause that waits for what somebody
//! does asks here whether it was done, so that what is kept is heard.

use crate::clock::Clock;
use crate::engine::Run;
use crate::facts::Facts;
use crate::unknown::Unknown;
use counterpart_ledger::{Event, Heirs};
use counterpart_num::Date;
use counterpart_terms::model::Same;
use counterpart_terms::value::Name;

impl Facts<'_> {
    /// Who came into whose place, on whichever day.
    pub(crate) fn heirs(&self) -> &Heirs {
        self.sorted.heirs(&self.journal.events)
    }
}

impl Clock<'_> {
    /// Whether a party acts for one of these on a day, in something by its name; in the agreement as a whole where none is
    /// given.
    pub(crate) fn acts_for(&self, party: &Name, of: &[Name], about: Option<&Name>, day: Date) -> Same {
        if !party.is_blank() && of.contains(party) && self.facts.heirs().is_empty() {
            return Same::Yes;
        }
        self.facts.heirs().acts_for(self.editions, party, (of, about), day)
    }

    /// Whether a party is one of these, or of one of their groups, or controls one: whatever passed between them.
    pub(crate) fn is_for(&self, party: &Name, of: &[Name], day: Date) -> Same {
        self.facts.heirs().is_for(self.editions, party, of, day)
    }

    /// Who has something now that was some parties', to whom it passed since, for those who had it.
    pub(crate) fn who_has(&self, some: &[Name], about: Option<&Name>, day: Date) -> Vec<Name> {
        if some.is_empty() || self.facts.heirs().is_empty() {
            return some.to_vec();
        }
        self.facts.heirs().now(self.editions, (some, about), day).into_iter().cloned().collect()
    }

    /// Those parties of the agreement for whom a party acts on a day, and whether that is sure: itself first where it makes the
    /// agreement, and else last; none where it has passed on what it had.
    pub(crate) fn places_of(&self, who: &Name, about: Option<&Name>, day: Date) -> Vec<(Name, Same)> {
        let acts = |of: &Name| self.acts_for(who, std::slice::from_ref(of), about, day);
        let itself = self.editions.is_one(who, std::slice::from_ref(who), day);
        let own = match acts(who) {
            Same::No => None,
            found if found >= itself => Some((who.clone(), Same::Yes)),
            found => Some((who.clone(), found)),
        };
        let parties = &self.editions.on(day).header.parties;
        let others = parties.iter().filter(|party| *party != who).map(|party| (party.clone(), acts(party)));
        let mut places: Vec<(Name, Same)> = others.filter(|(_, sure)| *sure != Same::No).collect();
        if let Some(own) = own {
            let makes = self.editions.is_one(who, parties, day) == Same::Yes;
            places.insert(if makes { 0 } else { places.len() }, own);
        }
        places
    }

    /// What a party passed on last by a day, in words.
    pub(crate) fn passed_on_to(&self, who: &Name, day: Date) -> Option<String> {
        let (what, to, since) = self.facts.heirs().last_passed(who, day)?;
        Some(format!("{who} assigned `{what}` to {to} on {since}, and has no part in it any more"))
    }

    /// Those of the parties of the agreement for whom some act on a day, each in the place of who acts for it; who makes the
    /// agreement himself acts for himself.
    pub(crate) fn in_whose_place(&self, some: &[Name], about: Option<&Name>, day: Date) -> Vec<Name> {
        let parties = &self.editions.on(day).header.parties;
        if self.facts.heirs().is_empty() {
            return some.to_vec();
        }
        let place = |who: &Name| {
            let own =
                |party: &&Name| self.acts_for(who, std::slice::from_ref(*party), about, day) == Same::Yes;
            let makes = parties
                .iter()
                .any(|party| self.editions.is_one(who, std::slice::from_ref(party), day) == Same::Yes);
            let mut places = parties.iter().filter(own);
            match (makes, places.next(), places.next()) {
                (false, Some(only), None) => only.clone(),
                _ => who.clone(),
            }
        };
        some.iter().map(place).collect()
    }
}

impl Run<'_> {
    /// Whether a party acts for one of these on a day, in something by its name; in the agreement as a whole where none is
    /// given.
    pub(crate) fn acts_for(&self, party: &Name, of: &[Name], about: Option<&Name>, day: Date) -> Same {
        self.clock().acts_for(party, of, about, day)
    }

    /// Who has something now that was some parties', for those who had it.
    pub(crate) fn who_has(&self, some: &[Name], about: Option<&Name>) -> Vec<Name> {
        self.clock().who_has(some, about, self.facts.as_of())
    }
}

/// Why it is not known whether an entry counts: it may be that of somebody else.
pub(crate) fn may_act(event: &Event, by: &Name, of: &[Name]) -> Unknown {
    let of = Name::list(of);
    Unknown::new(format!("whether {by} acts for {of} on {} is not known", event.date)).at(event.at)
}
