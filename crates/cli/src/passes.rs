//! What a check runs, in which order, and why in that order.
//!
//! 1. `terms`: the text is read as clauses and every name is looked up.
//! 2. `ledger`: what happened is read, but only of a deal that compiles. A report that cannot be read would
//!    otherwise be missing to the correction that names it, and one mistake would be told twice.
//!
//! 3. `run`: the deal is run on its journal, and every assertion is asked. Only of a deal and journal
//!    without errors: an assertion about a report that could not be read would fail for no reason of its own.
//!
//! A pass is a function of the deal and of nothing else. A new one is added here, below those it needs,
//! and its crate to [`CRATES`].

use counterpart_run::Machine;
use counterpart_syntax::{Diagnostic, Severity};
use counterpart_terms::Deal;

/// The crates that report findings; every code in their sources has a page in the catalogue.
pub const CRATES: [&str; 4] = ["syntax", "terms", "ledger", "run"];

/// Everything that is found in a deal, in the order of its files.
pub fn findings(deal: &Deal) -> Vec<Diagnostic> {
    let mut findings = deal.problems.clone();
    if !findings.iter().any(|f| f.severity == Severity::Error) {
        let machine = Machine::new(deal);
        findings.extend(machine.problems.clone());
        if !findings.iter().any(|f| f.severity == Severity::Error) {
            findings.extend(machine.failed_assertions());
        }
    }
    // The place decides, and at one place the order of the passes.
    findings.sort_by_key(|f| (f.at.file, f.at.span));
    findings
}
