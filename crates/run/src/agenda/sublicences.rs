//! Copies and summaries of sublicences, for the licensor.

use super::Duty;
use super::told::duration;
use crate::engine::Run;
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Name, Value};

/// A copy or summary of each sublicence that was given, from whoever gave it.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let mut out = Vec::new();
    for (event, parts) in run.told_as("sublicensed") {
        let Some(name) = parts.name(Label::Name) else { continue };
        let above = run.licence_above(name);
        for (grant, line, extra) in asked(run) {
            // Of what is given under one licence another asks for nothing.
            if above.is_some() && above.as_ref() != grant.name(Label::Name) {
                continue;
            }
            let Some(doc) = extra.word(Label::Copy) else { continue };
            // Who got the licence gave the sublicence; a group is its members.
            let of = |party: &Name| run.members(party);
            let givers: Vec<Name> = grant.names(Label::To).iter().flat_map(of).collect();
            let by = parts.name(Label::By).filter(|by| givers.contains(by)).map(|by| vec![by.clone()]);
            let duty = Duty {
                by: Name::list(&by.unwrap_or(givers)),
                to: Name::list(&grant.names(Label::From)),
                ..Duty::new(&format!("send a {doc} of"), name, run.place(line.at))
            };
            let due = match duration(extra, Label::Within) {
                Some(within) => run.clock().shift(event.date, within, false),
                None => Ok(event.date),
            };
            let sent = run
                .told_as("sent")
                .find(|(_, sent)| sent.word(Label::Doc) == Some(doc) && sent.name(Label::Name) == Some(name));
            out.push(run.standing_of(duty, due, sent.map(|(event, _)| event)));
        }
    }
    out
}

/// The grants that ask for a copy or summary, with the line that does.
fn asked<'m>(run: &Run<'m>) -> Vec<(&'m Record, &'m Record, &'m Parts)> {
    let mut out = Vec::new();
    for grant in run.clauses(Form::FileGrant) {
        for line in grant.all_below(Form::GrantSublicence) {
            out.extend(line.all(Label::Extra).filter_map(|extra| match extra {
                Value::Parts(parts) if parts.has(Label::Copy) => Some((grant, line, parts)),
                _ => None,
            }));
        }
    }
    out
}
