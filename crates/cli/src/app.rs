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
}

/// Runs a command line, the program's own name first.
pub fn run(words: Vec<OsString>) -> Exit {
    let around = Surroundings::here();
    let command = Cli::command().color(help_colour(&words, &around));
    let parsed = command.try_get_matches_from(words).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too; a closed pipe takes nothing away from them.
            let _ = error.print();
            return if error.use_stderr() { Exit::Unreadable } else { Exit::Done };
        }
    };
    let terminal = Terminal::standard(cli.global.color, cli.global.talk(), &around);
    let mut session = Session { global: cli.global, terminal };
    let outcome = cli.command.run(&mut session).and_then(|exit| {
        session.terminal.flush()?;
        Ok(exit)
    });
    ended(outcome, &mut session.terminal)
}

fn ended(outcome: Outcome, terminal: &mut Terminal) -> Exit {
    match outcome {
        Ok(exit) => exit,
        // `counterpart show x | head`: whoever reads has read enough.
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(Stop::Output(error)) => {
            complain(terminal, &Trouble::unreadable(format!("the output cannot be written: {error}")));
            Exit::Unreadable
        }
        Err(Stop::Trouble(trouble)) => {
            complain(terminal, &trouble);
            trouble.exit
        }
    }
}

/// Says what stopped a command, or a part of it.
pub fn complain(terminal: &mut Terminal, trouble: &Trouble) {
    let look: Look = terminal.err_look;
    terminal.always_say(&format!("{}: {}", look.paint(Ink::Bad, "error"), trouble.message));
    if !trouble.help.is_empty() {
        terminal.always_say(&format!("{}: {}", look.paint(Ink::Name, "help"), trouble.help));
    }
}

/// Says that entries of the journal could not be used: what was computed, was computed without them.
pub fn unused_entries(machine: &counterpart_run::Machine<'_>, session: &mut Session) -> Exit {
    let unused =
        machine.problems.iter().filter(|p| p.severity == counterpart_syntax::Severity::Error).count();
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
