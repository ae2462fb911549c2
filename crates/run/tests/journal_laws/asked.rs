//! What is asked before changes no answer: a machine that has been asked much answers as a new one does.

use super::answers::json;
use super::deals::Source;
use super::dice::Dice;
use super::writer::{Entry, FILE, text};
use counterpart_ledger::Claim;
use counterpart_num::Date;
use counterpart_run::questions::every_act;
use counterpart_run::{Machine, Run};

/// So many questions of a journal are asked in turn.
const ASKED: usize = 12;

/// The assertions of a deal, each moved to some day of its journal, are asked of one machine in the order of the dice, some
/// of them twice; and each of a machine of its own.
pub fn assertions(source: &Source, _: &[Entry], dice: &mut Dice) -> Vec<String> {
    let deal = source.with(&[(FILE, &source.journal)]);
    let mut machine = Machine::new(&deal);
    let days: Vec<Date> = machine.journal.events.iter().flat_map(|e| [e.date, e.known]).collect();
    let all = std::mem::take(&mut machine.journal.claims);
    for _ in 0..ASKED {
        let (Some(claim), Some(day)) = (dice.pick(&all), dice.pick(&days)) else { break };
        let date = if dice.percent(30) { claim.date } else { dice.after(*day, 90) };
        machine.journal.claims.push(Claim { date, ..claim.clone() });
    }
    let mut wrong = Vec::new();
    for (claim, outcome) in machine.check_all() {
        let alone = Machine::new(&deal).check(claim);
        if outcome != alone {
            let line = deal.files.get(claim.at.file).map_or("", |f| f.tree.slice(claim.at.span()));
            wrong.push(format!("on {}: {line}\n    {outcome:?}\n    alone {alone:?}", claim.date));
        }
    }
    wrong
}

/// What is asked as a whole, and its answer in words.
type Asked = (&'static str, fn(&Run<'_>, Date) -> String);

/// The questions that a run answers as a whole.
const WHOLE: [Asked; 5] = [
    ("statement", |run, _| json(&run.statement(None, None))),
    ("duties", |run, _| json(&run.agenda(true))),
    ("status", |run, _| json(&run.status())),
    ("timeline", |run, _| json(&run.timeline(None))),
    ("rights", |run, on| json(&run.rights_table(&every_act(), None, on).map_err(|why| why.reason))),
];

/// One run is asked for everything, in the order of the dice, and a run of its own for each.
pub fn one_run(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    let deal = source.with(&[(FILE, &text(entries))]);
    let machine = Machine::new(&deal);
    let Some(day) = dice.pick(entries).map(|entry| entry.date) else { return Vec::new() };
    let day = dice.after(day, 90);
    let run = machine.run(day, Date::MAX);
    let mut wrong = Vec::new();
    for _ in 0..WHOLE.len() {
        let Some((what, ask)) = dice.pick(&WHOLE) else { break };
        if ask(&run, day) != ask(&machine.run(day, Date::MAX), day) {
            wrong.push(format!("as of {day} {what} differs from what a new run says"));
        }
    }
    wrong
}
