//! Whether a term to come follows the present one, as things stand, and until when somebody may still change that.

use super::renewal::Far;
use crate::clock::{Clock, Focus, When};
use crate::unknown::Eval;
use counterpart_num::Date;
use counterpart_terms::model::Renewal;
use counterpart_terms::value::Known;

impl Clock<'_> {
    /// Whether an agreement that renews itself runs on without end, as things stand: nobody gave notice against it, and
    /// it may be renewed as often as one likes.
    pub(crate) fn renews_on(&self) -> bool {
        let Some(renewal) = self.model().header.renews.as_ref() else { return false };
        let for_ever = renewal.by_itself && renewal.when.is_none() && renewal.times.is_none();
        for_ever
            && self.terminated().is_none()
            && !self.any_notice_against()
            && self.runs_out(&Focus::default()).is_ok_and(|end| end.day().is_some())
    }

    /// Whether an agreement that renews itself will be followed by another term, as things stand, when its present one
    /// ends.
    pub(crate) fn is_to_renew(&self, renewal: &Renewal) -> bool {
        let ends = || self.runs_out(&Focus::default()).ok().and_then(When::day);
        let term = || self.present_term(renewal).ok().flatten().filter(|term| *term >= self.facts.as_of());
        let longer = || term().zip(ends()).is_some_and(|(term, end)| term < end);
        renewal.by_itself && self.terminated().is_none() && (self.renews_on() || longer())
    }

    /// The terms to come against whose renewal nobody gave notice yet and there is time to: the last day of each and the
    /// last day to give it, the first first, as many as are asked for.
    ///
    /// # Errors
    /// Where the time for the notice cannot be said.
    pub(crate) fn to_refuse(&self, renewal: &Renewal, most: usize) -> Eval<Vec<(Date, Date)>> {
        let mut out = Vec::new();
        if !self.is_to_renew(renewal) {
            return Ok(out);
        }
        let on_end = self.runs_out(&Focus::default())?.day().filter(|_| !self.renews_on());
        let mut term = self.present_term(renewal)?;
        while let Some(end) = term.filter(|end| out.len() < most && on_end.is_none_or(|last| *end < last)) {
            let last = self.last_notice(renewal, end)?;
            if last >= self.facts.as_of() {
                out.push((end, last));
            }
            let next = self.shift(end, &renewal.length, false).map_err(|u| u.at(renewal.at))?;
            term = Some(next).filter(|next| *next > end);
        }
        Ok(out)
    }

    /// The present term of an agreement that goes on by the notice of a party, where there is time to give it yet and it
    /// is not given: its last day and the last day for the notice.
    ///
    /// # Errors
    /// Where the time for the notice cannot be said.
    pub(crate) fn to_ask_for(&self, renewal: &Renewal) -> Eval<Option<(Date, Date)>> {
        if renewal.by.is_none() || renewal.when.is_some() || self.terminated().is_some() {
            return Ok(None);
        }
        let Some(first) = self.first_end(&Focus::default())?.day() else { return Ok(None) };
        let term = self.renewed_until(renewal, first, Far::AsThingsStand)?;
        let today = self.facts.as_of();
        let used_up = match &renewal.times {
            Some(Known::Given(most)) => most.to_i64().is_some_and(|most| term.times >= most),
            Some(_) => true,
            None => false,
        };
        let runs = term.end >= today && term.before.is_none_or(|before| before < today);
        if used_up || !runs || term.doubt.is_some() {
            return Ok(None);
        }
        let last = self.last_notice(renewal, term.end)?;
        Ok(Some((term.end, last)).filter(|(_, last)| *last >= today))
    }
}
