//! Who fails to supply, launch or do another thing that a clause names: from the day on which that was told until it was told
//! that it was resumed, and for how long.
//!
//! What is not paid or not reported in time is known without such an entry, and is left to payments and reports.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::Same;
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Condition, Duration, Name, Value};

/// A failure that was told and not made good.
pub(crate) struct Failure<'e> {
    /// Since when.
    pub from: Date,
    /// Where, if that was told.
    pub place: Option<&'e Name>,
    /// At what.
    pub what: Vec<Name>,
    /// The entry that tells of it.
    pub at: At,
}

impl Run<'_> {
    /// Whether a party fails to do something on a day, for as long as the test says; nothing where no such failure was told.
    pub(super) fn told_to_fail(
        &self,
        party: &Name,
        asked: &Parts,
        day: Date,
        focus: &Focus,
    ) -> Eval<Option<bool>> {
        let Some(open) = self.failures(party, asked, day, focus) else { return Ok(None) };
        let Some(length) = length(asked) else { return Ok(Some(!open.is_empty())) };
        let first = open.iter().map(|failure| failure.from).min();
        let Some(first) = first else { return Ok(Some(false)) };
        Ok(Some(self.clock().shift(first, length, false)? <= day))
    }

    /// The failures of a party that were told by a day, those that were not made good by then; nothing where none was told.
    pub(crate) fn failures(
        &self,
        party: &Name,
        asked: &Parts,
        day: Date,
        focus: &Focus,
    ) -> Option<Vec<Failure<'_>>> {
        let place = asked.territory(Label::Place).and_then(|t| super::single(Some(t)));
        let place = place.or(focus.place.clone());
        let what = asked.names(Label::What);
        let (mut any, mut open): (bool, Vec<Failure<'_>>) = (false, Vec::new());
        for event in self.facts.happened().take_while(|event| event.date <= day) {
            let Some((word, told)) = of_doing(event) else { continue };
            let here = told.name(Label::Place);
            let names = told.names(Label::What);
            let of = std::slice::from_ref(party);
            let theirs = told.name(Label::By).map(|by| self.acts_for(by, of, None, event.date));
            let same = theirs == Some(Same::Yes)
                && told.word(Label::Act) == asked.word(Label::Act)
                && (what.is_empty() || names.iter().any(|name| what.contains(name)))
                && place.as_ref().is_none_or(|place| here.is_none_or(|here| here == place));
            match word {
                _ if !same => {}
                "resumed" => open.retain(|failure| {
                    let there = here.is_none() || failure.place == here || place.as_ref() == here;
                    let that = names.is_empty() || failure.what.iter().any(|name| names.contains(name));
                    !(there && that)
                }),
                _ => {
                    any = true;
                    open.push(Failure { from: event.date, place: here, what: names, at: event.at });
                }
            }
        }
        any.then_some(open)
    }

    /// The days on which a failure that was told has lasted as long as a test says.
    pub(crate) fn failed_long_enough(&self, condition: &Condition) -> Vec<Date> {
        let Condition::Other(asked) = condition else { return Vec::new() };
        let Some(length) = length(asked).filter(|_| asked.has(Label::Fails)) else { return Vec::new() };
        let begun = self.facts.happened().filter(|event| of_doing(event).is_some());
        begun.filter_map(|event| self.clock().shift(event.date, length, false).ok()).collect()
    }
}

/// How long a test says that somebody must have failed.
fn length(asked: &Parts) -> Option<&Duration> {
    match asked.get(Label::For) {
        Some(Value::Duration(length)) => Some(length),
        _ => None,
    }
}

/// What an entry tells of something failed, refused or resumed.
fn of_doing(event: &Event) -> Option<(&str, &Parts)> {
    let EventKind::Told { word, parts, .. } = &event.kind else { return None };
    matches!(word.as_str(), "failed" | "refused" | "resumed").then_some((word.as_str(), parts))
}
