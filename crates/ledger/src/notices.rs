//! Notices that nothing hangs on: of nothing in particular, without words, where no renewal asks for one.

use crate::event::{Event, EventKind};
use counterpart_syntax::Diagnostic;
use counterpart_terms::model::Editions;
use counterpart_terms::value::Name;

/// A finding for each notice that changes nothing and does not say why it was given. One with words is a record.
pub(crate) fn findings(editions: &Editions, events: &[Event]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for event in events {
        let EventKind::Notice(None, by, None) = &event.kind else { continue };
        if is_heard(editions, by) {
            continue;
        }
        found.push(
            Diagnostic::warning("notice-of-nothing", event.at.span(), "nothing hangs on this notice")
                .in_file(event.at.file)
                .with_note("it does not say what it is of, and no renewal waits for a notice")
                .with_help(format!("say what it is of, as in `notice of termination by {by}`"))
                .with_help(format!(
                    "where it is only kept for the record, add its words: `notice by {by}: \"…\"`"
                )),
        );
    }
    found
}

/// Whether the agreement is renewed by the notice of a party, or unless somebody gives one.
fn is_heard(editions: &Editions, by: &Name) -> bool {
    editions.0.iter().filter_map(|e| e.model.header.renews.as_ref()).any(|renewal| {
        renewal.by_itself
            || by.is_blank()
            || renewal.by.as_ref().is_some_and(|own| own == by || own.is_blank())
    })
}
