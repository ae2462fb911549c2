//! Minimums, what is carried or left of an advance, and late interest.

use super::within;
use crate::claims::Ask;
use crate::engine::Run;
use crate::royalty::{self, Part};
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{Minimum, Royalty};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The least a royalty comes to for a period: the greatest minimum for the whole, or what those for parts
    /// of the base add up to where that is more. Without a period, the minimum in all.
    pub(super) fn minimum(&self, name: &Name, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let mut minimums = Vec::new();
        match period {
            Some(period) => {
                for (_, terms) in self.royalty_over_time(name) {
                    for minimum in &terms.minimums {
                        if self.has_minimum(terms, minimum, period)? || self.divides(minimum, period)? {
                            minimums.push((terms, minimum));
                        }
                    }
                }
            }
            None => {
                let terms = royalty::find(self, name, Some(self.facts.as_of()))?;
                minimums.extend(terms.minimums.iter().map(|minimum| (terms, minimum)));
            }
        }
        let mut of: Vec<(&[Name], Val)> = Vec::new();
        for (terms, minimum) in minimums {
            let found = match period {
                Some(period) if self.divides(minimum, period)? => {
                    self.minimum_of_each(terms, minimum, period)?
                }
                Some(period) => self.minimum_for(terms, minimum, period)?.map(|found| found.value),
                None => self.minimum_in_all(minimum)?.map(|found| found.value),
            };
            let Some(found) = found else { continue };
            let part = minimum.for_part.as_slice();
            match of.iter_mut().find(|(p, _)| *p == part) {
                Some((_, so_far)) if so_far.compare(&found)?.is_ge() => {}
                Some((_, so_far)) => *so_far = found,
                None => of.push((part, found)),
            }
        }
        if of.is_empty() && period.is_none() {
            return Err(Unknown::new("say for which period: `for 2029`"));
        }
        let (mut whole, mut parts) = (zero.clone(), zero.clone());
        for (part, value) in of {
            match part.is_empty() {
                true => whole = value,
                false => parts = parts.plus(&value)?,
            }
        }
        Ok(if parts.compare(&whole)?.is_gt() { parts } else { whole })
    }

    /// Whether a minimum is for parts of a period that come to just all of it, and not for the period.
    fn divides(&self, minimum: &Minimum, period: &Period) -> Eval<bool> {
        let parts = self.minimum_periods(minimum, period)?;
        let begins = parts.first().is_some_and(|first| first.start == period.start);
        let ends = parts.last().is_some_and(|last| last.end == period.end);
        Ok(parts.len() > 1 && begins && ends && minimum.payable.is_none())
    }

    /// What a minimum for parts of a period comes to in all of them.
    fn minimum_of_each(&self, terms: &Royalty, minimum: &Minimum, period: &Period) -> Eval<Option<Val>> {
        let mut sum: Option<Val> = None;
        for part in self.minimum_periods(minimum, period)? {
            if !self.has_minimum(terms, minimum, &part)? {
                continue;
            }
            let Some(found) = self.minimum_for(terms, minimum, &part)? else { continue };
            sum = Some(match sum {
                Some(sum) => sum.plus(&found.value)?,
                None => found.value,
            });
        }
        Ok(sum)
    }

    pub(super) fn carried(
        &self,
        name: &Name,
        ask: &Ask<'_>,
        period: Option<&Period>,
        zero: &Val,
    ) -> Eval<Val> {
        let settled = self.settled(name, ask.from)?;
        if let Some((_, surplus)) = settled.surplus.iter().rev().find(|(p, _)| period.is_none_or(|q| p == q))
        {
            return Ok(zero.with(surplus.clone()?));
        }
        let series = self.series_of(name, ask.from)?;
        let part = series.parts.iter().rev().find(|p| period.is_none_or(|q| within(&p.period, q)));
        match part {
            Some(Part { advance: Some(advance), .. }) => Ok(zero.with(advance.clone()?.left)),
            Some(part) => part.carried(zero),
            None => Ok(zero.clone()),
        }
    }

    /// What is left of an advance after a period, or of what is owed.
    pub(super) fn balance(&self, name: &Name, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        if let Some(open) = self.open_advances().get(name) {
            return Ok(zero.with(open.start.clone()?));
        }
        let drawn = self.drawn_on().into_iter().find(|(pay, _)| pay == name);
        if let Some(royalty) = drawn.and_then(|(_, against)| against.into_iter().next()) {
            let settled = self.settled(&royalty, None)?;
            let mut sum = Exact::zero();
            for pool in settled.pools.iter().filter(|p| &p.name == name) {
                let after = pool.left.iter().rev().find(|(p, _)| period.is_none_or(|q| p.end <= q.end));
                sum += &match (after, &pool.unsure) {
                    // What came, or went back, since the last period counts on the day asked about.
                    (Some((_, Ok(_))), None) if period.is_none() => pool.available(self.facts.as_of()),
                    (Some((_, left)), _) => left.clone()?,
                    (None, Some(why)) => return Err(why.clone()),
                    (None, None) => pool.total(),
                };
            }
            return Ok(zero.with(sum));
        }
        if let Some(left) = self.left_for_fees(name, period)? {
            return Ok(zero.with(left));
        }
        self.unpaid(name, &Ask::plain(&[]), period, zero)
    }

    pub(super) fn interest(&self, name: &Name, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let mut sum = zero.clone();
        if let Some(why) = self.late_unknown(name, period)? {
            return Err(why);
        }
        for (due, late) in self.late_on_each(name)? {
            if (period.is_none() || due.period.as_ref() == period)
                && let Some(late) = late?
            {
                sum = sum.plus(&late.interest)?;
            }
        }
        Ok(sum)
    }
}
