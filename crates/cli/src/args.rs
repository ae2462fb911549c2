//! What the user may write after `counterpart`: the options every command knows, and the commands.

use crate::command::Command;
use crate::exit::Exit;
use crate::terminal::{Talk, Terminal, When};
use crate::today::today;
use clap::Parser;
use counterpart_num::Date;

/// Every page of help opens with what the command is for and three ways to use it.
pub const HELP: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

const EXAMPLES: &str = "Examples:
  counterpart new acme --template patent    write a deal to start from
  counterpart check acme                    look for mistakes in it
  counterpart show acme                     see what it says";

/// IP licences and cross-licences as executable text.
#[derive(Debug, Parser)]
#[command(
    name = "counterpart",
    about = "IP licences and cross-licences as executable text",
    version = version(),
    before_help = EXAMPLES,
    help_template = HELP,
    after_help = "`counterpart help COMMAND` tells more about a command, `counterpart --help` about exit statuses.",
    after_long_help = statuses(),
    infer_subcommands = true,
    max_term_width = 100,
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The options every command knows.
    #[command(flatten)]
    pub global: Global,
}

/// The options every command knows.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Answer as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Answer as of this day, by what had happened until then; without it, the day of `--known-on`, or today.
    #[arg(long, global = true, value_name = "DATE", value_parser = date)]
    pub as_of: Option<Date>,
    /// Answer by what was known on this day; without it, by all that is known.
    #[arg(long, global = true, value_name = "DATE", value_parser = date)]
    pub known_on: Option<Date>,
    /// Say only what went wrong.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more about what is done.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Colour the output. `auto` obeys NO_COLOR, TERM=dumb and pipes.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = false
    )]
    pub color: When,
    /// Never ask; fail where an answer is missing.
    #[arg(long, global = true)]
    pub no_input: bool,
}

impl Global {
    /// How much talk is wanted.
    pub fn talk(&self) -> Talk {
        match (self.quiet, self.verbose) {
            (true, _) => Talk::Quiet,
            (_, 0) => Talk::Normal,
            _ => Talk::More,
        }
    }

    /// The day to answer for.
    pub fn day(&self) -> Date {
        self.as_of.or(self.known_on).unwrap_or_else(today)
    }
}

/// What every command is given besides its own arguments.
pub struct Session {
    /// The options every command knows.
    pub global: Global,
    /// What to write on.
    pub terminal: Terminal,
}

impl Session {
    /// Writes an answer of a deal as JSON, with the day it is for and, where one was named, the day of what was known.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn print_answer(&mut self, schema: &str, mut body: serde_json::Value) -> std::io::Result<()> {
        if let Some(fields) = body.as_object_mut() {
            fields.entry("as_of").or_insert_with(|| self.global.day().to_string().into());
            if let Some(known_on) = self.global.known_on {
                fields.entry("known_on").or_insert_with(|| known_on.to_string().into());
            }
        }
        self.terminal.print_form(schema, body)
    }
}

/// A day, as it is written in a deal.
///
/// # Errors
/// Where it is none.
pub fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).map_err(|e| e.to_string())
}

/// The version and the edition of the language it reads.
pub fn version() -> &'static str {
    static VERSION: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        format!("{} (edition {})", env!("CARGO_PKG_VERSION"), counterpart_syntax::EDITION)
    });
    &VERSION
}

fn statuses() -> String {
    let mut out = String::from("Exit status:\n");
    for exit in Exit::ALL {
        out.push_str(&format!("  {:>3}  {}\n", exit.number(), exit.meaning()));
    }
    out.push_str("\n`counterpart help COMMAND` tells more about a command.");
    out
}
