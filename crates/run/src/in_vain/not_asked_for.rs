//! What was sent, answered, reviewed or done though nobody was to do it, or had done it before; and what was put right under a
//! trigger under which nothing was to be.
//!
//! Such acts count by the duties they fulfil alone: one that no duty names as its evidence, neither on its own day nor by all
//! that is known, changes nothing. Where a duty of its kind is not known nothing is said.

use crate::agenda::Duty;
use crate::engine::Run;
use crate::runs::Runs;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Label};
use counterpart_terms::value::Name;
use std::rc::Rc;

/// The words of such entries, with how the acts of the duties begin that they fulfil.
const ACTS: [(&str, &str); 4] =
    [("sent", "send "), ("answered", "answer"), ("reviewed", "review"), ("done", "do")];

/// A warning for each of them, as all that is known says.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let (counting, _) = machine.journal.seen_from(|_| true);
    let counting: Vec<&Event> =
        counting.into_iter().filter_map(|at| machine.journal.events.get(at)).collect();
    let Some(last) = machine.journal.last_day() else { return Vec::new() };
    let mut by_then: Option<Vec<Duty>> = None;
    let mut found = Vec::new();
    for event in counting {
        let EventKind::Told { word, name, .. } = &event.kind else { continue };
        if let Some((_, act)) = ACTS.iter().find(|(of, _)| of == word) {
            let by_then = by_then.get_or_insert_with(|| runs.on(last, Date::MAX).duties());
            let here = runs.on(last, Date::MAX).place(event.at);
            let of = |duty: &&Duty| duty.act.starts_with(act);
            let asked = |duty: &Duty| duty.evidence.as_ref() == Some(&here) || duty.unknown.is_some();
            // Most are asked for by all that is known: only of the others it is asked how it stood on their day.
            if by_then.iter().filter(of).any(asked) {
                continue;
            }
            let then = runs.on(event.date, Date::MAX).duties();
            if !then.iter().filter(of).any(asked) {
                let before =
                    then.iter().filter(of).any(|duty| duty.evidence.is_some() && is_about(duty, event));
                found.push(unasked(event, word, before));
            }
        } else if matches!(word.as_str(), "cured" | "curing") {
            let of = name.as_ref();
            found.extend(of.and_then(|of| runs.on(last, Date::MAX).put_right_in_vain(event, of)));
        }
    }
    found
}

/// Whether a duty is about what an entry names.
fn is_about(duty: &Duty, event: &Event) -> bool {
    let EventKind::Told { name, parts, .. } = &event.kind else { return false };
    let what = name.as_ref().map(Name::as_str).or_else(|| parts.text(Label::Text));
    what == Some(duty.what.as_str())
}

fn unasked(event: &Event, word: &str, before: bool) -> Diagnostic {
    let why = match (before, word) {
        (true, _) => "it was done before, and the first entry counts",
        (_, "sent") => "nobody was to send that",
        (_, "answered") => {
            "nothing was asked that this answers: a notice that calls for an answer is told in the same words"
        }
        (_, "reviewed") => "no clause asks for a review of it",
        _ => "no clause, and no minutes, ask for this in these words",
    };
    Diagnostic::warning("entry-not-used", event.at.span(), "this entry changes nothing")
        .in_file(event.at.file)
        .with_note(why)
        .with_help("name what it was done for as the clause does; what is only kept for the file is told as a fact: `fact`, the name and the words")
}

impl Run<'_> {
    /// That nothing was to be put right under a trigger when an entry says that it was.
    fn put_right_in_vain(&self, event: &Event, of: &Name) -> Option<Diagnostic> {
        let model = self.model_on(event.date);
        let trigger = model.triggers.iter().find(|trigger| trigger.name == *of)?;
        let fired = self.followed(model, trigger);
        if fired.iter().any(|fired| fired.doubt.is_some()) {
            return None;
        }
        let mut open = None;
        for fired in &fired {
            let time = self.time_to_cure(trigger, fired).ok()?;
            let by_this = fired.cured.as_ref().is_some_and(|cured| cured.by == Some(event.at));
            let Some((from, last)) = time else {
                if by_this {
                    return None;
                }
                continue;
            };
            let cured_before = fired.cured.as_ref().is_some_and(|cured| cured.on < event.date);
            if by_this || from <= event.date && event.date <= last && !cured_before {
                return None;
            }
            open = Some((from, last));
        }
        let when = match (open, &trigger.cure) {
            (Some((from, last)), _) => format!("it could be put right from {from} to {last}"),
            (None, Some(_)) => "no time to put it right was running".to_string(),
            (None, None) => "it gives no time to put anything right".to_string(),
        };
        let message = format!("nothing was to be put right under `{of}` on {}", event.date);
        Some(
            Diagnostic::warning("entry-not-used", event.at.span(), message)
                .in_file(event.at.file)
                .with_also(trigger.at.file, trigger.at.span(), "what it asks, and what may be put right")
                .with_note(format!("{when}; this entry changes nothing"))
                .with_help("correct its day, or name what was put right: the payment, the promise"),
        )
    }
}
