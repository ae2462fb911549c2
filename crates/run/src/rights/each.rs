//! For what each a trigger is tested: the countries, products, fields or customers there are.

use super::changes::is_of;
use crate::clock::Focus;
use crate::engine::Run;
use counterpart_ledger::{EventKind, Notice};
use counterpart_terms::model::made_due::payer;
use counterpart_terms::model::{Effect, Model, Trigger};
use counterpart_terms::value::{Name, Territory, Value};
use counterpart_terms::world::{self, Place};

impl Run<'_> {
    /// What a trigger is tested for: everything at once, or each country, product or field. Of the countries of which
    /// nothing was told one stands for all: what is so in one of them is so in each.
    pub(super) fn each_of(&self, model: &Model, trigger: &Trigger) -> Vec<(Focus, Option<Territory>)> {
        let Some(each) = &trigger.each else { return vec![(Focus::default(), None)] };
        let of = |focus: Focus| (focus, None);
        match each.as_str() {
            "country" => {
                let there = |place: Name| Focus { place: Some(place), each: true, ..Focus::default() };
                // What was sold in several together was sold in no country that is told.
                let one = |place: &Name| {
                    matches!(world::place(place.as_str()), Some(Place::Country | Place::Subdivision))
                };
                let (mut told, mut reported) = (self.places_told_of(), self.places_reported());
                reported.retain(one);
                told.append(&mut reported);
                told.sort();
                told.dedup();
                let elsewhere = self.elsewhere(model, trigger, &told);
                let others = elsewhere.map(|(place, territory)| (there(place), Some(territory)));
                told.into_iter().map(|place| of(there(place))).chain(others).collect()
            }
            "product" => {
                let products = model.market.products.keys();
                products
                    .map(|p| of(Focus { product: Some(p.clone()), each: true, ..Focus::default() }))
                    .collect()
            }
            "field" => {
                let fields = model.market.dimension.iter().filter(|(_, root)| root.as_str() == "fields");
                fields
                    .map(|(f, _)| of(Focus { field: Some(f.clone()), each: true, ..Focus::default() }))
                    .collect()
            }
            _ => {
                let members = model.market.dimension.keys().filter(|name| model.market.is_member(name, each));
                members
                    .map(|m| of(Focus { others: vec![m.clone()], each: true, ..Focus::default() }))
                    .collect()
            }
        }
    }

    /// For which country a notice is given, and for which product, field or customer: a place may stand behind `for`.
    pub(crate) fn part_noticed(&self, notice: &Notice) -> (Option<Name>, Option<Name>) {
        let is_place = |name: &Name| self.models().any(|model| model.market.is_place(name));
        match &notice.for_ {
            Some(name) if notice.place.is_none() && is_place(name) => (Some(name.clone()), None),
            other => (notice.place.clone(), other.clone()),
        }
    }

    /// The countries of which nothing was told among those of the grants a trigger acts on, or of all where it makes a sum due and
    /// acts on none, and one of them.
    fn elsewhere(&self, model: &Model, trigger: &Trigger, told: &[Name]) -> Option<(Name, Territory)> {
        let effects = trigger.then.iter().chain(trigger.choice.iter().flat_map(|(_, _, effects)| effects));
        let effects: Vec<&Value> = effects.collect();
        let on_rights: Vec<Effect> = effects.iter().filter_map(|effect| Effect::read(effect)).collect();
        let acts = |name: &Name| on_rights.iter().any(|effect| is_of(effect, name));
        // A sum for each country is owed for those of the licences, where it acts on none of them.
        let sum = effects.iter().any(|effect| payer(effect).is_some());
        let all = sum && !model.grants.keys().any(acts);
        let acts = |name: &Name| all || acts(name);
        let mut places: Vec<Name> = Vec::new();
        for (_, grant) in model.grants.iter().filter(|(name, _)| acts(name)) {
            match &grant.territory {
                Some(territory) if model.market.has_blank(territory) => {}
                Some(territory) if territory.except.is_empty() => {
                    places.extend(territory.places.iter().cloned());
                }
                _ => places.push(Name::from("World")),
            }
        }
        if places.is_empty() {
            return None;
        }
        let territory = Territory { places, except: told.to_vec(), unknown: None };
        let rest = model.market.places(&territory, self.facts.as_of());
        let one = rest.codes().find(|code| !code.contains('-')).map(Name::from)?;
        Some((one, territory))
    }

    /// The places anything was told of.
    pub(crate) fn places_told(&self) -> Vec<Name> {
        let mut places = self.places_told_of();
        places.extend(self.places_reported());
        places.sort();
        places.dedup();
        places
    }

    /// The places that lines of reports name.
    fn places_reported(&self) -> Vec<Name> {
        let mut places = Vec::new();
        for event in self.facts.events() {
            if let EventKind::Reported { lines, .. } = &event.kind {
                let cells = lines.iter().flat_map(|line| line.cell.iter());
                places.extend(cells.filter(|cell| world::place(cell.as_str()).is_some()).cloned());
            }
        }
        places
    }

    /// The places anything else was told of.
    fn places_told_of(&self) -> Vec<Name> {
        let mut places = Vec::new();
        for event in self.facts.events() {
            match &event.kind {
                EventKind::Reached { place: Some(place), .. }
                | EventKind::FirstSale { place: Some(place), .. }
                | EventKind::Began(_, Some(place))
                | EventKind::Ended(_, Some(place)) => places.push(place.clone()),
                EventKind::Told { place: Some(place), .. } => places.push(place.clone()),
                EventKind::Notice(notice) => places.extend(self.part_noticed(notice).0),
                EventKind::Chose { effects, .. } => {
                    let parts = effects.iter().filter_map(Effect::read).filter_map(|e| e.part.territory);
                    places.extend(parts.flat_map(|territory| territory.places));
                }
                _ => {}
            }
        }
        places
    }
}
