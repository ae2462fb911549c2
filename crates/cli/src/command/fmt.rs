//! `counterpart fmt`: lays texts out in the house style.
//!
//! A text that cannot be read as clauses is left as it is: its author is not done with it, and moving its
//! lines about would only hide the mistake.

use crate::app::complain;
use crate::args::{HELP, Session};
use crate::draw::{self, Book, Source};
use crate::exit::{Exit, Outcome, Trouble};
use crate::save;
use crate::terminal::Terminal;
use crate::text::count;
use crate::world::{self, File, Found};
use counterpart_syntax::{Tree, format, parse};
use serde_json::json;
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart fmt acme              every text of a deal
  counterpart fmt --check deals/*   only say which files are not in the house style
  counterpart fmt - < draft.deal    from standard input to standard output";

/// The arguments of `fmt`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// Folders of deals, or files of one; `-` reads standard input.
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Change nothing; list the files that would change, and fail if there are any.
    #[arg(long)]
    check: bool,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Unchanged,
    Changed,
    Left,
}

/// Formats the files.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let (deals, mut troubles) = world::find_files(&args.paths);
    for trouble in &troubles {
        complain(&mut session.terminal, trouble);
    }
    let mut exit = troubles.iter().fold(Exit::Done, |exit, t| exit.or(t.exit));
    let mut fates: Vec<(String, Fate)> = Vec::new();
    for found in &deals {
        for file in &found.deal {
            let shown = found.shown(&file.name);
            let fate = match one(found, file, args.check, &mut session.terminal)? {
                Ok(fate) => fate,
                Err(trouble) => {
                    complain(&mut session.terminal, &trouble);
                    exit = exit.or(trouble.exit);
                    troubles.push(trouble);
                    Fate::Left
                }
            };
            fates.push((shown, fate));
        }
    }
    let with = |wanted: Fate| fates.iter().filter(|(_, f)| *f == wanted).count();
    if with(Fate::Left) > 0 {
        exit = exit.or(Exit::Unreadable);
    }
    if args.check && with(Fate::Changed) > 0 {
        exit = exit.or(Exit::Findings);
    }
    let to_stdout = !args.check && deals.iter().any(|d| d.folder.is_none());
    if !to_stdout {
        list(&fates, &troubles, args.check, session)?;
    }
    let verb = if args.check { "to format" } else { "formatted" };
    let left = if with(Fate::Left) > 0 {
        format!(", {} left as they were", with(Fate::Left))
    } else {
        String::new()
    };
    let line =
        format!("{verb}: {}, {} unchanged{left}", count(with(Fate::Changed), "file"), with(Fate::Unchanged));
    session.terminal.say(&line);
    Ok(exit)
}

/// The changed files, as data.
fn list(
    fates: &[(String, Fate)],
    unread: &[Trouble],
    check: bool,
    session: &mut Session,
) -> std::io::Result<()> {
    let with = |wanted: Fate| fates.iter().filter(move |(_, f)| *f == wanted).map(|(path, _)| path.as_str());
    if session.global.json {
        return session.terminal.print_form(
            "counterpart/format/1",
            json!({
                "check": check,
                "changed": with(Fate::Changed).collect::<Vec<_>>(),
                "unchanged": with(Fate::Unchanged).collect::<Vec<_>>(),
                "left": with(Fate::Left).collect::<Vec<_>>(),
                "unread": unread.iter().map(Trouble::json).collect::<Vec<_>>(),
            }),
        );
    }
    for path in with(Fate::Changed) {
        session.terminal.print(&format!("{path}\n"))?;
    }
    Ok(())
}

/// Formats one file.
fn one(
    found: &Found,
    file: &File,
    check: bool,
    terminal: &mut Terminal,
) -> std::io::Result<Result<Fate, Trouble>> {
    let (tree, problems) = parse(&file.bytes);
    if !problems.is_empty() {
        let mut book = Book { findings: problems, ..Book::default() };
        book.sources.push(Source::new(found.shown(&file.name), tree.text()));
        terminal.always_say(draw::human(&book, terminal.err_look).trim_end());
        return Ok(Ok(Fate::Left));
    }
    let new = format(&tree);
    if let Err(trouble) = same_clauses(&tree, &new, &found.shown(&file.name)) {
        return Ok(Err(trouble));
    }
    let changed = new != file.bytes;
    if !check {
        match found.path(&file.name) {
            None => terminal.print(&String::from_utf8_lossy(&new))?,
            Some(path) if changed => {
                if let Err(trouble) = save::replace(&path, &file.bytes, &new) {
                    return Ok(Err(trouble));
                }
            }
            Some(_) => {}
        }
    }
    Ok(Ok(if changed { Fate::Changed } else { Fate::Unchanged }))
}

/// The last guard of a text somebody will sign: formatted, it must hold the same clauses.
fn same_clauses(old: &Tree, new: &[u8], path: &str) -> Result<(), Trouble> {
    let (new, problems) = parse(new);
    let forms = |tree: &Tree| tree.all_clauses().map(|c| (c.form(), c.depth())).collect::<Vec<_>>();
    if problems.is_empty() && forms(old) == forms(&new) {
        return Ok(());
    }
    Err(Trouble::new(
        Exit::Fault,
        format!("`{path}` would not mean the same any more, so it was left as it is"),
    )
    .with_help("this is a mistake in counterpart; please report it with the file, if you may show it"))
}
