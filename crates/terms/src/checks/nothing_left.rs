//! Parts of the market from which everything is taken out: `in EU except EEA`, `for grid except grid`.
//!
//! An error: the clause reaches nothing, and nobody writes that on purpose.

use super::{Check, value};
use crate::record::{At, Record};
use crate::value::{Name, Scope, Set, Territory, Value};
use counterpart_num::Date;
use counterpart_syntax::Diagnostic;

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    let day = model.header.effective.unwrap_or(Date::MAX);
    let places = |t: &Territory| {
        t.unknown.is_none()
            && !t.places.is_empty()
            && !t.except.is_empty()
            && model.market.places(t, day).is_empty()
    };
    let names = |set: &Set| {
        let out = |name: &Name| set.except.iter().any(|except| model.market.within(name, except));
        !set.names.is_empty() && !set.except.is_empty() && set.names.iter().all(out)
    };
    let mut found: Vec<(At, String)> = Vec::new();
    Check::each_record(model, &mut |record: &Record| {
        for part in &record.parts.0 {
            value(&part.value, &mut |v| {
                let (territory, sets): (Option<&Territory>, Vec<&Set>) = match v {
                    Value::Territory(territory) => (Some(territory), Vec::new()),
                    Value::Set(set) => (None, vec![set]),
                    Value::Scope(scope) => {
                        let Scope { territory, fields, assets, .. } = &**scope;
                        (territory.as_ref(), fields.iter().chain(assets).collect())
                    }
                    _ => return,
                };
                let lost = territory.filter(|t| places(t)).map(|t| (&t.places, &t.except));
                let lost = lost.or(sets.into_iter().find(|s| names(s)).map(|s| (&s.names, &s.except)));
                found.extend(lost.map(|(of, except)| {
                    (record.at, format!("`{}` without `{}` is nothing", list(of), list(except)))
                }));
            });
        }
    });
    for (at, message) in found {
        let diagnostic = Diagnostic::error("nothing-left", at.span(), message)
            .with_note("everything that is named is taken out again, so the clause reaches nothing")
            .with_help("name less after `except`, or take the clause out");
        check.push(at, diagnostic);
    }
}

fn list(names: &[Name]) -> String {
    names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}
