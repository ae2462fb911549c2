//! Small deals in which a plausible mistake of the machine would give another figure, or another duty.
//!
//! Each `money/*.md`, `duties/*.md` and `rights/*.md` is a document: a heading says the rule, a block marked `deal` shows it on the standard
//! frame (`money/frame.deal`), and each assertion in it is worked by hand in the comment above. A block
//! marked `deal whole` brings its own agreement, one marked `deal finds=CODE` has an error of that code and no
//! other. A line `# file: NAME` begins another file of the deal.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops with a panic")]

#[path = "common/turned.rs"]
mod turned;

use counterpart_run::{Machine, Outcome};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;
use std::path::Path;

const FRAME: &str = include_str!("money/frame.deal");

#[test]
fn every_rule_gives_the_figure_worked_by_hand() {
    run_all(&|text| text);
}

#[test]
fn clauses_in_a_numbered_part_give_the_same_figures() {
    run_all(&in_parts);
}

#[test]
fn clauses_in_the_other_order_give_the_same_figures() {
    run_all(&|text| turned::turned(&text));
}

/// Runs every deal of every document, its text changed in some way that must not change its figures.
fn run_all(written: &dyn Fn(String) -> String) {
    let mut paths = Vec::new();
    for folder in ["tests/money", "tests/duties", "tests/rights"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let entries = std::fs::read_dir(folder).expect("the folder can be read");
        paths.extend(entries.map(|e| e.expect("the folder can be read").path()));
    }
    paths.retain(|path| path.extension().is_some_and(|e| e == "md"));
    paths.sort();
    let (mut asserted, mut wrong) = (0, Vec::new());
    for path in &paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).expect("the document can be read");
        for block in blocks(&text) {
            let (count, found) = block.run(written);
            asserted += count;
            wrong.extend(found.into_iter().map(|what| format!("{name}:{} {what}", block.line)));
        }
    }
    println!("{asserted} assertions in {} documents", paths.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}\n", wrong.len(), wrong.join("\n"));
}

/// A deal of a document: where it stands, the words after the fence, its text.
struct Block {
    line: usize,
    info: Vec<String>,
    text: String,
}

fn blocks(document: &str) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut open = false;
    for (index, line) in document.lines().enumerate() {
        match line.strip_prefix("```") {
            Some("") if open => open = false,
            Some(info) if info.split(' ').next() == Some("deal") => {
                let info = info.split(' ').skip(1).map(str::to_string).collect();
                out.push(Block { line: index + 1, info, text: String::new() });
                open = true;
            }
            Some(info) => panic!("line {}: no such block: {info}", index + 1),
            None => {
                if let Some(block) = out.last_mut().filter(|_| open) {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
            }
        }
    }
    out
}

/// A text with all its clauses in numbered parts, but for the heads and parties of an agreement, and what happened.
fn in_parts(text: String) -> String {
    let heads = ["agreement", "amendment", "party", "delete", "assert", "negotiation"];
    let (mut out, mut inside) = (String::new(), false);
    for line in text.lines() {
        let word = line.split(' ').next().unwrap_or("");
        if !word.is_empty() && !word.starts_with('#') {
            let part = !heads.contains(&word) && !word.starts_with(|c: char| c.is_ascii_digit());
            if part && !inside {
                out.push_str("clause \"9\"\n");
            }
            inside = part;
        }
        out.push_str(if inside { "  " } else { "" });
        out.push_str(line);
        out.push('\n');
    }
    out
}

impl Block {
    /// How much the deal asserts, and what is wrong with it.
    fn run(&self, written: &dyn Fn(String) -> String) -> (usize, Vec<String>) {
        let first =
            if self.info.iter().any(|word| word == "whole") { String::new() } else { FRAME.to_string() };
        let mut files = vec![("agreement.deal".to_string(), first)];
        for line in self.text.lines() {
            match line.strip_prefix("# file: ") {
                Some(name) => files.push((name.to_string(), String::new())),
                None => files.last_mut().expect("there is a file").1.push_str(&format!("{line}\n")),
            }
        }
        let files = files.into_iter().map(|(name, text)| (name, written(text).into_bytes()));
        let deal = Deal::read(files);
        let machine = Machine::new(&deal);
        let problems = deal.problems.iter().chain(&machine.problems);
        let expected: Vec<&str> = self.info.iter().filter_map(|word| word.strip_prefix("finds=")).collect();
        let mut wrong: Vec<String> = problems
            .filter(|p| p.severity == Severity::Error && !expected.contains(&p.code.as_str()))
            .map(|p| format!("{} [{}]", p.message, p.code))
            .collect();
        for code in expected {
            if !deal.problems.iter().chain(&machine.problems).any(|p| p.code == code) {
                wrong.push(format!("{code} is not found"));
            }
        }
        let outcomes = machine.check_all();
        if outcomes.is_empty() {
            wrong.push("the deal asserts nothing".to_string());
        }
        let count = outcomes.len();
        for (claim, outcome) in outcomes {
            let said = deal.files[claim.at.file].tree.slice(claim.at.span());
            match outcome {
                Outcome::Holds => {}
                other => wrong.push(format!("{said} -- {other:?}")),
            }
        }
        (count, wrong)
    }
}
