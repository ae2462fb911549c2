//! What no clause and no other entry names changes no answer: the days of a journal are not those on which alone something
//! may come about.

use super::answers::{self, difference, json};
use super::deals::Source;
use super::dice::Dice;
use super::some_day;
use super::writer::{Entry, FILE, text};
use counterpart_num::Date;
use counterpart_run::Machine;
use serde_json::Value;

/// The file that tells of it.
const OTHER: &str = "idle.deal";
/// An event that nothing names.
const EVENT: &str = "event Nobody-asks-about-it\n";
/// It begins and ends so often.
const TIMES: usize = 4;

/// The answers are the same with and without entries on an event that nothing names, on days drawn from the whole journal.
pub fn changes_nothing(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    let day = some_day(entries, dice);
    let first = entries.iter().map(|entry| entry.date).min().unwrap_or(day);
    let mut days: Vec<Date> = Vec::new();
    for _ in 0..2 * TIMES {
        let on = dice.pick(entries).map_or(day, |entry| entry.date);
        days.push(dice.after(on, 60).max(first));
    }
    days.retain(|on| *on <= day);
    days.sort();
    days.dedup();
    let told = days.iter().zip(["began", "ended"].iter().cycle());
    let told: String = told.map(|(on, word)| format!("{on} {word} Nobody-asks-about-it\n")).collect();
    let journal = text(entries);
    let without = source.with(&[(FILE, &journal), (OTHER, EVENT)]);
    let with = source.with(&[(FILE, &journal), (OTHER, &format!("{EVENT}{told}"))]);
    let answers = |deal| {
        let mut answers = answers::of(&Machine::new(deal), day, Date::MAX);
        answers.iter_mut().for_each(|(what, answer)| *answer = without_parts(what, answer));
        answers
    };
    let differs = difference(&answers(&without), &answers(&with));
    differs.map(|what| format!("as of {day}, with\n{told}    {what}")).into_iter().collect()
}

/// What is answered, but for how a table of rights is cut into parts and the words of why something is not known: these may
/// name the days looked at.
fn without_parts(what: &str, answer: &str) -> String {
    let cut = what == "rights";
    let mut rows: Value = serde_json::from_str(answer).expect("an answer is JSON");
    strip(&mut rows, cut);
    json(&rows)
}

fn strip(value: &mut Value, cut: bool) {
    match value {
        Value::Object(of) => {
            of.remove("over");
            of.entry("unknown").and_modify(|why| *why = Value::Bool(!why.is_null()));
            of.values_mut().for_each(|one| strip(one, cut));
        }
        Value::Array(all) => {
            all.iter_mut().for_each(|one| strip(one, cut));
            all.sort_by_key(Value::to_string);
            if cut {
                all.dedup();
            }
        }
        _ => {}
    }
}
