//! How often an agreement was renewed, and whether and when it has ended.

use crate::clock::{Clock, Focus, When};
use crate::engine::{Machine, Run};
use crate::royalty::measures;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{EventKind, Notice};
use counterpart_num::{self as num, Date, Period, PeriodKind};
use counterpart_terms::model::{Renewal, Same, renews};
use counterpart_terms::value::{Basis, Condition, Edge, Known, Moment, Window};
use std::collections::BTreeMap;

/// Whether an agreement has ended by a day.
#[derive(Debug, Clone)]
pub(crate) enum Ended {
    /// Its end has not come.
    No,
    /// On this day.
    On(Date),
    /// Up to this day it ran; whether it was renewed then cannot be said.
    Perhaps(Date, Unknown),
}

impl Ended {
    /// The day it ended or may have, and why that cannot be said.
    pub fn day(self) -> Option<(Date, Option<Unknown>)> {
        match self {
            Ended::No => None,
            Ended::On(day) => Some((day, None)),
            Ended::Perhaps(day, why) => Some((day, Some(why))),
        }
    }
}

/// How far renewals are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Far {
    /// Up to the day asked about.
    Now,
    /// Beyond it, as things stand then.
    AsThingsStand,
}

/// A term of an agreement.
pub(super) struct Term {
    /// The end of the one before.
    pub before: Option<Date>,
    /// Its last day.
    pub end: Date,
    /// How often it was renewed before.
    pub times: i64,
    /// Why it cannot be said whether it was renewed then.
    pub doubt: Option<Unknown>,
}

impl Clock<'_> {
    /// The day an agreement ends that would end on a day, with the renewals of the terms that have run out since, and
    /// with those to come as things stand. One that renews itself without limit ends with no term, as long as nobody gave
    /// notice: the end of its present term is the day ([`Clock::renews_on`]).
    ///
    /// # Errors
    /// Where it cannot be said whether or for how long it was renewed, or will be.
    pub(crate) fn renewed(&self, renewal: &Renewal, first: Date) -> Eval<Date> {
        let walked = self.renewed_until(renewal, first, Far::AsThingsStand)?;
        walked.doubt.map_or(Ok(walked.end), Err)
    }

    /// The last day of the term that runs on the day asked about, or of the last that ran.
    pub(crate) fn present_term(&self, renewal: &Renewal) -> Eval<Option<Date>> {
        let Some(first) = self.first_end(&Focus::default())?.day() else { return Ok(None) };
        let walked = self.renewed_until(renewal, first, Far::Now)?;
        Ok(Some(walked.end).filter(|_| walked.doubt.is_none()))
    }

    /// The last term of an agreement that would end on a day.
    pub(super) fn renewed_until(&self, renewal: &Renewal, first: Date, far: Far) -> Eval<Term> {
        let told: Vec<Date> = self.renewals_told();
        let (mut before, mut end, mut times) = (None, first, 0_i64);
        while end < self.facts.as_of() || far == Far::AsThingsStand && self.is_decided(renewal, end, times) {
            match self.is_renewed(renewal, &told, times, (before, end)) {
                Ok(true) => {}
                Ok(false) => break,
                Err(why) => return Ok(Term { before, end, times, doubt: Some(why) }),
            }
            let next = self.shift(end, &renewal.length, false).map_err(|u| u.at(renewal.at))?;
            if next <= end {
                break;
            }
            (before, end, times) = (Some(end), next, times + 1);
        }
        Ok(Term { before, end, times, doubt: None })
    }

    /// Whether what becomes of a term that is not over can be said as things stand. What is asked on its last day
    /// cannot, and without limit one term follows another for as long as nobody gives notice.
    fn is_decided(&self, renewal: &Renewal, end: Date, times: i64) -> bool {
        let told = || {
            let told = self.renewals_told().into_iter().filter(|day| *day <= end).count();
            i64::try_from(told).is_ok_and(|told| told > times)
        };
        match (renewal.when.is_some(), renewal.by_itself && renewal.times.is_none()) {
            (true, _) => told(),
            (false, true) => self.any_notice_against(),
            (false, false) => true,
        }
    }

    /// The day after which it cannot be said whether the agreement ran on: the end of a term, where it cannot be said
    /// whether it was renewed, or the day on which somebody ended it with a notice of a length that is not known.
    pub(crate) fn end_in_doubt(&self) -> Option<(Date, Unknown)> {
        self.doubt_of_end(Far::Now)
    }

    /// The same, of terms to come too.
    pub(crate) fn end_in_doubt_ahead(&self) -> Option<(Date, Unknown)> {
        self.doubt_of_end(Far::AsThingsStand)
    }

    fn doubt_of_end(&self, far: Far) -> Option<(Date, Unknown)> {
        if let Some(found) = self.terminated() {
            return found.end.err().map(|why| (found.told, why));
        }
        let renewal = self.model().header.renews.as_ref()?;
        let first = self.first_end(&Focus::default()).ok()?.day()?;
        let walked = self.renewed_until(renewal, first, far).ok()?;
        Some((walked.end, walked.doubt?))
    }

    /// The last day to give notice about a term that ends on a day.
    pub(super) fn last_notice(&self, renewal: &Renewal, end: Date) -> Eval<Date> {
        match &renewal.notice {
            Some(notice) => self.shift(end, notice, true).map_err(|u| u.at(renewal.at)),
            None => Ok(end),
        }
    }

    /// Whether a term that ends on a day, and follows one that ended before, was followed by another, after so many that
    /// were.
    fn is_renewed(
        &self,
        renewal: &Renewal,
        told: &[Date],
        times: i64,
        (before, end): (Option<Date>, Date),
    ) -> Eval<bool> {
        match &renewal.times {
            Some(Known::Given(most)) if most.to_i64().is_some_and(|most| times >= most) => return Ok(false),
            Some(Known::Given(_)) | None => {}
            Some(hidden) => {
                let why = hidden.why_unknown().unwrap_or_default();
                return Err(Unknown::new(format!("how often it is renewed is {why}")).at(renewal.at));
            }
        }
        // A renewal told counts for the next term that runs out, whatever the clause says must be so.
        let told = told.iter().filter(|day| **day <= end).count();
        if i64::try_from(told).is_ok_and(|told| told > times) {
            return Ok(true);
        }
        if renewal.when.is_some() {
            let mut said = format!("it is not told whether the agreement was renewed on {end}");
            match self.facts.renewals.get(&end) {
                Some(Ok(so)) => return Ok(*so),
                Some(Err(why)) => said = format!("{said} ({})", why.reason),
                None => {}
            }
            return Err(Unknown::new(format!("{said}: add `renewed the agreement`")).at(renewal.at));
        }
        if renewal.by_itself {
            return Ok(!self.is_refused(renewal, end)?);
        }
        self.is_asked_for(renewal, before, end)
    }

    /// Whether the party whose notice renews the agreement gave it in a term, and in time before its end.
    fn is_asked_for(&self, renewal: &Renewal, before: Option<Date>, end: Date) -> Eval<bool> {
        let Some(party) = renewal.by.as_ref().filter(|_| self.any_notice_by(end)) else { return Ok(false) };
        let last = self.last_notice(renewal, end)?;
        let mut unclear = None;
        let in_term = |day: Date| before.is_none_or(|before| day > before);
        for event in self.facts.happened().take_while(|e| e.date <= last).filter(|e| in_term(e.date)) {
            let EventKind::Notice(Notice { of, by, words, .. }) = &event.kind else { continue };
            match of {
                Some(of) if of.as_str() != "renewal" => {}
                _ if party.is_blank() || by.is_blank() => unclear = Some(event),
                _ if self.acts_for(by, std::slice::from_ref(party), None, event.date) == Same::No => {}
                None if words.is_some() => unclear = Some(event),
                _ => return Ok(true),
            }
        }
        let Some(event) = unclear else { return Ok(false) };
        let why = format!(
            "it is not told whether the notice of {} was one to renew on {end}: say `notice of renewal`, or what else it \
             is of",
            event.date
        );
        Err(Unknown::new(why).at(event.at))
    }

    /// Whether somebody gave notice in time that a term is not to be followed by another. A notice that comes too late
    /// for one term is in time for the next.
    fn is_refused(&self, renewal: &Renewal, end: Date) -> Eval<bool> {
        if !self.any_notice_by(end) {
            return Ok(false);
        }
        let last = self.last_notice(renewal, end)?;
        let mut unclear = None;
        for event in self.facts.happened().take_while(|e| e.date <= last) {
            let EventKind::Notice(notice) = &event.kind else { continue };
            match &notice.of {
                Some(of) if of.as_str() == "termination" => return Ok(true),
                Some(_) => {}
                None => unclear = Some(event),
            }
        }
        let Some(event) = unclear else { return Ok(false) };
        let why = format!(
            "it is not told whether the notice of {} was one against the renewal on {end}: say `notice of termination`, \
             or what else it is of",
            event.date
        );
        Err(Unknown::new(why).at(event.at))
    }

    /// Whether a notice was told that is one against a renewal, or may be.
    pub(super) fn any_notice_against(&self) -> bool {
        let against = |of: &Option<counterpart_terms::value::Name>| {
            of.as_ref().is_none_or(|of| of.as_str() == "termination")
        };
        self.facts.happened().any(|e| matches!(&e.kind, EventKind::Notice(notice) if against(&notice.of)))
    }

    /// Whether any notice was given by a day: where none was, it does not matter how early it had to be.
    fn any_notice_by(&self, day: Date) -> bool {
        let mut by_then = self.facts.happened().take_while(|e| e.date <= day);
        by_then.any(|e| matches!(e.kind, EventKind::Notice(..)))
    }

    /// Whether somebody told that the agreement was renewed.
    fn is_told_as_renewed(&self) -> bool {
        !self.renewals_told().is_empty()
    }

    /// The days on which somebody renewed the agreement.
    fn renewals_told(&self) -> Vec<Date> {
        let told = self.facts.happened().filter(|e| match &e.kind {
            EventKind::Told { word, .. } => word == "renewed",
            EventKind::Chose { effects, .. } => effects.iter().any(renews),
            _ => false,
        });
        told.map(|e| e.date).collect()
    }
}

/// The end of a term, the last day that is looked at and what is known: of these it is asked whether it was renewed.
pub(crate) type Asked = (Date, Date, Date);

impl Machine<'_> {
    /// Whether what the agreement is renewed on was so on each day on which one of its terms had run out.
    pub(crate) fn renewals_of(&self, run: &Run<'_>) -> BTreeMap<Date, Eval<bool>> {
        let mut out = BTreeMap::new();
        let clock = run.clock();
        let Some(renewal) = clock.model().header.renews.as_ref() else { return out };
        let Some(when) = &renewal.when else { return out };
        let (as_of, last) = (run.facts.as_of(), run.facts.as_of().min(run.ties.horizon()));
        let mut end = match clock.first_end(&Focus::default()) {
            Ok(When::On(end)) => end,
            _ => return out,
        };
        while end < as_of {
            let so = self.is_renewed_on(when, (end, end.min(last), run.ties.known_on()));
            let goes_on = so == Ok(true);
            out.insert(end, so);
            match clock.shift(end, &renewal.length, false) {
                // One that was told as renewed may be asked about later terms.
                Ok(next) if next > end && (goes_on || clock.is_told_as_renewed()) => end = next,
                _ => break,
            }
        }
        out
    }

    /// Whether a test held when a term ran out: a figure is that of the last whole time it names.
    fn is_renewed_on(&self, when: &Condition, asked: Asked) -> Eval<bool> {
        let itself = || Err(Unknown::new("whether it was renewed hangs on itself"));
        if let Some(found) = self.renewed.borrow().get(&asked) {
            return found.clone().unwrap_or_else(itself);
        }
        self.renewed.borrow_mut().insert(asked, None);
        let (end, day, known_on) = asked;
        let run = self.run(day, known_on);
        let so = match whole_before(when, end) {
            Some(period) => run.holds(when, &Focus { until: Some(period.end), ..Focus::of(period) }),
            None => run.holds_on(when, end, &Focus::default()),
        };
        self.renewed.borrow_mut().insert(asked, Some(so.clone()));
        so
    }
}

/// The last whole calendar period before a day that a test is over, where it is over one.
fn whole_before(when: &Condition, day: Date) -> Option<Period> {
    let mut found: Option<PeriodKind> = None;
    let mut see = |window: Option<&Window>| {
        if let Some(Window::One { unit, basis: Basis::Calendar, .. }) = window {
            found = Some(*unit);
        }
    };
    match when {
        Condition::Compare { left, right, window, .. } => {
            see(window.as_ref());
            for amount in [left, right] {
                measures(amount, &mut |measure| see(measure.window.as_ref()));
            }
        }
        Condition::All(all) | Condition::Any(all) => {
            return all.iter().find_map(|one| whole_before(one, day));
        }
        Condition::Not(inner) => return whole_before(inner, day),
        _ => {}
    }
    let cycle = num::Cycle::new(found?, num::Basis::Calendar);
    cycle.previous(&cycle.containing(day)?)
}

impl Run<'_> {
    /// Whether the agreement has ended, and when.
    pub(crate) fn ended_by_now(&self) -> Ended {
        if let Some((day, why)) = self.clock().end_in_doubt() {
            return Ended::Perhaps(day, why);
        }
        let end = Moment::OfThing(Edge::End, None);
        // An end still open has not come.
        let day = self.clock().limit(&end, &Focus::default()).unwrap_or(None);
        day.filter(|d| *d <= self.facts.as_of()).map_or(Ended::No, Ended::On)
    }

    /// Why it is not known whether the agreement has ended: its last day is kept secret and nobody told of an end, or
    /// it cannot be said whether it was renewed.
    pub(crate) fn end_withheld(&self) -> Option<Unknown> {
        if let Ended::Perhaps(_, why) = self.ended_by_now() {
            return Some(why);
        }
        match &self.model_now().header.ends {
            Some(Moment::Unknown(known @ Known::Redacted(_))) if self.clock().terminated().is_none() => {
                let why = known.why_unknown().unwrap_or_default();
                Some(Unknown::new(format!("the day on which the agreement ends is {why}")))
            }
            _ => None,
        }
    }
}
