//! Reports of money that say no currency.

use crate::event::{Event, EventKind, SaleLine};
use counterpart_num::Exact;
use counterpart_syntax::{Diagnostic, Form, Label, Span};
use counterpart_terms::Deal;
use counterpart_terms::record::in_parts;
use counterpart_terms::value::{Amount, Name, Value};
use std::collections::BTreeSet;

/// A finding for each line that reports a metric in money without a currency.
pub(crate) fn findings(deal: &Deal, events: &[Event]) -> Vec<Diagnostic> {
    let money = in_money(deal);
    let currency = currency(deal);
    let mut found = Vec::new();
    for event in events {
        let (metric, lines) = match &event.kind {
            EventKind::Reported { metric, lines, .. } | EventKind::Estimated { metric, lines, .. } => {
                (metric, lines)
            }
            _ => continue,
        };
        if !money.contains(metric) {
            continue;
        }
        for line in lines {
            let (Amount::Number(n) | Amount::Quantity(n, _)) = &line.amount else { continue };
            found.push(no_currency(deal, metric, line, n, &currency));
            // A table without the column has one mistake, not one in each row.
            if line.at.file >= deal.files.len() {
                break;
            }
        }
    }
    found
}

/// The metrics that are in money.
fn in_money(deal: &Deal) -> BTreeSet<&Name> {
    let metrics = in_parts(&deal.records).into_iter().filter(|r| r.clause == Form::FileMetric);
    let money = metrics.filter(|r| {
        let counted = r.all_below(Form::MetricCounted);
        counted.into_iter().any(|c| matches!(c.get(Label::Kind), Some(Value::Word(word)) if word == "money"))
    });
    money.filter_map(|r| r.name(Label::Name)).collect()
}

/// The money of account, for the words of a fix.
fn currency(deal: &Deal) -> String {
    let head = deal.records.iter().find(|r| r.clause == Form::FileAgreement);
    let clause = head.and_then(|h| h.below(Form::AgreementCurrency));
    clause.and_then(|c| c.word(Label::Currency)).unwrap_or("USD").to_string()
}

fn no_currency(deal: &Deal, metric: &Name, line: &SaleLine, number: &Exact, currency: &str) -> Diagnostic {
    let message = format!("`{metric}` is in money, and this is reported without a currency");
    let problem = Diagnostic::error("no-currency", line.at.span(), message).in_file(line.at.file);
    let Some(file) = deal.files.get(line.at.file) else {
        return problem.with_help(format!("fill a column `currency`, with `{currency}` or another"));
    };
    // The one word of the line that is this number is where the currency goes.
    let text = file.tree.slice(line.at.span());
    let mut places = text.match_indices(|c: char| c.is_ascii_digit() || c == '.').filter_map(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let starts = before.is_empty() || before.ends_with([' ', ':', '-', '\t']);
        let word = text.get(at..)?.split([' ', '\t', '\n']).next()?.trim_end_matches(',');
        (starts && Exact::parse(word).as_ref() == Some(&number.clone().abs())).then_some((at, word))
    });
    match (places.next(), places.next()) {
        // `500 units` in a report of money is another slip than a currency left out.
        (Some((at, word)), None) if unit_after(text, at + word.len()) => problem.with_help(format!(
            "write `{currency} {word}` if it is money; what is not is reported on a metric of its own"
        )),
        (Some((at, word)), None) => {
            let start = line.at.start + u32::try_from(at).unwrap_or(0);
            let end = start + u32::try_from(word.len()).unwrap_or(0);
            let new = format!("{currency} {word}");
            problem.with_fix(format!("write `{new}`"), Span { start, end }, new)
        }
        _ => problem.with_help(format!("write `{currency}` before the number")),
    }
}

/// Whether a word follows a number, as `units` does.
fn unit_after(text: &str, end: usize) -> bool {
    text.get(end..).unwrap_or_default().trim_start().starts_with(char::is_alphabetic)
}
