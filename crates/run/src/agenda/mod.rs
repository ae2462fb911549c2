//! What is due: every act somebody owes by a day, from whichever clause, late, open and to come; and beside them the last days
//! of what somebody may do.
//!
//! Each subject has a file of its own that lists the duties it knows of, those done among them. Nothing that cannot be
//! worked out is left out: it is listed with its reason.

mod after_end;
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
mod may_do;
mod milestones;
mod payments;
mod promises;
mod reports;
mod risks;
mod sublicences;
mod together;
mod told;
mod unheard;
mod windows;

pub(crate) use committees::{EXTENDING, no_decisions};
pub(crate) use confidence::residuals;
pub use duty::{Consequence, Duty, Kind, State};
pub(crate) use payments::interest_on;
pub(crate) use together::old_together;
pub(crate) use told::{holds, texts};

use crate::engine::{Machine, Run};
use counterpart_num::Date;

/// What lists the duties of one subject; and the act, where all of them are to do one thing: asked about another, it need
/// not be looked at.
type Source = (Option<&'static str>, fn(&Run<'_>) -> Vec<Duty>);

/// The subjects.
const SOURCES: &[Source] = &[
    (Some("pay"), payments::duties),
    (Some("report"), reports::duties),
    (None, milestones::duties),
    (None, assignments::duties),
    (None, sublicences::duties),
    (None, costs::duties),
    (None, committees::duties),
    (None, disputes::duties),
    (None, answers::duties),
    (None, risks::duties),
    (None, cures::duties),
    (None, choices::duties),
    (None, after_end::duties),
    (None, escrow::duties),
    (None, windows::duties),
    (None, confidence::duties),
    (None, promises::duties),
    (Some("keep exclusive"), promises::exclusive),
    (None, crate::inventions::duties),
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
        let mut out = old_together(all, self.facts.as_of());
        out.extend(unheard::never_made(self));
        out.extend(may_do::listed(self));
        out.sort_by(|a, b| {
            (a.due.is_none(), a.due, a.state, &a.what).cmp(&(b.due.is_none(), b.due, b.state, &b.what))
        });
        out
    }

    /// Every duty there is or was, period by period.
    pub(crate) fn duties(&self) -> Vec<Duty> {
        let all = SOURCES.iter().flat_map(|(_, source)| source(self));
        all.map(|duty| self.begun(self.waived(duty))).collect()
    }

    /// Every duty to do one thing there is or was, period by period.
    pub(crate) fn duties_to(&self, act: &str) -> Vec<Duty> {
        let asked = SOURCES.iter().filter(|(only, _)| only.is_none_or(|only| only == act));
        let all = asked.flat_map(|(_, source)| source(self)).filter(|duty| duty.act == act);
        all.map(|duty| self.begun(self.waived(duty))).collect()
    }

    /// What is to be reached under an agreement that is not in force yet is still to come.
    fn begun(&self, duty: Duty) -> Duty {
        let waits = duty.kind == Kind::Achieve && duty.state == State::Due;
        let later = |start: Date| start > self.facts.as_of();
        match self.clock().effective_day() {
            Ok(Some(start)) if waits && later(start) => Duty { state: State::Coming, ..duty },
            _ => duty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterpart_terms::Deal;

    /// What a source is said to list alone is all it lists, on days of the tour's ten years.
    #[test]
    fn a_source_of_one_act_lists_no_other() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deals/helios-borealis");
        let names = ["agreement.deal", "journal.deal", "ten-years.deal"];
        let deal =
            Deal::read(names.map(|name| (name.to_string(), std::fs::read(folder.join(name)).unwrap())));
        let machine = Machine::new(&deal);
        for year in 2028..=2038 {
            let run = machine.run(Date::new(year, 6, 1).unwrap(), Date::MAX);
            for (only, source) in SOURCES {
                let found = source(&run);
                let other = found.iter().find(|duty| only.is_some_and(|act| duty.act != act));
                assert_eq!(other.map(|duty| &duty.act), None, "beside {only:?}");
            }
            let all: Vec<Duty> = run.duties();
            for act in ["pay", "report", "keep exclusive", "send minutes of"] {
                let asked: Vec<String> = run.duties_to(act).iter().map(Duty::said).collect();
                let among: Vec<String> = all.iter().filter(|duty| duty.act == act).map(Duty::said).collect();
                assert_eq!(asked, among);
            }
        }
    }
}
