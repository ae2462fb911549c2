//! An agreement that only some of its parties signed. It is run as if the others had signed too, since its text may say from
//! when on it is in force; that nobody tells so is said.

use crate::event::{Event, EventKind};
use counterpart_syntax::Diagnostic;
use counterpart_terms::model::{Editions, Same};
use counterpart_terms::value::Name;

/// A warning, where some of the parties signed and of others no entry tells it.
pub(crate) fn findings(editions: &Editions, events: &[Event]) -> Vec<Diagnostic> {
    let header = &editions.first().header;
    let signed = events.iter().filter_map(|event| match &event.kind {
        EventKind::Signed { by, of: None } => Some((event, by)),
        _ => None,
    });
    let Some((first, _)) = signed.clone().next() else { return Vec::new() };
    // Whoever signs for a group signs for each of it.
    let is =
        |party: &Name, by: &Name| editions.0.iter().any(|edition| edition.model.same(by, party) != Same::No);
    let lacking: Vec<&Name> = header
        .parties
        .iter()
        .filter(|party| !party.is_blank() && !signed.clone().any(|(_, by)| by.iter().any(|by| is(party, by))))
        .collect();
    if lacking.is_empty() {
        return Vec::new();
    }
    let names = lacking.iter().map(|party| format!("`{party}`")).collect::<Vec<_>>().join(", ");
    let list = lacking.iter().map(|party| party.as_str()).collect::<Vec<_>>().join(", ");
    vec![
        Diagnostic::warning("signed-by-some", first.at.span(), format!("nothing tells that {names} signed"))
            .in_file(first.at.file)
            .with_also(header.at.file, header.at.span(), "the parties stand here")
            .with_note("what follows is worked out as if all had signed")
            .with_help(format!("tell it: add the names to this entry, or `signed by {list}` on its day")),
    ]
}
