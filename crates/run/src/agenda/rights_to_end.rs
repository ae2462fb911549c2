//! Rights to end the agreement that lapse on a day: whether to use one is to be decided by then.

use super::{Consequence, Duty, State};
use crate::engine::Run;

/// A choice for each that is open.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let open = run.open_rights_to_end().into_iter().map(|right| {
        let clause = run.place(right.at);
        let lapses = Consequence { what: "the right to end it lapses".into(), clause: clause.clone() };
        Duty {
            due: right.last,
            state: State::Due,
            by: right.by.to_string(),
            otherwise: Some(lapses),
            ..Duty::new("choose whether to end", right.words(), clause)
        }
    });
    open.collect()
}
