//! `counterpart inventions`: the register of inventions and patents, and what follows from each.

use crate::args::{HELP, Session};
use crate::draw::tree::trees;
use crate::exit::{Exit, Outcome, Trouble};
use crate::terminal::{Ink, Look};
use crate::text::{closest, count, table, visible};
use crate::world;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::inventions::docket::{Docket, Suit};
use counterpart_run::inventions::register::{Entry, ToDo};
use std::fmt::Write;
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart inventions acme                     each with its class, owner and licence
  counterpart inventions acme Binder-7            one of them, with every reason
  counterpart inventions acme --as-of 2029-06-30  as things stood on that day";

/// The arguments of `inventions`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// One invention, or one set of patents, with every reason.
    name: Option<String>,
}

/// Shows the register.
///
/// # Errors
/// When the deal cannot be read or does not compile, nothing has the name, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let deal = world::find_one(&args.path)?.read_sound()?;
    let machine = Machine::new(&deal);
    let as_of = session.global.day();
    let known_on = session.global.known_on.unwrap_or(Date::MAX);
    let mut inventions = machine.inventions(as_of, known_on);
    let mut patents = machine.dockets(as_of, known_on);
    if let Some(name) = &args.name {
        known(name, &inventions, &patents, as_of)?;
        inventions.retain(|entry| entry.name == *name);
        patents.retain(|docket| docket.name == *name);
    }
    if session.global.json {
        let body = serde_json::json!({ "as_of": as_of, "inventions": inventions, "patents": patents });
        session.print_answer("counterpart/inventions/1", body)?;
        return Ok(Exit::Done);
    }
    let look = session.terminal.look;
    let text = match &args.name {
        Some(_) => {
            let told = inventions.iter().map(|entry| invention(entry, look));
            told.chain(patents.iter().map(|docket| docketed(docket, look))).collect()
        }
        None => register(&inventions, &patents, as_of, look),
    };
    session.terminal.print(&text)?;
    let (all, some) = (inventions.len(), count(patents.len(), "set"));
    session.terminal.say(&match (all, args.name.is_some()) {
        (_, true) => format!("as of {as_of}"),
        (0, false) if patents.is_empty() => format!("no invention is told, as of {as_of}"),
        (_, false) => format!("{} and {some} of patents, as of {as_of}", count(all, "invention")),
    });
    crate::app::not_begun(&machine, as_of, session);
    Ok(crate::app::unused_entries(&machine, session))
}

fn known(name: &str, inventions: &[Entry], patents: &[Docket], as_of: Date) -> Result<(), Trouble> {
    let names: Vec<&str> =
        inventions.iter().map(|e| e.name.as_str()).chain(patents.iter().map(|p| p.name.as_str())).collect();
    if names.contains(&name) {
        return Ok(());
    }
    let message = format!("no invention or set of patents `{}` is told by {as_of}", visible(name));
    let trouble = Trouble::unreadable(message);
    Err(match closest(name, names.iter().copied()) {
        Some(near) => trouble.with_help(format!("did you mean `{near}`?")),
        None if names.is_empty() => {
            trouble.with_help("tell one in the journal: `2029-03-01 invention NAME by PARTY`")
        }
        None => trouble.with_help(format!("there are {}", names.join(", "))),
    })
}

/// The register as tables.
fn register(inventions: &[Entry], patents: &[Docket], as_of: Date, look: Look) -> String {
    let mut out = String::new();
    if !inventions.is_empty() {
        let heads = ["invention", "made by", "class", "owner", "licensed back", "next deadline"];
        let mut rows = vec![heads.map(str::to_string).to_vec()];
        rows.extend(inventions.iter().map(|entry| invention_row(entry, as_of, look)));
        out.push_str(&table("Inventions", &rows, look));
        for entry in inventions {
            for why in &entry.unknown {
                let _ = writeln!(out, "  {} {}: {why}", look.paint(Ink::Doubtful, "!"), entry.name);
            }
        }
    }
    if !patents.is_empty() {
        let blank = if out.is_empty() { "" } else { "\n" };
        let heads = ["patents", "owner", "led by", "may sue", "next deadline"];
        let mut rows = vec![heads.map(str::to_string).to_vec()];
        rows.extend(patents.iter().map(|docket| patent_row(docket, as_of)));
        let _ = write!(out, "{blank}{}", table("Patents", &rows, look));
        for docket in patents {
            for why in &docket.unknown {
                let _ = writeln!(out, "  {} {}: {why}", look.paint(Ink::Doubtful, "!"), docket.name);
            }
        }
    }
    out
}

fn invention_row(entry: &Entry, as_of: Date, look: Look) -> Vec<String> {
    let undecided = || look.paint(Ink::Doubtful, "undecided");
    let also = entry.also.iter().map(|name| format!(" (also fits {name})")).collect::<String>();
    let class = match (&entry.class, entry.unknown.is_empty()) {
        (Some(class), _) => format!("{class}{also}"),
        (None, true) => "none".to_string(),
        (None, false) => undecided(),
    };
    let licences: Vec<String> = entry.licences.iter().map(|l| format!("{} to {}", l.terms, l.to)).collect();
    vec![
        entry.name.clone(),
        entry.by.join(", "),
        class,
        entry.owner.clone().unwrap_or_else(undecided),
        if licences.is_empty() { "–".to_string() } else { licences.join("; ") },
        next(entry.next(as_of), as_of),
    ]
}

fn patent_row(docket: &Docket, as_of: Date) -> Vec<String> {
    let may: Vec<String> = docket.suits.iter().filter(|s| s.may == Some(true)).map(suit).collect();
    let open = || docket.deadlines.iter().filter(|todo| todo.done_on.is_none() && todo.due >= Some(as_of));
    let dash = |text: String| if text.is_empty() { "–".to_string() } else { text };
    vec![
        docket.name.clone(),
        dash(docket.owner.clone().unwrap_or_default()),
        dash(docket.led_by.join(", ")),
        dash(may.join("; ")),
        next(open().min_by_key(|todo| todo.due), as_of),
    ]
}

fn suit(suit: &Suit) -> String {
    if suit.part.is_empty() { suit.party.clone() } else { format!("{} {}", suit.party, suit.part) }
}

fn next(todo: Option<&ToDo>, as_of: Date) -> String {
    let Some(todo) = todo else { return "–".to_string() };
    let day = todo.due.map_or("no day".to_string(), |day| day.to_string());
    let late = if todo.due < Some(as_of) { ", not told as done" } else { "" };
    format!("{day} {}{late}", said(todo))
}

/// Who must do what; a right that ends on a day may be used.
fn said(todo: &ToDo) -> String {
    let verb = if todo.act.starts_with("use ") { "may" } else { "must" };
    format!("{} {verb} {}", todo.by.join(", "), todo.act)
}

/// One invention, with every reason.
fn invention(entry: &Entry, look: Look) -> String {
    let what = entry.what.as_ref().map_or(String::new(), |what| format!("  {}", visible(what)));
    let mut out = format!("{}{what}\n", look.paint(Ink::Name, &entry.name));
    let _ = writeln!(out, "  made by {} on {}  ({})", entry.by.join(", "), entry.made, entry.entry);
    out.push_str(&trees(&entry.why, 2, false, look));
    todos(&mut out, &entry.deadlines);
    doubts(&mut out, &entry.unknown, look);
    out
}

/// Some patents, with every reason.
fn docketed(docket: &Docket, look: Look) -> String {
    let owner = docket.owner.as_ref().map_or(String::new(), |owner| format!("  of {owner}"));
    let mut out = format!("{}{owner}\n", look.paint(Ink::Name, &docket.name));
    for decides in &docket.decided {
        let _ = writeln!(out, "  {} is decided by {}  ({})", decides.step, decides.by, decides.clause);
    }
    for suit in docket.suits.iter().filter(|suit| suit.from.is_some()) {
        let from = suit.from.map_or(String::new(), |day| day.to_string());
        let _ = writeln!(out, "  {} may sue from {from} on  ({})", self::suit(suit), suit.clause);
    }
    for owed in &docket.owed {
        let _ = writeln!(out, "  {} owes {} {} of what they cost", owed.from, owed.to, owed.amount);
    }
    out.push_str(&trees(&docket.why, 2, false, look));
    todos(&mut out, &docket.deadlines);
    doubts(&mut out, &docket.unknown, look);
    out
}

fn todos(out: &mut String, deadlines: &[ToDo]) {
    for todo in deadlines {
        let day = todo.due.map_or("no day known".to_string(), |day| day.to_string());
        let to = if todo.to.is_empty() { String::new() } else { format!(" to {}", todo.to.join(", ")) };
        let done = todo.done_on.map_or(String::new(), |day| format!(", done on {day}"));
        let _ = writeln!(out, "  by {day} {}{to}{done}  ({})", said(todo), todo.clause);
    }
}

fn doubts(out: &mut String, unknown: &[String], look: Look) {
    for why in unknown {
        let _ = writeln!(out, "  {} {}", look.paint(Ink::Doubtful, "!"), visible(why));
    }
}
