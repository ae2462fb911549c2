//! The terms of a day: which edition answers a question, and where something stands that only some of them have.

use crate::clock::Focus;
use crate::engine::Run;
use counterpart_num::Date;
use counterpart_terms::model::{Edition, Metric, Model, Pay, Royalty};
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

impl<'m> Run<'m> {
    /// The terms in force on a day.
    pub fn model_on(&self, day: Date) -> &'m Model {
        self.machine.editions.on(day)
    }

    /// The terms in force on the day asked about: for what is about the deal as a whole.
    pub fn model_now(&self) -> &'m Model {
        self.model_on(self.facts.as_of())
    }

    /// Every edition of the terms, oldest first.
    pub(crate) fn models(&self) -> impl DoubleEndedIterator<Item = &'m Model> + use<'m> {
        self.machine.editions.0.iter().map(|e| &e.model)
    }

    /// Something in the terms of a day. Where those do not have it, as they stand nearest to the day: in the
    /// first that come to have it, or else in the last that had it.
    pub(crate) fn named_on<T>(&self, day: Date, look: impl Fn(&'m Model) -> Option<&'m T>) -> Option<&'m T> {
        let after = |e: &&Edition| e.from.is_some_and(|from| from > day);
        let editions = &self.machine.editions.0;
        look(self.model_on(day))
            .or_else(|| editions.iter().filter(after).find_map(|e| look(&e.model)))
            .or_else(|| editions.iter().rev().find_map(|e| look(&e.model)))
    }

    /// A metric as it was defined on a day.
    pub(crate) fn metric_on(&self, name: &Name, day: Date) -> Option<&'m Metric> {
        self.named_on(day, |model| model.market.metrics.get(name))
    }

    /// The day whose terms answer a question: the one on which its period began, or the day asked about.
    pub(crate) fn terms_day(&self, focus: &Focus) -> Date {
        focus.terms.or(focus.period.map(|p| p.start)).unwrap_or_else(|| self.facts.as_of())
    }

    /// Every royalty of the deal, each in the terms last agreed that have it.
    pub(crate) fn royalties(&self) -> Vec<&'m Royalty> {
        let mut found: BTreeMap<&Name, &Royalty> = BTreeMap::new();
        found.extend(self.models().flat_map(|m| &m.royalties));
        found.into_values().collect()
    }

    /// Every other payment of the deal, each in the terms last agreed that have it.
    pub(crate) fn pays(&self) -> Vec<&'m Pay> {
        let mut found: BTreeMap<&Name, &Pay> = BTreeMap::new();
        found.extend(self.models().flat_map(|m| &m.pays));
        found.into_values().collect()
    }
}
