//! What a user waits for once a deal has a history: the tour agreement with its ten years of events.
//!
//! Counted as *replay*, all of it anew on each turn, from a deal whose text has been read: the journal read and
//! checked; the statement of every period, each figure with the lines, clauses and arithmetic below it; every duty
//! there is or was; how the deal stands at the end; the whole timeline of every grant, each turn with its reasons; the
//! table of the rights in force. Nothing is kept from one turn to the next. Reading the text is counted in *check*:
//! the agreement edited in one line, read with its journal and every assertion of it asked.
//!
//! *Growing* is the same replay on made-up journals under the same terms: ten years of quarters in which more countries
//! report, more is paid on account, more costs are told and more meetings held. Four times the events take about four
//! times as long.
//!
//! `cargo bench -p counterpart-run --bench replay`; the numbers are kept in `docs/benchmarks.md`.

use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::questions::every_act;
use counterpart_terms::Deal;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::fmt::Write;
use std::hint::black_box;

const AGREEMENT: &str = include_str!("../../../deals/helios-borealis/agreement.deal");
const JOURNAL: &str = include_str!("../../../deals/helios-borealis/journal.deal");
const TEN_YEARS: &str = include_str!("../../../deals/helios-borealis/ten-years.deal");

/// The countries that report, in this order, each as often as a journal is long.
const COUNTRIES: [&str; 8] = ["DE", "SE", "NO", "FR", "DK", "FI", "IT", "ES"];

fn read(agreement: &str, journals: &[&str]) -> Deal {
    let file = |(number, text): (usize, &&str)| (format!("journal-{number}.deal"), text.as_bytes().to_vec());
    let agreement = ("agreement.deal".to_string(), agreement.as_bytes().to_vec());
    Deal::read(std::iter::once(agreement).chain(journals.iter().enumerate().map(file)))
}

/// Everything, and how many lines it comes to.
fn replay(deal: &Deal, on: Date) -> usize {
    let machine = Machine::new(deal);
    let run = machine.run(on, Date::MAX);
    let (statement, duties) = (run.statement(None, None), run.agenda(true));
    let (status, timeline) = (run.status(), run.timeline(None));
    let rights = run.rights_table(&every_act(), None, on).map_or(0, |rows| rows.len());
    let count = statement.payments.len() + duties.len() + status.rights.len() + timeline.len() + rights;
    black_box((statement, duties, status, timeline));
    count
}

/// Ten years of quarters under the terms of the tour agreement, `size` times five entries in each.
fn made(size: usize) -> (Deal, u64) {
    let mut journal =
        String::from("2027-01-01 signed by Helios, Borealis\n2028-05-20 reached Type-approval\n");
    let mut entries = 2;
    let mut tell = |entry: &str| {
        let _ = writeln!(journal, "{entry}");
        entries += 1;
    };
    for quarter in 0..40 {
        let (year, number) = (2028 + quarter / 4, quarter % 4 + 1);
        let (after, month) = if number == 4 { (year + 1, 1) } else { (year, number * 3 + 1) };
        for turn in 0..size {
            let (day, index) = (turn % 28 + 1, turn / COUNTRIES.len());
            let Some(country) = COUNTRIES.get(turn % COUNTRIES.len()) else { continue };
            let field = if index % 2 == 0 { "grid" } else { "home" };
            tell(&format!(
                "{after}-{month:02}-{day:02} reported sales for {year} Q{number}\n  Cell {field} {country}  USD {},000",
                700 + 10 * turn + quarter
            ));
            tell(&format!(
                "{after}-{month:02}-{day:02} paid Running for {year} Q{number} USD 20,{turn:03}.00"
            ));
            tell(&format!(
                "{after}-{month:02}-{day:02} cost of Electrolyte by Helios USD 1,000 in {country}"
            ));
            let (next, day) = (month + 1, turn % 20 + 1);
            tell(&format!("{after}-{next:02}-{day:02} met Steering\n  present Helios 3, Borealis 3"));
            tell(&format!("{after}-{next:02}-{:02} sent minutes of Steering by Helios", day + 5));
        }
    }
    (read(AGREEMENT, &[&journal]), entries)
}

fn last_day(deal: &Deal) -> Date {
    Machine::new(deal).journal.last_day().unwrap_or(Date::MAX)
}

fn ten_years(c: &mut Criterion) {
    let deal = read(AGREEMENT, &[JOURNAL, TEN_YEARS]);
    assert!(deal.problems.is_empty(), "{:?}", deal.problems.first());
    let on = last_day(&deal);
    let machine = Machine::new(&deal);
    let run = machine.run(on, Date::MAX);
    let mut group = c.benchmark_group("ten years");
    group.sample_size(10);
    group.bench_function("replay", |b| b.iter(|| replay(&deal, on)));
    group.bench_function("journal read", |b| b.iter(|| black_box(Machine::new(&deal).journal.events.len())));
    group.bench_function("statement", |b| b.iter(|| machine.statement(None, None, on, Date::MAX)));
    group.bench_function("duties", |b| b.iter(|| machine.agenda(on, Date::MAX, true)));
    group.bench_function("status", |b| b.iter(|| machine.run(on, Date::MAX).status()));
    group.bench_function("timeline", |b| b.iter(|| machine.run(on, Date::MAX).timeline(None)));
    group.bench_function("rights", |b| {
        b.iter(|| {
            machine.run(on, Date::MAX).rights_table(&every_act(), None, on).map_or(0, |rows| rows.len())
        });
    });
    assert!(!run.timeline(None).is_empty(), "grants change in ten years");
    group.finish();
}

fn check(c: &mut Criterion) {
    let edited = AGREEMENT.replacen("USD 50m", "USD 55m", 1);
    assert_ne!(edited, AGREEMENT, "the edit changes the text");
    let mut group = c.benchmark_group("check again after an edit");
    group.sample_size(10);
    group.bench_function("with the journal of the tour", |b| {
        b.iter(|| {
            let deal = read(&edited, &[JOURNAL]);
            black_box(Machine::new(&deal).failed_assertions())
        });
    });
    group.bench_function("with its ten years", |b| {
        b.iter(|| {
            let deal = read(&edited, &[JOURNAL, TEN_YEARS]);
            black_box(Machine::new(&deal).failed_assertions())
        });
    });
    group.finish();
}

fn growing(c: &mut Criterion) {
    let mut group = c.benchmark_group("growing");
    group.sample_size(10);
    for size in [1, 4, 16] {
        let (deal, entries) = made(size);
        assert!(deal.problems.is_empty(), "{:?}", deal.problems.first());
        let odd = Machine::new(&deal).problems;
        assert!(odd.is_empty(), "{:?}", odd.first());
        let on = last_day(&deal);
        group.throughput(Throughput::Elements(entries));
        group.bench_with_input(BenchmarkId::new("replay", entries), &deal, |b, deal| {
            b.iter(|| replay(deal, on));
        });
    }
    group.finish();
}

criterion_group!(benches, ten_years, check, growing);
criterion_main!(benches);
