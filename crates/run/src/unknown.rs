//! Why something cannot be computed.

use counterpart_terms::At;
use counterpart_terms::model::Withheld;

/// What kind of gap a figure has: it decides what may be said in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// A term is withheld, a fact is missing, or a rule cannot be followed. Nothing may stand in its place.
    Missing,
    /// It hangs on something that has not happened yet: a test on it does not hold.
    NotYet,
    /// Nothing was reported where reports were due: where a clause says that silence counts as nothing, and
    /// nowhere else, it may be taken for zero.
    Unreported,
}

/// A figure that cannot be computed, with the reason in the user's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The fact that is missing, or the rule that is.
    pub reason: String,
    /// The clause it is about.
    pub at: Option<At>,
    /// What kind of gap it is.
    pub gap: Gap,
}

impl Unknown {
    /// For a reason.
    pub fn new(reason: impl Into<String>) -> Unknown {
        Unknown { reason: reason.into(), at: None, gap: Gap::Missing }
    }

    /// For something that has not happened yet.
    pub fn not_yet(reason: impl Into<String>) -> Unknown {
        Unknown { gap: Gap::NotYet, ..Unknown::new(reason) }
    }

    /// For a report that was not made.
    pub fn unreported(reason: impl Into<String>) -> Unknown {
        Unknown { gap: Gap::Unreported, ..Unknown::new(reason) }
    }

    /// For a number of a clause that the text does not give.
    pub(crate) fn withheld(withheld: &Withheld) -> Unknown {
        Unknown::new(format!("{} is {}", withheld.what, withheld.why)).at(withheld.at)
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

/// A value, where silence counts as nothing: what was not reported is zero, any other gap stays one.
///
/// # Errors
/// As the value's own, but for what was not reported.
pub(crate) fn or_nothing<T>(value: Eval<T>, nothing: impl FnOnce() -> T) -> Eval<T> {
    match value {
        Err(unknown) if unknown.gap == Gap::Unreported => Ok(nothing()),
        other => other,
    }
}
