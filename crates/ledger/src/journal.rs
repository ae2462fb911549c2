//! The journal as a whole, and the part of it that was known on a day.

use crate::claim::Claim;
use crate::csv_file;
use crate::entry;
use crate::event::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form};
use counterpart_terms::value::{Name, PeriodLabel};
use counterpart_terms::{At, Deal};
use std::collections::BTreeMap;

/// Everything that happened, and everything asserted about it.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// Events, by date and then by their order in the journal.
    pub events: Vec<Event>,
    /// Assertions, in the order they stand.
    pub claims: Vec<Claim>,
    /// What could not be read.
    pub problems: Vec<Diagnostic>,
}

impl Journal {
    /// Reads the journal of a deal: its entries, and the files of sales the entries name.
    pub fn read(deal: &Deal) -> Journal {
        let mut journal = Journal::default();
        for record in &deal.records {
            match record.clause {
                Form::FileEntry => {
                    let seq = journal.events.len();
                    if let Some(file) = csv_file::named(record) {
                        csv_file::read(deal, record, &file, &mut journal);
                    } else if let Some(event) = entry::event(record, seq) {
                        journal.events.push(event);
                    } else {
                        journal.problems.push(
                            Diagnostic::note(
                                "entry-not-used",
                                record.at.span(),
                                "nothing is computed from this entry",
                            )
                            .in_file(record.at.file)
                            .with_note("an amount in it is redacted or open"),
                        );
                    }
                }
                Form::FileAssertion => journal.claims.extend(Claim::read(record)),
                _ => {}
            }
        }
        journal.check();
        journal.events.sort_by_key(|e| (e.date, e.seq));
        journal
    }

    /// An event cannot be known before it happened.
    fn check(&mut self) {
        for event in &self.events {
            if event.known < event.date {
                let message = format!("this was known on {}, before it happened", event.known);
                self.problems.push(
                    Diagnostic::error("known-too-early", event.at.span(), message)
                        .in_file(event.at.file)
                        .with_help("the first date is the day it happened, the one after `known` the day it was told"),
                );
            }
        }
        self.check_reports();
    }

    /// The same lines reported twice for one period are counted twice unless the second is a correction.
    fn check_reports(&mut self) {
        // Looked up rather than compared with each other: a table of sales has many lines.
        let mut seen: BTreeMap<Line<'_>, At> = BTreeMap::new();
        let mut found = Vec::new();
        for event in &self.events {
            let EventKind::Reported { metric, by, label: Some(label), lines, correction } = &event.kind
            else {
                continue;
            };
            let keys: Vec<Line<'_>> = lines.iter().map(|l| (metric, by.as_ref(), *label, part(l))).collect();
            let first = keys.iter().find_map(|k| seen.get(k));
            match (first, correction) {
                (Some(first), false) => found.push(
                    Diagnostic::error(
                        "reported-twice",
                        event.at.span(),
                        format!("`{metric}` for {label} is reported twice for the same line"),
                    )
                    .in_file(event.at.file)
                    .with_also(first.file, first.span(), "first here")
                    .with_help("write `corrected` where it replaces the first report"),
                ),
                (None, true) => {
                    found.push(nothing(event, format!("no report of `{metric}` for {label} has these lines")))
                }
                (Some(_), true) => {
                    for (line, _) in lines.iter().zip(&keys).filter(|(_, key)| !seen.contains_key(key)) {
                        let cell: Vec<&str> = line.cell.iter().map(|n| n.as_str()).collect();
                        let message =
                            format!("no report of `{metric}` for {label} has the line `{}`", cell.join(" "));
                        found.push(nothing(event, message));
                    }
                }
                (None, false) => {}
            }
            seen.extend(keys.into_iter().map(|key| (key, event.at)));
        }
        self.problems.extend(found);
    }

    /// What had happened by a day, as far as it was known on another.
    pub fn view(&self, as_of: Date, known_on: Date) -> View<'_> {
        View {
            events: self.events.iter().filter(|e| e.date <= as_of && e.known <= known_on).collect(),
            as_of,
            known_on,
        }
    }

    /// The last day anything happened.
    pub fn last_day(&self) -> Option<Date> {
        self.events.iter().map(|e| e.date.max(e.known)).max()
    }
}

/// What a line is about: the metric, who reports it, the period, the part of the market.
type Line<'j> = (&'j Name, Option<&'j Name>, PeriodLabel, (Vec<&'j Name>, Option<&'j String>));

/// The part of the market a line is about; the order of its names does not matter.
fn part(line: &crate::SaleLine) -> (Vec<&Name>, Option<&String>) {
    let mut cell: Vec<&Name> = line.cell.iter().collect();
    cell.sort();
    (cell, line.mark.as_ref())
}

fn nothing(event: &Event, message: String) -> Diagnostic {
    Diagnostic::error("nothing-to-correct", event.at.span(), message)
        .in_file(event.at.file)
        .with_help("a correction repeats the product, field and country of the line it corrects")
}

/// The events up to a day that were known on a day.
#[derive(Debug, Clone)]
pub struct View<'j> {
    /// The events, in order.
    pub events: Vec<&'j Event>,
    /// Up to this day.
    pub as_of: Date,
    /// As known on this day.
    pub known_on: Date,
}
