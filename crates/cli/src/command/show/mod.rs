//! `counterpart show`: what a deal says, or one name of it and where it is used.

mod in_force;
mod lines;
mod named;
mod overview;

use crate::app::complain;
use crate::args::{HELP, Session};
use crate::exit::{Exit, Outcome, Trouble};
use crate::text::{closest, count, typed, visible};
use crate::world::{self, Found};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;
use counterpart_terms::json::to_json;
use in_force::InForce;
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart show acme                    parties, assets, grants, money, dates
  counterpart show acme Running            one clause, and where its name is used
  counterpart show acme --as-of 2029-01-01 as amended by that day";

/// The arguments of `show`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// A name the deal defines.
    name: Option<String>,
    /// Also show what one side keeps to itself (`*.private.deal`).
    #[arg(long)]
    private: bool,
}

/// Shows the deal, or one name of it.
///
/// # Errors
/// When the deal cannot be read, has no such name, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let mut found = world::find_one(&args.path)?;
    // What is shown is soon sent on: one side's own files are left out unless they are asked for.
    let private = if args.private { Vec::new() } else { found.leave_out_private() };
    let deal = found.read();
    let in_force = InForce::on(&deal, session.global.day());
    match (&args.name, session.global.json) {
        (Some(name), json) => {
            let usage =
                named::Usage::find(&deal, &in_force, name).ok_or_else(|| unknown(&deal, &found, name))?;
            if json {
                session.terminal.print_form("counterpart/name/1", usage.json(&found))?;
            } else {
                let text = usage.text(&found, session.terminal.look);
                session.terminal.print(&text)?;
            }
        }
        (None, true) => session.terminal.print_json(&to_json(&deal))?,
        (None, false) => {
            let text = overview::overview(&deal, &in_force, &private, &session.global, session.terminal.look);
            session.terminal.print(&text)?;
        }
    }
    Ok(caveat(&deal, &found, session))
}

/// What is shown of a deal with errors is not all it should say.
fn caveat(deal: &Deal, found: &Found, session: &mut Session) -> Exit {
    let errors = deal.problems.iter().filter(|p| p.severity == Severity::Error).count();
    if errors == 0 {
        return Exit::Done;
    }
    let message = format!("the deal has {}, so not everything in it is shown", count(errors, "error"));
    let trouble = Trouble::unreadable(message)
        .with_help(format!("`counterpart check {}` lists them", typed(&found.title())));
    complain(&mut session.terminal, &trouble);
    Exit::Unreadable
}

fn unknown(deal: &Deal, found: &Found, name: &str) -> Trouble {
    let message = format!("nothing in `{}` is called `{}`", found.title(), visible(name));
    let trouble = Trouble::unreadable(message);
    match closest(name, deal.symbols.iter().map(|(n, _)| n)) {
        Some(near) => trouble.with_help(format!("did you mean `{near}`?")),
        None => trouble.with_help(format!("`counterpart show {}` shows its names", typed(&found.title()))),
    }
}
