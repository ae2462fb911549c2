//! Periods that end before they start. Such a clause never applies to any day.
//!
//! A warning: filed agreements contain them (one defines a period "January 1, 1999 through March 31,
//! 1994"), and the deal must say what the paper says.

use super::Check;
use super::days::{self, Stretch};
use crate::record::{At, Parts, Record};
use crate::value::Value;
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};

/// Labels of a beginning and an end that stand in one clause.
const PAIRS: &[(Label, Label)] = &[
    (Label::From, Label::Until),
    (Label::From, Label::To),
    (Label::Label, Label::To),
    (Label::Opens, Label::Closes),
    (Label::Start, Label::End),
    (Label::After, Label::Until),
    (Label::Date, Label::Until),
];

/// Lines of a beginning and an end that stand below one clause.
const LINES: &[(Form, Form)] = &[
    (Form::GrantFrom, Form::GrantUntil),
    (Form::CovenantFrom, Form::CovenantUntil),
    (Form::RoyaltyFrom, Form::RoyaltyUntil),
    (Form::PayFrom, Form::PayUntil),
    (Form::BuyOutFrom, Form::BuyOutUntil),
    (Form::AgreementEffective, Form::AgreementEnds),
    (Form::AmendmentEffective, Form::AmendmentEnds),
];

pub(super) fn check(check: &mut Check<'_>) {
    let mut found: Vec<(At, Option<At>, Date, Date)> = Vec::new();
    let model = check.model;
    Check::each_record(model, &mut |record| {
        let mut add = |start: Stretch, end: Stretch, other: Option<At>| {
            if start.kind == end.kind && end.last < start.first {
                found.push((record.at, other, start.first, end.last));
            }
        };
        within(&record.parts, &mut |parts| {
            for (from, until) in PAIRS {
                if let (Some(a), Some(b)) = (parts.get(*from), parts.get(*until))
                    && let (Some(a), Some(b)) = (days::of(model, a), days::of(model, b))
                {
                    add(a, b, None);
                }
            }
            // In `4% until A, then 5% until B` the second begins where the first ends.
            let mut last: Option<Stretch> = None;
            for step in parts.all(Label::Step) {
                let Value::Parts(step) = step else { continue };
                let end = step.get(Label::Until).and_then(|v| days::of(model, v));
                if let (Some(a), Some(b), None) = (last, end, step.get(Label::From)) {
                    add(a, b, None);
                }
                last = end;
            }
        });
        for (from, until) in LINES {
            if let (Some(a), Some(b)) = (record.below(*from), record.below(*until))
                && let (Some(start), Some(end)) = (days::line(model, a), days::line(model, b))
            {
                let mut pair = |start: Stretch, end: Stretch| {
                    if start.kind == end.kind && end.last < start.first {
                        found.push((b.at, Some(a.at), start.first, end.last));
                    }
                };
                pair(start, end);
            }
        }
        patent(record, &mut found);
    });
    for (at, other, start, end) in found {
        let message = format!("this ends on {end}, before it starts on {start}");
        let mut diagnostic = Diagnostic::warning("ends-before-it-starts", at.span(), message)
            .with_note("no day lies between them, so the clause never applies")
            .with_help("correct one of the two days");
        if let Some(other) = other {
            diagnostic = diagnostic.with_also(other.file, other.span(), "it starts here");
        }
        check.push(at, diagnostic);
    }
}

fn within<'p>(parts: &'p Parts, visit: &mut dyn FnMut(&'p Parts)) {
    visit(parts);
    for part in &parts.0 {
        if let Value::Parts(inner) = &part.value {
            within(inner, visit);
        }
    }
}

/// A patent is filed, published, granted and expires in this order.
fn patent(record: &Record, found: &mut Vec<(At, Option<At>, Date, Date)>) {
    if record.clause != Form::AssetsPatent {
        return;
    }
    let date = |label: Label| {
        let mut seen = None;
        within(&record.parts, &mut |parts| {
            if let (Some(Value::Date(date)), None) = (parts.get(label), seen) {
                seen = Some(*date);
            }
        });
        seen
    };
    let order: Vec<Date> =
        [Label::Filed, Label::Granted, Label::Expires].into_iter().filter_map(date).collect();
    for pair in order.windows(2) {
        if let [start, end] = pair
            && end < start
        {
            found.push((record.at, None, *start, *end));
        }
    }
}
