//! Who has a part in the agreement.

use super::heirs::Heirs;
use crate::event::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Editions, Same};
use counterpart_terms::record::Record;
use counterpart_terms::value::Name;

/// Whether a declared party has no part in the agreement on a day: it does not make it, no clause names it but the line that
/// says who it is, and nothing that was told gave it a place by then. Where names are withheld, it may be one of those.
pub fn is_stranger<'e>(
    editions: &Editions,
    (heirs, events): (&Heirs, impl IntoIterator<Item = &'e Event>),
    party: &Name,
    day: Date,
) -> bool {
    let declared = editions.0.iter().any(|e| e.model.parties.contains_key(party));
    declared
        && !heirs.has_something(party, day)
        && is_outside(editions, party)
        && !has_a_place(events, party, day)
}

/// Whether no edition of the text gives a party a part.
fn is_outside(editions: &Editions, party: &Name) -> bool {
    let makes = |of: &Name| editions.0.iter().any(|edition| edition.model.same(party, of) != Same::No);
    if party.is_blank() || editions.0.iter().any(|edition| edition.model.header.parties.iter().any(makes)) {
        return false;
    }
    let own = |record: &Record| {
        let lines = matches!(record.clause, Form::FileParty | Form::FileGroup);
        lines && record.name(Label::Name) == Some(party)
    };
    let names = |record: &Record| {
        let mut found = false;
        record.walk(&mut |line| {
            let other = |name: &Name| name == party || name.is_blank();
            let itself = own(record) && std::ptr::eq(line, record);
            found |= !itself && (line.name_any(&other) || own(record));
        });
        found
    };
    let records = editions.0.iter().flat_map(|e| &e.model.records);
    !records.filter(|record| record.clause != Form::FileEntry).any(names)
}

/// Whether an entry gave somebody a place in the deal by a day.
fn has_a_place<'e>(events: impl IntoIterator<Item = &'e Event>, party: &Name, day: Date) -> bool {
    events.into_iter().filter(|event| event.date <= day).any(|event| match &event.kind {
        EventKind::Told { word, parts, .. } => {
            matches!(word.as_str(), "sublicensed" | "issued") && parts.name(Label::To) == Some(party)
        }
        _ => false,
    })
}
