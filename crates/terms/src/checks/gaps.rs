//! Prices of a buy-out that leave days between them without a price.
//!
//! A warning: on those days the right exists and what it costs is unsaid.

use super::Check;
use super::days;
use crate::model::Model;
use crate::record::{At, Parts, Record};
use crate::value::{Moment, Value};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    let mut found: Vec<(At, Vec<(Date, Date)>)> = Vec::new();
    Check::each_record(model, &mut |record| {
        if record.clause == Form::FileBuyOut
            && let Some(gaps) = gaps(model, record).filter(|g| !g.is_empty())
        {
            found.push((record.at, gaps));
        }
    });
    for (at, gaps) in found {
        let days: Vec<String> = gaps.iter().map(|(first, last)| format!("{first} to {last}")).collect();
        let message = format!("no price is stated from {}", days.join(" and from "));
        let diagnostic = Diagnostic::warning("price-gap", at.span(), message)
            .with_note("the right can be used on those days, but what it costs is unsaid")
            .with_help("add a price for those days, or close the right for them");
        check.push(at, diagnostic);
    }
}

/// The days between the first and the last price that have none; `None` where events decide.
fn gaps(model: &Model, record: &Record) -> Option<Vec<(Date, Date)>> {
    let mut covered: Vec<(Date, Date)> = Vec::new();
    for price in record.all_below(Form::BuyOutPrice) {
        let Some(Value::Parts(when)) = price.get(Label::When) else { return None };
        covered.push(stretch(model, when)?);
    }
    covered.sort();
    let start = record
        .below(Form::BuyOutFrom)
        .and_then(|l| l.moment(Label::From))
        .and_then(|m| days::moment(model, m));
    let end = record
        .below(Form::BuyOutUntil)
        .and_then(|l| l.moment(Label::Until))
        .and_then(|m| days::moment(model, m));
    let mut gaps = Vec::new();
    let mut reached = start.and_then(Date::prev_day);
    for (first, last) in covered {
        if let Some(reached) = reached
            && let Some(next) = reached.next_day()
            && next < first
        {
            gaps.push((next, first.prev_day()?));
        }
        reached = Some(reached.map_or(last, |r| r.max(last)));
    }
    if let (Some(end), Some(reached)) = (end, reached)
        && reached < end
    {
        gaps.push((reached.next_day()?, end));
    }
    Some(gaps)
}

/// The days one price is for.
fn stretch(model: &Model, when: &Parts) -> Option<(Date, Date)> {
    let effective = model.header.effective;
    let whole = |label: Label| match when.get(label) {
        Some(Value::Number(n)) => n.to_i64(),
        _ => None,
    };
    if let Some(Value::Period(label)) = when.get(Label::Label) {
        return days::period(model, *label).map(|s| (s.first, s.last));
    }
    if let Some(count) = whole(Label::Count) {
        let start = effective?;
        return Some((start, start.add_years(count)?.prev_day()?));
    }
    if let (Some(first), Some(last)) = (whole(Label::Year), whole(Label::To)) {
        let start = effective?;
        return Some((start.add_years(first - 1)?, start.add_years(last)?.prev_day()?));
    }
    let day = |moment: &Moment| days::moment(model, moment);
    if let Some(after) = when.moment(Label::After) {
        let until = match when.moment(Label::Until) {
            Some(until) => day(until)?,
            None => Date::MAX,
        };
        // Whether the day itself counts is rarely meant as a gap of one day.
        return Some((day(after)?, until));
    }
    if let Some(before) = when.moment(Label::Before) {
        return Some((effective.unwrap_or(Date::MIN), day(before)?.prev_day()?));
    }
    None
}
