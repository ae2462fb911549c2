//! A line whose first word is a slip of a word that clauses begin with, though not here, or that no clause needs.
//!
//! Where lines may begin with a name, any word could be one. A word that is nearly one of the language is
//! more likely meant to be that word.

use super::{MAX_SHOWN, Problems, Stray, joined, places_of, shorten, similar, slip, unknown};
use crate::diagnostic::Diagnostic;
use crate::grammar::{Context, FormData, Pattern};
use crate::mend::Mender;
use crate::tree::Span;
use crate::words;

/// What was meant by the first word of a line that does not belong where it stands.
enum Meant {
    /// A clause that begins with this word.
    Word(&'static str),
    /// A clause that begins with no such word.
    Nothing,
}

/// Reports a word before a clause that is written without one, as `rate 5%` for `5%`.
pub(super) fn drops(stray: &Stray<'_>, mender: &Mender<'_>, problems: &mut Problems) -> bool {
    let line = stray.line;
    let Some(form) = wordless(line.word(line.range.0), stray.context) else { return false };
    let next = line.range.0 + 1;
    if next >= line.range.1 {
        return false;
    }
    let word = line.span(line.range.0);
    let span = Span { end: line.span(next).start, ..word };
    if !mender.mends(span, "") {
        return false;
    }
    stray.report(problems, || {
        unknown(stray, None)
            .with_note(format!("{} is written without a word before it", super::unknown::said(form.doc)))
            .with_guess("perhaps without it", span, "")
    });
    true
}

/// Reports a line that begins with words a clause has further on: `once a year` belongs to the `notice` of an audit.
pub(super) fn further_on(stray: &Stray<'_>, problems: &mut Problems) -> bool {
    let (line, first) = (stray.line, stray.line.word(stray.line.range.0));
    let mut forms = stray.context.forms().iter().filter(|form| form.also.contains(&first));
    let Some(form) = forms.find(|form| has(&form.pattern, line.key())) else { return false };
    let clause = super::leading(form);
    stray.report(problems, || {
        unknown(stray, None)
            .with_note(format!("{first} is written with `{clause}` here: {}", super::unknown::said(form.doc)))
            .with_help(format!("put it at the end of the line of `{clause}`, after a comma"))
    });
    true
}

/// Whether a pattern has a keyword of its own anywhere.
fn has(pattern: &Pattern, key: u16) -> bool {
    match pattern {
        Pattern::Word(word) => *word == key,
        Pattern::Seq(parts) => parts.iter().any(|part| has(part, key)),
        Pattern::Alt(branches) => branches.iter().any(|branch| has(&branch.pattern, key)),
        Pattern::Label(_, inner) | Pattern::Opt(inner) => has(inner, key),
        _ => false,
    }
}

/// Reports the last tier with the sum it begins at, which the tier before it says: `above USD 1m 5%`.
pub(super) fn above_a_sum(stray: &Stray<'_>, mender: &Mender<'_>, problems: &mut Problems) -> bool {
    let line = stray.line;
    if stray.context != Context::Tiers || line.word(line.range.0) != "above" {
        return false;
    }
    let (from, to) = line.range;
    let sum = |end: u32| Span { start: line.span(from + 1).start, end: line.span(end).start };
    // The shortest part behind the word that leaves a tier when it is taken out.
    let Some(span) = (from + 2..to).map(sum).find(|span| mender.mends(*span, "")) else { return false };
    let told = line.text.get(span.start as usize..span.end as usize).unwrap_or("").trim_end();
    stray.report(problems, || {
        let told = shorten(told);
        Diagnostic::error(
            "clause-misfit",
            span,
            format!("`above` takes no sum of its own, and here stands `{told}`"),
        )
        .with_note("the last tier begins where the one before it ends")
        .with_fix(format!("leave out `{told}`"), span, "")
    });
    true
}

/// Reports a line whose first word is nearly one that begins clauses of another kind.
pub(super) fn elsewhere(stray: &Stray<'_>, mender: &Mender<'_>, problems: &mut Problems) -> bool {
    let line = stray.line;
    let first = line.word(line.range.0);
    let span = line.span(line.range.0);
    let reads = |context, word: &str| mender.mends_in(context, span, word);
    let Some(help) = help(first, stray.context, reads) else { return false };
    stray.report(problems, || bare(first, &stray.above, stray.context, span).with_help(help));
    true
}

/// What is said of a name that nothing defines at the start of a line, where the word is nearly one that clauses begin
/// with.
pub fn clause_meant(word: &str, context: Context, span: Span) -> Option<Diagnostic> {
    let help = help(word, context, |_, _| true).filter(|_| !words::is_keyword(word))?;
    Some(bare(word, &super::usual_place(context), context, span).with_help(help))
}

fn bare(word: &str, above: &str, context: Context, span: Span) -> Diagnostic {
    let whose = match context {
        Context::File => String::new(),
        _ => format!(" in `{}`", shorten(above)),
    };
    Diagnostic::error("unknown-clause", span, format!("unknown clause `{}`{whose}", shorten(word)))
}

/// The nearest word that begins a clause of another kind, and where that may stand.
fn help(first: &str, here: Context, reads: impl Fn(Context, &str) -> bool) -> Option<String> {
    // A name is written as its owner likes; the words of the language are small.
    if first.starts_with(char::is_uppercase) {
        return None;
    }
    let others = || Context::all().filter(|c| !matches!(c, Context::File | Context::Entry) && *c != here);
    let mut found: Vec<(bool, usize, &'static str, Context)> = Vec::new();
    for context in others() {
        for (rank, (_, word)) in similar(first, context).into_iter().enumerate() {
            let distance = slip(&first.to_lowercase(), word).unwrap_or(MAX_SHOWN);
            found.push((!reads(context, word), rank + distance, word, context));
        }
    }
    let meant = found.iter().min_by_key(|(misses, rank, ..)| (*misses, *rank)).map(|(_, _, word, _)| *word);
    let (meant, contexts): (Meant, Vec<Context>) = match meant {
        Some(word) => {
            let same = found.iter().filter(|(.., other, _)| *other == word);
            let reading: Vec<Context> =
                same.clone().filter(|(misses, ..)| !*misses).map(|(.., c)| *c).collect();
            (Meant::Word(word), if reading.is_empty() { same.map(|(.., c)| *c).collect() } else { reading })
        }
        None => (Meant::Nothing, others().filter(|c| wordless(first, *c).is_some()).collect()),
    };
    if contexts.is_empty() {
        return None;
    }
    let mut places: Vec<String> = Vec::new();
    for place in contexts.iter().flat_map(|c| places_of(*c)) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    if places.len() > MAX_SHOWN {
        places.truncate(MAX_SHOWN - 1);
        places.push("others".to_string());
    }
    let places = joined(&places, "and");
    Some(match meant {
        Meant::Word(word) => format!("perhaps `{word}`, which may stand in {places}"),
        Meant::Nothing => format!("what it says stands in {places}, without a word before it"),
    })
}

/// The clause of a context that begins with no keyword, before which people write this word.
fn wordless(first: &str, context: Context) -> Option<&'static FormData> {
    let lower = first.to_lowercase();
    let mut forms = context.forms().iter().filter(|form| form.firsts().is_none());
    forms.find(|form| form.also.iter().any(|word| slip(&lower, word).is_some()))
}

/// The keyword of two letters, too short for a slip of it to be told by itself, with which the line reads.
pub(super) fn short(first: &str, context: Context, reads: impl Fn(&str) -> bool) -> Option<&'static str> {
    let firsts = context.forms().iter().filter_map(FormData::firsts).flatten();
    let mut near: Vec<&'static str> = firsts
        .map(|key| words::text(*key))
        .filter(|word| word.len() == 2 && first.len() <= 3 && strsim::damerau_levenshtein(first, word) == 1)
        .collect();
    near.sort_unstable();
    near.dedup();
    let mut fitting = near.into_iter().filter(|word| reads(word));
    // Of several nobody can say which was meant.
    let word = fitting.next()?;
    fitting.next().is_none().then_some(word)
}
