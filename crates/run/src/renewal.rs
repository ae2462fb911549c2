//! How often an agreement was renewed, and whether and when it has ended.

use crate::clock::{Clock, Focus};
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::model::Renewal;
use counterpart_terms::value::{Edge, Known, Moment, Value};

impl Clock<'_> {
    /// The day an agreement ends that would end on a day, with the renewals of the terms that have run out since.
    ///
    /// # Errors
    /// Where it has run out, and it cannot be said whether or for how long it was renewed.
    pub(crate) fn renewed(&self, renewal: &Renewal, first: Date) -> Eval<Date> {
        let told: Vec<Date> = self.renewals_told();
        let (mut before, mut end, mut times) = (None, first, 0_i64);
        while end < self.facts.as_of() && self.is_renewed(renewal, &told, times, (before, end))? {
            let next = self.shift(end, &renewal.length, false).map_err(|u| u.at(renewal.at))?;
            if next <= end {
                break;
            }
            (before, end, times) = (Some(end), next, times + 1);
        }
        Ok(end)
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
            let why = format!("it is not told whether the agreement was renewed on {end}");
            return Err(Unknown::new(format!("{why}: add `renewed the agreement`")).at(renewal.at));
        }
        if renewal.by_itself {
            return Ok(!self.is_refused(renewal, end)?);
        }
        self.is_asked_for(renewal, before, end)
    }

    /// Whether the party whose notice renews the agreement gave it in a term, and in time before its end.
    fn is_asked_for(&self, renewal: &Renewal, before: Option<Date>, end: Date) -> Eval<bool> {
        let Some(party) = &renewal.by else { return Ok(false) };
        let last = match &renewal.notice {
            Some(notice) => self.shift(end, notice, true).map_err(|u| u.at(renewal.at))?,
            None => end,
        };
        let mut unclear = None;
        let in_term = |day: Date| before.is_none_or(|before| day > before);
        for event in self.facts.happened().take_while(|e| e.date <= last).filter(|e| in_term(e.date)) {
            let EventKind::Notice(of, by, words) = &event.kind else { continue };
            match of {
                Some(of) if of.as_str() != "renewal" => {}
                _ if party.is_blank() || by.is_blank() => unclear = Some(event),
                _ if by != party => {}
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
        let last = match &renewal.notice {
            Some(notice) => self.shift(end, notice, true).map_err(|u| u.at(renewal.at))?,
            None => end,
        };
        let mut unclear = None;
        for event in self.facts.happened().take_while(|e| e.date <= last) {
            match &event.kind {
                EventKind::Notice(Some(of), ..) if of.as_str() == "termination" => return Ok(true),
                EventKind::Notice(None, ..) => unclear = Some(event),
                _ => {}
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

    /// The days on which somebody renewed the agreement.
    fn renewals_told(&self) -> Vec<Date> {
        let renews = |effect: &Value| matches!(effect, Value::Parts(parts) if parts.has(Label::Renews));
        let told = self.facts.happened().filter(|e| match &e.kind {
            EventKind::Told { word, .. } => word == "renewed",
            EventKind::Chose { effects, .. } => effects.iter().any(renews),
            _ => false,
        });
        told.map(|e| e.date).collect()
    }
}

impl Run<'_> {
    /// The day the agreement ended, if it has.
    pub(crate) fn ended_by_now(&self) -> Eval<Option<Date>> {
        let end = Moment::OfThing(Edge::End, None);
        // An end still open has not come.
        let day = self.clock().limit(&end, &Focus::default()).unwrap_or(None);
        Ok(day.filter(|d| *d <= self.facts.as_of()))
    }

    /// Why it is not known whether the agreement has ended: its last day is kept secret, and nobody told of an end.
    pub(crate) fn end_withheld(&self) -> Option<Unknown> {
        match &self.model_now().header.ends {
            Some(Moment::Unknown(known @ Known::Redacted(_)))
                if self.facts.agreement_terminated().is_none() =>
            {
                let why = known.why_unknown().unwrap_or_default();
                Some(Unknown::new(format!("the day on which the agreement ends is {why}")))
            }
            _ => None,
        }
    }
}
