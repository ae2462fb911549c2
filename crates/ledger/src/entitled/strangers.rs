//! Payments told by somebody who does not owe them, or to somebody who is not owed them.
//!
//! Such a line settles nothing that can be said: it is left out, and told. Who pays for another is told as the payment
//! of that other.

use super::Asked;
use crate::event::EventKind;
use counterpart_syntax::Diagnostic;
use counterpart_terms::At;
use counterpart_terms::model::Sides;
use counterpart_terms::value::Name;

/// A finding for a payment that is not between the parties of what it is said to pay.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let EventKind::Paid { stream, by, to, .. } = &asked.event.kind else { return None };
    if by.is_none() && to.is_none() {
        return None;
    }
    let (sides, at) = sides(asked, stream)?;
    let is = |party: &Name, side: &[Name]| asked.may_be(party, side, Some(stream));
    // What goes back is paid by a payee to a payer.
    let back = to.as_ref().is_some_and(|t| is(t, &sides.from) && !is(t, &sides.to));
    let (payers, payees) = if back { (&sides.to, &sides.from) } else { (&sides.from, &sides.to) };
    let problem = |code, message: String, note: String| {
        Diagnostic::error(code, asked.event.at.span(), message)
            .in_file(asked.event.at.file)
            .with_also(at.file, at.span(), "between these parties")
            .with_note(note)
    };
    if let Some(by) = by.as_ref().filter(|by| !is(by, payers)) {
        let names = list(&sides.from);
        let note = format!("`{stream}` is owed by {names}; the entry is left out");
        let problem = problem("paid-by-another", format!("`{by}` does not owe `{stream}`"), note);
        return Some(match (back, is(by, &sides.to), sides.from.first()) {
            (false, true, Some(payer)) => problem
                .with_help(format!("where it went back, write `paid {stream} by {by} to {payer}`"))
                .with_help(format!("where {names} paid, leave out `by {by}`")),
            _ => problem.with_help(format!("where it was paid for {names}, leave out `by {by}`")),
        });
    }
    let to = to.as_ref().filter(|to| !is(to, payees))?;
    let (names, owed) = match asked.passed((&sides.to, stream)) {
        Some((heir, since)) => (format!("`{heir}`"), format!("`{heir}`, to whom it passed on {since}")),
        None => (list(&sides.to), list(&sides.to)),
    };
    let note = format!("`{stream}` is owed to {owed}; the entry is left out");
    Some(
        problem("paid-to-another", format!("`{to}` is not owed `{stream}`"), note).with_help(format!(
            "write `to` with one of {names}, or leave out `to {to}` where they were paid"
        )),
    )
}

fn list(parties: &[Name]) -> String {
    parties.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(", ")
}

/// Who owes something and who is owed it, by all terms that were in force by the day of an entry: what was owed under
/// earlier ones may still be paid.
fn sides(asked: &Asked<'_>, stream: &Name) -> Option<(Sides, At)> {
    let mut out: Option<(Sides, At)> = None;
    for model in asked.editions.until(asked.event.date) {
        let royalty = model.royalties.get(stream).map(|royalty| (royalty.sides(), royalty.at));
        let pay = model.pays.get(stream).map(|pay| (pay.sides(), pay.at));
        for (sides, at) in royalty.into_iter().chain(pay) {
            let all = out.get_or_insert_with(|| (Sides::default(), at));
            all.1 = at;
            let add = |to: &mut Vec<Name>, from: Vec<Name>| {
                for party in from {
                    if !to.contains(&party) {
                        to.push(party);
                    }
                }
            };
            add(&mut all.0.from, sides.from);
            add(&mut all.0.to, sides.to);
        }
    }
    // One line names the parties in the order of their names.
    if let Some((sides, _)) = &mut out {
        sides.from.sort();
        sides.to.sort();
    }
    out
}
