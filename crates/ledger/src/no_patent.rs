//! Patents that are told to have been granted, to have lapsed, expired or the like and are none of the assets they are told
//! of, or not in that place: where the text lists all of them, and no entry told of another. So is a filing or a grant
//! that the text itself states. Such an entry is left out, and told.

use crate::event::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::Editions;
use counterpart_terms::value::{Name, Value};
use std::collections::BTreeSet;

/// Takes them out; a finding for each.
pub(crate) fn left_out(editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let filed: BTreeSet<(Name, Name, String)> = events.iter().flat_map(|e| told_of(e, &["filed"])).collect();
    let granted: BTreeSet<(Name, Name, String)> =
        events.iter().flat_map(|e| told_of(e, &["filed", "granted"])).collect();
    let mut found = Vec::new();
    events.retain(|event| {
        let EventKind::Patent { what, assets, patent, application, place, .. } = &event.kind else {
            return true;
        };
        if patent.as_ref().is_some_and(|(office, _)| office.is_blank()) {
            return true;
        }
        let records = editions.0.iter().flat_map(|edition| &edition.model.records);
        let own = |record: &&Record| {
            record.clause == Form::FileAssets && record.name(Label::Name) == Some(assets)
        };
        let records: Vec<&Record> = records.filter(own).collect();
        let is_open = |record: &Record| {
            let more = [Form::AssetsCaptured, Form::AssetsListed, Form::AssetsControlled];
            more.iter().any(|form| record.below(*form).is_some())
        };
        let listed = || records.iter().flat_map(|record| record.all_below(Form::AssetsPatent));
        let Some(first) = listed().next().filter(|_| !records.iter().any(|record| is_open(record))) else {
            return true;
        };
        let is_it = |patent: &&Record, (office, number): (&Name, &str)| {
            let same = |of: &Name, told: &str| (of.is_blank() || of == office) && plain(told) == plain(number);
            patent.name(Label::Office).zip(patent.text(Label::Number)).is_none_or(|(of, told)| same(of, told))
        };
        let Some((office, number)) = patent else {
            let Some(place) = place.as_ref().filter(|_| !matches!(what.as_str(), "filed" | "granted")) else { return true };
            // Of one that was told since, it is not said where it is one.
            let more = granted.iter().any(|(of, ..)| of == assets);
            let none = |line| {
                let (office, number) = (line_office(line), line.text(Label::Number).unwrap_or_default());
                elsewhere(event, line, (&office, number, place)).is_some()
            };
            if more || !listed().all(none) {
                return true;
            }
            let message = format!("`{assets}` holds no patent in {place}");
            found.push(
                event
                    .left_out("no-such-patent", message)
                    .with_also(first.at.file, first.at.span(), "its patents are listed here")
                    .with_help("correct the place, or leave it out where it is told of all of them"),
            );
            return false;
        };
        let problem = if let Some(line) = listed().find(|line| is_it(line, (office, number))) {
            match (what.as_str(), place) {
                ("filed", _) => stated(event, line, Label::Filed, (assets, office, number)),
                ("granted", _) => stated(event, line, Label::Granted, (assets, office, number)),
                (_, Some(place)) => elsewhere(event, line, (office, number, place)),
                _ => None,
            }
        } else {
            // Of a new one it is told first that it was filed, or on which application it was granted.
            let key = |(office, number): (&Name, &str)| (assets.clone(), office.clone(), plain(number));
            let known = match what.as_str() {
                "filed" => true,
                "granted" => {
                    let on = application.as_ref().map(|(office, number)| (office, number.as_str()));
                    let is_known = |one| {
                        listed().any(|line| is_it(&line, one)) || filed.contains(&key(one))
                    };
                    is_known((office, number)) || on.is_some_and(is_known)
                }
                _ => granted.contains(&key((office, number))),
            };
            (!known).then(|| {
                event
                    .left_out("no-such-patent", format!("`{assets}` holds no patent {office} {number}"))
                    .with_also(first.at.file, first.at.span(), "its patents are listed here")
                    .with_help(format!(
                        "write one of its patents, or tell first that it was filed: `filed {assets} {office} {number}`"
                    ))
            })
        };
        let kept = problem.is_none();
        found.extend(problem);
        kept
    });
    found
}

fn line_office(line: &Record) -> Name {
    line.name(Label::Office).cloned().unwrap_or_else(|| Name::from(""))
}

/// A filing or a grant of which the text states the day.
fn stated(
    event: &Event,
    line: &Record,
    label: Label,
    (assets, office, number): (&Name, &Name, &str),
) -> Option<Diagnostic> {
    let day = line.all(Label::Part).find_map(|part| match part {
        Value::Parts(part) => match part.get(label) {
            Some(Value::Date(day)) => Some(*day),
            _ => None,
        },
        _ => None,
    })?;
    let was = label.name();
    Some(
        event
            .left_out("told-twice", format!("{office} {number} of `{assets}` was {was} on {day}"))
            .with_also(line.at.file, line.at.span(), "stated here")
            .with_help("take the entry out, or correct the day where it is stated"),
    )
}

/// What is told of a patent in a place where it is none: a national one is its own country's, a European one that of the
/// states it is listed in.
fn elsewhere(
    event: &Event,
    line: &Record,
    (office, number, place): (&Name, &str, &Name),
) -> Option<Diagnostic> {
    let states: Vec<Name> = line
        .all(Label::Part)
        .flat_map(|part| match part {
            Value::Parts(part) => part.names(Label::States),
            _ => Vec::new(),
        })
        .collect();
    let states = match states.as_slice() {
        [] if is_country(office) => vec![office.clone()],
        [] => return None,
        _ => states,
    };
    let country = |name: &Name| name.as_str().split('-').next().unwrap_or_default().to_string();
    if place.is_blank()
        || !is_country(place)
        || states.iter().any(|s| s.is_blank() || country(s) == country(place))
    {
        return None;
    }
    let list = states.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
    Some(
        event
            .left_out("no-such-patent", format!("{office} {number} is no patent in {place}"))
            .with_also(line.at.file, line.at.span(), format!("it is one in {list}"))
            .with_help("correct the place, or leave it out where it is told of all of them"),
    )
}

/// Whether a name is the code of a country or a part of one, and not of an office of several.
fn is_country(name: &Name) -> bool {
    let code = name.as_str().split('-').next().unwrap_or_default();
    code.len() == 2 && !["EP", "EA", "AP", "OA", "WO", "GC", "EU"].contains(&code)
}

/// What entries with one of some words tell of that may be new: an application, a patent that was granted.
fn told_of(event: &Event, words: &[&str]) -> Vec<(Name, Name, String)> {
    let EventKind::Patent { what, assets, patent, application, .. } = &event.kind else { return Vec::new() };
    if !words.contains(&what.as_str()) {
        return Vec::new();
    }
    let both = patent.iter().chain(application);
    both.map(|(office, number)| (assets.clone(), office.clone(), plain(number))).collect()
}

/// A number without the marks between its digits.
fn plain(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).collect()
}
