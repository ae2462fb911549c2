//! `counterpart net`: what is netted between parties, period by period, and what is owed beside it.

use crate::args::{HELP, Session};
use crate::command::statement::text::row;
use crate::exit::Outcome;
use crate::terminal::{Ink, Look};
use crate::text::{count, table, to_the_right, visible};
use crate::world;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::balances::{
    GrossDue, GrossTotal, NetAsked, NetBalance, NetClause, NetStatement, NetSum,
};
use counterpart_run::statement::Line;
use counterpart_terms::value::Name;
use std::fmt::Write;
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart net acme                            each balance, who pays it, by when
  counterpart net acme --from 2029-01-01 --full   with every figure opened
  counterpart net acme --party Acme --as-of 2030-12-31";

/// The arguments of `net`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(value_name = "DEAL", default_value = ".")]
    path: PathBuf,
    /// Only what this party owes, or is owed.
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// Only balances of periods that end, and what is due, on this day or later.
    #[arg(long, value_name = "DATE", value_parser = crate::args::date)]
    from: Option<Date>,
    /// Only balances of periods that end, and what is due, by this day.
    #[arg(long, value_name = "DATE", value_parser = crate::args::date)]
    until: Option<Date>,
    /// Open every figure, and list what is settled as well.
    #[arg(long)]
    full: bool,
}

/// Tells what is netted.
///
/// # Errors
/// When the deal cannot be read or does not compile, the party is not one of it, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let deal = world::find_one(&args.path)?.read_sound()?;
    let machine = Machine::new(&deal);
    let as_of = session.global.day();
    let known_on = session.global.known_on.unwrap_or(Date::MAX);
    if let Some(party) = &args.party {
        crate::command::due::known(&machine, party)?;
    }
    let asked = NetAsked {
        party: args.party.as_deref().map(Name::from),
        from: args.from,
        until: args.until,
        settled: args.full,
    };
    let told = machine.netting(&asked, as_of, known_on);
    if session.global.json {
        session.print_answer("counterpart/net/1", serde_json::to_value(&told).unwrap_or_default())?;
        return Ok(crate::app::unused_entries(&machine, session));
    }
    let look = session.terminal.look;
    session.terminal.print(&text(&told, args.full, look))?;
    let balances: usize = told.nets.iter().map(|net| net.balances.len()).sum();
    session.terminal.say(&match told.nets.is_empty() {
        true => format!("nothing is netted by the deal: each pays what it owes, as of {as_of}"),
        false => format!("{}, as of {as_of}", count(balances, "balance")),
    });
    crate::app::not_begun(&machine, as_of, session);
    Ok(crate::app::unused_entries(&machine, session))
}

fn text(told: &NetStatement, full: bool, look: Look) -> String {
    let mut out = String::new();
    for net in &told.nets {
        clause(&mut out, net, told.as_of, full, look);
    }
    if !told.beside.is_empty() {
        let blank = if out.is_empty() { "" } else { "\n" };
        let heading = if told.nets.is_empty() { "Owed, gross" } else { "Owed beside it, not netted" };
        let mut rows = vec![
            ["payment", "who owes whom", "owed", "paid", "left", "due", ""].map(str::to_string).to_vec(),
        ];
        rows.extend(told.beside.iter().map(|one| gross(one, look)));
        to_the_right(&mut rows, &[2, 3, 4]);
        let _ = write!(out, "{blank}{}", table(heading, &rows, look));
    }
    if !told.totals.is_empty() {
        let blank = if out.is_empty() { "" } else { "\n" };
        let mut rows: Vec<Vec<String>> = told.totals.iter().map(|one| total(one, look)).collect();
        to_the_right(&mut rows, &[2]);
        let heading =
            if told.nets.is_empty() { "Each way, gross" } else { "Each way, beside what is netted" };
        let _ = write!(out, "{blank}{}", table(heading, &rows, look));
    }
    out
}

/// The balances of a clause as a table, and opened where asked for.
fn clause(out: &mut String, net: &NetClause, as_of: Date, full: bool, look: Look) {
    let blank = if out.is_empty() { "" } else { "\n" };
    let each = net.each.as_ref().map_or(", on the day they fall due".to_string(), |each| format!(", {each}"));
    let heading = format!("Net of {}{each}  ({})", net.payments.join(", "), net.clause);
    if let Some(why) = &net.unknown {
        let sign = look.paint(Ink::Doubtful, "!");
        let _ = writeln!(
            out,
            "{blank}{}\n  {sign} not computed: {}",
            look.paint(Ink::Strong, &heading),
            visible(why)
        );
        return;
    }
    let brought = net.balances.iter().any(|one| one.brought.is_some());
    let mut heads = vec!["for".to_string()];
    if brought {
        heads.push("brought forward".to_string());
    }
    heads.extend(net.payments.iter().cloned());
    heads.extend(["net", "who pays whom", "due", ""].map(str::to_string));
    let figures: Vec<usize> = (1..heads.len().saturating_sub(3)).collect();
    let mut rows = vec![heads];
    rows.extend(net.balances.iter().map(|one| balance(net, one, brought, as_of, look)));
    to_the_right(&mut rows, &figures);
    let _ = write!(out, "{blank}{}", table(&heading, &rows, look));
    if full {
        net.balances.iter().for_each(|one| opened(out, one, look));
    }
}

/// One balance as a row: what each payment brings in, what is left to pay, and how that stands.
fn balance(net: &NetClause, one: &NetBalance, brought: bool, as_of: Date, look: Look) -> Vec<String> {
    let mut cells = vec![
        one.period
            .as_ref()
            .map_or_else(|| one.due.map_or(String::new(), |day| day.to_string()), |days| days.label.clone()),
    ];
    let by = |sum: &NetSum| format!("{} {}", sum.from, sum.amount);
    if brought {
        cells.push(one.brought.as_ref().map_or(String::new(), by));
    }
    for payment in &net.payments {
        let own: Vec<String> = one
            .sides
            .iter()
            .filter(|side| side.payment == *payment)
            .map(|side| {
                let amount = side.amount.clone().unwrap_or_else(|| "not known".to_string());
                format!("{} {amount}", side.from)
            })
            .collect();
        cells.push(own.join(" + "));
    }
    let (sum, who) = match (&one.net, &one.waits) {
        (_, Some(waits)) => (waits.amount.clone(), format!("{} to {}", waits.from, waits.to)),
        (Some(net), None) => (net.amount.clone(), format!("{} to {}", net.from, net.to)),
        (None, None) => ("not known".to_string(), String::new()),
    };
    cells.extend([
        sum,
        who,
        one.due.map_or("–".to_string(), |day| day.to_string()),
        state(one, as_of, look) + &too_much(one),
    ]);
    cells
}

/// What was paid the other way, though nothing was owed that way.
fn too_much(one: &NetBalance) -> String {
    let said = |sum: &NetSum| format!("; {} paid {} it did not owe", sum.from, sum.amount);
    one.too_much.as_ref().map_or(String::new(), said)
}

fn state(one: &NetBalance, as_of: Date, look: Look) -> String {
    if one.waits.is_some() {
        let below = one.below.as_ref().map_or(String::new(), |below| format!(", being below {below}"));
        return look.paint(Ink::Doubtful, &format!("– waits{below}"));
    }
    if let Some(why) = &one.unknown {
        return look.paint(Ink::Doubtful, &format!("! {}", visible(why)));
    }
    match (&one.paid, &one.left) {
        (Some(_), Some(left)) if is_nothing(left) => look.paint(Ink::Good, "✓ paid"),
        (None, Some(left)) if is_nothing(left) => "– nothing to pay".to_string(),
        (Some(_), Some(left)) if left.contains('-') => {
            let more = left.replacen('-', "", 1);
            look.paint(Ink::Doubtful, &format!("✓ paid, {more} too much"))
        }
        (paid, left) => {
            let part = paid.as_ref().zip(left.as_ref());
            let part = part.map_or(String::new(), |(paid, left)| format!(", paid {paid}, left {left}"));
            match one.due {
                Some(day) if day < as_of => look.paint(Ink::Bad, &format!("✗ late{part}")),
                _ => look.paint(Ink::Doubtful, &format!("! due{part}")),
            }
        }
    }
}

/// Whether a sum of money as text is nothing.
fn is_nothing(sum: &str) -> bool {
    !sum.chars().any(|c| c.is_ascii_digit() && c != '0')
}

/// A balance with the lines behind each of its figures.
fn opened(out: &mut String, one: &NetBalance, look: Look) {
    let label = one.period.as_ref().map_or(String::new(), |days| format!(" for {}", days.label));
    for side in &one.sides {
        let head = format!("{}{label}", side.payment);
        let _ = writeln!(out, "\n{}", look.paint(Ink::Name, &head));
        row(
            out,
            1,
            &format!("{} owes {}", side.from, side.to),
            side.amount.as_deref().unwrap_or(""),
            "",
            look,
        );
        if let Some(why) = &side.unknown {
            let _ = writeln!(out, "  {} {}", look.paint(Ink::Doubtful, "!"), visible(why));
        }
        side.lines.iter().for_each(|line| self::line(out, line, 2, look));
    }
}

fn line(out: &mut String, line: &Line, depth: usize, look: Look) {
    let how = if line.arithmetic.is_empty() { String::new() } else { format!(": {}", line.arithmetic) };
    let what = visible(&format!("{}{how}", line.what));
    let clause = line.clause.as_deref().unwrap_or("");
    row(out, depth, &what, line.amount.as_deref().unwrap_or(""), clause, look);
    line.lines.iter().for_each(|part| self::line(out, part, depth + 1, look));
}

fn gross(one: &GrossDue, look: Look) -> Vec<String> {
    let period = one.period.as_ref().map_or(String::new(), |period| format!(" for {period}"));
    let why = one
        .unknown
        .as_ref()
        .map_or(String::new(), |why| look.paint(Ink::Doubtful, &format!("! {}", visible(why))));
    let known = |sum: &Option<String>| sum.clone().unwrap_or_else(|| "not known".to_string());
    vec![
        format!("{}{period}", visible(&one.payment)),
        format!("{} to {}", one.from, one.to),
        known(&one.amount),
        one.paid.clone().unwrap_or_default(),
        known(&one.left),
        one.due.map_or("no day".to_string(), |day| day.to_string()),
        match why.contains(&format!("({})", one.clause)) {
            true => why,
            false => format!("{why}  ({})", one.clause).trim_start().to_string(),
        },
    ]
}

fn total(one: &GrossTotal, look: Look) -> Vec<String> {
    let without = match one.without.as_slice() {
        [] => String::new(),
        some => look.paint(Ink::Doubtful, &format!("! and what is not known of {}", some.join(", "))),
    };
    vec![one.from.clone(), format!("owes {}", one.to), one.left.clone(), without]
}
