//! The list of patents: offices that do not exist, states an office does not grant for, one number with two
//! histories.
//!
//! An error where the office is none; otherwise a warning, because the schedule of a filed agreement may really be
//! wrong.

use super::Check;
use crate::record::{Key, Record};
use crate::value::{Name, Value};
use crate::world::{self, Place};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label, Span, clause_meant};
use std::collections::BTreeMap;

/// States that take over European patents without being members of the convention.
const EXTENSION: &[&str] = &["BA", "ME", "MA", "MD", "TN", "KH", "GE", "LA", "GB"];

/// Days that a patent has one of.
const DAYS: &[(Label, &str)] = &[
    (Label::Filed, "was filed"),
    (Label::Granted, "was granted"),
    (Label::Expires, "expires"),
    (Label::Published, "was published"),
];

pub(super) fn check(check: &mut Check<'_>) {
    let mut sets: Vec<&Record> = Vec::new();
    Check::each_record(check.model, &mut |record| {
        if record.clause == Form::FileAssets {
            sets.push(record);
        }
    });
    let mut seen: BTreeMap<(String, String), (&Record, &Record)> = BTreeMap::new();
    for set in sets {
        for patent in set.all_below(Form::AssetsPatent) {
            let Some((office, number)) = number(patent) else { continue };
            place(check, patent, office);
            twice_on_a_line(check, patent);
            let key = (office.to_string(), number);
            match seen.get(&key) {
                None => {
                    seen.insert(key, (set, patent));
                }
                Some((first_set, first)) => again(check, (set, patent), (first_set, first)),
            }
        }
    }
}

fn number(patent: &Record) -> Option<(&Name, String)> {
    Some((patent.name(Label::Office)?, patent.text(Label::Number)?.to_string()))
}

/// The office exists, and grants for the states named.
fn place(check: &mut Check<'_>, patent: &Record, office: &Name) {
    let code = office.as_str();
    if office.is_blank() {
        return;
    }
    let country = matches!(world::place(code), Some(Place::Country));
    if !country && !world::is_office_of_several(code) {
        // Codes are written in capitals: a small word is more likely one that clauses begin with.
        let word =
            Span { start: patent.at.start, end: patent.at.start + u32::try_from(code.len()).unwrap_or(0) };
        if let Some(meant) = clause_meant(code, patent.clause.context(), word) {
            let message = format!("unknown clause `{code}` in a list of patents");
            check.push(patent.at, Diagnostic { message, ..meant });
            return;
        }
        let message = format!("no patent office is called `{code}`");
        let diagnostic = Diagnostic::error("unknown-place", patent.at.span(), message)
            .with_help("use the code of the country, such as `US` or `DE`, `EP` for European and `WO` for international applications");
        check.push(patent.at, diagnostic);
        return;
    }
    let states: Vec<Name> = states(patent);
    let members =
        |code: &str| world::group("EPC").is_some_and(|g| g.members_on(Date::MAX).any(|m| m == code));
    let wrong = states.iter().find(|state| match (code, world::place(state.as_str())) {
        ("EP", Some(Place::Country)) => !members(state.as_str()) && !EXTENSION.contains(&state.as_str()),
        (_, Some(Place::Country)) if country => state.as_str() != code,
        _ => false,
    });
    if let Some(state) = wrong {
        let message = format!("`{code}` grants no patents in `{state}`");
        let diagnostic = Diagnostic::warning("unknown-place", patent.at.span(), message).with_help(format!(
            "take `{state}` out, or list the patent of its own office on a line of its own"
        ));
        check.push(patent.at, diagnostic);
    }
}

fn states(patent: &Record) -> Vec<Name> {
    let mut out = Vec::new();
    for part in &patent.parts.0 {
        if let Value::Parts(parts) = &part.value {
            out.extend(parts.names(Label::States));
        }
    }
    out.extend(patent.names(Label::States));
    out
}

/// Every day of a kind that the line of a patent states.
fn stated(patent: &Record, label: Label) -> Vec<Date> {
    let mut out = Vec::new();
    for part in &patent.parts.0 {
        match &part.value {
            Value::Date(day) if part.key == Key::Label(label) => out.push(*day),
            Value::Parts(parts) => out.extend(parts.all(label).filter_map(|v| match v {
                Value::Date(day) => Some(*day),
                _ => None,
            })),
            _ => {}
        }
    }
    out
}

fn twice_on_a_line(check: &mut Check<'_>, patent: &Record) {
    for (label, what) in DAYS {
        if let [first, rest @ ..] = stated(patent, *label).as_slice()
            && let Some(other) = rest.iter().find(|d| *d != first)
        {
            let message = format!("two days are stated on which this {what}: {first} and {other}");
            let diagnostic = Diagnostic::warning("statements-differ", patent.at.span(), message)
                .with_help("keep the one that is meant");
            check.push(patent.at, diagnostic);
        }
    }
}

/// One patent listed again.
fn again(check: &mut Check<'_>, (set, patent): (&Record, &Record), (first_set, first): (&Record, &Record)) {
    let differs = DAYS.iter().find_map(|(label, what)| {
        let (a, b) = (stated(first, *label), stated(patent, *label));
        let (a, b) = (a.first()?, b.first()?);
        (a != b).then(|| format!("this {what} on {b} here, and on {a} there"))
    });
    let diagnostic = match differs {
        Some(message) => Diagnostic::warning("statements-differ", patent.at.span(), message)
            .with_note("one patent has one history")
            .with_also(first.at.file, first.at.span(), "first listed here")
            .with_help("correct one of the two"),
        None if set.at == first_set.at && states(patent) == states(first) => {
            Diagnostic::warning("name-twice", patent.at.span(), "this patent is listed twice in one set")
                .with_also(first.at.file, first.at.span(), "first listed here")
                .with_help("take one of the two lines out")
        }
        None => return,
    };
    check.push(patent.at, diagnostic);
}
