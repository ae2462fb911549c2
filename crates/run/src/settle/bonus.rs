//! Bonuses: a sum for each period in which something was so.

use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::Part;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Date, Period};
use counterpart_terms::model::{Bonus, Royalty};

impl Run<'_> {
    /// The periods up to the day asked about for which a bonus is due, with its amount.
    ///
    /// # Errors
    /// Where the amount is not given.
    pub(crate) fn bonus_periods(&self, bonus: &Bonus) -> Eval<Vec<(Period, Val, Step)>> {
        let mut out = Vec::new();
        let Some(first) = self.first_day() else { return Ok(out) };
        let mut years = 0;
        for period in self.clock().cycle(&bonus.cycle)?.between(first, self.facts.as_of()) {
            if period.end > self.facts.as_of() {
                break;
            }
            let focus = Focus::of(period);
            // A period without reports has not come up to anything.
            let holds = self.holds(&bonus.when, &focus);
            years += u32::from(if bonus.such { holds == Ok(true) } else { holds.is_ok() });
            if holds != Ok(true) || bonus.first.is_some_and(|most| years > most) {
                continue;
            }
            let (value, why) = self.amount(&bonus.amount, &focus).map_err(|u| u.at(bonus.at))?;
            let step = Step::new(format!("bonus for {period}"), value.clone()).by(bonus.at).from(vec![why]);
            out.push((period, value, step));
        }
        Ok(out)
    }

    /// With the bonuses of the periods that end within a payment period.
    pub(super) fn bonus_added(
        &self,
        royalty: &Royalty,
        part: &Part,
        owed: Eval<Val>,
        steps: &mut Vec<Step>,
    ) -> Eval<Eval<Val>> {
        let mut owed = owed;
        let ends_here = |day: Date| part.period.contains(day);
        for bonus in &royalty.bonuses {
            for (_, value, step) in
                self.bonus_periods(bonus)?.into_iter().filter(|(p, _, _)| ends_here(p.end))
            {
                owed = owed.and_then(|o| o.plus(&value));
                steps.push(step);
            }
        }
        Ok(owed)
    }
}
