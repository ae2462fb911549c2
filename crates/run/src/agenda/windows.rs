//! What each side puts on the table while a window of talks is open, to be shown before it closes; and what an expert is to
//! decide where nothing was agreed in it.

use super::told::texts;
use super::{Duty, State};
use crate::effects::expert_line;
use crate::engine::Run;
use crate::windows::State as Stands;
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::Record;

/// What is to be disclosed in the windows that are open.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let windows = run.clauses(Form::FileWindow);
    windows.flat_map(|window| of(run, window).into_iter().chain(decisions(run, window))).collect()
}

/// What the expert of a window is to decide, or has decided.
fn decisions(run: &Run<'_>, window: &Record) -> Vec<Duty> {
    let (Some(line), Some(name)) = (expert_line(window), window.name(Label::Name)) else {
        return Vec::new();
    };
    let left = run.left_to_the_expert(window);
    let last = left.len();
    let each = left.into_iter().enumerate().map(|(index, left)| {
        let done = left.decided.first();
        let state = match done {
            Some(_) => State::Done,
            // The next time of the window takes the place of what was left undecided.
            None if index + 1 < last => State::Over,
            None => State::Due,
        };
        Duty {
            state,
            done_on: done.map(|decided| decided.on),
            evidence: done.map(|decided| run.place(decided.at)),
            by: "expert".to_string(),
            ..Duty::new("decide", name, run.place(line.at))
        }
    });
    each.collect()
}

fn of(run: &Run<'_>, window: &Record) -> Vec<Duty> {
    let Some(name) = window.name(Label::Name) else { return Vec::new() };
    let lines: Vec<&Record> = window.all_below(Form::WindowDiscloses).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    let parties = run.all_parties();
    let course = run.course_of(name);
    let (now, why) = match &course {
        Ok(course) => {
            let now = course.on(run.facts.as_of());
            let why = now.unknown.as_ref().map(|why| why.reason.clone());
            (Some(now), why)
        }
        Err(why) => (None, Some(why.reason.clone())),
    };
    let open = now.as_ref().is_some_and(|now| now.state == Stands::Open);
    if !open && why.is_none() {
        return Vec::new();
    }
    let mut out = Vec::new();
    for line in lines {
        for what in texts(line, Label::What) {
            for party in &parties {
                let others: Vec<_> = parties.iter().filter(|other| *other != party).cloned().collect();
                out.push(Duty {
                    worded: true,
                    state: State::Due,
                    due: now.as_ref().filter(|_| open).and_then(|now| now.last),
                    by: party.to_string(),
                    to: counterpart_terms::value::Name::list(&others),
                    of: Some(name.to_string()),
                    unknown: why.clone(),
                    ..Duty::new("disclose", what, run.place(line.at))
                });
            }
        }
    }
    out
}
