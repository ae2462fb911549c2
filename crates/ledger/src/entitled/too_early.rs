//! Milestones that are told to be missed before the day they are due: until then they can be reached. Such an entry is left
//! out, and told. Where the text may give more time, or it hangs on another day when it is due, nothing is said.

use super::Asked;
use crate::event::EventKind;
use counterpart_num::Date;
use counterpart_syntax::Diagnostic;
use counterpart_terms::At;
use counterpart_terms::model::Editions;
use counterpart_terms::value::{Moment, Name};

/// A finding for what is missed before it is due.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let event = asked.event;
    let EventKind::Told { word, name: Some(name), .. } = &event.kind else { return None };
    if word != "missed" {
        return None;
    }
    let (due, at) = due(asked.editions, name, event.date).filter(|(due, _)| event.date < *due)?;
    Some(
        event
            .left_out("missed-early", format!("`{name}` is missed on {}, and is due on {due}", event.date))
            .with_also(at.file, at.span(), "due by this clause")
            .with_help("correct the day; what is given up before is told as `dropped`"),
    )
}

/// The day a milestone is due in the terms of a day, with its clause.
fn due(editions: &Editions, name: &Name, day: Date) -> Option<(Date, At)> {
    let milestone = editions.on(day).market.milestones.get(name)?;
    match &milestone.due {
        Some(Moment::On(due)) => Some((*due, milestone.at)),
        _ => None,
    }
}
