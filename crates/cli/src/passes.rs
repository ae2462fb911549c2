//! What a check runs, in which order, and why in that order.
//!
//! 1. `terms`: the text is read as clauses and every name is looked up.
//! 2. `ledger` and the machine of `run`: what happened is read, and what is odd about the deal as a whole.
//! 3. `run`: the assertions of the journal are put to the machine.
//!
//! A pass runs only if those before it found no error in the terms. A line of the journal with a mistake is
//! left out, the rest of the journal is looked at, and the assertions are put to what remains, as statements are
//! made of it: which of them needed the lost line nobody can tell, so each that fails says that a line is
//! missing. A pass is a function of the deal and of nothing else; a new one is added here, behind those it
//! needs, and its crate to [`CRATES`].

use counterpart_run::{Machine, Outcome};
use counterpart_syntax::{Diagnostic, Form, Severity};
use counterpart_terms::Deal;
use std::collections::BTreeMap;

/// The crates that report findings; every code in their sources has a page in the catalogue.
pub const CRATES: [&str; 4] = ["syntax", "terms", "ledger", "run"];

/// More findings of one code than this say nothing new.
const MAX_ALIKE: usize = 500;

/// Everything that is found in a deal, in the order of its files.
pub fn findings(deal: &Deal) -> Vec<Diagnostic> {
    check(deal).0
}

/// The same, and what became of the assertions of the deal. None are put to one whose terms have errors.
pub fn check(deal: &Deal) -> (Vec<Diagnostic>, Option<Asked>) {
    let mut findings = deal.problems.clone();
    let mut outcomes: Option<Vec<Outcome>> = None;
    if sound(deal, &findings) {
        let machine = Machine::new(deal);
        findings.extend(machine.problems.iter().cloned());
        if sound(deal, &findings) {
            let lost = lost_lines(&findings);
            let asked = machine.check_all();
            let failed = asked.iter().filter_map(|(claim, outcome)| outcome.finding(claim));
            findings.extend(failed.map(|f| if lost { f.with_note(WITHOUT) } else { f }));
            findings.extend(machine.granted_twice());
            outcomes = Some(asked.into_iter().map(|(_, outcome)| outcome).collect());
        }
    }
    // The place decides, and at one place the order of the passes.
    findings.sort_by_key(|f| (f.at.file, f.at.span));
    let findings = enough(findings);
    let outcomes = outcomes.filter(|_| sound(deal, &findings));
    let asked = outcomes.map(|outcomes| Asked::of(&outcomes, lost_lines(&findings)));
    (findings, asked)
}

/// The findings a reader can still use: the first of each code, and for the rest of each how many there are.
fn enough(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut last: BTreeMap<String, Diagnostic> = BTreeMap::new();
    for finding in findings {
        let count = found.entry(finding.code.clone()).or_default();
        *count += 1;
        if *count <= MAX_ALIKE {
            kept.push(finding);
        } else {
            last.insert(finding.code.clone(), finding);
        }
    }
    for (code, finding) in last {
        let more = found.get(&code).copied().unwrap_or(0).saturating_sub(MAX_ALIKE);
        let message = format!("{more} more findings of `{code}` are not shown");
        let told = Diagnostic::error(&code, finding.at.span, message).in_file(finding.at.file);
        kept.push(Diagnostic { severity: finding.severity, ..told.saying("the last of them") });
    }
    kept
}

/// What is said of an assertion that was put to a part of the journal.
const WITHOUT: &str = "asked without the lines of the journal that have mistakes";

/// What became of the assertions of a deal.
pub struct Asked {
    /// How many hold.
    pub held: usize,
    /// How many are about the rights space, which is not computed yet: those are never counted as held.
    pub waiting: usize,
    /// Lines of the journal could not be used.
    pub lost: bool,
}

impl Asked {
    fn of(outcomes: &[Outcome], lost: bool) -> Asked {
        let count = |wanted: Outcome| outcomes.iter().filter(|outcome| **outcome == wanted).count();
        Asked { held: count(Outcome::Holds), waiting: count(Outcome::NotYet), lost }
    }
}

/// Whether something in the journal could not be used. An assertion that fails is none of it.
fn lost_lines(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|f| f.severity == Severity::Error && !f.code.starts_with("assert-"))
}

/// How many assertions a deal makes.
pub fn asserted(deal: &Deal) -> usize {
    deal.records.iter().filter(|r| r.clause == Form::FileAssertion).count()
}

/// Whether the terms are free of errors. Tables of sales belong to the journal.
fn sound(deal: &Deal, findings: &[Diagnostic]) -> bool {
    let in_journal = |f: &Diagnostic| f.at.file >= deal.files.len() || deal.is_in_journal(f);
    findings.iter().all(|f| f.severity != Severity::Error || in_journal(f))
}
