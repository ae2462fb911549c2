//! Late interest: its rate, from when it runs, and how it is counted.

use super::clauses::{percent, unit};
use crate::record::At;
use crate::value::{Amount, Duration, Known, Moment, Name, Value};
use counterpart_num::{DayCount, Exact, PeriodKind};
use counterpart_syntax::Label;

/// What late interest is reckoned by.
#[derive(Debug, Clone)]
pub enum InterestRate {
    /// A fixed rate.
    Fixed(Known<Exact>),
    /// An index, plus a margin.
    Index(Name, Option<Known<Exact>>),
}

/// The day whose index counts for the whole time an amount is late.
#[derive(Debug, Clone)]
pub enum FixedOn {
    /// The first day on which it was late.
    FirstLateDay,
    /// Another.
    Moment(Moment),
}

/// Late interest.
#[derive(Debug, Clone)]
pub struct Interest {
    /// The rate.
    pub rate: InterestRate,
    /// A rate a month rather than a year.
    pub monthly: bool,
    /// Interest runs from this day after the due day; 1 where not stated.
    pub from_day: u32,
    /// Why that day is not known, where the text does not give it.
    pub withheld: Option<String>,
    /// No interest before this much delay.
    pub grace: Option<Duration>,
    /// The index of this day counts throughout, instead of each day's.
    pub fixed_on: Option<FixedOn>,
    /// Compounded each month, quarter or year; simple where `None`.
    pub compounded: Option<PeriodKind>,
    /// Compounded on this day each year: month, day.
    pub compounded_on: Option<(u32, u32)>,
    /// How days are counted.
    pub count: DayCount,
    /// Not above this rate.
    pub at_most: Option<Known<Exact>>,
    /// Not above what the law allows, whatever that is.
    pub legal_maximum: bool,
    /// The clause.
    pub at: At,
}

impl Interest {
    pub(super) fn read(value: &Value, at: At) -> Option<Interest> {
        let Value::Parts(parts) = value else { return None };
        let rate = match (percent(parts, Label::Rate), parts.name(Label::Index)) {
            (Some(rate), _) => InterestRate::Fixed(rate),
            (None, Some(index)) => InterestRate::Index(index.clone(), percent(parts, Label::Margin)),
            (None, None) => return None,
        };
        let mut interest = Interest {
            rate,
            monthly: parts.word(Label::Per) == Some("month"),
            from_day: 1,
            withheld: None,
            grace: None,
            fixed_on: None,
            compounded: None,
            compounded_on: None,
            count: DayCount::Actual365,
            at_most: None,
            legal_maximum: false,
            at,
        };
        for part in parts.all(Label::Part) {
            interest.part(part);
        }
        Some(interest)
    }

    fn part(&mut self, value: &Value) {
        let parts = match value {
            Value::Parts(parts) => parts,
            _ => return,
        };
        if let Some(why) = parts.withheld(Label::Day).and_then(Known::why_unknown) {
            self.withheld = Some(why);
        }
        if let Some(Value::Number(day)) = parts.get(Label::Day) {
            self.from_day = day.to_i64().and_then(|d| u32::try_from(d).ok()).unwrap_or(1);
        }
        if let Some(on) = parts.get(Label::CompoundedOn) {
            if let Value::DayOfYear(month, day) = on {
                self.compounded_on = Some((*month, *day));
            }
            if let Value::Parts(inner) = on
                && let Some(Value::DayOfYear(month, day)) = inner.get(Label::Day)
            {
                self.compounded_on = Some((*month, *day));
            }
            self.compounded = Some(PeriodKind::Year);
        }
        if let Some(word) = parts.word(Label::Compounded) {
            self.compounded = unit(word);
        }
        if parts.has(Label::CompoundedYearly) {
            self.compounded = Some(PeriodKind::Year);
        }
        if parts.has(Label::Monthly) {
            self.compounded = Some(PeriodKind::Month);
        }
        if let Some(count) = parts.word(Label::Count) {
            self.count = match count {
                "actual/360" => DayCount::Actual360,
                "30/360" => DayCount::Thirty360,
                "actual/actual" => DayCount::ActualActual,
                _ => DayCount::Actual365,
            };
        }
        if parts.has(Label::IndexOn) {
            let named = parts.moment(Label::Moment).cloned().map(FixedOn::Moment);
            self.fixed_on = named.or_else(|| parts.has(Label::Late).then_some(FixedOn::FirstLateDay));
        }
        if let Some(Value::Duration(grace)) = parts.get(Label::Grace) {
            self.grace = Some(grace.clone());
        }
        if let Some(Value::Parts(most)) = parts.get(Label::Most) {
            self.at_most = percent(most, Label::Percent);
        }
        if let Some(Value::Amount(Amount::Percent(most))) = parts.get(Label::Most) {
            self.at_most = Some(most.clone());
        }
        self.legal_maximum |= parts.has(Label::Most) && self.at_most.is_none();
    }
}
