//! A portfolio of 100,000 grants: drawing its map, a question whether somebody may do something, all its clashes.
//!
//! `cargo bench -p counterpart-rights --bench portfolio`; the numbers are kept in `docs/benchmarks.md`. How the same
//! rows fare in PostgreSQL is `benches/peer.sh`.

use counterpart_rights::RightsMap;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

mod made;

fn portfolio(c: &mut Criterion) {
    let made = made::portfolio(100_000);
    let map = RightsMap::new(made.holdings.clone());
    let clashes = map.clashes();
    assert!((1_000..20_000).contains(&clashes.len()), "{} clashes", clashes.len());
    let mut group = c.benchmark_group("100,000 grants");
    group.sample_size(10);
    group.bench_function("map", |b| {
        b.iter_batched(|| made.holdings.clone(), |h| black_box(RightsMap::new(h)), BatchSize::LargeInput);
    });
    group.bench_function("clashes", |b| b.iter(|| black_box(map.clashes())));
    group.throughput(Throughput::Elements(made.questions.len() as u64));
    group.bench_function("questions", |b| {
        b.iter(|| {
            for (party, scope) in &made.questions {
                black_box(map.may(*party, scope));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, portfolio);
criterion_main!(benches);
