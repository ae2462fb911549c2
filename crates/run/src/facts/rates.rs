//! The rates of exchange and the values of an index that were told.

use super::Facts;
use super::happened::What;
use crate::exchange::Table;
use crate::unknown::Eval;
use counterpart_ledger::EventKind;
use counterpart_num::{Currency, Date, Exact};
use counterpart_terms::value::{Name, PeriodLabel};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The rates by source and pair; or why they cannot be told.
pub(super) type Tables = BTreeMap<(String, Currency, Currency), Eval<Rc<Table>>>;

impl<'j> Facts<'j> {
    /// The first day after another on which a rate of exchange was told.
    pub(crate) fn rate_told_after(&self, day: Date) -> impl Iterator<Item = Date> + use<> {
        let rates = self.seen(&self.sorted.rates).map(|event| event.date);
        rates.filter(|told| *told > day).min().into_iter()
    }

    /// The rates of a pair that a deal's source tells.
    ///
    /// # Errors
    /// Where several tell them and the deal names none.
    pub(crate) fn rates_of(&self, source: &str, from: Currency, to: Currency) -> Eval<Rc<Table>> {
        let key = (source.to_string(), from, to);
        if let Some(found) = self.tables.borrow().get(&key) {
            return found.clone();
        }
        let found = Table::of(self, source, from, to).map(Rc::new);
        self.tables.borrow_mut().insert(key, found.clone());
        found
    }

    /// The rates told: day, source, from, to, rate.
    pub fn rates(&self) -> impl Iterator<Item = (Date, &'j Name, Currency, Currency, &'j Exact)> + '_ {
        self.seen(&self.sorted.rates).flat_map(|e| {
            let pairs: &'j [(Currency, Currency, Exact)] = match &e.kind {
                EventKind::Rate { pairs, .. } => pairs,
                _ => &[],
            };
            let source = match &e.kind {
                EventKind::Rate { source, .. } => Some(source),
                _ => None,
            };
            pairs.iter().filter_map(move |(from, to, rate)| Some((e.date, source?, *from, *to, rate)))
        })
    }

    /// The values of an index told so far: day, period, value.
    pub fn index<'f>(
        &'f self,
        index: &'f Name,
    ) -> impl Iterator<Item = (Date, Option<PeriodLabel>, &'j Exact)> + 'f {
        self.all_of(What::Index, index.as_str()).filter_map(move |e| match &e.kind {
            EventKind::Index { name, label, value } if name == index => Some((e.date, *label, value)),
            _ => None,
        })
    }
}
