//! Edits of whole words: one missing, one too many, another than expected, out of place, out of quotes.

use super::{Mend, Mender, is_sign, keyword, token, unspaced};
use crate::lexer::{TokenKind, Traits};
use crate::matcher::Failure;
use crate::tree::Span;

/// A text in quotes has at most this many words, when it is looked for.
const MAX_QUOTED: u32 = 16;

/// Words are moved forward past at most this many others.
const MAX_MOVE: u32 = 8;

/// Words people write that the language leaves out.
const FILLERS: &[&str] = &[
    "the", "a", "an", "of", "to", "is", "are", "be", "shall", "will", "must", "any", "all", "and", "or",
    "by", "for", "that", "which", "in", "on", "at", ",", ";", ":", ".",
];

/// Those of them that can be left out at the beginning of a line without changing its subject.
const LEADING: &[&str] =
    &["the", "a", "an", "is", "are", "be", "shall", "will", "must", "any", "all", "that"];

impl Mender<'_> {
    /// The keyword the line cannot do without here, if it is the only one, and the comma of a list.
    fn needed(&self, failure: &Failure) -> Vec<&'static str> {
        let mut needed = failure.expected.iter().filter(|(_, needed)| *needed);
        let only = match (needed.next(), needed.next()) {
            (Some((only, _)), None) => keyword(*only),
            _ => None,
        };
        let comma = failure.expected.iter().any(|(e, needed)| !*needed && keyword(*e) == Some(","));
        only.into_iter().chain(comma.then_some(",")).collect()
    }

    /// A dash, or two hyphens, where a hyphen should be.
    pub(super) fn hyphen(&self, at: u32) -> Option<Mend> {
        const DASHES: [&str; 5] = ["--", "–", "—", "‑", "−"];
        let first = at.saturating_sub(2).max(self.line.range.0);
        let (start, (span, text)) = (first..=at)
            .map(|at| (at, unspaced(self.line, at)))
            .find(|(_, (_, text))| DASHES.iter().any(|dash| text.contains(dash)))?;
        let new = DASHES.iter().fold(text.to_string(), |text, dash| text.replace(dash, "-"));
        Some(Mend::new(format!("write `{new}`"), span, new.clone()).instead_of(format!("`{new}`"), start))
    }

    /// A keyword was left out.
    pub(super) fn missing(&self, failure: &Failure) -> impl Iterator<Item = Mend> {
        let place = self.line.place(failure.at).start;
        let before = self.before(failure.at);
        let ends = failure.at >= self.line.range.1;
        let amount = token(self.line, failure.at)
            .is_some_and(|t| t.kind == TokenKind::Number || t.traits == Traits::Currency);
        self.needed(failure).into_iter().map(move |word| {
            let (at, new) = match (is_sign(word), ends) {
                (true, _) => (before, word.to_string()),
                (false, true) => (place, format!(" {word}")),
                (false, false) => (place, format!("{word} ")),
            };
            let mend = Mend::new(format!("add `{word}`"), Span { start: at, end: at }, new);
            // A comma between two amounts adds them up, and one of them may be the slip.
            let sums = word == "," && amount;
            let mend = if sums { mend.guessed() } else { mend };
            mend.instead_of(format!("`{word}`"), failure.at)
        })
    }

    /// Another word stands where a keyword should.
    pub(super) fn wrong(&self, failure: &Failure) -> impl Iterator<Item = Mend> {
        let found = self.line.word(failure.at);
        let span = self.line.span(failure.at);
        let before = self.before(failure.at);
        // A name, a number or a text says something that no keyword says.
        let empty = match token(self.line, failure.at).map(|t| t.kind) {
            Some(TokenKind::Word) => found.starts_with(char::is_lowercase),
            Some(kind) => matches!(kind, TokenKind::Sign | TokenKind::Unknown),
            None => false,
        };
        self.needed(failure).into_iter().filter(move |_| empty).map(move |word| {
            let text = format!("write `{word}` instead of `{found}`");
            let start = if is_sign(word) { before } else { span.start };
            let mend = Mend::new(text, Span { start, end: span.end }, word);
            mend.guessed().instead_of(format!("`{word}`"), failure.at)
        })
    }

    /// Words the language leaves out, or one written twice.
    pub fn filler(&self, at: u32) -> impl Iterator<Item = Mend> {
        let found = self.line.word(at);
        let twice = at > self.line.range.0 && found == self.line.word(at - 1);
        let first = at == self.line.range.0;
        let is_filler = move |at: &u32| {
            let word = self.line.word(*at);
            LEADING.contains(&word) || (!first && FILLERS.contains(&word))
        };
        // A sign between digits is part of a number, however it is meant.
        let number = |at: u32| token(self.line, at).is_some_and(|t| t.kind == TokenKind::Number);
        let within = !first
            && (number(at - 1) && number(at + 1))
            && unspaced(self.line, at - 1).0.end >= self.line.span(at + 1).end;
        let fillers = if within { 0 } else { (at..at + 3).take_while(is_filler).count() as u32 };
        (1..=fillers.max(u32::from(twice))).map(move |count| {
            let end = self.line.span(at + count - 1).end;
            let text = self.text_of(Span { start: self.line.span(at).start, end });
            let rest = if first { self.line.span(at + count).start } else { end };
            let mend =
                Mend::new(format!("leave out `{text}`"), Span { start: self.before(at), end: rest }, "");
            // An article says nothing; `or`, `by` and `in` may be what is left of something.
            let empty = text.split_whitespace().all(|word| LEADING.contains(&word)) || (twice && count == 1);
            if empty { mend } else { mend.guessed() }
        })
    }

    /// Words in the wrong place: the rest of the line belongs further forward, or the next few to its end.
    pub(super) fn moved(&self, at: u32) -> impl Iterator<Item = Mend> {
        let range = self.line.range;
        let whole = self.line.whole();
        let rest = Span { start: self.line.span(at).start, end: whole.end };
        let near = at.saturating_sub(MAX_MOVE).max(range.0 + 1);
        let forward = (near..at).rev().map(move |before| {
            let start = self.line.span(before).start;
            let between = Span { start, end: self.before(at) };
            let (moved, passed) = (self.text_of(rest), self.text_of(between));
            let text = format!("put `{moved}` before `{}`", self.line.word(before));
            Mend::new(text, Span { start, end: whole.end }, format!("{moved} {passed}")).guessed()
        });
        let back = (1..=4).filter(move |count| at + count < range.1).map(move |count| {
            let moved = Span { start: rest.start, end: self.before(at + count) };
            let passed = Span { start: self.line.span(at + count).start, end: whole.end };
            let (moved, passed) = (self.text_of(moved), self.text_of(passed));
            Mend::new(format!("put `{moved}` at the end"), rest, format!("{passed} {moved}")).guessed()
        });
        let inside = at > range.0 && at < range.1;
        forward.chain(back).filter(move |_| inside)
    }

    /// A text without its quotes, or with other ones.
    pub(super) fn quotes(&self, failure: &Failure) -> impl Iterator<Item = Mend> {
        let wants_text = failure.expected.iter().any(|(e, _)| e.text().contains("quotes"));
        self.quoted(failure.at).filter(move |_| wants_text)
    }

    /// A text without its quotes whose first word was taken for a name.
    pub(super) fn quotes_before(&self, at: u32) -> impl Iterator<Item = Mend> {
        let before = at.saturating_sub(1).max(self.line.range.0);
        let name = token(self.line, before).is_some_and(|t| t.kind == TokenKind::Word && t.key == 0);
        self.quoted(before).filter(move |_| name && at > before)
    }

    fn quoted(&self, at: u32) -> impl Iterator<Item = Mend> {
        let start = self.line.span(at).start;
        (at..self.line.range.1.min(at + MAX_QUOTED)).filter_map(move |last| {
            let span = Span { start, end: self.line.span(last).end };
            let bare = self.text_of(span).trim_matches(['“', '”', '„', '«', '»', '‘', '’', '\'']);
            let quoted = format!("\"{bare}\"");
            let mend = Mend::new(format!("put it in quotes: `{quoted}`"), span, quoted);
            (!bare.contains(['"', '\n', '\r'])).then(|| mend.instead_of("a text in quotes", at))
        })
    }

    fn text_of(&self, span: Span) -> &str {
        self.line.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}
