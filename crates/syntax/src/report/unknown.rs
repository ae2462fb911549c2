//! A line whose first word no clause of its place begins with: the clauses it may be, and the words for that.

use super::{MAX_SHOWN, Stray, or, shorten};
use crate::diagnostic::Diagnostic;
use crate::grammar::{Context, FormData};
use crate::tree::Span;
use crate::words;

/// A line that begins with no keyword of its place, and what it may be instead.
pub(super) fn unknown(stray: &Stray<'_>, suggestion: Option<&str>) -> Diagnostic {
    let span = stray.line.span(stray.line.range.0);
    let found = shorten(stray.line.word(stray.line.range.0));
    let whose = match stray.context {
        Context::File => String::new(),
        _ => format!(" in `{}`", shorten(&stray.above)),
    };
    let diagnostic = Diagnostic::error("unknown-clause", span, format!("unknown clause `{found}`{whose}"));
    if let Some(word) = suggestion {
        let forms = stray.context.forms().iter();
        let meant = forms.filter(|f| f.also.contains(&found.as_str())).find(|f| {
            f.firsts().and_then(|firsts| firsts.first()).is_some_and(|key| words::text(*key) == word)
        });
        // Another word than was written, and not a slip of it, needs its reason.
        let diagnostic = match meant {
            Some(form) => {
                diagnostic.with_note(format!("{} is written with `{word}` here: {}", found, said(form.doc)))
            }
            None => diagnostic,
        };
        return diagnostic.with_guess(format!("perhaps `{word}`"), span, word);
    }
    let mut known: Vec<&str> = Vec::new();
    for word in stray.context.forms().iter().filter_map(|f| Some(words::text(*f.firsts()?.first()?))) {
        if !known.contains(&word) {
            known.push(word);
        }
    }
    match known.len() {
        1..=MAX_SHOWN => diagnostic.with_help(format!("what may stand here: {}", or(&known))),
        _ => diagnostic,
    }
}

/// The words of a reference entry as a part of a sentence.
pub(super) fn said(doc: &str) -> String {
    let doc = doc.trim_end_matches('.');
    let mut letters = doc.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A line that lacks the keyword it should begin with, which may be one of these.
pub(super) fn unknown_with(stray: &Stray<'_>, beginnings: &[&str]) -> Diagnostic {
    let diagnostic = unknown(stray, None);
    let span = stray.line.span(stray.line.range.0);
    match beginnings {
        [] => diagnostic,
        [one] => {
            diagnostic.with_fix(format!("add `{one}`"), Span { end: span.start, ..span }, format!("{one} "))
        }
        few if few.len() <= MAX_SHOWN => diagnostic.with_help(format!("is {} missing before it?", or(few))),
        _ => diagnostic,
    }
}

/// The forms whose keyword, or a word people use for it, is close to what was written; closest first.
pub(super) fn similar(found: &str, context: Context) -> Vec<(&'static FormData, &'static str)> {
    let lower = found.to_lowercase();
    let mut slips: Vec<(usize, &'static FormData, &'static str)> = Vec::new();
    for form in context.forms() {
        let firsts = form.firsts().unwrap_or(&[]);
        for keyword in firsts.iter().map(|k| words::text(*k)) {
            if let Some(distance) = slip(&lower, keyword) {
                slips.push((2 * distance, form, keyword));
            }
        }
        let Some(keyword) = firsts.first().map(|k| words::text(*k)) else { continue };
        for other in form.also {
            if let Some(distance) = slip(&lower, other) {
                slips.push((2 * distance + 1, form, keyword));
            }
        }
    }
    slips.sort_by_key(|(score, ..)| *score);
    slips.dedup_by_key(|(_, _, word)| *word);
    slips.into_iter().map(|(_, form, word)| (form, word)).collect()
}

/// How far a word is from what was written, if close enough to be a slip of the finger.
pub(crate) fn slip(found: &str, word: &str) -> Option<usize> {
    let letters = word.chars().count();
    let allowed = match letters {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    let longest = found.len() <= 4 * (letters + allowed);
    if !longest || found.chars().count().abs_diff(letters) > allowed || !word.starts_with(char::is_alphabetic)
    {
        return None;
    }
    let distance = strsim::damerau_levenshtein(found, word);
    (distance <= allowed).then_some(distance)
}
