//! What happened, found by what it is and what it is about: a journal may have very many entries, and most questions are
//! about few of them.

use crate::facts::{Facts, agrees};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::record::Record;
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    Signed,
    Reached,
    Determined,
    Began,
    Ended,
    Chose,
    Exercised,
    Notice,
    Told,
    Patent,
    FirstSale,
    Index,
    Other,
}

/// Where entries stand, by what they are and are about, the oldest first.
pub(crate) struct Happened(BTreeMap<What, BTreeMap<Box<str>, Vec<usize>>>);

impl Happened {
    /// Of those that stand at some places of a journal.
    pub fn new(events: &[Event], places: &[usize]) -> Happened {
        let mut by: BTreeMap<What, BTreeMap<Box<str>, Vec<usize>>> = BTreeMap::new();
        for (at, event) in places.iter().filter_map(|at| Some((*at, events.get(*at)?))) {
            let (what, about) = kind(&event.kind);
            let of = by.entry(what).or_default();
            match of.get_mut(about) {
                Some(all) => all.push(at),
                None => {
                    of.insert(about.into(), vec![at]);
                }
            }
        }
        Happened(by)
    }

    /// All of a kind about something, oldest first.
    pub fn of(&self, what: What, about: &str) -> &[usize] {
        self.0.get(&what).and_then(|of| of.get(about)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What an entry is, and what it is about where it is looked for by that.
fn kind(kind: &EventKind) -> (What, &str) {
    match kind {
        EventKind::Signed { .. } => (What::Signed, ""),
        EventKind::Reached { name, .. } => (What::Reached, name.as_str()),
        EventKind::Determined { name, .. } => (What::Determined, name.as_str()),
        EventKind::Began(name, _) => (What::Began, name.as_str()),
        EventKind::Ended(name, _) => (What::Ended, name.as_str()),
        EventKind::Chose { in_: Some(of), .. } => (What::Chose, of.as_str()),
        EventKind::Exercised(name, _) => (What::Exercised, name.as_str()),
        EventKind::Notice(notice) => (What::Notice, notice.of.as_ref().map_or("", |of| of.as_str())),
        EventKind::Told { word, .. } => (What::Told, word.as_str()),
        EventKind::Patent { assets, .. } => (What::Patent, assets.as_str()),
        EventKind::FirstSale { .. } => (What::FirstSale, ""),
        EventKind::Index { name, .. } => (What::Index, name.as_str()),
        _ => (What::Other, ""),
    }
}

impl Facts<'_> {
    /// The day something happened to patents.
    pub fn patent_event(&self, words: &[&str], name: &Name, at: Option<&Name>) -> Option<Date> {
        self.first([(What::Patent, name.as_str())], |k| match k {
            EventKind::Patent { what, assets, place, .. } => {
                words.contains(&what.as_str()) && assets == name && agrees(place.as_ref(), at)
            }
            _ => false,
        })
    }

    /// The day on which a patent was told as filed or granted, where it is named.
    pub fn patent_told(&self, word: &str, name: &Name, patent: &Record) -> Option<Date> {
        self.first([(What::Patent, name.as_str())], |k| match k {
            EventKind::Patent { what, assets, patent: Some((office, number)), .. } => {
                what == word
                    && assets == name
                    && Some(office) == patent.name(Label::Office)
                    && Some(number.as_str()) == patent.text(Label::Number)
            }
            _ => false,
        })
    }

    /// The day a patent ended before its term, in a country.
    pub fn patent_ended(&self, name: &Name, patent: &Record, at: &Name) -> Option<Date> {
        self.first([(What::Patent, name.as_str())], |k| match k {
            EventKind::Patent { what, assets, patent: one, place, .. } => {
                let this = one.as_ref().is_none_or(|(office, number)| {
                    Some(office) == patent.name(Label::Office)
                        && Some(number.as_str()) == patent.text(Label::Number)
                });
                matches!(what.as_str(), "abandoned" | "lapsed" | "expired" | "invalidated")
                    && assets == name
                    && this
                    && place.as_ref().is_none_or(|p| p == at)
            }
            _ => false,
        })
    }
}
