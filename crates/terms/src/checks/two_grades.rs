//! Two lines of one grant that say how exclusive it is, for the same part and the same time.
//!
//! An error with a witness: a day and a part for which there are two answers, and nothing says which holds. Lines of
//! the same grade say the same thing and are left alone. Whether two grants overlap is for the rights space.

use super::Check;
use crate::record::{At, Record};
use crate::value::{Acts, Grade, Name, Territory, Value};
use counterpart_syntax::{Diagnostic, Form, Label};

/// A grade, and the part it is for.
struct Line<'m> {
    at: At,
    grade: &'m Grade,
    acts: Vec<Name>,
    fields: Vec<Name>,
    products: Vec<Name>,
    places: Vec<Name>,
}

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    let mut grants: Vec<&Record> = Vec::new();
    Check::each_record(model, &mut |record| {
        if record.clause == Form::FileGrant {
            grants.push(record);
        }
    });
    for grant in grants {
        let Some(name) = grant.name(Label::Name) else { continue };
        let lines: Vec<Line<'_>> = grant.all_below(Form::GrantGrade).filter_map(line).collect();
        for (index, second) in lines.iter().enumerate() {
            let earlier = lines.iter().take(index);
            let mut ties = earlier.filter_map(|l| Some((l, overlap(l, second)?)));
            let Some((first, part)) = ties.next() else {
                continue;
            };
            let day =
                model.header.effective.map_or_else(|| "every day".to_string(), |day| format!("on {day}"));
            let message = format!("`{name}` has two grades for {part}, and neither prevails");
            let said = |at: At| check.deal.files.get(at.file).map_or("", |f| f.tree.slice(at.span()));
            let diagnostic = Diagnostic::error("precedence-tie", second.at.span(), message)
                .with_note(format!("{day} one line says `{}`, the other `{}`", said(first.at), said(second.at)))
                .with_also(first.at.file, first.at.span(), "the other grade")
                .with_help("take one out, or say for which part each is; for one after the other, write `exclusive until …, then non-exclusive`");
            check.push(second.at, diagnostic);
        }
    }
}

/// A grade that holds from the beginning; nothing where it waits for a fact, or where it or its part is not known.
fn line(record: &Record) -> Option<Line<'_>> {
    let grade = record.grade(Label::Grade).filter(|g| g.unknown.is_none())?;
    let waits = match record.get(Label::Until) {
        Some(Value::Parts(parts)) => parts.has(Label::Condition),
        other => matches!(other, Some(Value::Condition(_))),
    };
    let places = match record.territory(Label::Territory) {
        Some(Territory { places, except, unknown: None }) if except.is_empty() => places.clone(),
        Some(_) => return None,
        None => Vec::new(),
    };
    let acts = match record.get(Label::To) {
        Some(Value::Parts(parts)) => parts.get(Label::Acts),
        Some(acts @ Value::Acts(_)) => Some(acts),
        _ => record.get(Label::Acts),
    };
    let acts = match acts {
        Some(Value::Acts(Acts::These(acts))) => acts.clone(),
        _ => Vec::new(),
    };
    let (fields, products) = (record.names(Label::Fields), record.names(Label::Products));
    (!waits).then_some(Line { at: record.at, grade, acts, fields, products, places })
}

/// The part both lines are for, in words; nothing where they are apart or say the same.
///
/// A line for a part beside one for everything is the exception to it. Lines that name parts in the same dimensions
/// tie where they name one together.
fn overlap(a: &Line<'_>, b: &Line<'_>) -> Option<String> {
    if a.grade == b.grade {
        return None;
    }
    let shared = [
        common(&a.acts, &b.acts)?,
        common(&a.fields, &b.fields)?,
        common(&a.products, &b.products)?,
        common(&a.places, &b.places)?,
    ];
    let shown: Vec<&str> = shared.into_iter().flatten().map(Name::as_str).collect();
    Some(if shown.is_empty() { "the same part".to_string() } else { shown.join(", ") })
}

/// A name in both lists, or that neither has any; nothing where the lists are apart.
fn common<'n>(a: &'n [Name], b: &[Name]) -> Option<Option<&'n Name>> {
    match (a, b) {
        ([], []) => Some(None),
        _ => a.iter().find(|name| b.contains(name)).map(Some),
    }
}
