//! What somebody tells who acts for a party is heard as that party's word: where one entry is told by who came to control the
//! party that told it, everything is answered as before.

use super::answers::{self, difference};
use super::deals::{Source, is_sound};
use super::dice::Dice;
use super::writer::{Entry, FILE, text};
use counterpart_num::Date;
use counterpart_run::Machine;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Who comes to control a party: a name that no deal has.
const HEIR: &str = "Heir-of-all";
/// What a party does in its own name.
const WORDS: [&str; 6] = ["notice", "chose", "exercised", "waived", "cured", "terminated"];
/// So many entries of a journal are told by the other.
const ENTRIES: usize = 3;
/// So many were held against each other: those with a mistake are passed over.
static COMPARED: AtomicUsize = AtomicUsize::new(0);

pub fn as_the_party(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    let day = super::some_day(entries, dice);
    let Some(first) = entries.first().map(|entry| entry.date) else { return Vec::new() };
    let told = |entry: &Entry| entry.text.split_whitespace().nth(1).is_some_and(|word| WORDS.contains(&word));
    let mut places: Vec<usize> = (0..entries.len()).filter(|at| told(&entries[*at])).collect();
    let mut wrong = Vec::new();
    for _ in 0..ENTRIES.min(places.len()) {
        let at = places.swap_remove(dice.below(places.len() as u64) as usize);
        let Some(by) = teller(&entries[at].text) else { continue };
        let journal = |teller: &str| {
            let mut entries = entries.to_vec();
            let own = format!(" by {by}");
            entries[at].text = entries[at].text.replacen(&own, &format!(" by {teller}"), 1);
            let control = format!("party {HEIR} of IS\n{first} control of {by} to {HEIR}\n");
            source.with(&[(FILE, &format!("{control}{}", text(&entries)))])
        };
        let (itself, other) = (journal(&by), journal(HEIR));
        let (one, two) = (Machine::new(&itself), Machine::new(&other));
        // Who may not tell it is told so.
        if [(&itself, &one), (&other, &two)]
            .iter()
            .any(|(deal, machine)| !is_sound(deal) || has_errors(machine))
        {
            continue;
        }
        COMPARED.fetch_add(1, Ordering::Relaxed);
        let of = |machine: &Machine<'_>| {
            let mut found = answers::of(machine, day, Date::MAX);
            found.values_mut().for_each(|text| *text = text.replace(HEIR, &by));
            found
        };
        if let Some(what) = difference(&of(&one), &of(&two)) {
            wrong.push(format!("as of {day} `{}` by who controls {by}: {what}", entries[at].text.trim()));
        }
    }
    wrong
}

/// A law that passes over every case would hold.
#[test]
fn many_entries_are_held_against_each_other() {
    super::ask(super::FEW, as_the_party);
    let compared = COMPARED.load(Ordering::Relaxed);
    assert!(compared > 15, "only {compared} entries were told by another and compared");
}

/// Who tells an entry.
fn teller(entry: &str) -> Option<String> {
    let line = entry.lines().next()?;
    let (_, rest) = line.split_once(" by ")?;
    let name = rest.split([' ', ':', ',']).next()?;
    name.starts_with(|c: char| c.is_ascii_uppercase()).then(|| name.to_string())
}

fn has_errors(machine: &Machine<'_>) -> bool {
    machine.problems.iter().any(|problem| problem.severity == counterpart_syntax::Severity::Error)
}
