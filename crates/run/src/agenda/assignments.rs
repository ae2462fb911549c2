//! What a clause has passed to another party is put on record by whoever had it.

use super::{Duty, State};
use crate::engine::Run;
use counterpart_ledger::EventKind;
use counterpart_terms::value::Name;

/// An assignment on record for each time assets went to another by the effect of a clause; the text seldom says by when.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let mut out = Vec::new();
    for (asset, before, passing) in run.passings_to_record() {
        let told = run.facts.happened().find(|event| match &event.kind {
            EventKind::Told { word, name: Some(name), .. } => {
                word == "assigned" && *name == asset && event.date >= passing.from
            }
            _ => false,
        });
        out.push(Duty {
            by: Name::list(&before),
            to: Name::list(&passing.to),
            state: if told.is_some() { State::Done } else { State::Due },
            done_on: told.map(|event| event.date),
            evidence: told.map(|event| run.place(event.at)),
            ..Duty::new("assign", &asset, run.place(passing.at))
        });
    }
    out
}
