//! `counterpart check`: reads deals, draws what was found, and mends what can be mended.

mod mend;

use crate::app::complain;
use crate::args::{HELP, Session};
use crate::catalogue;
use crate::draw::{self, Book, Format};
use crate::exit::{Exit, Outcome, Trouble};
use crate::passes;
use crate::terminal::Ink;
use crate::text::count;
use crate::world::{self, Found};
use counterpart_syntax::Severity;
use std::cmp::Reverse;
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart check acme                       one deal
  counterpart check --fail-on warning deals/*  every deal of a folder, strictly
  counterpart check --fix acme                 mend what can only be meant one way";

/// The arguments of `check`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// Folders of deals, or files of one; `-` reads standard input.
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// From which severity on the check fails.
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    fail_on: FailOn,
    /// Apply fixes: `sure` ones can only be meant so; with `guesses` also what the message says is perhaps
    /// meant.
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "sure")]
    fix: Option<Fixes>,
    /// How to draw what is found; `human` where nothing is said
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// From which severity on a check fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Warnings too.
    Warning,
}

/// Which fixes to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Fixes {
    /// Those that can only be meant so.
    Sure,
    /// Those that choose what is perhaps meant, too.
    Guesses,
}

/// Checks the deals.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let format = match (session.global.json, args.format) {
        (true, None | Some(Format::Json)) => Format::Json,
        (true, Some(_)) => {
            let trouble = Trouble::unreadable("`--json` and `--format` ask for two forms of one answer");
            return Err(trouble.with_help("leave one of them out").into());
        }
        (false, format) => format.unwrap_or_default(),
    };
    let (mut deals, troubles) = world::find(&args.paths);
    for trouble in &troubles {
        complain(&mut session.terminal, trouble);
    }
    let mut exit = troubles.iter().fold(Exit::Done, |exit, t| exit.or(t.exit));
    if let Some(which) = args.fix {
        exit = exit.or(mend::all(&mut deals, which, &mut session.terminal));
    }
    let mut book = read(&deals, session);
    book.unread = troubles;
    print(&book, format, session)?;
    if !deals.is_empty() && matches!(format, Format::Human | Format::Plain) {
        conclude(&book, session);
    }
    Ok(exit.or(status(&book, args.fail_on)))
}

/// Everything that is found in some deals.
fn read(deals: &[Found], session: &mut Session) -> Book {
    let mut book = Book::default();
    for found in deals {
        for file in found.deal.iter().chain(&found.tables) {
            session.terminal.say_more(&format!("reading {}", found.shown(&file.name)));
        }
        let deal = found.read();
        let (findings, asked) = passes::check(&deal);
        book.add(found, &deal, &findings);
        match asked {
            Some(asked) => {
                book.held += asked.held;
                book.waiting += asked.waiting;
                book.without |= asked.lost && asked.held > 0;
            }
            None => book.unasked += passes::asserted(&deal),
        }
    }
    book
}

fn print(book: &Book, format: Format, session: &mut Session) -> std::io::Result<()> {
    let terminal = &mut session.terminal;
    match format {
        Format::Human => terminal.print(&draw::human(book, terminal.look)),
        Format::Plain => terminal.print(&draw::plain(book)),
        Format::Json => terminal.print_json(&draw::json(book)),
        Format::Sarif => terminal.print_json(&draw::sarif(book, |code| Some(catalogue::get(code)?.rule()))),
    }
}

/// How a check ends: text and names that do not compile weigh more than findings in a deal that does.
fn status(book: &Book, fail_on: FailOn) -> Exit {
    let counts = |severity| match fail_on {
        FailOn::Error => severity == Severity::Error,
        FailOn::Warning => severity >= Severity::Warning,
    };
    book.findings.iter().filter(|f| counts(f.severity)).fold(Exit::Done, |exit, finding| {
        let of_kind = catalogue::kind(&finding.code).exit();
        exit.or(if finding.severity == Severity::Error { of_kind } else { Exit::Findings })
    })
}

/// Says what was looked at and what came of it.
fn conclude(book: &Book, session: &mut Session) {
    let look = session.terminal.err_look;
    let mut looked = Vec::new();
    if book.deals > 1 {
        looked.push(count(book.deals, "deal"));
    }
    looked.push(count(book.clauses, "clause"));
    looked.push(count(book.names, "name"));
    looked.push(count(book.files, "file"));
    if book.tables > 0 {
        looked.push(count(book.tables, "table"));
    }
    if book.held > 0 {
        let without = if book.without { " without what could not be used" } else { "" };
        looked.push(format!("{} held{without}", count(book.held, "assertion")));
    }
    if book.waiting > 0 {
        looked.push(format!("{} not computed yet", book.waiting));
    }
    if book.unasked > 0 {
        looked.push(format!("{} not put to it until that is mended", count(book.unasked, "assertion")));
    }
    let looked = looked.join(", ");
    let numbers = [
        (book.count(Severity::Error), "error", Ink::Bad),
        (book.count(Severity::Warning), "warning", Ink::Doubtful),
        (book.count(Severity::Note), "note", Ink::Quiet),
    ];
    let found: Vec<String> = numbers
        .iter()
        .filter(|(n, _, _)| *n > 0)
        .map(|(n, word, ink)| look.paint(*ink, &count(*n, word)))
        .collect();
    if found.is_empty() {
        session.terminal.say(&format!("{}: {looked}", look.paint(Ink::Good, "clean")));
        return;
    }
    session.terminal.say(&format!("found: {} in {looked}", found.join(", ")));
    let sure = book.findings.iter().filter(|f| mend::fix_for(f, Fixes::Sure).is_some()).count();
    let all = book.findings.iter().filter(|f| mend::fix_for(f, Fixes::Guesses).is_some()).count();
    if sure > 0 {
        session.terminal.say(&format!("help: `--fix` mends {sure} of them{}", guesses(sure, all)));
    } else if all > 0 {
        session.terminal.say(&format!("help: `--fix=guesses` takes the guess offered for {all} of them"));
    }
    // The gravest finding, and of those the one that stands in the way of the others.
    let gravest = book.findings.iter().min_by_key(|f| (Reverse(f.severity), catalogue::kind(&f.code)));
    if let Some(finding) = gravest {
        session.terminal.say(&format!("help: `counterpart explain {}` tells more", finding.code));
    }
}

fn guesses(sure: usize, all: usize) -> String {
    if all == sure {
        String::new()
    } else {
        format!(", `--fix=guesses` takes the guess offered for {} more", all - sure)
    }
}
