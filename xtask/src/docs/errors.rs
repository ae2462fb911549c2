//! `docs/errors.md`: every finding, with a deal that has it and what the checker says about that deal.

use counterpart_cli::catalogue::{self, Entry, Kind};
use counterpart_cli::draw::{self, Book};
use std::fmt::Write;

const OPENING: &str = "# What `counterpart check` can find

Every finding has a name, its code. Below, each code has its reason, a deal that triggers it, what the
checker says about that deal, and how to mend it. `counterpart explain CODE` shows the same at the prompt.

This page is made by running the checker over `crates/cli/errors`: `cargo xtask docs` writes it anew.
";

/// The page.
pub fn page() -> String {
    let mut out = String::from(OPENING);
    for kind in Kind::ALL {
        let entries: Vec<&Entry> = catalogue::all().iter().filter(|e| e.kind == kind).collect();
        if entries.is_empty() {
            continue;
        }
        let _ = write!(out, "\n## {}\n\n{} ", heading(kind), kind.about());
        let _ = writeln!(out, "An error of this kind ends `check` with status {}.\n", kind.exit().number());
        for entry in &entries {
            let _ = writeln!(out, "- [`{}`](#{}): {}", entry.code, entry.code, entry.title);
        }
        for entry in entries {
            one(entry, &mut out);
        }
    }
    out
}

fn heading(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "Text",
        Kind::Names => "Names",
        Kind::Values => "Values",
        Kind::Meaning => "Meaning",
        Kind::Journal => "Journal",
    }
}

fn one(entry: &Entry, out: &mut String) {
    let _ = writeln!(out, "\n### {}\n\n{}.\n\n{}\n", entry.code, entry.title, entry.why);
    for file in &entry.files {
        if entry.files.len() > 1 {
            let _ = writeln!(out, "`{}`\n", file.name);
        }
        let text = String::from_utf8_lossy(&file.bytes);
        let _ = writeln!(out, "```\n{}", text.trim_end());
        if entry.left_out() > 0 {
            let _ = writeln!(out, "(and {} more lines like the last)", entry.left_out());
        }
        let _ = writeln!(out, "```\n");
    }
    let mut book: Book = entry.findings();
    book.findings.retain(|f| f.code == entry.code);
    let _ = writeln!(out, "```\n{}```\n\nTo mend it: {}", draw::plain(&book), uncapitalised(&entry.mend));
}

/// The text as it goes on behind a colon.
fn uncapitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
