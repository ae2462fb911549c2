//! `counterpart exit`: what follows from an end of the agreement on a day, and who may bring it about.

use crate::args::{HELP, Session};
use crate::exit::{Exit, Outcome, Trouble};
use crate::terminal::{Ink, Look};
use crate::text::{hanging, table};
use crate::world;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::exit::{ExitAsk, ExitLine, ExitPart, ExitPlan, Group, Way};
use counterpart_terms::value::Name;
use std::fmt::Write;
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart exit acme --on 2031-06-30                      the ways out and what follows
  counterpart exit acme --on 2031-06-30 --cause breach       if somebody acts on one
  counterpart exit acme --in DE --for Pump --cause will      of one country, or one product, alone
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
    /// The end of what is of this product alone.
    #[arg(long = "for", value_name = "PRODUCT")]
    product: Option<String>,
    /// The end in this country alone.
    #[arg(long = "in", value_name = "COUNTRY")]
    place: Option<String>,
    /// The end for this field alone.
    #[arg(long, value_name = "FIELD")]
    field: Option<String>,
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
    let part = part(args, &machine, on)?;
    let ask = ExitAsk { cause: args.cause.clone(), by, part, as_of: session.global.as_of };
    let plan = machine.exit(on, known_on, &ask);
    let early = plan.supposed && plan.last_day.is_none();
    let unavailable = (args.cause.is_some() || early) && plan.available == Some(false);
    let answer = if unavailable { Exit::Findings } else { Exit::Done };
    if session.global.json {
        let body = serde_json::to_value(&plan).unwrap_or_default();
        session.print_answer("counterpart/exit/1", body)?;
        return Ok(answer);
    }
    let look = session.terminal.look;
    session.terminal.print(&text(&plan, args.cause.is_none(), look))?;
    Ok(answer.or(crate::app::unused_entries(&machine, session)))
}

/// The part of the agreement that is asked about.
fn part(args: &Args, machine: &Machine<'_>, on: Date) -> Result<Option<ExitPart>, Trouble> {
    let market = &machine.editions.on(on).market;
    if let Some(place) = args.place.as_ref().filter(|place| !market.is_place(&Name::from(place.as_str()))) {
        let said = format!("`{}` is no country and no territory of this deal", crate::text::visible(place));
        return Err(Trouble::unreadable(said).with_help("write two letters, as in `--in DE`"));
    }
    let product = args.product.as_deref().map(Name::from);
    if let Some(name) = product.as_ref().filter(|name| !market.products.contains_key(*name)) {
        let known: Vec<&str> = market.products.keys().map(Name::as_str).collect();
        let trouble = Trouble::unreadable(format!("`{}` is no product of this deal", visible(name)));
        return Err(match known.is_empty() {
            true => trouble.with_help("it has none; where a field is meant, write `--field`"),
            false => trouble.with_help(format!("its products are {}", known.join(", "))),
        });
    }
    let field = args.field.as_deref().map(Name::from);
    if let Some(name) = field.as_ref().filter(|name| market.dimension_of(name).is_none()) {
        let trouble = Trouble::unreadable(format!("`{}` is no field of this deal", visible(name)));
        return Err(trouble.with_help("name a field as the deal does; for a product, write `--for`"));
    }
    let names: Vec<Name> = product.into_iter().chain(field).collect();
    let place = args.place.as_deref().map(Name::from);
    Ok((place.is_some() || !names.is_empty()).then_some(ExitPart { place, names }))
}

fn visible(name: &Name) -> String {
    crate::text::visible(name.as_str()).to_string()
}

fn text(plan: &ExitPlan, ways: bool, look: Look) -> String {
    let mut out = String::new();
    if ways && !plan.ways.is_empty() {
        let mut rows: Vec<Row> = Vec::new();
        plan.ways.iter().for_each(|way| add(&mut rows, way_row(way, look)));
        let rows: Vec<Vec<String>> = rows.into_iter().map(Row::cells).collect();
        out.push_str(&table("ways out", &rows, look));
    }
    out.push_str(&head(plan, look));
    let mut lines = plan.lines.as_slice();
    while let Some(first) = lines.first() {
        let group = first.group;
        let count = lines.iter().take_while(|line| line.group == group).count();
        let (own, rest) = lines.split_at(count);
        let mut rows: Vec<Row> = Vec::new();
        own.iter().for_each(|line| add(&mut rows, row(line)));
        let (many, rows): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.what.len() > 1);
        let rows: Vec<Vec<String>> = rows.into_iter().map(Row::cells).collect();
        out.push_str(&table(group.word(), &rows, look));
        // What is alike of many would widen the columns of the others.
        many.into_iter().for_each(|row| out.push_str(&hanging(&row.line(look), 2, look)));
        lines = rest;
    }
    out
}

/// A row, which may stand for several that are alike.
struct Row {
    /// Whom it concerns.
    who: Vec<String>,
    /// What it is about.
    what: Vec<String>,
    /// Its days, or how it stands.
    stands: String,
    /// What is said of it.
    said: String,
    /// Its clauses.
    clauses: Vec<String>,
    /// Rows that say the same are one: of several parties, or of several things.
    alike: Alike,
}

/// Which rows are one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alike {
    /// Each stands by itself.
    No,
    /// Those of several parties.
    Parties,
    /// Those of several things of one party.
    Things,
}

impl Row {
    fn cells(self) -> Vec<String> {
        let clauses = clauses(&self.clauses);
        let said = match self.said.is_empty() {
            true => format!("({clauses})"),
            false => format!("{}  ({clauses})", self.said),
        };
        vec![self.who.join(", "), things(&self.what), self.stands, said]
    }

    /// As one line of text.
    fn line(self, look: Look) -> String {
        let who = look.paint(Ink::Name, &self.who.join(", "));
        format!("{who}  {}: {}  ({})", things(&self.what), self.said, clauses(&self.clauses))
    }
}

/// Several things, those of one name for several periods as one: `owes Fee for 2026, 2027`.
fn things(all: &[String]) -> String {
    let mut out: Vec<(String, Vec<&str>)> = Vec::new();
    for thing in all {
        let (name, period) = thing.split_once(" for ").map_or((thing.as_str(), None), |(a, b)| (a, Some(b)));
        match (out.iter_mut().find(|(known, _)| known == name), period) {
            (Some((_, periods)), Some(period)) if !periods.is_empty() => periods.push(period),
            _ => out.push((name.to_string(), period.into_iter().collect())),
        }
    }
    let said = out.into_iter().map(|(name, periods)| match periods.is_empty() {
        true => name,
        false => format!("{name} for {}", periods.join(", ")),
    });
    said.collect::<Vec<_>>().join(", ")
}

/// Clauses, each file named once where they are in one: `agreement.deal:12, 15`.
fn clauses(all: &[String]) -> String {
    let mut out = String::new();
    let mut last = "";
    for clause in all {
        let (file, line) = clause.rsplit_once(':').unwrap_or(("", clause));
        let again = file == last && !out.is_empty();
        let said = if again { line } else { clause };
        let _ = write!(out, "{}{said}", if out.is_empty() { "" } else { ", " });
        last = file;
    }
    out
}

/// Adds a row, to one that is alike where there is one.
fn add(rows: &mut Vec<Row>, row: Row) {
    let same = |other: &&mut Row| {
        let alike = match row.alike {
            Alike::No => false,
            Alike::Parties => other.what == row.what,
            Alike::Things => other.who == row.who,
        };
        alike && other.alike == row.alike && (&other.stands, &other.said) == (&row.stands, &row.said)
    };
    let Some(other) = rows.iter_mut().find(same) else {
        rows.push(row);
        return;
    };
    let lists = [(&mut other.who, row.who), (&mut other.what, row.what), (&mut other.clauses, row.clauses)];
    for (all, more) in lists {
        let fresh: Vec<String> = more.into_iter().filter(|one| !all.contains(one)).collect();
        all.extend(fresh);
    }
}

fn way_row(way: &Way, look: Look) -> Row {
    let state = match way.available {
        Some(true) => look.paint(Ink::Good, "✓ open"),
        Some(false) => look.paint(Ink::Bad, "✗ shut"),
        None => look.paint(Ink::Doubtful, "? open"),
    };
    let why = way.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
    let end = way.last_day.map_or(String::new(), |day| format!("last day {day}"));
    let clock = way.clock.as_ref().map_or(String::new(), |clock| format!(", {clock}"));
    let told = format!("{end}{clock}{why}");
    let said = told.trim_start_matches([',', ':', ' ']).to_string();
    let cause = match &way.part {
        Some(part) => format!("{} for {part}", way.cause),
        None => way.cause.clone(),
    };
    Row {
        who: vec![way.by.clone().unwrap_or_default()],
        what: vec![cause],
        stands: state,
        said,
        clauses: vec![way.clause.clone()],
        alike: Alike::Parties,
    }
}

fn row(line: &ExitLine) -> Row {
    let days = match (line.from, line.until) {
        (Some(from), Some(until)) => format!("{from} to {until}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(day)) if line.group == Group::Money => format!("due {day}"),
        (None, Some(until)) => format!("to {until}"),
        (None, None) => "–".into(),
    };
    let terms = match &line.unknown {
        Some(why) => format!("not known: {why}"),
        None => line.terms.clone(),
    };
    Row {
        who: vec![if line.who.is_empty() { "–".into() } else { line.who.clone() }],
        what: vec![line.what.clone()],
        stands: days,
        said: terms,
        clauses: vec![line.clause.clone()],
        alike: if line.unknown.is_some() { Alike::Things } else { Alike::No },
    }
}

/// How the end comes about: what stands against it first, so that what would follow is not taken for what follows.
fn head(plan: &ExitPlan, look: Look) -> String {
    let mut out = String::new();
    let whom = plan.by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
    let cause = plan.cause.as_ref().map_or(String::new(), |cause| format!(", cause {cause}"));
    let part = plan.part.as_ref().map_or(String::new(), |part| format!(", {part} alone"));
    let cause = format!("{cause}{part}");
    let clock = plan.clock.as_ref().map_or(String::new(), |clock| format!(" ({clock})"));
    match (plan.available, &plan.why) {
        (Some(false), Some(why)) => {
            let said = look.paint(Ink::Bad, &format!("not available on {}", plan.on));
            out.push_str(&hanging(&format!("{said}: {why}"), 0, look));
        }
        (None, Some(why)) => {
            let said = look
                .paint(Ink::Doubtful, &format!("it cannot be said whether it is available on {}", plan.on));
            out.push_str(&hanging(&format!("{said}: {why}"), 0, look));
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
            out.push_str(&hanging(&format!("{said}{clock}"), 0, look));
        }
        None if plan.supposed => {}
        None => {
            let _ = writeln!(out, "{how}{whom}{cause}: an end on no day that is known");
        }
    }
    out
}
