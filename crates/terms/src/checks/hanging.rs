//! Grants that hang on each other so that nothing says which is in force: one is in force only while another is not, and
//! that one hangs on the first.
//!
//! A warning: the text may be a filed one, and every other answer stands; whether these grants are in force is unknown.

use super::Check;
use crate::model::{Life, Model};
use crate::record::At;
use crate::value::{Condition, Name};
use counterpart_syntax::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// That a grant hangs on another.
struct Hangs<'m> {
    on: &'m Name,
    /// On its not being in force.
    against: bool,
    at: At,
}

pub(super) fn check(check: &mut Check<'_>) {
    let hang = edges(check.model);
    let mut told: BTreeSet<&Name> = BTreeSet::new();
    let mut found: Vec<(At, Diagnostic)> = Vec::new();
    for name in hang.keys().copied() {
        let Some(circle) = circle(name, &hang).filter(|_| !told.contains(name)) else { continue };
        told.extend(circle.iter().map(|one| one.on));
        let Some(first) = circle.first() else { continue };
        let message = match circle.as_slice() {
            [_] => format!("`{name}` is in force only while it is not"),
            circle => {
                let others: Vec<String> =
                    circle.iter().filter(|one| one.on != name).map(|one| format!("`{}`", one.on)).collect();
                format!(
                    "`{name}` and {} hang on each other, and not so that both can be in force",
                    others.join(", ")
                )
            }
        };
        let mut diagnostic = Diagnostic::warning("hang-on-each-other", first.at.span(), message);
        for one in circle.iter().skip(1) {
            diagnostic = diagnostic.with_also(one.at.file, one.at.span(), "and this hangs on the other");
        }
        let diagnostic = diagnostic
            .with_note("nothing says which of them is in force, so it is not known of any")
            .with_help("let one of them hang on something else, as a day or an event");
        found.push((first.at, diagnostic));
    }
    for (at, diagnostic) in found {
        check.push(at, diagnostic);
    }
}

/// What each grant hangs on.
fn edges(model: &Model) -> BTreeMap<&Name, Vec<Hangs<'_>>> {
    let mut out = BTreeMap::new();
    for (name, grant) in &model.grants {
        let mut of = Vec::new();
        for (line, at) in &grant.life {
            match line {
                Life::While(condition, _) | Life::Needs(condition, _) => {
                    on(model, condition, false, *at, &mut of)
                }
                Life::Begins { when, ends, .. } => {
                    when.iter().for_each(|when| on(model, when, false, *at, &mut of));
                    ends.iter().for_each(|ends| on(model, ends, true, *at, &mut of));
                }
                Life::Suspended(condition) | Life::EndsWhen(condition, _) => {
                    on(model, condition, true, *at, &mut of);
                }
                Life::From(_) | Life::Until(_) => {}
            }
        }
        out.insert(name, of);
    }
    out
}

/// The grants that a test is on, and whether it asks that they are not in force.
fn on<'m>(model: &'m Model, test: &'m Condition, against: bool, at: At, out: &mut Vec<Hangs<'m>>) {
    match test {
        Condition::All(all) | Condition::Any(all) => {
            all.iter().for_each(|one| on(model, one, against, at, out));
        }
        Condition::Not(inner) => on(model, inner, !against, at, out),
        Condition::State { name, state, not, .. }
            if state == "in force" && model.grants.contains_key(name) =>
        {
            out.push(Hangs { on: name, against: against != *not, at });
        }
        _ => {}
    }
}

/// A way from a grant back to it on which one is not to be in force.
fn circle<'e, 'm>(
    from: &'m Name,
    hang: &'e BTreeMap<&'m Name, Vec<Hangs<'m>>>,
) -> Option<Vec<&'e Hangs<'m>>> {
    let mut ways: Vec<Vec<&Hangs<'_>>> = vec![Vec::new()];
    let mut seen: BTreeSet<(&Name, bool)> = BTreeSet::new();
    while let Some(way) = ways.pop() {
        let last = way.last().map_or(from, |last| last.on);
        let against = way.iter().any(|one| one.against);
        for next in hang.get(last).into_iter().flatten() {
            let against = against || next.against;
            let mut way = way.clone();
            way.push(next);
            if next.on == from {
                if against {
                    return Some(way);
                }
            } else if seen.insert((next.on, against)) {
                ways.push(way);
            }
        }
    }
    None
}
