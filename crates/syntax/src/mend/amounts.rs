//! Amounts as people write them elsewhere: `$5m`, `USD5m`, `5m USD`, `USD -5m`, `4 percent`, `5 million`.

use super::{Mend, token, unspaced};
use crate::lexer::{TokenKind, Traits};
use crate::matcher::Line;
use crate::tree::Span;

/// Signs of currencies that are one country's only, as far as licences use them.
const SIGNS: &[(&str, &str)] = &[("US$", "USD"), ("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("¥", "JPY")];

/// The currencies a misspelt code most likely is; the first that is close is taken.
const CODES: &[&str] =
    &["USD", "EUR", "GBP", "JPY", "CHF", "CNY", "CAD", "AUD", "SEK", "NOK", "DKK", "KRW", "INR"];

/// Currencies by name.
const NAMES: &[(&str, &str)] = &[
    ("dollars", "USD"),
    ("dollar", "USD"),
    ("euros", "EUR"),
    ("euro", "EUR"),
    ("sterling", "GBP"),
    ("pounds", "GBP"),
    ("yen", "JPY"),
];

/// Words for a scale, with the letters the language has for them.
const SCALES: &[(&str, &str)] = &[
    ("thousand", "k"),
    ("K", "k"),
    ("million", "m"),
    ("millions", "m"),
    ("mio", "m"),
    ("mn", "m"),
    ("M", "m"),
    ("MM", "m"),
    ("billion", "bn"),
    ("bn", "bn"),
    ("B", "bn"),
    ("b", "bn"),
];

/// Ways to put an amount right at the word that does not fit.
pub(super) fn mends(line: Line<'_>, at: u32) -> Vec<Mend> {
    let from = at.saturating_sub(2).max(line.range.0);
    let mut mends: Vec<Mend> = Vec::new();
    for word in from..=at {
        mends.extend(decimal_comma(line, word));
        mends.extend(signed(line, word));
        mends.extend(joined(line, word));
        mends.extend(misspelt(line, word));
        mends.extend(backwards(line, word));
        mends.extend(negative(line, word));
        mends.extend(scaled(line, word));
    }
    mends.extend(percent(line, at));
    mends
}

fn write(at: u32, span: Span, new: String) -> Mend {
    let what = if new.contains(' ') { "an amount such as `USD 5m`" } else { "a number such as `5m`" };
    Mend::new(format!("write `{new}`"), span, new).instead_of(what, at)
}

/// `1.000,50`: what is a point here is a comma there, and the other way round.
fn decimal_comma(line: Line<'_>, at: u32) -> Option<Mend> {
    let (span, text) = unspaced(line, at);
    let (whole, cents) = text.split_once(',')?;
    let scale = cents.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = cents.len() - scale.len();
    let mut groups = whole.split('.');
    let is_number =
        |group: &str, of: &[usize]| of.contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().is_some_and(|g| is_number(g, &[1, 2, 3]));
    let grouped = whole.contains('.') && first && groups.all(|g| is_number(g, &[3]));
    if !grouped || digits == 0 || !matches!(scale, "" | "k" | "m" | "bn" | "%") {
        return None;
    }
    let new = format!("{}.{cents}", whole.replace('.', ","));
    let mend = Mend::new(format!("write `{new}`"), span, new).guessed();
    let mend = mend.instead_of("a number such as `1,000.50`, with a point before the decimals", at);
    Some(Mend { code: Some("bad-number"), ..mend })
}

/// `$5m`, `US$ 5m`.
fn signed(line: Line<'_>, at: u32) -> Option<Mend> {
    let start = line.span(at).start;
    let rest = line.text.get(start as usize..)?;
    let (sign, code) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign))?;
    let sign_end = start + sign.len() as u32;
    let number = (at..line.range.1).find(|w| line.span(*w).start >= sign_end)?;
    let (span, text) = unspaced(line, number);
    Some(write(at, Span { start, end: span.end }, format!("{code} {text}")))
}

/// `UDS 5m`, `currency UDS`.
fn misspelt(line: Line<'_>, at: u32) -> impl Iterator<Item = Mend> {
    let code = line.word(at);
    let span = line.span(at);
    let length = (2..=4).contains(&code.len());
    let name = NAMES.iter().find(|(name, _)| *name == code.to_lowercase()).map(|(_, known)| *known);
    let near = move |known: &&&str| length && strsim::damerau_levenshtein(code, known) == 1;
    name.into_iter().chain(CODES.iter().filter(near).copied()).map(move |known| {
        let mend = Mend::new(format!("perhaps `{known}`"), span, known).guessed();
        mend.instead_of("a currency such as `USD`", at)
    })
}

/// `USD5m`, `usd 5m`.
fn joined(line: Line<'_>, at: u32) -> Option<Mend> {
    let (span, text) = unspaced(line, at);
    let code = text.get(..3).filter(|code| code.bytes().all(|b| b.is_ascii_alphabetic()))?;
    let rest = text.get(3..)?;
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(write(at, span, format!("{} {rest}", code.to_uppercase())));
    }
    if !rest.is_empty() || token(line, at + 1)?.kind != TokenKind::Number {
        return None;
    }
    let (number, text) = unspaced(line, at + 1);
    Some(write(at, Span { start: span.start, end: number.end }, format!("{} {text}", code.to_uppercase())))
}

/// `5m USD`.
fn backwards(line: Line<'_>, at: u32) -> Option<Mend> {
    if token(line, at)?.kind != TokenKind::Number || token(line, at + 1)?.traits != Traits::Currency {
        return None;
    }
    let (number, code) = (line.span(at), line.span(at + 1));
    let new = format!("{} {}", line.word(at + 1), line.word(at));
    Some(write(at, Span { start: number.start, end: code.end }, new))
}

/// `USD -5m`.
fn negative(line: Line<'_>, at: u32) -> Option<Mend> {
    if token(line, at)?.traits != Traits::Currency || line.word(at + 1) != "-" {
        return None;
    }
    if token(line, at + 2)?.kind != TokenKind::Number {
        return None;
    }
    let span = Span { start: line.span(at).start, end: line.span(at + 2).end };
    Some(write(at, span, format!("-{} {}", line.word(at), line.word(at + 2))))
}

/// `5 million`, `5M`.
fn scaled(line: Line<'_>, at: u32) -> Option<Mend> {
    let word = line.word(at);
    let scale = |text: &str| SCALES.iter().find(|(word, _)| *word == text).map(|(_, letters)| *letters);
    let digits = word.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(0);
    if let (Some(number), Some(letters)) =
        (word.get(..digits).filter(|n| !n.is_empty()), word.get(digits..).and_then(scale))
    {
        return Some(write(at, line.span(at), format!("{number}{letters}")));
    }
    let letters = scale(word)?;
    let before = at.checked_sub(1).filter(|b| *b >= line.range.0)?;
    if token(line, before)?.kind != TokenKind::Number {
        return None;
    }
    let span = Span { start: line.span(before).start, end: line.span(at).end };
    Some(write(before, span, format!("{}{letters}", line.word(before))))
}

/// `4 percent`, `4 per cent`.
fn percent(line: Line<'_>, at: u32) -> Option<Mend> {
    let last = match line.word(at) {
        "percent" | "pct" | "percents" => at,
        "per" if line.word(at + 1) == "cent" => at + 1,
        _ => return None,
    };
    let before = at.checked_sub(1).filter(|b| *b >= line.range.0)?;
    let span = Span { start: line.span(before).start, end: line.span(last).end };
    let new = format!("{}%", line.word(before));
    let mend = Mend::new(format!("write `{new}`"), span, new);
    Some(mend.instead_of("a percentage such as `4%`", before))
}
