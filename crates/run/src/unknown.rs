//! Why something cannot be computed.

use counterpart_terms::At;

/// A figure that cannot be computed, with the reason in the user's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The fact that is missing, or the rule that is.
    pub reason: String,
    /// The clause it is about.
    pub at: Option<At>,
    /// It hangs on something that has not happened yet: a test on it does not hold.
    pub not_yet: bool,
}

impl Unknown {
    /// For a reason.
    pub fn new(reason: impl Into<String>) -> Unknown {
        Unknown { reason: reason.into(), at: None, not_yet: false }
    }

    /// For something that has not happened yet.
    pub fn not_yet(reason: impl Into<String>) -> Unknown {
        Unknown { not_yet: true, ..Unknown::new(reason) }
    }

    /// At a clause, unless one is already named.
    #[must_use]
    pub fn at(mut self, at: At) -> Unknown {
        self.at.get_or_insert(at);
        self
    }
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

/// A value, or why there is none.
pub type Eval<T> = Result<T, Unknown>;
