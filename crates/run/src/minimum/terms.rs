//! Which minimums a period has where amendments change them.
//!
//! A year keeps the minimum it began under, also where the amendment leaves the minimum out: then there is none for
//! years that begin later. A text that names the year, or a day in it, in words of its own says otherwise and
//! counts, as long as the year is not over when the amendment takes effect. The parts a year is payable in are
//! parts of what the year has.

use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_num::Period;
use counterpart_terms::model::{Minimum, MinimumStep, Royalty};

impl Run<'_> {
    /// Whether a minimum, as one edition of a royalty has it, is the one a period has.
    ///
    /// # Errors
    /// Where a day it runs from cannot be said.
    pub(crate) fn has_minimum(&self, royalty: &Royalty, minimum: &Minimum, period: &Period) -> Eval<bool> {
        let whole = self.year_of_instalment(minimum, period)?.unwrap_or(*period);
        let mut in_force: Option<&Royalty> = None;
        for (from, restated) in self.royalty_over_time(&royalty.name) {
            let here = match (in_force, from) {
                // A year that began before there was a royalty has the first minimum there is.
                (None, _) | (_, None) => true,
                (Some(_), Some(from)) if from <= whole.start => true,
                (Some(_), Some(from)) => from <= whole.end && self.names(restated, &whole)?,
            };
            if here {
                in_force = Some(restated);
            }
        }
        let deleted = !self.model_on(whole.start).royalties.contains_key(&royalty.name)
            && self.models().next().is_some_and(|first| first.royalties.contains_key(&royalty.name));
        Ok(!deleted && in_force.is_some_and(|r| r.at == royalty.at))
    }

    /// Whether a minimum says in its own words that it is for a period, or runs from a day in it.
    fn names(&self, royalty: &Royalty, period: &Period) -> Eval<bool> {
        for step in royalty.minimums.iter().flat_map(|m| &m.steps) {
            if self.names_in(step, period)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn names_in(&self, step: &MinimumStep, period: &Period) -> Eval<bool> {
        if let Some((first, last)) = step.label {
            let days = |label| self.clock().period(label, None);
            let days = days(first).zip(days(last.unwrap_or(first)));
            return Ok(
                days.is_some_and(|(first, last)| first.start <= period.start && period.end <= last.end)
            );
        }
        Ok(self.begins(step)?.is_some_and(|day| period.contains(day)))
    }
}
