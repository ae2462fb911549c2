//! Clocks that run against somebody: the notice a trigger waits for, a failure that may still be put right, a breach.

use super::told::{duration, without};
use super::{Consequence, Duty, State};
use crate::breaches::Breach;
use crate::clock::Focus;
use crate::cured;
use crate::engine::Run;
use crate::rights::{Fired, Step};
use crate::royalty::measures;
use crate::value::Val;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{CureWay, Model, Same, Trigger};
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Compare, Condition, Duration, Name, Value};

/// Notices and cures of triggers, and breaches to be put right.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let model = run.model_now();
    let mut out: Vec<Duty> = model.triggers.iter().flat_map(|trigger| of(run, model, trigger)).collect();
    out.extend(run.told_as("breached").filter_map(|(event, parts)| breach(run, event, parts)));
    out
}

fn of(run: &Run<'_>, model: &Model, trigger: &Trigger) -> Vec<Duty> {
    if trigger.notice.is_none() && trigger.cure.is_none() && trigger.choice.is_none() {
        return Vec::new();
    }
    let record = model.records.iter().find(|record| record.at == trigger.at);
    let over = run.over_with_agreement(trigger);
    // What was still to be done when the agreement ended is to be done no more.
    let open = |state: State| if over.is_some() && state == State::Due { State::Over } else { state };
    let mut out = Vec::new();
    // Of the countries of which nothing was told none is named.
    let fired = run.followed_so_far(model, trigger).into_iter().filter(|fired| fired.elsewhere.is_none());
    let fired = fired.filter(|fired| over.is_none_or(|over| fired.tested <= over));
    for fired in fired {
        let has = |some: &[Name], day: Option<Date>| {
            let day = day.unwrap_or(run.facts.as_of());
            run.clock().who_has(some, Some(&trigger.name), day)
        };
        let duty = |act: &str, by: &[Name], due: Option<Date>, state, otherwise| Duty {
            due,
            state: open(state),
            by: Name::list(by),
            otherwise,
            place: fired.place.as_ref().map(Name::to_string),
            of: fired.of.as_ref().map(Name::to_string),
            ..Duty::new(act, &trigger.name, run.place(trigger.at))
        };
        if let Some(why) = &fired.doubt {
            let by = trigger.notice.as_ref().map(|(by, _)| by.clone()).unwrap_or_default();
            let open = |act: &str, by: &[Name]| Duty {
                unknown: Some(why.reason.clone()),
                ..duty(act, by, None, State::Due, None)
            };
            let givers = givers(run, &by);
            let bearers = || in_default(run, model, trigger, &givers);
            let cure = trigger.cure.is_some().then(|| open("cure", &bearers()));
            let notice = trigger.notice.is_some().then(|| open("give notice of", &has(&givers, None)));
            let chooser = trigger.choice.as_ref().filter(|_| run.may_still_choose(trigger, &fired));
            let choice = chooser.map(|(by, ..)| open("choose in", &has(std::slice::from_ref(by), None)));
            // Days of which the same is not known are one.
            for duty in cure.into_iter().chain(notice).chain(choice) {
                if !out.contains(&duty) {
                    out.push(duty);
                }
            }
            continue;
        }
        let by = trigger.notice.as_ref().map(|(by, _)| givers(run, by)).unwrap_or_default();
        let told = fired.notice.and_then(|at| run.facts.happened().find(|event| event.at == at));
        if let Some((_, within)) = &trigger.notice {
            let due = within.as_ref().and_then(|within| run.clock().shift(fired.tested, within, false).ok());
            let state = match fired.step {
                Step::AwaitsNotice => State::Due,
                Step::Lapsed => State::Over,
                Step::Excused => continue,
                _ => State::Done,
            };
            let clause = record.and_then(|record| record.below(Form::TriggerNotice));
            let lapses = clause.filter(|line| line.has(Label::Lapses));
            let otherwise =
                lapses.map(|line| Consequence { what: "the test lapses".into(), clause: run.place(line.at) });
            let done = told.filter(|_| state == State::Done);
            out.push(Duty {
                done_on: done.map(|event| event.date),
                evidence: done.map(|event| run.place(event.at)),
                ..duty("give notice of", &has(&by, done.map(|event| event.date)), due, state, otherwise)
            });
        }
        out.extend(choice(run, trigger, &fired).map(|choice| Duty {
            place: fired.place.as_ref().map(Name::to_string),
            of: fired.of.as_ref().map(Name::to_string),
            state: open(choice.state),
            ..choice
        }));
        if let Some(cure) = &trigger.cure {
            let from = told.map_or(fired.tested, |event| event.date);
            let longer = trigger.cure_longer.as_ref();
            let due =
                run.clock().last_to_cure(from, (cure, longer), |told, _| trigger.is_cured_by(told)).ok();
            let state = match fired.step {
                Step::Curing => State::Due,
                Step::Cured => State::Cured,
                Step::Bites(_) => State::Over,
                _ => continue,
            };
            let bearers = in_default(run, model, trigger, &by);
            let otherwise = record.and_then(|record| effect(run, record));
            let cured = fired.cured.filter(|_| state == State::Cured);
            let sum = run.shortfall_of(trigger, &fired);
            let (amount, unknown) = match sum.as_ref().map(|sum| &sum.sum) {
                Some(Ok(sum)) => (Some(sum.to_string()), None),
                Some(Err(why)) => (None, Some(why.reason.clone())),
                None => (None, None),
            };
            let told = || match (&sum, &amount) {
                (Some(sum), Some(amount)) => format!("told as `{}`", sum.entry(amount)),
                _ => format!("told as `cured {} by {}`", trigger.name, Name::list(&bearers)),
            };
            let how = record.and_then(|record| how(run, record, trigger, &fired));
            let open = state == State::Due;
            out.push(Duty {
                how: how.filter(|_| open).map(|how| format!("{how} ({})", told())),
                done_on: cured.map(|cured| cured.on),
                evidence: cured.and_then(|cured| cured.by).map(|at| run.place(at)),
                to: sum.as_ref().map_or_else(String::new, |sum| run.machine.parties(&sum.stream).1),
                amount,
                unknown,
                ..duty("cure", &bearers, due, state, otherwise)
            });
        }
    }
    out
}

/// The choice that a party has once a test has come to its effects, where a time is set for it.
fn choice(run: &Run<'_>, trigger: &Trigger, fired: &Fired) -> Option<Duty> {
    let Step::Bites(from) = fired.step else { return None };
    let (by, within, _) = trigger.choice.as_ref()?;
    let last = run.clock().shift(from, within.as_ref()?, false);
    let made = run.choice_made(trigger, fired);
    let state = match (&made, &last) {
        (Some(_), _) => State::Done,
        (None, Ok(last)) if *last < run.facts.as_of() => State::Over,
        (None, _) => State::Due,
    };
    let line = run.line_of(trigger.at, Form::TriggerThenChoose);
    let on = made.map_or(run.facts.as_of(), |event| event.date);
    let lapses = Consequence { what: "nothing is chosen".into(), clause: run.place(line) };
    Some(Duty {
        due: last.as_ref().ok().copied(),
        state,
        by: Name::list(&run.clock().who_has(std::slice::from_ref(by), Some(&trigger.name), on)),
        unknown: last.err().map(|why| why.reason),
        done_on: made.map(|event| event.date),
        evidence: made.map(|event| run.place(event.at)),
        otherwise: Some(lapses),
        how: run
            .choices_in_words(trigger)
            .filter(|_| state == State::Due)
            .map(|said| format!("between {said}")),
        ..Duty::new("choose in", &trigger.name, run.place(trigger.at))
    })
}

/// How a test is put right, in the words of its clause; of a figure that was missed with what was missing.
fn how(run: &Run<'_>, record: &Record, trigger: &Trigger, fired: &Fired) -> Option<String> {
    let said = run.said(record.below(Form::TriggerCure)?);
    let (_, way) = said.split_once(" by ")?;
    let way = way.split_once(", up to").map_or(way, |(way, _)| way);
    let missing = trigger.when.as_ref().and_then(|when| shortfall(run, trigger, when, fired));
    let missing = missing
        .filter(|_| trigger.cure_by.iter().any(|way| matches!(way, CureWay::Shortfall(_))))
        .map(|sum| format!(" of {sum}"));
    Some(format!("by {way}{}", missing.unwrap_or_default()))
}

/// What of the bound of a test was missing in the period it looked at.
fn shortfall(run: &Run<'_>, trigger: &Trigger, when: &Condition, fired: &Fired) -> Option<Val> {
    let Condition::Compare { left, right, op: Compare::Below | Compare::AtMost, window, .. } = when else {
        return None;
    };
    let days = trigger.tested.as_ref().and_then(|tested| run.test_days(tested).ok()).unwrap_or_default();
    let own = days.into_iter().find(|(day, _)| *day == fired.tested).map(|(_, period)| period);
    let period = fired.over.or(own)?;
    let focus = Focus { period: Some(period), until: Some(period.end), ..fired.part.clone() };
    let then = run.on_another_day(fired.tested);
    let period = then.window(window.as_ref(), &focus).ok()?;
    let focus = Focus { period: Some(period), ..focus };
    let (had, asked) = (then.amount(left, &focus).ok()?.0, then.amount(right, &focus).ok()?.0);
    asked.less(&had).ok().filter(|missing| missing.number().is_positive())
}

/// Who may give notice: those named, or all.
fn givers(run: &Run<'_>, named: &[Name]) -> Vec<Name> {
    if named.is_empty() { run.all_parties() } else { named.to_vec() }
}

/// What a trigger brings about, in its own words.
fn effect(run: &Run<'_>, trigger: &Record) -> Option<Consequence> {
    let lines = trigger
        .below
        .iter()
        .filter(|line| matches!(line.clause, Form::TriggerThen | Form::TriggerThenChoose));
    let first = lines.min_by_key(|line| line.at)?;
    let what = run.words_of(first.at);
    let what = what.strip_prefix("then ").unwrap_or(&what).to_string();
    Some(Consequence { what, clause: run.place(first.at) })
}

/// The party whose failure sets a trigger off: who reports what is measured, or was to reach what is not met; where the
/// test does not tell, those who do not give the notice.
fn in_default(run: &Run<'_>, model: &Model, trigger: &Trigger, by: &[Name]) -> Vec<Name> {
    let mut found = Vec::new();
    if let Some(when) = &trigger.when {
        failing(model, when, &mut found);
    }
    found.dedup();
    match found.is_empty() {
        true => without(&run.all_parties(), by),
        false => found,
    }
}

fn failing(model: &Model, condition: &Condition, out: &mut Vec<Name>) {
    match condition {
        Condition::All(all) | Condition::Any(all) => all.iter().for_each(|one| failing(model, one, out)),
        Condition::Not(inner) => failing(model, inner, out),
        Condition::Compare { left, .. } | Condition::Nil { left, .. } => measures(left, &mut |measure| {
            let of = measure.metric().and_then(|name| model.market.metrics.get(name));
            out.extend(of.map(|metric| metric.reporters.clone()).unwrap_or_default());
        }),
        Condition::State { name, .. } => {
            out.extend(model.market.milestones.get(name).map(|m| m.by.clone()).unwrap_or_default());
        }
        Condition::Other(parts) => {
            out.extend(
                [Label::Breach, Label::Fails, Label::Challenges]
                    .into_iter()
                    .find_map(|l| parts.name(l))
                    .cloned(),
            );
        }
        _ => {}
    }
}

/// A breach that was told, and the time there is to put it right.
fn breach(run: &Run<'_>, event: &Event, parts: &Parts) -> Option<Duty> {
    let by = parts.name(Label::By)?;
    let of = parts.name(Label::Name);
    let (line, cure, longer) = cause(run, of)?;
    // The time runs from the notice of the breach, where one was given.
    let noticed = run.facts.happened().find(|told| match &told.kind {
        EventKind::Notice(notice) => {
            let breach = Breach { on: event.date, by: Some(by), of };
            notice.by != *by
                && told.date >= event.date
                && run.clock().is_notice_of(told, &notice.by, &breach) != Same::No
        }
        _ => false,
    });
    let from = noticed.map_or(event.date, |told| told.date);
    let clock = run.clock();
    let breach = Breach { on: event.date, by: Some(by), of };
    let theirs = |told: &Parts, on: Date| clock.is_cure_of((told, on), &breach, None);
    let due = run.clock().last_to_cure(from, (cure, longer), theirs);
    let cured =
        run.told_as("cured").find(|(told, parts)| told.date >= event.date && theirs(parts, told.date));
    let cured = cured.map(|(told, _)| (told.date, Some(told.at)));
    let (paid, unsure) = match clock.paid_in_time(breach, run.facts.as_of()) {
        // Of what was not owed nothing is to be put right.
        Ok(Some(paid)) if paid.before => return None,
        Ok(paid) => (paid.map(|paid| paid.on), None),
        Err(why) => (None, Some(why.reason)),
    };
    let cured = cured.into_iter().chain(paid.map(|day| (day, None))).min_by_key(|(day, _)| *day);
    // After its end the agreement can be ended no more, and what could still be cured then need not be.
    let over = run.ended_by_now().day().filter(|(_, doubt)| doubt.is_none()).map(|(end, _)| end);
    let in_vain = |last: Date| over.is_some_and(|end| end < last);
    let state = match (cured, &due) {
        (None, Ok(last)) if in_vain(*last) => State::Over,
        (Some((day, _)), Ok(last)) if day <= *last => State::Cured,
        (Some(_), _) => State::Done,
        (None, Ok(day)) if *day < run.facts.as_of() => State::Breached,
        (None, _) => State::Due,
    };
    Some(Duty {
        due: due.as_ref().ok().copied(),
        state,
        by: by.to_string(),
        done_on: cured.map(|(day, _)| day),
        evidence: cured.and_then(|(_, at)| at).map(|at| run.place(at)),
        unknown: due.err().map(|why| why.reason).or(unsure.filter(|_| cured.is_none())),
        otherwise: over
            .is_none()
            .then(|| Consequence { what: "the agreement may be ended".into(), clause: run.place(line) }),
        ..Duty::new("cure", of.map_or("breach", Name::as_str), run.place(line))
    })
}

/// The clause by which the agreement may be ended on a breach, how long there is to cure one of this kind, and how long
/// for somebody who is at it.
fn cause<'m>(run: &Run<'m>, of: Option<&Name>) -> Option<(At, &'m Duration, Option<&'m Duration>)> {
    let payment = of.is_some_and(|name| run.clock().is_debt(name, run.facts.as_of()));
    let lines = run.clauses(Form::FileTerminate).flat_map(|clause| clause.all_below(Form::TerminateCause));
    for line in lines {
        let Some(cause) = line.parts(Label::Cause) else { continue };
        let on = match cause.get(Label::On) {
            Some(Value::Word(word)) => word.as_str(),
            Some(Value::Name(name)) => name.as_str(),
            _ => continue,
        };
        if on != "breach" {
            continue;
        }
        // A time of its own for what was to be paid stands behind the general one.
        let special =
            line.all(Label::What).any(|what| matches!(what, Value::Word(word) if word == "payment"));
        let own = line.all(Label::Special).find_map(|value| match value {
            Value::Duration(length) => Some(length),
            _ => None,
        });
        if let Some(length) = own.filter(|_| payment && special) {
            return Some((line.at, length, None));
        }
        let general = duration(line, Label::Cure).or_else(|| duration(line, Label::Notice));
        if let Some(length) = general {
            return Some((line.at, length, cured::while_curing(line)));
        }
    }
    None
}
