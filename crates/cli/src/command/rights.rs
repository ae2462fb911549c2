//! `counterpart rights`, `avails`, `clash`: the rights map as tables.

use super::may::{Part, party};
use crate::args::{HELP, Session};
use crate::exit::{Exit, Outcome, Trouble};
use crate::terminal::{Ink, Look};
use crate::text::{count, table};
use crate::world;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::questions::{ClashRow, RightRow, Sure};
use counterpart_terms::value::Name;
use std::path::PathBuf;

const RIGHTS: &str = "Examples:
  counterpart rights acme --as-of 2031-12-31          every right in force on a day
  counterpart rights acme --of Borealis --in DE       one party's, in one country
  counterpart rights acme --field grid --json         for a program";

const AVAILS: &str = "Examples:
  counterpart avails acme                             what each owner is free to grant
  counterpart avails acme --of Helios --in JP         of one owner, in one country
  counterpart avails acme --as-of 2034-01-01          on a later day, as things stand";

const CLASH: &str = "Examples:
  counterpart clash acme                              rights that cannot both stand, each with a case
  counterpart clash acme --as-of 2030-01-01           from that day on
  counterpart clash acme --json                       for a program";

/// The arguments of `rights`.
#[derive(Debug, clap::Args)]
#[command(before_help = RIGHTS, help_template = HELP)]
pub struct Args {
    #[command(flatten)]
    table: Table,
}

/// The arguments of `avails`.
#[derive(Debug, clap::Args)]
#[command(before_help = AVAILS, help_template = HELP)]
pub struct AvailsArgs {
    #[command(flatten)]
    table: Table,
}

/// The arguments of `clash`.
#[derive(Debug, clap::Args)]
#[command(before_help = CLASH, help_template = HELP)]
pub struct ClashArgs {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
}

/// What a table is of.
#[derive(Debug, clap::Args)]
struct Table {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Only of this party.
    #[arg(long, value_name = "PARTY")]
    of: Option<String>,
    /// Only for these acts.
    #[arg(long, value_name = "ACTS", value_delimiter = ',')]
    act: Vec<String>,
    #[command(flatten)]
    part: Part,
}

impl Table {
    fn rows(&self, free: bool, session: &Session) -> Result<Vec<RightRow>, Trouble> {
        let deal = world::find_one(&self.path)?.read_sound()?;
        let machine = Machine::new(&deal);
        let of: Option<Name> = self.of.as_ref().map(|text| party(&machine, text)).transpose()?;
        let acts: Vec<Name> = match self.act.is_empty() {
            true => vec![Name::from("all")],
            false => self.act.iter().map(|act| Name::from(act.trim())).collect(),
        };
        let what = self.part.scope(&machine, acts)?;
        let on = session.global.day();
        let run = machine.run(on, session.global.known_on.unwrap_or(Date::MAX));
        let rows = match free {
            true => run.avails(&what, of.as_ref(), on),
            false => run.rights_table(&what, of.as_ref(), on),
        };
        rows.map_err(|why| Trouble::unreadable(why.reason))
    }
}

/// Shows the rights in force.
///
/// # Errors
/// When the deal cannot be read or does not compile, a name is unknown, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let rows = args.table.rows(false, session)?;
    let on = session.global.day();
    if session.global.json {
        session.print_answer("counterpart/rights/1", serde_json::json!({ "as_of": on, "rights": rows }))?;
        return Ok(Exit::Done);
    }
    let look = session.terminal.look;
    let cells: Vec<Vec<String>> = rows.iter().map(|row| right(row, look)).collect();
    if !cells.is_empty() {
        session.terminal.print(&table("", &cells, look))?;
    }
    session.terminal.say(&format!("{} in force, as of {on}", count(rows.len(), "right")));
    Ok(Exit::Done)
}

fn right(row: &RightRow, look: Look) -> Vec<String> {
    let grade = match (&row.unknown, &row.grade, row.kind.as_str()) {
        (Some(_), ..) => look.paint(Ink::Doubtful, "unknown"),
        (None, Some(grade), "licence" | "covenant") => grade.clone(),
        (None, Some(grade), kind) => format!("{kind}: {grade}"),
        (None, None, "barred") => "may not".to_string(),
        (None, None, kind) => kind.to_string(),
    };
    let to = row.to.join(", ");
    let between = match row.from.is_empty() || row.kind == "reserved" {
        true => to,
        false => format!("{} → {to}", row.from.join(", ")),
    };
    let until = row.until.map_or(String::new(), |day| format!("until {day}"));
    let over = row.over.phrase();
    let why = row.unknown.as_ref().map_or(String::new(), |why| format!(": {why}"));
    let over = if over.is_empty() { "all of it".to_string() } else { over };
    vec![row.name.clone(), between, grade, until, format!("{over}{why}  ({})", row.clause)]
}

/// Shows what is free to grant.
///
/// # Errors
/// As [`run`].
pub fn avails(args: &AvailsArgs, session: &mut Session) -> Outcome {
    let rows = args.table.rows(true, session)?;
    let on = session.global.day();
    if session.global.json {
        session.print_answer("counterpart/avails/1", serde_json::json!({ "as_of": on, "avails": rows }))?;
        return Ok(Exit::Done);
    }
    let look = session.terminal.look;
    let mut cells = Vec::new();
    for row in &rows {
        let words = row.over.phrase();
        let words = if words.is_empty() { "all of it".to_string() } else { words };
        cells.push(vec![row.name.clone(), row.to.join(", "), row.kind.clone(), words]);
    }
    if !cells.is_empty() {
        session.terminal.print(&table("", &cells, look))?;
    }
    session.terminal.say(&format!("{} free to grant, as of {on}", count(rows.len(), "part")));
    Ok(Exit::Done)
}

/// Shows the rights that cannot both stand.
///
/// # Errors
/// As [`run`].
pub fn clash(args: &ClashArgs, session: &mut Session) -> Outcome {
    let deal = world::find_one(&args.path)?.read_sound()?;
    let machine = Machine::new(&deal);
    let on = session.global.day();
    let rows = machine.run(on, session.global.known_on.unwrap_or(Date::MAX)).clash_table(on);
    // What only may come is no clash yet.
    let now = rows.iter().filter(|row| row.sure != Sure::MayCome).count();
    let exit = if now == 0 { Exit::Done } else { Exit::Findings };
    if session.global.json {
        session.print_answer("counterpart/clash/1", serde_json::json!({ "as_of": on, "clashes": rows }))?;
        return Ok(exit);
    }
    let look = session.terminal.look;
    for row in &rows {
        let text = one_clash(row, look);
        session.terminal.print(&text)?;
    }
    let clashes = |some: usize| count(some, "clash").replace("clashs", "clashes");
    let said = match (now, rows.len() - now) {
        (0, 0) => format!("no rights clash from {on} on"),
        (0, some) => format!("no rights clash from {on} on; {some} may come to"),
        (some, 0) => format!("{}, from {on} on", clashes(some)),
        (some, others) => format!("{}, from {on} on; {others} may come", clashes(some)),
    };
    session.terminal.say(&said);
    Ok(exit)
}

fn one_clash(row: &ClashRow, look: Look) -> String {
    let until = row.until.map_or(String::new(), |day| format!(" to {day}"));
    let over = row.over.phrase();
    let case: Vec<String> = row.witness.names.iter().map(|told| told.phrase()).collect();
    let (keeps_out, why) = match (row.sure, &row.unknown) {
        (Sure::So, _) => ("keeps out", String::new()),
        (Sure::Unknown, Some(why)) => ("may keep out", format!("\n  not known: {why}")),
        (Sure::Unknown, None) => ("may keep out", String::new()),
        (Sure::MayCome, _) => ("may come to keep out", format!("\n  once {}", row.once.join(" and "))),
    };
    format!(
        "{} ({}) {keeps_out} {} of {} ({}){why}\n  {}{}  from {}{until}\n  case: {} on {}, {}\n\n",
        look.paint(Ink::Name, &row.keeps_out),
        row.keeps_out_clause,
        row.witness.party,
        look.paint(Ink::Name, &row.lets_in),
        row.lets_in_clause,
        over,
        if over.is_empty() { "everywhere" } else { "" },
        row.from,
        row.witness.party,
        row.witness.on,
        case.join(" "),
    )
}
