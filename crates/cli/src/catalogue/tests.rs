//! The catalogue is complete, and every example triggers its code and nothing else.

use super::*;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_page_has_a_title_a_reason_and_a_remedy() {
    for entry in all() {
        assert!(!entry.title.is_empty(), "{} has no title", entry.code);
        assert!(entry.title.chars().count() <= 80, "the title of {} is too long for a list", entry.code);
        assert!(!entry.why.is_empty(), "{} does not say why", entry.code);
        assert!(!entry.mend.is_empty(), "{} does not say how to mend it", entry.code);
    }
}

#[test]
fn every_example_triggers_exactly_its_code() {
    for entry in all() {
        let book = entry.findings();
        let found: BTreeSet<&str> = book.findings.iter().map(|f| f.code.as_str()).collect();
        let mut wanted: BTreeSet<&str> = entry.also.iter().map(String::as_str).collect();
        wanted.insert(&entry.code);
        assert_eq!(found, wanted, "{}:\n{}", entry.code, crate::draw::plain(&book));
        let times = book.findings.iter().filter(|f| f.code == entry.code).count();
        assert_eq!(times, 1, "one mistake, one message: {}\n{}", entry.code, crate::draw::plain(&book));
    }
}

#[test]
fn every_code_in_the_sources_has_a_page() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut codes = BTreeSet::new();
    let mut folders: Vec<_> =
        crate::passes::CRATES.iter().map(|name| crates.join(name).join("src")).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !matches!(name.as_str(), "tests" | "benches" | "examples" | "target") {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "tests.rs" {
                let text = std::fs::read_to_string(&path).unwrap();
                // What stands behind `mod tests {` makes up codes of its own.
                collect(text.split("#[cfg(test)]\nmod").next().unwrap(), &mut codes);
            }
        }
    }
    assert!(codes.contains("unknown-name") && codes.contains("too-deep"), "the scan finds codes: {codes:?}");
    let missing: Vec<&String> = codes.iter().filter(|c| get(c).is_none()).collect();
    assert!(missing.is_empty(), "codes without a page in crates/cli/errors: {missing:?}");
    let stale: Vec<&str> = all().iter().map(|e| e.code.as_str()).filter(|c| !codes.contains(*c)).collect();
    assert!(stale.is_empty(), "pages in crates/cli/errors for codes nothing reports: {stale:?}");
}

/// The codes that a source gives to the makers of findings.
fn collect(source: &str, codes: &mut BTreeSet<String>) {
    for maker in
        ["Diagnostic::error(", "Diagnostic::warning(", "Diagnostic::note(", ".left_out(", " problem("]
    {
        for rest in source.split(maker).skip(1) {
            if let Some(code) = rest.trim_start().strip_prefix('"').and_then(|r| r.split('"').next()) {
                codes.insert(code.to_string());
            }
        }
    }
}
