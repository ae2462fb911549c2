//! The clause an answer names is one that decides it: each is taken out, and with one of them gone the answer is another,
//! or what could not be read without it is a right of the party that is asked about.

use super::deals::{Source, is_sound};
use super::dice::Dice;
use super::writer::{Entry, FILE, text};
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::questions::{Answer, AnswerStanding as Standing, Over};
use counterpart_run::statement::Line;
use counterpart_terms::value::{Acts, Name, Scope};

/// So many grants of a deal are asked about: each answer is had again for each clause it names.
const GRANTS: usize = 3;

pub fn decides(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    let journal = text(entries);
    let deal = source.with(&[(FILE, &journal)]);
    let machine = Machine::new(&deal);
    let day = super::some_day(entries, dice);
    let mut wrong = Vec::new();
    let run = machine.run(day, Date::MAX);
    for (name, grant) in run.grants().into_iter().take(GRANTS) {
        let Some(party) = grant.to.iter().find(|party| !party.is_blank()) else { continue };
        let what = Scope { acts: Some(Acts::All), assets: grant.assets.clone(), ..Scope::default() };
        let Ok(answer) = run.may(party, &what, day) else { continue };
        // A part that is unknown hangs on what nobody told; one that is not granted, on what no clause says.
        let parts = answer.parts.iter().filter(|part| {
            matches!(part.standing, Standing::Granted | Standing::Forbidden | Standing::Contested)
        });
        for part in parts.take(1) {
            let mut places = Vec::new();
            places_of(&part.because, &mut places);
            let other = |place: &&&str| is_another((source, &journal), place, (party, &what, day), &answer);
            if !places.iter().any(|place| other(&place)) {
                wrong.push(format!(
                    "on {day} {party} under `{name}`: none of {places:?} decides {:?}",
                    part.standing
                ));
            }
        }
    }
    wrong
}

fn places_of<'l>(lines: &'l [Line], out: &mut Vec<&'l str>) {
    for line in lines {
        out.extend(line.clause.as_deref().filter(|place| !out.contains(place)));
        places_of(&line.lines, out);
    }
}

/// Whether an answer is another one without the clause or entry at a place.
fn is_another(
    (source, journal): (&Source, &str),
    place: &str,
    (party, what, day): (&Name, &Scope, Date),
    before: &Answer,
) -> bool {
    let Some((path, line)) = place.rsplit_once(':') else { return false };
    let Ok(line) = line.parse::<usize>() else { return false };
    let cut = |(name, text): (&str, &str)| match name == path {
        true => without(text, line),
        false => text.to_string(),
    };
    let less = Source {
        name: source.name.clone(),
        terms: source.terms.iter().map(|(name, text)| (name.clone(), cut((name, text)))).collect(),
        journal: String::new(),
        small: source.small,
    };
    let journal = cut((FILE, journal));
    let deal = less.with(&[(FILE, &journal)]);
    // What cannot be read without it says nothing of what it decides, unless it is a right of theirs: others name that.
    if !is_sound(&deal) {
        let terms = source.terms.iter().filter(|(name, _)| name == path);
        return terms.into_iter().any(|(_, text)| stands_in(text, line, party));
    }
    let machine = Machine::new(&deal);
    match machine.run(day, Date::MAX).may(party, what, day) {
        Ok(after) => shape(&after) != shape(before),
        Err(_) => true,
    }
}

/// What an answer says, without its reasons.
fn shape(answer: &Answer) -> Vec<(Standing, &Over)> {
    answer.parts.iter().map(|part| (part.standing, &part.only)).collect()
}

/// Whether a line stands in a clause that gives a party a right.
fn stands_in(text: &str, line: usize, party: &Name) -> bool {
    let heads = text.lines().take(line).filter(|text| !text.is_empty() && !text.starts_with([' ', '#']));
    heads.last().is_some_and(|head| {
        let gives = head.starts_with("grant ") || head.starts_with("option ");
        gives && head.split([' ', ',']).any(|word| word == party.as_str())
    })
}

/// A text without the clause at a line: the line and those that stand deeper below it are left blank.
fn without(text: &str, line: usize) -> String {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut own: Option<usize> = None;
    let mut out = String::new();
    for (number, text) in text.lines().enumerate() {
        own = match own {
            _ if number + 1 == line => Some(depth(text)),
            Some(own) if depth(text) > own => Some(own),
            _ => None,
        };
        out.push_str(if own.is_some() { "" } else { text });
        out.push('\n');
    }
    out
}
