//! Lengths of time and periods, as a deal counts them: calendar, the books of a party, years of the contract.

use crate::clock::{Clock, Focus};
use crate::unknown::{Eval, Unknown};
use counterpart_num::{self as num, Date, Period, PeriodKind};
use counterpart_terms::value::time::Basis;
use counterpart_terms::value::{Cycle, Duration, Name, PeriodLabel};

impl Clock<'_> {
    /// A day moved by a length of time.
    ///
    /// # Errors
    /// Where the length is not given, or the day would leave the calendar.
    pub fn shift(&self, day: Date, by: &Duration, back: bool) -> Eval<Date> {
        let span = match by {
            Duration::Span(span) => *span,
            Duration::Hours(hours) => num::Span::Days(hours.div_ceil(24)),
            Duration::Unknown(known, unit) => {
                let why = known.why_unknown().unwrap_or_default();
                return Err(Unknown::new(format!("the number of {unit} is {why}")));
            }
        };
        let moved = if back { span.before(day, self.calendar) } else { span.after(day, self.calendar) };
        moved.ok_or_else(|| Unknown::new(format!("{span} from {day} is beyond the calendar")))
    }

    /// The periods a cycle makes.
    ///
    /// # Errors
    /// Where the day they are counted from is not known.
    pub fn cycle(&self, cycle: &Cycle) -> Eval<num::Cycle> {
        if let Some(why) = cycle.unknown.as_ref().and_then(|u| u.why_unknown()) {
            return Err(Unknown::new(format!("the period is {why}")));
        }
        let basis = match cycle.basis {
            Basis::Calendar => num::Basis::Calendar,
            Basis::Contract
                if cycle.anchor.is_none() && self.editions.first().header.contract_year.is_some() =>
            {
                let ends = self.editions.first().header.contract_year.map(|(ends, _)| ends);
                let (year_end_month, year_end_day) = ends.unwrap_or((12, 31));
                num::Basis::Fiscal { year_end_month, year_end_day }
            }
            Basis::Contract => {
                let anchor = match &cycle.anchor {
                    Some(anchor) => self.moment(anchor, &Focus::default())?.day(),
                    None => self.effective_day()?,
                };
                let anchor = anchor
                    .ok_or_else(|| Unknown::new("the day contract years are counted from is not known"))?;
                num::Basis::Contract { anchor }
            }
            Basis::Fiscal => self.fiscal(cycle.party.as_ref()),
        };
        Ok(num::Cycle::new(cycle.unit, basis))
    }

    /// The fiscal year of a party, or of the first that states one.
    pub(crate) fn fiscal(&self, party: Option<&Name>) -> num::Basis {
        let parties = &self.model().parties;
        let ends = match party {
            Some(party) => parties.get(party).and_then(|p| p.year_ends),
            None => parties.values().find_map(|p| p.year_ends),
        };
        let (year_end_month, year_end_day) = ends.unwrap_or((12, 31));
        num::Basis::Fiscal { year_end_month, year_end_day }
    }

    /// The days a period label means; fiscal years are those of `party`.
    pub fn period(&self, label: PeriodLabel, party: Option<&Name>) -> Option<Period> {
        let calendar = |kind, year, index| num::Cycle::new(kind, num::Basis::Calendar).period(year, index);
        match label {
            PeriodLabel::Year(y) => calendar(PeriodKind::Year, y, 1),
            PeriodLabel::Quarter(y, q) => calendar(PeriodKind::Quarter, y, q),
            PeriodLabel::Quarters(y, a, b) => {
                let (first, last) =
                    (calendar(PeriodKind::Quarter, y, a)?, calendar(PeriodKind::Quarter, y, b)?);
                Period::new(first.start, last.end)
            }
            PeriodLabel::Half(y, h) => calendar(PeriodKind::Half, y, h),
            PeriodLabel::Month(y, m) => calendar(PeriodKind::Month, y, m),
            PeriodLabel::FiscalYear(y) => num::Cycle::new(PeriodKind::Year, self.fiscal(party)).period(y, 1),
            PeriodLabel::FiscalQuarter(y, q) => {
                num::Cycle::new(PeriodKind::Quarter, self.fiscal(party)).period(y, q)
            }
            PeriodLabel::FiscalQuarters(y, a, b) => {
                let cycle = num::Cycle::new(PeriodKind::Quarter, self.fiscal(party));
                Period::new(cycle.period(y, a)?.start, cycle.period(y, b)?.end)
            }
            PeriodLabel::ContractYear(_) if self.editions.first().header.first_year_withheld => None,
            PeriodLabel::ContractYear(n) if self.editions.first().header.contract_year.is_some() => {
                // Years that end on a day of the year, the first of them from the effective date.
                let ((month, day), first) = self.editions.first().header.contract_year?;
                let effective = self.effective()?;
                let end = first.or_else(|| {
                    let ends = |year| Date::new(year, month, day);
                    ends(effective.year()).filter(|d| *d >= effective).or_else(|| ends(effective.year() + 1))
                })?;
                let years = i64::from(n.checked_sub(1)?);
                let start = if years == 0 { effective } else { end.add_years(years - 1)?.next_day()? };
                Period::new(start, end.add_years(years)?)
            }
            PeriodLabel::ContractYear(n) => {
                let anchor = self.effective()?;
                num::Cycle::new(PeriodKind::Year, num::Basis::Contract { anchor })
                    .period(i32::try_from(n).ok()?, 1)
            }
        }
    }
}
