//! The price of an invention: `price USD 50k once`. Whoever owns it is owed that by the other side, from the day on which that
//! is told to have accepted it.
//!
//! It is a payment under the name of the invention, so that it is listed, stated and paid like any other; which class the
//! invention is of, and so what it costs, is known only as of a day.

use crate::clock::Focus;
use crate::engine::Run;
use crate::pay::Item;
use crate::settle::only;
use crate::trace::Step;
use crate::unknown::Eval;
use counterpart_ledger::{EventKind, Journal};
use counterpart_syntax::Label;
use counterpart_terms::model::{Editions, Pay};
use counterpart_terms::value::Name;

/// Adds a payment for each invention that is told to each edition of the terms that prices any.
pub(crate) fn add(editions: &mut Editions, journal: &Journal) {
    for edition in &mut editions.0 {
        let model = &mut edition.model;
        let Some(at) = model.improvements.iter().find(|class| !class.priced.is_empty()).map(|class| class.at)
        else {
            continue;
        };
        for event in &journal.events {
            let EventKind::Told { word, name: Some(name), parts, .. } = &event.kind else { continue };
            if word != "invention" || model.royalties.contains_key(name) {
                continue;
            }
            let makers = parts.names(Label::By);
            let others = model.header.parties.iter().filter(|party| !makers.contains(party)).cloned();
            let between = (others.collect(), makers);
            let pay = || Pay::between(name.clone(), between, at);
            model.pays.entry(name.clone()).or_insert_with(pay);
        }
    }
}

impl Run<'_> {
    /// What is owed for an invention: nothing before it is accepted, or where its class has no price.
    pub(crate) fn improvement_items(&self, pay: &Pay) -> Eval<Vec<Item>> {
        let name: &Name = &pay.name;
        if !self.is_invention(name) {
            return Ok(Vec::new());
        }
        let Some(day) = self.facts.told("accepted", Some(name), None) else { return Ok(Vec::new()) };
        let it = self.invention(name)?;
        let class = self.class_of(&it)?;
        let Some(found) = class.class else { return Ok(Vec::new()) };
        let mut owners: Vec<Name> = Vec::new();
        for part in self.owners_of(&it, &class)? {
            owners
                .extend(part.names().into_iter().filter(|owner| !owners.contains(owner)).collect::<Vec<_>>());
        }
        let others = self.model_on(day).header.parties.iter().filter(|party| !owners.contains(party));
        let others: Vec<Name> = others.cloned().collect();
        let once = found.priced.iter().filter(|(_, cycle, _)| cycle.is_none());
        let items = once.map(|(price, _, at)| {
            let (amount, step) = match self.amount(price, &Focus::default()) {
                Ok((value, _)) => (Ok(value.clone()), Step::new(format!("price of {name}, accepted"), value)),
                Err(why) => (Err(why.clone().at(*at)), Step::note(why.reason)),
            };
            let item = Item::arisen(day, amount, step.on(day).by(*at), *at);
            Item { due: Some(day), from: only(&others), to: only(&owners), ..item }
        });
        Ok(items.collect())
    }
}
