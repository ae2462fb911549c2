//! Who may stand for whom: the members of a group for the group, and whoever came into a party's place for it.

use crate::event::{Event, EventKind};
use counterpart_syntax::Label;
use counterpart_terms::model::Editions;
use counterpart_terms::value::Name;
use std::collections::BTreeSet;

/// Whether a party is a member of a group in some edition of the terms, or may be one that the text does not name.
pub(crate) fn is_in(editions: &Editions, group: &Name, party: &Name) -> bool {
    let member = |m: &Name| m == party || m.is_blank();
    editions.0.iter().any(|e| e.model.group(group).is_some_and(|members| members.iter().any(member)))
}

/// The parties that came into the place of another: something was assigned to them, or control passed to them. They
/// report what that party reported, pay what it owed and are paid what it was owed. Who was granted a sublicence, or was
/// issued shares, stands in nobody's place.
pub(crate) fn heirs(events: &[Event]) -> BTreeSet<Name> {
    let told = events.iter().filter_map(|event| match &event.kind {
        EventKind::Told { word, parts, .. } if matches!(word.as_str(), "assigned" | "control") => {
            parts.name(Label::To).cloned()
        }
        _ => None,
    });
    told.collect()
}
