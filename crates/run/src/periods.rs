//! Lengths of time and periods, as a deal counts them: calendar, the books of a party, years of the contract.

use crate::clock::{Clock, Focus};
use crate::unknown::{Eval, Unknown};
use counterpart_ledger as ledger;
use counterpart_num::{self as num, Date, Period};
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
                return Err(Unknown::new(match unit.as_str() {
                    "" => format!("the length of time is {why}"),
                    unit => format!("the number of {unit} is {why}"),
                }));
            }
        };
        if matches!(span, num::Span::BusinessDays(_)) && self.holidays_withheld() {
            return Err(Unknown::new("whose public holidays count is redacted or open"));
        }
        let moved = if back { span.before(day, self.calendar) } else { span.after(day, self.calendar) };
        moved.ok_or_else(|| Unknown::new(format!("{span} from {day} is beyond the calendar")))
    }

    /// Whether it is withheld whose public holidays are no business days.
    pub(crate) fn holidays_withheld(&self) -> bool {
        self.editions.first().header.business_days.iter().any(Name::is_blank)
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
            Basis::Fiscal => self.fiscal(cycle.party.as_ref())?,
        };
        Ok(num::Cycle::new(cycle.unit, basis))
    }

    /// The fiscal year of a party, or of the first that states one.
    ///
    /// # Errors
    /// Where it is not said whose they are.
    pub(crate) fn fiscal(&self, party: Option<&Name>) -> Eval<num::Basis> {
        if party.is_some_and(Name::is_blank) {
            return Err(Unknown::new("whose fiscal year it is is redacted or open"));
        }
        Ok(ledger::fiscal(self.model(), party))
    }

    /// The days a period label means; fiscal years are those of `party`.
    pub fn period(&self, label: PeriodLabel, party: Option<&Name>) -> Option<Period> {
        let first = &self.editions.first().header;
        ledger::days(label, (self.model(), party), (first, &|| self.effective()))
    }
}
