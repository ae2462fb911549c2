//! Entries that are so and that nothing asks for: the value of an index by which nothing is reckoned, a deadline that was over
//! when it was told; and tax that was kept back of a payment and is more than was paid. They stay, and are told.

use crate::event::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Deal;
use counterpart_terms::record::in_parts;
use counterpart_terms::value::{Name, Value};
use std::collections::BTreeMap;

/// A finding for each of them.
pub(crate) fn findings(deal: &Deal, events: &[Event]) -> Vec<Diagnostic> {
    let mut used: BTreeMap<&Name, bool> = BTreeMap::new();
    let mut found = Vec::new();
    for event in events {
        found.extend(match &event.kind {
            EventKind::Index { name, .. } if !*used.entry(name).or_insert_with(|| is_written(deal, name)) => {
                Some(unused(event, name))
            }
            EventKind::Told { word, parts, .. } if word == "deadline" => match parts.get(Label::On) {
                Some(Value::Date(on)) if *on < event.date => Some(over(event, &on.to_string())),
                _ => None,
            },
            EventKind::Paid { stream, amount: Some(amount), withheld: Some(tax), .. } if tax > amount => {
                Some(taxed(event, stream))
            }
            _ => None,
        });
    }
    found
}

/// Whether a clause of the text has a word in it, wherever: an index has no definition.
fn is_written(deal: &Deal, word: &Name) -> bool {
    let clauses = in_parts(&deal.records);
    let mut clauses =
        clauses.into_iter().filter(|r| !matches!(r.clause, Form::FileEntry | Form::FileAssertion));
    clauses.any(|record| {
        let mut found = false;
        record.walk(&mut |line| {
            let text = deal.files.get(line.at.file).map_or("", |file| file.tree.slice(line.at.span()));
            found |= text.contains(word.as_str()) || line.speaks_of(&Name::is_blank);
        });
        found
    })
}

fn unused(event: &Event, name: &Name) -> Diagnostic {
    Diagnostic::note("entry-not-used", event.at.span(), "nothing is computed from this entry")
        .in_file(event.at.file)
        .with_note(format!("no clause is reckoned by `{name}`"))
}

fn over(event: &Event, on: &str) -> Diagnostic {
    let message = format!("this deadline, {on}, was over when it was told, on {}", event.date);
    Diagnostic::warning("ends-before-it-starts", event.at.span(), message)
        .in_file(event.at.file)
        .with_note("nobody can act in time by it")
        .with_help("correct the day of the deadline, or the one on which it was told")
}

fn taxed(event: &Event, stream: &Name) -> Diagnostic {
    let message = format!("more tax is kept back of this payment of `{stream}` than is paid");
    Diagnostic::warning("tax-above-payment", event.at.span(), message)
        .in_file(event.at.file)
        .with_note("where the creditor bears the tax, both together settle what is owed")
        .with_help("write first what the creditor received, and behind `withheld` the tax: `USD 90, withheld USD 10`")
}
