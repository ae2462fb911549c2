//! `assert … PARTY must …`: whether a duty is owed, by which day, and where it stands; and `assert … is decided`: whether
//! a matter is, and by whom.

use super::Duty;
use super::disputes::Decider;
use crate::claims::Outcome;
use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_ledger::{DecisionAsked, DutyAsked};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Whether a matter is decided, or who decides it on the day.
    ///
    /// # Errors
    /// Where the step a dispute has come to cannot be told.
    pub(crate) fn decided(&self, asked: &DecisionAsked) -> Eval<Outcome> {
        let (so, shown) = match (&asked.who, asked.dispute) {
            (_, true) => {
                let now = match self.decides_dispute(&Name::from(asked.matter.as_str())) {
                    Some(found) => found?,
                    None => return Ok(Outcome::Fails(format!("no dispute is called `{}`", asked.matter))),
                };
                if now.as_ref().is_some_and(|now| Name::from(now.by.as_str()).is_blank()) {
                    return Ok(Outcome::Undecided("who decides is redacted or open".into()));
                }
                let who = asked.who.as_ref().map(Name::as_str);
                let same = |now: &Decider| match asked.arbitrators {
                    Some(count) => now.members == Some(count),
                    None => who == Some(now.by.as_str()),
                };
                let shown = match &now {
                    None => "nobody decides it".to_string(),
                    Some(Decider { by, members: None }) => format!("it is decided by {by}"),
                    Some(Decider { by, members: Some(count) }) => format!("it is decided by {by} of {count}"),
                };
                (now.as_ref().is_some_and(same), shown)
            }
            (Some(who), false) => {
                let found = self.who_decides(&asked.matter);
                if found.iter().any(Name::is_blank) {
                    return Ok(Outcome::Undecided("who decides is redacted or open".into()));
                }
                let names = Name::list(&found);
                let shown = if found.is_empty() { "nobody".to_string() } else { names };
                (found.contains(who), format!("it is decided by {shown}"))
            }
            (None, false) => match self.is_decided(&asked.matter)? {
                Ok(true) => (true, "it is decided".to_string()),
                Ok(false) => (false, "nothing was decided on it".to_string()),
                Err(why) => (false, format!("it is not decided: {why}")),
            },
        };
        Ok(if so != asked.not { Outcome::Holds } else { Outcome::Fails(shown) })
    }

    /// Whether there is such a duty; of one that is done, waived or over only where its state is asked for.
    pub(crate) fn must(&self, asked: &DutyAsked) -> Outcome {
        let period = asked.label.and_then(|label| self.clock().period(label, Some(&asked.by)));
        let all = self.duties_to(&asked.act);
        let near: Vec<&Duty> = all
            .iter()
            .filter(|duty| duty.is_of(asked.by.as_str()))
            .filter(|duty| asked.what.as_ref().is_none_or(|what| duty.what == *what))
            .filter(|duty| {
                asked.place.as_ref().is_none_or(|place| {
                    duty.place.as_ref().is_some_and(|own| own.split(", ").any(|own| own == place.as_str()))
                })
            })
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
        // What is not known of such a duty may be what makes it so.
        let blank = |text: &str| text.split([',', ' ']).any(|word| matches!(word, "redacted" | "open"));
        let doubt = all.iter().find_map(|duty| {
            let what = asked.what.as_ref().is_none_or(|what| duty.what == *what) || blank(&duty.what);
            let theirs = duty.is_of(asked.by.as_str());
            let whose = duty.by.is_empty() || blank(&duty.by);
            match (what && (theirs || whose), &duty.unknown) {
                (false, _) => None,
                (true, Some(why)) => Some(why.clone()),
                (true, None) if whose && !theirs => Some("who owes it is not said".to_string()),
                (true, None) if asked.due.is_some() && duty.due.is_none() => {
                    Some("by which day it has to be done is not known".to_string())
                }
                (true, None) if blank(&duty.what) => Some("what it is about is redacted or open".to_string()),
                _ => None,
            }
        });
        if let Some(why) = doubt {
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
