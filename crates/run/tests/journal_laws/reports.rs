//! What a writer of journals reports: each metric for its periods, some late, some known late, some corrected, some never.

use crate::dice::Dice;
use crate::writer::{Entry, Writer, YEARS};
use counterpart_ledger::days;
use counterpart_num::PeriodKind;
use counterpart_terms::model::{Metric, MetricKind};
use counterpart_terms::value::time::Basis;
use counterpart_terms::value::{Name, PeriodLabel};
use std::collections::BTreeSet;

impl Writer<'_> {
    pub(super) fn metric(&self, dice: &mut Dice, name: &Name, metric: &Metric, out: &mut Vec<Entry>) {
        if metric.computed.is_some() {
            return;
        }
        let by = dice.pick(&metric.reporters).filter(|_| metric.reporters.len() > 1).cloned();
        let by = by.map_or(String::new(), |by| format!(" by {by}"));
        for label in self.labels(metric) {
            let header = &self.machine.editions.first().header;
            let span = days(label, (self.model, metric.reporters.first()), (header, &|| header.effective));
            let Some(span) = span else { continue };
            if dice.percent(15) {
                continue;
            }
            let late = if dice.percent(15) { 200 } else { 45 };
            let date = dice.after(span.end.next_day().unwrap_or(span.end), late);
            let known = dice.percent(10).then(|| dice.after(date, 200));
            let cells = self.cells(dice, metric);
            let lines = |dice: &mut Dice| -> String {
                cells.iter().map(|cell| format!("  {cell}{}\n", self.amount(dice, metric))).collect()
            };
            let first = lines(dice);
            out.push(self.entry(date, format!("reported {name}{by} for {label}"), &first, known));
            if dice.percent(15) {
                let on = dice.after(known.unwrap_or(date).next_day().unwrap_or(date), 200);
                let second = lines(dice);
                out.push(self.entry(on, format!("corrected {name}{by} for {label}"), &second, None));
            }
        }
        if metric.cycle.is_none() {
            for _ in 0..dice.below(4) {
                let (date, amount) = (self.some_day(dice), self.amount(dice, metric));
                out.push(self.told(dice, date, format!("reported {name}{by}: {amount}")));
            }
        }
    }

    /// The periods a metric is reported for.
    pub(super) fn labels(&self, metric: &Metric) -> Vec<PeriodLabel> {
        let Some(cycle) = &metric.cycle else { return Vec::new() };
        let years = self.start.year()..self.start.year() + YEARS;
        let each = |count: u32, label: fn(i32, u32) -> PeriodLabel| -> Vec<PeriodLabel> {
            years.clone().flat_map(|year| (1..=count).map(move |index| label(year, index))).collect()
        };
        match (cycle.unit, cycle.basis) {
            (PeriodKind::Year, Basis::Contract) => {
                (1..=YEARS as u32).map(PeriodLabel::ContractYear).collect()
            }
            (_, Basis::Contract) => Vec::new(),
            (PeriodKind::Year, Basis::Fiscal) => years.map(PeriodLabel::FiscalYear).collect(),
            (PeriodKind::Quarter, Basis::Fiscal) => each(4, PeriodLabel::FiscalQuarter),
            (PeriodKind::Year, _) => years.map(PeriodLabel::Year).collect(),
            (PeriodKind::Half, _) => each(2, PeriodLabel::Half),
            (PeriodKind::Quarter, _) => each(4, PeriodLabel::Quarter),
            (PeriodKind::Month, _) => each(12, PeriodLabel::Month),
        }
    }

    /// Some parts of the market, each another one.
    fn cells(&self, dice: &mut Dice, metric: &Metric) -> Vec<String> {
        let market = &self.model.market;
        let mut out = BTreeSet::new();
        for _ in 0..1 + dice.below(3) {
            let mut cell = String::new();
            let products: Vec<Name> = match metric.of.is_empty() {
                true => market.products.keys().cloned().collect(),
                false => metric.of.clone(),
            };
            let members = |root: &str, dice: &mut Dice| -> Option<Name> {
                let of = market.dimension.iter().filter(|(_, at)| at.as_str().trim_end_matches('s') == root);
                dice.pick(&of.map(|(name, _)| name.clone()).collect::<Vec<_>>()).cloned()
            };
            for dimension in &metric.by {
                let own = dimension.as_str().trim_end_matches('s');
                let name = match own {
                    "product" => dice.pick(&products).cloned(),
                    "country" => dice.pick(&self.places).cloned(),
                    _ => members(own, dice),
                };
                if let Some(name) = name {
                    cell.push_str(&format!("{name} "));
                }
            }
            out.insert(cell);
        }
        out.into_iter().collect()
    }

    pub(super) fn amount(&self, dice: &mut Dice, metric: &Metric) -> String {
        let size = [0, 9_000, 400_000, 3_000_000, 40_000_000];
        let most = dice.pick(&size).copied().unwrap_or(1);
        match metric.kind {
            MetricKind::Money => {
                let other = self.model.header.exchange.is_some() && dice.percent(20);
                let other =
                    if self.money == "EUR" { "USD" } else { "EUR" }.to_string().repeat(usize::from(other));
                let money = if other.is_empty() { &self.money } else { &other };
                format!("{money} {}", dice.below(most + 1))
            }
            MetricKind::Percent => format!("{}.{}%", dice.below(60), dice.below(10)),
            MetricKind::Price => format!("{} {}.{:02}", self.money, dice.below(90), dice.below(100)),
            _ => dice.below(most / 50 + 1).to_string(),
        }
    }
}
