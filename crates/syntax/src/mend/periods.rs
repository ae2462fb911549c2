//! Parts of a year as people write them elsewhere: `Q1 2026`, `2026-Q1`, `H2/2026`.

use super::Mend;
use crate::matcher::Line;
use crate::tree::Span;
use counterpart_num::Date;

/// The parts a year has by name.
const PARTS: [&str; 6] = ["Q1", "Q2", "Q3", "Q4", "H1", "H2"];

/// Ways to read a part of a year at the word that does not fit, or at one of the two before it.
pub(super) fn mends(line: Line<'_>, at: u32) -> Vec<Mend> {
    let from = at.saturating_sub(2).max(line.range.0);
    (from..=at).filter_map(|first| mend(line, first, at)).collect()
}

/// The part of a year that begins at a word and reaches the one that does not fit.
fn mend(line: Line<'_>, first: u32, at: u32) -> Option<Mend> {
    let sign = u32::from(matches!(line.word(first + 1), "-" | "/" | ","));
    let last = first + 1 + sign;
    let (one, other) = (line.word(first), line.word(last));
    let (year, part, turned) = match (year(one), year(other)) {
        (Some(year), None) => (year, part(other)?, false),
        (None, Some(year)) => (year, part(one)?, true),
        _ => return None,
    };
    // As the language writes it there is nothing to mend.
    if last < at || (!turned && sign == 0) {
        return None;
    }
    let new = format!("{year} {part}");
    let span = Span { start: line.span(first).start, end: line.span(last).end };
    let expected = "a period such as `2029 Q1`";
    Some(Mend::new(format!("write the period as `{new}`"), span, new).instead_of(expected, first))
}

fn year(word: &str) -> Option<&str> {
    let digits = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    (digits && word.parse().is_ok_and(Date::has_year)).then_some(word)
}

fn part(word: &str) -> Option<&'static str> {
    PARTS.into_iter().find(|part| part.eq_ignore_ascii_case(word))
}
