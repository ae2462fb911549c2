//! When a condition came true, and when recurring fees recur.

use super::coming::is_anniversary;
use super::deadlines::is_on_a_deadline;
use super::is_a_payment;
use crate::clock::Focus;
use crate::condition::of_payments;
use crate::condition::shown::{is_shown_by_sale, shows};
use crate::engine::Run;
use crate::rights::Stretch;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::{self as num, Date, Period, PeriodKind};
use counterpart_terms::model::{FeeWhen, Instalment, Model, Pay, Per};
use counterpart_terms::value::time::Basis;
use counterpart_terms::value::{Condition, Name, Territory, Value};

/// A day on which a condition came true.
#[derive(Debug, Clone)]
pub(crate) struct Occasion {
    pub day: Date,
    pub product: Option<Name>,
    pub place: Option<Name>,
    /// The indication, or another thing of which there are several.
    pub of: Option<Name>,
    pub period: Option<Period>,
    /// Why it cannot be said whether the condition came true, from this day on.
    pub unknown: Option<Unknown>,
}

impl Run<'_> {
    /// The days a condition came true, as often as the line lets it count.
    pub(crate) fn occasions(&self, pay: &Pay, line: &Instalment, when: &Condition) -> Eval<Vec<Occasion>> {
        let mut found = match when.waits_for() {
            Some((name, territory)) if self.is_told(name) && !when.has_blank() => {
                self.reached(name, territory, line, when)?
            }
            _ => self.transitions(when)?,
        };
        let other = |o: &Occasion| o.product.as_ref().is_some_and(|p| !pay.of.contains(p));
        if pay.of.iter().any(Name::is_blank) && found.iter().any(other) {
            return Err(Unknown::new("what the payment is for is redacted or open").at(pay.at));
        }
        if !pay.of.is_empty() {
            found.retain(|o| o.product.as_ref().is_none_or(|p| pay.of.contains(p)));
        }
        let each = pay.each_of(line);
        if each.each_time {
            return Ok(found);
        }
        let mut seen: Vec<(Option<Name>, Option<Name>, Option<Name>)> = Vec::new();
        found.retain(|o| {
            let product = each.per.iter().any(|p| matches!(p, Per::Product | Per::Dimension(_)));
            let place = each.per.iter().any(|p| matches!(p, Per::Country | Per::Region));
            let of = each.per.iter().any(|p| matches!(p, Per::Indication | Per::Field | Per::Dimension(_)));
            let key = (
                o.product.clone().filter(|_| product),
                o.place.clone().filter(|_| place),
                o.of.clone().filter(|_| of),
            );
            let new = !seen.contains(&key);
            seen.push(key);
            new
        });
        Ok(found)
    }

    /// Whether a name is something the journal tells of, rather than something computed.
    fn is_told(&self, name: &Name) -> bool {
        let computed = |model: &Model| {
            model.market.milestones.get(name).is_some_and(|m| m.reached_when.is_some())
                || model.grants.contains_key(name)
                || model.market.metrics.contains_key(name)
        };
        !self.models().any(computed)
    }

    fn reached(
        &self,
        wanted: &Name,
        territory: Option<&Territory>,
        line: &Instalment,
        when: &Condition,
    ) -> Eval<Vec<Occasion>> {
        let state = match when {
            Condition::State { state, .. } => state.as_str(),
            _ => "met",
        };
        let mut out = self.begun_there(wanted, territory, line);
        for event in self.facts.events() {
            let market = &self.model_on(event.date).market;
            let (product, place, of) = match &event.kind {
                EventKind::Reached { name, product, place, of } if name == wanted => {
                    (product.clone().or(of.clone()), place.clone(), of.clone())
                }
                EventKind::Exercised(name, _) if name == wanted => (None, None, None),
                EventKind::Began(name, place) if name == wanted => (None, place.clone(), None),
                EventKind::Determined { name, yes: Some(true), .. } if name == wanted => (None, None, None),
                EventKind::Told { word, name: Some(name), place, .. }
                    if name == wanted && shows(word, state) =>
                {
                    (None, place.clone(), None)
                }
                EventKind::FirstSale { product: Some(name), place, .. }
                    if name == wanted && is_shown_by_sale(state) =>
                {
                    (Some(name.clone()), place.clone(), None)
                }
                EventKind::Paid { stream, .. }
                    if stream == wanted
                        && (state == "paid" || is_a_payment(&self.machine.editions, wanted)) =>
                {
                    (None, None, None)
                }
                _ => continue,
            };
            let inside = |territory: &Territory| {
                place.as_ref().is_some_and(|place| {
                    let named = territory.places.contains(place);
                    named || market.places(territory, event.date).contains(place.as_str())
                })
            };
            if territory.is_some_and(|t| !inside(t)) || line.territory.as_ref().is_some_and(|t| !inside(t)) {
                continue;
            }
            let focus = Focus {
                product: product.clone(),
                // The territory of the test has been looked at; a group such as EU is no country.
                place: place.clone().filter(|_| territory.is_none()),
                period: Period::new(event.date, event.date),
                ..Focus::default()
            };
            let on = event.date;
            let holds = match when {
                // A part of what is owed is not it.
                Condition::State { .. } if state == "paid" && self.is_payment(wanted) => {
                    let focus = Focus { comes: true, ..focus };
                    !self.is_too_soon(when, on) && self.ask_test((when, on), |run| run.holds(when, &focus))?
                }
                Condition::State { .. } | Condition::Happens(_) => true,
                _ => self.holds(when, &focus)?,
            };
            if holds {
                out.push(Occasion { day: event.date, product, place, of, period: None, unknown: None });
            }
        }
        out.sort_by_key(|occasion| occasion.day);
        // `by` inside the test: `when Phase-1 is met by 2027-06-30`.
        if let Condition::State { by: Some(by), .. } = when {
            let limit = self.clock().limit(by, &Focus::default())?;
            out.retain(|o| limit.is_none_or(|l| o.day <= l));
        }
        Ok(out)
    }

    /// The days on which a trigger began an event, or may have, in the countries that count.
    fn begun_there(&self, wanted: &Name, territory: Option<&Territory>, line: &Instalment) -> Vec<Occasion> {
        let stretches = self.stretches(wanted, None);
        let here = |stretch: &&Stretch| {
            let place = stretch.set_off.as_ref().and_then(|by| by.place.as_ref());
            let market = &self.model_on(stretch.from).market;
            territory.into_iter().chain(&line.territory).all(|territory| {
                place.is_some_and(|place| {
                    territory.places.contains(place)
                        || market.places(territory, stretch.from).contains(place.as_str())
                })
            })
        };
        let begun = stretches.iter().filter(|stretch| stretch.set_off.is_some() || stretch.doubt.is_some());
        let begun = begun.filter(|stretch| stretch.from <= self.facts.as_of()).filter(here);
        let occasion = |stretch: &Stretch| Occasion {
            day: stretch.from,
            product: None,
            place: stretch.set_off.as_ref().and_then(|by| by.place.clone()),
            of: None,
            period: None,
            unknown: stretch.doubt.clone(),
        };
        begun.map(occasion).collect()
    }

    /// The ends of reported periods, and days of events, at which a condition turned from false to true.
    fn transitions(&self, when: &Condition) -> Eval<Vec<Occasion>> {
        // Each with the day on which it was told.
        let mut points: Vec<(Date, Option<Period>, Date)> = Vec::new();
        for event in self.facts.events() {
            match &event.kind {
                EventKind::Reported { label: Some(label), by, .. } => {
                    if let Some(period) = self.clock().period(*label, by.as_ref()) {
                        points.push((period.end, Some(period), event.date));
                    }
                }
                _ => points.push((event.date, None, event.date)),
            }
        }
        points.extend(self.clock().effective().map(|d| (d, None, d)));
        // No entry has the day on which a notice has run.
        points.extend(self.clock().terminated().and_then(|found| found.end.ok()).map(|d| (d, None, d)));
        // Nor has the day after one that passed.
        let passed = self.deadlines_passed(when).into_iter().filter(|day| *day > Date::MIN);
        points.extend(passed.map(|day| (day, None, day)));
        points.sort_by_key(|(day, period, told)| (*day, period.map(|p| p.start), *told));
        points.dedup();
        // A figure of a payment is what it was on the day, and what is late is so on the day.
        let in_a_circle = self.machine.circles.contain(when);
        let of_payments = is_on_payments(when) || in_a_circle;
        let mut held = false;
        let mut year = None;
        let mut out = Vec::new();
        let mut unsure = None;
        let today = self.facts.as_of();
        for (day, period, told) in points.into_iter().filter(|(d, ..)| *d <= today) {
            let Some(at) = period.or_else(|| Period::new(day, day)) else { continue };
            let focus = Focus { until: Some(day), comes: true, ..Focus::of(at) };
            let told = told.max(day).min(today);
            let holds = match of_payments {
                true if self.is_too_soon(when, told) => continue,
                true => self.ask_test((when, told), |run| run.holds(when, &focus)),
                false => self.holds(when, &focus),
            };
            // What hangs on another test in the circle is seen on the day after.
            let after = told.next_day().filter(|after| in_a_circle && *after <= today);
            let holds = match (holds, after) {
                (Ok(false), Some(after)) if !self.is_too_soon(when, after) => {
                    self.ask_test((when, after), |run| run.holds(when, &focus))
                }
                (holds, _) => holds,
            };
            let holds = match holds {
                Ok(holds) => holds,
                // What nobody reported yet, or what hangs on a day to come, has not come true.
                Err(unknown) if unknown.gap != Gap::Missing => false,
                Err(unknown) => {
                    unsure.get_or_insert(Occasion {
                        day,
                        product: None,
                        place: None,
                        of: None,
                        period,
                        unknown: Some(unknown),
                    });
                    false
                }
            };
            // Yearly sums begin anew each year, so the same threshold can be passed again.
            let again = by_year(when) && year != Some(day.year());
            if holds && (!held || again) {
                out.push(Occasion { day, product: None, place: None, of: None, period, unknown: None });
                unsure = None;
                year = Some(day.year());
            }
            // An event between two reports says nothing about sums.
            if period.is_some() || !holds {
                held = if period.is_some() || !by_year(when) { holds } else { held };
            } else {
                held = true;
            }
        }
        out.extend(unsure);
        Ok(out)
    }

    /// The periods a recurring fee is for, as far as they have begun.
    pub(crate) fn recurrences(&self, line: &Instalment) -> Eval<Vec<(Period, Date)>> {
        self.recurrences_by(line, self.facts.as_of())
    }

    /// The next day a recurring fee arises, by what is known now.
    pub(crate) fn next_recurrence(&self, line: &Instalment) -> Eval<Option<Date>> {
        let FeeWhen::Each { unit, .. } = &line.when else { return Ok(None) };
        let as_of = self.facts.as_of();
        // A fee that begins on a day to come, and one that has its day late in its period, arise in the one after.
        let starts = self.recurs_from(line)?.unwrap_or(as_of).max(as_of);
        let Some(last) = starts.add_months(2 * i64::from(unit.months())) else { return Ok(None) };
        let coming = self.recurrences_by(line, last)?;
        Ok(coming.into_iter().map(|(_, day)| day).find(|day| *day > as_of))
    }

    /// The day a recurring fee begins, where the line says it.
    fn recurs_from(&self, line: &Instalment) -> Eval<Option<Date>> {
        let FeeWhen::Each { party, from, .. } = &line.when else { return Ok(None) };
        match from {
            Some(Value::Period(label)) => Ok(self.clock().period(*label, party.as_ref()).map(|p| p.start)),
            Some(Value::Moment(moment)) => self.clock().limit(moment, &Focus::default()),
            _ => Ok(None),
        }
    }

    /// The periods a recurring fee is for that begin by a day.
    fn recurrences_by(&self, line: &Instalment, last: Date) -> Eval<Vec<(Period, Date)>> {
        let FeeWhen::Each { unit, basis, party, within, unknown, on, while_, from, until } = &line.when
        else {
            return Ok(Vec::new());
        };
        if let Some(why) = unknown.as_ref().and_then(|u| u.why_unknown()) {
            return Err(Unknown::new(format!("the period is {why}")).at(line.at));
        }
        let clock = self.clock();
        let effective = clock.effective_day().map(|day| day.or_else(|| self.first_day()));
        let start = match from {
            Some(Value::Period(_) | Value::Moment(_)) => self.recurs_from(line)?,
            _ => effective.clone().map_err(|u| u.at(line.at))?,
        };
        let Some(start) = start else { return Ok(Vec::new()) };
        let until = match until {
            Some(moment) => clock.limit(moment, &Focus::default())?,
            None => None,
        };
        let within = within.and_then(|label| clock.period(label, party.as_ref()));
        let start = within.map_or(start, |w| w.start.max(start));
        let by_the_calendar = *basis == Some(Basis::Calendar);
        let basis = match basis {
            Some(Basis::Contract) => {
                num::Basis::Contract { anchor: effective.map_err(|u| u.at(line.at))?.unwrap_or(start) }
            }
            Some(Basis::Fiscal) => clock.fiscal(party.as_ref()).map_err(|u| u.at(line.at))?,
            Some(Basis::Calendar) => num::Basis::Calendar,
            // What begins on an anniversary of the agreement is counted as its years are.
            None if is_anniversary(effective.as_ref().ok().copied().flatten(), start)
                && *unit == PeriodKind::Year
                && on.is_none()
                && within.is_none()
                && matches!(from, None | Some(Value::Moment(_))) =>
            {
                num::Basis::Contract { anchor: effective.map_err(|u| u.at(line.at))?.unwrap_or(start) }
            }
            // `each year` without a day runs from the day it begins.
            None if from.is_none() && within.is_none() => num::Basis::Contract { anchor: start },
            None if on.is_none() && *unit == PeriodKind::Year && matches!(from, Some(Value::Moment(_))) => {
                num::Basis::Contract { anchor: start }
            }
            None => num::Basis::Calendar,
        };
        let cycle = num::Cycle::new(*unit, basis);
        let mut out = Vec::new();
        for period in cycle.between(start, last) {
            // The year of the calendar in which it begins to run is owed from then.
            let first = by_the_calendar && on.is_none() && !line.arrears && period.contains(start);
            let day = if first { start } else { self.recurring_day(line, &period) };
            if day < start || until.is_some_and(|u| day > u) || within.is_some_and(|w| !w.contains(day)) {
                continue;
            }
            let holds = match while_ {
                Some(condition) => {
                    self.holds(condition, &Focus { period: Period::new(day, day), ..Focus::default() })?
                }
                None => true,
            };
            if holds {
                out.push((period, day));
            }
        }
        Ok(out)
    }

    /// The day a recurring fee falls due in its period: the day stated, or its first, or in arrears its last.
    pub(crate) fn recurring_day(&self, line: &Instalment, period: &Period) -> Date {
        let FeeWhen::Each { on: Some((month, day)), .. } = &line.when else {
            return if line.arrears { period.end } else { period.start };
        };
        let years = period.start.year()..=period.end.year();
        years
            .filter_map(|y| day_of_year(y, *month, *day))
            .find(|d| period.contains(*d))
            .unwrap_or(period.start)
    }
}

/// A day of the year; in a common year the last of February stands for its 29th.
pub(crate) fn day_of_year(year: i32, month: u32, day: u32) -> Option<Date> {
    let leap_day = month == 2 && day == 29;
    Date::new(year, month, day).or_else(|| Date::new(year, 2, 28).filter(|_| leap_day))
}

/// Whether a condition is on figures of payments.
fn is_on_payments(when: &Condition) -> bool {
    match when {
        Condition::Compare { left, right, .. } => of_payments(left) || of_payments(right),
        Condition::Nil { left, .. } => of_payments(left),
        Condition::All(all) | Condition::Any(all) => all.iter().any(is_on_payments),
        Condition::Not(inner) => is_on_payments(inner),
        _ => is_on_a_deadline(when),
    }
}

/// Whether a condition is on sums of a year.
fn by_year(when: &Condition) -> bool {
    use counterpart_terms::value::{Amount, Window};
    let yearly = |w: &Option<Window>| {
        matches!(w, Some(Window::One { unit: PeriodKind::Year, .. }))
            || matches!(w, Some(Window::Each(c)) if c.unit == PeriodKind::Year)
    };
    match when {
        Condition::Compare { left, window, .. } => {
            yearly(window) || matches!(left, Amount::Measure(m) if yearly(&m.window))
        }
        Condition::All(all) | Condition::Any(all) => all.iter().any(by_year),
        _ => false,
    }
}
