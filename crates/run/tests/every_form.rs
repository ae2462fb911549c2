//! Every clause the grammar takes is read by something.
//!
//! A form that no code names would be a clause that is accepted and then means nothing. So each form is named in the
//! sources of the crates that read, or stands in `records_only.txt` with the reason why no answer hangs on it; and what a
//! model keeps of a clause is asked for somewhere. What the checks name does not count: they answer no question.

#![allow(clippy::expect_used, reason = "a test stops with a panic")]

use counterpart_syntax::Form;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const RECORDS: &str = include_str!("records_only.txt");

/// Every source file of a crate, with its text.
fn sources(of: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(of).join("src");
    let (mut folders, mut out) = (vec![root], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("the file can be read");
                out.push((path, text));
            }
        }
    }
    out
}

/// Those of the crates that answer questions.
fn readers() -> Vec<(PathBuf, String)> {
    let all = ["terms", "ledger", "run"].into_iter().flat_map(sources);
    all.filter(|(path, _)| !path.components().any(|part| part.as_os_str() == "checks")).collect()
}

/// The words of a text that follow a mark, as `Grant` in `Form::Grant`.
fn words_after<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(mark).skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    })
}

#[test]
fn every_form_is_read_or_is_a_record_for_a_reason() {
    let sources = readers();
    let read: BTreeSet<&str> = sources.iter().flat_map(|(_, text)| words_after(text, "Form::")).collect();
    let records: BTreeMap<&str, &str> = RECORDS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(": ").expect("a form, a colon, a reason"))
        .collect();
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    // `text` is for the paper, wherever it stands.
    for form in Form::all().filter(|form| form.name() != "text") {
        let name = format!("{form:?}");
        match (read.contains(name.as_str()), records.contains_key(name.as_str())) {
            (false, false) => wrong.push(format!("{name}, `{}`: no code reads it", form.path())),
            (true, true) => wrong.push(format!("{name}: is read, and stands among the records")),
            _ => {}
        }
        known.insert(name);
    }
    wrong.extend(
        records.keys().filter(|name| !known.contains(**name)).map(|name| format!("{name}: no such form")),
    );
    assert!(wrong.is_empty(), "{} wrong:\n{}\n", wrong.len(), wrong.join("\n"));
}

/// The field that is asked for after a full stop, and not filled.
fn asked_for<'t>(rest: &'t str, next: &str) -> Option<&'t str> {
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (word, after) = rest.split_at_checked(end)?;
    let filled = after.trim_start().strip_prefix('=').is_some_and(|value| !value.starts_with('='));
    let added = after.is_empty() && (next.starts_with("push(") || next.starts_with("extend("));
    (!filled && !added).then_some(word)
}

#[test]
fn what_a_model_keeps_is_asked_for() {
    let sources: Vec<(PathBuf, String)> = readers().into_iter().chain(sources("cli")).collect();
    let model = Path::new("terms").join("src").join("model");
    let is_model = |path: &Path| path.parent().is_some_and(|folder| folder.ends_with(&model));
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    for (path, text) in &sources {
        match is_model(path) {
            // Where the models are made, that is how they are filled.
            true => {
                let rest: Vec<&str> = text.split('.').skip(1).collect();
                let next = rest.iter().skip(1).chain([&""]);
                asked.extend(rest.iter().zip(next).filter_map(|(&here, next)| asked_for(here, next)));
            }
            false => asked.extend(text.split(|c: char| !c.is_alphanumeric() && c != '_')),
        }
    }
    let fields = sources.iter().filter(|(path, _)| is_model(path)).flat_map(|(path, text)| {
        let lines = text.lines().filter_map(|line| line.strip_prefix("    pub ")?.split_once(": "));
        lines.map(move |(field, _)| (path, field))
    });
    let idle: Vec<String> = fields
        .filter(|(_, field)| !field.contains('(') && !asked.contains(field))
        .map(|(path, field)| format!("{}: {field}", path.display()))
        .collect();
    assert!(idle.is_empty(), "nothing asks for these:\n{}\n", idle.join("\n"));
}
