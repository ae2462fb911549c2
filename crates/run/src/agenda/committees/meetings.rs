//! The meetings of a committee: who sits in it, and whether enough were there. A meeting without its quorum is none.

use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::Event;
use counterpart_num::Exact;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::seats;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// A meeting of a committee.
pub(super) struct Meeting<'m> {
    pub event: &'m Event,
    /// The entry, with what was decided below it.
    pub entry: &'m Record,
}

pub(super) fn meetings<'m>(run: &Run<'m>, committee: &Name) -> Vec<Meeting<'m>> {
    let met = run.told_as("met").filter(|(_, parts)| parts.name(Label::Name) == Some(committee));
    met.filter_map(|(event, _)| Some(Meeting { event, entry: run.record_of(event)? })).collect()
}

/// The parties with seats; of a committee that names none, all.
pub(in crate::agenda) fn members(run: &Run<'_>, committee: &Record) -> Vec<Name> {
    let seats = committee.below(Form::CommitteeSeats).map(seats).unwrap_or_default();
    if seats.is_empty() { run.all_parties() } else { seats.into_iter().map(|(party, _)| party).collect() }
}

/// Why a meeting had no quorum, where it is told who was there.
///
/// # Errors
/// Where the text does not give what the quorum is.
pub(super) fn no_quorum(committee: &Record, meeting: &Record) -> Eval<Option<String>> {
    let Some(quorum) = committee.below(Form::CommitteeQuorum) else { return Ok(None) };
    let present: Vec<(Name, Option<Exact>)> = meeting.all_below(Form::EntryPresent).flat_map(seats).collect();
    if present.is_empty() {
        return Ok(None);
    }
    let needed = match quorum.get(Label::Number) {
        Some(Value::Number(number)) => {
            let parties = committee.below(Form::CommitteeSeats).map(seats).unwrap_or_default();
            parties.into_iter().map(|(party, _)| (party, Some(number.clone()))).collect()
        }
        Some(_) => return Err(Unknown::new("how many are the quorum is redacted or open")),
        None => seats(quorum),
    };
    let mut lacking = None;
    for (party, needed) in needed {
        let (Some(needed), false) = (needed, party.is_blank()) else {
            return Err(Unknown::new("whose seats or how many are the quorum is redacted or open"));
        };
        let there = present.iter().find(|(other, _)| *other == party);
        let Some(there) = there.map_or(Some(Exact::zero()), |(_, number)| number.clone()) else { continue };
        if there < needed {
            lacking = Some(format!("{there} of {party} were there, and {needed} are the quorum"));
        }
    }
    Ok(lacking)
}
