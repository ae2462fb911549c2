//! Meetings at which more of a party were there than it has seats, or somebody who has none. Nobody can say who of them
//! voted: such a meeting is left out, with what it decided, and told.

use super::Asked;
use crate::event::EventKind;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::model::seats;

/// A finding for a meeting at which more were there than have seats.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let EventKind::Told { word, name: Some(name), lines, .. } = &asked.event.kind else { return None };
    let present: Vec<_> = lines.iter().filter(|line| line.clause == Form::EntryPresent).collect();
    if word != "met" || present.is_empty() {
        return None;
    }
    let model = asked.editions.on(asked.event.date);
    let committee = model
        .records
        .iter()
        .find(|record| record.clause == Form::FileCommittee && record.name(Label::Name) == Some(name))?;
    let line = committee.below(Form::CommitteeSeats)?;
    let has = seats(line);
    // Seats of a party that is not named may be anybody's.
    if has.iter().any(|(party, _)| party.is_blank()) {
        return None;
    }
    let message = present.iter().flat_map(|line| seats(line)).find_map(|(party, there)| {
        match has.iter().find(|(other, _)| *other == party) {
            None => Some(format!("`{party}` has no seat in `{name}`")),
            Some((_, seats)) => {
                let (there, seats) = (there?, seats.as_ref()?);
                (there > *seats)
                    .then(|| format!("{there} of `{party}` were there, and it has {seats} seats in `{name}`"))
            }
        }
    })?;
    Some(
        asked
            .event
            .left_out("more-than-seats", message)
            .with_also(line.at.file, line.at.span(), "who sits in it")
            .with_help("correct who was there; a guest without a seat is not told"),
    )
}
