//! The clause an answer names is one that decides it: each is taken out, and with one of them gone the answer is another, or
//! the deal cannot be read without it.

use super::deals::{Source, is_sound};
use super::dice::Dice;
use super::writer::{Entry, FILE, text};
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::questions::{Answer, AnswerStanding as Standing};
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
    if !is_sound(&deal) {
        return true;
    }
    let machine = Machine::new(&deal);
    match machine.run(day, Date::MAX).may(party, what, day) {
        Ok(after) => shape(&after) != shape(before),
        Err(_) => true,
    }
}

/// What an answer says, without its reasons.
fn shape(answer: &Answer) -> Vec<String> {
    answer.parts.iter().map(|part| format!("{:?} {}", part.standing, part.only.phrase())).collect()
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
