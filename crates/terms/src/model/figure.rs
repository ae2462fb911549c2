//! What an effect does to a figure of another clause: its rate, its cap, its least, its price, or all that is paid under it.
//!
//! When such an effect comes about, and how a figure is cut by days, is asked where amounts are computed.

use super::effect::{Lasting, lasting};
use crate::value::{Amount, Name, Value};
use counterpart_syntax::Label;

/// A figure of a clause that other clauses may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// The rate of a royalty.
    Rate,
    /// The most that is owed of it.
    Cap,
    /// The least that is owed of it.
    Minimum,
    /// All that is paid under a clause.
    Payments,
    /// What something is bought at.
    Price,
}

/// What happens to a figure.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// It is this instead.
    Becomes(Amount),
    /// It rises, or else falls, to this.
    To {
        /// Upwards.
        rises: bool,
        /// To how much.
        value: Amount,
    },
    /// It rises, or else falls, by this: a share of what it was, or a sum.
    By {
        /// Upwards.
        rises: bool,
        /// By how much.
        value: Amount,
    },
    /// It rests.
    Rests,
    /// It ends.
    Ends,
}

/// An effect on a figure.
#[derive(Debug, Clone)]
pub struct OnFigure {
    /// Which figure.
    pub figure: Figure,
    /// Of which clauses.
    pub of: Vec<Name>,
    /// What happens to it.
    pub turn: Turn,
    /// For how long.
    pub lasting: Lasting,
}

impl Figure {
    /// As a deal names it.
    pub fn word(self) -> &'static str {
        match self {
            Figure::Rate => "rate",
            Figure::Cap => "cap",
            Figure::Minimum => "minimum",
            Figure::Payments => "payments",
            Figure::Price => "price",
        }
    }

    fn read(word: &str) -> Option<Figure> {
        let all = [Figure::Rate, Figure::Cap, Figure::Minimum, Figure::Payments, Figure::Price];
        all.into_iter().find(|figure| figure.word() == word)
    }
}

impl OnFigure {
    /// Reads an effect; `None` where it is on something else than a figure.
    pub fn read(value: &Value) -> Option<OnFigure> {
        let Value::Parts(parts) = value else { return None };
        let figure = Figure::read(parts.word(Label::Part)?)?;
        let amount = parts.amount(Label::Value).cloned();
        let rises = parts.word(Label::Verb) == Some("rises");
        let turn = match (amount, parts.word(Label::How)) {
            (Some(value), Some("by")) => Turn::By { rises, value },
            (Some(value), Some(_)) => Turn::To { rises, value },
            (Some(value), None) => Turn::Becomes(value),
            (None, _) if parts.has(Label::Suspended) => Turn::Rests,
            (None, _) => Turn::Ends,
        };
        Some(OnFigure { figure, of: parts.names(Label::Of), turn, lasting: lasting(parts) })
    }

    /// Whether it is on a figure of a clause, or may be, as where the clause is not named.
    pub fn may_be_on(&self, figure: Figure, name: &Name) -> bool {
        self.figure == figure && self.of.iter().any(|of| of == name || of.is_blank())
    }
}
