//! Ends of events that a trigger might have begun, told while none of them lasted: the journal cannot tell, since what a
//! trigger begins has no entry of its own.

use crate::engine::Run;
use crate::runs::Runs;
use counterpart_ledger::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Form, Label};
use std::rc::Rc;

/// An error for each such entry.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let ends = |event: &Event| matches!(event.kind, EventKind::Ended(..));
    let Some(last) = machine.journal.last_day().filter(|_| machine.journal.events.iter().any(ends)) else {
        return Vec::new();
    };
    let run = runs.on(last, last);
    run.facts.happened().filter_map(|event| not_begun(&run, event)).collect()
}

fn not_begun(run: &Run<'_>, event: &Event) -> Option<Diagnostic> {
    let EventKind::Ended(name, place) = &event.kind else { return None };
    let model = run.model_on(event.date);
    let declared = model.records.of(Form::FileEvent).find(|own| own.name(Label::Name) == Some(name))?;
    let lasted = run
        .stretches(name, place.as_ref())
        .iter()
        .any(|stretch| stretch.from <= event.date && stretch.to.is_none_or(|to| event.date <= to));
    (!lasted).then(|| {
        let message = format!("`{name}` ended on {}, and nothing had begun it by then", event.date);
        Diagnostic::error("not-begun", event.at.span(), message)
            .in_file(event.at.file)
            .with_also(declared.at.file, declared.at.span(), "declared here")
            .with_note("no trigger had begun it, and no entry tells so; nothing follows from this one")
            .with_help(format!("tell the day it began, `began {name}`, or correct the day of its end"))
    })
}
