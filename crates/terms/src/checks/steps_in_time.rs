//! Steps that do not follow each other: a grade that ends before the one it follows, a right that ended before the
//! agreement began, a ladder with a gap between its steps, two stages of one name.

use super::{Check, days, words};
use crate::model::{Grant, Model};
use crate::record::{At, Record};
use crate::value::{Amount, Duration, Known, Moment, Name, Value};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};
use std::collections::BTreeMap;

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    for grant in model.grants.values() {
        grades(check, model, grant);
    }
    let mut records: Vec<&Record> = Vec::new();
    Check::each_record(model, &mut |record| records.push(record));
    for record in records {
        match record.clause {
            Form::FileLadder => gap(check, record),
            Form::FileStages => named_twice(check, record),
            Form::OptionExercisable | Form::OptionUntil => past(check, model, record),
            Form::TerminateCause => lapsed_before_cured(check, record),
            _ => {}
        }
    }
}

/// Each grade of a line ends after the one before it.
fn grades(check: &mut Check<'_>, model: &Model, grant: &Grant) {
    for line in &grant.grades {
        let ends = std::iter::once(&line.until).chain(line.then.iter().map(|next| &next.until));
        let mut last: Option<Date> = None;
        for end in ends {
            let Some(end) = end.as_ref().and_then(|m| days::moment(model, m)) else { continue };
            if let Some(before) = last.filter(|before| end < *before) {
                let message = format!("this ends on {end}, before it starts on {before}");
                let diagnostic = Diagnostic::warning("ends-before-it-starts", line.at.span(), message)
                    .with_note("no day lies between them, so this grade never applies")
                    .with_help("correct one of the two days");
                check.push(line.at, diagnostic);
                break;
            }
            last = Some(end);
        }
    }
}

/// What can be used until a day before the agreement can never be used.
fn past(check: &mut Check<'_>, model: &Model, record: &Record) {
    let until = record.moment(Label::Until).or(record.moment(Label::Moment));
    let Some(start) = model.header.effective else { return };
    let Some(end) = until.and_then(|m: &Moment| days::moment(model, m)).filter(|end| *end < start) else {
        return;
    };
    let message = format!("this ends on {end}, before the agreement begins on {start}");
    let diagnostic = Diagnostic::warning("ends-before-it-starts", record.at.span(), message)
        .with_note("the right can never be used")
        .with_help("correct one of the two days");
    check.push(record.at, diagnostic);
}

/// A right to end the agreement on a breach can be used once the time to cure is over, which runs from the notice of the
/// breach, on its day at the earliest; it lapses so long after the breach.
fn lapsed_before_cured(check: &mut Check<'_>, record: &Record) {
    let on = record.parts(Label::Cause).and_then(|cause| cause.word(Label::On));
    let length = |label| match record.get(label) {
        Some(Value::Duration(Duration::Span(span))) => Some(*span),
        _ => None,
    };
    let (Some("breach"), Some(lapse), Some(cure)) = (on, length(Label::Lapse), length(Label::Cure)) else {
        return;
    };
    // What is put right within a shorter time may still be in time.
    if lapse.compare(&cure).is_none_or(|order| order.is_gt()) || record.has(Label::Special) {
        return;
    }
    let message =
        format!("this right lapses {lapse} after the breach, before the {cure} to cure it are over");
    let diagnostic = Diagnostic::warning("ends-before-it-starts", record.at.span(), message)
        .with_note("the breach may be put right until then, so the right can never be used")
        .with_help("let it lapse later, as after the time to cure");
    check.push(record.at, diagnostic);
}

/// `below` one value and `from` the next leave nothing between them only where the values are one.
fn gap(check: &mut Check<'_>, ladder: &Record) {
    let steps: Vec<&Record> = ladder.all_below(Form::LadderStep).collect();
    let side = |step: &Record, word: &str| step.word(Label::Side) == Some(word);
    let Some(below) = steps.iter().find(|s| side(s, "below")) else { return };
    let Some(next) = steps.iter().find(|s| !side(s, "below")) else { return };
    let (Some(low), Some(high)) = (below.amount(Label::Value), next.amount(Label::Value)) else { return };
    let differs = match (low, high) {
        (Amount::Money(a, Known::Given(x)), Amount::Money(b, Known::Given(y))) => a == b && x != y,
        (Amount::Percent(Known::Given(x)), Amount::Percent(Known::Given(y))) => x != y,
        (Amount::Number(x) | Amount::Quantity(x, _), Amount::Number(y) | Amount::Quantity(y, _)) => x != y,
        _ => false,
    };
    if !differs {
        return;
    }
    let message =
        format!("one step is below {}, the next begins at {}", words::amount(low), words::amount(high));
    let diagnostic = Diagnostic::error("ladder-gap", next.at.span(), message)
        .with_note("what lies between the two has no step, or has two")
        .with_also(below.at.file, below.at.span(), "the step below")
        .with_help("write the same value in both lines: the value itself belongs to `from`");
    check.push(next.at, diagnostic);
}

fn named_twice(check: &mut Check<'_>, stages: &Record) {
    let mut seen: BTreeMap<&Name, At> = BTreeMap::new();
    for stage in stages.all_below(Form::StagesStage) {
        let Some(name) = stage.name(Label::Name) else { continue };
        match seen.get(name) {
            None => {
                seen.insert(name, stage.at);
            }
            Some(first) => {
                let message = format!("two stages are called `{name}`");
                let diagnostic = Diagnostic::error("name-twice", stage.at.span(), message)
                    .with_also(first.file, first.span(), "the first one")
                    .with_help("give one of them another name: an assertion tells stages apart by theirs");
                check.push(stage.at, diagnostic);
            }
        }
    }
}
