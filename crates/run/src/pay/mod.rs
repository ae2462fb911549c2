//! Fees, instalments and milestone payments: what has fallen due, when, and why.

mod appraised;
mod arisen;
mod audit_cost;
mod coming;
mod converted;
mod costs_told;
mod deadlines;
mod limits;
mod moves;
mod named;
pub(crate) mod occasions;
mod otherwise;
mod raises;
pub(crate) mod rest;
mod rules;
mod service;
mod shared_costs;
mod shares;
mod supply;
mod triggered;

use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period, PeriodKind};
use counterpart_terms::At;
use counterpart_terms::model::{FeeWhen, Instalment, Pay};
use counterpart_terms::value::{Duration, Moment, Name};

pub(crate) use named::is_a_payment;
pub(crate) use raises::index_factor;
pub(crate) use shared_costs::{ByParty, SharedCosts, even};
pub(crate) use shares::shares_of;
pub(crate) use triggered::Triggered;

/// Something that fell due once.
#[derive(Debug, Clone)]
pub struct Item {
    /// Which line of the clause.
    pub line: usize,
    /// The day it arose.
    pub arisen: Date,
    /// The day it is due, where that can be said.
    pub due: Option<Date>,
    /// Why that day cannot be said.
    pub no_day: Option<Unknown>,
    /// The amount, or why it is not known.
    pub amount: Eval<Val>,
    /// What this and the other lines not given come to together, once all have arisen under a stated total.
    pub rest: Option<Val>,
    /// Whether it has arisen at all cannot be said; it may have since this day.
    pub unsure: bool,
    /// Who owes it, where the clause does not say so of all its amounts.
    pub from: Option<Name>,
    /// To whom, likewise.
    pub to: Option<Name>,
    /// The period it is for.
    pub period: Option<Period>,
    /// The product it is for.
    pub product: Option<Name>,
    /// Where.
    pub place: Option<Name>,
    /// For which indication, or other thing of which there are several.
    pub of: Option<Name>,
    /// The entry that alone brought it about, where each does by itself.
    pub entry: Option<At>,
    /// Why.
    pub step: Step,
    /// The day whose terms it has.
    pub terms: Date,
    /// The clause.
    pub at: At,
}

impl Item {
    /// Something that arose on a day, without a day by which it is due.
    pub(crate) fn arisen(day: Date, amount: Eval<Val>, step: Step, at: At) -> Item {
        Item {
            line: 0,
            arisen: day,
            due: None,
            no_day: None,
            amount,
            rest: None,
            unsure: false,
            from: None,
            to: None,
            period: None,
            product: None,
            place: None,
            of: None,
            entry: None,
            step,
            terms: day,
            at,
        }
    }

    /// Whether it belongs to a period that is asked about: what may have arisen on any day since one belongs to all
    /// that follow.
    pub(crate) fn is_in(&self, asked: Option<&Period>) -> bool {
        let Some(asked) = asked else { return true };
        if self.unsure {
            return asked.end >= self.arisen;
        }
        let whole = |own: Period| asked.start <= own.start && own.end <= asked.end;
        self.period.map_or(asked.contains(self.arisen), whole)
    }
}

/// A payment as it stands from one amendment to the next.
struct Terms<'r> {
    pay: &'r Pay,
    from: Option<Date>,
    until: Option<Date>,
}

impl Run<'_> {
    /// The payment of this name in the terms last agreed that have it.
    pub(crate) fn pay_named(&self, name: &Name) -> Option<&Pay> {
        self.machine.editions.0.iter().rev().find_map(|e| e.model.pays.get(name))
    }

    /// The payment of this name in the terms of a day, or of those nearest to it that have it.
    pub(crate) fn pay_on(&self, name: &Name, day: Date) -> Option<&Pay> {
        self.named_on(day, |model| model.pays.get(name))
    }

    /// What a payment names under any of its terms, those agreed last before those only agreed earlier.
    pub(crate) fn named_by<'r>(&'r self, name: &Name, names: impl Fn(&'r Pay) -> Vec<&'r Name>) -> Vec<Name> {
        let mut out: Vec<Name> = Vec::new();
        for pay in self.models().rev().filter_map(|m| m.pays.get(name)) {
            for named in names(pay) {
                if !out.contains(named) {
                    out.push(named.clone());
                }
            }
        }
        out
    }

    /// A payment as it stood over time: its terms, from which day and until the day before which.
    fn terms_of(&self, name: &Name) -> Vec<Terms<'_>> {
        let mut out: Vec<Terms<'_>> = Vec::new();
        for edition in &self.machine.editions.0 {
            let found = edition.model.pays.get(name);
            if let (Some(found), Some(last)) = (found, out.last())
                && found.at == last.pay.at
                && last.until.is_none()
            {
                continue;
            }
            if let Some(last) = out.last_mut().filter(|last| last.until.is_none()) {
                last.until = edition.from;
            }
            out.extend(found.map(|pay| Terms { pay, from: edition.from, until: None }));
        }
        out
    }

    /// Everything of a payment that has arisen by the day asked about, oldest first. Each sum keeps the terms of
    /// the day it arose on, and what is for a period those that the period began under.
    ///
    /// # Errors
    /// Where a condition of it needs a fact nobody told.
    pub fn items(&self, name: &Name) -> Eval<Vec<Item>> {
        let terms = self.terms_of(name);
        if terms.is_empty() {
            return Err(Unknown::new(format!("`{name}` is no payment")));
        }
        let mut all: Vec<Item> = Vec::new();
        for Terms { pay, from, until } in terms {
            let mut items = Vec::new();
            match pay.appraised {
                Some(at) => items.extend(self.appraised_items(pay, at)?),
                None => {
                    for (index, line) in pay.instalments.iter().enumerate() {
                        items.extend(self.arisen(pay, index, line)?);
                    }
                }
            }
            items.extend(self.bonus_items(pay)?);
            items.extend(self.service_items(pay)?);
            items.extend(self.supply_items(pay)?);
            items.extend(self.cost_items(pay)?);
            items.extend(self.audit_items(pay)?);
            items.extend(self.improvement_items(pay)?);
            items.sort_by_key(|i| (i.arisen, i.line));
            rest::share_total(self, pay, &mut items)?;
            // The rules see what the same terms made of earlier days, as a fee that rises from its first year on.
            let hidden = rest::hidden(&items);
            let mut items = rules::apply(self, pay, items)?;
            rest::of_all(&mut items, hidden);
            items.retain(|i| from.is_none_or(|f| i.terms >= f) && until.is_none_or(|u| i.terms < u));
            items.iter_mut().for_each(|item| item.due = self.rolled(pay.roll, item.due));
            limits::at_most(self, pay, &all, &mut items)?;
            for item in &mut items {
                if let Some(withheld) = pay.withheld.first() {
                    item.amount = Err(Unknown::withheld(withheld));
                }
            }
            all.extend(items);
        }
        // Of a payment that was ended nothing arises any more.
        if let Some(end) = self.clock().last_day_alone(name)? {
            all.retain(|item| item.arisen <= end);
        }
        if let Some(pay) = self.pay_named(name) {
            triggered::apply(self, pay, &mut all)?;
        }
        all.sort_by_key(|i| (i.arisen, i.line));
        self.all_converted(name, &mut all);
        Ok(all)
    }

    /// Bonuses, each at the end of the period it is for.
    fn bonus_items(&self, pay: &Pay) -> Eval<Vec<Item>> {
        let mut out = Vec::new();
        for (index, bonus) in pay.bonuses.iter().enumerate() {
            for (period, value, step) in self.bonus_periods(bonus)? {
                let due = match &pay.paid {
                    Some(paid) => self.paid_day(paid, &period)?,
                    None => Some(period.end),
                };
                out.push(Item {
                    line: pay.instalments.len() + index,
                    due,
                    period: Some(period),
                    product: pay.of.first().filter(|_| pay.of.len() == 1).cloned(),
                    terms: period.start,
                    ..Item::arisen(period.end, value, step, bonus.at)
                });
            }
        }
        Ok(out)
    }

    /// Moves what has arisen to another day, and with it the day it is due.
    fn moved(&self, pay: &Pay, item: &mut Item, day: Date) {
        item.arisen = day;
        let line = pay.instalments.get(item.line);
        let due = match line.and_then(own_time) {
            Some(within) => self.clock().shift(day, within, false),
            None => self.paid_after(pay, day, None),
        };
        (item.due, item.no_day) = day_or_why(due, item.at);
        item.step.what = format!("{} arisen on {day}", pay.name);
    }

    /// The day by which what arose on a day is paid, by the words for all lines. A time is counted from the day it
    /// arose, or from the end of its quarter where that is said: of a fee for each quarter, that is the one it is for.
    fn paid_after(&self, pay: &Pay, day: Date, own: Option<(PeriodKind, Period)>) -> Eval<Date> {
        let Some(paid) = &pay.paid else { return Ok(day) };
        let each = paid.each.as_ref().map(|each| each.unit);
        if let Some((_, own)) = own.filter(|(unit, _)| each == Some(*unit)) {
            return self.paid_day(paid, &own).map(|due| due.unwrap_or(day));
        }
        match (&paid.within, Period::new(day, day)) {
            (_, Some(of)) if paid.each.is_some() || paid.by.is_some() => {
                self.day_to_pay(paid, &of).map(|due| due.unwrap_or(day))
            }
            (Some(within), _) => {
                // A bare `notice` or `invoice` is that of the payment itself.
                let named = paid.of.as_ref().filter(|of| !matches!(of, Moment::Bare(_)));
                let from = match named {
                    Some(of) => {
                        // `each anniversary` is the one on which it arose, or the next.
                        let focus = Focus { period: Period::new(day, day), ..Focus::default() };
                        self.clock().limit(of, &focus).map_err(|u| u.at(paid.at))?
                    }
                    None => Some(day),
                };
                let from = from.ok_or_else(|| {
                    Unknown::not_yet("what its time to pay runs from has not come yet").at(paid.at)
                })?;
                self.clock().shift(from, within, false)
            }
            _ => Ok(day),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the pieces an item is made of")]
    fn item(
        &self,
        pay: &Pay,
        index: usize,
        line: &Instalment,
        arisen: Date,
        due: Eval<Date>,
        period: Option<Period>,
        focus: &Focus,
    ) -> Item {
        let day = Period::new(arisen, arisen);
        let focus = Focus { period: focus.period.or(day), ..focus.clone() };
        let due =
            if due == Ok(arisen) { self.paid_after(pay, arisen, own_period(line, period)) } else { due };
        let (due, no_day) = day_or_why(due, line.at);
        let (amount, step) = match self.line_amount(line, &focus) {
            Ok((value, step)) => (Ok(value), step),
            Err(unknown) => {
                let step = Step::note(unknown.reason.clone());
                (Err(unknown.at(line.at)), step)
            }
        };
        let step = Step { what: format!("{} arisen on {arisen}", pay.name), ..step }.by(line.at);
        Item { line: index, due, no_day, period, ..Item::arisen(arisen, amount, step, line.at) }
    }

    fn line_amount(&self, line: &Instalment, focus: &Focus) -> Eval<(Val, Step)> {
        if let Some(unit) = &line.per {
            return Err(Unknown::new(format!("it is so much a {unit}, and of how many is not said")));
        }
        let (value, step) = self.amount(&line.value, focus)?;
        if let Some((count, _)) = &line.shares {
            let total = value.with(value.number() * count);
            let how = format!("{} shares x {value}", crate::value::grouped(count));
            return Ok((total.clone(), Step::new("shares", total).how(how)));
        }
        match value {
            Val::Money(_) => Ok((value, step)),
            Val::Number(n) if n.is_zero() => {
                let zero = Val::money(Exact::zero(), self.currency()?);
                Ok((zero, step))
            }
            Val::Number(_) => Err(Unknown::new("an amount of money is needed here")),
        }
    }
}

/// What a fee that comes again is for, and of which kind that is.
fn own_period(line: &Instalment, period: Option<Period>) -> Option<(PeriodKind, Period)> {
    match &line.when {
        FeeWhen::Each { unit, .. } => Some((*unit, period?)),
        _ => None,
    }
}

/// How long after it arises a line is to be paid by its own words.
fn own_time(line: &Instalment) -> Option<&Duration> {
    match &line.when {
        FeeWhen::When { within, .. } => within.as_ref().or(line.within.as_ref()),
        FeeWhen::Within(within, _, _) => Some(within),
        FeeWhen::Each { .. } | FeeWhen::Comes(_) => line.within.as_ref(),
        _ => None,
    }
}

/// The day something is due, or why it cannot be said.
fn day_or_why(due: Eval<Date>, at: At) -> (Option<Date>, Option<Unknown>) {
    match due {
        Ok(day) => (Some(day), None),
        Err(unknown) => (None, Some(unknown.at(at))),
    }
}
