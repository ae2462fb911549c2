//! What an option or a buy-out costs on a day, what a product sells for, at which price a share is bought; each with how it
//! comes about.

use crate::clock::Focus;
use crate::effects::latest;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::Period;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Figure, Pay, PayRule};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Known, Name, Value};

impl Run<'_> {
    /// The price of an option or a buy-out, of a product, or of a share under a warrant, on the day asked about.
    pub(super) fn price_asked(&self, name: &Name) -> Eval<Val> {
        self.price_told(name).map(|(value, _)| value)
    }

    /// The same, and how it comes about.
    pub(crate) fn price_told(&self, name: &Name) -> Eval<(Val, Step)> {
        let day = self.facts.as_of();
        let focus = Focus { period: Period::new(day, day), ..Focus::default() };
        if let Some(product) = self.model_on(day).market.products.get(name) {
            return self.price_of(name, &product.prices, &focus);
        }
        let records = self.model_on(day).records.iter();
        let pay = records.filter(|r| r.clause == Form::FilePay).find(|r| r.name(Label::Name) == Some(name));
        let warrant = pay.and_then(|r| r.below(Form::PayWarrant));
        if let Some((strike, at)) = warrant.and_then(|w| Some((w.amount(Label::Price)?, w.at))) {
            return self.amount(strike, &focus).map(|(v, step)| (v, step.by(at))).map_err(|u| u.at(at));
        }
        let (mut price, mut step) = self.price_found(name)?;
        let changes = self.changes_of_figure(Figure::Price, name, day);
        for made in latest(changes.iter().filter(|made| made.is_on(day))) {
            let (now, how) = self.changed_sum(&price, made)?;
            step = Step::new(format!("the price of {name}"), now.clone())
                .from(vec![step, made.step("price changed", how)]);
            price = now;
        }
        Ok((price, step))
    }

    /// The price of an option or a buy-out by its own text on the day asked about.
    pub(crate) fn price_on(&self, name: &Name) -> Eval<Val> {
        self.price_found(name).map(|(value, _)| value)
    }

    fn price_found(&self, name: &Name) -> Eval<(Val, Step)> {
        let head = |value: Val, at: At, parts: Vec<Step>| {
            let step = Step::new(format!("the price of {name}"), value.clone()).by(at).from(parts);
            (value, step)
        };
        let pay = self.pay_named(name).ok_or_else(|| Unknown::new(format!("`{name}` has no price")))?;
        let day = self.facts.as_of();
        if let Some(at) = pay.appraised {
            let found = self.appraisal(name).ok_or_else(|| {
                Unknown::not_yet(format!("the price of `{name}` is not appraised yet")).at(at)
            })?;
            let value = crate::measure::literal(found.1).map_err(|u| u.at(found.0.at))?;
            let told = Step::note("as it was appraised").on(found.0.date).by(found.0.at);
            let held = self.held_to_the_most(pay, value, &Focus::default())?;
            return Ok(head(held, at, vec![told]));
        }
        // Sums over the last months are over whole months.
        let last =
            if day == day.end_of_month() { Some(day) } else { day.add_months(-1).map(|d| d.end_of_month()) };
        let whole = last.and_then(|d| Period::new(d, d));
        let focus = Focus { period: whole, ..Focus::default() };
        for price in &pay.prices {
            let stands = match &price.when {
                Some(when) => self.price_stands(when)?,
                None => true,
            };
            if stands {
                let (value, step) = self.amount(&price.amount, &focus).map_err(|u| u.at(price.at))?;
                let held = self.held_to_the_most(pay, value, &focus)?;
                let parts =
                    if step.parts.is_empty() && step.how.is_empty() { Vec::new() } else { vec![step] };
                return Ok(head(held, price.at, parts));
            }
        }
        Err(Unknown::new(format!("no price of `{name}` is stated for {day}")).at(pay.at))
    }

    /// A price, and no more than the text lets it be on the day asked about.
    fn held_to_the_most(&self, pay: &Pay, value: Val, focus: &Focus) -> Eval<Val> {
        let mut least = value;
        for (rule, at) in &pay.rules {
            let PayRule::AtMost(most, _, when, _) = rule else { continue };
            if let Some(when) = when
                && !self.holds_on(when, self.facts.as_of(), focus).map_err(|u| u.at(*at))?
            {
                continue;
            }
            let (most, _) = self.amount(most, focus).map_err(|u| u.at(*at))?;
            if least.compare(&most)?.is_gt() {
                least = most;
            }
        }
        Ok(least)
    }

    /// Whether a price stands on the day asked about.
    fn price_stands(&self, when: &Parts) -> Eval<bool> {
        let day = self.facts.as_of();
        let today = Focus { period: Period::new(day, day), ..Focus::default() };
        for label in [Label::Count, Label::Year, Label::To] {
            if let Some(why) = when.withheld(label).and_then(Known::why_unknown) {
                return Err(Unknown::new(format!("a year in which this price stands is {why}")));
            }
        }
        let number = |label| match when.get(label) {
            Some(Value::Number(n)) => n.to_i64(),
            _ => None,
        };
        if let Some(years) = number(Label::Count) {
            let start =
                self.clock().effective().ok_or_else(|| Unknown::new("the effective date is not known"))?;
            return Ok(start.add_years(years).is_some_and(|end| day < end));
        }
        if let (Some(first), Some(last)) = (number(Label::Year), number(Label::To)) {
            return Ok((first..=last).contains(&i64::from(day.year())));
        }
        if let Some(Value::Period(label)) = when.get(Label::Label) {
            return Ok(self.clock().period(*label, None).is_some_and(|p| p.contains(day)));
        }
        if let Some(after) = when.moment(Label::After) {
            let begun = self.clock().limit(after, &today)?.is_some_and(|d| day > d);
            let over = match when.moment(Label::Until) {
                Some(until) => self.clock().limit(until, &today)?.is_some_and(|d| day > d),
                None => false,
            };
            return Ok(begun && !over);
        }
        if let Some(before) = when.moment(Label::Before) {
            return Ok(self.clock().limit(before, &today)?.is_none_or(|d| day < d));
        }
        match when.condition(Label::When) {
            Some(condition) => self.holds(condition, &today),
            None => Ok(true),
        }
    }
}
