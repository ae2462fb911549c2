//! How many of each party sit in a committee, are its quorum, or were at a meeting.

use crate::record::Record;
use crate::value::{Name, Value};
use counterpart_num::Exact;
use counterpart_syntax::Label;

/// The parties of a line with how many of each; no number where it is not given.
pub fn seats(line: &Record) -> Vec<(Name, Option<Exact>)> {
    let seat = |value: &Value| match value {
        Value::Parts(seat) => {
            let number = match seat.get(Label::Number) {
                Some(Value::Number(number)) => Some(number.clone()),
                _ => None,
            };
            Some((seat.name(Label::Party)?.clone(), number))
        }
        _ => None,
    };
    line.all(Label::Seat).filter_map(seat).collect()
}
