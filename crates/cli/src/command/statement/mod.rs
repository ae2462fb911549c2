//! `counterpart statement`: what is owed for a period, every figure open to its clause.

pub mod text;

use crate::args::{HELP, Session};
use crate::exit::{Outcome, Trouble};
use crate::text::closest;
use crate::world;
use counterpart_num::period::parse_label;
use counterpart_num::{Basis, Date, Family, Label, Period};
use counterpart_run::Machine;
use counterpart_terms::value::Name;
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart statement acme --period 2029-Q1           what is owed for a quarter
  counterpart statement acme --period 2029 --only Running --full
  counterpart statement acme --known-on 2029-12-31      as the books stood then";

/// The arguments of `statement`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Only this period: 2029, 2029-Q1, 2029-H1, 2029-03, FY2029, "contract year 3".
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// Only this payment.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Open every figure down to the entries it comes from.
    #[arg(long)]
    full: bool,
}

/// Computes the statement.
///
/// # Errors
/// When the deal cannot be read or does not compile, a name or period is unknown, or the output cannot
/// be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let deal = world::find_one(&args.path)?.read_sound()?;
    let machine = Machine::new(&deal);
    let only = match &args.only {
        Some(name) => Some(known(&machine, name, session)?),
        None => None,
    };
    let period = match &args.period {
        Some(text) => Some(period(&machine, text)?),
        None => None,
    };
    let as_of = session.global.day();
    let known_on = session.global.known_on.unwrap_or(counterpart_num::Date::MAX);
    let statement = machine.statement(period, only.as_ref(), as_of, known_on);
    if session.global.json {
        session.terminal.print_json(&statement)?;
    } else {
        let text = text::statement(&statement, args.full, session.terminal.look);
        session.terminal.print(&text)?;
    }
    if statement.payments.is_empty() && statement.overdue.is_empty() {
        let when = args.period.as_ref().map_or(String::new(), |p| format!(" for {p}"));
        session.terminal.say(&format!("nothing has fallen due{when} as of {as_of}"));
        crate::app::not_begun(&machine, as_of, session);
    }
    let exit = crate::app::unused_entries(&machine, session);
    // Of what is overdue the text has a block.
    let told: Vec<String> = match session.global.json {
        true => Vec::new(),
        false => statement.overdue.iter().map(|missing| missing.in_words()).collect(),
    };
    for reason in statement.not_computed.iter().filter(|reason| !told.contains(reason)) {
        session.terminal.always_say(&format!("not computed: {reason}"));
    }
    Ok(exit)
}

fn known(machine: &Machine<'_>, name: &str, session: &Session) -> Result<Name, Trouble> {
    let mut streams = machine.streams();
    // What patents cost is told under their name.
    let known_on = session.global.known_on.unwrap_or(Date::MAX);
    let shared = machine.cost_names(session.global.day(), known_on);
    streams.extend(shared.into_iter().filter(|name| !machine.streams().contains(name)));
    if let Some(found) = streams.iter().find(|s| s.as_str() == name) {
        return Ok(found.clone());
    }
    let trouble =
        Trouble::unreadable(format!("no payment of this deal is called `{}`", crate::text::visible(name)));
    let names: Vec<&str> = streams.iter().map(Name::as_str).collect();
    Err(match closest(name, names.iter().copied()) {
        Some(near) => trouble.with_help(format!("did you mean `{near}`?")),
        None => trouble.with_help(format!("its payments are {}", names.join(", "))),
    })
}

/// A period as people write it; fiscal and contract years are the deal's own.
fn period(machine: &Machine<'_>, text: &str) -> Result<Period, Trouble> {
    let trouble = || {
        Trouble::unreadable(format!("`{}` is not a period", crate::text::visible(text)))
            .with_help("write 2029, 2029-Q1, 2029-H1, 2029-03, FY2029 or \"contract year 3\"")
    };
    let label = parse_label(text).ok_or_else(trouble)?;
    if let Some(period) = label.period(&Basis::Calendar) {
        return Ok(period);
    }
    if let Label::Part { family: Family::Calendar, year, .. } = label
        && !Date::has_year(year)
    {
        let (first, last) = (Date::MIN.year(), Date::MAX.year());
        return Err(Trouble::unreadable(format!("the year {year} is out of range"))
            .with_help(format!("years go from {first} to {last}")));
    }
    let day = machine.journal.last_day().unwrap_or(counterpart_num::Date::MAX);
    let run = machine.run(day, day);
    let clock = run.clock();
    let ends = machine.editions.last().parties.values().find_map(|p| p.year_ends);
    let fiscal = ends.map(|(year_end_month, year_end_day)| Basis::Fiscal { year_end_month, year_end_day });
    let contract = clock.effective().map(|anchor| Basis::Contract { anchor });
    let found = [fiscal, contract].into_iter().flatten().find_map(|basis| label.period(&basis));
    let shown = crate::text::visible(text);
    found.ok_or_else(|| match (fiscal.is_some(), contract.is_some()) {
        (true, true) => trouble(),
        (false, _) if text.to_uppercase().starts_with("FY") => Trouble::unreadable(format!(
            "no party of this deal says when its fiscal year ends, so `{shown}` has no days"
        ))
        .with_help("add a line such as `year ends 30 June` to the party"),
        _ => Trouble::unreadable(format!("this deal has no effective date, so `{shown}` has no days"))
            .with_help("ask for a calendar period, such as 2029 or 2029-Q1"),
    })
}
