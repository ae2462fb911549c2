//! Two lines of one grant that say how exclusive it is, for the same part and the same time.
//!
//! A line for a part that lies wholly inside another line's part is the exception to it. Lines that share a part
//! otherwise give two answers for it: an error with a witness, a day and one cell that both are for. Lines of the same
//! grade say the same thing and are left alone. Whether two grants overlap is for the rights space.

use super::Check;
use crate::model::{Market, Model};
use crate::record::{At, Record};
use crate::value::{Acts, Grade, Name, Territory, Value};
use crate::world::PlaceSet;
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};

/// A grade, and the part it is for.
struct Line<'m> {
    at: At,
    grade: &'m Grade,
    part: Part,
}

/// A part of a grant. A dimension without names is not narrowed.
struct Part {
    acts: Option<Vec<Name>>,
    fields: Option<Vec<Name>>,
    products: Option<Vec<Name>>,
    places: Option<PlaceSet>,
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
        let lines: Vec<Line<'_>> =
            grant.all_below(Form::GrantGrade).filter_map(|record| line(model, grant, record)).collect();
        for (index, second) in lines.iter().enumerate() {
            let earlier = lines.iter().take(index);
            let Some((first, cell)) =
                earlier.filter_map(|first| Some((first, tie(&model.market, first, second, &lines)?))).next()
            else {
                continue;
            };
            let day =
                model.header.effective.map_or_else(|| "every day".to_string(), |day| format!("on {day}"));
            let message = format!("`{name}` has two grades for {cell}, and neither prevails");
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
fn line<'m>(model: &Model, grant: &Record, record: &'m Record) -> Option<Line<'m>> {
    let grade = record.grade(Label::Grade).filter(|g| g.unknown.is_none())?;
    let waits = match record.get(Label::Until) {
        Some(Value::Parts(parts)) => parts.has(Label::Condition),
        other => matches!(other, Some(Value::Condition(_))),
    };
    // Who belongs to a group of countries depends on the day.
    let day = model.header.effective.unwrap_or(Date::MAX);
    let places = |territory: Option<&Territory>| match territory {
        Some(territory) if territory.unknown.is_some() => None,
        Some(territory) => Some(Some(model.market.places(territory, day))),
        None => Some(None),
    };
    let blank = |record: &Record| record.parts.0.iter().any(|part| part.value.has_blank());
    if blank(record) {
        return None;
    }
    let own = places(record.territory(Label::Territory))?;
    let granted = grant.below(Form::GrantIn).and_then(|line| line.territory(Label::Territory));
    // A grade reaches no further than what is granted.
    let places = match (own, places(granted).flatten()) {
        (Some(own), Some(granted)) => Some(own.and(&granted)),
        (own, _) => own,
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
    let named = |names: Vec<Name>| Some(names).filter(|names| !names.is_empty());
    let part = Part {
        acts: named(acts),
        fields: named(record.names(Label::Fields)),
        products: named(record.names(Label::Products)),
        places,
    };
    (!waits).then_some(Line { at: record.at, grade, part })
}

/// One cell that both lines are for, in words; nothing where they are apart, say the same, or where one is the
/// exception to the other. A third line may be the exception to both.
fn tie(market: &Market, a: &Line<'_>, b: &Line<'_>, all: &[Line<'_>]) -> Option<String> {
    if a.grade == b.grade || a.part.is_within(market, &b.part) != b.part.is_within(market, &a.part) {
        return None;
    }
    let (shared, cell) = a.part.shared(market, &b.part)?;
    let apart = |c: &&Line<'_>| c.at != a.at && c.at != b.at;
    if all.iter().filter(apart).any(|c| {
        let inside = |of: &Part| c.part.is_within(market, of) && !of.is_within(market, &c.part);
        shared.is_within(market, &c.part) && inside(&a.part) && inside(&b.part)
    }) {
        return None;
    }
    Some(if cell.is_empty() { "the same part".to_string() } else { cell.join(", ") })
}

impl Part {
    fn is_within(&self, market: &Market, other: &Part) -> bool {
        let acts = |a: &Name, b: &Name| a == b;
        let tree = |a: &Name, b: &Name| market.within(a, b);
        let places = match (&self.places, &other.places) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(a), Some(b)) => a.is_within(b),
        };
        places
            && names_within(&self.acts, &other.acts, acts)
            && names_within(&self.fields, &other.fields, tree)
            && names_within(&self.products, &other.products, tree)
    }

    /// What is in both, and one cell of it: a name for each dimension that either narrows.
    fn shared(&self, market: &Market, other: &Part) -> Option<(Part, Vec<String>)> {
        let acts = |a: &Name, b: &Name| a == b;
        let tree = |a: &Name, b: &Name| market.within(a, b);
        let mut cell: Vec<String> = Vec::new();
        let acts = names_shared(&self.acts, &other.acts, acts, &mut cell)?;
        let fields = names_shared(&self.fields, &other.fields, tree, &mut cell)?;
        let products = names_shared(&self.products, &other.products, tree, &mut cell)?;
        let places = match (&self.places, &other.places) {
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => {
                cell.push(one.codes().next()?.to_string());
                Some(one.clone())
            }
            (Some(a), Some(b)) => {
                cell.push(a.shared(b)?.to_string());
                Some(a.and(b))
            }
        };
        Some((Part { acts, fields, products, places }, cell))
    }
}

/// Whether each name of one list lies within a name of another.
fn names_within(a: &Option<Vec<Name>>, b: &Option<Vec<Name>>, within: impl Fn(&Name, &Name) -> bool) -> bool {
    match (a, b) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => a.iter().all(|one| b.iter().any(|other| within(one, other))),
    }
}

/// The names two lists share, of two that lie within each other the narrower; nothing where they are apart. The first
/// of them goes into the cell.
fn names_shared(
    a: &Option<Vec<Name>>,
    b: &Option<Vec<Name>>,
    within: impl Fn(&Name, &Name) -> bool,
    cell: &mut Vec<String>,
) -> Option<Option<Vec<Name>>> {
    let shared = match (a, b) {
        (None, None) => return Some(None),
        (Some(names), None) | (None, Some(names)) => names.clone(),
        (Some(a), Some(b)) => {
            let inside = |one: &&Name, of: &[Name]| of.iter().any(|other| within(one, other));
            let mut both: Vec<Name> = a.iter().filter(|one| inside(one, b)).cloned().collect();
            let more: Vec<Name> =
                b.iter().filter(|one| inside(one, a) && !both.contains(one)).cloned().collect();
            both.extend(more);
            both
        }
    };
    cell.push(shared.first()?.to_string());
    Some(Some(shared))
}
