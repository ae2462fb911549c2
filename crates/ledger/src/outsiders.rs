//! What is told of a party that has no part in the agreement: only who has one can choose, waive, agree, fail or cure under
//! it, and only what becomes of such a party moves anything. Such an entry is left out, and told. What anybody can do, as
//! challenging a patent or coming under another's control, is not looked at here; nor is a notice with words, which is a record whoever wrote it. What several
//! did may have been done with somebody from outside.

use crate::event::{Event, EventKind};
use crate::parties::{heirs, is_stranger};
use counterpart_syntax::{Diagnostic, Label};
use counterpart_terms::model::Editions;
use counterpart_terms::value::Name;
use std::collections::{BTreeMap, BTreeSet};

/// What is done under the agreement, by whoever is named behind `by`.
const UNDER_IT: [&str; 29] = [
    "audited",
    "invention",
    "received",
    "recovered",
    "dropped",
    "failed",
    "refused",
    "resumed",
    "breached",
    "cured",
    "curing",
    "agreed",
    "proposed",
    "countered",
    "rejected",
    "withdrawn",
    "parked",
    "renewed",
    "dispute",
    "settled",
    "sent",
    "answered",
    "reviewed",
    "decided",
    "delivered",
    "done",
    "opened",
    "closed",
    "assigned",
];

/// Takes them out; a finding for each.
pub(crate) fn left_out(editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let heirs = heirs(events);
    let mut found = Vec::new();
    let mut seqs = BTreeSet::new();
    let mut known: BTreeMap<Name, bool> = BTreeMap::new();
    for event in events.iter() {
        let acting = acting(&event.kind);
        let mut stranger = |by: &Name| {
            let seen = known.get(by).copied();
            seen.unwrap_or_else(|| {
                let so = is_stranger(editions, events, by, &heirs);
                known.insert(by.clone(), so);
                so
            })
        };
        let all = !acting.is_empty() && acting.iter().all(&mut stranger);
        if let Some(by) = acting.into_iter().next().filter(|_| all) {
            let party = editions.0.iter().find_map(|edition| edition.model.parties.get(&by));
            let problem = event.left_out("by-a-stranger", format!("`{by}` has no part in this agreement"));
            found.push(match party {
                Some(party) => problem
                    .with_also(party.at.file, party.at.span(), "no other clause names it")
                    .with_help("name the party that did it, or take the entry out")
                    .with_help(format!(
                        "where something passed to {by}, tell that first: `assigned …` or `control of …`"
                    )),
                None => problem,
            });
            seqs.insert(event.seq);
        }
    }
    events.retain(|event| !seqs.contains(&event.seq));
    found
}

/// Who acts under the agreement by an entry.
fn acting(kind: &EventKind) -> Vec<Name> {
    match kind {
        EventKind::Chose { by, .. } => vec![by.clone()],
        EventKind::Waived { by, .. } => by.iter().cloned().collect(),
        EventKind::Notice(notice) if notice.words.is_none() => vec![notice.by.clone()],
        EventKind::Determined { by, .. } => by.iter().cloned().collect(),
        EventKind::FirstSale { by, .. } | EventKind::Cost { by, .. } => by.iter().cloned().collect(),
        EventKind::Signed { by, .. } => by.clone(),
        EventKind::Told { word, parts, .. } if word == "insolvent" => parts.names(Label::Party),
        EventKind::Told { word, parts, .. } if UNDER_IT.contains(&word.as_str()) => parts.names(Label::By),
        _ => Vec::new(),
    }
}
