//! Amounts beside what is reported: whether the metric deducts them, and whether they come off.

use crate::event::{Event, EventKind, SaleLine};
use counterpart_num::Exact;
use counterpart_syntax::Diagnostic;
use counterpart_terms::model::{Editions, Metric};
use counterpart_terms::value::{Amount, Name};
use counterpart_terms::{Deal, closest};
use std::collections::BTreeSet;

/// Gives the amounts of tables the names that the metric deducts them by, however they are written in the header, and
/// a number before such a name, which reads like a number of units, that name; tells the amounts of a table that the
/// metric does not deduct, and those that raise what counts.
pub(crate) fn findings(deal: &Deal, editions: &Editions, events: &mut [Event]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut columns: BTreeSet<(usize, String)> = BTreeSet::new();
    for event in events {
        let EventKind::Reported { metric: name, lines, .. } = &mut event.kind else { continue };
        let Some(metric) = editions.on(event.date).market.metrics.get(name) else { continue };
        let deducts = metric.deducts.iter().flat_map(|d| &d.names);
        let deducts: Vec<&str> = deducts.map(Name::as_str).collect();
        let mut raised = false;
        for line in lines {
            for (what, amount) in &mut line.parts {
                if let Some((number, unit)) = counted(what, amount)
                    && let Some(own) = deducts.iter().find(|d| d.eq_ignore_ascii_case(unit))
                {
                    let number = number.clone();
                    *what = (*own).to_string();
                    *amount = Amount::Number(number);
                }
                if let Some(own) = deducts.iter().find(|d| d.eq_ignore_ascii_case(what)) {
                    *what = (*own).to_string();
                }
            }
            for (what, amount) in line.parts.iter().filter(|(what, _)| !what.is_empty()) {
                if deducts.contains(&what.as_str()) {
                    if !raised && is_negative(amount) && !is_negative(&line.amount) {
                        raised = true;
                        found.push(raises(name, line, what));
                    }
                    continue;
                }
                // What no report in words may say has been told where it stands.
                if line.at.file >= deal.files.len() && columns.insert((line.at.file, what.clone())) {
                    found.push(no_part((name, metric), line, what, closest(what, deducts.iter().copied())));
                }
            }
        }
    }
    found
}

/// A number with the word behind it, where it is not the amount of anything named.
fn counted<'a>(what: &str, amount: &'a Amount) -> Option<(&'a Exact, &'a str)> {
    match amount {
        Amount::Quantity(number, unit) if what.is_empty() => Some((number, unit)),
        _ => None,
    }
}

fn is_negative(amount: &Amount) -> bool {
    match amount {
        Amount::Money(_, known) => known.given().is_some_and(Exact::is_negative),
        Amount::Number(n) | Amount::Quantity(n, _) => n.is_negative(),
        _ => false,
    }
}

fn raises(name: &Name, line: &SaleLine, what: &str) -> Diagnostic {
    let message = format!("`{what}` below nothing adds to `{name}`");
    Diagnostic::warning("negative-deduction", line.at.span(), message)
        .in_file(line.at.file)
        .with_note("what comes off is written without a minus")
        .with_help("take out the minus, unless something that came off before is added again")
}

fn no_part(
    (name, metric): (&Name, &Metric),
    line: &SaleLine,
    what: &str,
    near: Option<String>,
) -> Diagnostic {
    let message = format!("the column `{what}` is no part of `{name}`");
    let problem = match &near {
        Some(_) => Diagnostic::error("unknown-column", line.at.span(), message),
        None => Diagnostic::warning("unknown-column", line.at.span(), message),
    };
    let problem = problem
        .in_file(line.at.file)
        .with_also(metric.at.file, metric.at.span(), "what it deducts")
        .with_note("its amounts do not come off");
    match near {
        Some(near) => problem.with_help(format!("did you mean `{near}`?")),
        None => problem.with_help(format!("where they come off, write `deducts {what}` below the metric")),
    }
}
