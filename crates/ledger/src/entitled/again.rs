//! What was told before and is told again, or is told otherwise, so that it would count twice or undo the first: money
//! that was recovered or received, the end of a dispute, a milestone that was reached and is told as missed. Such an entry
//! is left out, and told.

use super::Asked;
use crate::event::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Label};
use counterpart_terms::value::Name;

/// A finding for it.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let EventKind::Told { word, name, parts, .. } = &asked.event.kind else { return None };
    let before = |same: &dyn Fn(&Event) -> bool| {
        let event = asked.event;
        asked.told().take_while(|one| (one.date, one.seq) < (event.date, event.seq)).find(|one| same(one))
    };
    let (first, message, help) = match word.as_str() {
        "recovered" | "received" => (
            before(&|one| {
                (one.date, one.known, &one.kind) == (asked.event.date, asked.event.known, &asked.event.kind)
            })?,
            format!("the same was {word} before on {}", asked.event.date),
            "take one of the two out; where both were so, tell them as one entry with their sum".to_string(),
        ),
        "settled" => {
            let name = name.as_ref()?;
            let again = |one: &Event| is_told(one, "dispute", name);
            let first = before(&|one| is_told(one, "settled", name))?;
            // It may have broken out anew.
            let anew = before(&|one| again(one) && (one.date, one.seq) > (first.date, first.seq));
            if anew.is_some() {
                return None;
            }
            (
                first,
                format!("`{name}` was settled before"),
                format!("take it out; where it broke out anew, tell that first: `dispute {name} by …`"),
            )
        }
        "missed" => {
            let name = name.as_ref().or_else(|| parts.name(Label::Name))?;
            let reached = |one: &Event| matches!(&one.kind, EventKind::Reached { name: of, product: None, place: None, of: None } if of == name);
            (
                before(&reached)?,
                format!("`{name}` was reached before, and is told now as missed"),
                "take out the one that is wrong; where it was reached too late, its day says so".to_string(),
            )
        }
        _ => return None,
    };
    Some(
        asked
            .event
            .left_out("told-twice", message)
            .with_also(first.at.file, first.at.span(), "first here")
            .with_help(help),
    )
}

fn is_told(event: &Event, word: &str, name: &Name) -> bool {
    matches!(&event.kind, EventKind::Told { word: told, name: Some(of), .. } if told == word && of == name)
}
