//! What is due: every act somebody owes by a day, from whichever clause, late, open and to come.
//!
//! Each subject has a file of its own that lists the duties it knows of, those done among them. Nothing that cannot be
//! worked out is left out: it is listed with its reason.

mod answers;
mod asked;
mod assignments;
mod choices;
mod committees;
mod confidence;
mod costs;
mod cures;
mod disputes;
mod duty;
mod escrow;
mod milestones;
mod payments;
mod promises;
mod reports;
mod risks;
mod sublicences;
mod together;
mod told;

pub(crate) use committees::{EXTENDING, no_decisions};
pub use duty::{Consequence, Duty, Kind, State};
pub(crate) use told::texts;

use crate::engine::{Machine, Run};
use counterpart_num::Date;

/// What lists the duties of one subject.
type Source = fn(&Run<'_>) -> Vec<Duty>;

/// The subjects.
const SOURCES: &[Source] = &[
    payments::duties,
    reports::duties,
    milestones::duties,
    assignments::duties,
    sublicences::duties,
    costs::duties,
    committees::duties,
    disputes::duties,
    answers::duties,
    risks::duties,
    cures::duties,
    choices::duties,
    escrow::duties,
    confidence::duties,
    promises::duties,
    crate::inventions::duties,
];

impl Machine<'_> {
    /// The duties as of a day; those done only where asked for. What cannot be worked out is listed with the reason.
    pub fn agenda(&self, as_of: Date, known_on: Date, done: bool) -> Vec<Duty> {
        self.run(as_of, known_on).agenda(done)
    }
}

impl Run<'_> {
    /// The duties as of the day asked about; those done only where asked for.
    pub fn agenda(&self, done: bool) -> Vec<Duty> {
        let mut all = self.duties();
        all.retain(|duty| done || duty.state.is_open());
        let mut out = together::old_together(all, self.facts.as_of());
        out.sort_by(|a, b| {
            (a.due.is_none(), a.due, a.state, &a.what).cmp(&(b.due.is_none(), b.due, b.state, &b.what))
        });
        out
    }

    /// Every duty there is or was, period by period.
    pub(crate) fn duties(&self) -> Vec<Duty> {
        let all = SOURCES.iter().flat_map(|source| source(self));
        all.map(|duty| self.waived(duty)).collect()
    }
}
