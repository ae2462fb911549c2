//! Reasons as a tree: each with the day it came about and its clause, those behind it below.

use crate::terminal::{Ink, Look};
use crate::text::{one_line, visible};
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
    out.push_str(before);
    out.push_str(&look.paint(Ink::Quiet, here));
    out.push_str(&said(line, look));
    out.push('\n');
    let inner = format!("{before}{}", look.paint(Ink::Quiet, below));
    if let Some(text) = line.text.as_ref().filter(|_| words && line.clause.is_some()) {
        let bar = if line.lines.is_empty() { "   " } else { "│  " };
        out.push_str(&format!("{inner}{}", look.paint(Ink::Quiet, bar)));
        out.push_str(&look.paint(Ink::Quiet, &cut(&one_line(text))));
        out.push('\n');
    }
    for (at, part) in line.lines.iter().enumerate() {
        branch(out, part, &inner, at + 1 == line.lines.len(), words, look);
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
    if let Some(on) = line.on {
        out.push_str(&format!(", {on}"));
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
