//! From the words of the command line to an exit status, whatever happens in between.

use crate::args::{Cli, Session, version};
use crate::exit::{Exit, Outcome, Stop, Trouble};
use crate::terminal::{Ink, Look, Surroundings, Terminal, When};
use crate::text::count;
use clap::{CommandFactory, FromArgMatches};
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

/// Runs the command this process was started with.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(report_fault));
    guarded(|| run(std::env::args_os().collect())).into()
}

/// Runs something; a fault of ours inside it becomes its exit status.
fn guarded(work: impl FnOnce() -> Exit + std::panic::UnwindSafe) -> Exit {
    std::panic::catch_unwind(work).unwrap_or(Exit::Fault)
}

/// Says what a report of the fault should hold. It sends nothing and shows nothing of a deal.
fn report_fault(fault: &std::panic::PanicHookInfo<'_>) {
    let payload = fault.payload();
    let what = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let place =
        fault.location().map_or_else(|| "unknown".to_string(), |l| format!("{}:{}", l.file(), l.line()));
    let command: Vec<String> = std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect();
    let lines = [
        "fault: this is a mistake in counterpart, not in your deal".to_string(),
        format!("  what     {}", what.unwrap_or("unknown")),
        format!("  where    {place}"),
        format!("  version  {}, {} {}", version(), std::env::consts::OS, std::env::consts::ARCH),
        format!("  command  {}", command.join(" ")),
        "please report these lines; look first whether they name something you want to keep to yourself"
            .to_string(),
    ];
    // Nobody is left to tell if this cannot be written.
    let _ = writeln!(io::stderr(), "{}", lines.join("\n"));
    if wants_json(&std::env::args_os().collect::<Vec<_>>()) {
        Failure::of(&Trouble::new(Exit::Fault, lines.join("\n"))).print();
    }
}

/// Help is not wider than this, where the terminal is.
const WIDEST: usize = 100;

/// Runs a command line, the program's own name first.
pub fn run(words: Vec<OsString>) -> Exit {
    let around = Surroundings::here();
    let width = around.width.unwrap_or(WIDEST).min(WIDEST);
    let command = Cli::command().color(help_colour(&words, &around)).term_width(width);
    let wants_json = wants_json(&words);
    let parsed = command.try_get_matches_from(words).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(mut error) => {
            // What is given as an option is hardly ever meant as the name of a file.
            if error.kind() == clap::error::ErrorKind::UnknownArgument {
                let _ = error.remove(clap::error::ContextKind::Suggested);
            }
            // Help and version come this way too; a closed pipe takes nothing away from them.
            let _ = error.print();
            if !error.use_stderr() {
                return Exit::Done;
            }
            if wants_json {
                Failure::of(&usage(&error)).print();
            }
            return Exit::Unreadable;
        }
    };
    let terminal = Terminal::standard(cli.global.color, cli.global.talk(), &around);
    let json = cli.global.json;
    let mut session = Session { global: cli.global, terminal };
    // Two answers of one day differ by what was known, so it is said.
    let known_on = session.global.known_on.filter(|_| !json && cli.command.answers());
    let outcome = cli.command.run(&mut session).and_then(|exit| {
        if let Some(known_on) = known_on {
            session.terminal.say(&format!("by what was known on {known_on}"));
        }
        session.terminal.flush()?;
        Ok(exit)
    });
    ended(outcome, json, &mut session.terminal)
}

fn ended(outcome: Outcome, json: bool, terminal: &mut Terminal) -> Exit {
    match outcome {
        Ok(exit) => exit,
        // `counterpart show x | head`: whoever reads has read enough.
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(Stop::Output(error)) => {
            complain(
                terminal,
                &Trouble::unreadable(format!(
                    "the output cannot be written: {}",
                    crate::world::plainly(&error)
                )),
            );
            Exit::Unreadable
        }
        Err(Stop::Trouble(trouble)) => {
            complain(terminal, &trouble);
            if json {
                // Whoever went away does not want to hear about it.
                let _ = terminal.print_json(&Failure::of(&trouble));
                let _ = terminal.flush();
            }
            trouble.exit
        }
    }
}

/// The name and version of the form of a failure.
pub const FAILURE: &str = "counterpart/failure/1";

/// What stopped a command, for a program.
#[derive(serde::Serialize)]
struct Failure {
    schema: &'static str,
    error: serde_json::Value,
}

impl Failure {
    fn of(trouble: &Trouble) -> Failure {
        Failure { schema: FAILURE, error: trouble.json() }
    }

    /// Written where no terminal is set up yet, or none is any more; nobody is left to tell if it cannot be.
    fn print(&self) {
        let _ = writeln!(io::stdout(), "{}", serde_json::to_string_pretty(self).unwrap_or_default());
    }
}

/// What is wrong with a command line, without the page of help around it.
fn usage(error: &clap::Error) -> Trouble {
    let text = error.render().to_string();
    let said = |line: &&str| !line.is_empty() && !line.starts_with("For more information");
    let mut lines = text.lines().map(str::trim).filter(said);
    let message = lines.next().unwrap_or("").trim_start_matches("error: ").to_string();
    let rest: Vec<&str> = lines.collect();
    Trouble::unreadable(message).with_help(rest.join("; "))
}

/// Whether a command line that cannot be read asks for JSON.
fn wants_json(words: &[OsString]) -> bool {
    words.iter().take_while(|word| *word != "--").any(|word| word == "--json")
}

/// Says what stopped a command, or a part of it.
pub fn complain(terminal: &mut Terminal, trouble: &Trouble) {
    let look: Look = terminal.err_look;
    terminal.always_say(&format!("{}: {}", look.paint(Ink::Bad, "error"), trouble.message));
    if !trouble.help.is_empty() {
        terminal.always_say(&format!("{}: {}", look.paint(Ink::Name, "help"), trouble.help));
    }
}

/// Says that the agreement takes effect after the day that is asked about.
pub fn not_begun(
    machine: &counterpart_run::Machine<'_>,
    as_of: counterpart_num::Date,
    session: &mut Session,
) {
    if let Some(start) = machine.editions.first().header.effective.filter(|start| *start > as_of) {
        let help = format!("help: the agreement takes effect on {start}; `--as-of` asks for a later day");
        session.terminal.say(&help);
    }
}

/// Says that entries of the journal could not be used: what was computed, was computed without them.
pub fn unused_entries(machine: &counterpart_run::Machine<'_>, session: &mut Session) -> Exit {
    let unused = machine
        .deal
        .problems
        .iter()
        .chain(&machine.problems)
        .filter(|p| p.severity == counterpart_syntax::Severity::Error)
        .count();
    if unused == 0 {
        return Exit::Done;
    }
    let message =
        format!("{} in the journal: computed without what could not be used", count(unused, "mistake"));
    let trouble = Trouble::new(Exit::Findings, message).with_help("`counterpart check` lists them");
    complain(&mut session.terminal, &trouble);
    Exit::Findings
}

/// The pages of help are drawn before the options are read, so `--color` is looked for by hand.
fn help_colour(words: &[OsString], around: &Surroundings) -> clap::ColorChoice {
    let words: Vec<&str> = words.iter().filter_map(|w| w.to_str()).collect();
    let asked = |value: &str| {
        words.contains(&format!("--color={value}").as_str())
            || words.windows(2).any(|pair| pair == ["--color", value])
    };
    if asked("always") {
        clap::ColorChoice::Always
    } else if asked("never") || !crate::terminal::colour(When::Auto, around, true).on {
        clap::ColorChoice::Never
    } else {
        clap::ColorChoice::Auto
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_ours_has_its_own_status() {
        assert_eq!(guarded(|| panic!("made up by a test")), Exit::Fault);
        assert_eq!(guarded(|| Exit::Conflict), Exit::Conflict);
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
