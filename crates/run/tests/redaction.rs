//! `redacted` may stand wherever a deal gives a value, and it never turns into an answer.
//!
//! In each real deal, and in each example of a mechanism, every amount, percentage, date and length of time of the
//! agreement is blacked out in turn, and every name in the clauses listed here. The text must still read; and what the
//! deal asserts may then hold as before or be undecided, but it must not fail: what is not known is neither nothing nor
//! false.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops with a panic"
)]

use counterpart_ledger::Claim;
use counterpart_run::{Machine, Outcome};
use counterpart_syntax::{Clause, Form, Label, Node, Rule, Severity};
use counterpart_terms::Deal;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn what_is_blacked_out_is_unknown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deals");
    let mut sets: Vec<Vec<PathBuf>> = listed(&root.join("mechanisms")).into_iter().map(|f| vec![f]).collect();
    let folders = fs::read_dir(&root).expect("the folder can be read").map(|e| e.expect("it can").path());
    sets.extend(folders.filter(|p| p.is_dir() && !p.ends_with("mechanisms")).map(|p| listed(&p)));
    sets.sort();
    let (mut tried, mut named, mut wrong) = (0, 0, Vec::new());
    for set in &sets {
        let files: Vec<(String, Vec<u8>)> =
            set.iter().map(|f| (name(f), fs::read(f).expect("the file can be read"))).collect();
        let deal = Deal::read(files.clone());
        let machine = Machine::new(&deal);
        let before = machine.check_all();
        for (index, file) in deal.files.iter().enumerate() {
            for (start, end, money) in file.tree.clauses().filter(is_term).flat_map(|c| values(&c)) {
                tried += 1;
                let text = file.tree.text();
                let (line, value) = (text[..start].lines().count(), &text[start..end]);
                let with = |word: &str| {
                    let mut files = files.clone();
                    files[index].1 = format!("{}{word}{}", &text[..start], &text[end..]).into_bytes();
                    compare(&before, files)
                };
                let mut left = with("redacted");
                if money && !left.is_empty() {
                    // Where the bare word reads as something else, the currency stands before it.
                    left = with(&format!("{} redacted", &value[..3.min(value.len())]));
                }
                let shown = format!("{}:{line} `{value}`", set[index].display());
                wrong.extend(left.into_iter().map(|what| format!("{shown}: {what}")));
            }
            for (start, end) in file.tree.clauses().filter(is_term).flat_map(|c| names(&c)) {
                named += 1;
                let text = file.tree.text();
                let (line, name) = (text[..start].lines().count(), &text[start..end]);
                let mut files = files.clone();
                files[index].1 = format!("{}redacted{}", &text[..start], &text[end..]).into_bytes();
                let shown = format!("{}:{line} `{name}`", set[index].display());
                let left = compare(&before, files);
                wrong.extend(left.into_iter().map(|what| format!("{shown}: {what}")));
            }
        }
    }
    println!("{tried} values and {named} names blacked out");
    assert!(wrong.is_empty(), "{} wrong:\n{}\n", wrong.len(), wrong.join("\n"));
}

/// What is wrong with a deal in which one value is blacked out.
fn compare(before: &[(&Claim, Outcome)], files: Vec<(String, Vec<u8>)>) -> Vec<String> {
    let deal = Deal::read(files);
    let machine = Machine::new(&deal);
    let problems = deal.problems.iter().chain(&machine.problems).filter(|p| p.severity == Severity::Error);
    let mut out: Vec<String> = problems.map(|p| format!("{} [{}]", p.message, p.code)).collect();
    if out.is_empty() {
        for ((claim, old), (_, new)) in before.iter().zip(machine.check_all()) {
            if let (Outcome::Holds, Outcome::Fails(found)) = (old, new) {
                let said = deal.files[claim.at.file].tree.slice(claim.at.span());
                out.push(format!("{} -- {found}", said.lines().next().unwrap_or_default()));
            }
        }
    }
    out
}

/// A clause of the terms: what happened is always known, and talks and private files are not terms.
fn is_term(clause: &Clause<'_>) -> bool {
    !matches!(
        clause.form(),
        None | Some(
            Form::FileEntry
                | Form::FileAssertion
                | Form::FileNegotiation
                | Form::FileSide
                | Form::FileScenario
                | Form::FileScenarios
                | Form::FileHoliday
        )
    )
}

/// The ranges of the values of a clause and of those below it.
fn values(clause: &Clause<'_>) -> Vec<(usize, usize, bool)> {
    let mut out = Vec::new();
    // How figures are rounded is no term of trade.
    let house = matches!(clause.form(), Some(Form::AgreementRounding | Form::RoyaltyRounding));
    for node in clause.nodes().filter(|_| !house) {
        inside(node, &mut out);
    }
    for below in clause.children() {
        out.extend(values(&below));
    }
    out
}

fn inside(node: Node<'_>, out: &mut Vec<(usize, usize, bool)>) {
    let value = matches!(
        node.kind(),
        Some(Rule::Money | Rule::Percent | Rule::Date | Rule::Duration | Rule::SomeNumber)
    );
    if value && node.words().next().is_some_and(|word| word != "a" && word != "an") {
        let money = node.kind() == Some(Rule::Money);
        out.push((node.span().start as usize, node.span().end as usize, money));
        return;
    }
    for below in node.nodes() {
        inside(below, out);
    }
}

/// Where a name that is referred to may be blacked out as well: who the parties are, what is granted, what is counted
/// and by whom, on what and for which part a rate is, what counts against what.
const NAMED: &[Form] = &[
    Form::AgreementBetween,
    Form::AgreementLaw,
    Form::FileGroup,
    Form::FileProduct,
    Form::FileGrant,
    Form::GrantUnder,
    Form::GrantTo,
    Form::GrantFor,
    Form::GrantIn,
    Form::GrantOf,
    Form::MetricCounted,
    Form::MetricReported,
    Form::RoyaltyScoped,
    Form::RoyaltyPayees,
    Form::RoyaltyInterest,
    Form::PayCreditable,
    Form::FileNet,
];

/// The ranges of the names a clause and those below it refer to; not of those they define.
fn names(clause: &Clause<'_>) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let here = clause.form().is_some_and(|form| NAMED.contains(&form));
    for node in clause.nodes().filter(|node| here && node.label() != Some(Label::Name)) {
        named(node, &mut out);
    }
    for below in clause.children() {
        out.extend(names(&below));
    }
    out
}

fn named(node: Node<'_>, out: &mut Vec<(usize, usize)>) {
    if matches!(node.kind(), Some(Rule::Name | Rule::Party)) {
        out.push((node.span().start as usize, node.span().end as usize));
        return;
    }
    for below in node.nodes() {
        named(below, out);
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("the folder can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "deal" || e == "csv"));
    paths.sort();
    paths
}
