//! `docs/language.md`: its reference of clause forms, between two marks, is read off the grammar.
//! Everything outside the marks is written by hand.

use counterpart_syntax::reference::{Part, Shape, parts, places};
use std::fmt::Write;

const BEGIN: &str = "<!-- begin: made from the grammar by `cargo xtask docs`; do not edit -->\n";
/// Ways to write a part that fit on a line stand on one.
const SHORT: usize = 100;
const END: &str = "<!-- end -->\n";

/// The page: the one there is, with the reference made anew.
pub fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/language.md");
    let old = std::fs::read_to_string(path).unwrap_or_default();
    let (before, rest) = old.split_once(BEGIN).unwrap_or((&old, ""));
    let after = rest.split_once(END).map_or("", |(_, after)| after);
    format!("{before}{BEGIN}{}{END}{after}", reference())
}

fn reference() -> String {
    let mut out = String::new();
    for place in places() {
        let _ = writeln!(out, "\n### [{}]", place.name);
        if !place.doc.is_empty() {
            let _ = writeln!(out, "\n{}", place.doc);
        }
        if !place.below.is_empty() {
            let _ = writeln!(out, "\nBelow {}.", code_list(&place.below));
        }
        out.push('\n');
        for form in &place.forms {
            shape(form, &mut out);
        }
    }
    out.push_str("\n### Parts of clauses\n\n");
    for part in parts() {
        named(&part, &mut out);
    }
    out.push('\n');
    out
}

fn code_list(items: &[String]) -> String {
    items.iter().map(|i| format!("`{i}`")).collect::<Vec<_>>().join(", ")
}

fn shape(form: &Shape, out: &mut String) {
    let _ = writeln!(out, "- `{}`", form.pattern);
    let mut said = form.doc.to_string();
    if form.required {
        said.push_str(" It must be there.");
    }
    if form.once {
        said.push_str(" It stands once.");
    }
    if let Some(opens) = form.opens {
        let _ = write!(said, " Below it: [[{opens}]](#{opens}).");
    }
    let _ = writeln!(out, "  {}", said.trim());
}

fn named(part: &Part, out: &mut String) {
    let line = part.ways.join(" | ");
    if part.ways.len() == 1 || line.len() <= SHORT {
        let _ = writeln!(out, "- `<{}>` is `{line}`", part.name);
        if !part.doc.is_empty() {
            let _ = writeln!(out, "  {}", part.doc);
        }
        return;
    }
    let said = if part.doc.is_empty() { "One of these." } else { part.doc };
    let _ = writeln!(out, "- `<{}>`: {said}", part.name);
    for way in &part.ways {
        let _ = writeln!(out, "  - `{way}`");
    }
}
