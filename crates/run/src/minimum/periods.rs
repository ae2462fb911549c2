//! Which periods a minimum is for, which of them end with a payment, and since when earnings count towards it.

use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::Part;
use crate::unknown::Eval;
use counterpart_num::{self as num, Date, Period};
use counterpart_terms::model::Minimum;
use counterpart_terms::value::PeriodLabel;

impl Run<'_> {
    /// The first day whose royalties count towards a minimum: of its period, of the year it is an instalment of,
    /// or the beginning of everything.
    pub(crate) fn counts_since(&self, minimum: &Minimum, period: &Period) -> Eval<Date> {
        if let Some(since) = &minimum.cumulative {
            let since = match since {
                Some(moment) => self.clock().limit(moment, &Focus::of(*period))?,
                None => None,
            };
            let anew = self.anew_since(minimum, period)?;
            return Ok(since.into_iter().chain(anew).max().unwrap_or(Date::MIN));
        }
        let year = self.year_of_instalment(minimum, period)?;
        Ok(year.map_or(period.start, |y| y.start))
    }

    /// The earlier periods whose minimums a cumulative one adds up: a sum for each quarter is one for all quarters so
    /// far, where sums for named years are told as they add up.
    pub(crate) fn cumulated_before(
        &self,
        minimum: &Minimum,
        period: &Period,
        since: Date,
    ) -> Eval<Vec<Period>> {
        if minimum.cumulative.is_none() || minimum.payable.is_some() {
            return Ok(Vec::new());
        }
        for step in &minimum.steps {
            let Some(cycle) = step.cycle.as_ref().filter(|_| step.label.is_none()) else { continue };
            let cycle = self.clock().cycle(cycle)?;
            if cycle.containing(period.end).is_some_and(|p| p == *period) {
                let all = cycle.between(since, period.end);
                return Ok(all.into_iter().filter(|p| p.end < period.start).collect());
            }
        }
        Ok(Vec::new())
    }

    /// The day since which a minimum that is reset counts anew.
    pub(crate) fn anew_since(&self, minimum: &Minimum, period: &Period) -> Eval<Option<Date>> {
        let Some(reset) = &minimum.reset else { return Ok(None) };
        Ok(self.clock().cycle(reset)?.containing(period.end).map(|p| p.start))
    }

    /// The instalments of the same year before this one.
    pub(crate) fn instalments_before(&self, minimum: &Minimum, period: &Period) -> Eval<Vec<Period>> {
        let (Some(year), Some(payable)) = (self.year_of_instalment(minimum, period)?, &minimum.payable)
        else {
            return Ok(Vec::new());
        };
        let all = self.clock().cycle(payable)?.between(year.start, year.end);
        Ok(all.into_iter().filter(|p| p.end < period.start && p.end >= year.start).collect())
    }

    /// The year a minimum payable in parts is for, where this period is such a part.
    pub(crate) fn year_of_instalment(&self, minimum: &Minimum, period: &Period) -> Eval<Option<Period>> {
        let Some(payable) = &minimum.payable else { return Ok(None) };
        if self.clock().cycle(payable)?.containing(period.end).is_none_or(|p| p != *period) {
            return Ok(None);
        }
        for step in &minimum.steps {
            let Some(cycle) = &step.cycle else { continue };
            let whole = self.clock().cycle(cycle)?.containing(period.end);
            if let Some(whole) = whole.filter(|w| w != period) {
                return Ok(Some(whole));
            }
        }
        Ok(None)
    }

    /// The whole life a minimum in all is for, where it ended within a payment period.
    pub(crate) fn life_that_ends(&self, minimum: &Minimum, part: &Part) -> Eval<Option<Period>> {
        if !minimum.steps.iter().any(|s| s.in_all) {
            return Ok(None);
        }
        let ended = self.ended_by_now().day().map(|(end, _)| end).filter(|end| part.period.contains(*end));
        let begun = self.clock().effective().or_else(|| self.first_day());
        Ok(begun.zip(ended).and_then(|(begun, ended)| Period::new(begun, ended.max(part.period.end))))
    }

    /// The periods of a minimum that end within some days, the earliest first.
    pub(crate) fn minimum_periods(&self, minimum: &Minimum, days: &Period) -> Eval<Vec<Period>> {
        let mut out: Vec<Period> = Vec::new();
        let mut add = |found: Period| {
            let apart = |other: &Period| other.end < found.start || found.end < other.start;
            if days.contains(found.end) && out.iter().all(apart) {
                out.push(found);
            }
        };
        for step in &minimum.steps {
            if let Some((first, last)) = step.label {
                let whole = minimum.credit.as_deref() == Some("within the period");
                self.labelled(first, last.unwrap_or(first), whole).into_iter().for_each(&mut add);
            }
            let cycle = match (&step.cycle, &minimum.payable) {
                (Some(_), Some(payable)) => Some(self.clock().cycle(payable)?),
                (Some(cycle), None) => Some(self.clock().cycle(cycle)?),
                (None, _) => None,
            };
            if let Some(cycle) = cycle {
                cycle.between(days.start, days.end).into_iter().for_each(&mut add);
            }
        }
        out.sort_by_key(|period| period.end);
        Ok(out)
    }

    /// The periods from one named to another, each for itself or all as one.
    fn labelled(&self, first: PeriodLabel, last: PeriodLabel, whole: bool) -> Vec<Period> {
        let clock = self.clock();
        let (Some(from), Some(to)) = (clock.period(first, None), clock.period(last, None)) else {
            return Vec::new();
        };
        if whole {
            return Period::new(from.start, to.end).into_iter().collect();
        }
        let each = |labels: &mut dyn Iterator<Item = PeriodLabel>| -> Vec<Period> {
            labels.filter_map(|l| clock.period(l, None)).collect()
        };
        match (first, last) {
            _ if from == to => vec![from],
            (PeriodLabel::ContractYear(a), PeriodLabel::ContractYear(b)) => {
                each(&mut (a..=b).map(PeriodLabel::ContractYear))
            }
            (PeriodLabel::FiscalYear(a), PeriodLabel::FiscalYear(b)) => {
                each(&mut (a..=b).map(PeriodLabel::FiscalYear))
            }
            _ => num::Cycle::new(num::PeriodKind::Year, num::Basis::Calendar).between(from.start, to.end),
        }
    }
}
