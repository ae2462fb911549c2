//! Days and parts of years that are missing or that no year has.

use super::{Problems, Stray, shorten};
use crate::diagnostic::Diagnostic;
use crate::lexer::TokenKind;
use crate::matcher::Line;
use crate::mend::Mender;
use crate::tree::Span;

/// A line of the journal of which one half is missing: the day, or what happened on it.
pub(super) fn undated(stray: &Stray<'_>, mender: &Mender<'_>, problems: &mut Problems) -> bool {
    let line = stray.line;
    let first = line.span(line.range.0);
    if line.range.1 - line.range.0 == 1
        && line.token(line.range.0).is_some_and(|(_, t)| t.kind == TokenKind::Date)
    {
        stray.report(problems, || {
            let message = format!(
                "the line ends after `{}`, where what happened was expected",
                line.word(line.range.0)
            );
            Diagnostic::error("clause-misfit", first, message)
                .with_help("say it behind the day, as in `2027-01-31 paid Signing USD 2m`")
        });
        return true;
    }
    let start = Span { end: first.start, ..first };
    let entry = mender.mends(start, "2027-01-31 ");
    if entry {
        stray.report(problems, || {
            let word = shorten(line.word(line.range.0));
            let message = format!("`{word}` is something that happened, and its day is missing");
            Diagnostic::error("clause-misfit", first, message)
                .with_help(format!("begin the line with the day, as in `2027-01-31 {word} …`"))
        });
    }
    entry
}

/// A part of a year that no year has, as in `2026 Q5`.
pub(super) fn no_such_part(line: Line<'_>) -> Option<(u32, &str)> {
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    let is_part = |word: &str| {
        let number = word.strip_prefix(['Q', 'H']).unwrap_or_default();
        !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
            && !matches!(word, "Q1" | "Q2" | "Q3" | "Q4" | "H1" | "H2")
    };
    let mut words = (line.range.0 + 1..line.range.1).map(|at| (at, line.word(at)));
    words.find(|(at, word)| is_part(word) && is_year(line.word(at - 1)))
}
