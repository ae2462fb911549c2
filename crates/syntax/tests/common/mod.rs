//! What the tests share: the tour, its words, and the laws every file obeys.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::expect_used,
    reason = "a test stops with a panic"
)]

pub mod laws;
pub mod mutate;

use counterpart_syntax::{Diagnostic, TokenKind, parse};
use std::path::Path;

/// The files of the tour with their names, in a fixed order.
pub fn tour() -> Vec<(String, String)> {
    let deals = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deals");
    let mut files = Vec::new();
    for deal in ["helios-borealis", "needle"] {
        for entry in std::fs::read_dir(deals.join(deal)).expect("the tour is there") {
            let path = entry.expect("a file").path();
            let name = format!("{deal}/{}", path.file_name().expect("a name").to_string_lossy());
            files.push((name, std::fs::read_to_string(&path).expect("text")));
        }
    }
    files.sort();
    files
}

/// A word of a text.
pub struct Word {
    pub start: usize,
    pub end: usize,
    pub kind: TokenKind,
    /// The first of its line.
    pub first: bool,
}

/// The words of a text, without space and comments.
pub fn words(text: &str) -> Vec<Word> {
    let (tree, _) = parse(text.as_bytes());
    let (mut start, mut first) = (0, true);
    let mut words = Vec::new();
    for (kind, token) in tree.tokens() {
        let end = start + token.len();
        match kind {
            TokenKind::Newline => first = true,
            TokenKind::Space | TokenKind::Comment => {}
            _ => {
                words.push(Word { start, end, kind, first });
                first = false;
            }
        }
        start = end;
    }
    words
}

/// The line around a place, for messages.
pub fn line_at(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    &text[start..end]
}

/// The text with the first fix of a diagnostic applied, if it has edits.
pub fn fixed(text: &str, problem: &Diagnostic) -> Option<String> {
    let fix = problem.fixes.iter().find(|f| !f.edits.is_empty())?;
    let mut out = text.to_string();
    for edit in fix.edits.iter().rev() {
        out.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.new);
    }
    Some(out)
}

/// A diagnostic on one line.
pub fn brief(problem: &Diagnostic) -> String {
    let fixes: Vec<&str> = problem.fixes.iter().map(|f| f.text.as_str()).collect();
    format!("{}: {} [{}] {}", problem.code, problem.message, problem.at.text, fixes.join("; "))
}
