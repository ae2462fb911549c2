//! Promises kept from day to day: covenants, insurance, best terms, records, services, and the limits of a use; and what
//! was granted exclusively.

use super::told::duration;
use super::{Duty, Kind, State};
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::unknown::Eval;
use crate::windows;
use counterpart_ledger::{Event, PartOf};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Grant;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Grade, Name};

/// What is promised.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let mut out: Vec<Duty> = Vec::new();
    for covenant in run.clauses(Form::FileCovenant) {
        let Some(name) = covenant.name(Label::Name) else { continue };
        let one = |act: &str, what: &str, worded: bool| Duty {
            kind: Kind::Keep,
            worded,
            by: Name::list(&covenant.names(Label::By)),
            to: Name::list(&covenant.names(Label::To)),
            ..Duty::new(act, what, run.place(covenant.at))
        };
        let insured = covenant.all_below(Form::CovenantInsure).filter_map(|line| line.text(Label::What));
        let insured: Vec<Duty> = insured.map(|what| one("insure", what, true)).collect();
        let duties = if insured.is_empty() { vec![one("keep", name.as_str(), false)] } else { insured };
        out.extend(duties.into_iter().map(|duty| kept(run, duty, covenant)));
    }
    for service in run.clauses(Form::FileService) {
        let (Some(name), Some(by)) = (service.name(Label::Name), service.name(Label::By)) else { continue };
        let duty =
            Duty { kind: Kind::Keep, by: by.to_string(), ..Duty::new("render", name, run.place(service.at)) };
        let until = service.below(Form::ServiceUntil).and_then(|line| line.moment(Label::Until));
        let until = until.map(|moment| run.clock().moment(moment, &Focus::default()).map(When::day));
        out.push(between(run, duty, None, until, false));
    }
    out.extend(records(run));
    out
}

/// What was granted exclusively, to be kept so while it is.
pub(super) fn exclusive(run: &Run<'_>) -> Vec<Duty> {
    let kept = run.model_now().grants.iter().filter(|(name, _)| {
        let standing = run.standing(name, &PartOf::default(), run.facts.as_of());
        let shuts_out = |grade: &Grade| grade.kind.keeps_out();
        standing.is_ok_and(|s| s.in_force && s.grades.iter().flatten().any(shuts_out))
    });
    let duty = |(name, grant): (&Name, &Grant)| Duty {
        kind: Kind::Keep,
        state: State::Running,
        by: Name::list(&grant.from),
        to: Name::list(&grant.to),
        ..Duty::new("keep exclusive", name, run.place(grant.at))
    };
    kept.map(duty).collect()
}

/// A promise with the days its covenant gives it.
fn kept(run: &Run<'_>, duty: Duty, covenant: &Record) -> Duty {
    let day = |moment| run.clock().moment(moment, &Focus::default()).map(When::day);
    let from = covenant.below(Form::CovenantFrom).and_then(|line| line.moment(Label::From)).map(day);
    let until = covenant.below(Form::CovenantUntil).and_then(|line| line.moment(Label::Until)).map(day);
    let lasts = covenant.below(Form::CovenantFor).and_then(|line| {
        let length = duration(line, Label::For)?;
        let start = match line.moment(Label::From) {
            Some(moment) => day(moment),
            None => run.clock().effective_day(),
        };
        // A promise for a time after the end begins with the agreement all the same.
        Some(match start {
            Ok(Some(start)) => run.clock().shift(start, length, false).map(Some),
            other => other,
        })
    });
    // Until when a promise survives that lasts for good else.
    let survives = covenant.name(Label::Name).map_or(Ok(None), |name| run.outlives(name));
    let until = until.or(lasts).or(survives.clone().ok().flatten().flatten().map(|last| Ok(Some(last))));
    let outlasts = covenant.below(Form::CovenantFor).is_some_and(|line| line.has(Label::From));
    let outlasts = outlasts || matches!(survives, Ok(Some(_)));
    let duty = between(run, duty, from, until, outlasts);
    let duty = Duty { unknown: duty.unknown.clone().or(survives.err().map(|why| why.reason)), ..duty };
    let duty = told_broken(run, duty, covenant);
    // What binds only while something is so binds nobody while it is not.
    let course =
        covenant.below(Form::CovenantWhile).and_then(|_| run.course_of(covenant.name(Label::Name)?).ok());
    match course.map(|course| course.on(run.facts.as_of()).clone()) {
        Some(now) if now.unknown.is_some() => Duty { unknown: now.unknown.map(|why| why.reason), ..duty },
        Some(now) if now.state == windows::State::Suspended && duty.state.is_open() => {
            Duty { state: State::Over, ..duty }
        }
        _ => duty,
    }
}

/// A promise of which it is told that it was broken, and not that it was put right since.
fn told_broken(run: &Run<'_>, duty: Duty, covenant: &Record) -> Duty {
    let Some(name) = covenant.name(Label::Name).filter(|_| duty.state.is_open()) else { return duty };
    match run.promise_broken(name) {
        Some(broken) => Duty { state: State::Breached, evidence: Some(run.place(broken.at)), ..duty },
        None => duty,
    }
}

impl<'m> Run<'m> {
    /// The entry that a promise was broken, where none tells since that it was put right.
    pub(crate) fn promise_broken(&self, name: &Name) -> Option<&'m Event> {
        let of = |parts: &Parts| parts.name(Label::Name) == Some(name);
        let last = |word| self.told_as(word).filter(|(_, parts)| of(parts)).map(|(event, _)| event).last();
        let (broken, cured) = (last("breached")?, last("cured"));
        cured.is_none_or(|cured| cured.date < broken.date).then_some(broken)
    }
}

/// A promise that binds from one day, or from the effective date, to another, or to the end of the agreement.
fn between(
    run: &Run<'_>,
    duty: Duty,
    from: Option<Eval<Option<Date>>>,
    until: Option<Eval<Option<Date>>>,
    outlasts: bool,
) -> Duty {
    let as_of = run.facts.as_of();
    let over = run.ended_on();
    let from = from.unwrap_or_else(|| run.clock().effective_day());
    let (until, why) = match until {
        Some(Ok(day)) => (day, None),
        Some(Err(why)) => (None, Some(why.reason)),
        None => (None, None),
    };
    let why = why.or(from.as_ref().err().map(|why| why.reason.clone())).or_else(|| run.end_in_doubt());
    let ended = over.is_some_and(|over| over < as_of);
    let state = match from {
        Ok(Some(day)) if day > as_of => State::Coming,
        Ok(None) => State::Coming,
        _ if until.is_some_and(|day| day < as_of) => State::Over,
        _ if ended && (outlasts || until.is_some_and(|day| day > over.unwrap_or(day))) => State::Survived,
        _ if ended => State::Over,
        _ => State::Running,
    };
    Duty { state, until: until.or(over.filter(|_| state == State::Over)), unknown: why, ..duty }
}

/// Records of what is measured and of what may be audited.
fn records(run: &Run<'_>) -> Vec<Duty> {
    let mut out = Vec::new();
    let mut add = |what: &Name, by: &[Name], at| {
        let duty = Duty {
            kind: Kind::Keep,
            by: Name::list(by),
            ..Duty::new("keep records of", what, run.place(at))
        };
        out.push(between(run, duty, None, None, true));
    };
    for record in run.clauses(Form::FileMetric) {
        let (Some(name), Some(line)) = (record.name(Label::Name), record.below(Form::MetricRecords)) else {
            continue;
        };
        let reporters = run.model_now().market.metrics.get(name).map(|m| m.reporters.clone());
        add(name, &reporters.unwrap_or_default(), line.at);
    }
    for audit in run.clauses(Form::FileAudit) {
        if let Some(line) = audit.below(Form::AuditRecords) {
            let of = audit.names(Label::Of);
            add(&Name::from("audit"), &of, line.at);
        }
    }
    out
}
