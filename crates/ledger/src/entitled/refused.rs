//! Reports that cannot be used as they stand: for no period, for one that is not over, by who does not report it.

use super::Asked;
use crate::days::days;
use crate::event::{Event, EventKind, SaleLine};
use counterpart_num::{Date, Period};
use counterpart_syntax::{Diagnostic, Label};
use counterpart_terms::At;
use counterpart_terms::model::Metric;
use counterpart_terms::value::{Name, PeriodLabel, Value};

/// A finding for a report or an audit that cannot be used.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let (deal, editions, event) = (asked.deal, asked.editions, asked.event);
    if let EventKind::Told { word, parts, .. } = &event.kind {
        // A royalty is audited period by period; an audit that found nothing more needs to name none.
        let of = parts.name(Label::Stream).filter(|_| word == "audited")?;
        let model = editions.on(event.date);
        let royalty = model.royalties.contains_key(of);
        if let Some(Value::Period(label)) = parts.get(Label::Label) {
            let first = &editions.first().header;
            let span = days(*label, (model, None), (first, &|| first.effective))?;
            let told = event.known.max(event.date);
            return (royalty && span.end > told).then(|| audit_too_early(of, &span, *label, event));
        }
        return (royalty && parts.has(Label::Value)).then(|| audit_of_no_period(of, event));
    }
    let EventKind::Reported { metric: name, by, label, lines, .. } = &event.kind else { return None };
    let model = editions.on(event.date);
    let metric = model.market.metrics.get(name)?;
    let at = place(event, lines);
    let in_table = at.file >= deal.files.len();
    if let Some(by) = by.as_ref().filter(|by| !reports(asked, name, by)) {
        return Some(not_the_reporter(metric, name, by, at));
    }
    if !metric.is_flow() {
        return None;
    }
    let first = &editions.first().header;
    let told = event.known.max(event.date);
    match label {
        None if metric.cycle.is_some() => Some(no_period(metric, name, told, at, in_table)),
        None => None,
        Some(label) => {
            let span = days(*label, (model, by.as_ref()), (first, &|| first.effective));
            if *label == PeriodLabel::ContractYear(0) {
                return Some(no_such_period(name, *label, at));
            }
            let span = span?;
            // What is told when it happens may be told while the period runs.
            let from = if metric.cycle.is_some() { span.end } else { span.start };
            (from > told).then(|| not_over(name, &span, label.to_string(), told, at))
        }
    }
}

/// Where a report is pointed at: its entry, or its first row in a table.
fn place(event: &Event, lines: &[SaleLine]) -> At {
    lines.first().map(|l| l.at).filter(|at| at.file != event.at.file).unwrap_or(event.at)
}

/// Whether a party reports a metric, by the terms that were in force by then.
fn reports(asked: &Asked<'_>, name: &Name, by: &Name) -> bool {
    let mut any = false;
    for model in asked.editions.until(asked.event.date) {
        let Some(metric) = model.market.metrics.get(name) else { continue };
        any |= !metric.reporters.is_empty();
        if asked.may_be(by, &metric.reporters, Some(name)) && !metric.reporters.is_empty() {
            return true;
        }
    }
    !any
}

fn not_the_reporter(metric: &Metric, name: &Name, by: &Name, at: At) -> Diagnostic {
    let whose: Vec<String> = metric.reporters.iter().map(|r| format!("`{r}`")).collect();
    let message = format!("`{name}` is reported by {}, not by `{by}`", whose.join(" or "));
    let problem = Diagnostic::error("not-its-reporter", at.span(), message)
        .in_file(at.file)
        .with_also(metric.at.file, metric.at.span(), "reported by")
        .with_note("the report is left out");
    match metric.reporters.as_slice() {
        [one] => problem.with_help(format!("write `by {one}`, or leave out who reports")),
        _ => problem.with_help("write which of them reports it"),
    }
}

fn no_period(metric: &Metric, name: &Name, told: Date, at: At, in_table: bool) -> Diagnostic {
    let message = format!("it is not said for which period `{name}` is reported");
    let year = told.year();
    let help = if in_table {
        format!("fill the column `period`, as with `{year} Q1`, or name the period in the entry")
    } else {
        format!("write the period, as in `reported {name} for {year} Q1`")
    };
    Diagnostic::error("no-period", at.span(), message)
        .in_file(at.file)
        .with_also(metric.at.file, metric.at.span(), "reported by period")
        .with_note("the report is left out")
        .with_help(help)
}

fn audit_of_no_period(name: &Name, event: &Event) -> Diagnostic {
    let message = format!("it is not said for which period `{name}` was audited");
    Diagnostic::error("no-period", event.at.span(), message)
        .in_file(event.at.file)
        .with_note("what was found is held against what was owed for the period; the entry is left out")
        .with_help(format!("write the period, as in `audited {name} for {} Q1`", event.date.year()))
}

fn audit_too_early(name: &Name, span: &Period, label: PeriodLabel, event: &Event) -> Diagnostic {
    let message = format!("`{name}` is audited on {} for {label}, which ends on {}", event.date, span.end);
    event
        .left_out("period-not-over", message)
        .with_help("correct the period or the day: nothing was owed for it yet")
}

fn no_such_period(name: &Name, label: PeriodLabel, at: At) -> Diagnostic {
    let message = format!("there is no {label} in which `{name}` is reported");
    Diagnostic::error("no-such-period", at.span(), message)
        .in_file(at.file)
        .with_note("contract years are counted from 1; the report is left out")
        .with_help("correct the period")
}

fn not_over(name: &Name, span: &Period, label: String, told: Date, at: At) -> Diagnostic {
    let message = format!("`{name}` is reported on {told} for {label}, which ends on {}", span.end);
    Diagnostic::error("period-not-over", at.span(), message)
        .in_file(at.file)
        .with_note("nobody can have sold then already; the report is left out")
        .with_help("correct the period or the day; write `estimated` where it is what somebody expects")
        .with_help("a royalty is paid on what is estimated only with a line `estimated within` of its own")
}
