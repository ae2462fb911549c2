//! Minimums at settlement: the difference, and the surplus that counts later.

use crate::engine::Run;
use crate::royalty::Part;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::Royalty;

impl Run<'_> {
    /// What minimums add at the end of their period: with this payment, or as one of their own.
    #[expect(
        clippy::type_complexity,
        reason = "a difference, its reason, and its own period and due day if any"
    )]
    pub(super) fn minimum_dues(
        &self,
        royalty: &Royalty,
        part: &Part,
        parts: &[Part],
        zero: &Val,
        surplus: &mut Vec<(Date, Exact)>,
        carried: &mut Vec<(Period, Exact)>,
    ) -> Eval<Vec<(Val, Step, Option<(Period, Option<Date>)>)>> {
        let mut out = Vec::new();
        for minimum in &royalty.minimums {
            let Some(period) = self.minimum_period(minimum, &part.period)? else { continue };
            // The minimum of a period is settled with the last payment of it.
            if part.period.end != period.end
                && !(part.period.contains(period.end) && part.period.end > period.end)
            {
                continue;
            }
            if period.end > self.facts.as_of() {
                continue;
            }
            let Some(least) = self.minimum_for(royalty, minimum, &period)? else { continue };
            let mut earned = zero.clone();
            for other in parts.iter().filter(|p| p.period.end <= period.end && p.period.end >= period.start) {
                // A period that cannot be computed leaves the minimum standing.
                earned = earned.plus(&other.earned(zero).unwrap_or_else(|_| zero.clone()))?;
            }
            let mut credit = Exact::zero();
            if minimum.surplus_carried {
                let lapse = minimum.surplus_periods.unwrap_or(u32::MAX);
                surplus.retain(|(from, _)| (period.end.year() - from.year()) as i64 <= i64::from(lapse));
                credit = surplus.iter().map(|(_, n)| n.clone()).sum();
            }
            let missing = least.value.number() - earned.number();
            if missing.is_positive() {
                let used = missing.clone().min(credit);
                use_up(surplus, &used);
                let difference = earned.with(&missing - &used);
                if difference.number().is_positive() {
                    let how = format!("{} less {earned} earned", least.value);
                    let step =
                        Step::new("difference to the minimum", difference.clone()).how(how).by(minimum.at);
                    let step = step.from(vec![least.step]);
                    let apart = minimum
                        .difference_within
                        .as_ref()
                        .map(|within| (period, self.clock().shift(period.end, within, false).ok()));
                    out.push((difference, step, apart));
                }
            } else if minimum.surplus_carried {
                surplus.push((period.end, -missing));
            }
            if minimum.surplus_carried {
                let lapse = minimum.surplus_periods.unwrap_or(u32::MAX);
                let alive = surplus
                    .iter()
                    .filter(|(from, _)| ((period.end.year() + 1 - from.year()) as i64) <= i64::from(lapse));
                carried.push((period, alive.map(|(_, n)| n.clone()).sum()));
            }
        }
        Ok(out)
    }

    /// The period of a minimum that ends within a payment period.
    fn minimum_period(
        &self,
        minimum: &counterpart_terms::model::Minimum,
        part: &Period,
    ) -> Eval<Option<Period>> {
        for step in &minimum.steps {
            let cycle = match (&step.cycle, &minimum.payable) {
                (_, Some(payable)) if step.cycle.is_some() => Some(self.clock().cycle(payable)?),
                (Some(cycle), _) => Some(self.clock().cycle(cycle)?),
                _ => None,
            };
            if let Some((first, last)) = step.label {
                let (first, last) =
                    (self.clock().period(first, None), self.clock().period(last.unwrap_or(first), None));
                if let (Some(first), Some(last)) = (first, last)
                    && first == last
                    && part.contains(first.end)
                {
                    return Ok(Some(first));
                }
                let cycle = counterpart_num::Cycle::new(
                    counterpart_num::PeriodKind::Year,
                    counterpart_num::Basis::Calendar,
                );
                if let Some(year) = cycle.containing(part.end).filter(|y| part.contains(y.end)) {
                    return Ok(Some(year));
                }
            }
            if let Some(cycle) = cycle {
                let at_end = cycle.containing(part.end);
                let before = at_end.and_then(|p| cycle.previous(&p));
                if let Some(period) = [at_end, before].into_iter().flatten().find(|p| part.contains(p.end)) {
                    return Ok(Some(period));
                }
            }
        }
        Ok(None)
    }
}

fn use_up(surplus: &mut [(Date, Exact)], used: &Exact) {
    let mut left = used.clone();
    for (_, amount) in surplus.iter_mut() {
        let taken = amount.clone().min(left.clone());
        *amount = &*amount - &taken;
        left = &left - &taken;
    }
}
