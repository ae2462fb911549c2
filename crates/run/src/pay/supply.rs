//! Supplies: goods delivered at a price, or at cost.

use super::Item;
use super::service::quantity;
use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::Pay;
use counterpart_terms::value::{Name, Value};

impl Run<'_> {
    /// What is paid for goods: each delivery of which the quantity is told, at the price of its days; and what is
    /// charged at cost.
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
        let over = |n: &Exact| (n - &free).max(Exact::zero());
        let mut so_far = Exact::zero();
        let mut out = Vec::new();
        for (day, period, number) in self.goods_delivered(&pay.name, clause)? {
            let focus = Period::new(day, day).map(|day| Focus::of(period.unwrap_or(day))).unwrap_or_default();
            let after = &so_far + &number;
            let charged = over(&after) - over(&so_far);
            so_far = after;
            // Free goods have no price that would have to be known.
            if charged.is_zero() {
                continue;
            }
            let (price, why) = self.amount(price, &focus).map_err(|u| u.at(clause.at))?;
            if price.currency().is_none() {
                return Err(Unknown::new("the price of what is supplied is no sum of money").at(clause.at));
            }
            let value = price.with(price.number() * &charged);
            let how = format!("{} x {price}", crate::value::grouped(&charged));
            let step = Step::new("delivered", value.clone()).how(how).by(clause.at).from(vec![why]);
            out.push(self.charged(pay, (day, period), value, step, clause.at));
        }
        Ok(out)
    }

    /// The deliveries of which it is told how much was delivered, oldest first: day, period, quantity in the unit the
    /// price is for.
    fn goods_delivered(&self, what: &Name, price: &Record) -> Eval<Vec<(Date, Option<Period>, Exact)>> {
        let unit = match price.parts(Label::Per).and_then(|per| per.get(Label::Unit)) {
            Some(Value::Name(unit)) => unit.as_str(),
            Some(Value::Word(unit)) => unit.as_str(),
            _ => "",
        };
        // `copies` are counted by the copy.
        let stem = if unit == "unit" { "" } else { unit.trim_end_matches('y') };
        let mut out = Vec::new();
        for (event, period, parts) in self.deliveries(what) {
            match (quantity(parts, stem), quantity(parts, "")) {
                (Some(number), _) => out.push((event.date, period, number)),
                (None, Some(_)) => {
                    let why =
                        format!("`{what}` is delivered in another unit than its price is for, a {unit}");
                    return Err(Unknown::new(why).at(event.at));
                }
                (None, None) => {}
            }
        }
        Ok(out)
    }
}
