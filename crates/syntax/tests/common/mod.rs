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
            // The ten years use the words of the tour again, many times over.
            if path.ends_with("ten-years.deal") {
                continue;
            }
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

/// The clauses at the margin, each with the comments before it.
pub fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        match blocks.last_mut() {
            Some(block) if line.starts_with([' ', '#', '\n']) => block.push_str(line),
            _ => blocks.push(line.to_string()),
        }
    }
    blocks
}

/// Pieces of the tour that read without errors: three clauses at the margin each, of which the middle one
/// is to be spoilt. Whole files would say the same and take much longer.
pub fn pieces() -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (name, text) in tour() {
        let blocks = blocks(&text);
        for (at, block) in blocks.iter().enumerate() {
            let before = at.checked_sub(1).map_or("", |b| &blocks[b]);
            let after = blocks.get(at + 1).map_or("", |b| b);
            let text = [before, block, after].concat();
            let problems = parse(text.as_bytes()).1;
            assert!(problems.is_empty(), "{name}: {problems:?}");
            pieces.push(Piece { name: name.clone(), text, spoil: before.len()..before.len() + block.len() });
        }
    }
    pieces
}

/// A piece of a file.
pub struct Piece {
    pub name: String,
    pub text: String,
    /// The part to spoil.
    pub spoil: std::ops::Range<usize>,
}
