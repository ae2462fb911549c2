//! What an expert decided that was not left to him: before the talks of a window were over, where the window leaves nothing
//! to an expert, or by a figure of another kind than was talked about. It changes nothing, and is told.

use crate::effects::{expert_line, talked_about};
use crate::engine::Run;
use crate::runs::Runs;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::{Amount, Name};
use std::rc::Rc;

/// A warning for each of them, as all that is known says.
pub(super) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let is_decision = |event: &Event| matches!(&event.kind, EventKind::Determined { value: Some(_), .. });
    let Some(last) = machine.journal.last_day().filter(|_| machine.journal.events.iter().any(is_decision))
    else {
        return Vec::new();
    };
    let run = runs.on(last, Date::MAX);
    let events: Vec<&Event> = run.facts.happened().collect();
    let found = events.into_iter().filter_map(|event| match &event.kind {
        EventKind::Determined { name, by, value: Some(value), .. }
            if by.as_ref().is_none_or(|by| by.as_str() == "expert") =>
        {
            run.decided_in_vain(event, (name, value))
        }
        _ => None,
    });
    found.collect()
}

impl Run<'_> {
    /// That an expert decided on an invention before the talks about it were over, or once something was agreed, or where its
    /// class leaves nothing to him.
    fn invention_decided_in_vain(&self, event: &Event, of: &Name) -> Option<Diagnostic> {
        let why = match self.left_to_an_expert(of) {
            Err(_) => return None,
            Ok(None) => "its class leaves nothing to an expert".to_string(),
            Ok(Some((last, _))) if event.date <= last => {
                format!("its talks go on until {last}, and only then is it left to him")
            }
            Ok(Some((_, true))) => "the sides agreed on it in their talks".to_string(),
            Ok(Some(_)) => return None,
        };
        let message = format!("`{of}` was not left to the expert on {}", event.date);
        Some(
            Diagnostic::warning("decided-out-of-time", event.at.span(), message)
                .in_file(event.at.file)
                .with_note(format!("{why}; this entry changes nothing"))
                .with_help("correct its day; where the parties took what he decided, tell their amendment"),
        )
    }

    fn decided_in_vain(&self, event: &Event, (of, value): (&Name, &Amount)) -> Option<Diagnostic> {
        if self.is_invention(of) {
            return self.invention_decided_in_vain(event, of);
        }
        let is_royalty = self.model_on(event.date).royalties.contains_key(of);
        let is_about = |window: &&Record| {
            let about = || talked_about(window).iter().any(|(_, about)| about == of);
            window.name(Label::Name) == Some(of) || is_royalty && about()
        };
        let windows: Vec<&Record> = self.clauses(Form::FileWindow).filter(is_about).collect();
        let window = *windows.first()?;
        let experts: Vec<&Record> =
            windows.iter().copied().filter(|window| expert_line(window).is_some()).collect();
        let named = |window: &Record| window.name(Label::Name).cloned();
        let warn = |code, message: String, note: String| {
            Diagnostic::warning(code, event.at.span(), message).in_file(event.at.file).with_note(note)
        };
        if experts.is_empty() {
            let name = named(window)?;
            let message = format!("`{name}` leaves nothing to an expert");
            let note = "no clause lets him decide; this entry changes nothing".to_string();
            let problem = warn("decided-out-of-time", message, note);
            return Some(
                problem
                    .with_also(
                        window.at.file,
                        window.at.span(),
                        "what follows where nothing is agreed stands here",
                    )
                    .with_help("where the parties took what he decided, tell their amendment"),
            );
        }
        let left: Vec<_> = experts.iter().flat_map(|window| self.left_to_the_expert(window)).collect();
        if left.iter().flat_map(|left| &left.decided).any(|decided| decided.at == event.at) {
            return None;
        }
        let rounds: Vec<_> =
            experts.iter().filter_map(|window| Some(self.rounds_of(window.name(Label::Name)?))).collect();
        let unsure = |found: &crate::windows::Rounds| {
            !found.doubt.is_empty() || found.rounds.iter().any(|round| round.unknown.is_some())
        };
        if rounds.iter().any(unsure) {
            return None;
        }
        if !experts.iter().any(|window| self.is_of_the_kind(window, (of, value), event.date)) {
            let kind = if matches!(value, Amount::Percent(_)) { "a share" } else { "a sum" };
            let message = format!("what was left to the expert of `{of}` is not set by {kind}");
            let note = "this entry changes nothing: it gives a figure of another kind".to_string();
            return Some(
                warn("unit-mismatch", message, note)
                    .with_also(window.at.file, window.at.span(), "what was talked about stands here")
                    .with_help("give the figure as the clause has it"),
            );
        }
        let name = named(experts.first().copied().unwrap_or(window))?;
        let times = rounds.iter().flat_map(|found| &found.rounds);
        let open = times
            .clone()
            .find(|round| round.opened <= event.date && round.last.is_none_or(|last| event.date <= last));
        let why = match (open.map(|round| round.last), times.clone().next()) {
            (Some(Some(last)), _) => format!("the talks go on until {last}, and only then is it left to him"),
            (Some(None), _) => "the talks go on, and only then is it left to him".to_string(),
            (None, Some(first)) if event.date < first.opened => {
                format!("it did not open before {}", first.opened)
            }
            (None, Some(_)) => "something was agreed in it, or it ended otherwise".to_string(),
            (None, None) => "it has not opened".to_string(),
        };
        let message = format!("`{name}` was not left to the expert on {}", event.date);
        Some(
            warn("decided-out-of-time", message, format!("{why}; this entry changes nothing"))
                .with_also(window.at.file, window.at.span(), "when it is left to him")
                .with_help("correct its day; where the parties took what he decided, tell their amendment"),
        )
    }
}
