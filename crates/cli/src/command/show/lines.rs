//! Clauses as the short lines of an overview: always the deal's own words.

use crate::text::one_line;
use counterpart_syntax::{Clause, Form, Label};

/// The clause on one line.
pub(super) fn line(clause: Clause<'_>) -> String {
    one_line(clause.text())
}

/// The clause with what stands below it, on one line.
pub(super) fn whole(clause: Clause<'_>) -> String {
    let below: Vec<String> = clause.children().filter(|c| says_something(*c)).map(whole).collect();
    if below.is_empty() { line(clause) } else { format!("{}: {}", line(clause), below.join(", ")) }
}

/// What stands below a clause, on one line.
pub(super) fn below(clause: Clause<'_>) -> String {
    let below: Vec<String> = clause.children().filter(|c| says_something(*c)).map(whole).collect();
    below.join("; ")
}

/// Reasons, sources and words for people make an overview long and say nothing more.
fn says_something(clause: Clause<'_>) -> bool {
    clause.form().is_some_and(|f| !matches!(f.name(), "text" | "source" | "because"))
}

/// A part of the clause as written.
pub(super) fn part(clause: Clause<'_>, label: Label) -> String {
    clause.get(label).map(|n| one_line(n.text())).unwrap_or_default()
}

/// The text in quotes that titles a clause.
pub(super) fn title(clause: Clause<'_>) -> String {
    part(clause, Label::Title).trim_matches('"').to_string()
}

/// `from A to B`, `by A`, as far as the clause says so.
pub(super) fn sides(clause: Clause<'_>) -> String {
    let said = |word: &str, label: Label| {
        let part = part(clause, label);
        if part.is_empty() { String::new() } else { format!("{word} {part}") }
    };
    let all = [said("by", Label::By), said("from", Label::From), said("to", Label::To)];
    all.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A clause by its kind and name, as `trigger Thin-sales`.
pub(super) fn heading(clause: Clause<'_>) -> String {
    let Some(form) = clause.form() else { return line(clause) };
    if matches!(form, Form::FileEntry | Form::FileAssertion) {
        return line(clause);
    }
    let kind = match clause.get(Label::Kind) {
        Some(kind) if matches!(form, Form::FileAssets) => one_line(kind.text()),
        _ => form.name().replace('-', " "),
    };
    let name = part(clause, Label::Name);
    if name.is_empty() { kind } else { format!("{kind} {name}") }
}
