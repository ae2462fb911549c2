//! Conversion of reported money into the money of account, by the deal's own rule.
//!
//! A rate stands for the day it is told for and, where that day is a day off, for the few days after it. Only
//! the source the deal names counts: where it is silent the figure is unknown, whoever else told a rate.

use crate::engine::Run;
use crate::facts::Facts;
use crate::measure::Filter;
use crate::royalty;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, grouped};
use counterpart_num::{Currency, Date, Exact, Period};
use counterpart_terms::model::{ExchangeRule, Royalty};
use counterpart_terms::value::Name;
use std::collections::{BTreeMap, BTreeSet};

/// How many days before a day the last rate may be: a long weekend, or the days off around a year end.
const FEW_DAYS: i64 = 7;

/// The rate for a conversion, and where it comes from. `done` says on which day something was done, as the
/// payment or the report, and how that day is known.
///
/// # Errors
/// Names the rates that are missing.
pub fn rate(
    facts: &Facts<'_>,
    (source, rule): (&str, &ExchangeRule),
    (from, to): (Currency, Currency),
    period: &Period,
    done: &dyn Fn(&str) -> Eval<(Date, String)>,
) -> Eval<(Exact, Step)> {
    let table = facts.rates_of(source, from, to)?;
    let months = month_ends(period.start, period.end);
    match rule {
        ExchangeRule::PeriodMean => {
            table.mean(&months, "mean of month-end rates in the period", facts.as_of())
        }
        ExchangeRule::YearToDateMean { prior_year_end } => {
            let start = Date::new(period.end.year(), 1, 1).unwrap_or(period.start);
            let mut ends = month_ends(start, period.end);
            if *prior_year_end && let Some(day) = start.prev_day() {
                ends.insert(0, day);
            }
            table.mean(&ends, "mean of month-end rates of the year to date", facts.as_of())
        }
        ExchangeRule::DailyMean => {
            let days: Vec<Date> = table.own.keys().copied().filter(|d| period.contains(*d)).collect();
            if days.is_empty() {
                return Err(table.missing(&format!("in {period}"), |d| period.contains(d)));
            }
            table.mean(&days, "mean of the rates told in the period", facts.as_of())
        }
        ExchangeRule::MonthEnd if months.len() > 1 => {
            let rates = months.iter().map(|day| table.by(*day, facts.as_of()).map(|(_, rate)| rate));
            let rates = rates.collect::<Eval<Vec<Exact>>>()?;
            match rates.split_first() {
                Some((rate, others)) if others.iter().all(|other| other == rate) => {
                    Ok((rate.clone(), table.step(rate).how(format!("rate of each month of {period}"))))
                }
                _ => Err(Unknown::new(format!(
                    "each month is turned at its own rate, and what of {period} is of which month is not told"
                ))),
            }
        }
        ExchangeRule::PeriodEnd | ExchangeRule::MonthEnd | ExchangeRule::Party(_) => {
            let (day, rate) = table.by(period.end, facts.as_of())?;
            let how = if day == period.end {
                format!("rate of {day}")
            } else {
                format!("rate of {day}, the last before {}", period.end)
            };
            Ok((rate.clone(), table.step(&rate).how(how)))
        }
        ExchangeRule::OnDay(event) => {
            let (day, why) = done(event)?;
            if day > facts.as_of() {
                return Err(Unknown::not_yet(format!("the rate of {day}, {why}, is not known yet")));
            }
            let (told, rate) = table.near(day)?;
            let of = if told == day { String::new() } else { format!(" for {day}") };
            Ok((rate.clone(), table.step(&rate).how(format!("rate of {told}{of}, {why}"))))
        }
    }
}

impl Run<'_> {
    /// The day something was done about what was reported for a period, as its payment, and how it is known.
    ///
    /// # Errors
    /// Where no day is told or agreed.
    pub(crate) fn day_done(
        &self,
        what: &str,
        metric: &Name,
        filter: &Filter,
        period: &Period,
    ) -> Eval<(Date, String)> {
        match what {
            "report" => {
                let day = self.reported_on(metric, period);
                let day =
                    day.ok_or_else(|| Unknown::new(format!("no day is told on which {period} was reported")));
                day.map(|d| (d, format!("the day {period} was reported")))
            }
            "payment" => {
                let (royalty, period) = self.paid_for(metric, filter, period)?;
                let paid = self.paid(&royalty.name, filter.by.as_ref());
                let first = paid.iter().filter(|(_, p, _)| *p == Some(period)).map(|(day, _, _)| *day).min();
                if let Some(day) = first {
                    return Ok((day, format!("the day {period} was paid")));
                }
                let due = self.due_day(royalty, &period)?;
                let due =
                    due.ok_or_else(|| Unknown::new(format!("no day is agreed on which {period} is paid")))?;
                Ok((due, format!("the day {period} is due, as it is not paid")))
            }
            other => {
                Err(Unknown::new(format!("the journal tells no day of {other}, so no rate of that day")))
            }
        }
    }

    /// The royalty and its period that a report is for: the one that asks, or the only one that rests on it.
    fn paid_for(&self, metric: &Name, filter: &Filter, period: &Period) -> Eval<(&Royalty, Period)> {
        if let Some(stream) = &filter.stream {
            return Ok((royalty::find(self, stream, Some(period.start))?, *period));
        }
        let rests = |r: &&Royalty| royalty::reported_metrics(self, r, period.start).contains(metric);
        let mut found = self.model_on(period.start).royalties.values().filter(rests);
        let (Some(only), None) = (found.next(), found.next()) else {
            return Err(Unknown::new(format!(
                "the rate of `{metric}` is that of the day of payment, and not one payment alone rests on it"
            )));
        };
        let cycle = royalty::payment_cycle(self, only, period.start)?;
        Ok((only, cycle.containing(period.end).unwrap_or(*period)))
    }
}

/// The rates of one pair by day.
pub(crate) struct Table {
    source: String,
    from: Currency,
    to: Currency,
    /// Told by the deal's source.
    own: BTreeMap<Date, Exact>,
    /// Told by others, who they are.
    others: BTreeMap<Date, Name>,
    /// The other pairs of which the deal's source tells rates.
    beside: BTreeSet<(Currency, Currency)>,
}

impl Table {
    /// The rates of a pair, among all that are told.
    ///
    /// # Errors
    /// Where several tell them and the deal names none.
    pub fn of(facts: &Facts<'_>, source: &str, from: Currency, to: Currency) -> Eval<Table> {
        let (own, others, beside) = Default::default();
        let mut table = Table { source: source.to_string(), from, to, own, others, beside };
        let mut told_by: Option<&Name> = None;
        for (day, told, a, b, rate) in facts.rates() {
            let value = if (a, b) == (from, to) {
                Some(rate.clone())
            } else if (a, b) == (to, from) {
                // A rate told the other way round: 1 / rate.
                rate.recip()
            } else {
                None
            };
            let Some(value) = value else {
                if is_source(source, told.as_str()) {
                    table.beside.insert((a, b));
                }
                continue;
            };
            if !is_source(source, told.as_str()) {
                table.others.insert(day, told.clone());
                continue;
            }
            // Where the deal names no source there must be one only.
            if let Some(other) = told_by.filter(|other| source.is_empty() && *other != told) {
                return Err(Unknown::new(format!(
                    "rates of {from} in {to} are told by {other} and by {told}, and the deal names no source"
                )));
            }
            told_by = Some(told);
            // Told again for the same day, the later entry counts.
            table.own.insert(day, value);
        }
        Ok(table)
    }

    fn step(&self, rate: &Exact) -> Step {
        Step::new(format!("1 {} = {} {}", self.from, grouped(rate), self.to), Val::Number(rate.clone()))
    }

    /// The rate of a day, or of the last day before it that is only a few days back.
    fn near(&self, day: Date) -> Eval<(Date, Exact)> {
        let here = |told: Date| told <= day && told.days_until(day) <= FEW_DAYS;
        let last = self.own.range(..=day).next_back().filter(|(told, _)| here(**told));
        last.map(|(told, rate)| (*told, rate.clone())).ok_or_else(|| {
            let mut why = self.missing(&format!("for {day}"), here);
            if let Some((told, _)) = self.own.range(..=day).next_back() {
                why.reason.push_str(&format!("; the last is of {told}"));
            }
            why
        })
    }

    /// That a rate is missing, and who told one that does not count.
    fn missing(&self, when: &str, here: impl Fn(Date) -> bool) -> Unknown {
        let by = if self.source.is_empty() { String::new() } else { format!(" by {}", self.source) };
        let mut reason = format!("no rate of {} in {} is told{by} {when}", self.from, self.to);
        if let Some((day, other)) = self.others.iter().rev().find(|(day, _)| here(**day)) {
            reason.push_str(&format!("; {other} told one on {day}, but the deal names {}", self.source));
        }
        if self.own.is_empty() && !self.beside.is_empty() {
            let pairs: Vec<String> = self.beside.iter().map(|(a, b)| format!("{a} in {b}")).collect();
            reason.push_str(&format!(
                "; told are those of {}, and the deal does not say that a rate is made of others",
                pairs.join(" and of ")
            ));
        }
        Unknown::new(reason)
    }

    /// The same, as of a day: the rate of a day to come is not known yet.
    fn by(&self, day: Date, as_of: Date) -> Eval<(Date, Exact)> {
        self.near(day).map_err(|why| match day > as_of {
            true => Unknown::not_yet(format!("the rate of {day} is not known yet")),
            false => why,
        })
    }

    fn mean(&self, days: &[Date], how: &str, as_of: Date) -> Eval<(Exact, Step)> {
        let mut sum = Exact::zero();
        let mut shown = Vec::new();
        for day in days {
            let (_, rate) = self.by(*day, as_of)?;
            shown.push(grouped(&rate));
            sum += rate;
        }
        let count = Exact::from_int(i64::try_from(days.len()).unwrap_or(0));
        let rate = sum.checked_div(&count).ok_or_else(|| self.missing("in the period", |_| false))?;
        let arithmetic = format!("{how}: ({}) / {}", shown.join(" + "), days.len());
        Ok((rate.clone(), self.step(&rate).how(arithmetic)))
    }
}

/// Whether who told a rate is the source a deal names: by the same words, or by initials as `WSJ`.
fn is_source(named: &str, told: &str) -> bool {
    if named.is_empty() {
        return true;
    }
    let words = |text: &str| -> Vec<String> {
        let split = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        split.map(str::to_lowercase).collect()
    };
    let (named, told) = (words(named), words(told));
    holds(&named, &told) || initials(&named, &told) || initials(&told, &named)
}

/// Whether words hold others, one after another.
fn holds(all: &[String], some: &[String]) -> bool {
    !some.is_empty() && all.windows(some.len()).any(|w| w == some)
}

/// Whether a single word is made of the initials of words that follow one another.
fn initials(all: &[String], short: &[String]) -> bool {
    let [short] = short else { return false };
    let letters = short.chars().count();
    letters > 1
        && all.windows(letters).any(|w| w.iter().map(|word| word.chars().next()).eq(short.chars().map(Some)))
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
