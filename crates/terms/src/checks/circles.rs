//! Names that are defined by themselves: territories, groups and computed metrics that lead back to where they
//! began.
//!
//! An error: such a name means nothing, and every figure that needs it would be empty or unknown.

use super::Check;
use crate::model::Model;
use crate::record::{At, Record};
use crate::value::{Name, Value};
use counterpart_syntax::{Diagnostic, Form, Label};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(check: &mut Check<'_>) {
    let (defined, uses) = definitions(check.model);
    let mut told: BTreeSet<&Name> = BTreeSet::new();
    for (name, at) in &defined {
        if told.contains(name) {
            continue;
        }
        let Some(circle) = circle(name, &uses) else { continue };
        let message = match circle.as_slice() {
            [_] => format!("`{name}` is defined by itself"),
            _ => {
                let names: Vec<String> = circle.iter().map(|n| format!("`{n}`")).collect();
                format!("{} are each defined by the other", names.join(" and "))
            }
        };
        let mut diagnostic = Diagnostic::error("defined-by-itself", at.span(), message)
            .with_note("a definition that leads back to its beginning says nothing")
            .with_help("define one of them by something else");
        for other in circle.iter().skip(1).filter_map(|n| defined.get(*n)) {
            diagnostic = diagnostic.with_also(other.file, other.span(), "and here");
        }
        told.extend(circle);
        check.push(*at, diagnostic);
    }
}

type Uses<'m> = BTreeMap<&'m Name, Vec<Name>>;

/// Where names are defined by others, and by which.
fn definitions(model: &Model) -> (BTreeMap<&Name, At>, Uses<'_>) {
    let (mut defined, mut uses) = (BTreeMap::new(), BTreeMap::new());
    Check::each_record(model, &mut |record: &Record| {
        let Some(name) = record.name(Label::Name) else { return };
        let by: Vec<Name> = match record.clause {
            Form::FileTerritory => match record.get(Label::Territory) {
                Some(Value::Territory(t)) => t.places.iter().chain(&t.except).cloned().collect(),
                _ => return,
            },
            Form::FileGroup => record.names(Label::Members),
            Form::FileMetric => {
                let mut by: Vec<Name> =
                    record.all_below(Form::MetricIncludes).flat_map(|l| l.names(Label::What)).collect();
                for formula in record.all_below(Form::MetricComputed).filter_map(|l| l.amount(Label::Value)) {
                    super::each_measure(formula, &mut |m| {
                        // Over another time it may well be defined by what it was.
                        by.extend(m.metric().filter(|_| m.window.is_none()).cloned());
                    });
                }
                by
            }
            _ => return,
        };
        defined.insert(name, record.at);
        uses.insert(name, by);
    });
    (defined, uses)
}

/// A way from a name back to it.
fn circle<'m>(from: &'m Name, uses: &'m Uses<'m>) -> Option<Vec<&'m Name>> {
    let mut paths: Vec<Vec<&Name>> = vec![vec![from]];
    let mut seen: BTreeSet<&Name> = BTreeSet::new();
    while let Some(path) = paths.pop() {
        let last = path.last()?;
        for next in uses.get(last).into_iter().flatten() {
            if next == from {
                return Some(path);
            }
            if seen.insert(next) {
                paths.push(path.iter().copied().chain([next]).collect());
            }
        }
    }
    None
}
