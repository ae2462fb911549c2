//! `counterpart demo`: a real, public licence from its text to the royalties its licensor published.
//!
//! The deal is the one in `deals/innoviva`, carried inside the program, so that this works anywhere.

mod rights;

use crate::args::{HELP, Session};
use crate::exit::{Exit, Outcome, Trouble};
use crate::passes;
use crate::terminal::{Ink, Look};
use crate::text::{count, table};
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact};
use counterpart_run::Machine;
use counterpart_run::statement::{Payment, Published, Statement};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;
use std::fmt::Write;
use std::path::PathBuf;

include!(concat!(env!("OUT_DIR"), "/innoviva.rs"));

const EXAMPLES: &str = "Examples:
  counterpart demo                   a real licence, checked, run and paid
  counterpart demo --save innoviva   write its files, to look at and change
  counterpart demo --json            the statement, for a program";

/// The arguments of `demo`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// Write the deal's files into a new folder.
    #[arg(long, value_name = "FOLDER")]
    save: Option<PathBuf>,
}

/// Shows the deal.
///
/// # Errors
/// When the files cannot be written, or the output cannot.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    if let Some(folder) = &args.save {
        return save(folder, session);
    }
    let asked = (session.global.as_of, session.global.known_on);
    let here = PathBuf::from("deals/innoviva").is_dir();
    if session.global.json {
        let deal = deal();
        let machine = Machine::new(&deal);
        let statement = machine.statement(None, None, day(&machine, asked.0), asked.1.unwrap_or(Date::MAX));
        session.terminal.print_json(&statement)?;
        return Ok(Exit::Done);
    }
    let (text, errors) = text(asked, here, session.terminal.look);
    session.terminal.print(&text)?;
    Ok(if errors == 0 { Exit::Done } else { Exit::Findings })
}

fn deal() -> Deal {
    Deal::read(DEMO.iter().map(|(path, bytes)| ((*path).to_string(), bytes.to_vec())))
}

/// The demo answers for the last day on which a figure was published, so that it prints the same on every day; what the
/// journal tells of later days is invented.
fn day(machine: &Machine<'_>, asked: Option<Date>) -> Date {
    let published = machine.journal.events.iter().filter(|e| matches!(e.kind, EventKind::Published(_)));
    asked.or_else(|| published.map(|e| e.date).max()).unwrap_or(Date::MAX)
}

/// What the demo prints, as of and as known on days, and how many errors it found; `here` where the deal's
/// own folder is at hand.
pub fn text(asked: (Option<Date>, Option<Date>), here: bool, look: Look) -> (String, usize) {
    let deal = deal();
    let machine = Machine::new(&deal);
    let statement = machine.statement(None, None, day(&machine, asked.0), asked.1.unwrap_or(Date::MAX));
    let (findings, asked) = passes::check(&deal);
    let errors = findings.iter().filter(|f| f.severity == Severity::Error).count();
    let mut out = String::new();
    let model = machine.editions.last();
    heading(&mut out, &model.header.title, look);
    for (name, party) in model.parties.iter().filter(|(n, _)| model.header.parties.contains(n)) {
        let _ = writeln!(out, "  {name}: {}", party.title.as_deref().unwrap_or_default());
    }
    heading(&mut out, "1. Is the text sound?", look);
    soundness(&mut out, (&deal, asked), errors, look);
    heading(&mut out, "2. Who may do what?", look);
    out.push_str(&rights::table(&deal, model, look));
    heading(&mut out, &format!("3. What was owed, and what was published ({})", statement.unit), look);
    out.push_str(&beside_published(&statement, look));
    heading(&mut out, "4. Where does a figure come from?", look);
    if let Some(payment) = opened(&statement) {
        super::statement::text::payment(&mut out, payment, true, look);
    }
    heading(&mut out, "Next", look);
    next(&mut out, here);
    (out, errors)
}

fn soundness(out: &mut String, (deal, asked): (&Deal, Option<passes::Asked>), errors: usize, look: Look) {
    let (sign, verdict) = if errors == 0 {
        (look.paint(Ink::Good, "✓"), "no errors".to_string())
    } else {
        (look.paint(Ink::Bad, "✗"), count(errors, "error"))
    };
    let (held, not_yet) = asked.map_or((0, 0), |a| (a.held, a.waiting));
    let rest = if not_yet == 0 { String::new() } else { format!(", {not_yet} not computed yet") };
    let _ = writeln!(
        out,
        "  {sign} {verdict}: {}, {}, {} held against the answers and found true{rest}",
        count(deal.clause_count(), "clause"),
        count(deal.symbols.iter().count(), "name"),
        count(held, "assertion"),
    );
}

/// What to type next.
fn next(out: &mut String, here: bool) {
    let path = if here { "deals/innoviva" } else { "innoviva" };
    let mut rows = vec![
        (format!("counterpart statement {path} --period 2021-Q3"), "the statement of a quarter"),
        (format!("counterpart show {path} Relvar"), "a clause, and where it is used"),
        ("counterpart new acme --template patent".to_string(), "a deal of your own"),
    ];
    if !here {
        rows.insert(0, ("counterpart demo --save innoviva".to_string(), "write this deal's files"));
    }
    let width = rows.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    for (command, what) in rows {
        let _ = writeln!(out, "  {command:width$}   {what}");
    }
}

fn heading(out: &mut String, text: &str, look: Look) {
    if !out.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "{}", look.paint(Ink::Strong, text));
}

/// The royalties somebody printed, each with the payment it is printed of.
fn printed(statement: &Statement) -> impl Iterator<Item = (&Payment, &Published)> {
    let all = statement.payments.iter().flat_map(|p| p.published.iter().map(move |f| (p, f)));
    all.filter(|(_, figure)| figure.quantity == "royalty")
}

/// The payment to open: the last one with a published figure beside ours.
fn opened(statement: &Statement) -> Option<&Payment> {
    printed(statement).filter(|(_, figure)| figure.agrees.is_some()).last().map(|(payment, _)| payment)
}

/// Digits of a difference, in millions.
const DIGITS: u32 = 4;

fn beside_published(statement: &Statement, look: Look) -> String {
    let mut rows = vec![
        ["period", "royalty", "net sales", "computed", "published", "difference", ""]
            .map(String::from)
            .to_vec(),
    ];
    for (payment, figure) in printed(statement).filter(|(_, f)| f.agrees.is_some()) {
        let shown = |f: &Option<counterpart_run::statement::Figure>| {
            f.as_ref().map_or("–".to_string(), |f| f.shown.clone())
        };
        let sign = match figure.agrees {
            Some(true) => look.paint(Ink::Good, "✓"),
            Some(false) => look.paint(Ink::Bad, "✗"),
            None => look.paint(Ink::Doubtful, "!"),
        };
        let million = Exact::from_int(1_000_000);
        let difference = figure.difference.as_ref().and_then(|d| d.checked_div(&million));
        let difference = difference.map_or("not known".to_string(), |d| d.to_grouped(DIGITS));
        rows.push(vec![
            payment.period.as_ref().map_or(String::new(), |p| p.label.clone()),
            payment.payment.to_string(),
            format!("{:>9}", shown(&payment.base)),
            format!("{:>8}", shown(&figure.ours)),
            format!("{:>9}", figure.shown),
            format!("{difference:>10}"),
            sign,
        ]);
    }
    let mut out = table("", &rows, look);
    let number = |agrees: Option<bool>| printed(statement).filter(|(_, f)| f.agrees == agrees).count();
    let (agreeing, differing, unknown) = (number(Some(true)), number(Some(false)), number(None));
    let _ = writeln!(
        out,
        "  {agreeing} of {} agree with the figure printed, to its last digit; the rest of a digit is rounding.",
        agreeing + differing
    );
    if unknown > 0 {
        let _ = writeln!(
            out,
            "  {unknown} more are not compared, as the sales of their time are not all published: the statement lists them."
        );
    }
    out
}

/// Writes the deal's files into a new folder.
fn save(folder: &std::path::Path, session: &mut Session) -> Outcome {
    if folder.exists() {
        let message = format!("there is something in `{}` already", crate::world::shown(folder));
        return Err(Trouble::new(Exit::Conflict, message)
            .with_help("choose another name; nothing was changed")
            .into());
    }
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        for (path, bytes) in DEMO {
            std::fs::write(folder.join(path), bytes)?;
        }
        Ok(())
    };
    write().map_err(|e| {
        Trouble::unreadable(format!(
            "`{}` cannot be written: {}",
            crate::world::shown(folder),
            crate::world::plainly(&e)
        ))
    })?;
    if session.global.json {
        let files: Vec<String> =
            DEMO.iter().map(|(path, _)| crate::world::shown(&folder.join(path))).collect();
        let body = serde_json::json!({ "folder": crate::world::shown(folder), "files": files });
        session.terminal.print_form("counterpart/demo/1", body)?;
        return Ok(Exit::Done);
    }
    session.terminal.say(&format!(
        "written: {} in {}",
        count(DEMO.len(), "file"),
        crate::world::shown(folder)
    ));
    Ok(Exit::Done)
}
