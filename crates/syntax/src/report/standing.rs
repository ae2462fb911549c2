//! Words for where a line stands: too deep, not deep enough, between two levels, below what takes none,
//! twice, or not at all.

use super::{Problems, Stray, closest, joined, leading, misfit, or, places_of, shorten, similar, unknown};
use crate::diagnostic::Diagnostic;
use crate::grammar::{Context, FormData};
use crate::matcher::{self, Line};
use crate::mend::Mender;
use crate::tree::{Span, Tree};
use crate::words;

/// A message names at most this many places.
const MAX_PLACES: usize = 4;

/// Reports a line that stands between two levels and reads well at the deeper one.
///
/// Once is enough for the lines below one clause: which of them is at fault is a matter of taste.
pub(crate) fn uneven(stray: &mut Stray<'_>, column: usize, problems: &mut Problems) {
    let span = stray.line.whole();
    if std::mem::replace(&mut stray.strayed, true) {
        return;
    }
    stray.report(problems, || {
        Diagnostic::error("uneven-indent", span, "this line stands between two levels")
            .saying("is it part of the clause above, or the next one?")
            .with_guess("perhaps it belongs with the lines before it", stray.margin, " ".repeat(column))
    });
}

/// Reports a line that fits where it stands but for its indentation; once for the lines of one block.
pub(crate) fn misplaced(stray: &mut Stray<'_>, column: usize, deeper: bool, problems: &mut Problems) {
    if std::mem::replace(&mut stray.strayed, true) {
        return;
    }
    let word = shorten(stray.line.word(stray.line.range.0));
    let (message, fix) = if deeper {
        (format!("this `{word}` clause belongs below the clause above it"), "indent it")
    } else {
        (format!("this `{word}` clause stands too deep"), "move it out")
    };
    let span = stray.line.span(stray.line.range.0);
    stray.report(problems, || {
        Diagnostic::error("clause-misplaced", span, message).with_fix(fix, stray.margin, " ".repeat(column))
    });
}

/// Reports a line that would fit below other clauses, none of them near.
pub(super) fn elsewhere(stray: &Stray<'_>, contexts: &[Context]) -> Diagnostic {
    let span = stray.line.span(stray.line.range.0);
    let word = shorten(stray.line.word(stray.line.range.0));
    let message = match stray.context {
        Context::File => format!("`{word}` does not stand at the margin"),
        _ => format!("`{word}` does not stand in `{}`", shorten(&stray.above)),
    };
    let mut places: Vec<String> = Vec::new();
    for place in contexts.iter().flat_map(|c| places_of(*c)) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    if places.len() > MAX_PLACES {
        places.truncate(MAX_PLACES - 1);
        places.push("others".to_string());
    }
    Diagnostic::error("clause-misplaced", span, message)
        .with_help(format!("it may stand in {}", joined(&places, "and")))
}

/// What deeper lines are to the clause above them, which takes no clauses below.
pub(crate) enum Continued {
    /// No part of it.
    No,
    /// Its continuation but for a mistake, which has been reported.
    Misread,
    /// Clauses below the clause it was meant to be, which has been reported.
    Meant(Context),
}

/// Looks at the lines below a clause that takes none; they begin with the word `from`.
pub(crate) fn continued(
    stray: &Stray<'_>,
    from: u32,
    form: &'static FormData,
    work: &mut u64,
    problems: &mut Problems,
) -> Continued {
    let failure = matcher::failure(stray.line, &form.pattern, work);
    if failure.at > from {
        let mender = Mender::new(stray.line, stray.context);
        stray.report(problems, || misfit(stray.line, &failure, mender.mend(&failure)));
        return Continued::Misread;
    }
    if form.firsts().is_some() {
        return Continued::No;
    }
    let alone = Line { range: (stray.line.range.0, from), ..stray.line };
    let mender = Mender::new(alone, stray.context);
    // It was read as something that begins with a name, but its first word is a keyword, or nearly one.
    let key = alone.key();
    if stray.context.forms().iter().any(|f| f.has_keyword(key) && f.body.is_some())
        && let Some((form, failure)) = closest(alone, stray.context, false, work)
    {
        stray.report(problems, || misfit(alone, &failure, mender.mend(&failure)));
        return form.body.map_or(Continued::Misread, Continued::Meant);
    }
    let slips = similar(alone.word(alone.range.0), stray.context);
    let span = alone.span(alone.range.0);
    match slips.iter().find(|(form, word)| form.body.is_some() && mender.mends(span, word)) {
        Some((FormData { body: Some(body), .. }, word)) => {
            stray.report(problems, || unknown(stray, Some(word)));
            Continued::Meant(*body)
        }
        _ => Continued::No,
    }
}

/// Reports a line below a clause that takes none.
pub(crate) fn nothing_below(stray: &Stray<'_>, form: &FormData, column: usize, problems: &mut Problems) {
    let message = match form.firsts() {
        Some(_) => format!("nothing may stand below a `{}` clause", shorten(&stray.above)),
        None => "nothing may stand below this line".to_string(),
    };
    stray.report(problems, || {
        Diagnostic::error("nothing-below", stray.line.span(stray.line.range.0), message)
            .saying("indented deeper than the clause above")
            .with_guess(
                "perhaps it stands beside the clause above: move it out",
                stray.margin,
                " ".repeat(column),
            )
    });
}

/// Reports clauses that are missing or stand twice below one clause.
pub(crate) fn cardinality(tree: &Tree, parent: u32, context: Context, problems: &mut Problems) {
    let Some(owner) = tree.clause(parent) else { return };
    let unread = owner.children().any(|c| c.form().is_none());
    let mut twice: Option<(Span, Span)> = None;
    let mut names = Vec::new();
    for form in context.forms().iter().filter(|f| f.once || f.required) {
        let mut found = owner.children().filter(|c| c.form() == Some(form.form));
        let (first, second) = (found.next(), found.next());
        if form.once
            && let (Some(first), Some(second)) = (first, second)
        {
            names.push(format!("`{}`", leading(form)));
            if twice.is_none_or(|(_, other)| second.span() < other) {
                twice = Some((first.span(), second.span()));
            }
        }
        if form.required && first.is_none() && !unread {
            problems.add(|| {
                let name = leading(form);
                let what = owner.text().split_whitespace().next().unwrap_or("this");
                let firsts: Vec<&str> =
                    form.firsts().unwrap_or(&[]).iter().map(|k| words::text(*k)).collect();
                // One that may begin with several words is known by them.
                let (message, help) = match firsts.get(..MAX_PLACES.min(firsts.len())) {
                    Some(few) if few.len() > 1 && few.contains(&name.as_str()) => (
                        format!("this {what} lacks a line that begins with {}", or(few)),
                        "add one below it".to_string(),
                    ),
                    _ => (
                        format!("this {what} has no `{name}` clause"),
                        format!("add a line `{name} …` below it"),
                    ),
                };
                Diagnostic::error("clause-missing", owner.span(), message).with_help(help)
            });
        }
    }
    let Some((first, second)) = twice else { return };
    // Several at once are two clauses run together, which is one mistake.
    problems.add(|| {
        let message = match names.as_slice() {
            [name] => format!("{name} stands twice in one clause"),
            names => format!("{} stand twice in one clause", joined(names, "and")),
        };
        let advice = if names.len() > 1 {
            "does the line miss that begins the second clause?"
        } else {
            "keep one of the two"
        };
        Diagnostic::error("clause-twice", second, message).with_also(0, first, "first here").with_help(advice)
    });
}
