//! The examples of `docs/language.md`, run.
//!
//! A block marked `deal` is a complete deal: it reads without errors and what it asserts holds. A line
//! `# file: NAME` in it begins another file of the deal. A block marked `deal-part` is read inside the
//! standard frame, `language/frame.deal`; a clause of the frame that the part writes anew is left out.
//! With `in=pay` or
//! `in=royalty` the part stands below such a clause. A block marked `error=CODE`
//! has that error and no other.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops with a panic")]

use counterpart_run::{Machine, Outcome};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;
use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../docs/language.md");
const FRAME: &str = include_str!("language/frame.deal");

/// What a part of a clause stands below.
const HEADS: &[(&str, &str)] = &[
    ("pay", "pay Example from Borealis to Helios\n"),
    ("royalty", "royalty Example from Borealis to Helios\n  on sales\n"),
];

/// A fenced block: the line it stands on, the words after the fence, its text.
struct Block {
    line: usize,
    info: Vec<&'static str>,
    text: String,
}

#[test]
fn the_examples_of_the_reference_hold() {
    let blocks = blocks();
    assert!(blocks.len() > 40, "the reference has its examples");
    let wrong: Vec<String> = blocks.iter().flat_map(wrong).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}\n", wrong.len(), wrong.join("\n"));
}

fn blocks() -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    let mut open = false;
    for (index, line) in PAGE.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) if info.starts_with("deal") => {
                out.push(Block { line: index + 1, info: info.split(' ').collect(), text: String::new() });
                open = true;
            }
            Some(info) => {
                assert!(info == "text" || info.is_empty(), "line {}: no such block: {info}", index + 1)
            }
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

/// What is wrong with a block.
fn wrong(block: &Block) -> Vec<String> {
    let option = |key: &str| block.info.iter().find_map(|word| word.strip_prefix(key));
    let text = match block.info.first() {
        Some(&"deal") => block.text.clone(),
        Some(&"deal-part") => framed(&block.text, option("in=")),
        other => return vec![format!("line {}: no such block: {other:?}", block.line)],
    };
    let deal = Deal::read(files(&text));
    let machine = Machine::new(&deal);
    let problems = deal.problems.iter().chain(&machine.problems).filter(|p| p.severity == Severity::Error);
    let wrong = |what: String| format!("line {}: {what}", block.line);
    if let Some(code) = option("error=") {
        let found: BTreeSet<&str> = problems.map(|p| p.code.as_str()).collect();
        let right = found.iter().eq([&code]);
        return if right { Vec::new() } else { vec![wrong(format!("expected {code}, found {found:?}"))] };
    }
    let mut out: Vec<String> = problems
        .map(|p| {
            let file = &deal.files[p.at.file];
            let line = file.lines.line(p.at.span.start) as usize - 1;
            wrong(format!("{} [{}]: {}", p.message, p.code, file.tree.text().lines().nth(line).unwrap_or("")))
        })
        .collect();
    for (claim, outcome) in machine.check_all() {
        let said = deal.files[claim.at.file].tree.slice(claim.at.span());
        match outcome {
            Outcome::Holds | Outcome::NotYet => {}
            Outcome::Fails(why) | Outcome::Undecided(why) => out.push(wrong(format!("{said} -- {why}"))),
        }
    }
    out
}

/// A part inside the standard frame.
fn framed(part: &str, head: Option<&str>) -> String {
    let head = head.map(|name| HEADS.iter().find(|(n, _)| *n == name).expect("the runner knows the head").1);
    let part = format!("{}{part}", head.unwrap_or_default());
    let named = |line: &str| line.split(' ').take(2).map(str::to_string).collect::<Vec<_>>();
    let own: Vec<Vec<String>> = part.lines().filter(|l| !l.starts_with([' ', '#'])).map(named).collect();
    let anew = |chunk: &str| {
        let first = named(chunk.lines().next().unwrap_or_default());
        // There is one agreement, and one tree of fields, whatever it is called.
        own.iter()
            .any(|o| o == &first || (first[0] == o[0] && matches!(first[0].as_str(), "agreement" | "fields")))
    };
    let kept: Vec<&str> = FRAME.split("\n\n").filter(|chunk| !anew(chunk)).collect();
    format!("{}\n\n{part}", kept.join("\n\n"))
}

/// The files of a block: one, or several with `# file: NAME` before each but the first.
fn files(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut out = vec![("agreement.deal".to_string(), String::new())];
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("# file: ") {
            out.push((name.to_string(), String::new()));
        } else if let Some((_, text)) = out.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    out.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}
