//! `redacted` may stand wherever a deal gives a value, and it never turns into an answer.
//!
//! In each real deal, and in each example of a mechanism, every amount, percentage, date and length of time of the
//! agreement is blacked out in turn, and every name that a clause refers to. The text must still read; and what the
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
use counterpart_syntax::{Clause, Context, Form, Label, Node, Rule, Severity};
use counterpart_terms::Deal;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Answers that are surer than the text where something is blacked out: known, and to be mended. One that is no longer
/// wrong is taken out of the list (`UPDATE=1` writes it anew).
const SURER: &str = "tests/surer.txt";

/// Names that are not blacked out, each with the deal it stands in and its line: known, and to be mended. What may be ended
/// by such a trigger is everything, the triggers of the deal among it, and its days are asked for minutes.
const TOO_LONG: [(&str, &str); 1] = [("berkeley-lights", "then Supplier-exclusivity ends")];

/// Every twentieth deal; `cargo test --release -- --ignored` asks of all.
#[test]
fn what_is_blacked_out_is_unknown() {
    black_out(20);
}

#[test]
#[ignore = "every value of every deal takes minutes: `.ci/run` asks for it, in release"]
fn whatever_is_blacked_out_is_unknown() {
    black_out(1);
}

fn black_out(every: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deals");
    let mut sets: Vec<Vec<PathBuf>> = listed(&root.join("mechanisms")).into_iter().map(|f| vec![f]).collect();
    let folders = fs::read_dir(&root).expect("the folder can be read").map(|e| e.expect("it can").path());
    sets.extend(folders.filter(|p| p.is_dir() && !p.ends_with("mechanisms")).map(|p| listed(&p)));
    sets.sort();
    let mut sets: Vec<Vec<PathBuf>> = sets.into_iter().step_by(every).collect();
    // `ONLY=ceres,G22` asks of these alone.
    let only = std::env::var("ONLY");
    if let Ok(only) = &only {
        let named = |path: &PathBuf| only.split(',').any(|name| path.to_string_lossy().contains(name));
        sets.retain(|set| set.iter().any(named));
    }
    // The ten years tell of the terms of the tour again, in a long journal.
    sets.iter_mut().for_each(|set| set.retain(|path| !path.ends_with("ten-years.deal")));
    let next = AtomicUsize::new(0);
    let found = std::thread::scope(|scope| {
        let work = || {
            let mut found = Found::default();
            while let Some(set) = sets.get(next.fetch_add(1, Ordering::Relaxed)) {
                blacked_out(set, &mut found);
            }
            found
        };
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|t| t.join().expect("it ends")).collect::<Vec<Found>>()
    });
    let tried: usize = found.iter().map(|f| f.tried).sum();
    let named: usize = found.iter().map(|f| f.named).sum();
    let mut wrong: Vec<String> = found.into_iter().flat_map(|f| f.wrong).collect();
    wrong.sort();
    println!("{tried} values and {named} names blacked out");
    let whole = every == 1 && only.is_err();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SURER);
    // What is found instead may change with the words of a message.
    let told = |line: &String| line.split(" -- ").next().unwrap_or_default().to_string();
    let found: BTreeSet<String> = wrong.iter().map(told).collect();
    if whole && std::env::var("UPDATE").is_ok() {
        let lines: Vec<String> = found.into_iter().collect();
        fs::write(&path, lines.join("\n") + "\n").expect("the list can be written");
        return;
    }
    let listed = fs::read_to_string(&path).expect("the list can be read");
    let known: BTreeSet<String> = listed.lines().map(str::to_string).collect();
    wrong.retain(|line| !known.contains(&told(line)));
    assert!(wrong.is_empty(), "{} wrong:\n{}\n", wrong.len(), wrong.join("\n"));
    let mended: Vec<&String> = known.difference(&found).filter(|_| whole).collect();
    assert!(mended.is_empty(), "no longer wrong, and to be taken out of {SURER}: {mended:#?}");
}

/// What was blacked out, and what is wrong then.
#[derive(Default)]
struct Found {
    tried: usize,
    named: usize,
    wrong: Vec<String>,
}

/// Blacks out what a deal says, one thing after another.
fn blacked_out(set: &[PathBuf], found: &mut Found) {
    let files: Vec<(String, Vec<u8>)> =
        set.iter().map(|f| (name(f), fs::read(f).expect("the file can be read"))).collect();
    let deal = Deal::read(files.clone());
    let machine = Machine::new(&deal);
    let before = machine.check_all();
    for (index, file) in deal.files.iter().enumerate() {
        let text = file.tree.text();
        let shown = |start: usize, end: usize| {
            let short = set[index].iter().rev().take(2).collect::<Vec<_>>();
            let short: PathBuf = short.into_iter().rev().collect();
            let line = text[..start].lines().last().unwrap_or_default();
            let line = format!("{line}{}", text[start..].lines().next().unwrap_or_default());
            format!("{}: `{}` in `{}`", short.display(), &text[start..end], line.trim())
        };
        let with = |start: usize, end: usize, word: &str| {
            let mut files = files.clone();
            files[index].1 = format!("{}{word}{}", &text[..start], &text[end..]).into_bytes();
            compare(&before, files)
        };
        for (start, end, money) in file.tree.clauses().filter(is_term).flat_map(|c| values(&c)) {
            found.tried += 1;
            let mut left = with(start, end, "redacted");
            if money && !left.is_empty() {
                // Where the bare word reads as something else, the currency stands before it.
                let currency = &text[start..end.min(start + 3)];
                left = with(start, end, &format!("{currency} redacted"));
            }
            found.wrong.extend(left.into_iter().map(|what| format!("{}: {what}", shown(start, end))));
        }
        for (start, end, kind) in file.tree.clauses().filter(is_term).flat_map(|c| names(&c)) {
            let place = shown(start, end);
            if TOO_LONG
                .iter()
                .any(|(deal, line)| place.contains(deal) && place.contains(&format!("in `{line}`")))
            {
                continue;
            }
            found.named += 1;
            let left = with(start, end, "redacted");
            found.wrong.extend(left.into_iter().map(|what| format!("{kind} {}: {what}", shown(start, end))));
        }
    }
}

/// What is wrong with a deal in which one value is blacked out.
fn compare(before: &[(&Claim, Outcome)], files: Vec<(String, Vec<u8>)>) -> Vec<String> {
    let deal = Deal::read(files);
    let machine = Machine::new(&deal);
    let problems = deal.problems.iter().chain(&machine.problems).filter(|p| p.severity == Severity::Error);
    let mut out: Vec<String> = problems.map(|p| format!("{} [{}]", p.message, p.code)).collect();
    if out.is_empty() {
        for ((_, old), (claim, new)) in before.iter().zip(machine.check_all()) {
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

/// The ranges of the names a clause and those below it refer to; not of those they define.
fn names(clause: &Clause<'_>) -> Vec<(usize, usize, String)> {
    let mut out = Vec::new();
    for node in clause.nodes().filter(|node| !(defines(clause) && node.label() == Some(Label::Name))) {
        let kind = format!(
            "{} {}",
            clause.form().map(|f| f.path()).unwrap_or_default(),
            node.label().map_or("-", |l| l.name())
        );
        named(node, &mut out, &kind);
    }
    for below in clause.children() {
        out.extend(names(&below));
    }
    out
}

/// Whether the name of a clause is its own: stages and ladders are those of a grant.
fn defines(clause: &Clause<'_>) -> bool {
    let Some(form) = clause.form() else { return true };
    let head = form.context() == Context::File && !matches!(form, Form::FileStages | Form::FileLadder);
    head || form.name() == "text"
        || matches!(form, Form::TreeNode | Form::StagesStage | Form::ConfidentialClass)
}

fn named(node: Node<'_>, out: &mut Vec<(usize, usize, String)>, kind: &str) {
    if matches!(node.kind(), Some(Rule::Name | Rule::Reference | Rule::Party)) {
        out.push((node.span().start as usize, node.span().end as usize, kind.to_string()));
        return;
    }
    for below in node.nodes() {
        named(below, out, kind);
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
