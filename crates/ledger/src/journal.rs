//! The journal as a whole, and the part of it that was known on a day.

use crate::claim::Claim;
use crate::csv_file;
use crate::currencies;
use crate::deductions;
use crate::entitled;
use crate::entry;
use crate::event::Event;
use crate::idle;
use crate::kinds;
use crate::misfits;
use crate::no_patent;
use crate::notices;
use crate::once;
use crate::order::Order;
use crate::paid_early;
use crate::paid_in;
use crate::rates;
use crate::reports::{self, Reports};
use crate::signatures;
use crate::told_again;
use crate::unasked;
use crate::unplaced;
use crate::ways::Ways;
use crate::which_one;
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::record::in_parts;
use counterpart_terms::{Deal, Record};
use std::borrow::Cow;

/// Everything that happened, and everything asserted about it.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// Events, by date and then by their order in the journal.
    pub events: Vec<Event>,
    /// Assertions, in the order they stand.
    pub claims: Vec<Claim>,
    /// What could not be read.
    pub problems: Vec<Diagnostic>,
    /// How what is reported is reported.
    ways: Ways,
    /// Which entries need another before them.
    order: Order,
}

impl Journal {
    /// Reads the journal of a deal: its entries, and the files of sales the entries name.
    pub fn read(deal: &Deal) -> Journal {
        let mut journal = Journal::default();
        let editions = &deal.editions;
        for record in in_parts(&deal.records) {
            // A mistake has been told where it stands; the rest of the journal goes without that line.
            let kept = match record.clause {
                Form::FileEntry | Form::FileAssertion => usable(deal, record),
                _ => None,
            };
            let Some(record) = kept.as_deref() else { continue };
            match record.clause {
                Form::FileEntry if deal.is_private(record.at.file) => journal.problems.push(private(record)),
                Form::FileEntry => {
                    let seq = journal.events.len();
                    if let Some(file) = csv_file::path(record) {
                        csv_file::read(deal, editions, record, &file, &mut journal);
                    } else if let Some(event) = entry::event(record, seq) {
                        if !entry::is_whole(record, &event) {
                            journal.problems.push(not_used(record, "a part of this entry is not computed"));
                        }
                        journal.events.push(event);
                    } else {
                        journal.problems.push(not_used(record, "nothing is computed from this entry"));
                    }
                }
                Form::FileAssertion => journal.claims.extend(Claim::read(record)),
                _ => {}
            }
        }
        journal.events.sort_by_key(|e| (e.date, e.seq));
        let mut odd = entitled::left_out(deal, editions, &mut journal.events);
        odd.extend(kinds::findings(deal, editions, &mut journal.events));
        odd.extend(deductions::findings(deal, editions, &mut journal.events));
        odd.extend(rates::left_out(&mut journal.events));
        odd.extend(no_patent::left_out(editions, &mut journal.events));
        journal.order = Order::of(deal, editions);
        odd.extend(told_again::leave_out(editions, &mut journal.events, &journal.order));
        journal.ways = Ways::of(deal, editions, &journal.events);
        odd.extend(journal.order.findings(&journal.events));
        journal.problems.extend(which_one::leave_out(editions, &mut journal.events));
        journal.problems.extend(which_one::without_place(editions, &journal.events));
        journal.check();
        journal.problems.extend(odd);
        journal.problems.extend(currencies::findings(deal, &journal.events));
        journal.problems.extend(paid_in::findings(editions, &journal.events));
        journal.problems.extend(paid_early::findings(editions, &journal.events));
        journal.problems.extend(signatures::findings(editions, &journal.events));
        journal.problems.extend(notices::findings(deal, editions, &journal.events));
        journal.problems.extend(unplaced::findings(deal, editions, &journal.events));
        journal.problems.extend(idle::findings(deal, &journal.events));
        journal.problems.extend(unasked::findings(deal, &journal.events));
        journal.problems.extend(once::findings(editions, &journal.events, &journal.order));
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
        let (_, odd) = reports::in_force(self.events.iter(), &self.ways);
        self.problems.extend(misfits::findings(&odd));
    }

    /// What had happened by a day, as far as it was known on another.
    pub fn view(&self, as_of: Date, known_on: Date) -> View<'_> {
        self.view_within(as_of, known_on, as_of)
    }

    /// The same, of what happened by a horizon alone: a day that lies before or behind it is looked at with what had
    /// happened by then.
    pub fn view_within(&self, as_of: Date, known_on: Date, horizon: Date) -> View<'_> {
        let last = as_of.min(horizon);
        let mut events = self.events.iter().filter(|e| e.date <= last && e.known <= known_on).collect();
        self.order.leave_out(&mut events);
        View { events, as_of, known_on, horizon, ways: &self.ways }
    }

    /// Where the entries stand that are seen of those that are known, in their order; and from which day on what is seen
    /// by a day is the beginning of this.
    pub fn seen_from(&self, known: impl Fn(&Event) -> bool) -> (Vec<usize>, Date) {
        let events: Vec<&Event> = self.events.iter().filter(|event| known(event)).collect();
        let (early, settled) = self.order.early_in(&events);
        let seen = self.events.iter().enumerate();
        let seen = seen.filter(|(_, event)| known(event) && !early.contains(&event.seq));
        (seen.map(|(at, _)| at).collect(), settled)
    }

    /// The reports in force among some entries in their order, by metric.
    pub fn reports_among<'j>(&'j self, events: impl Iterator<Item = &'j Event>) -> Reports<'j> {
        reports::in_force(events, &self.ways).0
    }

    /// The last day anything happened.
    pub fn last_day(&self) -> Option<Date> {
        self.events.iter().map(|e| e.date.max(e.known)).max()
    }
}

/// An entry without the lines that cannot be used; nothing where its own line cannot.
fn usable<'d>(deal: &Deal, entry: &'d Record) -> Option<Cow<'d, Record>> {
    if !deal.is_usable(entry) {
        return None;
    }
    if entry.below.iter().all(|line| deal.is_usable(line)) {
        return Some(Cow::Borrowed(entry));
    }
    let below: Vec<Record> = entry.below.iter().filter(|line| deal.is_usable(line)).cloned().collect();
    // A report of which no line is left is not a report of nothing.
    let stated = entry.parts(Label::What).is_some_and(|what| what.has(Label::Value));
    if below.is_empty() && !stated && is_report(entry) {
        return None;
    }
    Some(Cow::Owned(Record { below, ..entry.clone() }))
}

fn is_report(entry: &Record) -> bool {
    let what = entry.parts(Label::What);
    what.is_some_and(|what| {
        [Label::Reported, Label::Corrected, Label::Estimated].iter().any(|l| what.has(*l))
    })
}

fn not_used(record: &Record, message: &str) -> Diagnostic {
    Diagnostic::note("entry-not-used", record.at.span(), message)
        .in_file(record.at.file)
        .with_note("an amount in it is redacted or open")
}

/// What happened binds both sides, so both must be able to read it.
fn private(record: &Record) -> Diagnostic {
    Diagnostic::error("private-entry", record.at.span(), "what happened is told in one side's own file")
        .in_file(record.at.file)
        .with_note("the other side cannot read it, so no figure rests on it; the entry is left out")
        .with_help("move it into `journal.deal`")
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
    /// What happened after this day is not looked at.
    pub horizon: Date,
    /// How what is reported is reported.
    ways: &'j Ways,
}

impl<'j> View<'j> {
    /// The reports in force, by metric.
    pub fn reports(&self) -> Reports<'j> {
        reports::in_force(self.events.iter().copied(), self.ways).0
    }
}
