//! How a statement grows with the journal: ten years of months, in two, twenty and two hundred countries, each
//! country reported by an entry of its own, one in six corrected later. Ten times the events take about ten
//! times as long.
//!
//! `cargo bench -p counterpart-run --bench journals`; the numbers are kept in `docs/benchmarks.md`.

use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_terms::{Deal, world};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::fmt::Write;
use std::hint::black_box;

const TERMS: &str = r#"
agreement "Many countries"
  between Lab, Maker
  effective 2026-01-01
  currency USD
  exchange "ECB", mean of month-end rates in the period
party Lab of US
party Maker of DE
metric sales "Net sales"
  money, by country
  reported by Maker each month, within 30 days
royalty Running from Maker to Lab
  on sales
  marginal tiers each calendar year
    up to USD 10m   4%
    up to USD 50m   5%
    above           6%
  for each country until 15 years from first sale
  at least USD 500k each year
    creditable within the year
  paid within 45 days of each quarter
"#;

/// Ten years of months: the deal, and how many entries its journal has.
fn decade(count: usize) -> (Deal, u64) {
    let countries: Vec<&str> = world::countries().take(count).collect();
    assert_eq!(countries.len(), count, "there are so many countries");
    let mut journal = String::new();
    let mut entries = 0;
    for year in 2026..2036 {
        for month in 1..=12 {
            let end = Date::new(year, month, 1).map_or(Date::MIN, Date::end_of_month);
            let told = end.add_days(20).unwrap_or(end);
            let _ = writeln!(journal, "{end} rate ECB  EUR = USD 1.{:02}", 5 + month);
            for (at, country) in countries.iter().enumerate() {
                let money = if at % 2 == 0 { "USD" } else { "EUR" };
                let _ = writeln!(
                    journal,
                    "{told} reported sales for {year}-{month:02} in {country}: {money} {},000",
                    month * 7 + at as u32 % 90
                );
                entries += 1;
                if (at + month as usize).is_multiple_of(6) {
                    let later = told.add_days(100).unwrap_or(told);
                    let _ = writeln!(
                        journal,
                        "{later} corrected sales for {year}-{month:02}\n  {country} {money} {},500",
                        month * 7
                    );
                    entries += 1;
                }
            }
        }
    }
    let files = [("agreement.deal", TERMS.to_string()), ("journal.deal", journal)];
    (Deal::read(files.map(|(name, text)| (name.to_string(), text.into_bytes()))), entries)
}

fn journals(c: &mut Criterion) {
    let day = Date::new(2036, 6, 1).unwrap_or(Date::MAX);
    let mut group = c.benchmark_group("a statement of ten years of months");
    group.sample_size(10);
    for count in [2, 20, 200] {
        let (deal, entries) = decade(count);
        assert!(deal.problems.is_empty(), "{:?}", deal.problems.first());
        let machine = Machine::new(&deal);
        assert!(machine.problems.is_empty(), "{:?}", machine.problems.first());
        let statement = machine.statement(None, None, day, Date::MAX);
        assert!(statement.payments.iter().all(|p| p.unknown.is_none()), "every figure is known");
        group.throughput(Throughput::Elements(entries));
        group.bench_with_input(BenchmarkId::new("journal read", entries), &deal, |b, deal| {
            b.iter(|| black_box(Machine::new(deal).journal.events.len()));
        });
        group.bench_with_input(BenchmarkId::new("computed", entries), &machine, |b, machine| {
            b.iter(|| black_box(machine.statement(None, None, day, Date::MAX)));
        });
    }
    group.finish();
}

criterion_group!(benches, journals);
criterion_main!(benches);
