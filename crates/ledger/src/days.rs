//! The days a period label means, as a deal counts them: calendar, the books of a party, years of the contract.

use counterpart_num::{Basis, Cycle, Date, Period, PeriodKind};
use counterpart_terms::model::{Header, Model};
use counterpart_terms::value::{Name, PeriodLabel};

/// The fiscal year of a party, or of the first that states one.
pub fn fiscal(model: &Model, party: Option<&Name>) -> Basis {
    let ends = match party {
        Some(party) => model.parties.get(party).and_then(|p| p.year_ends),
        None => model.parties.values().find_map(|p| p.year_ends),
    };
    let (year_end_month, year_end_day) = ends.unwrap_or((12, 31));
    Basis::Fiscal { year_end_month, year_end_day }
}

/// The days of a label: fiscal years are those of `party` in the model, years of the contract those of the first
/// header, counted from the day the deal took effect.
pub fn days(
    label: PeriodLabel,
    (model, party): (&Model, Option<&Name>),
    (first, effective): (&Header, &dyn Fn() -> Option<Date>),
) -> Option<Period> {
    let calendar = |kind, year, index| Cycle::new(kind, Basis::Calendar).period(year, index);
    let fiscal = |kind| Cycle::new(kind, fiscal(model, party));
    match label {
        PeriodLabel::Year(y) => calendar(PeriodKind::Year, y, 1),
        PeriodLabel::Quarter(y, q) => calendar(PeriodKind::Quarter, y, q),
        PeriodLabel::Quarters(y, a, b) => {
            let (first, last) = (calendar(PeriodKind::Quarter, y, a)?, calendar(PeriodKind::Quarter, y, b)?);
            Period::new(first.start, last.end)
        }
        PeriodLabel::Half(y, h) => calendar(PeriodKind::Half, y, h),
        PeriodLabel::Month(y, m) => calendar(PeriodKind::Month, y, m),
        PeriodLabel::FiscalYear(y) => fiscal(PeriodKind::Year).period(y, 1),
        PeriodLabel::FiscalQuarter(y, q) => fiscal(PeriodKind::Quarter).period(y, q),
        PeriodLabel::FiscalQuarters(y, a, b) => {
            let cycle = fiscal(PeriodKind::Quarter);
            Period::new(cycle.period(y, a)?.start, cycle.period(y, b)?.end)
        }
        PeriodLabel::ContractYear(_) if first.first_year_withheld => None,
        PeriodLabel::ContractYear(n) if first.contract_year.is_some() => {
            // Years that end on a day of the year, the first of them from the effective date.
            let ((month, day), ends) = first.contract_year?;
            let effective = effective()?;
            let end = ends.or_else(|| {
                let ends = |year| Date::new(year, month, day);
                ends(effective.year()).filter(|d| *d >= effective).or_else(|| ends(effective.year() + 1))
            })?;
            let years = i64::from(n.checked_sub(1)?);
            let start = if years == 0 { effective } else { end.add_years(years - 1)?.next_day()? };
            Period::new(start, end.add_years(years)?)
        }
        PeriodLabel::ContractYear(n) => {
            let anchor = effective()?;
            Cycle::new(PeriodKind::Year, Basis::Contract { anchor }).period(i32::try_from(n).ok()?, 1)
        }
    }
}
