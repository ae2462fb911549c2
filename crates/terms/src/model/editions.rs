//! Amendments: which clauses are in force on which day.

use super::Model;
use crate::deal::Deal;
use crate::record::Record;
use crate::value::{Moment, Name, Value};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};

/// The terms as they stand from a day on.
#[derive(Debug, Clone)]
pub struct Edition {
    /// The first day; `None` from the beginning.
    pub from: Option<Date>,
    /// The amendment that made it.
    pub amendment: Option<Name>,
    /// The file of that amendment, by its place in the deal.
    pub file: Option<usize>,
    /// The names of the clauses it took out.
    pub deleted: Vec<Name>,
    /// The terms.
    pub model: Model,
}

/// Every edition of a deal's terms, oldest first.
#[derive(Debug, Clone)]
pub struct Editions(pub Vec<Edition>);

impl Editions {
    /// Reads a deal's editions. An amendment replaces clauses of the same kind and name, adds new ones,
    /// and takes out those it deletes; periods that begin before it keep the terms they began under. One whose
    /// day is not stated is in force from the day the journal says the deal was amended by it, and not before.
    pub fn of(deal: &Deal) -> Editions {
        let mut base: Vec<Record> = Vec::new();
        let mut amendments: Vec<(Date, Record, Vec<Record>)> = Vec::new();
        for index in 0..deal.files.len() {
            let records = deal.records.iter().filter(|r| r.at.file == index && !is_event(r));
            let records: Vec<Record> = records.cloned().collect();
            let head = records.iter().find(|r| r.clause == Form::FileAmendment).cloned();
            match head {
                None => base.extend(records),
                Some(head) => {
                    let Some(from) = in_force_from(deal, &head) else { continue };
                    let rest = records.into_iter().filter(|r| r.clause != Form::FileAmendment).collect();
                    amendments.push((from, head, rest));
                }
            }
        }
        amendments.sort_by_key(|(from, _, _)| *from);
        let first = Model::draw(base.iter());
        let mut editions =
            vec![Edition { from: None, amendment: None, file: None, deleted: Vec::new(), model: first }];
        for (from, head, changes) in amendments {
            let deleted: Vec<Name> =
                head.all_below(Form::AmendmentDelete).flat_map(|r| r.names(Label::Names)).collect();
            base.retain(|r| r.name(Label::Name).is_none_or(|n| !deleted.contains(n)));
            for change in changes {
                let same =
                    |r: &Record| r.clause == change.clause && key(r) == key(&change) && key(r).is_some();
                match base.iter_mut().find(|r| same(r)) {
                    Some(old) => *old = change,
                    None => base.push(change),
                }
            }
            let amendment = head.name(Label::Name).cloned();
            editions.push(Edition {
                from: Some(from),
                amendment,
                file: Some(head.at.file),
                deleted,
                model: Model::draw(base.iter()),
            });
        }
        Editions(editions)
    }

    /// The terms in force on a day.
    pub fn on(&self, day: Date) -> &Model {
        self.edition(day).map_or(&EMPTY, |e| &e.model)
    }

    /// The edition in force on a day.
    pub fn edition(&self, day: Date) -> Option<&Edition> {
        self.0.iter().rev().find(|e| e.from.is_none_or(|from| from <= day)).or(self.0.first())
    }

    /// The terms first agreed.
    pub fn first(&self) -> &Model {
        self.0.first().map_or(&EMPTY, |e| &e.model)
    }

    /// The terms last agreed.
    pub fn last(&self) -> &Model {
        self.0.last().map_or(&EMPTY, |e| &e.model)
    }
}

static EMPTY: std::sync::LazyLock<Model> = std::sync::LazyLock::new(Model::default);

fn key(record: &Record) -> Option<&Name> {
    record.name(Label::Name)
}

fn is_event(record: &Record) -> bool {
    matches!(record.clause, Form::FileEntry | Form::FileAssertion)
}

/// Whether no day can be said on which an amendment takes effect; then it is left out.
pub(crate) fn is_undated(deal: &Deal, head: &Record) -> bool {
    in_force_from(deal, head).is_none()
}

/// The day an amendment states, or else the day on which the journal says the deal was amended by it.
fn in_force_from(deal: &Deal, head: &Record) -> Option<Date> {
    effective(head).or_else(|| {
        let name = head.name(Label::Name)?;
        let mut told = deal.records.iter().filter(|r| r.clause == Form::FileEntry);
        told.find_map(|entry| match (entry.get(Label::Date), entry.parts(Label::What)) {
            (Some(Value::Date(day)), Some(what)) if what.has(Label::Amended) => {
                (what.name(Label::By) == Some(name)).then_some(*day)
            }
            _ => None,
        })
    })
}

fn effective(head: &Record) -> Option<Date> {
    let clause = head.below(Form::AmendmentEffective)?;
    match (clause.get(Label::Date), clause.moment(Label::On)) {
        (Some(Value::Date(date)), _) => Some(*date),
        (_, Some(Moment::On(date))) => Some(*date),
        _ => None,
    }
}
