//! For what each a trigger is tested: the countries, products, fields or customers there are.

use super::changes::is_of;
use crate::clock::Focus;
use crate::engine::Run;
use counterpart_ledger::EventKind;
use counterpart_terms::model::{Effect, Model, Trigger};
use counterpart_terms::value::{Name, Territory};

impl Run<'_> {
    /// What a trigger is tested for: everything at once, or each country, product or field. Of the countries of which
    /// nothing was told one stands for all: what is so in one of them is so in each.
    pub(super) fn each_of(&self, model: &Model, trigger: &Trigger) -> Vec<(Focus, Option<Territory>)> {
        let Some(each) = &trigger.each else { return vec![(Focus::default(), None)] };
        let of = |focus: Focus| (focus, None);
        match each.as_str() {
            "country" => {
                let there = |place: Name| Focus { place: Some(place), each: true, ..Focus::default() };
                let told = self.places_told();
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

    /// The countries of which nothing was told among those of the grants a trigger acts on, and one of them.
    fn elsewhere(&self, model: &Model, trigger: &Trigger, told: &[Name]) -> Option<(Name, Territory)> {
        let effects = trigger.then.iter().chain(trigger.choice.iter().flat_map(|(_, _, effects)| effects));
        let effects: Vec<Effect> = effects.filter_map(Effect::read).collect();
        let acts = |name: &Name| effects.iter().any(|effect| is_of(effect, name));
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
        let mut places = Vec::new();
        for event in self.facts.events() {
            match &event.kind {
                EventKind::Reached { place: Some(place), .. }
                | EventKind::FirstSale { place: Some(place), .. }
                | EventKind::Began(_, Some(place))
                | EventKind::Ended(_, Some(place)) => places.push(place.clone()),
                EventKind::Told { place: Some(place), .. } => places.push(place.clone()),
                EventKind::Notice(notice) => places.extend(notice.place.clone()),
                EventKind::Chose { effects, .. } => {
                    let parts = effects.iter().filter_map(Effect::read).filter_map(|e| e.part.territory);
                    places.extend(parts.flat_map(|territory| territory.places));
                }
                EventKind::Reported { lines, .. } => {
                    places.extend(
                        lines
                            .iter()
                            .flat_map(|line| line.cell.iter())
                            .filter(|cell| counterpart_terms::world::place(cell.as_str()).is_some())
                            .cloned(),
                    );
                }
                _ => {}
            }
        }
        places.sort();
        places.dedup();
        places
    }
}
