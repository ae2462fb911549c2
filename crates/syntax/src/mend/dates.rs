//! Dates as people write them elsewhere: `31.12.2027`, `2027/12/31`, `31 December 2027`.

use super::{Mend, unspaced};
use crate::matcher::Line;
use crate::tree::Span;
use counterpart_num::{Date, MONTHS};

/// Ways to read a date at the word that does not fit, or at the one before it.
pub(super) fn mends(line: Line<'_>, at: u32) -> Vec<Mend> {
    let from = at.saturating_sub(1).max(line.range.0);
    (from..=at).flat_map(|word| [numbers(line, word), words(line, word)]).flatten().collect()
}

fn has_year(year: u32) -> bool {
    i32::try_from(year).is_ok_and(Date::has_year)
}

fn mend(at: u32, span: Span, year: u32, month: u32, day: u32) -> Option<Mend> {
    if !has_year(year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let new = format!("{year:04}-{month:02}-{day:02}");
    Some(
        Mend::new(format!("write the date as `{new}`"), span, new)
            .instead_of("a date such as `2027-01-31`", at),
    )
}

/// `31.12.2027`, `2027/12/31`; `12/31/2027` only where it can be read one way.
fn numbers(line: Line<'_>, at: u32) -> Option<Mend> {
    let (span, text) = unspaced(line, at);
    let mut parts = text.split(['/', '.', '-']).map(|part| part.parse::<u32>().ok());
    let (Some(Some(a)), Some(Some(b)), Some(Some(c)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    match (a > 31, b > 12, text.contains('.')) {
        (true, ..) => mend(at, span, a, b, c),
        (_, true, false) => mend(at, span, c, a, b),
        // Only in America does the month come first, and there no dots are written.
        (_, _, dotted) if dotted || a > 12 => mend(at, span, c, b, a),
        _ => None,
    }
}

/// A date of which only its author knows which number is the month, both ways.
pub(crate) fn either_way(line: Line<'_>, at: u32) -> Option<(Span, [String; 2])> {
    let from = at.saturating_sub(1).max(line.range.0);
    (from..=at).find_map(|word| {
        let (span, text) = unspaced(line, word);
        let mut parts = text.split(['/', '.', '-']).map(|part| part.parse::<u32>().ok());
        let (Some(Some(a)), Some(Some(b)), Some(Some(year)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let known = [a, b].iter().all(|n| (1..=12).contains(n)) && has_year(year);
        known.then(|| (span, [(b, a), (a, b)].map(|(month, day)| format!("{year:04}-{month:02}-{day:02}"))))
    })
}

/// `31 December 2027`, `Dec 31, 2027`.
fn words(line: Line<'_>, at: u32) -> Option<Mend> {
    let month = |word: &str| {
        let word = word.trim_end_matches('.').to_lowercase();
        let at = MONTHS.iter().position(|m| word.len() >= 3 && m.to_lowercase().starts_with(&word))?;
        u32::try_from(at + 1).ok()
    };
    let number = |word: &str| word.parse::<u32>().ok();
    let (first, second) = (line.word(at), line.word(at + 1));
    let comma = u32::from(line.word(at + 2) == ",");
    let last = at + 2 + comma;
    let span = Span { start: line.span(at).start, end: line.span(last).end };
    let year = number(line.word(last))?;
    match (month(first), number(first)) {
        (Some(month), _) => mend(at, span, year, month, number(second)?),
        (_, Some(day)) => mend(at, span, year, month(second)?, day),
        _ => None,
    }
}
