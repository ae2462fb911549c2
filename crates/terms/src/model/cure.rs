//! How a failure may be put right, in the words of the clause: `cure within 60 days by paying Run on the shortfall`.
//!
//! What of it has happened, and what a shortfall comes to, is asked where triggers are followed.

use crate::record::Parts;
use crate::value::{Name, Value};
use counterpart_syntax::Label;

/// A way to put a failure right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CureWay {
    /// What was to be paid is paid.
    Paying,
    /// A payment on what is missing of a figure, or that itself.
    Shortfall(Option<Name>),
    /// A price as good as the other.
    Matching,
    /// What was to be done, reached, stopped or given away is.
    Doing,
}

impl CureWay {
    /// The ways a clause names at a label; none where it leaves that open.
    pub fn read(clause: &Parts, label: Label) -> Vec<CureWay> {
        clause.all(label).filter_map(CureWay::of).collect()
    }

    fn of(value: &Value) -> Option<CureWay> {
        match value {
            Value::Parts(parts) => Some(CureWay::Shortfall(parts.name(Label::Stream).cloned())),
            Value::Word(word) => Some(match word.as_str() {
                "paying" => CureWay::Paying,
                "paying the shortfall" => CureWay::Shortfall(None),
                "matching" => CureWay::Matching,
                _ => CureWay::Doing,
            }),
            _ => None,
        }
    }
}
