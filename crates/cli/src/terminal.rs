//! What we write on: two streams, their colours, and how much talk is wanted.
//!
//! Data goes to standard output, everything else to standard error. Colour is never the only sign: the
//! words say the same. Whether to colour is decided once, from the option, the environment and whether
//! the stream is a terminal, and can be explained ([`Colour::why`]).

use serde::Serialize;
use serde_json::Value;
use std::io::{self, IsTerminal, Write};

/// The `--color` option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum When {
    /// On a terminal that wants it.
    #[default]
    Auto,
    /// Even in a pipe.
    Always,
    /// Not at all.
    Never,
}

/// What the environment says about the terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `TERM`.
    pub term: Option<String>,
    /// The locale that decides the encoding of text.
    pub locale: Option<String>,
    /// Standard output is a terminal.
    pub out_is_terminal: bool,
    /// Standard error is a terminal.
    pub err_is_terminal: bool,
    /// The columns of the terminal.
    pub width: Option<usize>,
}

impl Surroundings {
    /// Looks around.
    pub fn here() -> Surroundings {
        let set = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        Surroundings {
            no_color: std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()),
            term: set("TERM"),
            // The order POSIX gives them.
            locale: set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")),
            out_is_terminal: io::stdout().is_terminal(),
            err_is_terminal: io::stderr().is_terminal(),
            width: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
        }
    }

    /// Whether text outside ASCII will be shown as such.
    pub fn is_utf8(&self) -> bool {
        let upper = self.locale.as_deref().unwrap_or("").to_uppercase();
        cfg!(windows) || upper.contains("UTF-8") || upper.contains("UTF8")
    }
}

/// Whether a stream is coloured, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Coloured.
    pub on: bool,
    /// The reason, in words.
    pub why: &'static str,
}

/// Decides whether to colour a stream.
pub fn colour(when: When, around: &Surroundings, is_terminal: bool) -> Colour {
    let off = |why| Colour { on: false, why };
    match when {
        When::Always => Colour { on: true, why: "--color always" },
        When::Never => off("--color never"),
        When::Auto if around.no_color => off("NO_COLOR is set"),
        When::Auto if around.term.as_deref() == Some("dumb") => off("TERM is dumb"),
        When::Auto if !is_terminal => off("not a terminal"),
        When::Auto => Colour { on: true, why: "a terminal" },
    }
}

/// How to draw on a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// With colours.
    pub colour: bool,
    /// The columns of a terminal; none in a pipe, where nothing is wrapped or cut.
    pub width: Option<usize>,
}

/// What a piece of text means, and so its colour: one of the eight every terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// All is well.
    Good,
    /// An error.
    Bad,
    /// A warning.
    Doubtful,
    /// A heading.
    Strong,
    /// A name of the deal.
    Name,
    /// Said in passing.
    Quiet,
}

impl Look {
    /// The text in its colour.
    pub fn paint(self, ink: Ink, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_string();
        }
        let code = match ink {
            Ink::Good => "32",
            Ink::Bad => "1;31",
            Ink::Doubtful => "1;33",
            Ink::Strong => "1",
            Ink::Name => "36",
            Ink::Quiet => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// How much talk is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Talk {
    /// Errors only.
    Quiet,
    /// What was done.
    #[default]
    Normal,
    /// Also each file looked at.
    More,
}

/// The two streams.
pub struct Terminal {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    /// How to draw on standard output.
    pub look: Look,
    /// How to draw on standard error.
    pub err_look: Look,
    /// How much talk is wanted.
    pub talk: Talk,
}

impl Terminal {
    /// The process's own streams.
    pub fn standard(when: When, talk: Talk, around: &Surroundings) -> Terminal {
        let look = |is_terminal: bool| Look {
            colour: colour(when, around, is_terminal).on,
            width: around.width.filter(|_| is_terminal),
        };
        Terminal {
            out: Box::new(io::BufWriter::new(io::stdout())),
            err: Box::new(io::stderr()),
            look: look(around.out_is_terminal),
            err_look: look(around.err_is_terminal),
            talk,
        }
    }

    /// Writes data.
    ///
    /// # Errors
    /// When the reader of standard output went away, or the disk it goes to is full.
    pub fn print(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Writes data as JSON.
    ///
    /// # Errors
    /// As [`Terminal::print`].
    pub fn print_json(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.out, value)?;
        self.out.write_all(b"\n")
    }

    /// Writes an object as JSON, the name and version of its form first.
    ///
    /// # Errors
    /// As [`Terminal::print`].
    pub fn print_form(&mut self, schema: &str, body: Value) -> io::Result<()> {
        #[derive(Serialize)]
        struct Form<'f> {
            schema: &'f str,
            #[serde(flatten)]
            body: Value,
        }
        self.print_json(&Form { schema, body })
    }

    /// Writes out what is still held back.
    ///
    /// # Errors
    /// As [`Terminal::print`].
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Says a line, unless quiet was asked for.
    pub fn say(&mut self, line: &str) {
        if self.talk >= Talk::Normal {
            self.always_say(line);
        }
    }

    /// Says a line that only the curious want.
    pub fn say_more(&mut self, line: &str) {
        if self.talk >= Talk::More {
            self.always_say(line);
        }
    }

    /// Says a line even when quiet was asked for: something went wrong.
    pub fn always_say(&mut self, line: &str) {
        // Data first, so that the two streams read in order on a terminal. Whoever closed standard
        // error does not want to hear about it.
        let _ = self.out.flush();
        let _ = writeln!(self.err, "{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_obeys_the_option_then_the_environment_then_the_stream() {
        let plain = Surroundings::default();
        let no_color = Surroundings { no_color: true, ..Surroundings::default() };
        let dumb = Surroundings { term: Some("dumb".into()), ..Surroundings::default() };
        assert!(colour(When::Auto, &plain, true).on);
        assert!(!colour(When::Auto, &plain, false).on);
        assert_eq!(colour(When::Auto, &no_color, true).why, "NO_COLOR is set");
        assert_eq!(colour(When::Auto, &dumb, true).why, "TERM is dumb");
        assert!(colour(When::Always, &no_color, false).on);
        assert!(!colour(When::Never, &plain, true).on);
    }

    #[test]
    fn the_encoding_is_read_from_the_locale() {
        let locale = |l: &str| Surroundings { locale: Some(l.into()), ..Surroundings::default() }.is_utf8();
        assert!(locale("en_GB.UTF-8") && locale("C.utf8"));
        assert!(cfg!(windows) || !locale("POSIX"));
    }
}
