//! What a user waits for: reading a deal, reading a thousand, checking again after an edit, a statement.
//!
//! `cargo bench -p counterpart-run`; the numbers are kept in `docs/benchmarks.md`.

use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_terms::Deal;
use criterion::{Criterion, criterion_group, criterion_main};
use std::fmt::Write;
use std::hint::black_box;

const AGREEMENT: &str = include_str!("../../../deals/helios-borealis/agreement.deal");

fn read(text: &str) -> Deal {
    Deal::read([("agreement.deal".to_string(), text.as_bytes().to_vec())])
}

/// Ten years of quarters in two currencies, with tiers, a minimum, a reduction and payments.
fn decade() -> Deal {
    let terms = r#"
agreement "Ten years"
  between Lab, Maker
  effective 2026-01-01
  currency USD
  exchange "ECB", mean of month-end rates in the period
party Lab of US
party Maker of DE
metric sales "Net sales"
  money, by country
  reported by Maker each quarter, within 30 days
royalty Running from Maker to Lab
  on sales
  marginal tiers each calendar year
    up to USD 10m   4%
    up to USD 50m   5%
    above           6%
  reductions
    third-party royalties: credit 50%, never below half the rate
  at least USD 500k each year
    creditable within the year
  paid within 45 days of each quarter
  late interest 8% a year, simple, actual/365
"#;
    let mut journal = String::new();
    for year in 2026..2036 {
        for quarter in 1..=4 {
            for month in quarter * 3 - 2..=quarter * 3 {
                let day = Date::new(year, month, 1).map_or(28, |d| d.end_of_month().day());
                let _ = writeln!(journal, "{year}-{month:02}-{day} rate ECB  EUR = USD 1.{:02}", 5 + month);
            }
            let (y, m) = if quarter == 4 { (year + 1, 1) } else { (year, quarter * 3 + 1) };
            let _ = writeln!(journal, "{y}-{m:02}-20 reported sales for {year} Q{quarter}");
            let _ = writeln!(journal, "  US  USD {},250,000", 2 + quarter);
            let _ = writeln!(journal, "  DE  EUR {},100,000", 1 + quarter);
            let _ = writeln!(journal, "{y}-{m:02}-28 paid Running for {year} Q{quarter} USD 150,000");
        }
    }
    Deal::read([
        ("agreement.deal".to_string(), terms.as_bytes().to_vec()),
        ("journal.deal".to_string(), journal.into_bytes()),
    ])
}

fn goals(c: &mut Criterion) {
    c.bench_function("read the tour agreement", |b| b.iter(|| black_box(read(AGREEMENT))));
    let mut slow = c.benchmark_group("many");
    slow.sample_size(10);
    slow.bench_function("read 1,000 of them", |b| {
        b.iter(|| {
            for _ in 0..1_000 {
                black_box(read(AGREEMENT));
            }
        });
    });
    slow.finish();
    let edited = AGREEMENT.replacen("USD 50m", "USD 55m", 1);
    c.bench_function("check again after an edit", |b| {
        b.iter(|| {
            let deal = read(&edited);
            black_box(Machine::new(&deal).failed_assertions())
        });
    });
    let deal = decade();
    assert!(deal.problems.is_empty(), "{:?}", deal.problems);
    let machine = Machine::new(&deal);
    let day = Date::new(2036, 3, 1).unwrap_or(Date::MAX);
    assert_eq!(machine.statement(None, None, day, Date::MAX).payments.len(), 40);
    c.bench_function("a statement of ten years of quarters", |b| {
        b.iter(|| black_box(machine.statement(None, None, day, Date::MAX)));
    });
}

criterion_group!(benches, goals);
criterion_main!(benches);
