//! How long it takes to read the agreement of the tour, a thousand of them, and to format it.

use counterpart_syntax::{format, parse};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const AGREEMENT: &str = include_str!("../../../deals/helios-borealis/agreement.deal");

fn read(c: &mut Criterion) {
    let mut group = c.benchmark_group("agreement");
    group.throughput(Throughput::Bytes(AGREEMENT.len() as u64));
    group.bench_function("parse", |b| b.iter(|| parse(black_box(AGREEMENT.as_bytes()))));
    let (tree, _) = parse(AGREEMENT.as_bytes());
    group.bench_function("format", |b| b.iter(|| format(black_box(&tree))));
    group.bench_function("parse with a mistake", |b| {
        let text = AGREEMENT.replacen("grant Storage", "grnat Storage", 1);
        b.iter(|| parse(black_box(text.as_bytes())));
    });
    group.finish();

    let thousand = AGREEMENT.repeat(1000);
    let mut group = c.benchmark_group("a thousand agreements");
    group.throughput(Throughput::Bytes(thousand.len() as u64));
    group.sample_size(10);
    group.bench_function("parse", |b| b.iter(|| parse(black_box(thousand.as_bytes()))));
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
