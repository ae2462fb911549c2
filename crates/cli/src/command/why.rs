//! `counterpart why`: why an answer is what it is, by which clauses and entries, and what would change it.

use crate::args::{HELP, Session};
use crate::draw::tree;
use crate::exit::{Exit, Outcome, Trouble};
use crate::terminal::{Ink, Look};
use crate::text::{typed, visible};
use crate::world;
use counterpart_ledger::Claim;
use counterpart_num::Date;
use counterpart_run::{Explained, Machine, TRACE};
use counterpart_terms::Deal;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "Examples:
  counterpart why \"Borealis may sell for grid in DE\" acme --as-of 2031-12-31
  counterpart why \"Storage-Europe in DE for grid is exclusive\" acme --as-of 2031-12-31
  counterpart why \"Running earned for 2029 Q1\" acme --json    a figure, down to its lines";

/// The question as a file of its own beside those of the deal.
const QUESTION: &str = "the question.deal";

/// The arguments of `why`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// What is asked, in the words of an assertion: who may do what, how a grant stands, what a figure is.
    question: String,
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
}

/// Answers, with reasons.
///
/// # Errors
/// When the deal cannot be read or does not compile, the question is none, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    if !args.path.exists() && Path::new(&args.question).exists() {
        let path = args.path.to_string_lossy();
        let trouble = Trouble::unreadable("the question stands before the deal").with_help(format!(
            "`counterpart why \"{}\" {}`",
            visible(&path),
            typed(&args.question)
        ));
        return Err(trouble.into());
    }
    let found = world::find_one(&args.path)?;
    found.read_sound()?;
    let as_of = session.global.day();
    let known_on = session.global.known_on.unwrap_or(Date::MAX);
    let question = args.question.trim().trim_start_matches("assert ").trim();
    // A figure may be asked for without a value beside it.
    let (deal, bare) = match asked(&found, as_of, question) {
        Ok(deal) => (deal, false),
        Err(trouble) => match asked(&found, as_of, &format!("{question} = 0")) {
            Ok(deal) => (deal, true),
            Err(_) => return Err(trouble.into()),
        },
    };
    let machine = Machine::new(&deal);
    let claim: Option<&Claim> = machine.journal.claims.iter().find(|c| deal.path(c.at.file) == QUESTION);
    let Some(claim) = claim else {
        return Err(Trouble::unreadable("this question cannot be answered").into());
    };
    let mut explained = machine.explain(claim, known_on);
    if bare {
        explained.asked = question.to_string();
        if explained.answer != "unknown" {
            explained.answer = "computed".to_string();
        }
    }
    let exit = match explained.answer.as_str() {
        "so" | "computed" => Exit::Done,
        _ => Exit::Findings,
    };
    if session.global.json {
        session.print_answer(TRACE, serde_json::to_value(&explained).unwrap_or_default())?;
    } else {
        let text = told(&explained, session.terminal.look);
        session.terminal.print(&text)?;
    }
    crate::app::unused_entries(&machine, session);
    Ok(exit)
}

/// The deal with the question as one more assertion.
fn asked(found: &world::Found, as_of: Date, question: &str) -> Result<Deal, Trouble> {
    let mut with = found.clone();
    with.leave_out_private();
    let text = format!("assert {as_of} {question}\n");
    with.deal.push(world::File { name: QUESTION.to_string(), bytes: text.into_bytes() });
    let deal = with.read();
    let wrong = deal.problems.iter().find(|p| deal.path(p.at.file) == QUESTION);
    match wrong {
        Some(wrong) => {
            let help = "write it as a journal asserts it, as `Borealis may sell for grid in DE`, \
                        `Storage-Europe in DE is exclusive` or `Running earned for 2029 Q1`";
            let said = wrong.fixes.first().map_or(help.to_string(), |fix| fix.text.clone());
            // The day stands before the question, where whoever asks did not write it.
            let what = match wrong.message.contains(&as_of.to_string()) {
                true => format!("`{}` is nothing that can be asserted", visible(question)),
                false => wrong.message.clone(),
            };
            Err(Trouble::unreadable(format!("this is no question: {what}")).with_help(said))
        }
        None => Ok(deal),
    }
}

fn told(explained: &Explained, look: Look) -> String {
    let ink = match explained.answer.as_str() {
        "so" | "computed" => Ink::Good,
        "not so" => Ink::Bad,
        _ => Ink::Doubtful,
    };
    let mut out = String::new();
    let found = if explained.found.is_empty() { String::new() } else { format!(": {}", explained.found) };
    let answer = look.paint(ink, &explained.answer);
    let _ = writeln!(out, "{}, as of {}", look.paint(Ink::Strong, &explained.asked), explained.as_of);
    let _ = writeln!(out, "{answer}{found}");
    if !explained.because.is_empty() {
        let _ = writeln!(out, "\n{}", look.paint(Ink::Strong, "why"));
        out.push_str(&tree::trees(&explained.because, 2, true, look));
    }
    if !explained.changes.is_empty() {
        let _ = writeln!(out, "\n{}", look.paint(Ink::Strong, "what would change it"));
        out.push_str(&tree::trees(&explained.changes, 2, false, look));
    }
    out
}
