//! First commercial sales as the reports show them, where nobody told of one.

use crate::clock::Clock;
use counterpart_ledger::{EventKind, Reports};
use counterpart_num::{Date, Exact};
use counterpart_terms::value::{Amount, Known, Name, PeriodLabel};
use std::collections::{BTreeMap, BTreeSet};

/// What a first sale is asked of; what is not said is not narrowed.
#[derive(Debug, Clone, Copy, Default)]
pub struct SaleOf<'a> {
    /// The product.
    pub product: Option<&'a Name>,
    /// The field, customer or title.
    pub field: Option<&'a Name>,
    /// The country.
    pub place: Option<&'a Name>,
}

/// The first day of sales in each part of the market that was reported.
#[derive(Debug, Default)]
pub struct FirstSales {
    /// By the names of the part.
    parts: Vec<(Vec<Name>, Date)>,
    /// Where the parts stand that a name is in.
    named: BTreeMap<Name, Vec<usize>>,
    /// Where the parts stand that name no country.
    nowhere: Vec<usize>,
}

impl Clock<'_> {
    /// The first commercial sale: as told, or else the first day of the first period with sales reported.
    pub fn first_sale(&self, of: &SaleOf<'_>, payer: Option<&Name>) -> Option<Date> {
        self.facts.first_sale_told(of, payer).or_else(|| self.first_reported(of))
    }

    fn first_reported(&self, of: &SaleOf<'_>) -> Option<Date> {
        let sales = self.facts.first_sales(|reports| self.read_first_sales(reports));
        let market = &self.editions.last().market;
        let is_here = |cell: &[Name]| {
            // A line that names no product is of every product.
            let names = |wanted: Option<&Name>, known: &dyn Fn(&Name) -> bool| {
                wanted.is_none_or(|w| cell.contains(w) || !cell.iter().any(known))
            };
            names(of.place, &|n| market.is_place(n))
                && names(of.product, &|n| market.products.contains_key(n))
                && names(of.field, &|n| market.dimension.contains_key(n))
        };
        let first = |at: &mut dyn Iterator<Item = &usize>| {
            let parts = at.filter_map(|at| sales.parts.get(*at));
            parts.filter(|(cell, _)| is_here(cell)).map(|(_, day)| *day).min()
        };
        match of.place {
            Some(place) => {
                let named = sales.named.get(place).into_iter().flatten();
                first(&mut named.chain(&sales.nowhere))
            }
            None => sales.parts.iter().filter(|(cell, _)| is_here(cell)).map(|(_, day)| *day).min(),
        }
    }

    /// The products and countries in which something was sold, as told or reported.
    pub(crate) fn sold(&self) -> BTreeSet<(Option<Name>, Option<Name>)> {
        let market = &self.editions.last().market;
        let sales = self.facts.first_sales(|reports| self.read_first_sales(reports));
        let reported = sales.parts.iter().map(|(cell, _)| {
            let product = cell.iter().find(|n| market.products.contains_key(*n));
            (product.cloned(), cell.iter().find(|n| market.is_place(n)).cloned())
        });
        let told = self.facts.happened().filter_map(|e| match &e.kind {
            EventKind::FirstSale { product, place, .. } => Some((product.clone(), place.clone())),
            _ => None,
        });
        reported.chain(told).collect()
    }

    fn read_first_sales(&self, reports: Reports<'_>) -> FirstSales {
        let market = &self.editions.last().market;
        let mut days: BTreeMap<Vec<Name>, Date> = BTreeMap::new();
        for (metric, made) in reports {
            // A price is told before anything is sold.
            if market.metrics.get(metric).is_some_and(|m| !m.is_flow()) {
                continue;
            }
            for report in made {
                let Some(start) = report.label.and_then(|l| self.start_of(l, report.by)) else { continue };
                for line in report.lines.into_iter().filter(|l| !is_nothing(&l.amount)) {
                    let mut cell = line.cell.clone();
                    cell.sort();
                    days.entry(cell).and_modify(|day| *day = start.min(*day)).or_insert(start);
                }
            }
        }
        let mut out = FirstSales::default();
        for (cell, day) in days {
            let at = out.parts.len();
            if !cell.iter().any(|n| market.is_place(n)) {
                out.nowhere.push(at);
            }
            for name in &cell {
                out.named.entry(name.clone()).or_default().push(at);
            }
            out.parts.push((cell, day));
        }
        out
    }

    /// The first day of a period reported. Contract years cannot be counted from a day that hangs on a sale.
    fn start_of(&self, label: PeriodLabel, by: Option<&Name>) -> Option<Date> {
        let fixed = self.editions.first().header.effective.is_some();
        if matches!(label, PeriodLabel::ContractYear(_)) && !fixed {
            return None;
        }
        self.period(label, by).map(|p| p.start)
    }
}

/// A line that says that nothing was sold.
fn is_nothing(amount: &Amount) -> bool {
    match amount {
        Amount::Money(_, Known::Given(n)) | Amount::Percent(Known::Given(n)) => n == &Exact::zero(),
        Amount::Number(n) | Amount::Quantity(n, _) => n == &Exact::zero(),
        _ => false,
    }
}
