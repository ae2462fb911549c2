//! Every deal of `deals/`, and every example of a mechanism: it reads without errors, and what it
//! asserts holds. Assertions about rights that this machine does not compute are counted and let pass.
//!
//! `cargo test -p counterpart-run --test deals -- --nocapture` prints the table.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops with a panic")]

#[path = "common/turned.rs"]
mod turned;

use counterpart_run::{Machine, Outcome};
use counterpart_syntax::{Diagnostic, Severity};
use counterpart_terms::Deal;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// What became of one deal.
struct Report {
    name: String,
    clauses: usize,
    holds: usize,
    not_yet: usize,
    /// Errors, and assertions that fail or cannot be decided, each with its place.
    wrong: Vec<String>,
}

#[test]
fn deals_read_without_errors_and_assert_what_holds() {
    let folders = listed("../../deals", |path| path.is_dir() && !path.ends_with("mechanisms"));
    verdict(folders.iter().map(|folder| read(folder, &listed(folder, is_source), &|text| text)).collect());
}

#[test]
fn deals_and_mechanisms_assert_the_same_with_their_clauses_in_the_other_order() {
    let folders = listed("../../deals", |path| path.is_dir() && !path.ends_with("mechanisms"));
    let mut reports: Vec<Report> =
        folders.iter().map(|folder| read(folder, &listed(folder, is_source), &in_the_other_order)).collect();
    let files = listed("../../deals/mechanisms", is_source);
    reports.extend(files.iter().map(|file| read(file, std::slice::from_ref(file), &in_the_other_order)));
    verdict(reports);
}

fn in_the_other_order(bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => turned::turned(&text).into_bytes(),
        Err(other) => other.into_bytes(),
    }
}

#[test]
fn mechanisms_read_without_errors_and_assert_what_holds() {
    let files = listed("../../deals/mechanisms", is_source);
    verdict(files.iter().map(|file| read(file, std::slice::from_ref(file), &|text| text)).collect());
}

#[test]
fn every_mechanism_kind_has_an_example() {
    let kinds = [("G", 29), ("T", 30), ("P", 64), ("I", 15), ("V", 26)];
    let ids = kinds.iter().flat_map(|(letter, count)| (1..=*count).map(move |n| format!("{letter}{n:02}")));
    let missing: Vec<String> =
        ids.filter(|id| !Path::new("../../deals/mechanisms").join(format!("{id}.deal")).is_file()).collect();
    assert!(missing.is_empty(), "no example of {}", missing.join(", "));
}

/// The table, and a failure with a list where anything is wrong.
fn verdict(reports: Vec<Report>) {
    let mut table = format!("{:<24}{:>9}{:>7}{:>9}{:>7}\n", "deal", "clauses", "holds", "not yet", "wrong");
    for Report { name, clauses, holds, not_yet, wrong } in &reports {
        let _ = writeln!(table, "{name:<24}{clauses:>9}{holds:>7}{not_yet:>9}{:>7}", wrong.len());
    }
    println!("{table}");
    let wrong: Vec<&str> = reports.iter().flat_map(|r| &r.wrong).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} wrong:\n  {}\n", wrong.len(), wrong.join("\n  "));
}

/// Reads a deal, its text changed in some way that must not change what it says.
fn read(path: &Path, files: &[PathBuf], written: &dyn Fn(Vec<u8>) -> Vec<u8>) -> Report {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let deal = Deal::read(
        files.iter().map(|file| (name(file), written(fs::read(file).expect("the file can be read")))),
    );
    let machine = Machine::new(&deal);
    let shown = name(path);
    let place = |file: usize, line: u32| match deal.files.get(file) {
        Some(file) if file.path != shown => format!("{shown}/{}:{line}", file.path),
        _ => format!("{shown}:{line}"),
    };
    let error = |problem: &Diagnostic| {
        let line = deal.files.get(problem.at.file).map_or(0, |f| f.lines.line(problem.at.span.start));
        format!("{}: {} [{}]", place(problem.at.file, line), problem.message, problem.code)
    };
    let problems = deal.problems.iter().chain(&machine.problems);
    let mut wrong: Vec<String> = problems.filter(|p| p.severity == Severity::Error).map(error).collect();
    let (mut holds, mut not_yet) = (0, 0);
    for (claim, outcome) in machine.check_all() {
        let text = deal.files.get(claim.at.file).map_or("", |f| f.tree.slice(claim.at.span()));
        let place = place(claim.at.file, claim.at.line);
        match outcome {
            Outcome::Holds => holds += 1,
            Outcome::NotYet => not_yet += 1,
            Outcome::Fails(found) => wrong.push(format!("{place}: {text} -- {found}")),
            Outcome::Undecided(why) => wrong.push(format!("{place}: {text} -- undecided: {why}")),
        }
    }
    Report { name: shown, clauses: deal.records.len(), holds, not_yet, wrong }
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "deal" || e == "csv")
}

fn listed(folder: impl AsRef<Path>, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.as_ref()).expect("the folder can be read");
    let mut paths: Vec<PathBuf> =
        entries.map(|e| e.expect("the folder can be read").path()).filter(|p| wanted(p)).collect();
    paths.sort();
    paths
}
