//! Secrets: each class of them, kept by all parties, and for how long after the end.

use super::told::duration;
use super::{Duty, Kind, State};
use crate::clock::{Focus, When};
use crate::engine::Run;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Edge, Moment, Name, Value};

/// Until when a class of secrets is kept.
enum Tail {
    /// Until the end of the agreement, and no longer.
    WithTheEnd,
    /// For good, or while it is a secret.
    Lasting,
    /// For a time after something that has not happened.
    NotYet,
    /// Up to this day.
    Until(Date),
    /// For a time from the day each was told: by this day, so long after the last that could be told, all are free.
    FromEach(Option<Date>, String),
    /// For a time from a day that differs from one secret to another, or that is not given.
    Unsaid(String),
}

/// The classes of secrets.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let mut out = Vec::new();
    for clause in run.clauses(Form::FileConfidential) {
        for class in clause.all_below(Form::ConfidentialClass) {
            let Some(name) = class.name(Label::Name) else { continue };
            let duty = Duty {
                kind: Kind::Keep,
                by: Name::list(&run.all_parties()),
                how: residuals(clause).map(|rest| format!("but for {rest}")),
                ..Duty::new("keep secret", name, run.place(class.at))
            };
            out.push(bound(run, duty, tail(run, clause, class)));
        }
    }
    out
}

/// What may be used from memory by whoever learned it, in words, where a clause lets it.
pub(crate) fn residuals(clause: &Record) -> Option<String> {
    let line = clause.below(Form::ConfidentialResiduals)?;
    let of = line.names(Label::Scope);
    Some(match of.is_empty() {
        true => "what is remembered".to_string(),
        false => format!("what is remembered, for {}", Name::list(&of)),
    })
}

fn bound(run: &Run<'_>, duty: Duty, tail: Tail) -> Duty {
    let (as_of, over) = (run.facts.as_of(), run.ended_on());
    let after = over.is_some_and(|over| over < as_of);
    let begun = run.clock().effective().is_none_or(|day| day <= as_of);
    let binds = match (begun, after) {
        (false, _) => State::Coming,
        (true, true) => State::Survived,
        (true, false) => State::Running,
    };
    let duty = Duty { unknown: run.end_in_doubt(), ..duty };
    match tail {
        Tail::WithTheEnd if after => Duty { state: State::Over, until: over, ..duty },
        Tail::WithTheEnd | Tail::Lasting | Tail::NotYet => Duty { state: binds, ..duty },
        Tail::Until(day) if day < as_of => Duty { state: State::Over, until: Some(day), ..duty },
        Tail::Until(day) => Duty { state: binds, until: Some(day), ..duty },
        Tail::FromEach(Some(last), _) if last < as_of => {
            Duty { state: State::Over, until: Some(last), ..duty }
        }
        Tail::FromEach(_, why) | Tail::Unsaid(why) => Duty { state: binds, unknown: Some(why), ..duty },
    }
}

/// Until when: what the class itself says, or else the clause, or the clause on what survives the end.
fn tail(run: &Run<'_>, clause: &Record, class: &Record) -> Tail {
    if class.has(Label::While) {
        return Tail::Lasting;
    }
    let end = Moment::OfThing(Edge::End, None);
    if let Some(kept) = duration(class, Label::Kept) {
        return match class.moment(Label::After) {
            Some(after) => shifted(run, class, Label::Kept, after),
            None => {
                // Nothing is told under an agreement that is over.
                let last = run.ended_on().and_then(|over| run.clock().shift(over, kept, false).ok());
                Tail::FromEach(last, "how long from the day each was told".into())
            }
        };
    }
    if let Some(line) = clause.below(Form::ConfidentialSurvives) {
        return shifted(run, line, Label::Survives, line.moment(Label::After).unwrap_or(&end));
    }
    let survives = run.clauses(Form::FileAfterEnd).flat_map(|clause| clause.all_below(Form::AfterEndSurvive));
    let named = survives.flat_map(|line| line.all(Label::What)).find_map(|what| match what {
        Value::Parts(parts) if parts.name(Label::Name).is_some_and(|name| name == "confidential") => {
            Some(parts)
        }
        _ => None,
    });
    match named {
        Some(parts) if duration(parts, Label::Duration).is_some() => {
            shifted(run, parts, Label::Duration, &end)
        }
        Some(_) => Tail::Lasting,
        None => Tail::WithTheEnd,
    }
}

/// A length of time after a moment.
fn shifted(run: &Run<'_>, parts: &Parts, label: Label, after: &Moment) -> Tail {
    let Some(length) = duration(parts, label) else { return Tail::Lasting };
    match run.clock().moment(after, &Focus::default()) {
        Ok(When::On(day)) => match run.clock().shift(day, length, false) {
            Ok(last) => Tail::Until(last),
            Err(why) => Tail::Unsaid(why.reason),
        },
        Ok(_) => Tail::NotYet,
        Err(why) => Tail::Unsaid(why.reason),
    }
}
