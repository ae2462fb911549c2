//! Numbers written with a power of ten, as `1e6`: the language has none, and what they come to may be too large.

use crate::diagnostic::Diagnostic;
use crate::matcher::Line;
use crate::tree::Span;

/// A number has at most this many digits.
const MAX_DIGITS: usize = 60;

/// The first number of a line that is written with a power of ten.
pub(super) fn power_in(line: Line<'_>) -> Option<Diagnostic> {
    (line.range.0..line.range.1).find_map(|at| {
        // `2.5e6` is a number and a word without space between.
        let (one, next) = (line.span(at), line.span(at + 1));
        let joined = Span { end: next.end, ..one };
        let text =
            line.text.get(joined.start as usize..joined.end as usize).filter(|_| one.end == next.start);
        bad_power(line.word(at), one).or_else(|| bad_power(text?, joined))
    })
}

/// What is said of a number that is written with a power of ten; `None` of any other word.
pub fn bad_power(word: &str, span: Span) -> Option<Diagnostic> {
    let (digits, power) = word.split_once(['e', 'E'])?;
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_number = !whole.is_empty() && !power.is_empty() && all_digits(power);
    if !is_number || !all_digits(whole) || !all_digits(part) || digits.len() > MAX_DIGITS {
        return None;
    }
    let power = power.parse::<usize>().unwrap_or(usize::MAX);
    if power.saturating_add(whole.len()) > MAX_DIGITS {
        return Some(
            Diagnostic::error("bad-number", span, format!("`{}` is too large", super::shorten(word)))
                .with_help(format!("a number has at most {MAX_DIGITS} digits")),
        );
    }
    let zeros = "0".repeat(power.saturating_sub(part.len()));
    let (moved, rest) = part.split_at_checked(power).unwrap_or((part, ""));
    let point = if rest.is_empty() { "" } else { "." };
    let new = format!("{whole}{moved}{zeros}{point}{rest}");
    Some(
        Diagnostic::error("bad-number", span, format!("`{word}` is not a number"))
            .with_note("numbers are written out here, without a power of ten")
            .with_fix(format!("write `{new}`"), span, new),
    )
}
