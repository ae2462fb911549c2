//! A grant that is the image of another: what its own text does not say is as in the other, with the parties' places
//! exchanged.
//!
//! The lines of the other are added to its record, so that whatever reads a grant finds them: how exclusive it is, how
//! long it lasts, what is paid, whom it extends to. Under which assets it is, and what goes before it, each says itself.

use crate::record::Record;
use crate::value::Name;
use counterpart_syntax::{Form, Label};
use std::collections::BTreeSet;

/// Adds to every mirrored grant the lines it has from its image.
pub(super) fn complete(records: &mut [Record]) {
    let grants = records.iter().filter(|r| r.clause == Form::FileGrant);
    let images: Vec<Record> = grants.cloned().collect();
    for record in records.iter_mut().filter(|r| r.clause == Form::FileGrant) {
        let Some(image) = record.below(Form::GrantMirrors).and_then(|line| line.name(Label::Mirrors)) else {
            continue;
        };
        let Some(image) = images.iter().find(|r| r.name(Label::Name) == Some(image)) else { continue };
        let said: BTreeSet<Form> = record.below.iter().map(|line| line.clause).collect();
        let lines = image.below.iter().filter(|line| is_shared(line.clause) && !said.contains(&line.clause));
        let sides = (image.names(Label::From), image.names(Label::To));
        let lines: Vec<Record> = lines.filter_map(|line| turned(line, (&sides.0, &sides.1))).collect();
        record.below.extend(lines);
    }
}

/// Whether a line of a grant is so in its image too.
fn is_shared(form: Form) -> bool {
    !matches!(
        form,
        Form::GrantUnder
            | Form::GrantMirrors
            | Form::GrantSubject
            | Form::GrantNotwithstanding
            | Form::GrantPrior
            | Form::GrantText
    )
}

/// A line with the places of the two sides exchanged; as it is where they are not one party each.
fn turned(line: &Record, (from, to): (&[Name], &[Name])) -> Option<Record> {
    let ([from], [to]) = (from, to) else { return Some(line.clone()) };
    let mut said = serde_json::to_value(line).ok()?;
    exchange(&mut said, (from.as_str(), to.as_str()));
    serde_json::from_value(said).ok()
}

fn exchange(said: &mut serde_json::Value, sides: (&str, &str)) {
    match said {
        serde_json::Value::String(name) if name == sides.0 => *name = sides.1.to_string(),
        serde_json::Value::String(name) if name == sides.1 => *name = sides.0.to_string(),
        serde_json::Value::Array(all) => all.iter_mut().for_each(|one| exchange(one, sides)),
        serde_json::Value::Object(parts) => parts.values_mut().for_each(|part| exchange(part, sides)),
        _ => {}
    }
}
