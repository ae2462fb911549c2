//! Deals of very many clauses: twice the clauses take about twice the time, whichever check looks at them.
//!
//! A check that compared each grant with each other would take sixteen times as long for four times the grants. Grants
//! that are alike meet in the checks for what is said twice, grants of other assets in those that sort them.
//!
//! `cargo bench -p counterpart-terms --bench many_clauses`; the numbers are kept in `docs/benchmarks.md`.

use counterpart_terms::Deal;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::fmt::Write;

/// A deal with so many grants.
fn text(grants: usize, assets: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text =
        "agreement \"Many\"\n  between B, C\n  effective 2026-01-01\n\nparty B\nparty C\n".to_string();
    for at in 0..grants {
        let _ = writeln!(text, "grant {} from B to C", assets(at));
    }
    text.into_bytes()
}

fn grants(c: &mut Criterion) {
    let alike = |_| "A".to_string();
    let apart = |at| format!("A{at}");
    let mut group = c.benchmark_group("many grants");
    group.sample_size(10);
    for (name, assets) in [("alike", &alike as &dyn Fn(usize) -> String), ("apart", &apart)] {
        for grants in [10_000, 40_000] {
            let text = text(grants, assets);
            group.throughput(Throughput::Elements(grants as u64));
            group.bench_with_input(BenchmarkId::new(name, grants), &text, |b, text| {
                b.iter(|| {
                    let deal = Deal::read([("agreement.deal".to_string(), text.clone())]);
                    assert_eq!(deal.records.len(), grants + 3);
                    deal
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, grants);
criterion_main!(benches);
