//! Reasons as a tree: each with the day it came about and its clause, those behind it below.

use crate::terminal::{Ink, Look};
use crate::text::{columns_of, one_line, rows, visible};
use counterpart_run::statement::Line;

/// The trees of some reasons, indented; with the words of each clause where asked for.
pub fn trees(lines: &[Line], indent: usize, words: bool, look: Look) -> String {
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        branch(&mut out, line, &" ".repeat(indent), at + 1 == lines.len(), words, look);
    }
    out
}

fn branch(out: &mut String, line: &Line, before: &str, last: bool, words: bool, look: Look) {
    let (here, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
    let inner = format!("{before}{}", look.paint(Ink::Quiet, below));
    // What belongs to the line and stands below it, beside the bar of those that follow.
    let bar = look.paint(Ink::Quiet, if line.lines.is_empty() { "   " } else { "│  " });
    let beside = format!("{inner}{bar}");
    let rows = fitted(&said(line, look), before, 3, look);
    for (at, row) in rows.iter().enumerate() {
        match at {
            0 => out.push_str(&format!("{before}{}{row}\n", look.paint(Ink::Quiet, here))),
            _ => out.push_str(&format!("{beside}{row}\n")),
        }
    }
    if let Some(text) = line.text.as_ref().filter(|_| words && line.clause.is_some()) {
        for row in fitted(&cut(&one_line(text)), before, 6, look) {
            out.push_str(&format!("{beside}{}\n", look.paint(Ink::Quiet, &row)));
        }
    }
    for row in line.entry.iter().flat_map(|entry| entry.lines()) {
        out.push_str(&format!("{beside}{}\n", look.paint(Ink::Quiet, &visible(row))));
    }
    for (at, part) in line.lines.iter().enumerate() {
        branch(out, part, &inner, at + 1 == line.lines.len(), words, look);
    }
}

/// Reasons one below the other, without those behind them.
pub fn flat(lines: &[Line], indent: usize, look: Look) -> String {
    let mut out = String::new();
    let before = " ".repeat(indent);
    for line in lines {
        for (at, row) in fitted(&said(line, look), &before, 2, look).iter().enumerate() {
            out.push_str(&format!("{before}{}{row}\n", if at == 0 { "" } else { "  " }));
        }
        for row in line.entry.iter().flat_map(|entry| entry.lines()) {
            out.push_str(&format!("{before}  {}\n", look.paint(Ink::Quiet, &visible(row))));
        }
    }
    out
}

/// A text in rows that end where the terminal does, behind what stands before it.
fn fitted(text: &str, before: &str, more: usize, look: Look) -> Vec<String> {
    const LEAST: usize = 24;
    match look.width {
        Some(width) => rows(text, width.saturating_sub(columns_of(before) + more).max(LEAST)),
        None => vec![text.to_string()],
    }
}

/// A reason in one line.
pub fn said(line: &Line, look: Look) -> String {
    let mut out = visible(&line.what);
    if !line.arithmetic.is_empty() {
        out.push_str(&format!(": {}", visible(&line.arithmetic)));
    }
    if let Some(amount) = &line.amount {
        // A figure that is its own name is said once.
        if !out.contains(amount.as_str()) {
            out.push_str(&format!(" = {amount}"));
        }
    }
    match (&line.then, line.on) {
        (Some(then), Some(on)) => out.push_str(&format!(": {}, from {on}", visible(then))),
        (Some(then), None) => out.push_str(&format!(": {}", visible(then))),
        (None, Some(on)) => out.push_str(&format!(", {on}")),
        (None, None) => {}
    }
    if let Some(note) = &line.note {
        out.push_str(&format!(" ({})", visible(note)));
    }
    if let Some(clause) = &line.clause {
        out.push_str(&look.paint(Ink::Quiet, &format!("  {clause}")));
    }
    out
}

/// The words of a clause, as far as a reader needs to know it again.
fn cut(text: &str) -> String {
    const MOST: usize = 96;
    if text.chars().count() <= MOST {
        return text.to_string();
    }
    let short: String = text.chars().take(MOST).collect();
    format!("{short}…")
}
