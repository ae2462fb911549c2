//! Which clauses are in force on a day, and which amendment made them so.

use counterpart_num::Date;
use counterpart_syntax::{Clause, Form};
use counterpart_terms::Deal;
use counterpart_terms::model::{Edition, Editions};
use std::collections::BTreeSet;

/// The terms of a deal on a day.
pub(super) struct InForce {
    /// The day.
    pub day: Date,
    editions: Editions,
    /// The clauses at the margin that are in force: file and first byte.
    clauses: BTreeSet<(usize, u32)>,
}

impl InForce {
    pub(super) fn on(deal: &Deal, day: Date) -> InForce {
        let editions = deal.editions.clone();
        let clauses = editions.on(day).margin().iter().map(|r| (r.at.file, r.at.start)).collect();
        InForce { day, editions, clauses }
    }

    /// Whether a clause is in force, by the one at the margin it belongs to. What happened, and what is
    /// talked about, is in no edition and is always shown.
    pub(super) fn holds(&self, file: usize, clause: Clause<'_>) -> bool {
        let mut top = clause;
        let mut listed = false;
        while let Some(parent) = top.parent() {
            listed |= self.clauses.contains(&(file, top.span().start));
            top = parent;
        }
        let of_terms = top.form().is_some_and(|f| !matches!(f, Form::FileEntry | Form::FileAssertion));
        !of_terms
            || top.form() == Some(Form::FileAmendment)
            || listed
            || self.clauses.contains(&(file, top.span().start))
    }

    /// The amendments, oldest first, each with whether it is in force.
    pub(super) fn amendments(&self) -> impl Iterator<Item = (&Edition, bool)> {
        self.editions.0.iter().filter(|e| e.amendment.is_some()).map(|e| (e, self.begun(e)))
    }

    fn begun(&self, edition: &Edition) -> bool {
        edition.from.is_none_or(|from| from <= self.day)
    }

    /// The amendment a clause stands in: the last one in its file that begins before it.
    fn amendment(&self, file: usize, start: u32) -> Option<&Edition> {
        let before = |e: &&Edition| e.head.is_some_and(|h| h.file == file && h.start <= start);
        self.editions.0.iter().filter(before).max_by_key(|e| e.head)
    }

    /// What the amendment a clause stands in did to it: `changed by Second from 2019-01-10`.
    pub(super) fn made_by(&self, file: usize, clause: Clause<'_>, name: &str) -> Option<String> {
        let edition = self.amendment(file, clause.span().start)?;
        let named = |e: &Edition| e.model.records.iter().any(|r| is_named(r, name));
        let before = self.editions.0.iter().take_while(|e| e.head != edition.head).any(named);
        let what = if before && !name.is_empty() { "changed" } else { "added" };
        Some(format!("{what} by {}", dated(edition)))
    }

    /// The amendment in force that took a name out.
    pub(super) fn deleted_by(&self, name: &str) -> Option<&Edition> {
        let mut all = self.editions.0.iter().filter(|e| self.begun(e));
        all.find(|e| e.deleted.iter().any(|n| n.as_str() == name))
    }
}

fn is_named(record: &counterpart_terms::record::Record, name: &str) -> bool {
    record.name(counterpart_syntax::Label::Name).is_some_and(|n| n.as_str() == name)
}

/// An amendment with its day: `Second from 2019-01-10`.
pub(super) fn dated(edition: &Edition) -> String {
    let name = edition.amendment.as_ref().map_or("an amendment", |n| n.as_str());
    match edition.from.filter(|from| *from != Date::MIN) {
        Some(from) => format!("{name} from {from}"),
        None => name.to_string(),
    }
}
