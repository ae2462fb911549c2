//! How a command ends: the exit statuses, and what stops a command half-way.
//!
//! Scripts rely on the numbers, so they are written down once, here; `--help` and the tests read this table.

use std::fmt;
use std::io;

/// The exit statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Done; nothing was found at or above `--fail-on`.
    Done = 0,
    /// Findings in the substance of a deal, or the answer to a question is no.
    Findings = 1,
    /// Bad usage, a file that cannot be read, or a deal whose text or names do not compile.
    Unreadable = 2,
    /// Refused by policy: it would leak private data, or an approval is missing.
    Refused = 3,
    /// Not signed in, or not allowed.
    NotAllowed = 4,
    /// Conflict: what is there is not what the command expected.
    Conflict = 5,
    /// A fault in counterpart itself.
    Fault = 70,
    /// Interrupted. The system ends the command on Ctrl-C and the shell reports this number.
    Interrupted = 130,
}

impl Exit {
    /// Every status.
    pub const ALL: [Exit; 8] = [
        Exit::Done,
        Exit::Findings,
        Exit::Unreadable,
        Exit::Refused,
        Exit::NotAllowed,
        Exit::Conflict,
        Exit::Fault,
        Exit::Interrupted,
    ];

    /// The number a shell sees.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::Done => "done; nothing found at or above --fail-on",
            Exit::Findings => "findings in a deal, or the answer is no",
            Exit::Unreadable => "bad usage, unreadable file, or text and names that do not compile",
            Exit::Refused => "refused by policy",
            Exit::NotAllowed => "not signed in, or not allowed",
            Exit::Conflict => "conflict with what is already there",
            Exit::Fault => "a fault in counterpart; it prints what to report",
            Exit::Interrupted => "interrupted",
        }
    }

    /// The graver of two: a text that cannot be read outweighs findings in one that can.
    #[must_use]
    pub fn or(self, other: Exit) -> Exit {
        self.max(other)
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        std::process::ExitCode::from(exit.number())
    }
}

/// What stops a command before its end.
#[derive(Debug)]
pub enum Stop {
    /// Something the user can act on.
    Trouble(Trouble),
    /// The reader of our output went away, or it cannot be written.
    Output(io::Error),
}

/// A reason to stop that the user can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// How the command ends.
    pub exit: Exit,
    /// One lower-case fact.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
}

impl Trouble {
    /// A trouble without advice.
    pub fn new(exit: Exit, message: impl Into<String>) -> Trouble {
        Trouble { exit, message: message.into(), help: String::new() }
    }

    /// Bad usage or something unreadable.
    pub fn unreadable(message: impl Into<String>) -> Trouble {
        Trouble::new(Exit::Unreadable, message)
    }

    /// For a program: how the command ends, what is wrong, what to do.
    pub fn json(&self) -> serde_json::Value {
        let help = Some(self.help.as_str()).filter(|help| !help.is_empty());
        serde_json::json!({ "exit": self.exit.number(), "message": self.message, "help": help })
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Trouble {
        self.help = help.into();
        self
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Stop {
        Stop::Trouble(trouble)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Output(error)
    }
}

/// What a command returns.
pub type Outcome = Result<Exit, Stop>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_a_promise() {
        let numbers = Exit::ALL.map(Exit::number);
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 70, 130]);
        assert_eq!(Exit::Findings.or(Exit::Unreadable), Exit::Unreadable);
        assert_eq!(Exit::Findings.or(Exit::Done), Exit::Findings);
    }
}
