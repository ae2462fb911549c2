//! `assert … PARTY must …`: whether a duty is owed, by which day, and where it stands.

use super::Duty;
use crate::claims::Outcome;
use crate::engine::Run;
use counterpart_ledger::DutyAsked;

impl Run<'_> {
    /// Whether there is such a duty; of one that is done, waived or over only where its state is asked for.
    pub(crate) fn must(&self, asked: &DutyAsked) -> Outcome {
        let period = asked.label.and_then(|label| self.clock().period(label, Some(&asked.by)));
        let all = self.duties();
        let near: Vec<&Duty> = all
            .iter()
            .filter(|duty| duty.act == asked.act && duty.is_of(asked.by.as_str()))
            .filter(|duty| asked.what.as_ref().is_none_or(|what| duty.what == *what))
            .filter(|duty| {
                period.is_none_or(|of| duty.days.is_some_and(|d| (d.start, d.end) == (of.start, of.end)))
            })
            .collect();
        let day = |duty: &Duty| {
            (asked.due.is_none() || duty.due == asked.due)
                && (asked.until.is_none() || duty.until == asked.until)
        };
        let state = |duty: &Duty| match &asked.state {
            Some(state) => duty.state.word() == state,
            None => duty.state.is_open(),
        };
        let met = near.iter().any(|duty| day(duty) && state(duty));
        if met != asked.not {
            return Outcome::Holds;
        }
        // Where a duty is there whose day cannot be said, that may be the day.
        let doubt = near.iter().filter(|duty| state(duty) && duty.unknown.is_some());
        let doubt = doubt.clone().find(|duty| asked.due.is_some() && duty.due.is_none());
        if let Some(why) = doubt.and_then(|duty| duty.unknown.clone()) {
            return Outcome::Undecided(why);
        }
        if near.is_empty() {
            return Outcome::Fails(format!("{} owes no such thing", asked.by));
        }
        let shown = near.into_iter().map(|duty| {
            let due = duty.due.map_or(String::new(), |day| format!(" by {day}"));
            let until = duty.until.map_or(String::new(), |day| format!(" until {day}"));
            format!("{} must {}{due}{until}, {}", duty.by, duty.said(), duty.state.word())
        });
        Outcome::Fails(shown.collect::<Vec<_>>().join("; "))
    }
}
