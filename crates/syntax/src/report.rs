//! Words for what the outline could not read: one mistake, one message, with what was expected there.

use crate::diagnostic::Diagnostic;
use crate::grammar::{Context, FormData, Pattern};
use crate::matcher::{self, Expected, Failure, Line, expected_text};
use crate::tree::{Span, Tree};
use crate::words;

/// Reports a line that fits no form of its context; returns where its lower lines probably belong.
pub(crate) fn no_form(
    line: Line<'_>,
    context: Context,
    already: bool,
    problems: &mut Vec<Diagnostic>,
) -> Option<Context> {
    let first = word(line, line.range.0);
    let key = words::key(first);
    let mut best: Option<(&'static FormData, Failure)> = None;
    for form in context.forms() {
        let keyword = form.firsts.is_some();
        if form.firsts.is_some_and(|firsts| !firsts.contains(&key)) {
            continue;
        }
        let failure = matcher::failure(line, &form.pattern);
        if !keyword && failure.at == line.range.0 {
            continue;
        }
        match &mut best {
            Some((_, top)) if top.at > failure.at => {}
            Some((_, top)) if top.at == failure.at => {
                let more =
                    failure.expected.into_iter().filter(|e| !top.expected.contains(e)).collect::<Vec<_>>();
                top.expected.extend(more);
                top.exhausted |= failure.exhausted;
            }
            _ => best = Some((form, failure)),
        }
    }
    // A name that merely could start a line is no reading of a line whose first word is a misspelt keyword.
    let suggestion = similar(first, context);
    match best {
        Some((form, failure))
            if form.firsts.is_some() || suggestion.is_none() || failure.at > line.range.0 + 1 =>
        {
            if !already {
                problems.push(misfit(line, &failure));
            }
            form.body
        }
        _ => {
            let body = suggestion.as_ref().and_then(|(form, _)| form.body);
            if !already {
                problems.push(unknown(line, context, suggestion));
            }
            body
        }
    }
}

fn word<'a>(line: Line<'a>, at: u32) -> &'a str {
    if at >= line.range.1 {
        return "";
    }
    let span = word_span(line, at);
    line.text.get(span.start as usize..span.end as usize).unwrap_or("")
}

fn word_span(line: Line<'_>, at: u32) -> Span {
    let token = line.words.get(at as usize).map_or(line.tokens.len(), |&t| t as usize);
    let start = line.tokens.get(token).map_or(line.text.len(), |t| t.start as usize);
    let end = line.tokens.get(token + 1).map_or(line.text.len(), |t| t.start as usize);
    Span { start: start as u32, end: end as u32 }
}

/// The place of a failure: the word, or the point after the last word where the line ends too early.
fn place(line: Line<'_>, at: u32) -> Span {
    if at < line.range.1 {
        return word_span(line, at);
    }
    let last = word_span(line, line.range.1.saturating_sub(1));
    Span { start: last.end, end: last.end }
}

fn misfit(line: Line<'_>, failure: &Failure) -> Diagnostic {
    let span = place(line, failure.at);
    if failure.exhausted {
        return Diagnostic::error("too-complex", span, "this clause is too deeply nested to read")
            .with_help("name a part of it in a clause of its own and refer to the name");
    }
    let found = word(line, failure.at);
    let before = word(line, failure.at.saturating_sub(1));
    let after = if failure.at > line.range.0 { format!(" after `{before}`") } else { String::new() };
    let (things, keywords): (Vec<Expected>, Vec<Expected>) =
        failure.expected.iter().copied().partition(|e| matches!(e, Expected::Thing(_)));
    let close = keywords.iter().copied().find_map(|e| match e {
        Expected::Word(key) if near(found, words::text(key)) => Some(words::text(key)),
        _ => None,
    });
    let listed = list(&things, &keywords);
    let message = match (found.is_empty(), listed.is_empty()) {
        (_, true) => format!("nothing may follow{after}"),
        (true, false) => format!("the line ends where {listed} was expected"),
        (false, false) => format!("expected {listed}{after}"),
    };
    let mut diagnostic = Diagnostic::error("clause-misfit", span, message);
    if !found.is_empty() {
        diagnostic = diagnostic.saying(format!("found `{}`", shorten(found)));
    }
    match close {
        Some(word) => diagnostic.with_fix(format!("did you mean `{word}`?"), span, word),
        None => diagnostic,
    }
}

fn list(things: &[Expected], keywords: &[Expected]) -> String {
    let mut shown: Vec<String> = things.iter().chain(keywords).take(4).map(|e| expected_text(*e)).collect();
    shown.dedup();
    match shown.len() {
        0 => String::new(),
        1 => shown.remove(0),
        _ => {
            let last = shown.pop().unwrap_or_default();
            format!("{} or {last}", shown.join(", "))
        }
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= 40 {
        text.to_string()
    } else {
        format!("{}…", text.chars().take(40).collect::<String>())
    }
}

fn unknown(line: Line<'_>, context: Context, suggestion: Option<(&'static FormData, String)>) -> Diagnostic {
    let span = word_span(line, line.range.0);
    let found = shorten(word(line, line.range.0));
    let whose = match context {
        Context::File => String::new(),
        other => format!(" in `{}`", other.name().replace('-', " ")),
    };
    let diagnostic = Diagnostic::error("unknown-clause", span, format!("unknown clause `{found}`{whose}"));
    if let Some((_, word)) = suggestion {
        return diagnostic.with_fix(format!("did you mean `{word}`?"), span, word);
    }
    let mut known: Vec<&str> =
        context.forms().iter().filter_map(|f| f.firsts?.first().map(|k| words::text(*k))).collect();
    known.dedup();
    let known: Vec<String> = known.iter().take(12).map(|w| format!("`{w}`")).collect();
    if known.is_empty() {
        diagnostic
    } else {
        diagnostic.with_help(format!("clauses that may stand here: {}", known.join(", ")))
    }
}

/// The form whose keyword, or a word people use for it, is close to what was written.
fn similar(found: &str, context: Context) -> Option<(&'static FormData, String)> {
    let lower = found.to_lowercase();
    let mut best: Option<(usize, &'static FormData, String)> = None;
    let mut offer = |score: usize, form: &'static FormData, word: String| {
        if best.as_ref().is_none_or(|(top, _, _)| score < *top) {
            best = Some((score, form, word));
        }
    };
    for form in context.forms() {
        let keywords = form.firsts.unwrap_or(&[]).iter().map(|k| words::text(*k));
        for keyword in keywords {
            if near(&lower, keyword) {
                offer(2 * strsim::damerau_levenshtein(&lower, keyword), form, keyword.to_string());
            }
        }
        for other in form.also {
            if near(&lower, other)
                && let Some(keyword) = form.firsts.and_then(|f| f.first())
            {
                offer(
                    2 * strsim::damerau_levenshtein(&lower, other) + 1,
                    form,
                    words::text(*keyword).to_string(),
                );
            }
        }
    }
    best.map(|(_, form, word)| (form, word))
}

/// Close enough to be a slip of the finger.
pub(crate) fn near(found: &str, word: &str) -> bool {
    if found.is_empty() || found.len() > 60 || !word.starts_with(char::is_alphabetic) {
        return false;
    }
    let allowed = match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    strsim::damerau_levenshtein(found, word) <= allowed
}

/// Reports lines below a clause that takes none.
pub(crate) fn nothing_below(tree: &Tree, form: &FormData, span: Span, problems: &mut Vec<Diagnostic>) {
    let mut diagnostic = Diagnostic::error(
        "nothing-below",
        span,
        format!("nothing may stand below a `{}` clause", leading(form)),
    )
    .saying("indented deeper than the clause above");
    if tree.slice(span).is_empty() {
        return;
    }
    diagnostic = diagnostic.with_help("move it out to the level of the clause above");
    problems.push(diagnostic);
}

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
    if words.is_empty() { form.name.to_string() } else { words.join(" ") }
}

/// Reports clauses that are missing or stand twice below one clause.
pub(crate) fn cardinality(tree: &Tree, parent: u32, context: Context, problems: &mut Vec<Diagnostic>) {
    let Some(owner) = tree.clause(parent) else { return };
    for form in context.forms().iter().filter(|f| f.once || f.required) {
        let mut found = owner.children().filter(|c| c.form() == Some(form.form));
        let first = found.next();
        if form.once
            && let (Some(first), Some(second)) = (first, found.next())
        {
            let name = leading(form);
            problems.push(
                Diagnostic::error(
                    "clause-twice",
                    second.span(),
                    format!("`{name}` stands twice in one clause"),
                )
                .with_also(0, first.span(), "first here")
                .with_help("keep one of the two"),
            );
        }
        let unread = owner.children().any(|c| c.form().is_none());
        if form.required && first.is_none() && !unread {
            let name = leading(form);
            let what = owner.text().split_whitespace().next().unwrap_or("this").to_string();
            problems.push(
                Diagnostic::error(
                    "clause-missing",
                    owner.span(),
                    format!("this {what} has no `{name}` clause"),
                )
                .with_help(format!("add a line `{name} …` below it")),
            );
        }
    }
}
