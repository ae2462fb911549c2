//! Entries that are so and that no clause asks for: nothing in the deal says what follows from an approval, a breach, a
//! dispute, or of what is approved nobody asks that. They stay, and are told, with the reason: what befalls
//! the parties with a note, what is told for the sake of the deal alone with a warning.
//!
//! What counts is known by the words of the clauses, in [`ROWS`]: a clause that has one of the words may ask, so nothing is said of
//! an entry that it may be meant for. Whether it was told in time, and of whom, is asked when the deal is run.

use crate::event::{Event, EventKind, SaleLine};
use counterpart_num::Currency;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Deal;
use counterpart_terms::names::SymbolKind as K;
use counterpart_terms::record::{Record, in_parts};
use counterpart_terms::value::{Amount, Name};
use std::collections::BTreeMap;

/// By which words of a clause some entries count.
struct Row {
    /// The words of the entries.
    told: &'static [&'static str],
    /// One of these stands in every clause that asks for them.
    asked: &'static [&'static str],
    /// Of what is of such a kind the clause speaks by its name, or it does not ask for it; empty where it may be of anything.
    by_name: &'static [K],
    /// What is of such a kind is asked for by what it is.
    itself: &'static [K],
    /// What no clause says.
    unasked: &'static str,
    /// It befalls the parties, and is worth keeping whatever the clauses say.
    befalls: bool,
}

const COURSES: &[K] = &[
    K::Milestone,
    K::Event,
    K::OpenTerm,
    K::Option,
    K::FirstRight,
    K::BuyOut,
    K::Window,
    K::Trigger,
    K::Sunset,
    K::Service,
    K::Supply,
    K::Escrow,
    K::Invention,
    K::Sublicence,
    K::Stage,
    K::Covenant,
];
const THINGS: &[K] =
    &[K::Assets, K::Royalty, K::Pay, K::Metric, K::Grant, K::Improvement, K::Field, K::Dimension];
const NONE: &[K] = &[];

const ROWS: &[Row] = &[
    Row {
        told: &["insolvent"],
        asked: &["insolv", "bankrupt"],
        by_name: NONE,
        itself: NONE,
        unasked: "no clause says what follows where a party is insolvent",
        befalls: true,
    },
    Row {
        told: &["control"],
        asked: &["control", "acqui", "compet", "assign"],
        by_name: NONE,
        itself: NONE,
        unasked: "no clause says what follows where control of a party changes",
        befalls: true,
    },
    Row {
        told: &["breached", "cured", "curing"],
        asked: &["breach"],
        by_name: NONE,
        itself: &[K::Covenant, K::Confidence, K::Trigger],
        unasked: "no clause says what follows from a breach",
        befalls: true,
    },
    Row {
        told: &["challenged"],
        asked: &["challeng"],
        by_name: NONE,
        itself: NONE,
        unasked: "no clause says what follows from a challenge",
        befalls: true,
    },
    Row {
        told: &["asserted"],
        asked: &["assert", "sue", "suit", "enforce"],
        by_name: NONE,
        itself: NONE,
        unasked: "no clause says what follows where patents are asserted",
        befalls: true,
    },
    Row {
        told: &["infringed"],
        asked: &["enforce", "infring"],
        by_name: NONE,
        itself: NONE,
        unasked: "no clause says who acts against infringers",
        befalls: true,
    },
    Row {
        told: &["failed", "refused", "resumed"],
        asked: &["fails", "unwilling", "refus"],
        by_name: NONE,
        itself: NONE,
        unasked: "no clause says what follows where a party fails to do so",
        befalls: true,
    },
    Row {
        told: &["issued"],
        asked: &["stake"],
        by_name: NONE,
        itself: NONE,
        unasked: "no clause gives anybody a stake that hangs on how many shares there are",
        befalls: true,
    },
    Row {
        told: &["dispute"],
        asked: &["dispute"],
        by_name: NONE,
        itself: NONE,
        unasked: "no clause says how disputes are settled",
        befalls: true,
    },
    Row {
        told: &["approved", "launched", "accepted", "delivered"],
        asked: &[
            "approv",
            "launch",
            "accept",
            "deliver",
            "market",
            "clear",
            "agreed",
            "met",
            "reached",
            "escrow",
            "commercial",
        ],
        by_name: THINGS,
        itself: COURSES,
        unasked: "no clause asks whether that came about",
        befalls: true,
    },
    Row {
        told: &["dropped"],
        asked: &["drop", "prosecut", "abandon", "divest", "keep"],
        by_name: THINGS,
        itself: &[K::Grant, K::Option],
        unasked: "no clause says what follows where it is dropped",
        befalls: true,
    },
    Row {
        told: &["received", "recovered"],
        asked: &["recover"],
        by_name: &[K::Assets],
        itself: &[K::Invention],
        unasked: "no clause shares what comes in on it",
        befalls: false,
    },
    Row {
        told: &["determined"],
        asked: &[
            "expert",
            "determin",
            "apprais",
            "arbitrat",
            "court",
            "decide",
            "committee",
            "open",
            "clear",
        ],
        by_name: THINGS,
        itself: COURSES,
        unasked: "no clause leaves it to anybody to determine it",
        befalls: false,
    },
    Row {
        told: &["cost"],
        asked: &["cost", "expens", "spen", "bear", "share"],
        by_name: &[
            K::Assets,
            K::Royalty,
            K::Pay,
            K::Metric,
            K::Grant,
            K::Improvement,
            K::Field,
            K::Dimension,
            K::Party,
            K::Group,
            K::Product,
            K::Milestone,
            K::Event,
            K::Workstream,
            K::Territory,
            K::Trigger,
            K::Option,
            K::Window,
        ],
        itself: &[K::Invention],
        unasked: "no clause shares what it cost, or takes it off anything",
        befalls: false,
    },
    Row {
        told: &["third-party royalties"],
        asked: &["third", "passes through"],
        by_name: &[K::Royalty],
        itself: NONE,
        unasked: "no clause takes anything off it for what is paid to third parties",
        befalls: false,
    },
    Row {
        told: &["first sale"],
        asked: &["first", "launch", "market", "sale of", "commercial"],
        by_name: NONE,
        itself: NONE,
        unasked: "no clause asks when something was first sold",
        befalls: true,
    },
];

/// A clause, with the words in it.
struct Clause<'d> {
    record: &'d Record,
    words: String,
}

/// A finding for each of them.
pub(crate) fn findings(deal: &Deal, events: &[Event]) -> Vec<Diagnostic> {
    let mut clauses: Option<Vec<Clause<'_>>> = None;
    let mut known: BTreeMap<(&str, Option<Name>), bool> = BTreeMap::new();
    let mut found = Vec::new();
    for event in events {
        if let EventKind::Rate { pairs, .. } = &event.kind {
            let clauses = clauses.get_or_insert_with(|| all(deal));
            let of = |currency: Currency| {
                clauses.iter().any(|clause| clause.words.contains(currency.code().to_lowercase().as_str()))
            };
            let told = |currency: Currency| events.iter().any(|event| is_in(event, currency));
            let asked = |currency: Currency| of(currency) || told(currency);
            let exchanged = clauses.iter().any(|clause| clause.words.contains("exchange"));
            if !exchanged && !pairs.iter().any(|(from, to, _)| asked(*from) && asked(*to)) {
                found.push(finding(event, "nothing in this deal is in another money", false));
            }
            continue;
        }
        if is_no_figure(deal, event) {
            found.push(finding(
                event,
                "it comes about or it does not, and no figure is determined of it",
                false,
            ));
            continue;
        }
        let Some((word, name)) = said(event) else { continue };
        let Some(row) = ROWS.iter().find(|row| row.told.contains(&word)) else { continue };
        let clauses = clauses.get_or_insert_with(|| all(deal));
        let asked = || is_asked(deal, clauses, row, name.as_ref());
        if !*known.entry((word, name.clone())).or_insert_with(asked) {
            found.push(finding(event, row.unasked, row.befalls));
        }
    }
    found
}

/// Whether a figure is determined of what has none.
fn is_no_figure(deal: &Deal, event: &Event) -> bool {
    let EventKind::Determined { name, value: Some(_), yes: None, .. } = &event.kind else { return false };
    let symbol = deal.symbols.get(name.as_str());
    symbol.is_some_and(|symbol| matches!(symbol.kind, K::Milestone | K::Event))
}

/// The word of an entry and what it is said of; none for those of which more is asked.
fn said(event: &Event) -> Option<(&str, Option<Name>)> {
    match &event.kind {
        // Who came to control a party acts for it, whatever the clauses say.
        EventKind::Told { word, parts, .. } if word == "control" && parts.name(Label::To).is_some() => None,
        EventKind::Told { word, name, parts, .. } => {
            let first = |label| parts.names(label).into_iter().next();
            let name = match word.as_str() {
                "dropped" => first(Label::What),
                "recovered" => first(Label::Assets),
                _ => name.clone(),
            };
            Some((word, name))
        }
        EventKind::Determined { name, .. } => Some(("determined", Some(name.clone()))),
        EventKind::Cost { name, .. } => Some(("cost", Some(name.clone()))),
        EventKind::ThirdParty { stream, .. } => Some(("third-party royalties", Some(stream.clone()))),
        EventKind::FirstSale { product, .. } => Some(("first sale", product.clone())),
        _ => None,
    }
}

/// The clauses of the text.
fn all(deal: &Deal) -> Vec<Clause<'_>> {
    let told = |record: &&Record| matches!(record.clause, Form::FileEntry | Form::FileAssertion);
    let clauses = in_parts(&deal.records).into_iter().filter(|record| !told(record));
    clauses
        .map(|record| {
            let mut words = String::new();
            record.walk(&mut |line| {
                let text = deal.files.get(line.at.file).map_or("", |file| file.tree.slice(line.at.span()));
                words.push_str(&text.to_lowercase());
                words.push('\n');
            });
            Clause { record, words }
        })
        .collect()
}

/// Whether some clause may ask for an entry of a row, on something of that name.
fn is_asked(deal: &Deal, clauses: &[Clause<'_>], row: &Row, name: Option<&Name>) -> bool {
    let kind = name.and_then(|name| deal.symbols.get(name.as_str())).map(|symbol| symbol.kind);
    if kind.is_some_and(|kind| row.itself.contains(&kind)) {
        return true;
    }
    let named = name.filter(|_| kind.is_some_and(|kind| row.by_name.contains(&kind)));
    clauses.iter().any(|clause| {
        let asks = row.asked.iter().any(|word| clause.words.contains(word)) || is_kept_back(&clause.words);
        let of = |name: &Name| {
            clause.words.contains(&name.as_str().to_lowercase()) || clause.record.speaks_of(&Name::is_blank)
        };
        asks && named.is_none_or(of)
    })
}

/// Whether a clause keeps back what it asks.
fn is_kept_back(words: &str) -> bool {
    ["when redacted", "when open", "on redacted", "while redacted", "unless redacted"]
        .iter()
        .any(|kept| words.contains(kept))
}

/// Whether an entry other than a rate is in a currency.
fn is_in(event: &Event, currency: Currency) -> bool {
    match &event.kind {
        EventKind::Paid { currency: own, .. }
        | EventKind::Cost { currency: own, .. }
        | EventKind::ThirdParty { currency: own, .. } => *own == currency,
        EventKind::Reported { lines, .. } | EventKind::Estimated { lines, .. } => {
            let amounts = |line: &SaleLine| {
                let mut all =
                    std::iter::once(&line.amount).chain(line.parts.iter().map(|(_, amount)| amount));
                all.any(|amount| matches!(amount, Amount::Money(own, _) if *own == currency))
            };
            lines.iter().any(amounts)
        }
        _ => false,
    }
}

fn finding(event: &Event, why: &str, befalls: bool) -> Diagnostic {
    let said = "this entry changes nothing";
    match befalls {
        true => Diagnostic::note("entry-not-used", event.at.span(), said).in_file(event.at.file).with_note(why),
        false => Diagnostic::warning("entry-not-used", event.at.span(), said)
            .in_file(event.at.file)
            .with_note(why)
            .with_help("name what is meant, or add the clause; what is only kept for the file is told as a fact: `fact`, the name and the words"),
    }
}
