//! Entries that come before what they need: acts under an agreement that was neither signed nor in force, and the end
//! of something that never began: an event, a breach that is cured, an assertion of patents that is withdrawn, a supply
//! that is resumed.
//!
//! Whether an entry lacks what it needs hangs on what else is known. It is asked for each view of the journal by itself,
//! so that what becomes known later changes only later answers.

use crate::event::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Label};
use counterpart_terms::model::{Change, Editions, Effect};
use counterpart_terms::names::SymbolKind;
use counterpart_terms::record::Parts;
use counterpart_terms::value::Name;
use counterpart_terms::{At, Deal};
use std::collections::{BTreeMap, BTreeSet};

/// What of a deal says which entries need another before them.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// The effective date, where it is a day.
    effective: Option<(Date, At)>,
    /// Declared events: what begins is told.
    events: BTreeMap<Name, At>,
    /// The events that a trigger may begin: what ended of them may have begun though no entry tells so.
    set_off: BTreeSet<Name>,
    /// Some trigger begins what is withheld: any event may have begun.
    any_set_off: bool,
    /// The triggers: what is put right under one of them is no breach.
    triggers: BTreeSet<Name>,
}

/// An entry that comes before what it needs.
#[derive(Debug)]
enum Early<'e> {
    /// The agreement was signed on this day, and not in force before.
    Unsigned(Date, At),
    /// Of what ended no beginning was told; one told for a later day, where there is one.
    NotBegun { name: &'e Name, later: Option<(Date, At)> },
    /// A party ended what it never did, with the word that tells the beginning.
    NotDone { by: &'e Name, first: &'static str },
    /// A dispute was settled that nobody had told of; one told for a later day, where there is one.
    NoDispute { name: &'e Name, later: Option<(Date, At)> },
}

/// What a party ends, and how the beginning of that is told, the way to write it first.
const ENDS: [(&str, &[&str]); 5] = [
    ("cured", &["breached", "failed", "refused"]),
    ("curing", &["breached", "failed", "refused"]),
    ("withdrew", &["asserted"]),
    ("withdrew challenge", &["challenged"]),
    ("resumed", &["failed", "refused"]),
];

impl Order {
    /// Of a deal.
    pub(crate) fn of(deal: &Deal, editions: &Editions) -> Order {
        let header = &editions.first().header;
        let triggers = || editions.0.iter().flat_map(|e| &e.model.triggers);
        let begun = triggers().flat_map(|trigger| trigger.then.iter().filter_map(Effect::read));
        let begun = begun.filter(|effect| matches!(effect.change, Change::Begins));
        let set_off: BTreeSet<Name> = begun.filter_map(|effect| effect.name).collect();
        let declared = deal.symbols.iter().filter(|(_, symbol)| symbol.kind == SymbolKind::Event);
        Order {
            effective: header.effective.map(|day| (day, header.at)),
            events: declared.map(|(name, symbol)| (Name::from(name), symbol.at)).collect(),
            any_set_off: set_off.iter().any(Name::is_blank),
            set_off,
            triggers: triggers().map(|t| t.name.clone()).collect(),
        }
    }

    /// Takes the entries out that come before what they need.
    pub(crate) fn leave_out(&self, events: &mut Vec<&Event>) {
        let early: BTreeSet<usize> = self.early(events).into_iter().map(|(event, _)| event.seq).collect();
        if !early.is_empty() {
            events.retain(|event| !early.contains(&event.seq));
        }
    }

    /// A finding for each of them, as all that is known says.
    pub(crate) fn findings(&self, events: &[Event]) -> Vec<Diagnostic> {
        let events: Vec<&Event> = events.iter().collect();
        let found = self.early(&events).into_iter();
        let found = found.map(|(event, early)| self.finding(event, &early));
        found.chain(self.facts_before(&events)).collect()
    }

    /// A warning for each thing that came about before there was an agreement that speaks of it: it may be so, and counts.
    fn facts_before(&self, events: &[&Event]) -> Vec<Diagnostic> {
        let signed = events.iter().find(|e| matches!(e.kind, EventKind::Signed { of: None, .. }));
        let Some(signed) = signed else { return Vec::new() };
        let is_before = |event: &&&Event| {
            event.date < signed.date && self.effective.is_none_or(|(day, _)| event.date < day)
        };
        let each = events.iter().filter(is_before).filter_map(|event| {
            let name = match &event.kind {
                EventKind::Reached { name, .. } => name,
                EventKind::Began(name, _) => name,
                EventKind::Told { word, name: Some(name), .. } if word == "invention" => name,
                _ => return None,
            };
            let message = format!(
                "`{name}` is told for {}, and the agreement was signed on {}",
                event.date, signed.date
            );
            Some(
                Diagnostic::warning("before-signature", event.at.span(), message)
                    .in_file(event.at.file)
                    .with_also(signed.at.file, signed.at.span(), "signed here")
                    .with_note("it may have come about before there was an agreement, and it counts")
                    .with_help("correct the day of one of the two entries, where it is a slip"),
            )
        });
        each.collect()
    }

    /// The entries that come before what they need, as all that is known says.
    pub(crate) fn early_ones(&self, events: &[Event]) -> BTreeSet<usize> {
        let events: Vec<&Event> = events.iter().collect();
        self.early(&events).into_iter().map(|(event, _)| event.seq).collect()
    }

    /// The entries that come before what they need, as some are known; and the day from which on the same of them do,
    /// whatever of the later ones is not known: once the agreement is signed, where that makes a difference.
    pub(crate) fn early_in(&self, events: &[&Event]) -> (BTreeSet<usize>, Date) {
        let early = self.early(events);
        let signed = early.iter().filter_map(|(_, why)| match why {
            Early::Unsigned(day, _) => Some(*day),
            Early::NotBegun { .. } | Early::NotDone { .. } | Early::NoDispute { .. } => None,
        });
        let from = signed.max().unwrap_or(Date::MIN);
        (early.into_iter().map(|(event, _)| event.seq).collect(), from)
    }

    fn early<'e>(&self, events: &[&'e Event]) -> Vec<(&'e Event, Early<'e>)> {
        let mut out = Vec::new();
        let signed = events.iter().find(|e| matches!(e.kind, EventKind::Signed { of: None, .. }));
        let mut open: Vec<(&Name, Option<&Name>)> = Vec::new();
        for &event in events {
            if let Some(signed) = signed.filter(|signed| event.date < signed.date)
                && self.effective.is_none_or(|(day, _)| event.date < day)
                && is_under(&event.kind)
            {
                out.push((event, Early::Unsigned(signed.date, signed.at)));
                continue;
            }
            match &event.kind {
                EventKind::Began(name, place) => open.push((name, place.as_ref())),
                EventKind::Ended(name, place)
                    if self.events.contains_key(name)
                        && !self.any_set_off
                        && !self.set_off.contains(name) =>
                {
                    let here = |(of, at): &(&Name, Option<&Name>)| {
                        *of == name && at.zip(place.as_ref()).is_none_or(|(at, place)| at == place)
                    };
                    if !open.iter().any(here) {
                        let later = events.iter().find_map(|e| match &e.kind {
                            EventKind::Began(of, _) if of == name && e.date > event.date => {
                                Some((e.date, e.at))
                            }
                            _ => None,
                        });
                        out.push((event, Early::NotBegun { name, later }));
                    }
                }
                EventKind::Told { word, name: Some(name), .. } if word == "settled" => {
                    if let Some(later) = self.no_dispute(events, event, name) {
                        out.push((event, Early::NoDispute { name, later }));
                    }
                }
                EventKind::Told { word, parts, .. } => {
                    if let Some(why) = self.not_done(events, event, (word, parts)) {
                        out.push((event, why));
                    }
                }
                _ => {}
            }
        }
        out
    }

    /// That a party ended what no entry tells that it began.
    fn not_done<'e>(
        &self,
        events: &[&Event],
        event: &Event,
        (word, parts): (&'e str, &'e Parts),
    ) -> Option<Early<'e>> {
        let (_, firsts) = ENDS.iter().find(|(end, _)| *end == word)?;
        let first = firsts.first()?;
        let by = parts.name(Label::By).filter(|by| !by.is_blank())?;
        let cures = *first == "breached"
            && parts.name(Label::Name).map_or(!self.triggers.is_empty(), |of| self.triggers.contains(of));
        let began = |told: &&&Event| {
            matches!(&told.kind, EventKind::Told { word, parts, .. }
                if firsts.contains(&word.as_str()) && parts.name(Label::By).is_none_or(|other| other == by))
        };
        let mut before = events.iter().take_while(|told| told.seq != event.seq);
        let begun = cures || before.any(|told| began(&told));
        (!begun).then_some(Early::NotDone { by, first })
    }

    /// That a dispute was settled before any entry told of it: with the one told for a later day, where there is one.
    fn no_dispute(&self, events: &[&Event], event: &Event, name: &Name) -> Option<Option<(Date, At)>> {
        let raises = |told: &&&Event| matches!(&told.kind, EventKind::Told { word, name: Some(of), .. } if word == "dispute" && of == name);
        match events.iter().find(raises) {
            Some(first) if (first.date, first.seq) < (event.date, event.seq) => None,
            later => Some(later.map(|later| (later.date, later.at))),
        }
    }

    fn finding(&self, event: &Event, early: &Early<'_>) -> Diagnostic {
        match early {
            Early::NoDispute { name, later } => {
                let message =
                    format!("`{name}` is settled on {}, and no dispute was told before", event.date);
                let problem = event.left_out("not-begun", message);
                match later {
                    Some((_, at)) => problem
                        .with_also(at.file, at.span(), "it begins here")
                        .with_help("correct the day of one of the two entries"),
                    None => problem.with_help(format!("tell the day it began: `dispute {name} by …`")),
                }
            }
            Early::Unsigned(signed, at) => {
                let message =
                    format!("this is told for {}, and the agreement was signed on {signed}", event.date);
                let mut problem = Diagnostic::error("before-signature", event.at.span(), message)
                    .in_file(event.at.file)
                    .with_also(at.file, at.span(), "signed here");
                if let Some((day, at)) = self.effective {
                    problem = problem.with_also(at.file, at.span(), format!("in force from {day} on"));
                }
                problem
                    .with_note("nobody acts under an agreement that there is not; the entry is left out")
                    .with_help("correct the day of one of the two entries")
                    .with_help("where it was in force before, give the agreement its `effective` date")
            }
            Early::NotBegun { name, later } => {
                let message =
                    format!("`{name}` ended on {}, and nothing tells that it had begun", event.date);
                let mut problem =
                    Diagnostic::error("not-begun", event.at.span(), message).in_file(event.at.file);
                if let Some(at) = self.events.get(*name) {
                    problem = problem.with_also(at.file, at.span(), "declared here");
                }
                match later {
                    Some((day, at)) => problem
                        .with_also(at.file, at.span(), "it begins here")
                        .with_note(format!("it began on {day}, which is later; the end is left out"))
                        .with_help("correct the day of one of the two entries"),
                    None => problem
                        .with_note("what did not begin does not end; the entry is left out")
                        .with_help(format!("tell the day it began: `began {name}`")),
                }
            }
            Early::NotDone { by, first } => {
                let (message, first) = match *first {
                    "asserted" => (
                        "withdraws, and nothing tells that it asserted a patent",
                        format!("asserted by {by} against …"),
                    ),
                    "challenged" => (
                        "withdraws, and nothing tells that it challenged a patent",
                        format!("challenged … by {by}"),
                    ),
                    "failed" => {
                        ("resumes, and nothing tells that it had failed", format!("failed to … by {by}"))
                    }
                    first => (
                        "puts a breach right, and nothing tells that there was one",
                        format!("{first} by {by}"),
                    ),
                };
                event
                    .left_out("not-begun", format!("`{by}` {message}"))
                    .with_help(format!("tell the day it began: `{first}`"))
            }
        }
    }
}

/// Whether somebody acts under the agreement by this, and so only where there is one.
fn is_under(kind: &EventKind) -> bool {
    const WORDS: [&str; 12] = [
        "audited",
        "terminated",
        "renewed",
        "breached",
        "cured",
        "curing",
        "sublicensed",
        "met",
        "decided",
        "opened",
        "closed",
        "took",
    ];
    match kind {
        EventKind::Reported { .. }
        | EventKind::Estimated { .. }
        | EventKind::Paid { .. }
        | EventKind::Notice(_)
        | EventKind::Chose { .. }
        | EventKind::Exercised(..)
        | EventKind::Waived { .. }
        | EventKind::ThirdParty { .. } => true,
        EventKind::Told { word, .. } => WORDS.contains(&word.as_str()),
        _ => false,
    }
}
