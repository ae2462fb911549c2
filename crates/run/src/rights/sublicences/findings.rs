//! Sublicences that were told and could not be given as told: each says which licence stands in the way, and where.

use crate::runs::Runs;
use counterpart_ledger::EventKind;
use counterpart_syntax::Diagnostic;
use std::rc::Rc;

/// A finding for each of them.
pub(crate) fn sublicence_findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let told = |kind: &EventKind| matches!(kind, EventKind::Told { word, .. } if word == "sublicensed");
    if !machine.journal.events.iter().any(|event| told(&event.kind)) {
        return Vec::new();
    }
    let Some(last) = machine.journal.last_day() else { return Vec::new() };
    let mut out = Vec::new();
    for sublicence in runs.on(last, last).sublicences() {
        let Some(at) = sublicence.by.first() else { continue };
        for why in &sublicence.refused {
            let message = format!("`{}` cannot be given as told: {why}", sublicence.name);
            let found = Diagnostic::warning("sublicence-not-allowed", at.span(), message).in_file(at.file);
            let help = "narrow the entry to what the licence lets be given, or name the licence it is under";
            out.push(found.with_note("of that part nothing is held by it").with_help(help));
        }
        for why in &sublicence.unclear {
            let message = format!("whether `{}` could be given cannot be said: {why}", sublicence.name);
            let found = Diagnostic::warning("sublicence-not-allowed", at.span(), message).in_file(at.file);
            out.push(found.with_note("until it can, whether it is in force is not decided"));
        }
    }
    out
}
