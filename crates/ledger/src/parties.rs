//! Who may stand for whom: the members of a group for the group, and whoever came into a party's place for it.

use crate::event::{Event, EventKind};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Editions;
use counterpart_terms::record::Record;
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

/// Whether a party is one of these, a member of one, or somebody in its place. One that is not given may be anybody, and
/// so may one that nothing defines.
pub(crate) fn is_one(editions: &Editions, party: &Name, of: &[Name], heirs: &BTreeSet<Name>) -> bool {
    let known = |one: &Name| {
        editions.0.iter().any(|e| e.model.parties.contains_key(one) || e.model.group(one).is_some())
    };
    let is = |one: &Name| {
        one == party
            || one.is_blank()
            || !known(one)
            || is_in(editions, one, party)
            || is_in(editions, party, one)
    };
    of.is_empty() || party.is_blank() || heirs.contains(party) || of.iter().any(is)
}

/// Whether a declared party has no part in the agreement: it does not make it, no clause names it but the line that says
/// who it is, and nothing that was told gave it a place. Where names are withheld, it may be one of those.
pub(crate) fn is_stranger(
    editions: &Editions,
    events: &[Event],
    party: &Name,
    heirs: &BTreeSet<Name>,
) -> bool {
    let declared = editions.0.iter().any(|e| e.model.parties.contains_key(party));
    if !declared || is_one(editions, party, &editions.first().header.parties, heirs) {
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
    !records.filter(|record| record.clause != Form::FileEntry).any(names) && !has_a_place(events, party)
}

/// Whether an entry gave somebody a place in the deal.
fn has_a_place(events: &[Event], party: &Name) -> bool {
    events.iter().any(|event| match &event.kind {
        EventKind::Told { word, parts, .. } => {
            matches!(word.as_str(), "sublicensed" | "issued") && parts.name(Label::To) == Some(party)
        }
        _ => false,
    })
}
