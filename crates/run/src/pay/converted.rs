//! Sums of a payment that are stated in another money than it is paid in: each becomes that money by the rate of
//! its own day.

use super::Item;
use super::rules::spoil;
use crate::engine::Run;
use crate::exchange;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Currency, Date, Exact, Period};
use counterpart_terms::model::{ExchangeRule, Pay};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Converts what has arisen into the money each sum is paid in, where the clause names one.
    pub(super) fn all_converted(&self, name: &Name, items: &mut [Item]) {
        let only = items.len() == 1;
        for item in items {
            let Some(pay) = self.pay_on(name, item.terms) else { continue };
            if let Err(unknown) = self.convert_item(pay, item, only) {
                spoil(item, unknown);
            }
        }
    }

    fn convert_item(&self, pay: &Pay, item: &mut Item, only: bool) -> Eval<()> {
        let known = item.amount.as_ref().ok();
        let from = known.or(item.rest.as_ref()).and_then(Val::currency);
        let (Some(from), Some(to)) = (from, pay.currency) else { return Ok(()) };
        if let Some((rate, step)) = self.rate_into(pay, item, only, (from, to))? {
            super::rules::change(item, |sum| Val::money(sum.number() * &rate, to), step);
        }
        Ok(())
    }

    /// The rate at which a sum of a payment becomes another money, by the rule of the payment or else of the agreement,
    /// with the reason; none where it is in that money.
    pub(super) fn rate_into(
        &self,
        pay: &Pay,
        item: &Item,
        only: bool,
        (from, to): (Currency, Currency),
    ) -> Eval<Option<(Exact, Step)>> {
        if from == to {
            return Ok(None);
        }
        let of_deal = self.model_on(item.terms).header.exchange.as_ref();
        let Some(own) = pay.exchange.as_ref().or(of_deal) else {
            let why = format!("the deal does not say at which rate {from} becomes {to}");
            return Err(Unknown::new(why).at(pay.at));
        };
        // A rule without a source goes by the source of the agreement.
        let source = match of_deal {
            Some(of_deal) if own.source.is_empty() => &of_deal.source,
            _ => &own.source,
        };
        let period = rate_days(&own.rule, item.period, item.arisen).map_err(|u| u.at(own.at))?;
        let done = |what: &str| self.day_of(pay, item, only, what);
        let (rate, step) = exchange::rate(&self.facts, (source, &own.rule), (from, to), &period, &done)
            .map_err(|u| u.at(own.at))?;
        Ok(Some((rate, step.by(own.at))))
    }

    /// The day a sum was paid, or is due as long as it is not.
    fn day_of(&self, pay: &Pay, item: &Item, only: bool, what: &str) -> Eval<(Date, String)> {
        if what != "payment" {
            return Err(Unknown::new(format!("the journal tells no day of {what}, so no rate of that day")));
        }
        let paid = self.paid(&pay.name, None);
        if paid.is_empty() {
            let due = item.due.ok_or_else(|| Unknown::new("the day it is paid is not known"))?;
            return Ok((due, "the day it is due, as it is not paid".to_string()));
        }
        let its = |period: Option<Period>| only || (period.is_some() && period == item.period);
        let first = paid.iter().filter(|(_, period, _)| its(*period)).map(|(day, _, _)| *day).min();
        match (first, item.due) {
            (Some(day), _) => Ok((day, "the day it was paid".to_string())),
            (None, Some(due)) if item.period.is_some() && paid.iter().all(|(_, p, _)| p.is_some()) => {
                Ok((due, "the day it is due, as it is not paid".to_string()))
            }
            _ => Err(Unknown::new("which of several sums was paid on which day is not told")),
        }
    }
}

/// The days whose rates count for a sum: those of its period, or the day it arose where it is for none.
pub(super) fn rate_days(rule: &ExchangeRule, period: Option<Period>, day: Date) -> Eval<Period> {
    if let Some(period) = period.filter(|p| p.start < p.end && p.end <= day) {
        return Ok(period);
    }
    let on = match rule {
        ExchangeRule::PeriodMean => {
            return Err(Unknown::new(
                "the rate is a mean over a period, and the sum is for none that is over",
            ));
        }
        // The month that has ended last.
        ExchangeRule::MonthEnd if day != day.end_of_month() => {
            day.add_months(-1).map_or(day, |day| day.end_of_month())
        }
        _ => day,
    };
    Period::new(on, on).ok_or_else(|| Unknown::new("the day of the rate is beyond all calendars"))
}
