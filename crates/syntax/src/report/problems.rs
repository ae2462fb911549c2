//! The errors of a file: as many as a reader can still use, and the number of the others.

use crate::diagnostic::Diagnostic;
use crate::tree::Span;

/// More errors than this in one file say nothing new.
const MAX_ERRORS: usize = 500;

/// A look at a line that does not fit is a hundred times the work of reading one that does.
const MAX_LOOKS: usize = 4 * MAX_ERRORS;

/// The errors of a file, up to a number a reader can still use.
#[derive(Default)]
pub(crate) struct Problems {
    list: Vec<Diagnostic>,
    dropped: usize,
    /// Lines looked at that did not fit, whether or not there was something new to say of them.
    looks: usize,
}

impl Problems {
    /// Adds one; what is too much is counted and never put into words.
    pub fn add(&mut self, make: impl FnOnce() -> Diagnostic) {
        if self.list.len() < MAX_ERRORS {
            self.list.push(make());
        } else {
            self.dropped += 1;
        }
    }

    /// Whether one more line is to be passed over without a look, for there were enough.
    pub fn skip(&mut self) -> bool {
        self.looks += 1;
        let enough = self.list.len() >= MAX_ERRORS || self.looks > MAX_LOOKS;
        self.dropped += usize::from(enough);
        enough
    }

    /// Whether there were more than are kept.
    pub fn are_too_many(&self) -> bool {
        self.dropped > 0
    }

    /// All of them, in the order of the text, which ends at `end`.
    pub fn sorted(mut self, end: u32) -> Vec<Diagnostic> {
        self.list.sort_by_key(|p| p.at.span);
        if self.dropped > 0 {
            let message = format!("{} more errors are not shown", self.dropped);
            self.list.push(Diagnostic::error("too-many-errors", Span { start: end, end }, message));
        }
        self.list
    }
}
