//! Services: work at cost, and hours.

use super::Item;
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
use counterpart_terms::value::{Amount, Name, Value};
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
            let EventKind::Cost { name, by, amount, currency, label } = &event.kind else { continue };
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
            let charged = charged_of(before, quantity_of(event, parts, &pay.name, ("hour", "hour")), &free);
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
        let of = period.or_else(|| Period::new(day, day));
        let due = match (&pay.paid, of) {
            (Some(paid), Some(of)) => self.paid_day(paid, &of).map_err(|u| u.at(paid.at)),
            _ => Ok(Some(day)),
        };
        let (due, no_day) = match due {
            Ok(due) => (due, None),
            Err(why) => (None, Some(why)),
        };
        let terms = period.map_or(day, |p| p.start);
        Item { due, no_day, period, terms, ..Item::arisen(day, value, step, at) }
    }

    /// What was delivered, in a unit: day, period, number, by whom.
    pub(crate) fn delivered_by(&self, what: &Name, unit: &str) -> Vec<(Date, Option<Period>, Exact, Name)> {
        let each = self.deliveries(what).filter_map(|(event, period, parts)| {
            let by = parts.name(Label::By).cloned().unwrap_or_else(|| what.clone());
            Some((event.date, period, quantity(parts, unit)?, by))
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

/// How much an entry says was delivered, in the unit that is charged for.
pub(super) fn quantity_of(
    event: &Event,
    parts: &Parts,
    what: &Name,
    (stem, unit): (&str, &str),
) -> Eval<Exact> {
    match (quantity(parts, stem), quantity(parts, "")) {
        (Some(number), _) => Ok(number),
        (None, Some(_)) => {
            let why = format!("`{what}` is delivered in another unit than its price is for, a {unit}");
            Err(Unknown::new(why).at(event.at))
        }
        (None, None) => {
            let why = format!("how much of `{what}` was delivered is not told: add `:` and a number");
            Err(Unknown::new(why).at(event.at))
        }
    }
}

/// The number of a delivery in a unit.
fn quantity(parts: &Parts, unit: &str) -> Option<Exact> {
    let Some(Value::Parts(amounts)) = parts.get(Label::Value) else { return None };
    amounts.all(Label::Amount).find_map(|value| match value {
        Value::Amount(Amount::Quantity(n, u)) => u.starts_with(unit).then(|| n.clone()),
        Value::Parts(inner) => match (inner.get(Label::Number)?, inner.get(Label::Unit)) {
            (Value::Number(n), Some(Value::Name(u))) if u.as_str().starts_with(unit) => Some(n.clone()),
            (Value::Number(n), Some(Value::Word(u))) if u.starts_with(unit) => Some(n.clone()),
            (Value::Number(n), None) => Some(n.clone()),
            _ => None,
        },
        _ => None,
    })
}
