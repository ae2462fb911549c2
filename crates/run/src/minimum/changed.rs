//! What changes a minimum while it lasts: days that do not count, and effects of other clauses.

use crate::effects::{Changed, in_force};
use crate::ends::kept_going::Of;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::{Figure, Minimum, Royalty};
use counterpart_terms::value::{Condition, Name};

impl Run<'_> {
    /// The share of a period that counts, by the day or by the whole month.
    pub(super) fn prorated(&self, minimum: &Minimum, period: &Period, days: &Exact) -> Eval<(Exact, String)> {
        let mut lost: Vec<(Date, Date)> = Vec::new();
        for condition in &minimum.prorated_while {
            for (from, to) in self.stretches_of(condition, minimum.by_the_month)? {
                let (from, to) = (from.max(period.start), to.min(period.end));
                if from <= to {
                    lost.push((from, to));
                }
            }
        }
        lost.sort();
        let covered = |day: Date| lost.iter().any(|(from, to)| *from <= day && day <= *to);
        let mut day = Some(period.start);
        let (mut count, mut months, mut whole) = (0i64, 0i64, 0i64);
        let mut month_lost = true;
        while let Some(at) = day.filter(|d| *d <= period.end) {
            let here = covered(at);
            count += i64::from(here);
            month_lost &= here;
            if at == at.end_of_month() || at == period.end {
                months += 1;
                whole += i64::from(month_lost);
                month_lost = true;
            }
            day = at.next_day();
        }
        if minimum.by_the_month {
            let share = Exact::ratio(months - whole, months.max(1)).unwrap_or_else(Exact::one);
            return Ok((share, format!("{} of {months} months count", months - whole)));
        }
        let share = Exact::from_int(period.days() - count).checked_div(days).unwrap_or_else(Exact::one);
        Ok((share, format!("{} of {} days count", period.days() - count, period.days())))
    }

    /// The days on which events of a condition went on: first and last day of each stretch. The day an event
    /// ended on counts where whole months are reckoned, and no longer where days are.
    fn stretches_of(&self, condition: &Condition, with_end: bool) -> Eval<Vec<(Date, Date)>> {
        if condition.has_blank() {
            return Err(Unknown::new("while what lasts it does not count is redacted or open"));
        }
        let names: Vec<&Name> = match condition {
            Condition::Happens(event) => vec![&event.name],
            Condition::Lasts { events, .. } => events.iter().map(|e| &e.name).collect(),
            Condition::Any(any) => {
                let each: Eval<Vec<_>> = any.iter().map(|c| self.stretches_of(c, with_end)).collect();
                return Ok(each?.into_iter().flatten().collect());
            }
            Condition::State { name, not: false, .. } => vec![name],
            _ => return Err(Unknown::new("on which days this was so cannot be told, as it is no event")),
        };
        let as_of = self.facts.as_of();
        let last = |end: Date| if with_end { end } else { end.prev_day().unwrap_or(end) };
        let mut found = Vec::new();
        for name in names {
            for stretch in self.stretches(name, None).iter().filter(|stretch| stretch.from <= as_of) {
                match &stretch.doubt {
                    Some(why) => return Err(why.clone()),
                    None => found.push((stretch.from, stretch.to.map_or(as_of, last))),
                }
            }
        }
        Ok(found)
    }

    /// What effects make of the minimum, and of all payments under its royalty: on each day what is in force on it.
    pub(super) fn minimum_changed(
        &self,
        royalty: &Royalty,
        period: &Period,
        full: Val,
        trace: &mut Step,
    ) -> Eval<Val> {
        let of = |figure| self.changes_of_figure(figure, &royalty.name, period.start);
        let (own, payments) = (of(Figure::Minimum), of(Figure::Payments));
        // While the payments rest or have ended, whether a minimum is owed is another question.
        let payments = payments.iter().filter(|one| !one.is_off());
        let changes: Vec<&Changed> = own.iter().chain(payments).collect();
        let mut value = full.with(Exact::zero());
        let mut changed = false;
        for (days, active) in in_force(period, &changes) {
            let part = days.share_of(period);
            let mut here = full.clone();
            for change in active {
                if let Some(why) = change.doubt.clone().or(change.in_part_only(&royalty.name)) {
                    return Err(why.at(change.at));
                }
                let (now, how) = self.changed_sum(&here, change)?;
                let how = format!("{} of {} days: {how}", days.days(), period.days());
                trace.parts.push(change.step("minimum changed", how));
                (here, changed) = (now, true);
            }
            value = value.plus(&here.with(here.number() * &part))?;
        }
        Ok(if changed { value } else { full })
    }

    /// What is left of the minimum of a party that keeps an agreement it could have ended, for the days from its choice on.
    pub(super) fn kept_of_minimum(
        &self,
        royalty: &Royalty,
        period: &Period,
        mut value: Val,
        trace: &mut Step,
    ) -> Eval<Val> {
        for kept in self.reduced(&royalty.from, &royalty.to, Of::Minimum) {
            let Some(days) = Period::new(kept.from.max(period.start), period.end) else { continue };
            let part = Exact::from_int(days.days()).checked_div(&Exact::from_int(period.days()));
            let taken = part.unwrap_or_else(Exact::one) * (Exact::one() - kept.share?);
            value = value.with(value.number() * &(Exact::one() - taken));
            let how = format!("from {} on", kept.from);
            trace.parts.push(Step::new("kept instead of ended", value.clone()).how(how).by(kept.at));
        }
        Ok(value)
    }
}
