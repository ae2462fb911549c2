//! `counterpart due`: what is to be paid and reported, late first.

use crate::args::{HELP, Session};
use crate::exit::{Exit, Outcome};
use crate::terminal::{Ink, Look};
use crate::text::{count, table};
use crate::world;
use counterpart_run::Machine;
use counterpart_run::agenda::{Duty, State};
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart due acme                       what is late, due and coming
  counterpart due acme --as-of 2029-06-30    on that day
  counterpart due acme --all --json          with what is done, for a program";

/// The arguments of `due`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Also what is done.
    #[arg(long)]
    all: bool,
}

/// Lists the duties.
///
/// # Errors
/// When the deal cannot be read or does not compile, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let deal = world::find_one(&args.path)?.read_sound()?;
    let machine = Machine::new(&deal);
    let as_of = session.global.day();
    let known_on = session.global.known_on.unwrap_or(counterpart_num::Date::MAX);
    let duties = machine.agenda(as_of, known_on, args.all);
    if session.global.json {
        let body = serde_json::json!({ "as_of": as_of, "duties": duties });
        session.terminal.print_form("counterpart/due/1", body)?;
        return Ok(Exit::Done);
    }
    let look = session.terminal.look;
    let rows: Vec<Vec<String>> = duties.iter().map(|d| row(d, look)).collect();
    if !rows.is_empty() {
        session.terminal.print(&table("", &rows, look))?;
    }
    let late = duties.iter().filter(|d| d.state == State::Late).count();
    let said = match duties.len() {
        0 => format!("nothing is to be paid or reported, as of {as_of}"),
        some => format!("{}, {late} late, as of {as_of}", count(some, "duty")),
    };
    session.terminal.say(&said);
    crate::app::not_begun(&machine, as_of, session);
    Ok(crate::app::unused_entries(&machine, session))
}

fn row(duty: &Duty, look: Look) -> Vec<String> {
    let state = match duty.state {
        State::Late => look.paint(Ink::Bad, "✗ late  "),
        State::Due => look.paint(Ink::Doubtful, "! due   "),
        State::Coming => "– coming".to_string(),
        State::Done => look.paint(Ink::Good, "✓ done  "),
    };
    let many = duty.periods.map_or(String::new(), |n| format!(" ({})", count(n, "period")));
    let period = duty.period.as_ref().map_or(String::new(), |p| format!(" for {p}{many}"));
    let to = if duty.to.is_empty() { String::new() } else { format!(" to {}", duty.to) };
    let amount = duty.amount.as_ref().map_or(String::new(), |amount| format!(" {amount}"));
    // Several reports on end are one line, and say how many they are.
    let why = match (&duty.amount, &duty.unknown) {
        (_, None) => String::new(),
        (Some(_), Some(reason)) if duty.due.is_none() => format!(", on a day not known: {reason}"),
        (Some(_), Some(reason)) => format!(", less what was paid, which is not known: {reason}"),
        (None, Some(reason)) if duty.act == "report" && duty.due.is_some() => format!(": {reason}"),
        (None, Some(reason)) if duty.state == State::Coming && duty.due.is_some() => {
            format!(", an amount not known yet: {reason}")
        }
        // Of what has not arisen the amount is not asked yet.
        (None, Some(reason)) if duty.act == "report" || duty.state == State::Coming => {
            format!(", on a day not known: {reason}")
        }
        (None, Some(reason)) => format!(", an amount not known: {reason}"),
    };
    let other = match duty.paid_otherwise.as_slice() {
        [] => String::new(),
        paid => format!(", paid in another money and not set off: {}", paid.join(", ")),
    };
    let done = duty.done_on.map_or(String::new(), |day| format!(", done on {day}"));
    vec![
        duty.due.map_or("no day".to_string(), |d| d.to_string()),
        state,
        duty.by.clone(),
        format!("{}{amount} {}{period}{to}{done}{why}{other}  ({})", duty.act, duty.what, duty.clause),
    ]
}
