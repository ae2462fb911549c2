//! The commands, a module each: its arguments, and a `run` that turns them into an outcome.

pub mod check;
pub mod completion;
pub mod costs;
pub mod demo;
pub mod doctor;
pub mod due;
pub mod exit;
pub mod explain;
pub mod fmt;
pub mod inventions;
pub mod may;
pub mod net;
pub mod new;
pub mod rights;
pub mod show;
pub mod statement;
pub mod status;
pub mod why;
pub mod windows;

use crate::args::Session;
use crate::exit::Outcome;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Start a deal from a template
    New(new::Args),
    /// Look for mistakes in deals
    Check(check::Args),
    /// Lay the text of deals out in the house style
    Fmt(fmt::Args),
    /// Show what a deal says, or where a name of it is used
    Show(show::Args),
    /// Ask whether a party may do something, and by which clause
    May(may::Args),
    /// Explain an answer by its clauses and entries, and say what would change it
    Why(why::Args),
    /// Show the rights in force on a day
    Rights(rights::Args),
    /// Show what an owner is free to grant
    Avails(rights::AvailsArgs),
    /// Look for rights that cannot both stand
    Clash(rights::ClashArgs),
    /// Show how every right stands, and what changes next
    Status(status::Args),
    /// Show when rights change, and why
    Timeline(status::TimelineArgs),
    /// Compute what is owed, every figure with its clause and arithmetic
    Statement(statement::Args),
    /// Tell what is shared between the parties: spent, borne, and who owes whom
    Costs(costs::Args),
    /// Tell what is netted between parties, gross and net, and what is owed beside it
    Net(net::Args),
    /// List what everybody has to do, and by when
    Due(due::Args),
    /// Show what follows from an end of the agreement, and who may bring it about
    Exit(exit::Args),
    /// List inventions and patents: their class, owner, licences, who runs and enforces them
    Inventions(inventions::Args),
    /// List windows, options, first rights and promises, and how each stands
    Windows(windows::Args),
    /// See a real licence checked, run and paid beside the published figures
    Demo(demo::Args),
    /// Explain a finding by its code
    Explain(explain::Args),
    /// Look whether everything here works
    Doctor(doctor::Args),
    /// Write the script that completes commands in a shell
    Completion(completion::Args),
}

impl Command {
    /// Whether it answers from a deal by what was known on a day.
    pub fn answers(&self) -> bool {
        use Command::{Check, Completion, Demo, Doctor, Explain, Fmt, New, Show};
        !matches!(
            self,
            New(_) | Check(_) | Fmt(_) | Show(_) | Demo(_) | Explain(_) | Doctor(_) | Completion(_)
        )
    }

    /// Does it.
    ///
    /// # Errors
    /// When it cannot be done; the trouble says why and what to do.
    pub fn run(self, session: &mut Session) -> Outcome {
        match self {
            Command::New(args) => new::run(&args, session),
            Command::Check(args) => check::run(&args, session),
            Command::Fmt(args) => fmt::run(&args, session),
            Command::Show(args) => show::run(&args, session),
            Command::May(args) => may::run(&args, session),
            Command::Why(args) => why::run(&args, session),
            Command::Rights(args) => rights::run(&args, session),
            Command::Avails(args) => rights::avails(&args, session),
            Command::Clash(args) => rights::clash(&args, session),
            Command::Status(args) => status::run(&args, session),
            Command::Timeline(args) => status::timeline(&args, session),
            Command::Statement(args) => statement::run(&args, session),
            Command::Costs(args) => costs::run(&args, session),
            Command::Net(args) => net::run(&args, session),
            Command::Due(args) => due::run(&args, session),
            Command::Exit(args) => exit::run(&args, session),
            Command::Inventions(args) => inventions::run(&args, session),
            Command::Windows(args) => windows::run(&args, session),
            Command::Demo(args) => demo::run(&args, session),
            Command::Explain(args) => explain::run(&args, session),
            Command::Doctor(args) => doctor::run(&args, session),
            Command::Completion(args) => completion::run(&args, session),
        }
    }
}
