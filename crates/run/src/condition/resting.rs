//! Whether something rests, and whether it runs: a right or a payment that its own text, or an effect, lets rest for some
//! time.

use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::{DaysSo, since};
use crate::unknown::Eval;
use counterpart_num::Date;
use counterpart_rights::{Ranges, day};
use counterpart_terms::model::{Change, Life};
use counterpart_terms::value::{Condition, Name, Territory};

impl Run<'_> {
    /// Whether a name is of something that can rest: a right or a payment.
    pub(crate) fn can_rest(&self, name: &Name) -> bool {
        self.is_right(name) || self.is_payment(name)
    }

    /// The days on which a right or a payment rests.
    pub(crate) fn days_resting(&self, name: &Name) -> DaysSo {
        let between = |from: Date, last: Option<Date>| {
            Ranges::of(day(from), last.map_or(u32::MAX, |last| day(last).saturating_add(1)))
        };
        if !self.is_right(name) {
            return match self.triggered(name) {
                Ok(found) => {
                    let rests = found.rests.iter().map(|(from, last)| between(*from, *last));
                    let yes = rests.fold(Ranges::none(), |sum, days| sum.or(&days));
                    let doubt = found.doubts.into_iter().map(|(from, why)| (since(from).less(&yes), why));
                    DaysSo { doubt: doubt.collect(), yes }
                }
                Err(why) => DaysSo::unknown(why),
            };
        }
        let mut out = DaysSo::default();
        if let Some(grant) = self.named_on(self.facts.as_of(), |m| m.grants.get(name)) {
            for (clause, at) in &grant.life {
                let Life::Suspended(condition) = clause else { continue };
                let mut so = self.days_when(condition, &Focus::default());
                so.doubt.iter_mut().for_each(|(_, why)| *why = why.clone().at(*at));
                out = out.or(so);
            }
        }
        for change in self.changes_on(name).into_iter().filter(|c| matches!(c.effect.change, Change::Rests)) {
            let days = between(change.from, change.until);
            out = out.or(match change.doubt {
                None => DaysSo::sure(days),
                Some(why) => DaysSo { yes: Ranges::none(), doubt: vec![(days, why)] },
            });
        }
        out
    }

    /// Whether something is called running that never began as an event does: a right, a promise or a payment, which is in
    /// force and does not rest.
    pub(crate) fn runs_as_clause(&self, name: &Name, state: &str) -> bool {
        state == "running" && (self.can_rest(name) || self.kind_of(name).is_some())
    }

    /// The days on which a right, a promise or a payment runs.
    pub(crate) fn days_running(
        &self,
        (name, territory): (&Name, Option<&Territory>),
        ask: impl Fn(&Condition) -> DaysSo,
    ) -> DaysSo {
        let in_force = ask(&Condition::State {
            name: name.clone(),
            state: "in force".into(),
            not: false,
            territory: territory.cloned(),
            by: None,
        });
        if !self.is_payment(name) {
            return in_force;
        }
        in_force.and(self.days_resting(name).not())
    }

    /// Whether a payment was ended by an effect by a day.
    pub(super) fn is_ended_by_effect(&self, name: &Name, on: Date) -> Eval<bool> {
        if !self.is_payment(name) {
            return Ok(false);
        }
        let found = self.triggered(name)?;
        match found.doubt_by(on) {
            _ if found.end.as_ref().is_some_and(|(end, _)| *end <= on) => Ok(true),
            Some(why) => Err(why.clone()),
            None => Ok(false),
        }
    }
}
