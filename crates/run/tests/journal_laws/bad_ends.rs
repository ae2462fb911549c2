//! Bad entries of breaches, notices and ends: by those who cannot break what they do not owe, to themselves, or on what nobody
//! told to have come about.

use crate::bad::Bad;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Model;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// What is told of the wrong party, or before what it rests on.
pub(super) fn befell_nobody(machine: &Machine<'_>, told: &[String], last: Date, out: &mut Vec<Bad>) {
    let model = machine.editions.last();
    let alone = |name: &&Name| model.parties.contains_key(*name) && model.group(name).is_none();
    let Some(one) = model.header.parties.iter().find(alone) else { return };
    out.push(("a party that meets", format!("{last} met {one}\n")));
    out.push(("a notice to itself", format!("{last} notice of breach by {one} to {one}\n")));
    out.extend(
        promise(model).map(|(name, by)| {
            ("a promise noticed by its maker", format!("{last} notice of {name} by {by}\n"))
        }),
    );
    out.extend(end(model, told).map(|(by, on)| {
        ("an end on what befell nobody", format!("{last} terminated the agreement by {by} on {on}\n"))
    }));
    // Whoever something was assigned to may stand in anybody's place.
    if told.iter().any(|entry| entry.contains(" assigned ") || entry.contains(" control of ")) {
        return;
    }
    let royalty = model.royalties.iter().find_map(|(name, royalty)| {
        let to = royalty.to.iter().find(alone)?;
        let apart =
            royalty.from.iter().all(|from| from != to && model.group(from).is_none() && !from.is_blank());
        (apart && !name.as_str().contains(' ')).then_some((name, to))
    });
    if let Some((name, creditor)) = royalty {
        out.push(("a breach by the creditor", format!("{last} breached {name} by {creditor}\n")));
    }
}

/// A promise that asks for no notice, with the one that makes it.
fn promise(model: &Model) -> Option<(&Name, Name)> {
    let mut promises = model.records.iter().filter(|record| record.clause == Form::FileCovenant);
    promises.find_map(|record| {
        let (by, to) = (record.names(Label::By), record.names(Label::To));
        let mut asks = false;
        record.walk(&mut |line| asks |= line.has(Label::Notice));
        let name = record.name(Label::Name).filter(|name| !name.as_str().contains(' '))?;
        let by = by.first().filter(|by| !asks && !to.is_empty() && !to.contains(by) && !by.is_blank())?;
        model.parties.contains_key(by).then(|| (name, by.clone()))
    })
}

/// A party that may end the agreement on a ground of which nothing was told.
fn end(model: &Model, told: &[String]) -> Option<(Name, &'static str)> {
    let words = [("insolvency", " insolvent "), ("challenge", " challenged ")];
    let cause = |record: &Record| -> Option<(Name, &'static str)> {
        let parts = record.parts(Label::Cause)?;
        let Some(Value::Word(on)) = parts.get(Label::On) else { return None };
        let (ground, word) = words.into_iter().find(|(ground, _)| on == ground)?;
        let named = record.parts(Label::By).map(|by| by.names(Label::Parties)).unwrap_or_default();
        let named = if named.is_empty() { model.header.parties.clone() } else { named };
        let by = named.into_iter().find(|by| model.parties.contains_key(by))?;
        (!told.iter().any(|entry| entry.contains(word))).then_some((by, ground))
    };
    let mut causes = model
        .records
        .iter()
        .filter(|record| record.clause == Form::FileTerminate)
        .flat_map(|block| block.all_below(Form::TerminateCause))
        .filter(|clause| !clause.has(Label::Product));
    causes.find_map(cause)
}
