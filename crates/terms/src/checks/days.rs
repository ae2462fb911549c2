//! Days that the text alone fixes: dates, named periods, and lengths of time from the effective date.

use crate::model::Model;
use crate::record::Record;
use crate::value::{Duration, Edge, Moment, PeriodLabel, Value};
use counterpart_num::{Date, Span};

/// How a period is counted; only days of one kind compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Days of the calendar.
    Calendar,
    /// Years of a party whose last day may not be known: they compare among themselves.
    Fiscal,
}

/// The first and last day of what a value names; a day is its own first and last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub kind: Kind,
    pub first: Date,
    pub last: Date,
}

impl Stretch {
    fn day(day: Date) -> Stretch {
        Stretch { kind: Kind::Calendar, first: day, last: day }
    }
}

/// The days a value names, if the text fixes them.
pub(crate) fn of(model: &Model, value: &Value) -> Option<Stretch> {
    match value {
        Value::Date(date) => Some(Stretch::day(*date)),
        Value::Moment(moment) => self::moment(model, moment).map(Stretch::day),
        Value::Period(label) => period(model, *label),
        Value::Parts(parts) => match parts.0.as_slice() {
            [only] => of(model, &only.value),
            _ => None,
        },
        _ => None,
    }
}

/// The one day or period a line names.
pub(crate) fn line(model: &Model, line: &Record) -> Option<Stretch> {
    let mut named = line.parts.0.iter().filter_map(|p| of(model, &p.value));
    let first = named.next()?;
    // `until A or B` ends with the earlier, which events may bring: only a single day can be told.
    if named.next().is_some() { None } else { Some(first) }
}

/// The day of a moment, if the text fixes it.
pub(crate) fn moment(model: &Model, moment: &Moment) -> Option<Date> {
    match moment {
        Moment::On(date) => Some(*date),
        Moment::Effective => model.header.effective,
        Moment::Signature => model.header.signed,
        Moment::Of(edge, label) => {
            let days = period(model, *label).filter(|s| s.kind == Kind::Calendar)?;
            Some(if *edge == Edge::Start { days.first } else { days.last })
        }
        Moment::Anniversary(number, base) if *number > 0 => {
            self::moment(model, base)?.add_years(i64::from(*number))
        }
        Moment::Shift { by: Duration::Span(span), back, from } => {
            let day = self::moment(model, from)?;
            let sign = if *back { -1 } else { 1 };
            match span {
                Span::Days(n) => day.add_days(sign * i64::from(*n)),
                Span::Weeks(n) => day.add_days(sign * 7 * i64::from(*n)),
                // Business days depend on a calendar the text may not name.
                Span::BusinessDays(_) => None,
                other => day.add_months(sign * i64::try_from(other.months()?).ok()?),
            }
        }
        Moment::Latest(of) => all(model, of)?.into_iter().max(),
        Moment::Earliest(of) => all(model, of)?.into_iter().min(),
        _ => None,
    }
}

fn all(model: &Model, of: &[Moment]) -> Option<Vec<Date>> {
    of.iter().map(|m| moment(model, m)).collect()
}

/// The days of a named period. Fiscal years are laid on the calendar year they are called by.
pub(crate) fn period(model: &Model, label: PeriodLabel) -> Option<Stretch> {
    let months = |year: i32, first: u32, count: u32| -> Option<(Date, Date)> {
        let start = Date::new(year, first, 1)?;
        let end = start.add_months(i64::from(count))?.prev_day()?;
        Some((start, end))
    };
    let (kind, (first, last)) = match label {
        PeriodLabel::Year(y) => (Kind::Calendar, months(y, 1, 12)?),
        PeriodLabel::Half(y, h) => (Kind::Calendar, months(y, (h.checked_sub(1)?) * 6 + 1, 6)?),
        PeriodLabel::Quarter(y, q) => (Kind::Calendar, months(y, (q.checked_sub(1)?) * 3 + 1, 3)?),
        PeriodLabel::Quarters(y, q, to) => {
            (Kind::Calendar, months(y, (q.checked_sub(1)?) * 3 + 1, 3 * (to.checked_sub(q)? + 1))?)
        }
        PeriodLabel::FiscalQuarters(y, q, to) => {
            (Kind::Fiscal, months(y, (q.checked_sub(1)?) * 3 + 1, 3 * (to.checked_sub(q)? + 1))?)
        }
        PeriodLabel::Month(y, m) => (Kind::Calendar, months(y, m, 1)?),
        PeriodLabel::FiscalYear(y) => (Kind::Fiscal, months(y, 1, 12)?),
        PeriodLabel::FiscalQuarter(y, q) => (Kind::Fiscal, months(y, (q.checked_sub(1)?) * 3 + 1, 3)?),
        PeriodLabel::ContractYear(n) => {
            let start = model.header.effective?.add_years(i64::from(n) - 1)?;
            (Kind::Calendar, (start, start.add_years(1)?.prev_day()?))
        }
    };
    Some(Stretch { kind, first, last })
}
