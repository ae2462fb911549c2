//! Supplies: goods delivered at a price, or at cost.

use super::Item;
use super::service::{charged_of, quantity_of};
use crate::clock::Focus;
use crate::effects::latest;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::{Figure, Pay, Turn};
use counterpart_terms::value::{Name, Value};

impl Run<'_> {
    /// What is paid for goods: each delivery at the price of its days; and what is charged at cost.
    pub(super) fn supply_items(&self, pay: &Pay) -> Eval<Vec<Item>> {
        let Some(supply) = self.clause_of(pay, Form::FileSupply) else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        if let Some(clause) = supply.below(Form::SupplyCharged) {
            out.extend(self.at_cost(pay, clause)?);
        }
        if let Some(clause) = supply.below(Form::SupplyPrice) {
            out.extend(self.at_price(pay, supply, clause)?);
        }
        Ok(out)
    }

    fn at_price(&self, pay: &Pay, supply: &Record, clause: &Record) -> Eval<Vec<Item>> {
        let Some(price) = clause.amount(Label::Price) else { return Ok(Vec::new()) };
        let free = match supply.below(Form::SupplyFree) {
            Some(free) => match free.get(Label::Free) {
                Some(Value::Number(number)) => number.clone(),
                _ => return Err(Unknown::new("how many units are free is not given").at(free.at)),
            },
            None => Exact::zero(),
        };
        let unit = match clause.parts(Label::Per).and_then(|per| per.get(Label::Unit)) {
            Some(Value::Name(unit)) => unit.as_str(),
            Some(Value::Word(unit)) => unit.as_str(),
            _ => "",
        };
        let mut so_far = Ok(Exact::zero());
        let mut out = Vec::new();
        for (event, period, parts) in self.deliveries(&pay.name) {
            let number = quantity_of(event, parts, &pay.name, unit);
            let (value, step) = match charged_of(&mut so_far, number, &free) {
                // Free goods have no price that would have to be known.
                Ok(charged) if charged.is_zero() => continue,
                Ok(charged) => {
                    let day = Period::new(event.date, event.date);
                    let focus = period.or(day).map(Focus::of).unwrap_or_default();
                    match self.amount(price, &focus) {
                        Ok((price, _)) if price.currency().is_none() => {
                            let why = "the price of what is supplied is no sum of money";
                            return Err(Unknown::new(why).at(clause.at));
                        }
                        Ok((price, why)) => {
                            let (price, changes) = self.price_set(&pay.name, price, event.date)?;
                            let value = price.with(price.number() * &charged);
                            let how = format!("{} x {price}", crate::value::grouped(&charged));
                            // A price the text gives is told already.
                            let more = Some(why).filter(|why| why.what != price.to_string());
                            let step = Step::new("delivered", value.clone()).how(how);
                            (Ok(value), step.from(more.into_iter().chain(changes).collect()))
                        }
                        // The price of another day may be known.
                        Err(why) => (Err(why.clone().at(clause.at)), Step::note(why.reason)),
                    }
                }
                Err(why) => (Err(why.clone()), Step::note(why.reason)),
            };
            out.push(self.charged(pay, (event.date, period), value, step.by(clause.at), clause.at));
        }
        Ok(out)
    }

    /// The price of a unit on a day, as effects that set it have made it. What only raises or lowers it does so on each sum.
    fn price_set(&self, name: &Name, price: Val, day: Date) -> Eval<(Val, Vec<Step>)> {
        let (mut price, mut steps) = (price, Vec::new());
        let changes = self.changes_of_figure(Figure::Price, name, day);
        for made in latest(changes.iter().filter(|made| made.is_on(day))) {
            if matches!(made.turn, Turn::Becomes(_) | Turn::To { .. }) {
                let (now, how) = self.changed_sum(&price, made)?;
                steps.push(made.step("price changed", how));
                price = now;
            }
        }
        Ok((price, steps))
    }
}
