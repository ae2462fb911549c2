//! Ends on a breach of which the text asks a notice, and none is told: the times then ran from the breach itself, and who is
//! held to have lost the licence so was never told in the books. The end counts, and the entry that is wanting is named.

use crate::breaches::may_be_cured;
use crate::ends::ended::{Ended, Ender};
use crate::ends::right_to_end::ground_told;
use crate::engine::Run;
use crate::runs::Runs;
use counterpart_ledger::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Label};
use std::rc::Rc;

/// A warning for each such end.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let Some(last) = runs.machine.journal.last_day() else { return Vec::new() };
    let run = runs.on(last, last);
    run.facts.told_as("terminated").filter_map(|event| of(&run, event)).collect()
}

fn of(run: &Run<'_>, event: &Event) -> Option<Diagnostic> {
    let EventKind::Told { name, place, parts, .. } = &event.kind else { return None };
    let (by, ground) = (parts.names(Label::By), ground_told(parts));
    let [party] = by.as_slice() else { return None };
    let fields = parts.names(Label::Fields);
    let what = Ended::told(name.as_ref(), place.as_ref(), &fields, run.model_on(event.date));
    let clock = run.clock();
    let ended = clock.ended_by(event, parts, &what)?;
    let who = Ender { party, ground: ground.as_deref(), what: &what, entry: event.at };
    let mut wanting = None;
    for clause in clock.meant(who, event.date) {
        // Another ground, or one whose notice was given, is enough.
        if !may_be_cured(clause) || !clause.has(Label::Notice) {
            return None;
        }
        match clock.acted_on(clause, party, event.date) {
            Some((breach, None)) if ended.end.is_ok() => wanting = wanting.or(Some((clause, breach))),
            _ => return None,
        }
    }
    let (clause, breach) = wanting?;
    let whom = breach.by.map(|by| format!(" to {by}")).unwrap_or_default();
    Some(
        Diagnostic::warning("no-notice", event.at.span(), "no notice is told of the breach this is ended on")
            .in_file(event.at.file)
            .with_also(clause.at.file, clause.at.span(), "asks for a notice")
            .with_note(format!("its times are counted from the breach itself, {}", breach.on))
            .with_help(format!(
                "tell the notice on its day: `notice of breach by {party}{whom}`; its times run from then on"
            )),
    )
}
