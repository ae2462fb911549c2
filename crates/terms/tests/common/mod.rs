//! What the tests of this crate share: reading deals, and saying what is wrong with them.
#![allow(dead_code, reason = "each test file uses a part of it")]

use counterpart_syntax::{Diagnostic, Severity};
use counterpart_terms::Deal;
use std::path::{Path, PathBuf};

/// The folder of the whole project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads a deal of one file.
pub fn one(text: &str) -> Deal {
    Deal::read([("agreement.deal".to_string(), text.as_bytes().to_vec())])
}

/// Reads a deal of several files.
pub fn several(files: &[(&str, &str)]) -> Deal {
    Deal::read(files.iter().map(|(path, text)| (path.to_string(), text.as_bytes().to_vec())))
}

/// The files of a deal: path and bytes.
pub type Files = Vec<(String, Vec<u8>)>;

/// Every deal of the project, by name: the folders of `deals`, and each file of `deals/mechanisms`.
pub fn deals() -> Vec<(String, Files)> {
    let mut all = Vec::new();
    for folder in list(&root().join("deals")) {
        let name = file_name(&folder);
        if name == "mechanisms" {
            for file in list(&folder) {
                let name = file_name(&file);
                if name.ends_with(".deal") {
                    all.push((format!("mechanisms/{name}"), vec![(name, std::fs::read(&file).unwrap())]));
                }
            }
        } else if folder.is_dir() {
            let files = list(&folder).into_iter().filter(|f| f.is_file());
            let files = files.map(|f| (file_name(&f), std::fs::read(&f).unwrap())).collect();
            all.push((name, files));
        }
    }
    assert!(all.len() > 150, "only {} deals found", all.len());
    all
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut all: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    all.sort();
    all
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().to_string()
}

/// A finding as tests show it: place, severity, code, message, then what it adds.
pub fn show(deal: &Deal, found: &Diagnostic) -> String {
    let place = |file: usize, start: u32| {
        let source = &deal.files[file];
        let line = source.lines.line(start);
        let before = &source.tree.text()[..start as usize];
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("{}:{line}:{column}", source.path)
    };
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let at = place(found.at.file, found.at.span.start);
    let mut out = format!("{at}: {severity} {}: {}\n", found.code, found.message);
    if !found.at.text.is_empty() {
        out.push_str(&format!("    here: {}\n", found.at.text));
    }
    for mark in &found.also {
        out.push_str(&format!("    {}: {}\n", place(mark.file, mark.span.start), mark.text));
    }
    for note in &found.notes {
        out.push_str(&format!("    why: {note}\n"));
    }
    for fix in &found.fixes {
        let edits: Vec<String> = fix.edits.iter().map(|e| format!("`{}`", e.new)).collect();
        let edits = if edits.is_empty() { String::new() } else { format!(" -> {}", edits.join(", ")) };
        out.push_str(&format!("    fix: {}{edits}\n", fix.text));
    }
    out
}

/// Whether tests write what they find instead of comparing it.
pub fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Compares a text with a file, or writes the file.
pub fn same_as_file(path: &Path, text: &str) {
    if updating() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        return;
    }
    let old = std::fs::read_to_string(path).unwrap_or_default();
    assert!(old == text, "{} is not what the code says; run with UPDATE=1\n--- now\n{text}", path.display());
}
