//! When a trigger or a ladder is tested, and what period each test looks at.

use super::clauses;
use crate::record::Parts;
use crate::value::time::Basis;
use crate::value::{Moment, Value, Window};
use counterpart_num::PeriodKind;
use counterpart_syntax::Label;

/// The days of a test, as its line says them.
#[derive(Debug, Clone, Default)]
pub struct Tested {
    /// The day of each year: month, day.
    pub day: Option<(u32, u32)>,
    /// How often, where no day is named.
    pub every: Option<PeriodKind>,
    /// The moment it is tested, once.
    pub once: Option<Moment>,
    /// From this year or moment on.
    pub from: Option<Value>,
    /// The period a test looks at, where it says so.
    pub window: Option<Window>,
}

impl Tested {
    pub(super) fn read(clause: &Parts) -> Tested {
        let cycle = clause.parts(Label::Cycle);
        Tested {
            day: match cycle.and_then(|parts| parts.get(Label::Day)) {
                Some(Value::DayOfYear(month, day)) => Some((*month, *day)),
                _ => None,
            },
            every: cycle.and_then(|parts| parts.word(Label::Unit)).and_then(clauses::unit),
            once: cycle.and_then(|parts| parts.moment(Label::On)).cloned(),
            from: clause.get(Label::From).map(|from| match from {
                Value::Parts(parts) => parts.0.first().map_or_else(|| from.clone(), |p| p.value.clone()),
                other => other.clone(),
            }),
            window: window(clause.get(Label::Window)),
        }
    }
}

/// The period a test looks at: the one before its day, or the last few.
fn window(value: Option<&Value>) -> Option<Window> {
    let Some(Value::Parts(parts)) = value else { return None };
    if let Some(Value::Number(count)) = parts.get(Label::Count) {
        let unit = clauses::unit(parts.word(Label::Unit)?)?;
        let count = count.to_i64().and_then(|n| u32::try_from(n).ok())?;
        return Some(Window::Last { count, unit });
    }
    let basis = match parts.word(Label::Basis) {
        Some("fiscal") => Basis::Fiscal,
        Some("contract") => Basis::Contract,
        _ => Basis::Calendar,
    };
    let unit = clauses::unit(parts.word(Label::Unit)?)?;
    Some(Window::One { unit, basis, party: None, before: true })
}
