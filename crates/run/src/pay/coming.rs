//! The days on which payments are due that have not come: of instalments whose day is fixed, and of fees that come again.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::Date;
use counterpart_terms::model::{FeeWhen, Instalment, Pay};

impl Run<'_> {
    /// The next instalment with a day that is still to come.
    pub(crate) fn next_due(&self, pay: &Pay) -> Eval<Option<Date>> {
        Ok(self.coming_days(pay)?.into_iter().next())
    }

    /// The due days still to come of the instalments whose day is fixed; of those that come again, the next.
    pub(crate) fn coming_days(&self, pay: &Pay) -> Eval<Vec<Date>> {
        // An amendment may have taken it out by then.
        let stands = |day: &Date| self.model_on(*day).pays.contains_key(&pay.name);
        let mut days = self.scheduled(pay)?;
        days.retain(|day| *day > self.facts.as_of() && stands(day));
        days.dedup();
        Ok(days)
    }

    /// The due days of the instalments whose day is fixed, come or not; of those that come again, the next.
    pub(crate) fn scheduled(&self, pay: &Pay) -> Eval<Vec<Date>> {
        let mut days = Vec::new();
        for line in &pay.instalments {
            let day = match &line.when {
                FeeWhen::On(moment) | FeeWhen::By(moment) => self.clock().limit(moment, &Focus::default())?,
                FeeWhen::Within(within, moment, _) => match self.clock().limit(moment, &Focus::default())? {
                    Some(day) => Some(self.clock().shift(day, within, false)?),
                    None => None,
                },
                FeeWhen::Each { .. } => self.next_fee(pay, line)?,
                _ => None,
            };
            days.extend(self.rolled(pay.roll, day));
        }
        days.sort();
        Ok(days)
    }

    /// The day on which a fee that comes again is due next: as the terms stand then, which may have ended.
    fn next_fee(&self, pay: &Pay, line: &Instalment) -> Eval<Option<Date>> {
        let Some(day) = self.next_recurrence(line)? else { return Ok(None) };
        let then = self.on_another_day(day);
        // What it comes to then may hang on what nobody knows yet.
        let Ok(items) = then.items(&pay.name) else { return Ok(Some(day)) };
        let nothing = |amount: &Eval<Val>| amount.as_ref().is_ok_and(|v| v.number().is_zero());
        let fee = items.into_iter().find(|i| i.at == line.at && i.arisen >= day && !nothing(&i.amount));
        Ok(fee.and_then(|i| i.due))
    }
}

/// Whether a day is that of an agreement's beginning, in the same or a later year.
pub(super) fn is_anniversary(effective: Option<Date>, day: Date) -> bool {
    effective.is_some_and(|first| {
        let years = i64::from(day.year()) - i64::from(first.year());
        years >= 0 && first.add_months(12 * years) == Some(day)
    })
}
