//! A basis cut into periods of one kind, so that every day is in exactly one.
//!
//! All three bases come down to numbered months: of the calendar, of the fiscal year, of the
//! contract. A period is one, three, six or twelve of them in a row, and knows nothing else.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Basis, Label, Period, PeriodKind};
use crate::date::{Date, days_in_month};

/// Periods of one kind that follow each other without gap or overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Cycle {
    /// How long each is.
    pub kind: PeriodKind,
    /// From when they are counted.
    pub basis: Basis,
}

/// The last day of the fiscal month that ends in a month of the calendar.
fn fiscal_end(month_number: i64, year_end_month: u32, year_end_day: u32) -> Option<Date> {
    if !(1..=12).contains(&year_end_month) {
        return None;
    }
    let is_month_end = year_end_day >= days_in_month(2027, year_end_month);
    Date::in_month(month_number, if is_month_end { 31 } else { year_end_day })
}

impl Cycle {
    /// Periods of a kind on a basis.
    #[must_use]
    pub fn new(kind: PeriodKind, basis: Basis) -> Cycle {
        Cycle { kind, basis }
    }

    /// The number of the month of the basis in which the day is. Twelve of them are a year; those
    /// of year `y` begin with `12 * y`, or for contracts with `12 * (y - 1)`.
    fn month_of(&self, date: Date) -> Option<i64> {
        match self.basis {
            Basis::Calendar => Some(date.month_number()),
            Basis::Fiscal { year_end_month, year_end_day } => {
                let this = date.month_number();
                let gone = date > fiscal_end(this, year_end_month, year_end_day)?;
                // The fiscal month that ends with the year has the number 12 * year + 11.
                Some(this + i64::from(gone) + 12 - i64::from(year_end_month))
            }
            Basis::Contract { anchor } => {
                let months = date.month_number() - anchor.month_number();
                let early = anchor.add_months(months)? > date;
                Some(months - i64::from(early)).filter(|months| *months >= 0)
            }
        }
    }

    /// The first day of a month of the basis.
    fn month_start(&self, month: i64) -> Option<Date> {
        match self.basis {
            Basis::Calendar => Date::in_month(month, 1),
            Basis::Fiscal { .. } => self.month_end(month.checked_sub(1)?)?.next_day(),
            Basis::Contract { anchor } if month >= 0 => anchor.add_months(month),
            Basis::Contract { .. } => None,
        }
    }

    /// The last day of a month of the basis.
    fn month_end(&self, month: i64) -> Option<Date> {
        match self.basis {
            Basis::Calendar => Date::in_month(month, 31),
            Basis::Fiscal { year_end_month, year_end_day } => {
                fiscal_end(month.checked_add(i64::from(year_end_month))? - 12, year_end_month, year_end_day)
            }
            Basis::Contract { .. } => self.month_start(month.checked_add(1)?)?.prev_day(),
        }
    }

    /// The period that begins with a month of the basis; the caller makes sure that one does.
    fn beginning(&self, month: i64) -> Option<Period> {
        let length = i64::from(self.kind.months());
        let start = self.month_start(month)?;
        let end = self.month_end(month.checked_add(length - 1)?)?;
        let first_year = i64::from(matches!(self.basis, Basis::Contract { .. }));
        let year = i32::try_from(month.div_euclid(12) + first_year).ok()?;
        let index = u32::try_from(month.rem_euclid(12) / length).ok()? + 1;
        let label = Label::Part { family: self.basis.family(), kind: self.kind, year, index };
        Some(Period { start, end, label })
    }

    fn first_month(&self, date: Date) -> Option<i64> {
        let month = self.month_of(date)?;
        Some(month - month.rem_euclid(i64::from(self.kind.months())))
    }

    /// The period the day is in. `None` before the first contract year, for a fiscal year that
    /// ends on no day, and where the period, or for fiscal periods their year, would leave the range
    /// of dates.
    #[must_use]
    pub fn containing(&self, date: Date) -> Option<Period> {
        self.beginning(self.first_month(date)?)
    }

    /// The `index`-th period, from 1, of a year: of the calendar year, of the fiscal year that
    /// ends in that calendar year, or of the contract year of that number.
    #[must_use]
    pub fn period(&self, year: i32, index: u32) -> Option<Period> {
        if !(1..=self.kind.per_year()).contains(&index) {
            return None;
        }
        let first_year = i64::from(matches!(self.basis, Basis::Contract { .. }));
        let before = i64::from(index - 1) * i64::from(self.kind.months());
        self.beginning((i64::from(year) - first_year) * 12 + before)
    }

    /// The period after the last day of this one.
    #[must_use]
    pub fn next(&self, period: &Period) -> Option<Period> {
        self.containing(period.end.next_day()?)
    }

    /// The period before the first day of this one.
    #[must_use]
    pub fn previous(&self, period: &Period) -> Option<Period> {
        self.containing(period.start.prev_day()?)
    }

    /// Every period that has a day from `from` to `to`, both included, in order. On a contract
    /// basis, from the first contract year on.
    #[must_use]
    pub fn between(&self, from: Date, to: Date) -> Vec<Period> {
        let from = match self.basis {
            Basis::Contract { anchor } => from.max(anchor),
            Basis::Calendar | Basis::Fiscal { .. } => from,
        };
        let first = if from <= to { self.containing(from) } else { None };
        std::iter::successors(first, |period| self.next(period))
            .take_while(|period| period.start <= to)
            .collect()
    }

    /// The year of this basis that the day is in.
    #[must_use]
    pub fn year_containing(&self, date: Date) -> Option<Period> {
        Cycle { kind: PeriodKind::Year, basis: self.basis }.containing(date)
    }
}
