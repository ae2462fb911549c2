//! Deals of very many clauses: twice the clauses take about twice the time, whichever check looks at them.

use counterpart_terms::Deal;
use std::time::{Duration, Instant};

/// How long a deal takes to be read that has this many grants.
fn time(grants: usize, line: impl Fn(usize) -> String) -> Duration {
    let mut text =
        "agreement \"Many\"\n  between B, C\n  effective 2026-01-01\n\nparty B\nparty C\n".to_string();
    text.extend((0..grants).map(line));
    let begun = Instant::now();
    let deal = Deal::read([("agreement.deal".to_string(), text.into_bytes())]);
    assert_eq!(deal.records.len(), grants + 3);
    begun.elapsed()
}

/// A check that compared each grant with each other would take sixteen times as long for four times the grants; half
/// of that leaves room for a machine that is busy.
#[test]
fn grants() {
    let alike = |_| "grant A from B to C\n".to_string();
    let apart = |at| format!("grant A{at} from B to C\n");
    for line in [&alike as &dyn Fn(usize) -> String, &apart] {
        let few = (0..3).map(|_| time(10_000, line)).max().unwrap_or_default();
        let many = (0..3).map(|_| time(40_000, line)).min().unwrap_or_default();
        assert!(many < few * 8, "10,000 grants take {few:?}, 40,000 take {many:?}");
    }
}
