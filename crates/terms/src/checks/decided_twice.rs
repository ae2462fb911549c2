//! Two rates of one royalty for one base and time. They are of equal rank, so neither prevails. Two minimums or two caps
//! decide no such thing: who pays the greater minimum keeps both, and the tightest cap keeps all. Where the two say the same, one is
//! a warning: it adds nothing, and another was meant, or it is to be changed in one place only.
//!
//! An error with a witness: the days for which there are two answers.

use super::Check;
use super::days;
use crate::model::{Model, RateRule, Royalty, Schedule};
use crate::record::Record;
use counterpart_num::Date;
use counterpart_syntax::{Clause, Diagnostic, Form};

/// Between which days a rate runs, as far as the text fixes them.
#[derive(Debug, Clone, Copy)]
struct Reach {
    from: Option<Date>,
    until: Option<Date>,
}

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    for royalty in model.royalties.values() {
        rates(check, model, royalty);
    }
    let royalties = model.records.of(Form::FileRoyalty);
    for royalty in royalties {
        for form in [Form::RoyaltyAtLeast, Form::RoyaltyAtMost] {
            limits(check, royalty, form);
        }
    }
}

/// Two minimums or two caps of a royalty that say the same.
fn limits(check: &mut Check<'_>, royalty: &Record, form: Form) {
    let words = |record: &Record| check.clause(record.at).map(words_of).unwrap_or_default();
    let mut seen: Vec<(Vec<String>, &Record)> = Vec::new();
    let mut twice: Vec<(&Record, &Record)> = Vec::new();
    for record in royalty.all_below(form) {
        let own = words(record);
        match seen.iter().find(|(other, _)| *other == own) {
            Some((_, first)) => twice.push((first, record)),
            None => seen.push((own, record)),
        }
    }
    for (first, second) in twice {
        let what = if form == Form::RoyaltyAtLeast { "minimum" } else { "cap" };
        let diagnostic =
            Diagnostic::warning("clause-twice", second.at.span(), format!("this {what} is said twice"))
                .with_note("the second adds nothing: who keeps the one keeps both")
                .with_also(first.at.file, first.at.span(), "first said here")
                .with_help("take one of them out, or say for what or for when each of them is");
        check.push(second.at, diagnostic);
    }
}

/// The words of a clause and of all clauses below it.
fn words_of(clause: Clause<'_>) -> Vec<String> {
    let below = clause.children().flat_map(words_of);
    clause.words().map(str::to_string).chain(below).collect()
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
            let Some(when) = common(model, a, b) else { continue };
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
    Reach { from, until }
}

/// The days on which both run, in words.
fn common(model: &Model, a: Reach, b: Reach) -> Option<String> {
    let from = a.from.max(b.from);
    let until = match (a.until, b.until) {
        (Some(x), Some(y)) => Some(x.min(y)),
        (x, y) => x.or(y),
    };
    let empty = |from: Option<Date>, until: Option<Date>| from.zip(until).is_some_and(|(f, u)| f > u);
    if empty(from, until) || empty(a.from, a.until) || empty(b.from, b.until) {
        return None;
    }
    Some(match (from.or(until), model.header.effective) {
        (Some(day), _) => format!("{day}"),
        (None, Some(day)) => format!("every day from {day}"),
        (None, None) => "every day".to_string(),
    })
}
