//! Bonuses: a sum for each period in which something was so.

use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::Part;
use crate::trace::Step;
use crate::unknown::{Eval, Gap, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Period};
use counterpart_terms::model::{Bonus, Royalty};

impl Run<'_> {
    /// The periods up to the day asked about for which a bonus is due, with its amount; also those of which it
    /// cannot be said whether one is due, with the reason.
    ///
    /// # Errors
    /// Where the periods cannot be told.
    pub(crate) fn bonus_periods(&self, bonus: &Bonus) -> Eval<Vec<(Period, Eval<Val>, Step)>> {
        let mut out = Vec::new();
        // Whether an earlier period had a bonus decides which are the first few.
        let mut unsure: Option<Unknown> = None;
        // The first years are counted from the effective date.
        if bonus.first.is_some() && !bonus.such {
            unsure = self.clock().effective_day().err();
        }
        let Some(first) = self.first_day() else { return Ok(out) };
        let mut years = 0;
        for period in self.clock().cycle(&bonus.cycle)?.between(first, self.facts.as_of()) {
            if period.end > self.facts.as_of() {
                break;
            }
            let focus = Focus::of(period);
            let named = format!("bonus for {period}");
            let holds = match self.holds(&bonus.when, &focus) {
                // A period without reports, or whose day has not come, has not come up to anything.
                Err(why) if why.gap != Gap::Missing => continue,
                other => other,
            };
            let holds = match (holds, &unsure) {
                (Ok(true), Some(why)) if bonus.first.is_some() => Err(why.clone()),
                (holds, _) => holds,
            };
            years += u32::from(!bonus.such || holds == Ok(true));
            if holds == Ok(false) || bonus.first.is_some_and(|most| years > most) {
                continue;
            }
            let (amount, parts) = match holds.and_then(|_| self.amount(&bonus.amount, &focus)) {
                Ok((value, why)) => (Ok(value), vec![why]),
                Err(why) => {
                    let why = why.at(bonus.at);
                    unsure.get_or_insert_with(|| why.clone());
                    (Err(why), Vec::new())
                }
            };
            let step = match &amount {
                Ok(value) => Step::new(named, value.clone()),
                Err(why) => Step::note(named).how(why.reason.clone()),
            };
            out.push((period, amount, step.by(bonus.at).from(parts)));
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
                owed = owed.and_then(|o| o.plus(&value?));
                steps.push(step);
            }
        }
        Ok(owed)
    }
}
