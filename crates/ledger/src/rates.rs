//! Rates of exchange that are none: a money worth nothing, one exchanged for itself, and two rates of one day for the same two. The first counts, and
//! what it disagrees with is left out and told.

use crate::event::{Event, EventKind};
use counterpart_num::{Currency, Date, Exact};
use counterpart_syntax::Diagnostic;
use counterpart_terms::At;
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

/// Whose rate, of which two, on which day, told when.
type Which = (Name, Currency, Currency, Date, Date);

/// Takes them out; a finding for each.
pub(crate) fn left_out(events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut told: BTreeMap<Which, (Exact, At)> = BTreeMap::new();
    events.retain_mut(|event| {
        let (date, known, at) = (event.date, event.known, event.at);
        let EventKind::Rate { source, pairs } = &mut event.kind else { return true };
        let mut wrong: Vec<Diagnostic> = Vec::new();
        pairs.retain(|(from, to, rate)| {
            let message = match *rate <= Exact::zero() {
                true => Some(format!("one {from} is worth nothing here")),
                false => (from == to).then(|| format!("{from} is not exchanged for {from}")),
            };
            if let Some(message) = message {
                wrong.push(
                    Diagnostic::error("not-a-rate", at.span(), message)
                        .in_file(at.file)
                        .with_note("no money is exchanged at that rate; it is left out")
                        .with_help(format!("write what one {from} was worth in {to}")),
                );
                return false;
            }
            let (first, place) =
                told.entry((source.clone(), *from, *to, date, known)).or_insert_with(|| (rate.clone(), at));
            if first == rate {
                return true;
            }
            wrong.push(
                Diagnostic::error(
                    "rates-differ",
                    at.span(),
                    format!("`{source}` has two rates of {from} in {to} on {date}, and they differ"),
                )
                .in_file(at.file)
                .with_also(place.file, place.span(), "first here")
                .with_note(
                    "which of the two is right nobody says: the first counts, and this one is left out",
                )
                .with_help("take the wrong one out, or give it its own day"),
            );
            false
        });
        let kept = wrong.is_empty() || !pairs.is_empty();
        found.extend(wrong);
        kept
    });
    found
}
