//! Prepayments that count against fees and milestone payments: each sum of money once, against what falls due
//! first; of fees due on one day, against the one the text names first. Where a prepayment counts against royalties
//! too, fees and royalties take their turns with each other (`together`).

use super::Pool;
use super::together::Shared;
use crate::clock::Focus;
use crate::engine::Run;
use crate::pay::Item;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::At;
use counterpart_terms::model::{Pay, PayRule};
use counterpart_terms::value::{Amount, Name};

/// The amounts of a fee, as far as they were settled, each with what came off it.
#[derive(Debug)]
pub(super) struct FeesDue {
    pub name: Name,
    pub items: Vec<(Item, Vec<Step>)>,
    /// Which of them is next.
    next: usize,
    /// Why there are none that can be told.
    unknown: Option<Unknown>,
}

impl FeesDue {
    /// The day of its next turn, where there is one.
    pub(super) fn day(&self) -> Option<Date> {
        self.items.get(self.next).map(|(item, _)| item.due.unwrap_or(item.arisen))
    }
}

/// By which clause a payment counts against a fee, up to how much of each, and whether only in the year it came.
struct Against<'r> {
    most: Option<&'r Amount>,
    same_year: bool,
    at: At,
}

/// By which clause a payment counts against a fee. What each title earns back by itself comes off no fee.
fn against<'r>(pay: &'r Pay, fee: &Name) -> Option<Against<'r>> {
    pay.rules.iter().find_map(|(rule, at)| match rule {
        PayRule::Creditable(names, most, same_year) if names.contains(fee) => {
            Some(Against { most: most.as_ref(), same_year: *same_year, at: *at })
        }
        PayRule::Recouped(names, None, _) if names.contains(fee) => {
            Some(Against { most: None, same_year: false, at: *at })
        }
        _ => None,
    })
}

impl Run<'_> {
    /// The amounts of a fee after what counts against it, each with what came off.
    pub(super) fn less_credits(&self, name: &Name) -> Eval<Vec<(Item, Vec<Step>)>> {
        if !self.draws().iter().any(|(_, against)| against.contains(name)) {
            return Ok(self.items(name)?.into_iter().map(|item| (item, Vec::new())).collect());
        }
        let all = self.settle_all(&self.sharing(name))?.fees;
        match all.into_iter().find(|fee| fee.name == *name) {
            Some(FeesDue { unknown: Some(why), .. }) => Err(why),
            Some(fee) => Ok(fee.items),
            None => Ok(Vec::new()),
        }
    }

    /// What is left of a prepayment that counts against fees alone, after a period; `None` where it does not.
    pub(crate) fn left_for_fees(&self, name: &Name, period: Option<&Period>) -> Eval<Option<Exact>> {
        let Some((_, fees)) = self.draws().iter().find(|(pay, _)| pay == name).cloned() else {
            return Ok(None);
        };
        let Some(fee) = fees.first() else { return Ok(None) };
        let day = period.map_or_else(|| self.facts.as_of(), |p| p.end);
        let pools = self.settle_all(&self.sharing(fee))?.pools;
        let Some(mut pool) = pools.into_iter().find(|p| p.name == *name) else { return Ok(None) };
        if let Some(why) = pool.unsure {
            return Err(why);
        }
        pool.used.retain(|(used, _)| period.is_none() || *used <= day);
        Ok(Some(pool.available(day)))
    }

    /// The amounts of a fee, before anything came off. Where they cannot be told, neither can what they leave.
    pub(super) fn fees_due(&self, name: &Name, shared: &mut Shared) -> FeesDue {
        let found = self.guarded(&format!("what is credited against {name}"), || self.items(name));
        let unknown = found.as_ref().err().cloned();
        let mut items = found.unwrap_or_default();
        if let Some(why) = &unknown {
            let counts =
                |pool: &&mut Pool| self.pay_named(&pool.name).is_some_and(|pay| against(pay, name).is_some());
            for pool in shared.pools.iter_mut().filter(counts) {
                pool.unsure.get_or_insert_with(|| why.clone());
            }
        }
        items.sort_by_key(|item| item.due.unwrap_or(item.arisen));
        let items = items.into_iter().map(|item| (item, Vec::new())).collect();
        FeesDue { name: name.clone(), items, next: 0, unknown }
    }

    /// Takes prepayments off the next amount of a fee.
    pub(super) fn settle_fee(&self, fee: &mut FeesDue, shared: &mut Shared) {
        let FeesDue { name, items, next, .. } = fee;
        let at = *next;
        *next += 1;
        let Some((item, steps)) = items.get_mut(at) else { return };
        let on = item.due.unwrap_or(item.arisen);
        for pool in shared.pools.iter_mut().filter(|p| p.member.is_none()) {
            // What counts against it, and how far, is said by the terms it arose under.
            let Some(rule) = self.pay_on(&pool.name, item.terms).and_then(|pay| against(pay, name)) else {
                continue;
            };
            pool.same_year = rule.same_year;
            if pool.since.is_none_or(|since| since > on) || !self.is_same_way(&pool.name, item) {
                continue;
            }
            let full = match &item.amount {
                Ok(full) => full.clone(),
                Err(unknown) => {
                    // What it would have used cannot be said, so what is left cannot either.
                    if pool.unsure.is_none() && pool.available(on).is_positive() {
                        pool.unsure = Some(unknown.clone());
                    }
                    continue;
                }
            };
            match self.used_of(pool, &rule, item, &full, on) {
                Ok(used) if used.is_positive() => {
                    pool.used.push((on, used.clone()));
                    let left = full.with(full.number() - &used);
                    let what = format!("credit of {}", pool.name);
                    steps.push(Step::new(what, full.with(-used)).by(rule.at));
                    item.amount = Ok(left);
                }
                Ok(_) => {}
                Err(unknown) => {
                    pool.unsure.get_or_insert_with(|| unknown.clone());
                    item.amount = Err(unknown.at(rule.at));
                }
            }
            if let Some(day) = Period::new(on, on) {
                pool.left.push((day, pool.unsure.clone().map_or_else(|| Ok(pool.available(on)), Err)));
            }
        }
    }

    /// Whether an amount that says who owes it to whom is owed by those who made a prepayment, to those who got it.
    fn is_same_way(&self, pay: &Name, item: &Item) -> bool {
        let payer = item.from.as_ref().is_none_or(|payer| self.made_by(pay, payer));
        payer && item.to.as_ref().is_none_or(|payee| self.made_to(pay, payee))
    }

    /// How much of a prepayment comes off an amount.
    fn used_of(&self, pool: &Pool, rule: &Against<'_>, item: &Item, full: &Val, day: Date) -> Eval<Exact> {
        if let (Some(money), Some(own)) = (pool.money, full.currency())
            && money != own
        {
            let reason =
                format!("`{}` is in {money}, and how much of it counts in {own} is not said", pool.name);
            return Err(Unknown::new(reason));
        }
        let mut room = full.number().clone();
        if let Some(most) = rule.most {
            let period = item.period.or_else(|| Period::new(item.arisen, item.arisen));
            room = room.min(match self.amount(most, &Focus { period, ..Focus::default() })?.0 {
                Val::Number(share) => full.number() * &share,
                Val::Money(money) => money.amount,
            });
        }
        if let Some(why) = pool.unsure.as_ref().filter(|_| room.is_positive()) {
            return Err(why.clone());
        }
        Ok(pool.available(day).min(room).max(Exact::zero()))
    }
}
