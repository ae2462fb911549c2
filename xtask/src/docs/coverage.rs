//! `docs/coverage.md`: every kind of mechanism with its example, and how far the machine takes it.

use counterpart_run::{Machine, Outcome};
use counterpart_syntax::Severity;
use counterpart_terms::{At, Deal};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const OPENING: &str = "# What the language covers

Licences and cross-licences, read one after another, are built from a limited stock of mechanisms. This
page lists 164 kinds. Each has an example, a small deal that does nothing else. It carries a journal and asserts
what was worked out by hand in the comment beside. The lines that are the mechanism are marked in it.

- *runs*: the example reads, everything it asserts is what the machine computes, and without any one of the marked
  lines an assertion no longer holds: each was taken out to make this page.
- *parses*: the example reads and every name in it resolves, but an assertion waits, does not hold or cannot
  be decided, or nothing that is asserted hangs on a marked line. What is wanting stands beside it.
- *not yet*: there is no example, or it does not read.

*Held* counts the assertions that hold, of all in the example.

This page is made from the examples: `cargo xtask docs` reads and runs them and writes it anew.
";

/// The chapters: letter, heading, number of kinds.
const CHAPTERS: [(&str, &str, usize); 5] = [
    ("G", "Grants and their scope", 29),
    ("T", "What changes rights", 30),
    ("P", "Money", 64),
    ("I", "Improvements, patents in office and court", 15),
    ("V", "Government, disputes, exit", 26),
];

/// One example, as far as it goes.
struct Example {
    id: String,
    name: String,
    status: &'static str,
    holds: usize,
    asserted: usize,
    /// The assertions that wait, as they are written.
    waits: Vec<String>,
}

/// The page.
pub fn page() -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deals/mechanisms");
    let kinds = CHAPTERS.iter().map(|(letter, heading, count)| {
        let ids = (1..=*count).map(|n| format!("{letter}{n:02}"));
        (*heading, ids.map(|id| example(&folder, &id)).collect::<Vec<Example>>())
    });
    let kinds: Vec<(&str, Vec<Example>)> = kinds.collect();
    let mut out = String::from(OPENING);
    let _ = writeln!(out, "\n| | kinds | runs | parses | not yet |\n|---|---:|---:|---:|---:|");
    let count = |of: &[&Example], status: &str| of.iter().filter(|e| e.status == status).count();
    let mut row = |heading: &str, of: &[&Example]| {
        let (runs, parses, not_yet) = (count(of, "runs"), count(of, "parses"), count(of, "not yet"));
        let _ = writeln!(out, "| {heading} | {} | {runs} | {parses} | {not_yet} |", of.len());
    };
    for (heading, examples) in &kinds {
        row(heading, &examples.iter().collect::<Vec<_>>());
    }
    row("**all**", &kinds.iter().flat_map(|(_, examples)| examples).collect::<Vec<_>>());
    for (heading, examples) in &kinds {
        table(&mut out, heading, examples);
    }
    let known: BTreeSet<&str> = kinds.iter().flat_map(|(_, e)| e).map(|e| e.id.as_str()).collect();
    let further: Vec<String> = ids(&folder).into_iter().filter(|id| !known.contains(id.as_str())).collect();
    if !further.is_empty() {
        let examples: Vec<Example> = further.iter().map(|id| example(&folder, id)).collect();
        table(&mut out, "Further examples", &examples);
    }
    out
}

fn table(out: &mut String, heading: &str, examples: &[Example]) {
    let _ = writeln!(
        out,
        "\n## {heading}\n\n| kind | mechanism | status | held | waits |\n|---|---|---|---:|---|"
    );
    for Example { id, name, status, holds, asserted, waits } in examples {
        let link = format!("[{id}](../deals/mechanisms/{id}.deal)");
        let waits = waits.join("<br>");
        let _ = writeln!(out, "| {link} | {name} | {status} | {holds} of {asserted} | {waits} |");
    }
}

/// Every example there is, by its file's name.
fn ids(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "deal"));
    let mut ids: Vec<String> =
        paths.filter_map(|p| p.file_stem().map(|s| s.to_string_lossy().into_owned())).collect();
    ids.sort();
    ids
}

/// Reads and runs one example.
fn example(folder: &Path, id: &str) -> Example {
    let missing = Example {
        id: id.to_string(),
        name: String::new(),
        status: "not yet",
        holds: 0,
        asserted: 0,
        waits: Vec::new(),
    };
    let file = format!("{id}.deal");
    let Ok(bytes) = std::fs::read(folder.join(&file)) else { return missing };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let name = name(&text);
    let deal = Deal::read([(file, bytes)]);
    let machine = Machine::new(&deal);
    let (mut holds, mut asserted, mut waits) = (0, 0, Vec::new());
    for (claim, outcome) in machine.check_all() {
        asserted += 1;
        match outcome {
            Outcome::Holds => holds += 1,
            Outcome::NotYet => waits.push(claim_text(&deal, claim.at)),
            Outcome::Fails(found) | Outcome::Undecided(found) => {
                waits.push(format!("{}: {found}", claim_text(&deal, claim.at)));
            }
        }
    }
    if waits.is_empty() {
        waits.extend(super::proof::wanting(&format!("{id}.deal"), &text));
    }
    let reads = deal.problems.iter().chain(&machine.problems).all(|p| p.severity != Severity::Error);
    let status = match (reads, holds, waits.len()) {
        (false, ..) => "not yet",
        (true, 1.., 0) => "runs",
        _ => "parses",
    };
    Example { name, status, holds, asserted, waits, ..missing }
}

/// What an assertion says, without the word and the day in front.
fn claim_text(deal: &Deal, at: At) -> String {
    let text = deal.files.get(at.file).map_or("", |file| file.tree.slice(at.span()));
    let words: Vec<&str> = text.split_whitespace().skip(2).collect();
    format!("`{}`", words.join(" ").replace('|', "\\|"))
}

/// What the first line, `# G01 what the mechanism is`, calls it.
fn name(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default().trim_start_matches(['#', ' ']);
    let words = first.split_once(' ').map_or("", |(_, words)| words);
    let mut letters = words.chars();
    let start = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{start}{}", letters.as_str())
}
