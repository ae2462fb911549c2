//! Who came into whose place, for what and from which day on: something was assigned to them, or control passed to them.
//!
//! Whoever was assigned a payment stands in the place of the party that had it for that payment; whoever was assigned a grant,
//! or the assets under it, for what stands between the parties of that grant too; and whoever came to control a party for
//! all of it. What passed and is nothing that stands by itself, as a product, may carry anything of that party with it. Who
//! was granted a sublicence, or was issued shares, stands in nobody's place.

use crate::event::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::{Editions, Grant, Model, Same};
use counterpart_terms::value::Name;

/// What passed, to whom and when.
#[derive(Debug, Clone)]
struct Passed {
    /// Nothing where it is all that the party has.
    what: Option<Name>,
    /// From whom, where the entry says.
    from: Option<Name>,
    to: Name,
    since: Date,
}

/// All who came into the place of others.
#[derive(Debug, Clone, Default)]
pub struct Heirs(Vec<Passed>);

impl Heirs {
    /// Those of whom some entries tell it.
    pub fn told<'e>(events: impl IntoIterator<Item = &'e Event>) -> Heirs {
        let mut heirs = Heirs::default();
        events.into_iter().for_each(|event| heirs.add(event));
        heirs
    }

    /// Adds those of whom an entry tells it.
    pub(crate) fn add(&mut self, event: &Event) {
        let EventKind::Told { word, parts, .. } = &event.kind else { return };
        let (what, from) = match word.as_str() {
            "assigned" => (parts.name(Label::Name).cloned(), parts.name(Label::By).cloned()),
            "control" => (None, parts.name(Label::Of).cloned()),
            _ => return,
        };
        if let Some(to) = parts.name(Label::To).cloned() {
            self.0.push(Passed { what, from, to, since: event.date });
        }
    }

    /// Whether something had passed to a party by a day.
    pub fn has_something(&self, party: &Name, day: Date) -> bool {
        self.0.iter().any(|passed| passed.to == *party && passed.since <= day)
    }

    /// Whether a party stands in the place of one of these on a day, for something by its name; for the agreement as a
    /// whole where none is given. Where that cannot be told, it may.
    pub fn stands_for(
        &self,
        editions: &Editions,
        party: &Name,
        (of, about): (&[Name], Option<&Name>),
        day: Date,
    ) -> bool {
        let mut places = vec![party.clone()];
        let mut next = 0;
        while let Some(place) = places.get(next).cloned() {
            next += 1;
            for passed in self.0.iter().filter(|passed| passed.since <= day) {
                let to = std::slice::from_ref(&passed.to);
                if editions.is_one(&place, to, day) != Same::Yes || !reaches(editions, passed, about, day) {
                    continue;
                }
                let Some(from) = &passed.from else { return true };
                if editions.is_one(from, of, day) != Same::No {
                    return true;
                }
                if !places.contains(from) {
                    places.push(from.clone());
                }
            }
        }
        false
    }
}

/// Whether what passed carries the place of its former holder in something with it.
fn reaches(editions: &Editions, passed: &Passed, about: Option<&Name>, day: Date) -> bool {
    let Some(what) = passed.what.as_ref().filter(|what| !what.is_blank()) else { return true };
    let models: Vec<&Model> = editions.until(day).collect();
    if let Some(about) = about {
        let beside = |model: &&Model| names(model, about, what) || names(model, what, about);
        if about == what || models.iter().any(beside) {
            return true;
        }
    }
    let mut licences = Vec::new();
    for model in &models {
        for (name, grant) in &model.grants {
            let whose = match name == what {
                true => grant.from.iter().chain(&grant.to).cloned().collect(),
                false if is_under(model, name, grant, what) => grant.from.clone(),
                false => continue,
            };
            let had = |from: &Name| editions.is_one(from, &whose, day) != Same::No;
            if passed.from.as_ref().is_none_or(had) {
                licences.push(grant);
            }
        }
    }
    if licences.is_empty() {
        return !models.iter().any(|model| stands_alone(model, what));
    }
    let Some(about) = about else { return true };
    // Something with a party outside of the licence has nothing to do with it.
    let others = models.iter().flat_map(|model| parties_of(model, about));
    let mut others = others.filter(|one| passed.from.as_ref() != Some(one)).peekable();
    let inside = |one: &Name| {
        let sides = licences.iter().map(|grant| [&grant.from, &grant.to]);
        sides.flatten().any(|side| editions.is_one(one, side, day) != Same::No)
    };
    others.peek().is_none() || others.any(|one| inside(&one))
}

/// The clauses of a name.
fn clauses<'m>(model: &'m Model, name: &Name) -> impl Iterator<Item = &'m Record> {
    model.records.iter().filter(move |record| record.name(Label::Name) == Some(name))
}

/// Whether the clause of one name speaks of another, or of something that is withheld.
fn names(model: &Model, of: &Name, other: &Name) -> bool {
    clauses(model, of)
        .any(|record| record.below.iter().any(|line| line.speaks_of(&|name| name.may_be(other))))
}

/// Whether a grant is under some assets, or may be.
fn is_under(model: &Model, name: &Name, grant: &Grant, assets: &Name) -> bool {
    let owned = || clauses(model, assets).any(|record| record.clause == Form::FileAssets);
    match &grant.assets {
        None => owned(),
        Some(set) => {
            set.has_blank()
                || (set.all && owned())
                || set.names.iter().any(|one| one == assets || names(model, one, assets))
                || clauses(model, name).any(|record| record.speaks_of(&|one| one == assets))
        }
    }
}

/// Whether a name is of something that passes by itself and carries nothing else with it.
fn stands_alone(model: &Model, name: &Name) -> bool {
    model.royalties.contains_key(name)
        || model.pays.contains_key(name)
        || clauses(model, name).any(|record| {
            matches!(
                record.clause,
                Form::FileAssets
                    | Form::FileGrant
                    | Form::FileOption
                    | Form::FileFirstRight
                    | Form::FileCovenant
            )
        })
}

/// The parties the clause of a name speaks of.
fn parties_of(model: &Model, name: &Name) -> Vec<Name> {
    let speaks = |party: &&Name| clauses(model, name).any(|record| record.speaks_of(&|one| one == *party));
    model.parties.keys().filter(speaks).cloned().collect()
}
