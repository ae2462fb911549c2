//! What was paid to somebody, or waived by somebody, to whom nothing of it is owed any more: it was assigned to another, and
//! nothing of it had fallen due before.

use crate::engine::Run;
use crate::runs::Runs;
use counterpart_ledger::{Event, EventKind};
use counterpart_syntax::Diagnostic;
use counterpart_terms::model::Same;
use counterpart_terms::value::Name;
use std::rc::Rc;

/// An error for each such entry.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let assigned = |event: &Event| matches!(&event.kind, EventKind::Told { word, .. } if word == "assigned");
    let Some(last) = machine.journal.last_day() else { return Vec::new() };
    if !machine.journal.events.iter().any(assigned) {
        return Vec::new();
    }
    let run = runs.on(last, last);
    run.facts.events().filter_map(|event| in_vain(&run, event)).collect()
}

fn in_vain(run: &Run<'_>, event: &Event) -> Option<Diagnostic> {
    let (name, who, waived) = match &event.kind {
        EventKind::Paid { stream, to: Some(to), .. } => (stream, to, false),
        EventKind::Waived { name, by: Some(by), .. } => (name, by, true),
        _ => return None,
    };
    let creditors = run.of_assigned(name)?;
    // What goes back is paid to who owed it.
    let owed = run.pay_named(name).is_some_and(|pay| pay.from.contains(who));
    let dues = run.dues(name).ok().filter(|_| !owed)?;
    let theirs = || run.acts_for(who, creditors.first, Some(name), event.date) != Same::No;
    // Where nothing has arisen, it is asked who will be owed it.
    if dues.iter().any(|due| creditors.is_owed((who, event.date), due)) || dues.is_empty() && theirs() {
        return None;
    }
    let mut now: Vec<Name> = dues.iter().filter_map(|due| due.to.clone()).collect();
    if dues.is_empty() {
        now = run.clock().who_has(creditors.first, Some(name), event.date);
    }
    let (code, message) = match waived {
        true => ("by-another", format!("`{name}` is not waived by `{who}`")),
        false => ("paid-to-another", format!("`{who}` is not owed `{name}`")),
    };
    let problem = Diagnostic::error(code, event.at.span(), message).in_file(event.at.file);
    Some(match now.first() {
        Some(heir) => problem
            .with_note(format!("it was assigned to `{heir}`, and nothing follows from this entry"))
            .with_help(format!("name `{heir}`, where that is meant, or take the entry out")),
        None => problem.with_note("it was assigned to another, and nothing follows from this entry"),
    })
}
