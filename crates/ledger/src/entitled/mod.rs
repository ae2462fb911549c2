//! What an entry may tell: whether its party may do what it says, of that thing, on that day.
//!
//! One pass asks the rules of each entry, and the first that objects speaks: the entry is left out, and told. Entries by which
//! something passes to another are asked first, in the order of their days, so that whoever came into a party's place
//! by one that stands acts for it from that day on. Where it cannot be told whether an entry may be right, it passes. What
//! hangs on what happened before, as whether a choice was open, is asked when the deal is run.

mod act;
mod again;
mod by_another;
mod carried;
mod deciders;
mod heirs;
mod keeping;
mod of_what;
mod offered;
mod out_of_place;
mod outsiders;
mod parties;
mod refused;
mod seated;
mod sellers;
mod strangers;
mod to_itself;
mod together;
mod too_early;

pub use heirs::Heirs;
pub use parties::is_stranger;

use crate::event::{Event, EventKind};
use act::Act;
use counterpart_syntax::Diagnostic;
use counterpart_terms::Deal;
use counterpart_terms::model::{Editions, Same};
use counterpart_terms::value::Name;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// One entry that the rules are asked about, with what they may look at.
pub(crate) struct Asked<'a> {
    deal: &'a Deal,
    editions: &'a Editions,
    /// All entries.
    events: &'a [Event],
    /// Those of them that were left out before this one.
    out: &'a BTreeMap<usize, Diagnostic>,
    /// Who came into the place of others.
    heirs: &'a Heirs,
    /// Who is known to have no part, or to have one, on which day.
    strangers: &'a RefCell<Strangers>,
    event: &'a Event,
    /// Who acts in it, and on what.
    act: Act<'a>,
}

/// Whether parties have no part in the agreement on some days.
type Strangers = BTreeMap<(Name, counterpart_num::Date), bool>;

/// A rule: the finding where it objects to an entry.
type Rule = fn(&Asked<'_>) -> Option<Diagnostic>;

/// The rules, in the order in which they are asked: whether something is said of a thing at all, by somebody who has a part,
/// by the one who may, and then what is said.
const RULES: [Rule; 14] = [
    refused::rule,
    of_what::rule,
    outsiders::rule,
    by_another::rule,
    to_itself::rule,
    together::rule,
    deciders::rule,
    offered::rule,
    too_early::rule,
    out_of_place::rule,
    seated::rule,
    strangers::rule,
    sellers::rule,
    again::rule,
];

/// Takes the entries out that a rule objects to; a finding for each.
pub(crate) fn left_out(deal: &Deal, editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let mut heirs = Heirs::default();
    let mut found: BTreeMap<usize, Diagnostic> = BTreeMap::new();
    let strangers = RefCell::default();
    for event in events.iter().filter(|event| passes_something(event)) {
        let act = Act::of(&event.kind);
        let asked =
            Asked { deal, editions, events, out: &found, heirs: &heirs, strangers: &strangers, event, act };
        match asked.objection() {
            Some(problem) => {
                found.insert(event.seq, problem);
            }
            None => heirs.add(event),
        }
    }
    // Whoever has come into a place by then is no stranger any more.
    let strangers = RefCell::default();
    for event in events.iter().filter(|event| !passes_something(event)) {
        let act = Act::of(&event.kind);
        let asked =
            Asked { deal, editions, events, out: &found, heirs: &heirs, strangers: &strangers, event, act };
        if let Some(problem) = asked.objection() {
            found.insert(event.seq, problem);
        }
    }
    let out: BTreeSet<usize> = found.keys().copied().collect();
    events.retain(|event| !out.contains(&event.seq));
    found.into_values().collect()
}

/// Whether by an entry something passes to another.
fn passes_something(event: &Event) -> bool {
    matches!(&event.kind, EventKind::Told { word, .. } if matches!(word.as_str(), "assigned" | "control"))
}

impl Asked<'_> {
    fn objection(&self) -> Option<Diagnostic> {
        RULES.iter().find_map(|rule| rule(self))
    }

    /// The entries that were not left out before this one.
    fn told(&self) -> impl DoubleEndedIterator<Item = &Event> + Clone {
        self.events.iter().filter(|event| !self.out.contains_key(&event.seq))
    }

    /// Whether a party is one of these on the day of the entry, or may stand in the place of one, for something by its name.
    fn may_be(&self, party: &Name, of: &[Name], about: Option<&Name>) -> bool {
        let day = self.event.date;
        // What fell due before a payment passed on is still owed to who had it: when that is, the machine knows.
        let is_paid = |name: &&Name| {
            let mut models = self.editions.until(day);
            models.any(|model| model.pays.contains_key(*name) || model.royalties.contains_key(*name))
        };
        self.heirs.acts_for(self.editions, party, (of, about), day) != Same::No
            || about.filter(is_paid).is_some_and(|_| self.heirs.had(self.editions, party, (of, about), day))
    }

    /// Who has something now that was of these, for those who had it.
    fn now<'n>(&'n self, of: &'n [Name], about: &Name) -> Vec<&'n Name> {
        self.heirs.now(self.editions, (of, Some(about)), self.event.date)
    }

    /// To whom something passed that these had, and on which day.
    fn passed(&self, of: (&[Name], &Name)) -> Option<(&Name, counterpart_num::Date)> {
        self.heirs.passed(self.editions, of, self.event.date)
    }

    /// Whether a party is one of these on the day of the entry by the terms, or may be, whatever passed on since.
    fn may_have_been(&self, party: &Name, of: &[Name]) -> bool {
        self.editions.is_one(party, of, self.event.date) != Same::No
    }

    /// Whether a party surely is one of these by the terms.
    fn is(&self, party: &Name, of: &[Name]) -> bool {
        self.editions.is_one(party, of, self.event.date) == Same::Yes
    }

    /// Whether a party has no part in the agreement on the day of the entry.
    fn is_stranger(&self, party: &Name) -> bool {
        let key = (party.clone(), self.event.date);
        if let Some(known) = self.strangers.borrow().get(&key) {
            return *known;
        }
        let so = is_stranger(self.editions, (self.heirs, self.told()), party, self.event.date);
        self.strangers.borrow_mut().insert(key, so);
        so
    }
}
