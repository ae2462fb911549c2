//! Amendments: which clauses are in force on which day.

use super::Model;
use crate::deal::Deal;
use crate::names::audit_name;
use crate::record::{At, Record, in_parts};
use crate::value::{Moment, Name, Territory, Value};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The terms as they stand from a day on.
#[derive(Debug, Clone)]
pub struct Edition {
    /// The first day; `None` from the beginning.
    pub from: Option<Date>,
    /// The amendment that made it.
    pub amendment: Option<Name>,
    /// The head of that amendment.
    pub head: Option<At>,
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
        let (base, amendments) = sections(deal);
        let mut dated: Vec<(Date, Section)> = amendments
            .into_iter()
            .filter_map(|section| Some((in_force_from(deal, &section.head)?, section)))
            .collect();
        dated.sort_by_key(|(from, _)| *from);
        let first = Model::draw(base.iter());
        let mut editions =
            vec![Edition { from: None, amendment: None, head: None, deleted: Vec::new(), model: first }];
        // Each amendment begins an edition; after the last day of one that is for a while only, what the others left is back.
        let begins = dated.iter().enumerate().map(|(index, (from, _))| (*from, index));
        let over = dated.iter().filter_map(|(_, section)| last_day(&section.head)?.next_day());
        let mut turns: Vec<(Date, Option<usize>)> = begins.map(|(from, index)| (from, Some(index))).collect();
        turns.extend(over.map(|day| (day, None)));
        // What ends on a day has ended before what begins on it.
        turns.sort();
        for (day, begun) in turns {
            let upto = |index: usize, from: Date| match begun {
                Some(begun) => index <= begun,
                None => from < day,
            };
            let mut terms = base.clone();
            let mut deleted = Vec::new();
            for (index, (from, section)) in dated.iter().enumerate() {
                if upto(index, *from) && last_day(&section.head).is_none_or(|last| day <= last) {
                    deleted = section.amend(&mut terms);
                }
            }
            let head = begun.and_then(|index| dated.get(index)).map(|(_, section)| &section.head);
            editions.push(Edition {
                from: Some(day),
                amendment: head.and_then(|head| head.name(Label::Name).cloned()),
                head: head.map(|head| head.at),
                deleted: if begun.is_some() { deleted } else { Vec::new() },
                model: Model::draw(terms.iter()),
            });
        }
        remember_territories(&mut editions);
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

/// An amendment: its head, and the clauses that follow it in its file.
struct Section {
    head: Record,
    changes: Vec<Record>,
}

impl Section {
    /// Makes its changes; the names of what it took out.
    fn amend(&self, base: &mut Vec<Record>) -> Vec<Name> {
        let (head, changes) = (&self.head, &self.changes);
        let within = head.all_below(Form::AmendmentDelete);
        let margin = changes.iter().filter(|r| r.clause == Form::FileDelete);
        let mut deleted: Vec<Name> = within.chain(margin).flat_map(|r| r.names(Label::Names)).collect();
        take_out(base, &deleted);
        // What it replaces and does not restate is gone too.
        let replaced = head.all_below(Form::AmendmentReplaces).flat_map(|r| r.names(Label::Names));
        let again = |name: &Name| changes.iter().any(|change| change.name(Label::Name) == Some(name));
        let replaced: Vec<Name> = replaced.filter(|name| !again(name)).collect();
        take_out(base, &replaced);
        deleted.extend(replaced);
        restate_term(base, head);
        for change in changes.iter().filter(|r| r.clause != Form::FileDelete) {
            if change.clause == Form::FileFields {
                let added = restate_fields(base, change.clone());
                base.extend(added);
                continue;
            }
            match restated(base, change) {
                Some(old) => *old = change.clone(),
                None => base.push(change.clone()),
            }
        }
        deleted
    }
}

/// The last day of an amendment that is for a while only, where the text gives the day.
fn last_day(head: &Record) -> Option<Date> {
    match head.below(Form::AmendmentInterim)?.moment(Label::Until)? {
        Moment::On(date) => Some(*date),
        _ => None,
    }
}

/// What the agreement says, and its amendments. In a file of several, what stands before the first head is the
/// agreement's.
fn sections(deal: &Deal) -> (Vec<Record>, Vec<Section>) {
    let mut base = Vec::new();
    let mut amendments: Vec<Section> = Vec::new();
    for record in deal.records.iter().filter(|r| !is_event(r)) {
        if record.clause == Form::FileAmendment {
            amendments.push(Section { head: record.clone(), changes: Vec::new() });
            continue;
        }
        match amendments.last_mut().filter(|s| s.head.at.file == record.at.file) {
            // The numbers of the paper around a restated clause change nothing about it.
            Some(section) => {
                let changes = in_parts(std::slice::from_ref(record)).into_iter();
                section.changes.extend(changes.filter(|r| !is_event(r)).cloned());
            }
            None => base.push(record.clone()),
        }
    }
    (base, amendments)
}

/// Takes clauses out, those in numbered parts of the agreement too. With a thing go the shares of its costs; what an
/// audit costs has a name, and by it the audit is taken out.
fn take_out(records: &mut Vec<Record>, names: &[Name]) {
    let about = |r: &Record| match r.clause {
        Form::FileShareCosts => r.names(Label::Of),
        Form::FileAudit => vec![audit_of(&r.names(Label::Of))],
        _ => r.name(Label::Name).cloned().into_iter().collect(),
    };
    records.retain(|r| {
        let about = about(r);
        about.is_empty() || !about.iter().all(|name| names.contains(name))
    });
    for part in records.iter_mut().filter(|r| r.clause == Form::FileClause) {
        take_out(&mut part.below, names);
    }
}

/// An amendment that says when the agreement ends, or how it goes on, says so in place of what was said before.
fn restate_term(records: &mut [Record], head: &Record) {
    let forms = [(Form::AmendmentEnds, Form::AgreementEnds), (Form::AmendmentRenews, Form::AgreementRenews)];
    for (said, of) in forms {
        let mut lines = head.all_below(said).peekable();
        let agreement = records.iter_mut().find(|r| r.clause == Form::FileAgreement);
        let Some(agreement) = agreement.filter(|_| lines.peek().is_some()) else { continue };
        agreement.below.retain(|line| line.clause != of);
        agreement.below.extend(lines.map(|line| Record { clause: of, ..line.clone() }));
    }
}

/// Every edition knows what the deal called a territory on other days, where an amendment restates one.
fn remember_territories(editions: &mut [Edition]) {
    let mut restated: Vec<(Date, BTreeMap<Name, Territory>)> = Vec::new();
    for edition in editions.iter() {
        let own = &edition.model.market.territories;
        if restated.last().is_none_or(|(_, before)| before != own) {
            restated.push((edition.from.unwrap_or(Date::MIN), own.clone()));
        }
    }
    if restated.len() > 1 {
        let restated = Arc::new(restated);
        editions.iter_mut().for_each(|edition| edition.model.market.restated = Arc::clone(&restated));
    }
}

/// Restates the trees of fields an amendment names, each by its root, with all that stands below it; those that are new
/// are left over.
fn restate_fields(base: &mut [Record], mut change: Record) -> Option<Record> {
    change.below.retain(|node| match tree_of(base, node.name(Label::Name)) {
        Some(old) => {
            *old = node.clone();
            false
        }
        None => true,
    });
    (!change.below.is_empty()).then_some(change)
}

/// The tree of fields with a root, wherever the agreement has it.
fn tree_of<'r>(records: &'r mut [Record], root: Option<&Name>) -> Option<&'r mut Record> {
    for record in records {
        let found = match record.clause {
            Form::FileClause => tree_of(&mut record.below, root),
            Form::FileFields => record.below.iter_mut().find(|node| {
                node.clause == Form::TreeNode && root.is_some() && node.name(Label::Name) == root
            }),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The clause another one restates, wherever the agreement has it.
fn restated<'r>(records: &'r mut [Record], change: &Record) -> Option<&'r mut Record> {
    let address = address(change)?;
    for record in records {
        if record.clause == Form::FileClause {
            if let Some(found) = restated(&mut record.below, change) {
                return Some(found);
            }
        } else if record.clause == change.clause && self::address(record).as_ref() == Some(&address) {
            return Some(record);
        }
    }
    None
}

/// What tells a clause from others of its kind: its name, or, where its kind has none, whom and what it is about. A
/// clause that only adds to others, as `text`, has neither; fields are restated tree by tree.
fn address(record: &Record) -> Option<BTreeSet<Name>> {
    if let Some(name) = record.name(Label::Name) {
        return Some(BTreeSet::from([name.clone()]));
    }
    let labels: &[Label] = match record.clause {
        Form::FileShareCosts => &[Label::Of],
        Form::FileNet => &[Label::Streams],
        Form::FileAudit | Form::FileBuyOut | Form::FileAfterEnd => &[Label::Of, Label::By],
        Form::FileSetOff => &[Label::By],
        Form::FileProsecution => &[Label::Assets],
        Form::FileEnforcement => &[Label::Assets, Label::For, Label::Territory],
        Form::FileWithholding
        | Form::FileTerminate
        | Form::FileDisputes
        | Form::FileConfidential
        | Form::FileJointWork
        | Form::FileAssignment
        | Form::FileLiability
        | Form::FileInsolvency
        | Form::FilePublicity => &[],
        _ => return None,
    };
    let places =
        |label| record.territory(label).into_iter().flat_map(|t| t.places.iter().chain(&t.except)).cloned();
    Some(labels.iter().flat_map(|label| record.names(*label).into_iter().chain(places(*label))).collect())
}

/// The name of what an audit of some parties costs.
fn audit_of(parties: &[Name]) -> Name {
    Name::from(audit_name(parties.iter().map(Name::as_str)).as_str())
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
        let mut told = in_parts(&deal.records).into_iter().filter(|r| r.clause == Form::FileEntry);
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
