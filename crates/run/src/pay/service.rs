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
            out.push(self.charged(pay, (event.date, period), value, step, clause.at));
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
        let mut so_far: Vec<(Option<Date>, Exact)> = Vec::new();
        let mut out = Vec::new();
        for (day, period, hours) in self.delivered(&pay.name, "hour") {
            let end = period.map_or(day, |p| p.end);
            let key = cycle.as_ref().and_then(|c| c.containing(end)).map(|p| p.start);
            let before = so_far.iter().find(|(k, _)| *k == key).map_or_else(Exact::zero, |(_, n)| n.clone());
            let after = &before + &hours;
            let over = |n: &Exact| (n - &free).max(Exact::zero());
            let paid = over(&after) - over(&before);
            so_far.retain(|(k, _)| *k != key);
            so_far.push((key, after));
            let value = rate.with(rate.number() * &paid);
            let how = format!("{} hours x {rate}", crate::value::grouped(&paid));
            let step = Step::new("hours", value.clone()).how(how).by(clause.at);
            out.push(self.charged(pay, (day, period), value, step, clause.at));
        }
        Ok(out)
    }

    /// What is charged on a day, for a period where one is told: due then, or so long after as the clause says.
    pub(super) fn charged(
        &self,
        pay: &Pay,
        (day, period): (Date, Option<Period>),
        value: Val,
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
        Item { due, no_day, period, terms, ..Item::arisen(day, Ok(value), step, at) }
    }

    /// What was delivered, in a unit: day, period, number.
    fn delivered(&self, what: &Name, unit: &str) -> Vec<(Date, Option<Period>, Exact)> {
        self.delivered_by(what, unit).into_iter().map(|(day, period, n, _)| (day, period, n)).collect()
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

/// The number of a delivery in a unit.
pub(super) fn quantity(parts: &Parts, unit: &str) -> Option<Exact> {
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
