//! Findings as SARIF 2.1.0 (OASIS, 2020), which code hosts and editors show beside the text.

use super::{Book, Source};
use counterpart_syntax::{Diagnostic, Edit, Fix, Mark, Severity, Span};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a scanner may say about a code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// One line.
    pub title: String,
    /// Why it is a problem.
    pub why: String,
    /// How to mend it.
    pub mend: String,
}

/// All findings; `about` says what is known of a code.
pub fn sarif(book: &Book, about: impl Fn(&str) -> Option<Rule>) -> Value {
    let codes: Vec<&str> =
        book.findings.iter().map(|f| f.code.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
    let rules: Vec<Value> = codes.iter().map(|code| rule(code, about(code))).collect();
    let index = |code: &str| codes.iter().position(|c| *c == code);
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "counterpart",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": book.findings.iter().map(|f| result(book, f, index(&f.code))).collect::<Vec<_>>(),
        }],
    })
}

fn rule(code: &str, about: Option<Rule>) -> Value {
    match about {
        None => json!({ "id": code }),
        Some(rule) => json!({
            "id": code,
            "shortDescription": { "text": rule.title },
            "fullDescription": { "text": rule.why },
            "help": { "text": rule.mend },
        }),
    }
}

fn result(book: &Book, finding: &Diagnostic, rule: Option<usize>) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    // SARIF has no place for reasons of their own; they belong to the message.
    let mut text = finding.message.clone();
    for note in &finding.notes {
        text.push('\n');
        text.push_str(note);
    }
    let fixes: Vec<Value> =
        finding.fixes.iter().filter(|f| !f.edits.is_empty()).map(|f| fix(book, f)).collect();
    let mut value = json!({
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": level,
        "message": { "text": text },
        "locations": [location(book, &finding.at)],
    });
    if let Some(object) = value.as_object_mut() {
        if !finding.also.is_empty() {
            let places: Vec<Value> = finding.also.iter().map(|m| location(book, m)).collect();
            object.insert("relatedLocations".into(), places.into());
        }
        if !fixes.is_empty() {
            object.insert("fixes".into(), fixes.into());
        }
    }
    value
}

fn location(book: &Book, mark: &Mark) -> Value {
    let Some(source) = book.source(mark) else { return json!({}) };
    let mut value = json!({
        "physicalLocation": { "artifactLocation": artifact(source), "region": region(source, mark.span) },
    });
    if let Some(object) = value.as_object_mut()
        && !mark.text.is_empty()
    {
        object.insert("message".into(), json!({ "text": mark.text }));
    }
    value
}

/// A fix, its edits grouped by file.
fn fix(book: &Book, fix: &Fix) -> Value {
    let files: BTreeSet<usize> = fix.edits.iter().map(|e| e.file).collect();
    let changes: Vec<Value> = files
        .into_iter()
        .filter_map(|file| Some((book.sources.get(file)?, fix.edits.iter().filter(move |e| e.file == file))))
        .map(|(source, edits)| {
            let replacements: Vec<Value> = edits.map(|e| replacement(source, e)).collect();
            json!({ "artifactLocation": artifact(source), "replacements": replacements })
        })
        .collect();
    json!({ "description": { "text": fix.text }, "artifactChanges": changes })
}

fn replacement(source: &Source, edit: &Edit) -> Value {
    json!({ "deletedRegion": region(source, edit.span), "insertedContent": { "text": edit.new } })
}

fn region(source: &Source, span: Span) -> Value {
    let place = source.place(span);
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "byteOffset": span.start,
        "byteLength": span.end.saturating_sub(span.start),
    })
}

fn artifact(source: &Source) -> Value {
    json!({ "uri": uri(&source.path) })
}

/// A path as a relative reference of RFC 3986: everything but letters, digits and a few signs is escaped.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    if path.starts_with('/') { format!("file://{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("deals/a b/né.deal"), "deals/a%20b/n%C3%A9.deal");
        assert_eq!(uri("/tmp/x.deal"), "file:///tmp/x.deal");
    }
}
