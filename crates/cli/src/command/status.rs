//! `counterpart status` and `timeline`: how the rights of a deal stand, and when they change.

use crate::args::{HELP, Session};
use crate::draw::tree;
use crate::exit::{Exit, Outcome};
use crate::terminal::{Ink, Look};
use crate::text::{count, table};
use crate::world;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::agenda::{Duty, Kind, State};
use counterpart_run::questions::{DealStatus, PartStatus, RightStatus, Turn};
use counterpart_terms::value::Name;
use std::fmt::Write;
use std::path::PathBuf;

/// So many last days are told at most.
const MOST: usize = 12;

const STATUS: &str = "Examples:
  counterpart status acme                       how every right stands today
  counterpart status acme --as-of 2031-06-30    on another day
  counterpart status acme --json                for a program";

const TIMELINE: &str = "Examples:
  counterpart timeline acme                     when rights changed and will change
  counterpart timeline acme Storage-Europe      of one right
  counterpart timeline acme --known-on 2030-12-31   as it was known then";

/// The arguments of `status`.
#[derive(Debug, clap::Args)]
#[command(before_help = STATUS, help_template = HELP)]
pub struct Args {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
}

/// The arguments of `timeline`.
#[derive(Debug, clap::Args)]
#[command(before_help = TIMELINE, help_template = HELP)]
pub struct TimelineArgs {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Only of this right.
    name: Option<String>,
}

/// Shows how a deal stands.
///
/// # Errors
/// When the deal cannot be read or does not compile, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let deal = world::find_one(&args.path)?.read_sound()?;
    let machine = Machine::new(&deal);
    let on = session.global.day();
    let known_on = session.global.known_on.unwrap_or(Date::MAX);
    let status = machine.run(on, known_on).status();
    let duties = machine.agenda(on, known_on, false);
    let (may, duties): (Vec<Duty>, Vec<Duty>) = duties.into_iter().partition(|duty| duty.kind == Kind::May);
    let of = |state| duties.iter().filter(|duty| duty.state == state).count();
    let (late, due) = (of(State::Late), of(State::Due));
    if session.global.json {
        let mut body = serde_json::to_value(&status).unwrap_or_default();
        if let Some(body) = body.as_object_mut() {
            body.insert("late".into(), late.into());
            body.insert("due".into(), due.into());
            body.insert("last_days".into(), serde_json::to_value(&may).unwrap_or_default());
        }
        session.print_answer("counterpart/status/1", body)?;
        return Ok(Exit::Done);
    }
    let text = told(&status, &may, (late, due), session.terminal.look);
    session.terminal.print(&text)?;
    Ok(crate::app::unused_entries(&machine, session))
}

fn told(status: &DealStatus, may: &[Duty], (late, due): (usize, usize), look: Look) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}, as of {}", look.paint(Ink::Strong, &status.deal), status.as_of);
    let _ = writeln!(out, "the agreement is {}", status.agreement);
    let late = match late {
        0 => "nothing late".to_string(),
        some => look.paint(Ink::Bad, &format!("{} late", count(some, "duty"))),
    };
    let _ = writeln!(out, "{late}, {due} due\n");
    let rows: Vec<Vec<String>> = status.rights.iter().map(|right| row(right, look)).collect();
    if !rows.is_empty() {
        out.push_str(&table("rights", &rows, look));
    }
    if !status.running.is_empty() {
        let _ = writeln!(out, "\n{}", look.paint(Ink::Strong, "clocks that run"));
        out.push_str(&tree::trees(&status.running, 2, false, look));
    }
    if !status.unheard.is_empty() {
        let _ = writeln!(out, "\n{}", look.paint(Ink::Strong, "never reported"));
        out.push_str(&tree::trees(&status.unheard, 2, false, look));
    }
    if !status.coming.is_empty() {
        out.push('\n');
        let rows: Vec<Vec<String>> = status.coming.iter().map(turn).collect();
        out.push_str(&table("what changes next, as things stand", &rows, look));
    }
    let last = may.iter().filter_map(|duty| {
        let otherwise = duty.otherwise.as_ref().map(|next| format!(", or else {}", next.what));
        let said = format!("{}{}  ({})", duty.said(), otherwise.unwrap_or_default(), duty.clause);
        Some(vec![duty.due?.to_string(), duty.by.clone(), said])
    });
    let last: Vec<Vec<String>> = last.take(MOST).collect();
    if !last.is_empty() {
        out.push('\n');
        out.push_str(&table("last days to use a right", &last, look));
    }
    out
}

fn row(right: &RightStatus, look: Look) -> Vec<String> {
    let state = match right.state.as_str() {
        "in force" => look.paint(Ink::Good, "in force"),
        "unknown" => look.paint(Ink::Doubtful, "unknown"),
        other => other.to_string(),
    };
    let other = |grade: &&String| !right.parts.iter().any(|part| part.state == **grade);
    let grades: Vec<&str> = right.grades.iter().filter(other).map(String::as_str).collect();
    let grades = grades.join(", in another part ");
    let stage = right.stage.as_ref().map(|stage| format!("stage {stage}"));
    let why: Vec<String> = right.because.iter().map(|line| tree::said(line, look)).collect();
    let others = right.parts.iter().map(|part| part_of(part, look));
    let stands: Vec<String> = [grades, stage.unwrap_or_default()].into_iter().chain(others).collect();
    let stands: Vec<String> = stands.into_iter().filter(|s| !s.is_empty()).collect();
    let said = [stands.join(", "), why.join("; ")];
    let said: Vec<String> = said.into_iter().filter(|s| !s.is_empty()).collect();
    let mut said = said.join("; ");
    // A reason that has a clause of its own says where to look.
    if !right.because.iter().any(|line| line.clause.is_some()) {
        let gap = if said.is_empty() { "" } else { "  " };
        let _ = write!(said, "{gap}({})", right.clause);
    }
    vec![right.name.clone(), right.between.clone(), state, said]
}

/// A part that stands otherwise than the rest: where, since when and why.
fn part_of(part: &PartStatus, look: Look) -> String {
    let why: Vec<String> = part.because.iter().map(|line| tree::said(line, look)).collect();
    let over = part.over.phrase();
    let since = format!("{} {over} since {}", part.state, part.since);
    match why.is_empty() {
        true => format!("{} {over}", part.state),
        false => format!("{since} ({})", why.join("; ")),
    }
}

fn turn(turn: &Turn) -> Vec<String> {
    let over = turn.over.phrase();
    let over = if over.is_empty() { over } else { format!(" {over}") };
    let mut why: Vec<String> = Vec::new();
    for line in &turn.because {
        let said = match &line.clause {
            Some(clause) => format!("{}, {clause}", line.what),
            None => line.what.clone(),
        };
        if !why.contains(&said) {
            why.push(said);
        }
    }
    vec![turn.on.to_string(), turn.name.clone(), format!("{}{over}  ({})", turn.becomes, why.join("; "))]
}

/// Shows when rights change.
///
/// # Errors
/// When the deal cannot be read or does not compile, a name is unknown, or the output cannot be written.
pub fn timeline(args: &TimelineArgs, session: &mut Session) -> Outcome {
    let deal = world::find_one(&args.path)?.read_sound()?;
    let machine = Machine::new(&deal);
    // Without a day, all that the journal tells is taken.
    let last = machine.journal.last_day();
    let global = &session.global;
    let on =
        global.as_of.or(global.known_on).unwrap_or_else(|| last.unwrap_or(global.day()).max(global.day()));
    let run = machine.run(on, global.known_on.unwrap_or(Date::MAX));
    let name = match &args.name {
        Some(text) => {
            let name = Name::from(text.as_str());
            let known = run.rights_named();
            if !known.contains(&name) {
                return Err(super::may::unknown(&name, "grant", &known).into());
            }
            Some(name)
        }
        None => None,
    };
    let turns = run.timeline(name.as_ref());
    if session.global.json {
        session.print_answer("counterpart/timeline/1", serde_json::json!({ "as_of": on, "turns": turns }))?;
        return Ok(Exit::Done);
    }
    let look = session.terminal.look;
    let rows: Vec<Vec<String>> = turns.iter().map(turn).collect();
    if !rows.is_empty() {
        session.terminal.print(&table("", &rows, look))?;
    }
    session
        .terminal
        .say(&format!("{}, as of {on}; what lies after it is as things stand", count(rows.len(), "change")));
    Ok(Exit::Done)
}
