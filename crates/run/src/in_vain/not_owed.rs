//! Payments that are told to be breached, and of which nothing was open by the books.

use crate::breaches::{NOT_OWED, told};
use crate::engine::Run;
use crate::runs::Runs;
use counterpart_ledger::Event;
use counterpart_syntax::Diagnostic;
use std::rc::Rc;

/// A warning for each such breach.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let Some(last) = machine.journal.last_day() else { return Vec::new() };
    if !machine.journal.events.iter().any(|event| told(event, "breached").is_some()) {
        return Vec::new();
    }
    let run = runs.on(last, last);
    run.facts.events().filter_map(|event| not_owed(&run, event)).collect()
}

fn not_owed(run: &Run<'_>, event: &Event) -> Option<Diagnostic> {
    let breach = told(event, "breached")?;
    let of = breach.of?;
    let settled = run.clock().paid_in_time(breach, breach.on).ok()??;
    settled.before.then(|| {
        let message = format!("`{of}` is told to be breached on {}, and nothing of it was open", breach.on);
        Diagnostic::warning("not-owed", event.at.span(), message)
            .in_file(event.at.file)
            .with_note(format!("{NOT_OWED}; this breach gives no right to anybody"))
            .with_help("correct the day, or tell what was broken by its name: a report, a promise, a licence")
    })
}
