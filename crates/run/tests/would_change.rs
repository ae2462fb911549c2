//! What `why` says would change an answer, put to the proof: each entry it names is written into the journal, each line
//! it names is taken out, each day it names is asked about, and the answer is another one then.
//!
//! The questions stand in `would_change/NAME.md`, about `would_change/NAME.deal` or, where there is none, about the real deal
//! in `deals/NAME`: a line of the list is a day and a question, the lines below it are entries and words that what would
//! change it has to hold, worked by hand; `nothing` where nothing would. Every other question has something.

#![allow(clippy::expect_used, reason = "a test stops with a panic")]

use counterpart_ledger::Claim;
use counterpart_num::Date;
use counterpart_run::{Machine, Outcome};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;
use std::fs;
use std::path::{Path, PathBuf};

/// That nothing would change an answer.
const NOTHING: &str = "nothing";

/// A question, and what has to be among what would change its answer.
struct Asked {
    day: Date,
    question: String,
    expected: Vec<String>,
}

fn asked(document: &str) -> Vec<Asked> {
    let mut out: Vec<Asked> = Vec::new();
    for line in document.lines() {
        if let Some(question) = line.strip_prefix("- ") {
            let (day, question) = question.split_once(' ').expect("a day and a question");
            let day = Date::parse(day).expect("a day");
            out.push(Asked { day, question: question.trim().to_string(), expected: Vec::new() });
        } else if let (Some(expected), Some(last)) = (line.strip_prefix("  - "), out.last_mut()) {
            last.expected.push(expected.trim().to_string());
        }
    }
    out
}

/// What is made of a question on a day, in the books as they are written.
fn ask<T>(text: &str, day: Date, question: &str, found: impl Fn(&Machine<'_>, &Claim) -> T) -> Option<T> {
    for form in [question.to_string(), format!("{question} = 0")] {
        let text = format!("{text}assert {day} {form}\n");
        let deal = Deal::read([("licence.deal".to_string(), text.into_bytes())]);
        if deal.problems.iter().any(|p| p.severity == Severity::Error) {
            continue;
        }
        let machine = Machine::new(&deal);
        let claim = machine.journal.claims.iter().max_by_key(|claim| claim.at.start)?;
        return Some(found(&machine, claim));
    }
    None
}

/// The answer, as an assertion has it.
fn answer(text: &str, day: Date, question: &str) -> Option<Outcome> {
    ask(text, day, question, |machine, claim| machine.check(claim))
}

/// The text of a document's deal.
fn deal_of(document: &Path) -> String {
    let own = document.with_extension("deal");
    let read = |path: &Path| fs::read_to_string(path).expect("the file can be read");
    if own.exists() {
        return read(&own);
    }
    let name = document.file_stem().unwrap_or_default();
    let folder = Path::new("../../deals").join(name);
    let mut text = read(&folder.join("agreement.deal"));
    // Only what happened: the assertions of the journal are put elsewhere.
    for line in read(&folder.join("journal.deal")).lines() {
        if !line.starts_with("assert ") {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// The text without a line and those that belong to it.
fn without(text: &str, place: &str) -> String {
    let number: usize = place.rsplit(':').next().and_then(|n| n.parse().ok()).expect("a line");
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut out = String::new();
    let mut left_out: Option<usize> = None;
    for (at, line) in text.lines().enumerate() {
        if at + 1 == number {
            left_out = Some(depth(line));
        } else if left_out.is_some_and(|own| depth(line) <= own) {
            left_out = None;
        }
        out.push_str(if left_out.is_some() { "" } else { line });
        out.push('\n');
    }
    out
}

fn documents() -> Vec<PathBuf> {
    let entries = fs::read_dir("tests/would_change").expect("the folder can be read");
    let mut all: Vec<PathBuf> = entries.map(|e| e.expect("the folder can be read").path()).collect();
    all.retain(|path| path.extension().is_some_and(|e| e == "md"));
    all.sort();
    all
}

#[test]
fn what_would_change_an_answer_changes_it() {
    let (mut tried, mut wrong) = (0, Vec::new());
    for path in documents() {
        let read = |path: &Path| fs::read_to_string(path).expect("the file can be read");
        let text = deal_of(&path);
        for one in asked(&read(&path)) {
            let name = format!("{} {}", one.day, one.question);
            let explained =
                ask(&text, one.day, &one.question, |machine, claim| machine.explain(claim, one.day));
            let Some(now) = explained else {
                wrong.push(format!("{name}: this is no question"));
                continue;
            };
            let told: Vec<String> = now
                .changes
                .iter()
                .map(|line| {
                    let entry = line.entry.as_deref().unwrap_or_default().replace('\n', " |");
                    let on = line.on.map_or(String::new(), |on| on.to_string());
                    let then = line.then.as_deref().unwrap_or_default();
                    format!("{} [{entry}] {on} {then}", line.what)
                })
                .collect();
            let nothing = one.expected.iter().any(|expected| expected == NOTHING);
            if now.changes.is_empty() != nothing {
                wrong.push(format!("{name}: {} changes are said", now.changes.len()));
            }
            // Whoever is told an entry is told what follows from it.
            for line in now.changes.iter().filter(|line| line.entry.is_some() && line.then.is_none()) {
                wrong.push(format!("{name}: `{}` is not said to make anything of it", line.what));
            }
            for expected in one.expected.iter().filter(|expected| *expected != NOTHING) {
                if !told.iter().any(|line| line.contains(expected)) {
                    wrong
                        .push(format!("{name}: nothing says `{expected}`, but\n    {}", told.join("\n    ")));
                }
            }
            for line in now.changes.iter().filter(|line| line.then.is_some()) {
                tried += 1;
                let day = line.on.unwrap_or(one.day);
                let before = answer(&text, day, &one.question).expect("a question");
                let then = match (&line.entry, &line.clause) {
                    (Some(entry), _) => {
                        let told = format!("{text}{}\n", entry.replace('…', "777,777"));
                        answer(&told, day, &one.question)
                    }
                    (None, Some(place)) => answer(&without(&text, place), day, &one.question),
                    // What comes by itself is another answer than that of the day asked about.
                    (None, None) => answer(&text, one.day, &one.question),
                };
                if then.is_none_or(|then| then == before) {
                    wrong.push(format!("{name}: `{}` does not change it", line.what));
                }
            }
        }
    }
    println!("{tried} changes tried");
    // Questions of each kind stand there, and most have several.
    assert!(tried >= 40, "only {tried} changes were tried");
    assert!(wrong.is_empty(), "{} wrong:\n{}\n", wrong.len(), wrong.join("\n"));
}
