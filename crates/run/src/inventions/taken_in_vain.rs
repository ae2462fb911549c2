//! Patents that a party tells it took over, though no clause lets it: they were not offered to it, or it is not the one
//! who may step in. Who leads is who led before, and that is said.

use super::prosecution::one_patent;
use crate::runs::Runs;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Label};
use std::rc::Rc;

/// A warning for each of them, as all that is known says.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for event in &runs.machine.journal.events {
        let EventKind::Told { word, parts, .. } = &event.kind else { continue };
        let (Some(assets), Some(by)) = (parts.name(Label::Assets), parts.name(Label::By)) else { continue };
        if word != "took" {
            continue;
        }
        let run = runs.on(event.date, Date::MAX);
        let patent = one_patent(parts);
        let clause = run.prosecution_of(assets);
        let may = match &clause {
            Ok(clause) => run.may_take_over(clause, (by, assets, patent.as_ref()), event.date),
            // Without a clause nobody may; one that may speak of them leaves it open.
            Err(_) if run.model_on(event.date).prosecutions.is_empty() => Ok(None),
            Err(_) => continue,
        };
        if !matches!(may, Ok(None)) {
            continue;
        }
        let message = format!("no clause lets {by} take `{assets}` over on {}", event.date);
        let mut odd = Diagnostic::warning("not-to-take-over", event.at.span(), message)
            .in_file(event.at.file)
            .with_note("whoever led before goes on, and nothing follows from this entry");
        if let Ok(clause) = clause {
            odd =
                odd.with_also(clause.at.file, clause.at.span(), "who may take over is said here").with_help(
                    "where they were offered, tell the notice: `notice of` the assets, with its words",
                );
        }
        found.push(odd);
    }
    found
}
