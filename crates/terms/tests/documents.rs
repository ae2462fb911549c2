//! Documents that are tests: in `documents/*.md`, a deal in a fenced block marked `deal` is followed by a
//! block marked `found` with everything the checks say of it. `UPDATE=1` writes the `found` blocks.
//!
//! A deal may hold several files, each below a line `#file PATH`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops where something is wrong"
)]

mod common;

use counterpart_terms::Deal;
use std::fmt::Write;

#[test]
fn documents() {
    let folder = common::root().join("crates/terms/tests/documents");
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    let mut wrong = Vec::new();
    for path in paths {
        let old = std::fs::read_to_string(&path).unwrap();
        let new = rewritten(&old);
        if new == old {
            continue;
        }
        if common::updating() {
            std::fs::write(&path, new).unwrap();
        } else {
            wrong.push(format!("{}\n{}", path.display(), difference(&old, &new)));
        }
    }
    assert!(wrong.is_empty(), "run with UPDATE=1 to accept\n{}", wrong.join("\n"));
}

/// The document with its `found` blocks as they should be.
fn rewritten(text: &str) -> String {
    let mut out = String::new();
    let mut found: Option<String> = None;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let _ = writeln!(out, "{line}");
        if line == "```deal" {
            let mut deal = String::new();
            for inner in lines.by_ref() {
                let _ = writeln!(out, "{inner}");
                if inner == "```" {
                    break;
                }
                let _ = writeln!(deal, "{inner}");
            }
            found = Some(said(&deal));
            // A deal without a `found` block gets one.
            while lines.peek().is_some_and(|l| l.is_empty()) {
                lines.next();
            }
            let _ = writeln!(out);
            if lines.peek() != Some(&"```found") {
                let _ = writeln!(out, "```found\n{}```\n", found.take().unwrap());
            }
        } else if line == "```found" {
            for inner in lines.by_ref() {
                if inner == "```" {
                    break;
                }
            }
            let _ = writeln!(out, "{}```", found.take().unwrap_or_default());
        }
    }
    out
}

fn said(text: &str) -> String {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for line in text.lines() {
        if let Some(path) = line.strip_prefix("#file ") {
            files.push((path.to_string(), Vec::new()));
            continue;
        }
        if files.is_empty() {
            files.push(("agreement.deal".to_string(), Vec::new()));
        }
        let last = files.last_mut().unwrap();
        last.1.extend_from_slice(line.as_bytes());
        last.1.push(b'\n');
    }
    let deal = Deal::read(files);
    let found: String = deal.problems.iter().map(|p| common::show(&deal, p)).collect();
    if found.is_empty() { "nothing\n".to_string() } else { found }
}

fn difference(old: &str, new: &str) -> String {
    let at = old.lines().zip(new.lines()).position(|(a, b)| a != b).unwrap_or(0);
    let part = |text: &str| text.lines().skip(at).take(6).collect::<Vec<_>>().join("\n");
    format!("line {}\n--- written\n{}\n--- found\n{}", at + 1, part(old), part(new))
}
