//! Inventions and patents: of which class each invention is, whose it is, who may use it, what is to be done by when; who
//! runs patents before the offices and at whose cost, who may sue under them, and who gets what comes in.
//!
//! All of it follows from three things: what the journal tells of an invention, the clauses in force on the day it was
//! made, and the decisions of those who may decide. Where one of them is not told, the answer is unknown and says which.

mod asked;
mod claims;
mod classes;
mod deadlines;
mod decisions;
pub mod docket;
mod duties;
mod enforcement;
mod fit;
mod licences;
mod owners;
mod patent_costs;
mod patent_duties;
mod patents;
pub(crate) mod price;
mod prosecution;
mod recoveries;
pub mod register;
mod taken_in_vain;
mod talks;

pub(crate) use duties::duties;
pub(crate) use licences::Licence;
pub(crate) use owners::OwnedPart;
pub(crate) use taken_in_vain::findings as taken_in_vain;

use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Model;
use counterpart_terms::value::{Name, Scope, Territory, Value};
use counterpart_terms::{At, Record};

/// What was told of an invention, or of a patent.
#[derive(Debug, Clone)]
pub(crate) struct It {
    /// Its name.
    pub name: Name,
    /// Who made it.
    pub by: Vec<Name>,
    /// The day it was made.
    pub made: Date,
    /// The day it was told.
    pub known: Date,
    /// What it relies on; `None` where that is not told.
    pub relies: Option<Vec<Name>>,
    /// What it is about.
    pub concerns: Vec<Name>,
    /// What it is for.
    pub within: Option<Scope>,
    /// What it is, in words.
    pub words: Option<String>,
    /// The entry.
    pub at: At,
}

impl It {
    fn read(name: Name, by: Vec<Name>, event: &Event, lines: &[Record]) -> It {
        let mut it = It {
            name,
            by,
            made: event.date,
            known: event.known,
            relies: None,
            concerns: Vec::new(),
            within: None,
            words: None,
            at: event.at,
        };
        for line in lines {
            match line.clause {
                Form::EntryRelies => it.relies.get_or_insert_default().extend(line.names(Label::Assets)),
                Form::EntryConcerns => it.concerns.extend(line.names(Label::Assets)),
                Form::EntryWithin => {
                    if let Some(Value::Scope(scope)) = line.get(Label::Within) {
                        it.within = Some((**scope).clone());
                    }
                }
                Form::EntryNote => it.words = line.text(Label::Text).map(str::to_string),
                _ => {}
            }
        }
        it
    }
}

impl<'m> Run<'m> {
    /// The inventions told by the day asked about, oldest first.
    pub(crate) fn inventions(&self) -> Vec<It> {
        let read = |event: &Event| match &event.kind {
            EventKind::Told { word, name: Some(name), parts, lines, .. } if word == "invention" => {
                Some(It::read(name.clone(), parts.names(Label::By), event, lines))
            }
            _ => None,
        };
        self.facts.happened().filter_map(read).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// Where none of this name is told.
    pub(crate) fn invention(&self, name: &Name) -> Eval<It> {
        let why = || Unknown::not_yet(format!("no invention `{name}` is told by {}", self.facts.as_of()));
        self.inventions().into_iter().find(|it| it.name == *name).ok_or_else(why)
    }

    /// Whether a name is that of an invention, told by now or later.
    pub(crate) fn is_invention(&self, name: &Name) -> bool {
        self.machine.journal.events.iter().any(|event| {
            matches!(&event.kind, EventKind::Told { word, name: Some(told), .. } if word == "invention" && told == name)
        })
    }

    /// The terms an invention stands under: those of the day it was made.
    pub(super) fn made_under(&self, it: &It) -> &'m Model {
        self.model_on(it.made)
    }

    /// Who owns assets by the text, or by what was assigned or went back since.
    pub(crate) fn owners_of_assets(&self, assets: &Name) -> Vec<Name> {
        let today = self.facts.as_of();
        let mut owners = self.owners_by_text(assets);
        for passing in self.passings(assets).into_iter().filter(|p| p.from <= today && p.doubt.is_none()) {
            match passing.by.as_slice() {
                [] => owners.clear(),
                by => owners.retain(|owner| !by.contains(owner)),
            }
            owners.extend(passing.to);
            owners.dedup();
        }
        owners
    }

    /// The parties of the deal that are none of these.
    pub(super) fn all_but(&self, model: &Model, than: &[Name]) -> Vec<Name> {
        model.header.parties.iter().filter(|party| !than.contains(party)).cloned().collect()
    }

    /// Whether a place lies wholly in a territory on a day.
    pub(crate) fn lies_in(&self, place: &Name, territory: &Territory, day: Date) -> Eval<bool> {
        let market = &self.model_on(day).market;
        if place.is_blank() || market.has_blank(territory) {
            return Err(Unknown::new("the places a clause is about are redacted or open"));
        }
        let asked = Territory::at(place);
        let (asked, all) = (market.places(&asked, day), market.places(territory, day));
        Ok(!asked.is_empty() && asked.is_within(&all))
    }

    /// Whether a place and a territory share anything on a day.
    pub(super) fn meets(&self, place: &Name, territory: &Territory, day: Date) -> Eval<bool> {
        let market = &self.model_on(day).market;
        if place.is_blank() || market.has_blank(territory) {
            return Err(Unknown::new("the places a clause is about are redacted or open"));
        }
        let asked = Territory::at(place);
        Ok(market.places(&asked, day).shared(&market.places(territory, day)).is_some())
    }

    /// Whether a clause on some assets is about one of them: the same, or one that the text sorts below it.
    pub(super) fn speaks_of(&self, named: &[Name], assets: &Name, day: Date) -> Eval<bool> {
        let market = &self.model_on(day).market;
        if named.iter().any(|name| market.within(assets, name)) {
            return Ok(true);
        }
        match named.iter().any(Name::is_blank) {
            true => Err(Unknown::new("of which assets a clause speaks is redacted or open")),
            false => Ok(false),
        }
    }
}

/// The first that is so of several tests; one that is not known matters only where none is so.
pub(super) fn any_of<T>(of: impl IntoIterator<Item = T>, test: impl Fn(&T) -> Eval<bool>) -> Eval<Option<T>> {
    let mut unknown = None;
    for one in of {
        match test(&one) {
            Ok(true) if unknown.is_none() => return Ok(Some(one)),
            // What stands before it may be meant.
            Ok(true) => break,
            Ok(false) => {}
            Err(why) => unknown = unknown.or(Some(why)),
        }
    }
    unknown.map_or(Ok(None), Err)
}
