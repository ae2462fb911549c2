//! Two lines of one royalty that decide the same thing for the same time: two caps for one period,
//! two rates for one base. They are of equal rank, so neither prevails. Two minimums decide no such thing: who
//! pays the greater keeps both.
//!
//! An error with a witness: the period for which there are two answers.

use super::days;
use super::{Check, words};
use crate::model::{Cap, Model, RateRule, Royalty, Schedule};
use crate::record::{At, Record};
use crate::value::{Amount, Cycle, PeriodLabel};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form};

/// What a limit is for: which periods, between which days.
#[derive(Debug, Clone, PartialEq)]
struct Reach {
    /// How long a period is: of a cycle, or the whole life.
    periods: Periods,
    /// Between these days, as far as the text fixes them.
    from: Option<Date>,
    until: Option<Date>,
}

#[derive(Debug, Clone, PartialEq)]
enum Periods {
    Each(Cycle),
    Life,
}

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    for royalty in model.royalties.values() {
        caps(check, model, royalty);
        rates(check, model, royalty);
    }
}

fn caps(check: &mut Check<'_>, model: &Model, royalty: &Royalty) {
    let mut seen: Vec<(Reach, &Cap)> = Vec::new();
    for cap in &royalty.caps {
        let periods = cap.cycle.clone().map_or(Periods::Life, Periods::Each);
        let days = |label: PeriodLabel| days::period(model, label);
        let reach = Reach {
            periods,
            from: cap.years.and_then(|(from, _)| days(from)).map(|s| s.first),
            until: cap.years.and_then(|(from, to)| days(to.unwrap_or(from))).map(|s| s.last),
        };
        // Lines of one table follow each other; the last, `then`, is for what the others leave.
        let table = |other: &Cap| {
            royalty.caps.len() > 1
                && (other.years.is_none() || cap.years.is_none())
                && other.at != cap.at
                && nested(model, other, cap)
        };
        if let Some((when, first)) = seen
            .iter()
            .filter(|(_, c)| !table(c))
            .find_map(|(other, first)| common(model, other, &reach).map(|w| (w, *first)))
        {
            let message = format!("{} has two caps for {when}", royalty.name);
            tie(check, cap.at, first.at, message, &first.most, &cap.most, &when);
        }
        seen.push((reach, cap));
    }
}

/// Whether both caps stand in one table.
fn nested(model: &Model, a: &Cap, b: &Cap) -> bool {
    let mut same = false;
    Check::each_record(model, &mut |r: &Record| {
        if r.clause == Form::RoyaltyAtMost {
            let within = |at: At| r.at == at || r.below.iter().any(|l| l.at == at);
            same |= within(a.at) && within(b.at);
        }
    });
    same
}

fn rates(check: &mut Check<'_>, model: &Model, royalty: &Royalty) {
    for (index, rule) in royalty.rates.iter().enumerate() {
        for other in royalty.rates.iter().skip(index + 1) {
            if rule.when != other.when || rule.scope != other.scope || rule.signed != other.signed {
                continue;
            }
            // A line that was meant as something else is no second rate.
            if [rule.at, other.at].into_iter().any(|at| check.is_told(at.file, at.span())) {
                continue;
            }
            let (a, b) = (runs(model, rule), runs(model, other));
            let Some(when) = common(model, &a, &b) else { continue };
            let (first, second) = if rule.at < other.at { (rule, other) } else { (other, rule) };
            let of = match (&rule.when, &rule.scope) {
                (None, None) => "the same base",
                (Some(_), _) => "the same case",
                (None, Some(_)) => "the same part of the base",
            };
            let message = format!("{} has two rates for {of}, and neither prevails", royalty.name);
            let diagnostic = Diagnostic::error("precedence-tie", second.at.span(), message)
                .with_note(format!("both decide {when}"))
                .with_also(first.at.file, first.at.span(), "the other rate")
                .with_help("put a condition, a scope or dates on one of them, or take one out");
            check.push(second.at, diagnostic);
        }
    }
}

/// From when until when the rates of a rule run.
fn runs(model: &Model, rule: &RateRule) -> Reach {
    let (mut from, mut until) = (None, None);
    if let Schedule::Steps(steps) = &rule.schedule {
        let days = |m: &Option<crate::value::Moment>| m.as_ref().and_then(|m| days::moment(model, m));
        from = steps.first().and_then(|s| days(&s.from));
        until = steps.last().and_then(|s| days(&s.until));
        // A last step that ends with an event leaves the time after it to others.
        if steps.last().is_some_and(|s| (s.until.is_some() && until.is_none()) || s.when.is_some()) {
            until = from;
        }
    }
    Reach { periods: Periods::Life, from, until }
}

fn tie(check: &mut Check<'_>, at: At, first: At, message: String, one: &Amount, other: &Amount, when: &str) {
    let diagnostic = Diagnostic::error("precedence-tie", at.span(), message)
        .with_note(format!("for {when} one says {}, the other {}", words::amount(one), words::amount(other)))
        .with_also(first.file, first.span(), "the other one")
        .with_help("take one out, or name other periods for it");
    check.push(at, diagnostic);
}

/// A period both limits are for, in words.
fn common(model: &Model, a: &Reach, b: &Reach) -> Option<String> {
    let from = a.from.max(b.from);
    let until = match (a.until, b.until) {
        (Some(x), Some(y)) => Some(x.min(y)),
        (x, y) => x.or(y),
    };
    let empty = |r: &Reach| r.from.zip(r.until).is_some_and(|(f, u)| f > u);
    if from.zip(until).is_some_and(|(f, u)| f > u) || empty(a) || empty(b) {
        return None;
    }
    match (&a.periods, &b.periods) {
        (Periods::Life, Periods::Life) => Some(match (from, until) {
            (Some(day), _) => format!("{day}"),
            (None, Some(day)) => format!("{day}"),
            (None, None) => match model.header.effective {
                Some(day) => format!("every day from {day}"),
                None => "every day".to_string(),
            },
        }),
        (Periods::Each(x), Periods::Each(y)) if x == y && x.unknown.is_none() => {
            let year = from.or(model.header.effective).map(|d| d.year());
            Some(match (x.basis, x.unit, year) {
                (crate::value::time::Basis::Calendar, counterpart_num::PeriodKind::Year, Some(year)) => {
                    format!("{year}")
                }
                _ => format!("each {}", x.unit),
            })
        }
        _ => None,
    }
}
