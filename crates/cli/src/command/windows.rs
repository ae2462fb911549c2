//! `counterpart windows`: what opens and closes, how it stands on a day, and its history.

use crate::args::{HELP, Session};
use crate::exit::{Exit, Outcome, Trouble};
use crate::terminal::{Ink, Look};
use crate::text::{closest, count, table, visible};
use crate::world;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::windows::{Listed, Step};
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart windows acme                       what is open, what is coming and what is over
  counterpart windows acme Mid-term              the history of one window, option or promise
  counterpart windows acme --as-of 2030-02-01    on that day";

/// The headings, each with the kinds below it.
const HEADINGS: [(&str, &[&str]); 9] = [
    ("Windows", &["window", "sunset"]),
    ("Talks", &["talks"]),
    ("Options", &["option"]),
    ("First rights", &["first refusal", "first negotiation", "first offer", "first look"]),
    ("Buy-outs", &["buy-out"]),
    ("Covenants", &["covenant"]),
    ("Renewal", &["renewal"]),
    ("Triggers", &["notice", "cure", "choice", "trigger"]),
    ("Rights to end", &["right to end"]),
];

/// The arguments of `windows`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// One of them, with its history.
    name: Option<String>,
}

/// Lists windows, options, first rights, buy-outs and covenants, or tells the history of one.
///
/// # Errors
/// When the deal cannot be read or does not compile, nothing in it has the name, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let deal = world::find_one(&args.path)?.read_sound()?;
    let machine = Machine::new(&deal);
    let as_of = session.global.day();
    let known_on = session.global.known_on.unwrap_or(counterpart_num::Date::MAX);
    let mut listed = machine.courses(as_of, known_on);
    if let Some(name) = &args.name {
        let own = machine.course(&name.as_str().into(), as_of, known_on);
        if own.is_empty() {
            return Err(unknown(name, &listed).into());
        }
        listed = own;
    }
    if session.global.json {
        let body = serde_json::json!({ "as_of": as_of, "windows": listed });
        session.print_answer("counterpart/windows/1", body)?;
        return Ok(Exit::Done);
    }
    let look = session.terminal.look;
    if args.name.is_some() {
        let pages: Vec<String> = listed.iter().map(|one| page(one, look)).collect();
        session.terminal.print(&pages.join("\n"))?;
    } else {
        let mut blocks = Vec::new();
        for (heading, kinds) in HEADINGS {
            let own = listed.iter().filter(|one| kinds.contains(&one.kind.as_str()));
            let rows: Vec<Vec<String>> = own.map(|one| row(one, look)).collect();
            if !rows.is_empty() {
                blocks.push(table(heading, &rows, look));
            }
        }
        if !blocks.is_empty() {
            session.terminal.print(&blocks.join("\n"))?;
        }
        let open = listed.iter().filter(|one| one.state == "open").count();
        let said = match listed.len() {
            0 => format!("nothing in this deal opens or closes, as of {as_of}"),
            some => format!("{}, {open} open, as of {as_of}", count(some, "thing")),
        };
        session.terminal.say(&said);
    }
    crate::app::not_begun(&machine, as_of, session);
    Ok(crate::app::unused_entries(&machine, session))
}

fn unknown(name: &str, listed: &[Listed]) -> Trouble {
    let trouble =
        Trouble::unreadable(format!("nothing called `{}` opens or closes in this deal", visible(name)));
    let names = || listed.iter().map(|one| one.name.as_str());
    match (closest(name, names()), listed.is_empty()) {
        (Some(near), _) => trouble.with_help(format!("did you mean `{near}`?")),
        (None, true) => trouble.with_help("it has no windows, options, first rights, buy-outs or covenants"),
        (None, false) => {
            let names: Vec<&str> = names().collect();
            trouble.with_help(format!("there are: {}", names.join(", ")))
        }
    }
}

/// A state with its sign.
fn signed(state: &str, look: Look) -> String {
    match state {
        "open" | "in force" | "effective" => look.paint(Ink::Good, &format!("✓ {state}")),
        "suspended" | "not known" | "exercised" => look.paint(Ink::Doubtful, &format!("! {state}")),
        other => format!("– {other}"),
    }
}

fn row(one: &Listed, look: Look) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    let stretch = match (one.since, one.until) {
        (Some(since), Some(until)) => format!("{since} to {until}"),
        (Some(since), None) => format!("since {since}"),
        (None, Some(until)) => format!("until {until}"),
        (None, None) => String::new(),
    };
    let open = matches!(one.state.as_str(), "open" | "in force");
    let begun = one.state != "not in force yet";
    // What is over is told with its own days and reason before what is to come.
    let over = one.state == "ended";
    let opening = if over { "opens again" } else { "opens" };
    let coming = match (one.opens.filter(|_| !open), one.closes) {
        (Some(opens), Some(closes)) => Some(format!("{opening} on {opens}, closes on {closes}")),
        (Some(opens), None) => Some(format!("{opening} on {opens}")),
        _ => None,
    };
    match one.until.and_then(Date::next_day).filter(|_| !begun) {
        Some(begins) if coming.is_none() => said.push(format!("begins on {begins}")),
        Some(_) => {}
        None if over => said.extend(one.since.map(|since| format!("since {since}"))),
        None if coming.is_none() => said.extend((!stretch.is_empty()).then_some(stretch)),
        None => {}
    }
    let because = (!one.because.is_empty()).then(|| one.because.clone());
    match over {
        true => said.extend(because.into_iter().chain(coming)),
        false => said.extend(coming.into_iter().chain(because)),
    }
    if one.kind != "covenant" || one.because.is_empty() {
        said.extend(one.about.first().cloned());
    } else {
        said.push(format!("{}: {}", one.from.join(", "), one.about.join(", ")));
    }
    if !one.otherwise.is_empty() && !one.because.contains("nothing was agreed") {
        let case = match one.kind.as_str() {
            "option" => "if it lapses",
            "notice" | "cure" | "choice" | "renewal" | "right to end" => "otherwise",
            _ => "if nothing is agreed",
        };
        said.push(format!("{case}: {}", one.otherwise.join(", ")));
    }
    said.extend(one.may.iter().cloned());
    vec![one.name.clone(), signed(&one.state, look), format!("{}  ({})", said.join("; "), one.clause)]
}

/// One thing with its history, as a tree.
fn page(one: &Listed, look: Look) -> String {
    let strong = look.paint(Ink::Strong, &one.name);
    let parties = match (one.from.is_empty(), one.to.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!(" of {}", one.to.join(", ")),
        (false, true) => format!(" by {}", one.from.join(", ")),
        (false, false) => format!(" from {} to {}", one.from.join(", "), one.to.join(", ")),
    };
    let mut out =
        format!("{strong}, {}{parties}: {}  ({})\n", one.kind, signed(&one.state, look), one.clause);
    for line in &one.about {
        out.push_str(&format!("  {}\n", visible(line)));
    }
    for (head, lines) in [
        ("if nothing is agreed, or it is not used", &one.otherwise),
        ("to be disclosed", &one.discloses),
        ("may be kept secret", &one.keeps_secret),
        ("on this day", &one.may),
    ] {
        if !lines.is_empty() {
            out.push_str(&format!("  {head}: {}\n", visible(&lines.join(", "))));
        }
    }
    for (index, step) in one.history.iter().enumerate() {
        let branch = if index + 1 == one.history.len() { "└─" } else { "├─" };
        out.push_str(&format!("  {branch} {}\n", told(step, look)));
    }
    out
}

fn told(step: &Step, look: Look) -> String {
    let days = match (step.from, step.until) {
        (Some(from), Some(until)) if from == until => from.to_string(),
        (Some(from), Some(until)) => format!("{from} to {until}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(until)) => format!("until {until}"),
        (None, None) => "always".to_string(),
    };
    let by = if step.by.is_empty() { String::new() } else { format!("  ({})", step.by.join(", ")) };
    let because =
        if step.because.is_empty() { String::new() } else { format!(": {}", visible(&step.because)) };
    format!("{days}  {}{because}{by}", signed(&step.state, look))
}
