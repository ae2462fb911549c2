//! `counterpart due`: what everybody has to do, late first, the last days of what they may do, and what is to be kept from day
//! to day.

use crate::args::{HELP, Session};
use crate::calendar::calendar;
use crate::exit::{Exit, Outcome, Trouble};
use crate::terminal::{Ink, Look};
use crate::text::{count, table};
use crate::world;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::agenda::{Duty, Kind, State};
use counterpart_terms::value::Name;
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart due acme                                 what is late, due and coming
  counterpart due acme --of Acme --until 2029-06-30    what one party owes by a day
  counterpart due acme --ical                          for a calendar";

/// The arguments of `due`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Only what this party owes.
    #[arg(long, value_name = "PARTY")]
    of: Option<String>,
    /// Only what is due on this day or later.
    #[arg(long, value_name = "DATE", value_parser = crate::args::date)]
    from: Option<Date>,
    /// Only what is due by this day.
    #[arg(long, value_name = "DATE", value_parser = crate::args::date)]
    until: Option<Date>,
    /// Also what is done, waived or over.
    #[arg(long)]
    all: bool,
    /// As a calendar (iCalendar, RFC 5545).
    #[arg(long, conflicts_with = "json")]
    ical: bool,
}

/// Lists the duties.
///
/// # Errors
/// When the deal cannot be read or does not compile, the party is not one of it, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let deal = world::find_one(&args.path)?.read_sound()?;
    let machine = Machine::new(&deal);
    let as_of = session.global.day();
    let known_on = session.global.known_on.unwrap_or(Date::MAX);
    if let Some(party) = &args.of {
        known(&machine, party)?;
    }
    let mut duties = machine.agenda(as_of, known_on, args.all);
    duties.retain(|duty| args.of.as_ref().is_none_or(|party| duty.is_of(party)) && args.holds(duty));
    if session.global.json {
        let body = serde_json::json!({ "as_of": as_of, "duties": duties });
        session.print_answer("counterpart/due/1", body)?;
        return Ok(Exit::Done);
    }
    if args.ical {
        let title = &machine.editions.first().header.title;
        session.terminal.print(&calendar(title, &duties, as_of))?;
        return Ok(Exit::Done);
    }
    let look = session.terminal.look;
    let of = |kinds: &[Kind]| duties.iter().filter(|duty| kinds.contains(&duty.kind)).collect();
    let (kept, may): (Vec<&Duty>, Vec<&Duty>) = (of(&[Kind::Keep]), of(&[Kind::May]));
    let dated: Vec<&Duty> = of(&[Kind::Once, Kind::Achieve]);
    let is_late = |duty: &&&Duty| matches!(duty.state, State::Late | State::Breached);
    let rows: Vec<Vec<String>> = dated
        .iter()
        .filter(is_late)
        .chain(dated.iter().filter(|duty| !is_late(duty)))
        .map(|duty| row(duty, look))
        .collect();
    if !rows.is_empty() {
        session.terminal.print(&table("", &rows, look))?;
    }
    let mut above = !dated.is_empty();
    for (heading, some) in [("Last days to use a right", &may), ("To be kept from day to day", &kept)] {
        if !some.is_empty() {
            let rows: Vec<Vec<String>> = some.iter().map(|duty| row(duty, look)).collect();
            let blank = if above { "\n" } else { "" };
            session.terminal.print(&format!("{blank}{}", table(heading, &rows, look)))?;
            above = true;
        }
    }
    let late = dated.iter().filter(is_late).count();
    let said = match dated.len() + kept.len() {
        0 => format!("nothing is to be done, as of {as_of}"),
        some => format!("{}, {late} late, as of {as_of}", count(some, "duty")),
    };
    session.terminal.say(&said);
    crate::app::not_begun(&machine, as_of, session);
    Ok(crate::app::unused_entries(&machine, session))
}

/// That somebody is a party, or whoever else the deal names.
pub(super) fn known(machine: &Machine<'_>, party: &str) -> Result<(), Trouble> {
    let name = Name::from(party);
    let parties: Vec<&Name> =
        machine.editions.0.iter().flat_map(|edition| edition.model.parties.keys()).collect();
    if parties.contains(&&name) {
        return Ok(());
    }
    let mut names: Vec<&str> = parties.into_iter().map(Name::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let said = format!("no party of this deal is called `{party}`: use one of {}", names.join(", "));
    Err(Trouble::unreadable(said))
}

impl Args {
    /// Whether a duty is due in the days asked for; one without a day is left out where days are asked for.
    fn holds(&self, duty: &Duty) -> bool {
        let Some(day) = duty.due.or(duty.until) else { return self.from.is_none() && self.until.is_none() };
        self.from.is_none_or(|from| day >= from) && self.until.is_none_or(|until| day <= until)
    }
}

fn row(duty: &Duty, look: Look) -> Vec<String> {
    let state = match duty.state {
        State::Late => look.paint(Ink::Bad, "✗ late  "),
        State::Breached => look.paint(Ink::Bad, "✗ broken"),
        State::Due if duty.kind == Kind::May => "– open  ".to_string(),
        State::Due => look.paint(Ink::Doubtful, "! due   "),
        State::Coming => "– coming".to_string(),
        State::Running => "– runs  ".to_string(),
        State::Survived => "– stays ".to_string(),
        State::Done => look.paint(Ink::Good, "✓ done  "),
        State::Cured => look.paint(Ink::Good, "✓ cured "),
        State::Waived => look.paint(Ink::Good, "✓ waived"),
        State::Over => "– over  ".to_string(),
    };
    // Several reports on end are one line, and say how many they are.
    let why = match (&duty.amount, &duty.unknown) {
        (_, None) => String::new(),
        (None, Some(reason)) if duty.kind == Kind::Keep => format!(", until a day not known: {reason}"),
        (Some(_), Some(reason)) if duty.due.is_none() => format!(", on a day not known: {reason}"),
        (Some(_), Some(reason)) => format!(", less what was paid, which is not known: {reason}"),
        (None, Some(reason)) if duty.act != "pay" && duty.due.is_some() => format!(": {reason}"),
        (None, Some(reason)) if duty.state == State::Coming && duty.due.is_some() => {
            format!(", an amount not known yet: {reason}")
        }
        // Of what has not arisen the amount is not asked yet.
        (None, Some(reason)) if duty.act != "pay" || duty.state == State::Coming => {
            format!(", on a day not known: {reason}")
        }
        (None, Some(reason)) => format!(", an amount not known: {reason}"),
    };
    let other = match duty.paid_otherwise.as_slice() {
        [] => String::new(),
        paid => format!(", paid in another money and not set off: {}", paid.join(", ")),
    };
    let done = duty.done_on.map_or(String::new(), |day| format!(", done on {day}"));
    // What late payments bear is in the statement.
    let next = duty.otherwise.as_ref().filter(|_| duty.act != "pay" && duty.state.is_open());
    let next = next.map_or(String::new(), |next| match next.clause == duty.clause {
        true => format!(", or else {}", next.what),
        false => format!(", or else {} ({})", next.what, next.clause),
    });
    let day = match (duty.due, duty.until, duty.kind) {
        (Some(day), ..) => day.to_string(),
        (None, Some(day), _) => format!("until {day}"),
        (None, None, Kind::Keep) => String::new(),
        (None, None, _) => "no day".to_string(),
    };
    vec![day, state, duty.by.clone(), format!("{}{done}{why}{other}{next}  ({})", duty.said(), duty.clause)]
}
