//! The real agreements of `deals/` with other journals than their own: what they say of things that did not happen.
//!
//! Each `what_if/DEAL.CASE.deal` is a journal, made up as a test point, for the terms in `deals/DEAL`. The figure of
//! each assertion is worked by hand in the comment above it.

#![allow(clippy::expect_used, reason = "a test stops with a panic")]

use counterpart_run::{Machine, Outcome};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;
use std::fs;
use std::path::{Path, PathBuf};

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("the folder can be read").path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn real_terms_give_the_figures_worked_by_hand() {
    let (mut asserted, mut wrong) = (0, Vec::new());
    for journal in listed(Path::new("tests/what_if")) {
        let case = name(&journal);
        let folder = Path::new("../../deals").join(case.split('.').next().unwrap_or_default());
        let mut files = listed(&folder);
        files.retain(|path| name(path) != "journal.deal");
        files.push(journal);
        let read = |path: &PathBuf| (name(path), fs::read(path).expect("the file can be read"));
        let deal = Deal::read(files.iter().map(read));
        let machine = Machine::new(&deal);
        let problems = deal.problems.iter().chain(&machine.problems);
        let errors = problems.filter(|p| p.severity == Severity::Error);
        wrong.extend(errors.map(|p| format!("{case}: {} [{}]", p.message, p.code)));
        for (assertion, outcome) in machine.check_all() {
            asserted += 1;
            if outcome != Outcome::Holds {
                wrong.push(format!("{case}:{} {outcome:?}", assertion.at.line));
            }
        }
    }
    println!("{asserted} assertions");
    assert!(wrong.is_empty(), "{} wrong:\n{}\n", wrong.len(), wrong.join("\n"));
}
