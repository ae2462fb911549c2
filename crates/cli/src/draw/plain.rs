//! One line a finding, then what belongs to it, indented. Nothing is said by position or colour, so the
//! text can be read aloud, searched, and followed by an editor (`path:line:column:`).

use super::{Book, severity};
use crate::text::visible;

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
        }
    }
    out
}
