//! What `benches/peer.sh` compares: writes a portfolio as rows for PostgreSQL, and this crate's answers and times.
//!
//! `cargo run --release -p counterpart-rights --example peer -- FOLDER GRANTS [ROUNDS]`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "it stops at what it did not expect")]

use counterpart_rights::{DAYS, Holding, Kind, PARTIES, Piece, Ranges, RightsMap, Scope, Status, date};
use made::{ACTS, ASSETS, FIELDS, PLACES};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

#[path = "../benches/made/mod.rs"]
mod made;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, count, rounds @ ..] = words.as_slice() else { panic!("peer FOLDER GRANTS [ROUNDS]") };
    let folder = Path::new(folder);
    let made = made::portfolio(count.parse().unwrap());
    write(folder, "grants.tsv", &grants(&made.holdings));
    write(folder, "questions.tsv", &questions(&made.questions));
    write(folder, "families.tsv", &keys(&made.families));
    write(folder, "sectors.tsv", &keys(&made.sectors));

    let rounds = rounds.first().map_or(1, |word| word.parse().unwrap());
    let mut times = String::new();
    let (mut told, mut found) = (String::new(), String::new());
    for _ in 0..rounds {
        let holdings = made.holdings.clone();
        let begun = Instant::now();
        let map = RightsMap::new(holdings);
        let drawn = begun.elapsed();
        let begun = Instant::now();
        let answers: Vec<Vec<Piece>> =
            made.questions.iter().map(|(party, cell)| map.may(*party, cell)).collect();
        let asked = begun.elapsed();
        let begun = Instant::now();
        let clashes = map.clashes();
        let clashed = begun.elapsed();
        let _ = writeln!(times, "{}\t{}\t{}", drawn.as_nanos(), asked.as_nanos(), clashed.as_nanos());
        told = answers.iter().enumerate().map(|(at, pieces)| format!("{at}\t{}\n", word(pieces))).collect();
        found = clashes
            .iter()
            .map(|clash| format!("{}\t{}\t{}\n", clash.keeps_out, clash.lets_in, cell(&clash.overlap)))
            .collect();
    }
    write(folder, "answers.ours", &told);
    write(folder, "clashes.ours", &found);
    write(folder, "times.ours", &times);
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

/// A set as PostgreSQL reads it.
fn set(ranges: &Ranges) -> String {
    let all: Vec<String> = ranges.iter().map(|(start, end)| format!("[{start},{end})")).collect();
    format!("{{{}}}", all.join(","))
}

fn days(scope: &Scope) -> String {
    let (from, to) = scope.side(DAYS).unwrap().bounds().unwrap();
    format!("[{},{}]", date(from), date(to))
}

fn grants(holdings: &[Holding]) -> String {
    // A made-up sublicence derives from one licence.
    let one = |h: &Holding| h.under.first().copied();
    let under: BTreeMap<usize, usize> = holdings.iter().filter_map(|h| Some((h.right, one(h)?))).collect();
    let mut out = String::new();
    for (id, holding) in holdings.iter().enumerate() {
        let mut above = Vec::new();
        let mut at = one(holding);
        while let Some(source) = at {
            above.push(source.to_string());
            at = under.get(&source).copied();
        }
        let kind = if holding.kind == Kind::Owned { "owned" } else { "licence" };
        let _ = write!(out, "{id}\t{kind}\t{}", days(&holding.scope));
        for dimension in [ASSETS, ACTS, FIELDS, PLACES, PARTIES] {
            let _ = write!(out, "\t{}", set(holding.scope.side(dimension).unwrap()));
        }
        let _ = writeln!(out, "\t{}\t{{{}}}", set(&holding.shuts_out), above.join(","));
    }
    out
}

fn questions(questions: &[(u32, Scope)]) -> String {
    let mut out = String::new();
    for (at, (_, scope)) in questions.iter().enumerate() {
        let _ = writeln!(out, "{at}\t{}", cell(scope));
    }
    out
}

/// Which of some sets, which share none, each position is in.
fn keys(sets: &[Ranges]) -> String {
    let rows = sets.iter().enumerate().flat_map(|(key, set)| {
        set.iter().flat_map(|(start, end)| start..end).map(move |position| format!("{position}\t{key}\n"))
    });
    rows.collect()
}

/// The first cell of a scope: day, asset, act, field, place, party.
fn cell(scope: &Scope) -> String {
    let first = |dimension: usize| scope.side(dimension).and_then(Ranges::first).unwrap();
    let rest = [ASSETS, ACTS, FIELDS, PLACES, PARTIES].map(|d| first(d).to_string());
    format!("{}\t{}", date(first(DAYS)), rest.join("\t"))
}

fn word(pieces: &[Piece]) -> &'static str {
    match pieces {
        [Piece { status: Status::Granted, .. }] => "granted",
        [Piece { status: Status::Reserved { own: true }, .. }] => "own",
        [Piece { status: Status::Reserved { own: false }, .. }] => "not granted",
        [Piece { status: Status::Forbidden, .. }] => "forbidden",
        [Piece { status: Status::Contested, .. }] => "contested",
        other => panic!("a cell has one status, and every fact is told: {other:?}"),
    }
}
