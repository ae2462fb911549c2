//! One line a finding, then what belongs to it, indented. Nothing is said by position or colour, so the
//! text can be read aloud, searched, and followed by an editor (`path:line:column:`).

use super::{Book, says_it_all, severity};
use crate::text::visible;
use counterpart_syntax::Edit;

/// All findings.
pub fn plain(book: &Book) -> String {
    let mut out = String::new();
    let mut line = |indent: &str, text: &str| {
        out.push_str(indent);
        out.push_str(&visible(text));
        out.push('\n');
    };
    for finding in &book.findings {
        let (place, how) = (book.shown(&finding.at), severity(finding.severity));
        line("", &format!("{place}: {how}: {} [{}]", finding.message, finding.code));
        if !finding.at.text.is_empty() {
            line("    ", &finding.at.text);
        }
        for mark in &finding.also {
            line("    ", &format!("see: {}: {}", book.shown(mark), mark.text));
        }
        for note in &finding.notes {
            line("    ", &format!("note: {note}"));
        }
        for fix in &finding.fixes {
            line("    ", &format!("help: {}", fix.text));
            for edit in fix.edits.iter().filter(|_| !says_it_all(fix)) {
                line("        ", &change(book, edit));
            }
        }
    }
    out
}

/// What an edit does, in words; the lines of the new text are run together.
fn change(book: &Book, edit: &Edit) -> String {
    let Some(source) = book.sources.get(edit.file) else { return String::new() };
    let place = source.place(edit.span);
    let old = source.text.get(edit.span.start as usize..edit.span.end as usize).unwrap_or("");
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (at, new) = (format!("{}:{}:{}", source.path, place.line, place.column), one_line(&edit.new));
    match (one_line(old), new) {
        (old, new) if old.is_empty() => format!("{at}: add `{new}`"),
        (old, new) if new.is_empty() => format!("{at}: take out `{old}`"),
        (old, new) => format!("{at}: write `{new}` in place of `{old}`"),
    }
}
