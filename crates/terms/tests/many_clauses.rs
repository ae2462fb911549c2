//! Deals of very many clauses: four times the clauses take about four times the time, whichever check looks at them.
//!
//! A check that compared each grant with each other would take sixteen times as long. What takes long on a busy machine
//! takes long for another reason, so both sizes are read again and again, and of each the shortest time counts: that is
//! hardly more than the work itself. It fails where no round out of many brings the two close enough.
//!
//! How long it takes in all is kept by the benchmark of the same name.

#![allow(clippy::panic, reason = "a test stops with a panic")]

use counterpart_terms::Deal;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Few grants; many are four times as many.
const FEW: usize = 10_000;
/// So many rounds at least, so that the short time is of a round that nothing disturbed.
const LEAST: usize = 3;
/// So many rounds at most.
const MOST: usize = 12;
/// What is linear takes four times as long, and with what it sorts a little more; what is quadratic up to sixteen times.
const TIMES: u32 = 7;

/// How long a deal takes to be read that has this many grants.
fn time(grants: usize, assets: &dyn Fn(usize) -> String) -> Duration {
    let mut text =
        "agreement \"Many\"\n  between B, C\n  effective 2026-01-01\n\nparty B\nparty C\n".to_string();
    for at in 0..grants {
        let _ = writeln!(text, "grant {} from B to C", assets(at));
    }
    let sources = [("agreement.deal".to_string(), text.into_bytes())];
    let begun = Instant::now();
    let deal = Deal::read(sources);
    let took = begun.elapsed();
    assert_eq!(deal.records.len(), grants + 3, "every grant is read");
    took
}

fn grows_with_the_clauses(assets: &dyn Fn(usize) -> String) {
    let (mut few, mut many) = (Duration::MAX, Duration::MAX);
    for round in 1..=MOST {
        few = few.min(time(FEW, assets));
        many = many.min(time(4 * FEW, assets));
        if round >= LEAST && many < few * TIMES {
            println!("{FEW} grants take {few:?}, four times as many {many:?}, in round {round}");
            return;
        }
    }
    panic!("{FEW} grants take {few:?}, four times as many {many:?}: more than {TIMES} times as long");
}

/// Those that are alike meet in the checks for what is said twice.
#[test]
fn grants_of_one_name() {
    grows_with_the_clauses(&|_| "A".to_string());
}

/// Those of names of their own meet in the checks that sort them.
#[test]
fn grants_of_many_names() {
    grows_with_the_clauses(&|at| format!("A{at}"));
}
