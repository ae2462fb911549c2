//! Findings made visible: for people, for screen readers, for programs and for code scanners.
//!
//! All of it is drawn from the findings and the texts they are about; nothing is asked of the layers that
//! found them. The words are the finding's own: drawing adds places and layout only.

mod book;
mod human;
mod json;
mod plain;
mod sarif;
pub mod tree;

pub use book::{Book, Place, Source};
pub use human::human;
pub use json::{DIAGNOSTICS, Report, json};
pub use plain::plain;
pub use sarif::{Rule, sarif};

use counterpart_syntax::{Fix, Severity};

/// The forms findings can be drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// With the lines they are about.
    #[default]
    Human,
    /// One line each, with indented notes: for screen readers and editors.
    Plain,
    /// One object with everything known: for programs.
    Json,
    /// SARIF 2.1.0: for code scanners.
    Sarif,
}

/// The word for how bad a finding is.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Whether the words of a fix already say what to write; if not, its edits are shown too.
fn says_it_all(fix: &Fix) -> bool {
    let said = |new: &str| new.trim().len() <= 2 || fix.text.contains(&format!("`{}`", new.trim()));
    fix.edits.iter().all(|e| said(&e.new))
}

#[cfg(test)]
mod tests;
