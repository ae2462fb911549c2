//! Payments told by somebody who does not owe them, or to somebody who is not owed them.
//!
//! Such a line settles nothing that can be said: it is left out, and told. Who pays for another is told as the payment
//! of that other.

use crate::event::{Event, EventKind};
use crate::parties::{heirs, is_in};
use counterpart_syntax::Diagnostic;
use counterpart_terms::At;
use counterpart_terms::model::{Editions, Model, Payee};
use counterpart_terms::value::Name;
use std::collections::{BTreeMap, BTreeSet};

/// Who pays and who is paid under a clause, in any edition of the terms.
#[derive(Default)]
struct Sides {
    from: BTreeSet<Name>,
    to: BTreeSet<Name>,
    at: At,
}

/// Takes the payments out that are not between the parties of what they are said to pay; a finding for each.
pub(crate) fn left_out(editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let named = |e: &Event| {
        matches!(&e.kind, EventKind::Paid { by: Some(_), .. } | EventKind::Paid { to: Some(_), .. })
    };
    if !events.iter().any(named) {
        return Vec::new();
    }
    let sides = sides(editions);
    // Those who came into the place of a party may stand on either side.
    let heirs = heirs(events);
    let mut found = Vec::new();
    events.retain(|event| {
        let EventKind::Paid { stream, by, to, .. } = &event.kind else { return true };
        let Some(of) = sides.get(stream) else { return true };
        let problem = check(event, (stream, of), (by.as_ref(), to.as_ref()), editions, &heirs);
        let kept = problem.is_none();
        found.extend(problem);
        kept
    });
    found
}

fn check(
    event: &Event,
    (stream, of): (&Name, &Sides),
    (by, to): (Option<&Name>, Option<&Name>),
    editions: &Editions,
    heirs: &BTreeSet<Name>,
) -> Option<Diagnostic> {
    let is = |party: &Name, side: &BTreeSet<Name>| is_of(party, side, editions) || heirs.contains(party);
    // What goes back is paid by a payee to a payer.
    let back = to.is_some_and(|t| is(t, &of.from) && !is(t, &of.to));
    let (payers, payees) = if back { (&of.to, &of.from) } else { (&of.from, &of.to) };
    if let Some(by) = by.filter(|by| !is(by, payers)) {
        let names = list(&of.from);
        let message = format!("`{by}` does not owe `{stream}`");
        let problem = Diagnostic::error("paid-by-another", event.at.span(), message);
        let problem = placed(problem, event.at, of)
            .with_note(format!("`{stream}` is owed by {names}; the entry is left out"));
        return Some(match (back, is(by, &of.to), of.from.first()) {
            (false, true, Some(payer)) => problem
                .with_help(format!("where it went back, write `paid {stream} by {by} to {payer}`"))
                .with_help(format!("where {names} paid, leave out `by {by}`")),
            _ => problem.with_help(format!("where it was paid for {names}, leave out `by {by}`")),
        });
    }
    let to = to.filter(|to| !is(to, payees))?;
    let names = list(&of.to);
    let message = format!("`{to}` is not owed `{stream}`");
    let problem = Diagnostic::error("paid-to-another", event.at.span(), message);
    Some(
        placed(problem, event.at, of)
            .with_note(format!("`{stream}` is owed to {names}; the entry is left out"))
            .with_help(format!(
                "write `to` with one of {names}, or leave out `to {to}` where they were paid"
            )),
    )
}

/// With the place of the entry, and of the clause it is told of.
fn placed(problem: Diagnostic, at: At, of: &Sides) -> Diagnostic {
    problem.in_file(at.file).with_also(of.at.file, of.at.span(), "between these parties")
}

/// Whether a party is of a side: itself, as a member of a group, or as a group a member of which is. One that is not
/// given may be anybody.
fn is_of(party: &Name, side: &BTreeSet<Name>, editions: &Editions) -> bool {
    let is = |one: &Name| {
        one == party || one.is_blank() || is_in(editions, one, party) || is_in(editions, party, one)
    };
    side.is_empty() || party.is_blank() || side.iter().any(is)
}

fn list(parties: &BTreeSet<Name>) -> String {
    parties.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(", ")
}

fn sides(editions: &Editions) -> BTreeMap<Name, Sides> {
    let mut out: BTreeMap<Name, Sides> = BTreeMap::new();
    for edition in &editions.0 {
        add(&edition.model, &mut out);
    }
    out
}

fn add(model: &Model, out: &mut BTreeMap<Name, Sides>) {
    let parties = |payees: &[Payee]| payees.iter().map(|p| p.party.clone()).collect::<Vec<_>>();
    for royalty in model.royalties.values() {
        let of = out.entry(royalty.name.clone()).or_default();
        of.at = royalty.at;
        of.from.extend(royalty.from.iter().cloned());
        of.from.extend(royalty.borne.iter().map(|(party, _)| party.clone()));
        of.to.extend(royalty.to.iter().cloned());
        of.to.extend(parties(&royalty.payees));
        of.to.extend(royalty.rest_to.clone());
        for band in &royalty.split {
            of.to.extend(parties(&band.payees));
        }
    }
    for pay in model.pays.values() {
        let of = out.entry(pay.name.clone()).or_default();
        of.at = pay.at;
        of.from.extend(pay.from.iter().cloned());
        of.from.extend(pay.borne.iter().map(|(party, _)| party.clone()));
        of.to.extend(pay.to.iter().cloned());
        of.to.extend(parties(&pay.payees));
    }
}
