//! Patents that are told to have been granted, to have lapsed, expired or the like and are none of the assets they are told
//! of, or not in that place: where the text lists all of them, and no entry told of another. So is a filing or a grant
//! that the text itself states. Such an entry is left out, and told.

use crate::event::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::Editions;
use counterpart_terms::value::{Name, Value};
use counterpart_terms::world::is_office_of_several;
use std::collections::BTreeSet;

/// Takes them out; a finding for each.
pub(crate) fn left_out(editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let told = |words: &[&str]| -> BTreeSet<Numbered> {
        events.iter().flat_map(|event| told_of(event, words)).collect()
    };
    let told = Told { filed: told(&["filed"]), granted: told(&["filed", "granted"]) };
    let mut found = Vec::new();
    events.retain(|event| {
        let problem = wrong(editions, event, &told);
        let kept = problem.is_none();
        found.extend(problem);
        kept
    });
    found
}

/// A patent or an application of some assets: its office and its number.
type Numbered = (Name, Name, String);

/// What all entries together tell of that may be new.
struct Told {
    /// What was filed.
    filed: BTreeSet<Numbered>,
    /// What was filed or granted.
    granted: BTreeSet<Numbered>,
}

fn wrong(editions: &Editions, event: &Event, told: &Told) -> Option<Diagnostic> {
    let EventKind::Patent { assets, patent, place, .. } = &event.kind else { return None };
    if patent.as_ref().is_some_and(|(office, _)| office.is_blank()) {
        return None;
    }
    let records = editions.0.iter().flat_map(|edition| &edition.model.records);
    let own =
        |record: &&Record| record.clause == Form::FileAssets && record.name(Label::Name) == Some(assets);
    let records: Vec<&Record> = records.filter(own).collect();
    let is_open = |record: &Record| {
        let more = [Form::AssetsCaptured, Form::AssetsListed, Form::AssetsControlled];
        more.iter().any(|form| record.below(*form).is_some())
    };
    if records.iter().any(|record| is_open(record)) {
        return None;
    }
    let listed: Vec<&Record> =
        records.iter().flat_map(|record| record.all_below(Form::AssetsPatent)).collect();
    let first = *listed.first()?;
    let Some((office, number)) = patent else {
        return without_number(event, (&listed, first), (assets, place.as_ref()?), told);
    };
    match listed.iter().find(|line| is_it(line, (office, number))) {
        Some(line) => of_listed(event, line, (assets, office, number)),
        None => unlisted(event, (&listed, first), (assets, office, number), told),
    }
}

/// Whether a line of the list is a patent, or may be.
fn is_it(line: &Record, (office, number): (&Name, &str)) -> bool {
    let same = |of: &Name, told: &str| (of.is_blank() || of == office) && plain(told) == plain(number);
    line.name(Label::Office).zip(line.text(Label::Number)).is_none_or(|(of, told)| same(of, told))
}

/// What is told of all patents in a place, where there is none.
fn without_number(
    event: &Event,
    (listed, first): (&[&Record], &Record),
    (assets, place): (&Name, &Name),
    told: &Told,
) -> Option<Diagnostic> {
    let EventKind::Patent { what, .. } = &event.kind else { return None };
    // Of one that was told since, it is not said where it is one.
    let more = told.granted.iter().any(|(of, ..)| of == assets);
    let none = |line: &&Record| {
        let number = line.text(Label::Number).unwrap_or_default();
        let office = line.name(Label::Office);
        office.is_some_and(|office| elsewhere(event, line, (office, number, place)).is_some())
    };
    let new = matches!(what.as_str(), "filed" | "granted");
    if new || more || !listed.iter().all(none) {
        return None;
    }
    Some(
        event
            .left_out("no-such-patent", format!("`{assets}` holds no patent in {place}"))
            .with_also(first.at.file, first.at.span(), "its patents are listed here")
            .with_help("correct the place, or leave it out where it is told of all of them"),
    )
}

/// What is told of a patent the text lists.
fn of_listed(
    event: &Event,
    line: &Record,
    (assets, office, number): (&Name, &Name, &str),
) -> Option<Diagnostic> {
    let EventKind::Patent { what, place, .. } = &event.kind else { return None };
    match (what.as_str(), place) {
        ("filed", _) => stated(event, line, Label::Filed, (assets, office, number)),
        ("granted", _) => stated(event, line, Label::Granted, (assets, office, number)),
        (_, Some(place)) => elsewhere(event, line, (office, number, place)),
        _ => None,
    }
}

/// What is told of a patent the text does not list: of a new one it is told first that it was filed, or on which
/// application it was granted.
fn unlisted(
    event: &Event,
    (listed, first): (&[&Record], &Record),
    (assets, office, number): (&Name, &Name, &str),
    told: &Told,
) -> Option<Diagnostic> {
    let EventKind::Patent { what, application, .. } = &event.kind else { return None };
    let key = |(office, number): (&Name, &str)| (assets.clone(), office.clone(), plain(number));
    let known = match what.as_str() {
        "filed" => true,
        "granted" => {
            let on = application.as_ref().map(|(office, number)| (office, number.as_str()));
            let is_known = |one| listed.iter().any(|line| is_it(line, one)) || told.filed.contains(&key(one));
            is_known((office, number)) || on.is_some_and(is_known)
        }
        _ => told.granted.contains(&key((office, number))),
    };
    (!known).then(|| {
        event
            .left_out("no-such-patent", format!("`{assets}` holds no patent {office} {number}"))
            .with_also(first.at.file, first.at.span(), "its patents are listed here")
            .with_help(format!(
                "write one of its patents, or tell first that it was filed: `filed {assets} {office} {number}`"
            ))
    })
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
    code.len() == 2 && !is_office_of_several(code)
}

/// What entries with one of some words tell of that may be new: an application, a patent that was granted.
fn told_of(event: &Event, words: &[&str]) -> Vec<Numbered> {
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
