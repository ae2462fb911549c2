//! Every assertion of every example explains itself: the reasons `why` gives name a clause or an entry, and of each example
//! some reason is at the line marked `# the mechanism`, or below it.
//!
//! The marks are the ones whose removal makes an assertion fail, so which clause decides an example is not taken from
//! `why` itself. What does not explain itself yet stands in `explained/exceptions.txt`, each with its reason; a line
//! there that is no longer needed fails too. `UPDATE=1` writes the list anew and keeps the reasons that stand in it.

#![allow(clippy::expect_used, reason = "a test stops with a panic")]

use counterpart_run::Machine;
use counterpart_run::statement::Line;
use counterpart_terms::Deal;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LIST: &str = "tests/explained/exceptions.txt";
const MARK: &str = "# the mechanism";
/// What stands for a reason nobody has written yet.
const NO_REASON: &str = "not looked at";

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("the folder can be read").path()).collect();
    paths.retain(|path| path.is_dir() || path.extension().is_some_and(|e| e == "deal" || e == "csv"));
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The places the reasons name.
fn places<'l>(lines: &'l [Line], out: &mut BTreeSet<&'l str>) {
    for line in lines {
        out.extend(line.clause.as_deref());
        places(&line.lines, out);
    }
}

/// The lines of a text that are marked, each with the lines that stand deeper below it.
fn marked(text: &str) -> BTreeSet<usize> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut out = BTreeSet::new();
    let mut under: Option<usize> = None;
    for (number, line) in text.lines().enumerate() {
        under = under.filter(|mark| !line.trim().is_empty() && depth(line) > *mark);
        if line.contains(MARK) {
            under.get_or_insert(depth(line));
            out.insert(number + 1);
        }
        if under.is_some() {
            out.insert(number + 1);
        }
    }
    out
}

/// What does not explain itself in a deal.
fn silent(name: &str, files: &[(String, String)]) -> Vec<String> {
    let deal = Deal::read(files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())));
    let machine = Machine::new(&deal);
    let mut out = Vec::new();
    let mut named = BTreeSet::new();
    for claim in &machine.journal.claims {
        let because = machine.because(claim, claim.date);
        let mut found = BTreeSet::new();
        places(&because, &mut found);
        if found.is_empty() {
            out.push(format!("{name}: {} {}", claim.date, machine.words_of(claim)));
        }
        named.extend(found.into_iter().map(str::to_string));
    }
    for (path, text) in files {
        let marked = marked(text);
        let is_named = marked.iter().any(|line| named.contains(&format!("{path}:{line}")));
        if !marked.is_empty() && !is_named {
            out.push(format!("{name}: the line of the mechanism"));
        }
    }
    out
}

fn read(paths: &[PathBuf]) -> Vec<(String, String)> {
    paths.iter().map(|path| (name(path), fs::read_to_string(path).expect("the file can be read"))).collect()
}

/// What is silent in deals, two at a time.
fn all_silent(deals: &[(String, Vec<PathBuf>)]) -> Vec<String> {
    let half = deals.len().div_ceil(2).max(1);
    let of = |deals: &[(String, Vec<PathBuf>)]| -> Vec<String> {
        deals.iter().flat_map(|(name, paths)| silent(name, &read(paths))).collect()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = deals.chunks(half).map(|chunk| scope.spawn(move || of(chunk))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("it ends")).collect()
    })
}

/// The exceptions, each with its reason.
fn exceptions(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    let split = lines.map(|line| line.split_once("  -- ").unwrap_or((line, NO_REASON)));
    split.map(|(what, why)| (what.to_string(), why.to_string())).collect()
}

/// Holds what is silent against the list, of the examples or of the real deals.
fn hold(found: &[String], is_theirs: impl Fn(&str) -> bool) {
    let text = fs::read_to_string(LIST).unwrap_or_default();
    let known = exceptions(&text);
    if std::env::var("UPDATE").is_ok() {
        let head = "# What does not explain itself yet: no clause and no entry is named, or not the line that decides it.\n";
        let others = known.keys().filter(|what| !is_theirs(what)).cloned();
        let mut all: Vec<String> = found.iter().cloned().chain(others).collect();
        all.sort();
        let lines = all.iter().map(|what| {
            let why = known.get(what).map_or(NO_REASON, String::as_str);
            format!("{what}  -- {why}\n")
        });
        fs::write(LIST, format!("{head}{}", lines.collect::<String>())).expect("the list can be written");
        return;
    }
    let new: Vec<&String> = found.iter().filter(|what| !known.contains_key(*what)).collect();
    assert!(new.is_empty(), "{} without a reason:\n{new:#?}", new.len());
    let gone: Vec<&String> = known.keys().filter(|what| is_theirs(what) && !found.contains(what)).collect();
    assert!(gone.is_empty(), "no exception any more: {gone:#?}");
    let bare: Vec<&String> =
        known.iter().filter(|(_, why)| *why == NO_REASON).map(|(what, _)| what).collect();
    assert!(bare.is_empty(), "why is this an exception: {bare:#?}");
}

/// Whether a line of the list is of an example: of one file.
fn is_example(what: &str) -> bool {
    what.split_once(": ").is_some_and(|(name, _)| name.ends_with(".deal"))
}

#[test]
fn every_assertion_of_an_example_explains_itself() {
    let folder = Path::new("../../deals/mechanisms");
    let examples: Vec<(String, Vec<PathBuf>)> =
        listed(folder).into_iter().map(|path| (name(&path), vec![path])).collect();
    assert!(examples.len() > 170, "only {} examples", examples.len());
    hold(&all_silent(&examples), is_example);
}

#[test]
fn every_assertion_of_a_real_deal_names_a_clause_or_an_entry() {
    let folders = listed(Path::new("../../deals")).into_iter();
    let deals: Vec<(String, Vec<PathBuf>)> = folders
        .filter(|path| path.is_dir() && !path.ends_with("mechanisms"))
        .map(|path| (name(&path), listed(&path).into_iter().filter(|p| !p.is_dir()).collect()))
        .collect();
    assert!(deals.len() > 20, "only {} deals", deals.len());
    hold(&all_silent(&deals), |what| !is_example(what));
}
