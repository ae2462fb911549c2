//! Runs `mistakes.md`: each text in it, and what is said of it. `UPDATE=1` writes what is said now.

#![allow(clippy::string_slice, reason = "a test stops with a panic")]

mod common;

use counterpart_syntax::{Diagnostic, parse};
use std::fmt::Write as _;

/// What is said of a text, as a reader sees it: the line, what is wrong, and the line mended.
fn said(text: &str) -> String {
    let (_, problems) = parse(text.as_bytes());
    let mut out = String::new();
    for problem in &problems {
        let at = problem.at.span.start as usize;
        let line = text[..at].matches('\n').count() + 1;
        let _ = writeln!(out, "{line}: {}", problem.message);
        if !problem.at.text.is_empty() {
            let _ = writeln!(out, "   {}", problem.at.text);
        }
        for fix in &problem.fixes {
            let _ = writeln!(out, "   {}{}", fix.text, mended(text, problem));
        }
    }
    if out.is_empty() { "nothing\n".to_string() } else { out }
}

/// The line as the fix leaves it, and whether anything is wrong then.
fn mended(text: &str, problem: &Diagnostic) -> String {
    let Some(fixed) = common::fixed(text, problem) else { return String::new() };
    let changed = fixed.lines().zip(text.lines()).find(|(new, old)| new != old).map_or("", |(new, _)| new);
    let left = parse(fixed.as_bytes()).1.len();
    let left = if left == 0 { String::new() } else { format!(" ({left} left)") };
    format!(" -> `{}`{left}", changed.trim_end())
}

#[test]
fn mistakes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mistakes.md");
    let document = std::fs::read_to_string(path).expect("the document is there");
    let mut now = String::new();
    let mut rest = document.as_str();
    while let Some((before, after)) = rest.split_once("```deal\n") {
        let (text, after) = after.split_once("```\n").expect("the text ends");
        let after = match after.trim_start().strip_prefix("```said\n") {
            Some(old) => old.split_once("```").expect("what is said ends").1.trim_start_matches('\n'),
            None => after.trim_start_matches('\n'),
        };
        let _ = write!(now, "{before}```deal\n{text}```\n```said\n{}```\n\n", said(text));
        rest = after;
    }
    now.push_str(rest);
    let now = format!("{}\n", now.trim_end());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &now).expect("the document can be written");
    } else {
        assert_eq!(document, now, "run with UPDATE=1 and look at what changed");
    }
}
