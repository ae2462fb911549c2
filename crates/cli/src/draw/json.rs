//! Findings as one JSON object that programs may rely on: `schema` names its version, and a field once
//! there stays there. The schema itself is `docs/schema/diagnostics.json`.

use super::{Book, Source, severity};
use crate::exit::Trouble;
use counterpart_syntax::{Diagnostic, Edit, Fix, Mark, Severity, Span};
use serde::Serialize;

/// The name and version of the form.
pub const DIAGNOSTICS: &str = "counterpart/diagnostics/1";

/// All findings, with what was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report<'b> {
    schema: &'static str,
    summary: Summary,
    diagnostics: Vec<Finding<'b>>,
    /// What could not be looked at, and why.
    unread: Vec<serde_json::Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    deals: usize,
    files: usize,
    tables: usize,
    clauses: usize,
    names: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding<'b> {
    code: &'b str,
    severity: &'static str,
    message: &'b str,
    at: Marked<'b>,
    also: Vec<Marked<'b>>,
    notes: &'b [String],
    fixes: Vec<Mending<'b>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Marked<'b> {
    #[serde(flatten)]
    place: Range<'b>,
    text: &'b str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Mending<'b> {
    text: &'b str,
    guess: bool,
    edits: Vec<Change<'b>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Change<'b> {
    #[serde(flatten)]
    place: Range<'b>,
    new: &'b str,
}

/// A place: as people count (from 1, in characters) and as bytes (from 0).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Range<'b> {
    file: &'b str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: u32,
    end: u32,
}

/// All findings.
pub fn json(book: &Book) -> Report<'_> {
    let summary = Summary {
        errors: book.count(Severity::Error),
        warnings: book.count(Severity::Warning),
        notes: book.count(Severity::Note),
        deals: book.deals,
        files: book.files,
        tables: book.tables,
        clauses: book.clauses,
        names: book.names,
    };
    Report {
        schema: DIAGNOSTICS,
        summary,
        diagnostics: book.findings.iter().map(|f| finding(book, f)).collect(),
        unread: book.unread.iter().map(Trouble::json).collect(),
    }
}

fn finding<'b>(book: &'b Book, finding: &'b Diagnostic) -> Finding<'b> {
    Finding {
        code: &finding.code,
        severity: severity(finding.severity),
        message: &finding.message,
        at: marked(book, &finding.at),
        also: finding.also.iter().map(|m| marked(book, m)).collect(),
        notes: &finding.notes,
        fixes: finding.fixes.iter().map(|f| mending(book, f)).collect(),
    }
}

fn marked<'b>(book: &'b Book, mark: &'b Mark) -> Marked<'b> {
    Marked { place: range(book.source(mark), mark.span), text: &mark.text }
}

fn mending<'b>(book: &'b Book, fix: &'b Fix) -> Mending<'b> {
    let change = |e: &'b Edit| Change { place: range(book.sources.get(e.file), e.span), new: &e.new };
    Mending { text: &fix.text, guess: fix.guess, edits: fix.edits.iter().map(change).collect() }
}

fn range(source: Option<&Source>, span: Span) -> Range<'_> {
    let (file, place) = match source {
        Some(source) => (source.path.as_str(), source.place(span)),
        None => ("", super::Place { line: 1, column: 1, end_line: 1, end_column: 1 }),
    };
    let super::Place { line, column, end_line, end_column } = place;
    Range { file, line, column, end_line, end_column, start: span.start, end: span.end }
}
