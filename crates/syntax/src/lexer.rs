//! Cuts text into tokens. Every byte belongs to exactly one token, so the tokens are the text.

use crate::grammar::RESERVED;
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
    /// `1,250.50`, `5m`, `750k`; groups that are not of three digits belong to it too, and are reported later.
    #[regex(r"[0-9]+(,[0-9]+)*(\.[0-9]+)?(k|m|bn)?", priority = 12)]
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

impl TokenKind {
    /// Its bit among the kinds a pattern can begin with, as in `build/first.rs`.
    pub(crate) fn bit(self) -> u8 {
        match self {
            TokenKind::Text => 1,
            TokenKind::Date => 2,
            TokenKind::Month => 4,
            TokenKind::Number => 8,
            TokenKind::Word => 16,
            _ => 0,
        }
    }
}

/// A token: its kind, its keyword number (0 if none) and where it starts. It ends where the next starts.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    pub(crate) traits: Traits,
    pub(crate) key: u16,
    /// Byte offset of its first byte.
    pub start: u32,
}

impl Token {
    /// A token that is no keyword.
    pub(crate) fn new(kind: TokenKind, start: usize) -> Self {
        Token { kind, traits: Traits::None, key: 0, start: u32::try_from(start).unwrap_or(u32::MAX) }
    }
}

/// What a word is apart from its kind: asked at every word and every place, so it is found out once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Traits {
    None,
    /// A word that joins the parts of a clause and so can never be a name.
    Reserved,
    /// Three capital letters, as `USD`.
    Currency,
    /// `redacted` or `open`, which stand for a number.
    Unknown,
    Comma,
}

fn traits(kind: TokenKind, key: u16, text: &str) -> Traits {
    match (kind, text) {
        (TokenKind::Sign, ",") => Traits::Comma,
        (TokenKind::Word, "redacted" | "open") => Traits::Unknown,
        (TokenKind::Word, text) if text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) => {
            Traits::Currency
        }
        // `USD5m` is an amount without its space, and no name.
        (TokenKind::Word, text) if is_amount(text) => Traits::Reserved,
        (TokenKind::Word, _) if key != 0 && RESERVED.binary_search(&key).is_ok() => Traits::Reserved,
        _ => Traits::None,
    }
}

fn is_amount(text: &str) -> bool {
    text.as_bytes().get(3).is_some_and(u8::is_ascii_digit)
        && text.get(..3).is_some_and(|code| code.bytes().all(|b| b.is_ascii_uppercase()))
        && text.get(..3).is_some_and(|code| counterpart_num::Currency::parse(code).is_some())
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
        let mut token = Token::new(kind, span.start);
        if let (TokenKind::Word | TokenKind::Sign | TokenKind::Number, Some(text)) = (kind, text.get(span)) {
            token.key = words::key(text);
            token.traits = traits(kind, token.key, text);
        }
        tokens.push(token);
    }
    tokens.push(Token::new(TokenKind::Newline, text.len()));
    tokens
}
