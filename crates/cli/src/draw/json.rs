//! Findings as one JSON object that programs may rely on: `schema` names its version, and a field once
//! there stays there. The schema itself is in `schemas/diagnostics-1.json`.

use super::{Book, Source, severity};
use counterpart_syntax::{Diagnostic, Edit, Fix, Mark, Severity, Span};
use serde_json::{Map, Value, json};

/// The name and version of the form.
pub const DIAGNOSTICS: &str = "counterpart/diagnostics/1";

/// All findings.
pub fn json(book: &Book) -> Value {
    json!({
        "schema": DIAGNOSTICS,
        "summary": {
            "errors": book.count(Severity::Error),
            "warnings": book.count(Severity::Warning),
            "notes": book.count(Severity::Note),
            "deals": book.deals,
            "files": book.sources.len(),
            "tables": book.tables,
            "clauses": book.clauses,
            "names": book.names,
        },
        "diagnostics": book.findings.iter().map(|f| finding(book, f)).collect::<Vec<_>>(),
    })
}

fn finding(book: &Book, finding: &Diagnostic) -> Value {
    json!({
        "code": finding.code,
        "severity": severity(finding.severity),
        "message": finding.message,
        "at": mark(book, &finding.at),
        "also": finding.also.iter().map(|m| mark(book, m)).collect::<Vec<_>>(),
        "notes": finding.notes,
        "fixes": finding.fixes.iter().map(|f| fix(book, f)).collect::<Vec<_>>(),
    })
}

fn mark(book: &Book, mark: &Mark) -> Value {
    let mut value = place(book.source(mark), mark.span);
    value.insert("text".into(), mark.text.clone().into());
    Value::Object(value)
}

fn fix(book: &Book, fix: &Fix) -> Value {
    json!({ "text": fix.text, "edits": fix.edits.iter().map(|e| edit(book, e)).collect::<Vec<_>>() })
}

fn edit(book: &Book, edit: &Edit) -> Value {
    let mut value = place(book.sources.get(edit.file), edit.span);
    value.insert("new".into(), edit.new.clone().into());
    Value::Object(value)
}

/// A place: as people count (`line`, `column`, from 1, in characters) and as bytes (`start`, `end`, from 0).
fn place(source: Option<&Source>, span: Span) -> Map<String, Value> {
    let mut map = Map::new();
    if let Some(source) = source {
        let place = source.place(span);
        map.insert("file".into(), source.path.clone().into());
        map.insert("line".into(), place.line.into());
        map.insert("column".into(), place.column.into());
        map.insert("end_line".into(), place.end_line.into());
        map.insert("end_column".into(), place.end_column.into());
    }
    map.insert("start".into(), span.start.into());
    map.insert("end".into(), span.end.into());
    map
}
