//! Advances a royalty earns back: what is open when a period begins decides its rates.

use super::memory::Memory;
use super::{Advance, Part};
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{PayRule, Royalty};
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

/// Advances open in the period being computed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Open {
    /// Open when the period began, its own advance included.
    pub start: Exact,
    /// Earned of it since.
    pub earned: Exact,
}

/// What is open of each advance, for formulas of the period being computed.
pub(crate) type OpenAdvances = BTreeMap<Name, Open>;

impl Memory {
    /// Opens a period: adds the advances that fall in it. Returns the royalty's own.
    pub(super) fn open(&mut self, run: &Run<'_>, royalty: &Royalty, period: &Period) -> Eval<Option<Exact>> {
        let mut own = None;
        if let Some((share, of, cycle, at)) = &royalty.advance {
            let share = crate::amount::given(share, "share of the advance").map_err(|u| u.at(*at))?;
            let (of, _) = run.amount(of, &Focus::of(*period)).map_err(|u| u.at(*at))?;
            let each = of.number() * &share;
            let begins = run.clock().cycle(cycle)?.between(period.start, period.end);
            let end = counterpart_terms::value::Moment::OfThing(counterpart_terms::value::Edge::End, None);
            // An end still open has not come.
            let ended = run.clock().limit(&end, &Focus::default()).unwrap_or(None);
            let count = begins
                .iter()
                .filter(|p| period.contains(p.start) && ended.is_none_or(|e| p.start <= e))
                .count();
            let paid = each * Exact::from_int(i64::try_from(count).unwrap_or(0));
            let left = self.advances.entry(royalty.name.clone()).or_default();
            *left += &paid;
            own = Some(paid);
        }
        for (pay, definition) in &run.last_model().pays {
            let recouped = definition.rules.iter().any(|(rule, _)| match rule {
                PayRule::Recouped(from, None, _) => from.contains(&royalty.name),
                _ => false,
            });
            if !recouped {
                continue;
            }
            let mut arrived = Exact::zero();
            for item in run.items(pay)?.into_iter().filter(|i| i.arisen <= period.end) {
                arrived += item.amount?.number();
            }
            let before = self.arrived.insert(pay.clone(), arrived.clone()).unwrap_or_default();
            *self.advances.entry(pay.clone()).or_default() += &(arrived - before);
        }
        let resets = royalty.reset.is_some();
        for (name, left) in &self.advances {
            // Where the rate does not begin anew, advances once earned back stay so.
            let done = self.satisfied && !resets && *name != royalty.name;
            let start = if done { Exact::zero() } else { left.clone() };
            run.open_advances().insert(name.clone(), Open { start, earned: Exact::zero() });
        }
        Ok(own)
    }

    /// Notes what a stretch earned of open advances.
    pub(super) fn use_open(&self, run: &Run<'_>, royalty: &Royalty, earned: &Val) {
        let _ = royalty;
        for name in self.advances.keys() {
            if let Some(open) = run.open_advances().get_mut(name) {
                open.earned += earned.number();
            }
        }
    }

    /// Closes a period: what was earned comes off the advances.
    pub(super) fn close(
        &mut self,
        run: &Run<'_>,
        royalty: &Royalty,
        part: &Part,
        paid: Option<Exact>,
    ) -> Eval<Option<Advance>> {
        let zero = Val::money(Exact::zero(), run.currency()?);
        let earned = part.earned(&zero).map_or_else(|_| Exact::zero(), |v| v.number().clone());
        let mut own = None;
        for (name, left) in &mut self.advances {
            let taken = left.clone().min(earned.clone()).max(Exact::zero());
            *left = &*left - &taken;
            self.satisfied |= left.is_zero() && taken.is_positive();
            run.open_advances().remove(name);
            if let Some(paid) = paid.as_ref().filter(|_| *name == royalty.name) {
                own = Some(Advance { paid: paid.clone(), earned: taken, left: left.clone() });
            }
        }
        Ok(own)
    }
}
