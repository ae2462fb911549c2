//! The last months or years of a royalty: the periods that make them up.
//!
//! A royalty is computed for a period as a whole, so that it has none of a month in the middle of a quarter: its last 12
//! months are the last four quarters that are over. They count once all of them are reported.

use super::within;
use crate::engine::Run;
use crate::royalty;
use crate::unknown::{Eval, Unknown};
use counterpart_num::{Date, Period, PeriodKind};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The time that the last so many months, quarters or years of a royalty are on a day; nothing where the name is of
    /// another payment.
    ///
    /// # Errors
    /// Where its periods do not make them up, or one of them is not reported.
    pub(super) fn last_periods(
        &self,
        name: &Name,
        (count, unit): (u32, PeriodKind),
        day: Date,
    ) -> Eval<Option<Period>> {
        if self.pay_named(name).is_some() {
            return Ok(None);
        }
        let Ok(royalty) = royalty::find(self, name, None) else { return Ok(None) };
        let beyond = || Unknown::not_yet("the period is beyond the calendar");
        let cycle = royalty::payment_cycle(self, royalty, day)?;
        let running = cycle.containing(day).ok_or_else(beyond)?;
        let over = if running.end <= day { running } else { cycle.previous(&running).ok_or_else(beyond)? };
        let whole = Period::trailing(count, unit, over.end).ok_or_else(beyond)?;
        if cycle.containing(whole.start).is_some_and(|first| first.start != whole.start) {
            let why =
                format!("`{name}` is computed by the {}, and no such periods make up {whole}", cycle.kind);
            return Err(Unknown::new(why).at(royalty.at));
        }
        for payer in self.payers(name) {
            let series = self.series_of(name, payer.as_ref())?;
            for part in series.parts.iter().filter(|part| within(&part.period, &whole)) {
                let this = |period: &Period| *period == part.period;
                royalty::heard_by(self, royalty, &series.parts, part.period.end, &this)?;
            }
        }
        Ok(Some(whole))
    }
}
