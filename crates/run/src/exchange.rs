//! Conversion of reported money into the money of account, by the deal's own rule.

use crate::facts::Facts;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, grouped};
use counterpart_num::{Currency, Date, Exact, Period};
use counterpart_terms::model::ExchangeRule;
use std::collections::BTreeMap;

/// The rate for a conversion, and where it comes from.
///
/// # Errors
/// Names the rates that are missing.
pub fn rate(
    facts: &Facts<'_>,
    (source, rule): (&str, &ExchangeRule),
    (from, to): (Currency, Currency),
    period: &Period,
    day: Option<Date>,
) -> Eval<(Exact, Step)> {
    let table = Table::of(facts, source, from, to);
    let what = |rate: &Exact| format!("1 {from} = {} {to}", grouped(rate));
    let missing = |when: String| Unknown::new(format!("no rate of {from} in {to} is told {when}"));
    match rule {
        ExchangeRule::PeriodMean => {
            let ends = month_ends(period.start, period.end);
            mean(&table, &ends, "mean of month-end rates in the period", &what, &missing)
        }
        ExchangeRule::YearToDateMean { prior_year_end } => {
            let start = Date::new(period.end.year(), 1, 1).unwrap_or(period.start);
            let mut ends = month_ends(start, period.end);
            if *prior_year_end && let Some(day) = start.prev_day() {
                ends.insert(0, day);
            }
            mean(&table, &ends, "mean of month-end rates of the year to date", &what, &missing)
        }
        ExchangeRule::DailyMean => {
            let days: Vec<Date> = table.0.keys().copied().filter(|d| period.contains(*d)).collect();
            if days.is_empty() {
                return Err(missing(format!("in {period}")));
            }
            mean(&table, &days, "mean of the rates in the period", &what, &missing)
        }
        ExchangeRule::PeriodEnd | ExchangeRule::MonthEnd | ExchangeRule::Party(_) => {
            let (day, rate) =
                table.last_until(period.end).ok_or_else(|| missing(format!("by {}", period.end)))?;
            let step = Step::new(what(&rate), Val::Number(rate.clone())).how(format!("rate of {day}"));
            Ok((rate, step))
        }
        ExchangeRule::OnDay(event) => {
            let day = day.unwrap_or(period.end);
            let (told, rate) = table.last_until(day).ok_or_else(|| missing(format!("by {day}")))?;
            let step = Step::new(what(&rate), Val::Number(rate.clone()))
                .how(format!("rate of {told}, for the day of {event}"));
            Ok((rate, step))
        }
    }
}

/// The rates of one pair by day.
struct Table(BTreeMap<Date, Exact>);

impl Table {
    fn of(facts: &Facts<'_>, source: &str, from: Currency, to: Currency) -> Table {
        let named =
            |s: &str| source.is_empty() || s == source || source.starts_with(s) || s.starts_with(source);
        let mut own = BTreeMap::new();
        let mut any = BTreeMap::new();
        for (day, told, a, b, rate) in facts.rates() {
            let value = if (a, b) == (from, to) {
                Some(rate.clone())
            } else if (a, b) == (to, from) {
                // A rate told the other way round: 1 / rate.
                rate.recip()
            } else {
                None
            };
            if let Some(value) = value {
                if named(told.as_str()) {
                    own.insert(day, value.clone());
                }
                any.insert(day, value);
            }
        }
        // Where the deal's source has told nothing of this pair, another's rates are better than none.
        Table(if own.is_empty() { any } else { own })
    }

    fn last_until(&self, day: Date) -> Option<(Date, Exact)> {
        self.0.range(..=day).next_back().map(|(d, r)| (*d, r.clone()))
    }

    /// The rate at the end of a month: of its last day, or the last told in the month.
    fn month_end(&self, end: Date) -> Option<(Date, Exact)> {
        self.last_until(end).filter(|(day, _)| *day >= end.start_of_month())
    }
}

fn month_ends(start: Date, end: Date) -> Vec<Date> {
    let mut out = Vec::new();
    let mut day = start.end_of_month();
    while day <= end {
        out.push(day);
        match day.next_day() {
            Some(next) => day = next.end_of_month(),
            None => break,
        }
    }
    out
}

fn mean(
    table: &Table,
    days: &[Date],
    how: &str,
    what: &dyn Fn(&Exact) -> String,
    missing: &dyn Fn(String) -> Unknown,
) -> Eval<(Exact, Step)> {
    let mut sum = Exact::zero();
    let mut shown = Vec::new();
    for day in days {
        let (_, rate) = table
            .month_end(*day)
            .ok_or_else(|| missing(format!("for the end of {}-{:02}", day.year(), day.month())))?;
        shown.push(grouped(&rate));
        sum += rate;
    }
    let count = Exact::from_int(days.len() as i64);
    let rate = sum.checked_div(&count).ok_or_else(|| missing("in the period".to_string()))?;
    let arithmetic = format!("{how}: ({}) / {}", shown.join(" + "), days.len());
    let step = Step::new(what(&rate), Val::Number(rate.clone())).how(arithmetic);
    Ok((rate, step))
}
