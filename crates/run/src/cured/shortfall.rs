//! `by paying Run on the shortfall`: the sum by which a figure that fell short is made good.
//!
//! It is what the royalty comes to on the missing part. Nobody owes it: who does not pay it in time bears what follows from
//! the failure. So it stands among what the royalty is paid for once it is paid in full in the time to cure, and not before;
//! a part of it settles nothing.

use super::{looked_at, question};
use crate::engine::Run;
use crate::rights::{Fired, Step as Came};
use crate::royalty::{self, earned_on_more};
use crate::settle::Due;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Period};
use counterpart_terms::model::{CureWay, Trigger};
use counterpart_terms::value::{Amount, Compare, Condition, Measure, Name};

/// What puts a failure right, where it is a sum.
#[derive(Debug, Clone)]
pub(crate) struct Shortfall {
    /// Under which payment.
    pub stream: Name,
    /// For which time.
    pub over: Option<Period>,
    /// The day it may be paid from, and the last one.
    pub time: (Date, Date),
    /// The sum.
    pub sum: Eval<Val>,
    /// How it is reckoned.
    pub step: Step,
}

impl Shortfall {
    /// The entry that tells that it was paid.
    pub(crate) fn entry(&self, sum: &str) -> String {
        let label = self.over.map(|over| over.to_string()).filter(|label| !label.contains(" to "));
        let period = label.map_or(String::new(), |label| format!(" for {label}"));
        format!("paid {}{period} {sum}", self.stream)
    }
}

impl Run<'_> {
    /// The sum by which a test that held may be put right, where its clause names one.
    pub(crate) fn shortfall_of(&self, trigger: &Trigger, fired: &Fired) -> Option<Shortfall> {
        let (stream, time) = self.payable_in(trigger, fired)?;
        let when = &trigger.when.as_ref()?.not_within();
        // What was reported by the test decides what is missing.
        let about = looked_at(fired);
        let asked = question(trigger, fired, &about, fired.tested);
        let missing = |then: &Run<'_>| then.on_what_is_missing(trigger, when, fired, &stream);
        let found = self.machine.cures.shortfalls.of(self, asked, missing);
        let (sum, step) = match found {
            Ok((sum, step)) => (Ok(self.round_of(&stream, &sum)), step),
            Err(why) => (Err(why.clone()), Step::note(why.reason)),
        };
        Some(Shortfall { stream, over: fired.over, time, sum, step })
    }

    /// The payment by which a failure may be put right, the day it may be paid from, and the last one.
    fn payable_in(&self, trigger: &Trigger, fired: &Fired) -> Option<(Name, (Date, Date))> {
        let stream = trigger.cure_by.iter().find_map(|way| match way {
            CureWay::Shortfall(stream) => stream.clone(),
            _ => None,
        })?;
        Some((stream, self.time_to_cure(trigger, fired).ok().flatten()?))
    }

    /// The same, where something was paid within that time: what nobody paid is not asked what it comes to.
    fn tried_in(&self, trigger: &Trigger, fired: &Fired) -> Option<Shortfall> {
        let (stream, (from, last)) = self.payable_in(trigger, fired)?;
        let paid = self.facts.payments_of(&stream).any(|event| from <= event.date && event.date <= last);
        if paid { self.shortfall_of(trigger, fired) } else { None }
    }

    fn on_what_is_missing(
        &self,
        trigger: &Trigger,
        when: &Condition,
        fired: &Fired,
        stream: &Name,
    ) -> Eval<(Val, Step)> {
        let mut short = Vec::new();
        self.falls_short(when, fired, &mut short)?;
        let [(measure, over, missing)] = short.as_slice() else {
            let reason = match short.is_empty() {
                true => "the test is on no figure that falls short",
                false => "several figures fall short, and on which of them it is to be paid is not said",
            };
            return Err(Unknown::new(reason).at(trigger.at));
        };
        if trigger.surplus {
            let reason = "how much is missing after what came over from the test before is not reckoned here";
            return Err(Unknown::new(reason).at(trigger.at));
        }
        earned_on_more(self, stream, measure, over, missing)
    }

    /// The figures of a test that are below what it asks, each with how much is missing.
    fn falls_short(
        &self,
        when: &Condition,
        fired: &Fired,
        out: &mut Vec<(Measure, Period, Val)>,
    ) -> Eval<()> {
        match when {
            Condition::All(all) | Condition::Any(all) => {
                all.iter().try_for_each(|one| self.falls_short(one, fired, out))
            }
            Condition::Compare { left, op: Compare::Below | Compare::AtMost, right, window, row: None } => {
                let Amount::Measure(measure) = left else { return Ok(()) };
                let focus = looked_at(fired);
                if !self.holds(when, &focus)? {
                    return Ok(());
                }
                let window = window.as_ref().or(measure.window.as_ref());
                let over = self.window(window, &focus)?;
                let focus =
                    crate::clock::Focus { period: window.map_or(focus.period, |_| Some(over)), ..focus };
                let (found, _) = self.amount(left, &focus)?;
                let (asked, _) = self.amount(right, &focus)?;
                out.push(((**measure).clone(), over, asked.less(&found)?));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether the sum on what was missing is paid by now.
    pub(super) fn shortfall_is_paid(&self, trigger: &Trigger, fired: &Fired) -> Eval<bool> {
        let Some(shortfall) = self.tried_in(trigger, fired) else { return Ok(false) };
        shortfall.sum?;
        let made_good = |due: &Due| {
            due.cures.as_ref().is_some_and(|(name, on)| *name == trigger.name && *on == fired.tested)
        };
        Ok(self.dues(&shortfall.stream)?.iter().any(made_good))
    }

    /// What was paid under a royalty to put failures right, each in full and in time.
    pub(crate) fn paid_as_cures(&self, stream: &Name, dues: &[Due]) -> Vec<Due> {
        let Ok(royalty) = royalty::find(self, stream, None) else { return Vec::new() };
        let model = self.model_now();
        let names_it = |trigger: &&Trigger| {
            trigger.cure_by.iter().any(|way| matches!(way, CureWay::Shortfall(Some(name)) if name == stream))
        };
        let mut out: Vec<Due> = Vec::new();
        for trigger in model.triggers.iter().filter(names_it) {
            let what = format!("what cures {}", trigger.name);
            let fired = self.guarded(&what, || Ok(self.followed(model, trigger))).unwrap_or_default();
            for fired in fired.iter().filter(|fired| {
                fired.doubt.is_none() && matches!(fired.step, Came::Curing | Came::Cured | Came::Bites(_))
            }) {
                let Some(shortfall) = self.tried_in(trigger, fired) else { continue };
                let (from, last) = shortfall.time;
                let sum = match &shortfall.sum {
                    Ok(sum) if sum.number().is_positive() => sum.clone(),
                    _ => continue,
                };
                let owner = crate::settle::only(&royalty.from);
                let mut due = Due::arisen(stream, owner, shortfall.over, from, Ok(sum), trigger.at);
                due.due = Some(last);
                due.cures = Some((trigger.name.clone(), fired.tested));
                due.steps = vec![shortfall.step];
                let all: Vec<Due> = dues.iter().chain(&out).cloned().chain([due.clone()]).collect();
                let paid = self.paid_by(stream, &all, last.min(self.facts.as_of()));
                let in_full = paid.last().is_some_and(|applied| {
                    let in_time = applied.paid.iter().all(|(day, _)| *day >= from);
                    in_time && applied.left(&due).is_ok_and(|left| !left.number().is_positive())
                });
                if in_full {
                    out.push(due);
                }
            }
        }
        out
    }
}
