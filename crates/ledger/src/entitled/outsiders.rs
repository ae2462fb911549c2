//! What is told of a party that has no part in the agreement: only who has one can choose, waive, agree, fail or cure under
//! it, and only what becomes of such a party moves anything. Such an entry is left out, and told. What anybody can do, as
//! challenging a patent, is not looked at here; nor is a notice with words, which is a record whoever wrote it. What several did may have been done with somebody from outside.

use super::Asked;
use crate::event::EventKind;
use counterpart_syntax::Diagnostic;

/// A finding for what is done under the agreement by strangers alone.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let by = asked.act.by.first().filter(|_| asked.act.under)?;
    if !asked.act.by.iter().all(|by| asked.is_stranger(by)) {
        return noticed(asked);
    }
    let party = asked.editions.0.iter().find_map(|edition| edition.model.parties.get(by));
    let problem = asked.event.left_out("by-a-stranger", format!("`{by}` has no part in this agreement"));
    Some(match party {
        Some(party) => problem
            .with_also(party.at.file, party.at.span(), "no other clause names it")
            .with_help("name the party that did it, or take the entry out")
            .with_help(format!(
                "where something passed to {by}, tell that first: `assigned …` or `control of …`"
            )),
        None => problem,
    })
}

/// A notice to somebody who has no part in the agreement: it reaches none of those it is for.
fn noticed(asked: &Asked<'_>) -> Option<Diagnostic> {
    let EventKind::Notice(notice) = &asked.event.kind else { return None };
    let to = notice.to.as_ref().filter(|to| !to.is_blank())?;
    if to == &notice.by && asked.editions.on(asked.event.date).group(to).is_none() {
        let problem = asked.event.left_out("same-party", format!("`{to}` gives notice to itself"));
        return Some(problem.with_help("name the other party, or take the entry out"));
    }
    asked.is_stranger(to).then(|| {
        asked
            .event
            .left_out(
                "by-a-stranger",
                format!("`{to}` has no part in this agreement, and this is a notice to it"),
            )
            .with_help(
                "name the party it was given to, or leave out `to`, where it was given as the text asks",
            )
            .with_help("where it is only kept for the record, add its words: `notice … to …: \"…\"`")
    })
}
