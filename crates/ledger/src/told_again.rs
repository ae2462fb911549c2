//! Entries of one day that say the same twice, or that cannot both be so: a payment told again, and two corrections of a
//! figure that disagree.
//!
//! What is the same to the word and to the day is one payment told twice; on another day it may have been made again,
//! and then it stays open in favour of the payer. Of two corrections of one day nobody says which is the later one. The
//! first stands in both cases, and the other entry is left out.

use crate::event::{Event, EventKind, SaleLine};
use crate::order::Order;
use crate::reports::{Key, key};
use counterpart_num::{Currency, Date, Exact};
use counterpart_syntax::Diagnostic;
use counterpart_terms::At;
use counterpart_terms::model::{Editions, Model};
use counterpart_terms::value::{Name, PeriodLabel};
use std::collections::BTreeMap;

/// Takes out what is told again on the day it was told, and the corrections that contradict an earlier one of their day;
/// a finding for each entry.
pub(crate) fn leave_out(editions: &Editions, events: &mut Vec<Event>, order: &Order) -> Vec<Diagnostic> {
    let mut found = payments(editions, events, order);
    found.extend(corrections(events));
    found
}

/// What makes one payment the same as another: what for, between whom, for which period, and how much.
type Payment = (Name, Option<Name>, Option<Name>, Option<PeriodLabel>, Exact, Currency, Option<Exact>);

fn payments(editions: &Editions, events: &mut Vec<Event>, order: &Order) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // One that is left out for its day was not made.
    let early = order.early_ones(events);
    let mut told: BTreeMap<Payment, (Date, Date, At)> = BTreeMap::new();
    // The same sum on the same day, with a period and without one, may be one payment.
    let mut bare: BTreeMap<(Payment, Date), (bool, At)> = BTreeMap::new();
    events.retain(|event| {
        let EventKind::Paid { stream, by, to, label, amount: Some(amount), currency, withheld } = &event.kind
        else {
            return true;
        };
        if early.contains(&event.seq) {
            return true;
        }
        let (by, to) = (by.clone(), to.clone());
        let whole =
            (stream.clone(), by.clone(), to.clone(), None, amount.clone(), *currency, withheld.clone());
        match bare.get(&(whole.clone(), event.date)) {
            Some((labelled, first)) if *labelled != label.is_some() => {
                found.push(perhaps_again(event, stream, *first));
            }
            Some(_) => {}
            None => {
                bare.insert((whole, event.date), (label.is_some(), event.at));
            }
        }
        let what = (stream.clone(), by, to, *label, amount.clone(), *currency, withheld.clone());
        let Some((date, known, first)) = told.get(&what).copied() else {
            told.insert(what, (event.date, event.known, event.at));
            return true;
        };
        let again = (date, known) == (event.date, event.known);
        if again || label.is_some() {
            found.push(paid_twice(editions.on(event.date), event, stream, (date, first), again));
        }
        !again
    });
    found
}

/// A warning for a payment that may be one that was told with a period, or without one.
fn perhaps_again(event: &Event, stream: &Name, first: At) -> Diagnostic {
    let said = format!("`{stream}` was paid with the same sum on {}, the same day", event.date);
    Diagnostic::warning("paid-twice", event.at.span(), said)
        .in_file(event.at.file)
        .with_also(first.file, first.span(), "first here")
        .with_note("one of the two names no period; both count, and what is too much stays open in favour of the payer")
        .with_help("take one of the two out where it was made once; else name the period of each")
}

fn paid_twice(
    model: &Model,
    event: &Event,
    stream: &Name,
    (date, first): (Date, At),
    again: bool,
) -> Diagnostic {
    let clause = model.royalties.get(stream).map(|r| r.at).or_else(|| model.pays.get(stream).map(|p| p.at));
    let problem = match again {
        true => Diagnostic::error(
            "paid-twice",
            event.at.span(),
            format!("this payment of `{stream}` is told twice on {date}"),
        )
        .with_note("the first counts, and this entry is left out")
        .with_help("take one of the two out; where both were made, tell them as one entry with their sum"),
        false => Diagnostic::warning(
            "paid-twice",
            event.at.span(),
            format!("`{stream}` was paid before, on {date}, for the same period and with the same sum"),
        )
        .with_note("it counts as paid again, and what is too much stays open in favour of the payer")
        .with_help("take it out where it was made once; where it is a further sum that was owed, go on"),
    };
    let problem = problem.in_file(event.at.file).with_also(first.file, first.span(), "first here");
    match clause {
        Some(at) => problem.with_also(at.file, at.span(), "owed by this clause"),
        None => problem,
    }
}

/// The corrections of one day, by the line they correct and who made them.
type Corrected<'e> = BTreeMap<(Key<'e>, Date, Date, Option<&'e Name>), (usize, &'e SaleLine)>;

fn corrections(events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut out: Vec<(usize, At)> = Vec::new();
    let mut made: Corrected<'_> = BTreeMap::new();
    for event in events.iter() {
        let EventKind::Reported { metric, by, label, lines, correction: true } = &event.kind else {
            continue;
        };
        let mut said = false;
        for line in lines {
            let named = (key(metric, *label, event.date, line), event.date, event.known, by.as_ref());
            let Some((seq, first)) = made.get(&named).copied() else {
                made.insert(named, (event.seq, line));
                continue;
            };
            // Within one entry that is told by `reported-twice`.
            if seq == event.seq || (&first.amount, &first.parts) == (&line.amount, &line.parts) {
                continue;
            }
            out.push((event.seq, line.at));
            if !std::mem::replace(&mut said, true) {
                found.push(contradicted(event, line, first, metric, *label));
            }
        }
    }
    events.retain_mut(|event| {
        let seq = event.seq;
        let EventKind::Reported { lines, .. } = &mut event.kind else { return true };
        let before = lines.len();
        lines.retain(|line| !out.contains(&(seq, line.at)));
        // A correction of which no line is left corrects nothing.
        lines.len() == before || !lines.is_empty()
    });
    found
}

fn contradicted(
    event: &Event,
    line: &SaleLine,
    first: &SaleLine,
    metric: &Name,
    label: Option<PeriodLabel>,
) -> Diagnostic {
    let of = label.map_or_else(|| format!("`{metric}`"), |label| format!("`{metric}` for {label}"));
    let message = format!("{of} is corrected twice on {}, and the figures differ", event.date);
    Diagnostic::error("corrections-differ", line.at.span(), message)
        .in_file(line.at.file)
        .with_also(first.at.file, first.at.span(), "first here")
        .with_note("which of the two is right nobody says: the first counts, and this one is left out")
        .with_help("take the wrong one out, or give the later one its own day")
}
