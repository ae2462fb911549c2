//! What survives the end of the agreement goes on no longer than its own text gives it: by one last day, or cell by cell.

use super::days::DaysSo;
use super::life::Life;
use crate::clock::Focus;
use crate::engine::Run;
use counterpart_rights::all_days;
use counterpart_terms::model::Life as Clause;
use counterpart_terms::value::{Moment, Name};

impl Run<'_> {
    /// What survives, from one of its parts on, goes on in each cell no longer than its own text gives it there.
    pub(super) fn limit_what_survives(&self, name: &Name, life: &mut Life, from: usize) {
        let Some(grant) = self.named_on(self.facts.as_of(), |m| m.grants.get(name)) else { return };
        let mut limits = self.limits_apart(grant);
        limits.retain(|limit| !limit.of_agreement);
        if limits.is_empty() || life.held.len() == from {
            return;
        }
        let space = self.space();
        let held = life.held.split_off(from);
        let mut later = Life { about: life.about.clone(), held, ..Life::default() };
        self.limit_cell_by_cell(self.reach(&space), &mut later, &limits);
        life.held.extend(later.held);
        life.doubt.extend(later.doubt);
    }

    /// The days that the text of a grant gives it by itself, whatever becomes of the agreement: what survives the end of that
    /// goes on no longer.
    pub(super) fn own_term(&self, name: &Name) -> DaysSo {
        let mut days = DaysSo::sure(all_days());
        let Some(grant) = self.named_on(self.facts.as_of(), |m| m.grants.get(name)) else { return days };
        for (clause, at) in &grant.life {
            let so = match clause {
                Clause::Until(moments) => {
                    let apart = |moment: &&Moment| !self.apart_by(moment).is_empty();
                    let own = moments.iter().filter(|m| !m.hangs_on_the_end() && !apart(m));
                    own.fold(DaysSo::sure(all_days()), |sum, moment| sum.and(self.days_until(moment)))
                }
                Clause::While(condition, None) => self.days_when(condition, &Focus::default()),
                Clause::EndsWhen(condition, who) if who.is_empty() => {
                    self.days_once(condition, &Focus::default()).not()
                }
                _ => continue,
            };
            let doubt = so.doubt.into_iter().map(|(days, why)| (days, why.at(*at))).collect();
            days = days.and(DaysSo { doubt, yes: so.yes });
        }
        days
    }
}
