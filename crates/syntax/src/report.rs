//! Words for what the outline could not read: one mistake, one message, with what was expected there.

mod days;
mod meant;
mod powers;
mod problems;
mod standing;
mod unknown;

pub use meant::clause_meant;
pub use powers::bad_power;
pub(crate) use problems::Problems;
pub(crate) use standing::{Continued, cardinality, continued, misplaced, nothing_below, uneven};
pub(crate) use unknown::slip;

use crate::diagnostic::Diagnostic;
use crate::grammar::{Context, Form, FormData, Pattern};
use crate::matcher::{self, Expected, Failure, Line};
use crate::mend::{Mend, Mender, dates};
use crate::tree::Span;
use crate::words;
use days::{no_such_part, undated};
use unknown::{similar, unknown, unknown_with};

/// An error names at most this many things that would have fitted.
const MAX_SHOWN: usize = 4;

/// A line that fits no form of its context, and what surrounds it.
pub(crate) struct Stray<'a> {
    pub line: Line<'a>,
    pub context: Context,
    /// What the clause it stands below is, as its author wrote it; empty at the margin.
    pub above: String,
    /// The space before its first word.
    pub margin: Span,
    /// Something in it has been reported already.
    pub quiet: bool,
    /// A line beside it has been reported that belongs elsewhere; so does this one, then.
    pub strayed: bool,
}

/// Reports a line that fits no form of its context; returns where its lower lines probably belong.
pub(crate) fn no_form(stray: &mut Stray<'_>, work: &mut u64, problems: &mut Problems) -> Option<Context> {
    let line = stray.line;
    if let Some(problem) = powers::power_in(line) {
        stray.report(problems, || problem);
        return closest(line, stray.context, false, work).and_then(|(form, _)| form.body);
    }
    let mender = Mender::new(line, stray.context);
    let first = line.word(line.range.0);
    let key = line.key();
    let known = stray.context.forms().iter().any(|f| f.has_keyword(key));
    if !known && meant::further_on(stray, problems) {
        return None;
    }
    let slips = if known { Vec::new() } else { similar(first, stray.context) };
    let span = line.span(line.range.0);
    if let Some((form, word)) = slips.iter().find(|(_, word)| mender.mends(span, word)) {
        stray.report(problems, || unknown(stray, Some(word)));
        return form.body;
    }
    if let Some(word) = meant::short(first, stray.context, |word| mender.mends(span, word))
        .filter(|_| key == 0 && !stray.strayed)
    {
        stray.report(problems, || unknown(stray, Some(word)));
        return None;
    }
    if stray.context == Context::File && !stray.strayed && undated(stray, &mender, problems) {
        return None;
    }
    let best = closest(line, stray.context, true, work);
    if let Some((form, failure)) = &best
        && let Some(mend) = mender.misspelt(failure)
    {
        stray.report(problems, || misfit(line, failure, Some(mend)));
        return form.body;
    }
    if let Some((at, word)) = no_such_part(line) {
        stray.report(problems, || {
            let message = format!("there is no `{word}` of a year");
            Diagnostic::error("clause-misfit", line.span(at), message)
                .with_help("quarters are `Q1` to `Q4`, halves `H1` and `H2`")
        });
        return best.and_then(|(form, _)| form.body);
    }
    if meant::drops(stray, &mender, problems) || meant::above_a_sum(stray, &mender, problems) {
        return None;
    }
    // A name that merely could start a line is no reading of a line whose first word is a misspelt keyword,
    // and hardly anything is of a line that is a clause of another kind, word for word.
    let depart = best.as_ref().map_or(0, |(_, failure)| failure.at - line.range.0);
    let found = mender.anywhere(stray.strayed, known, depart);
    if slips.is_empty() && depart <= 1 && key == 0 && !stray.strayed {
        let sure = found.as_ref().is_some_and(|(form, _)| form.is_sure());
        // What puts the line right behind its first word takes that word for what it is.
        let mended = best.as_ref().is_some_and(|(form, failure)| {
            form.firsts().is_some() || mender.mend(failure).is_some_and(|mend| mend.span.start != span.start)
        });
        if !sure && !mended && meant::elsewhere(stray, &mender, problems) {
            return None;
        }
    }
    let best = best.filter(|(form, failure)| {
        let as_far = || {
            slips
                .iter()
                .any(|(meant, word)| key == 0 && mender.reach(span, word, meant) >= failure.at - line.range.0)
        };
        found.is_none() && (form.firsts().is_some() || slips.is_empty() || (depart > 1 && !as_far()))
    });
    if let Some((form, failure)) = best {
        stray.report(problems, || misfit(line, &failure, mender.mend(&failure)));
        return form.body;
    }
    let nothing = Failure { at: line.range.0, ..Failure::default() };
    let mend = mender.other_notation(nothing.at);
    if let Some(mend) = mend.or_else(|| mender.filler(nothing.at).find(|m| mender.mends(m.span, &m.new))) {
        stray.report(problems, || misfit(line, &nothing, Some(mend)));
        return None;
    }
    if let Some((_, word)) = slips.first().filter(|_| key == 0) {
        stray.report(problems, || unknown(stray, Some(word)));
        return None;
    }
    // Where a line above is missing, the lines below it all stray, and that is one mistake.
    let said = stray.strayed && (found.is_some() || stray.context != Context::File);
    stray.strayed = true;
    if !said {
        stray.report(problems, || match &found {
            Some((_, contexts)) => standing::elsewhere(stray, contexts),
            None => unknown_with(stray, &mender.beginnings()),
        });
    }
    found.and_then(|(form, _)| form.body)
}

impl Stray<'_> {
    fn report(&self, problems: &mut Problems, make: impl FnOnce() -> Diagnostic) {
        if !self.quiet {
            problems.add(make);
        }
    }
}

/// The form the line comes closest to, with where it departs from it.
fn closest(
    line: Line<'_>,
    context: Context,
    names: bool,
    work: &mut u64,
) -> Option<(&'static FormData, Failure)> {
    let key = line.key();
    let keyword = context.forms().iter().filter(|f| f.has_keyword(key));
    let named = context.forms().iter().filter(|f| names && f.firsts().is_none());
    let mut best: Option<(&'static FormData, Failure)> = None;
    for form in keyword.chain(named) {
        let failure = matcher::failure(line, &form.pattern, work);
        if form.firsts().is_none() && failure.at == line.range.0 {
            continue;
        }
        match &mut best {
            Some((_, top)) if top.at > failure.at => {}
            // A keyword decides between clauses that come equally close.
            Some((top, other))
                if other.at == failure.at && top.firsts().is_some() != form.firsts().is_some() => {}
            Some((_, top)) if top.at == failure.at => {
                for (expected, needed) in failure.expected {
                    match top.expected.iter_mut().find(|(other, _)| *other == expected) {
                        Some((_, was)) => *was |= needed,
                        None => top.expected.push((expected, needed)),
                    }
                }
                top.exhausted |= failure.exhausted;
            }
            _ => best = Some((form, failure)),
        }
    }
    best
}

fn misfit(line: Line<'_>, failure: &Failure, mend: Option<Mend>) -> Diagnostic {
    if failure.exhausted {
        return Diagnostic::error(
            "too-complex",
            line.place(failure.at),
            "this clause is too deeply nested to read",
        )
        .with_help("name a part of it in a clause of its own and refer to the name");
    }
    if let (None, Some((span, [first, second]))) = (&mend, dates::either_way(line, failure.at)) {
        return Diagnostic::error("clause-misfit", span, "expected a date such as `2027-01-31`")
            .saying(format!(
                "found `{}`",
                line.text.get(span.start as usize..span.end as usize).unwrap_or("")
            ))
            .with_help(format!("write year, month and day: `{first}` or `{second}`"));
    }
    let needed: Vec<Expected> =
        failure.expected.iter().filter(|(_, needed)| *needed).map(|(e, _)| *e).collect();
    let (listed, at) = match (&mend, failure.within) {
        (Some(Mend { expected: Some((expected, at)), .. }), _) => (Some(expected.clone()), *at),
        (Some(_), _) if needed.is_empty() || failure.within.is_some() => (None, failure.at),
        (None, Some((within, at))) if needed.len() > MAX_SHOWN => (Some(within.to_string()), at),
        _ => (list(&needed).filter(|_| needed.len() <= MAX_SHOWN), failure.at),
    };
    let (found, before) = (shorten(line.word(at)), shorten(line.word(at.saturating_sub(1))));
    let message = match (&listed, found.is_empty()) {
        (Some(listed), true) => format!("the line ends where {listed} was expected"),
        (Some(listed), false) if at > line.range.0 => format!("expected {listed} after `{before}`"),
        (Some(listed), false) => format!("expected {listed}"),
        (None, true) => format!("the line ends too early after `{before}`"),
        (None, false) if at > line.range.0 => format!("`{found}` cannot follow `{before}` here"),
        (None, false) => format!("`{found}` cannot stand here"),
    };
    let mut span = line.place(at);
    match &mend {
        // Where it is about several words, it says so.
        Some(mend) if mend.span.start == span.start => span.end = span.end.max(mend.span.end),
        None if at < failure.at => span.end = span.end.max(line.place(failure.at).end),
        _ => {}
    }
    let code = mend.as_ref().and_then(|m| m.code).unwrap_or("clause-misfit");
    let mut diagnostic = Diagnostic::error(code, span, message);
    if !found.is_empty() && listed.is_some() {
        let found = line.text.get(span.start as usize..span.end as usize).unwrap_or("");
        diagnostic = diagnostic.saying(format!("found `{}`", shorten(found)));
    }
    if let Some(mend) = mend {
        return match mend.guess {
            true => diagnostic.with_guess(mend.text, mend.span, mend.new),
            false => diagnostic.with_fix(mend.text, mend.span, mend.new),
        };
    }
    let possible =
        if needed.is_empty() { failure.expected.iter().map(|(e, _)| *e).collect() } else { needed };
    match list(&possible).filter(|_| listed.is_none()) {
        Some(possible) => diagnostic.with_help(format!("what may follow: {possible}")),
        None => diagnostic,
    }
}

/// What was expected, in words; no more of it than a reader takes in.
fn list(expected: &[Expected]) -> Option<String> {
    // That a value may be left open is true everywhere, and so helps nowhere.
    let open = |e: &&Expected| matches!(e, Expected::Thing("`redacted` or `open`")) && expected.len() > 1;
    let things = expected.iter().filter(|e| matches!(e, Expected::Thing(_)) && !open(e));
    let words = expected.iter().filter(|e| matches!(e, Expected::Word(_)));
    let mut shown: Vec<String> = Vec::new();
    for text in things.chain(words).map(|e| e.text()) {
        if !shown.contains(&text) {
            shown.push(text);
        }
    }
    if shown.len() > MAX_SHOWN {
        shown.truncate(MAX_SHOWN - 1);
        return Some(format!("{} …", shown.join(", ")));
    }
    if shown.is_empty() { None } else { Some(joined(&shown, "or")) }
}

pub(crate) fn shorten(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST {
        return text.to_string();
    }
    format!("{}…", text.chars().take(MOST).collect::<String>())
}

/// How many of its first words say what a clause is: its keywords, or else its name.
pub(crate) fn leading_words(form: Form) -> usize {
    let keywords = form.data().filter(|f| f.firsts().is_some());
    keywords.map_or(1, |form| leading(form).split(' ').count())
}

/// The clause that takes lines of a context, where several do the first.
pub(crate) fn usual_place(context: Context) -> String {
    places_of(context).first().map_or(String::new(), |place| place.trim_matches('`').to_string())
}

/// A context as a reader knows it: by the words the clauses begin with that it stands below.
fn places_of(context: Context) -> Vec<String> {
    if context == Context::File {
        return vec!["the margin".to_string()];
    }
    let forms = Context::all().flat_map(|c| c.forms());
    let above = forms.filter(|f| f.body == Some(context) && f.firsts().is_some());
    let mut places: Vec<String> = Vec::new();
    for place in above.map(|form| format!("`{}`", leading(form))) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    if places.is_empty() { vec![format!("`{}`", context.name().replace('-', " "))] } else { places }
}

/// `a`, `b` or `c`.
fn or(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|w| format!("`{w}`")).collect();
    joined(&words, "or")
}

/// a, b and c, with this word before the last.
fn joined(words: &[String], last_word: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {last_word} {last}", most.join(", ")),
    }
}

/// The keywords a form begins with.
fn leading(form: &FormData) -> String {
    fn words_of(pattern: &Pattern, out: &mut Vec<&'static str>) -> bool {
        match pattern {
            Pattern::Word(key) => {
                out.push(words::text(*key));
                true
            }
            Pattern::Seq(parts) => parts.iter().all(|p| words_of(p, out)),
            Pattern::Label(_, inner) => words_of(inner, out),
            _ => false,
        }
    }
    let mut words = Vec::new();
    words_of(&form.pattern, &mut words);
    // Of several words it may begin with, the first.
    let first = || form.firsts()?.first().map(|key| words::text(*key));
    if words.is_empty() { first().unwrap_or(form.name).to_string() } else { words.join(" ") }
}
