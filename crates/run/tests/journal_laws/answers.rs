//! Everything a deal answers as of a day and as known on another, as the text a program reads.

use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::questions::every_act;
use counterpart_terms::Deal;
use serde::Serialize;
use std::collections::BTreeMap;

/// The answers by what was asked.
pub type Answers = BTreeMap<&'static str, String>;

pub fn of(machine: &Machine<'_>, as_of: Date, known_on: Date) -> Answers {
    let mut statement = machine.statement(None, None, as_of, known_on);
    // What is wrong with the journal is told as all of it says.
    statement.left_out.clear();
    let run = machine.run(as_of, known_on);
    let rights = run.rights_table(&every_act(), None, as_of).map_err(|unknown| unknown.reason);
    BTreeMap::from([
        ("statement", json(&statement)),
        ("duties", json(&machine.agenda(as_of, known_on, true))),
        ("windows", json(&machine.courses(as_of, known_on))),
        ("inventions", json(&machine.inventions(as_of, known_on))),
        ("patents", json(&machine.dockets(as_of, known_on))),
        ("rights", json(&rights)),
        ("clashes", json(&run.clash_table(as_of))),
        ("days on which rights change", json(&run.timeline(None))),
    ])
}

pub fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("an answer is JSON")
}

/// What is said of a deal and its journal: where, the code and the words.
pub fn findings(deal: &Deal, machine: &Machine<'_>) -> Vec<String> {
    let mut found: Vec<String> = deal
        .problems
        .iter()
        .chain(&machine.problems)
        .map(|p| {
            let line = deal.files.get(p.at.file).map_or(0, |f| f.lines.line(p.at.span.start));
            format!("{}:{line}: {} [{}] {}", deal.path(p.at.file), p.message, p.code, p.notes.join("; "))
        })
        .collect();
    found.sort();
    found
}

/// The first answer that differs, where it does.
pub fn difference(one: &Answers, other: &Answers) -> Option<String> {
    one.iter().zip(other).find(|(a, b)| a != b).map(|((what, a), (_, b))| {
        let at = a.lines().zip(b.lines()).position(|(a, b)| a != b).unwrap_or(0);
        let part =
            |text: &str| text.lines().skip(at.saturating_sub(3)).take(8).collect::<Vec<_>>().join("\n      ");
        format!("{what} differ\n    -\n      {}\n    +\n      {}", part(a), part(b))
    })
}
