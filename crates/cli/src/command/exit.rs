//! `counterpart exit`: what follows from an end of the agreement on a day, and who may bring it about.

use crate::args::{HELP, Session};
use crate::exit::{Exit, Outcome, Trouble};
use crate::terminal::{Ink, Look};
use crate::text::table;
use crate::world;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::exit::{ExitAsk, ExitLine, ExitPlan, Group, Way};
use counterpart_terms::value::Name;
use std::fmt::Write;
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart exit acme --on 2031-06-30                      the ways out and what follows
  counterpart exit acme --on 2031-06-30 --cause breach       if somebody acts on one
  counterpart exit acme --on 2031-06-30 --cause will --json  for a program";

/// The arguments of `exit`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The day somebody acts, such as gives notice; without it, the day of `--as-of`.
    #[arg(long, value_name = "DATE", value_parser = crate::args::date)]
    on: Option<Date>,
    /// On which ground: breach, insolvency, will, expiry, test, control, or an event of the deal.
    #[arg(long, value_name = "CAUSE")]
    cause: Option<String>,
    /// Who acts.
    #[arg(long, value_name = "PARTY")]
    by: Option<String>,
}

/// Shows what follows from an end.
///
/// # Errors
/// When the deal cannot be read or does not compile, a name is of no party, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let deal = world::find_one(&args.path)?.read_sound()?;
    let machine = Machine::new(&deal);
    let on = args.on.unwrap_or_else(|| session.global.day());
    let known_on = session.global.known_on.unwrap_or(Date::MAX);
    let by = args.by.as_deref().map(Name::from);
    let parties = &machine.editions.on(on).header.parties;
    if let Some(by) = by.as_ref().filter(|by| !parties.contains(by)) {
        let known: Vec<&str> = parties.iter().map(Name::as_str).collect();
        let trouble = Trouble::unreadable(format!("`{by}` is no party of the agreement"));
        return Err(trouble.with_help(format!("its parties are {}", known.join(", "))).into());
    }
    if let Some(cause) = &args.cause {
        let causes = machine.exit_causes();
        let long = ["at will", "change of control"];
        if !causes.contains(cause) && !long.contains(&cause.as_str()) {
            let said = format!("`{}` is no cause of an end", crate::text::visible(cause));
            let help = format!("the causes are {}", causes.join(", "));
            return Err(Trouble::unreadable(said).with_help(help).into());
        }
    }
    let plan =
        machine.exit(on, known_on, &ExitAsk { cause: args.cause.clone(), by, as_of: session.global.as_of });
    let early = plan.supposed && plan.last_day.is_none();
    let unavailable = (args.cause.is_some() || early) && plan.available == Some(false);
    let answer = if unavailable { Exit::Findings } else { Exit::Done };
    if session.global.json {
        let body = serde_json::to_value(&plan).unwrap_or_default();
        session.terminal.print_form("counterpart/exit/1", body)?;
        return Ok(answer);
    }
    let look = session.terminal.look;
    session.terminal.print(&text(&plan, args.cause.is_none(), look))?;
    Ok(answer.or(crate::app::unused_entries(&machine, session)))
}

fn text(plan: &ExitPlan, ways: bool, look: Look) -> String {
    let mut out = String::new();
    if ways && !plan.ways.is_empty() {
        let rows: Vec<Vec<String>> = plan.ways.iter().map(|way| way_row(way, look)).collect();
        out.push_str(&table("ways out", &rows, look));
    }
    out.push_str(&head(plan, look));
    let mut lines = plan.lines.as_slice();
    while let Some(first) = lines.first() {
        let group = first.group;
        let count = lines.iter().take_while(|line| line.group == group).count();
        let (own, rest) = lines.split_at(count);
        let rows: Vec<Vec<String>> = own.iter().map(row).collect();
        out.push_str(&table(group.word(), &rows, look));
        lines = rest;
    }
    out
}

fn way_row(way: &Way, look: Look) -> Vec<String> {
    let state = match way.available {
        Some(true) => look.paint(Ink::Good, "✓ open"),
        Some(false) => look.paint(Ink::Bad, "✗ shut"),
        None => look.paint(Ink::Doubtful, "? open"),
    };
    let why = way.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
    let end = way.last_day.map_or(String::new(), |day| format!("last day {day}"));
    let clock = way.clock.as_ref().map_or(String::new(), |clock| format!(", {clock}"));
    let mut told = format!("{end}{clock}{why}  ({})", way.clause);
    told = told.trim_start_matches([',', ':', ' ']).to_string();
    let cause = match &way.part {
        Some(part) => format!("{} for {part}", way.cause),
        None => way.cause.clone(),
    };
    vec![way.by.clone().unwrap_or_default(), cause, state, told]
}

fn row(line: &ExitLine) -> Vec<String> {
    let days = match (line.from, line.until) {
        (Some(from), Some(until)) => format!("{from} to {until}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(day)) if line.group == Group::Money => format!("due {day}"),
        (None, Some(until)) => format!("to {until}"),
        (None, None) => "–".into(),
    };
    let terms = match &line.unknown {
        Some(why) => format!("not known: {why}  "),
        None if line.terms.is_empty() => String::new(),
        None => format!("{}  ", line.terms),
    };
    let who = if line.who.is_empty() { "–".into() } else { line.who.clone() };
    vec![who, line.what.clone(), days, format!("{terms}({})", line.clause)]
}

/// How the end comes about: what stands against it first, so that what would follow is not taken for what follows.
fn head(plan: &ExitPlan, look: Look) -> String {
    let mut out = String::new();
    let whom = plan.by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
    let cause = plan.cause.as_ref().map_or(String::new(), |cause| format!(", cause {cause}"));
    let clock = plan.clock.as_ref().map_or(String::new(), |clock| format!(" ({clock})"));
    match (plan.available, &plan.why) {
        (Some(false), Some(why)) => {
            let said = look.paint(Ink::Bad, &format!("not available on {}", plan.on));
            let _ = writeln!(out, "{said}: {why}");
        }
        (None, Some(why)) => {
            let said = look
                .paint(Ink::Doubtful, &format!("it cannot be said whether it is available on {}", plan.on));
            let _ = writeln!(out, "{said}: {why}");
        }
        _ => {}
    }
    let how = match (plan.supposed, plan.available) {
        (false, _) => "as told",
        (true, Some(false)) if plan.by.is_some() => "if it were open,",
        (true, Some(false)) => "if it were open",
        (true, _) => "supposed",
    };
    match plan.last_day {
        Some(day) => {
            let said = look.paint(Ink::Strong, &format!("{how}{whom}{cause}: last day {day}"));
            let _ = writeln!(out, "{said}{clock}");
        }
        None if plan.supposed => {}
        None => {
            let _ = writeln!(out, "{how}{whom}{cause}: an end on no day that is known");
        }
    }
    out
}
