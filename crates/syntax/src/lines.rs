//! From bytes to lines: text, tokens, and which of them carry words at which indentation.

use crate::diagnostic::Diagnostic;
use crate::lexer::{self, TokenKind};
use crate::report::Problems;
use crate::tree::{Span, Tree};

/// A line with something on it.
pub(crate) struct PhysicalLine {
    /// Columns of space before the first word.
    pub indent: usize,
    pub words: (u32, u32),
    /// Ends in a comma: the next deeper line goes on.
    pub open: bool,
}

/// The bytes as text of the same length; each byte that is not UTF-8 becomes U+001A.
pub(crate) fn as_text(bytes: &[u8], problems: &mut Problems) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_string();
    }
    let mut text = String::with_capacity(bytes.len());
    let mut first = None;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            first.get_or_insert(text.len());
            text.extend(std::iter::repeat_n('\u{1a}', chunk.invalid().len()));
        }
    }
    let start = first.unwrap_or(0) as u32;
    problems.add(|| {
        Diagnostic::error("not-utf8", Span { start, end: start + 1 }, "this file is not UTF-8 text")
            .saying("the first byte that is not text")
            .with_help("save the file as UTF-8")
    });
    text
}

/// Finds the lines that carry words, and complains about tokens no line can carry.
pub(crate) fn read(tree: &mut Tree, problems: &mut Problems) -> Vec<PhysicalLine> {
    let mut lines = Vec::new();
    let mut words = Vec::with_capacity(tree.tokens.len() / 2);
    let (mut indent, mut first) = (0, 0);
    for (index, token) in tree.tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Space if words.len() == first => indent = lexer::columns(tree.token_text(index)),
            TokenKind::Space | TokenKind::Comment => {}
            TokenKind::Newline => {
                if words.len() > first {
                    let open = words.last().is_some_and(|w| tree.token_text(*w as usize) == ",");
                    lines.push(PhysicalLine { indent, words: (first as u32, words.len() as u32), open });
                }
                (indent, first) = (0, words.len());
            }
            kind => {
                if kind == TokenKind::OpenText {
                    problems.add(|| open_quote(tree.token_span(index), tree.token_text(index)));
                }
                words.push(index as u32);
            }
        }
    }
    tree.words = words;
    lines
}

fn open_quote(span: Span, text: &str) -> Diagnostic {
    let at = span.start + u32::try_from(before_more(text)).unwrap_or(0);
    Diagnostic::error("open-quote", span, "this text has no closing quote")
        .saying("a text ends on the line it begins")
        // What stands behind it may be part of it or go on with the clause.
        .with_guess("close it", Span { start: at, end: at }, "\"")
}

/// Where a text probably ends that was left open: before the country or the maker behind it, or before what follows
/// a comma in small letters.
fn before_more(text: &str) -> usize {
    let text = text.trim_end();
    let name = |after: &str| !after.contains(char::is_whitespace) && after.starts_with(char::is_uppercase);
    let behind = |word: &str| {
        let (before, after) = text.rsplit_once(word)?;
        (before.len() > 1 && name(after)).then_some(before.len())
    };
    let listed = || {
        let (before, after) = text.split_once(", ")?;
        after.starts_with(char::is_lowercase).then_some(before.len())
    };
    behind(" of ").or_else(|| behind(" by ")).or_else(listed).unwrap_or(text.len())
}
