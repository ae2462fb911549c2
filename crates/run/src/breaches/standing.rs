//! What a breach gives a party that acts on it: a right that is open, or that is closed, with the reason in words.

use crate::unknown::Eval;
use counterpart_num::Date;
use counterpart_terms::value::Name;

/// Why a payment is not in default of which all is settled that had fallen due.
pub(crate) const NOT_OWED: &str =
    "by the books: all of it that had fallen due was paid, given up or came to nothing";

/// What a breach gives a party that acts on it on a day.
#[derive(Debug, Clone)]
pub(crate) enum Standing {
    /// It may end the agreement.
    Open {
        /// From when on the clocks run.
        from: Date,
        /// The last day of the agreement.
        end: Eval<Date>,
    },
    /// The breach was put right in time.
    Cured {
        /// What was.
        what: String,
        /// The day of the breach.
        on: Date,
        /// The day of the cure.
        cured: Date,
    },
    /// Nothing of the payment was open when it was told to be breached.
    NotOwed {
        /// Which payment.
        of: Name,
        /// The day of the breach.
        on: Date,
    },
    /// The time to use the right was over on a day.
    Lapsed(Date),
}

impl Standing {
    /// Why it gives no right to end anything.
    pub(crate) fn closed(&self) -> Option<String> {
        match self {
            Standing::Open { .. } => None,
            Standing::Cured { what, on, cured } => Some(format!("{what} of {on} was cured on {cured}")),
            Standing::NotOwed { of, on } => Some(format!("of `{of}` nothing was open on {on}, {NOT_OWED}")),
            Standing::Lapsed(last) => Some(format!("its right to end it lapsed on {last}")),
        }
    }
}
