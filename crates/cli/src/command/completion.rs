//! `counterpart completion`: the script that lets a shell complete commands and options.

use crate::args::{Cli, HELP, Session};
use crate::exit::{Exit, Outcome};
use clap::CommandFactory;
use clap_complete::Shell;

const EXAMPLES: &str = "Examples:
  counterpart completion bash > ~/.local/share/bash-completion/completions/counterpart
  counterpart completion zsh > ~/.zfunc/_counterpart
  counterpart completion fish > ~/.config/fish/completions/counterpart.fish";

/// The arguments of `completion`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// The shell to write for.
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes the script to standard output.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    // Into memory first: the generator does not expect a reader that goes away.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "counterpart", &mut script);
    let script = String::from_utf8_lossy(&script);
    if session.global.json {
        let body = serde_json::json!({ "shell": args.shell.to_string(), "script": script });
        session.terminal.print_form("counterpart/completion/1", body)?;
    } else {
        session.terminal.print(&script)?;
    }
    Ok(Exit::Done)
}
