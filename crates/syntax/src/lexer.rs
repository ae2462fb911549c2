//! Cuts text into tokens. Every byte belongs to exactly one token, so the tokens are the text.

use crate::words;
use logos::Logos;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Logos)]
#[repr(u8)]
pub enum TokenKind {
    /// Spaces and tabs, and what word processors paste in their place: no-break and zero-width ones.
    #[regex(r"[\p{Zs}\t\u{200b}\u{feff}]+")]
    Space,
    /// The end of a line: `\n`, `\r\n` or a lone `\r`.
    #[regex(r"\r\n|\n|\r")]
    Newline,
    /// `#` to the end of the line.
    #[regex(r"#[^\r\n]*", allow_greedy = true)]
    Comment,
    /// A text in quotes, on one line.
    #[regex(r#""[^"\r\n]*""#)]
    Text,
    /// A quote that is never closed, to the end of its line.
    #[regex(r#""[^"\r\n]*"#, priority = 1)]
    OpenText,
    /// `2027-01-31`; whether the day exists is asked later.
    #[regex(r"[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}", priority = 20)]
    Date,
    /// `2027-01`.
    #[regex(r"[0-9]{4}-[0-9]{2}", priority = 18)]
    Month,
    /// `1,250.50`, `5m`, `750k`.
    #[regex(r"[0-9]+(,[0-9]{3})*(\.[0-9]+)?(k|m|bn)?", priority = 12)]
    Number,
    /// A name or keyword.
    #[regex(r"[\p{Alphabetic}_][\p{Alphabetic}\p{M}0-9_]*([.'’-][\p{Alphabetic}\p{M}0-9_]+)*", priority = 8)]
    #[regex(
        r"[0-9]+[\p{Alphabetic}_][\p{Alphabetic}\p{M}0-9_]*([.'’-][\p{Alphabetic}\p{M}0-9_]+)*",
        priority = 4
    )]
    Word,
    /// A sign such as `,`, `%` or `>=`.
    #[regex(r"[<>]=")]
    #[regex(r"[,:;()|=<>/%+*\[\]&@.×-]")]
    Sign,
    /// Anything else, one character at a time.
    Unknown,
}

/// A token: its kind, its keyword number (0 if none) and where it starts. It ends where the next starts.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    pub(crate) key: u16,
    /// Byte offset of its first byte.
    pub start: u32,
}

/// How many columns a run of space takes: four for a tab, none for what has no width.
pub(crate) fn columns(space: &str) -> usize {
    let width = |c| match c {
        '\t' => 4,
        '\u{200b}' | '\u{feff}' => 0,
        _ => 1,
    };
    space.chars().map(width).sum()
}

/// The tokens of a text, closed by an empty `Newline` token at its end.
pub(crate) fn lex(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4 + 1);
    for (kind, span) in TokenKind::lexer(text).spanned() {
        let kind = kind.unwrap_or(TokenKind::Unknown);
        let key = match kind {
            TokenKind::Word | TokenKind::Sign | TokenKind::Number => {
                text.get(span.clone()).map_or(0, words::key)
            }
            _ => 0,
        };
        tokens.push(Token { kind, key, start: u32::try_from(span.start).unwrap_or(u32::MAX) });
    }
    tokens.push(Token {
        kind: TokenKind::Newline,
        key: 0,
        start: u32::try_from(text.len()).unwrap_or(u32::MAX),
    });
    tokens
}
