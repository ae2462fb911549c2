//! What is wrong, where, why and how to mend it — as data.
//!
//! Every layer above reports through this type; drawing it (terminal, plain text, JSON, SARIF) is left
//! to the people's floor. The message is one lower-case fact in the user's words.

use crate::tree::Span;
use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something a reader may want to know.
    Note,
    /// The deal works, but probably not as meant.
    Warning,
    /// The deal cannot mean anything here.
    Error,
}

/// A place in a file, with what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Which file, by its position in the list of files read.
    pub file: usize,
    /// Where in it.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// A replacement of a range of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Which file.
    pub file: usize,
    /// The range to replace.
    pub span: Span,
    /// The new text.
    pub new: String,
}

/// A way to mend it: words, and the edits where they can be applied as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What to do.
    pub text: String,
    /// The edits that do it; empty when a person must decide.
    pub edits: Vec<Edit>,
    /// It chooses among things the text could mean: a word that is only close to what was written, a clause
    /// the line may belong to. Nobody applies it unseen.
    #[serde(default)]
    pub guess: bool,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The name of the finding, as `unknown-clause`; `counterpart explain` tells more.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// One lower-case fact.
    pub message: String,
    /// The place it is about.
    pub at: Mark,
    /// Other places that matter.
    pub also: Vec<Mark>,
    /// Reasons and witnesses.
    pub notes: Vec<String>,
    /// How to mend it.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// An error at a place of file 0; use [`Diagnostic::in_file`] for another.
    pub fn error(code: &str, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code: code.to_string(),
            severity: Severity::Error,
            message: message.into(),
            at: Mark { file: 0, span, text: String::new() },
            also: Vec::new(),
            notes: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// A warning at a place.
    pub fn warning(code: &str, span: Span, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message) }
    }

    /// A note at a place.
    pub fn note(code: &str, span: Span, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Note, ..Diagnostic::error(code, span, message) }
    }

    /// Puts it, and all its places and edits, in a file.
    #[must_use]
    pub fn in_file(mut self, file: usize) -> Self {
        self.at.file = file;
        self.also.iter_mut().for_each(|m| m.file = file);
        self.fixes.iter_mut().flat_map(|f| &mut f.edits).for_each(|e| e.file = file);
        self
    }

    /// Says what stands at its place.
    #[must_use]
    pub fn saying(mut self, text: impl Into<String>) -> Self {
        self.at.text = text.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn with_also(mut self, file: usize, span: Span, text: impl Into<String>) -> Self {
        self.also.push(Mark { file, span, text: text.into() });
        self
    }

    /// Adds a reason.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds advice a person must carry out.
    #[must_use]
    pub fn with_help(mut self, text: impl Into<String>) -> Self {
        self.fixes.push(Fix { text: text.into(), edits: Vec::new(), guess: false });
        self
    }

    /// Adds a fix that replaces a range of the diagnostic's own file, and that can only be meant so.
    #[must_use]
    pub fn with_fix(mut self, text: impl Into<String>, span: Span, new: impl Into<String>) -> Self {
        let edit = Edit { file: self.at.file, span, new: new.into() };
        self.fixes.push(Fix { text: text.into(), edits: vec![edit], guess: false });
        self
    }

    /// Adds a fix that chooses what may be meant.
    #[must_use]
    pub fn with_guess(self, text: impl Into<String>, span: Span, new: impl Into<String>) -> Self {
        let mut with = self.with_fix(text, span, new);
        if let Some(fix) = with.fixes.last_mut() {
            fix.guess = true;
        }
        with
    }
}
