//! Services: work at cost, and hours.

use super::{Item, day_or_why};
use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::Pay;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Amount, Moment, Name, Value};
use std::collections::BTreeMap;

impl Run<'_> {
    /// What a service is paid beyond a fixed fee.
    pub(super) fn service_items(&self, pay: &Pay) -> Eval<Vec<Item>> {
        let Some(service) = self.clause_of(pay, Form::FileService) else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        for clause in &service.below {
            match clause.clause {
                Form::ServiceCharged => out.extend(self.at_cost(pay, clause)?),
                Form::ServiceHourly => out.extend(self.by_the_hour(pay, clause)?),
                _ => {}
            }
        }
        Ok(out)
    }

    /// The clause of a payment, in the terms the payment is read from.
    pub(super) fn clause_of(&self, pay: &Pay, form: Form) -> Option<&Record> {
        let own = |r: &&Record| r.clause == form && r.name(Label::Name) == Some(&pay.name) && r.at == pay.at;
        self.models().flat_map(|m| &m.records).find(own)
    }

    /// What is charged at cost, with the fee on top that the clause says.
    pub(super) fn at_cost(&self, pay: &Pay, clause: &Record) -> Eval<Vec<Item>> {
        let plus = match clause.amount(Label::Plus) {
            Some(Amount::Percent(plus)) => given(plus, "fee on costs")?,
            _ => Exact::zero(),
        };
        let mut out = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Cost { name, by, amount, currency, label, .. } = &event.kind else { continue };
            let provider = by.as_ref().is_none_or(|by| pay.to.contains(by));
            if *name == pay.name && !provider && pay.to.iter().any(Name::is_blank) {
                return Err(Unknown::new("who renders the service is redacted or open").at(clause.at));
            }
            if *name != pay.name || !provider {
                continue;
            }
            let cost = Val::money(amount.clone(), *currency);
            let value = cost.with(cost.number() * &(Exact::one() + plus.clone()));
            let step = Step::new("at cost", value.clone())
                .how(format!("{cost} plus {}", crate::value::percent(&plus)))
                .by(clause.at);
            let period = label.and_then(|l| self.clock().period(l, None));
            out.push(self.charged(pay, (event.date, period), Ok(value), step, clause.at));
        }
        Ok(out)
    }

    fn by_the_hour(&self, pay: &Pay, clause: &Record) -> Eval<Vec<Item>> {
        let Some(rate) = clause.amount(Label::Rate) else { return Ok(Vec::new()) };
        let free = match clause.get(Label::Free) {
            Some(Value::Number(n)) => n.clone(),
            _ => Exact::zero(),
        };
        let cycle = match clause.get(Label::Cycle) {
            Some(Value::Cycle(cycle)) => Some(self.clock().cycle(cycle)?),
            _ => None,
        };
        let (rate, _) = self.amount(rate, &Focus::default()).map_err(|u| u.at(clause.at))?;
        // How many hours count by the end of each period in which some are free, or why that is not known.
        let mut so_far: BTreeMap<Option<Date>, Eval<Exact>> = BTreeMap::new();
        let mut out = Vec::new();
        for (event, period, parts) in self.deliveries(&pay.name) {
            let end = period.map_or(event.date, |p| p.end);
            let key = cycle.as_ref().and_then(|c| c.containing(end)).map(|p| p.start);
            let before = so_far.entry(key).or_insert_with(|| Ok(Exact::zero()));
            let charged = charged_of(before, quantity_of(event, parts, &pay.name, "hour"), &free);
            let (value, step) = match charged {
                Ok(hours) => {
                    let value = rate.with(rate.number() * &hours);
                    let how = format!("{} hours x {rate}", crate::value::grouped(&hours));
                    (Ok(value.clone()), Step::new("hours", value).how(how))
                }
                Err(why) => (Err(why.clone()), Step::note(why.reason)),
            };
            out.push(self.charged(pay, (event.date, period), value, step.by(clause.at), clause.at));
        }
        Ok(out)
    }

    /// What is charged on a day, for a period where one is told: due then, or so long after as the clause says.
    pub(super) fn charged(
        &self,
        pay: &Pay,
        (day, period): (Date, Option<Period>),
        value: Eval<Val>,
        step: Step,
        at: At,
    ) -> Item {
        let due = match &pay.paid {
            Some(paid) => {
                // What is received is received on the day it is told for, whatever period it is for.
                let received = matches!(&paid.of, Some(Moment::Bare(word)) if word == "receipt");
                let of = period.filter(|_| !received).or_else(|| Period::new(day, day));
                let due = of.map_or(Ok(None), |of| self.day_to_pay(paid, &of));
                let why = || Unknown::new("the day from which the time to pay is counted is not told");
                due.and_then(|due| due.ok_or_else(why)).map_err(|u| u.at(paid.at))
            }
            None => Ok(day),
        };
        let (due, no_day) = day_or_why(due, at);
        let terms = period.map_or(day, |p| p.start);
        Item { due, no_day, period, terms, ..Item::arisen(day, value, step, at) }
    }

    /// Whose work was delivered, in a unit: day, period, number, by whom. Things of another kind are no work, and neither
    /// is a milestone that is delivered.
    pub(super) fn work_delivered(
        &self,
        what: &Name,
        unit: &str,
    ) -> Vec<(Date, Option<Period>, Eval<Exact>, Name)> {
        let each = self.deliveries(what).filter_map(|(event, period, parts)| {
            let by = parts.name(Label::By).cloned().unwrap_or_else(|| what.clone());
            let told = told_in(parts);
            if told.is_empty() {
                let reached = self.models().any(|m| m.market.milestones.contains_key(what));
                return (!reached).then(|| (event.date, period, Err(how_much(event, what)), by));
            }
            let mut own = told.into_iter().filter(|told| told.is_in(unit)).map(|told| told.number).peekable();
            own.peek()?;
            Some((event.date, period, Ok(own.sum()), by))
        });
        each.collect()
    }

    /// The entries that tell a delivery of something, each with the period it is told for.
    pub(super) fn deliveries<'r>(
        &'r self,
        what: &'r Name,
    ) -> impl Iterator<Item = (&'r Event, Option<Period>, &'r Parts)> {
        self.facts.happened().filter_map(move |event| {
            let EventKind::Told { word, name: Some(name), parts, .. } = &event.kind else { return None };
            let period = match parts.get(Label::Label) {
                Some(Value::Period(label)) => self.clock().period(*label, None),
                _ => None,
            };
            (word == "delivered" && name == what).then_some((event, period, parts))
        })
    }
}

/// How much of what is delivered is charged once the free part of all is used up, and that it counts from now on. After a
/// delivery of which it is not told how much, nothing is known where part of all is free.
pub(super) fn charged_of(so_far: &mut Eval<Exact>, number: Eval<Exact>, free: &Exact) -> Eval<Exact> {
    if free.is_zero() {
        return number;
    }
    let before = so_far.clone()?;
    let after = number.map(|number| &before + &number);
    *so_far = after.clone();
    let over = |n: &Exact| (n - free).max(Exact::zero());
    Ok(over(&after?) - over(&before))
}

/// How much an entry says was delivered, in the unit that is charged for: all of it together.
pub(super) fn quantity_of(event: &Event, parts: &Parts, what: &Name, unit: &str) -> Eval<Exact> {
    let told = told_in(parts);
    if told.is_empty() {
        return Err(how_much(event, what));
    }
    // A price that is for no unit is for one of whatever was delivered.
    let unit = told.first().map(|first| first.unit).filter(|_| unit.is_empty()).unwrap_or(unit);
    if let Some(other) = told.iter().find(|told| !told.is_in(unit)) {
        let why =
            format!("`{what}` is delivered in another unit ({}) than it is charged by ({unit})", other.unit);
        return Err(Unknown::new(why).at(event.at));
    }
    Ok(told.into_iter().map(|told| told.number).sum())
}

/// That an entry does not say how much.
fn how_much(event: &Event, what: &Name) -> Unknown {
    let why = format!("how much of `{what}` was delivered is not told: add `:` and a number");
    Unknown::new(why).at(event.at)
}

/// A number of a delivery, with its unit if it has one.
struct Told<'r> {
    number: Exact,
    unit: &'r str,
}

impl Told<'_> {
    /// What is no number of things, such as a sum of money, is in a unit of its own.
    fn read(value: &Value) -> Told<'_> {
        match value {
            Value::Number(number) | Value::Amount(Amount::Number(number)) => {
                Told { number: number.clone(), unit: "" }
            }
            Value::Amount(Amount::Quantity(number, unit)) => Told { number: number.clone(), unit },
            Value::Parts(parts) => {
                let unit = match parts.get(Label::Unit) {
                    Some(Value::Name(unit)) => unit.as_str(),
                    Some(Value::Word(unit)) => unit,
                    _ => "",
                };
                match parts.get(Label::Number) {
                    Some(Value::Number(number)) if parts.has(Label::Minus) => {
                        Told { number: -number.clone(), unit }
                    }
                    Some(Value::Number(number)) => Told { number: number.clone(), unit },
                    _ => Told { number: Exact::zero(), unit: "money or percent" },
                }
            }
            _ => Told { number: Exact::zero(), unit: "money or percent" },
        }
    }

    /// Whether it is a number of some unit: of that, of several of it, or of nothing said.
    fn is_in(&self, unit: &str) -> bool {
        let several = |many: &str, one: &str| match many.strip_suffix("ies") {
            Some(stem) => one.strip_suffix('y') == Some(stem),
            None => many.strip_prefix(one).is_some_and(|end| matches!(end, "" | "s" | "es")),
        };
        self.unit.is_empty() || several(self.unit, unit) || several(unit, self.unit)
    }
}

/// The numbers of a delivery.
fn told_in(parts: &Parts) -> Vec<Told<'_>> {
    let Some(Value::Parts(amounts)) = parts.get(Label::Value) else { return Vec::new() };
    amounts.all(Label::Amount).map(Told::read).collect()
}
