//! Prepayments that count against fees and milestone payments: each sum of money once, against what falls due
//! first; of fees due on one day, against the one the text names first.

use super::refund::not_used;
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

/// What a payment counts against, up to how much of each, and whether only in the year it came.
struct Against<'r> {
    names: &'r [Name],
    most: Option<&'r Amount>,
    same_year: bool,
    at: At,
}

/// A prepayment, and what is left of it.
struct Pool<'r> {
    pay: &'r Pay,
    /// The fees it counts against, under any of its terms.
    fees: Vec<Name>,
    /// It counts only against what falls due in the year it came.
    same_year: bool,
    arrived: Vec<(Date, Eval<Val>)>,
    /// What goes back of it at most.
    back: Vec<(Date, Eval<Val>)>,
    used: Vec<(Date, Exact)>,
    /// Why what is left cannot be said.
    unsure: Option<Unknown>,
}

impl Pool<'_> {
    /// What had come by a day and was not used.
    fn available(&self, day: Date) -> Eval<Exact> {
        if let Some(unknown) = &self.unsure {
            return Err(unknown.clone());
        }
        let here = |d: Date| !self.same_year || d.year() == day.year();
        let now = |of: Vec<(Date, Exact)>| -> Exact {
            of.into_iter().filter(|(d, _)| here(*d)).map(|(_, n)| n).sum()
        };
        let left = now(known(&self.arrived, day)?) - now(self.went_back(day)?);
        let used: Exact = self.used.iter().filter(|(d, _)| here(*d)).map(|(_, n)| n.clone()).sum();
        Ok((left - used).max(Exact::zero()))
    }

    /// What went back of it by a day: no more than was left of it.
    fn went_back(&self, day: Date) -> Eval<Vec<(Date, Exact)>> {
        Ok(not_used(&known(&self.arrived, day)?, &self.used, &known(&self.back, day)?))
    }
}

/// What came, or goes, by a day.
fn known(of: &[(Date, Eval<Val>)], day: Date) -> Eval<Vec<(Date, Exact)>> {
    let by_then = of.iter().filter(|(d, _)| *d <= day);
    by_then.map(|(d, amount)| Ok((*d, amount.as_ref().map_err(Clone::clone)?.number().clone()))).collect()
}

impl Run<'_> {
    /// The amounts of a fee after what counts against it, each with what came off.
    pub(super) fn less_credits(&self, name: &Name) -> Eval<Vec<(Item, Vec<Step>)>> {
        let mut pools = self.fee_pools(name)?;
        if pools.is_empty() {
            return Ok(self.items(name)?.into_iter().map(|item| (item, Vec::new())).collect());
        }
        let all = self.take_off(&mut pools, None)?;
        Ok(all.into_iter().filter(|(fee, ..)| fee == name).map(|(_, item, steps)| (item, steps)).collect())
    }

    /// What is left of a prepayment that counts against fees, after a period; `None` where it does not.
    pub(crate) fn left_for_fees(&self, name: &Name, period: Option<&Period>) -> Eval<Option<Exact>> {
        let names = self.fees_of(name);
        let fee = names.iter().find(|n| self.pay_named(n).is_some());
        let Some(fee) = fee else { return Ok(None) };
        let mut pools = self.fee_pools(fee)?;
        let until = period.map(|p| p.end);
        self.take_off(&mut pools, until)?;
        let day = until.unwrap_or_else(|| self.facts.as_of());
        pools.iter().find(|p| p.pay.name == *name).map(|p| p.available(day)).transpose()
    }

    /// What of a refund of a prepayment, counted from the earliest, is there to go back after what came off fees; nothing
    /// where it does not count against fees.
    pub(super) fn not_credited_to_fees(&self, name: &Name, index: usize) -> Eval<Option<Exact>> {
        let fees = self.fees_of(name);
        let Some(fee) = fees.iter().find(|n| self.pay_named(n).is_some()) else { return Ok(None) };
        let mut pools = self.fee_pools(fee)?;
        self.take_off(&mut pools, None)?;
        let Some(pool) = pools.iter().find(|p| p.pay.name == *name) else { return Ok(None) };
        if let Some(why) = &pool.unsure {
            return Err(why.clone());
        }
        let back = pool.went_back(self.facts.as_of())?;
        Ok(back.get(index).map(|(_, n)| n.clone()))
    }

    /// What a prepayment counts against under any of its terms.
    fn fees_of(&self, name: &Name) -> Vec<Name> {
        self.named_by(name, |pay| {
            against_fees(pay).map(|rule| rule.names.iter().collect()).unwrap_or_default()
        })
    }

    /// The prepayments that count against a fee, and against what they count against beside it.
    fn fee_pools(&self, name: &Name) -> Eval<Vec<Pool<'_>>> {
        let mut found: Vec<(&Pay, Vec<Name>)> = self
            .pays()
            .into_iter()
            .map(|pay| (pay, self.fees_of(&pay.name)))
            // One that counts against royalties too is followed with them.
            .filter(|(_, fees)| !fees.is_empty() && fees.iter().all(|n| self.pay_named(n).is_some()))
            .collect();
        found.sort_by_key(|(pay, _)| pay.at);
        let links: Vec<Vec<Name>> = found.iter().map(|(_, fees)| fees.clone()).collect();
        let group = crate::royalty::turns::linked(&links, name);
        found.retain(|(_, fees)| fees.iter().any(|n| group.contains(n)));
        let mut pools = Vec::new();
        for (pay, fees) in found {
            let arrived = self.items(&pay.name)?.into_iter().map(|i| (i.arisen, i.amount)).collect();
            // What goes back is no longer there.
            let back = self.refunds(pay)?.into_iter().map(|refund| {
                (refund.day, refund.value.map(|(value, _)| value).map_err(|u| u.at(refund.at)))
            });
            let back = back.collect();
            let same_year = against_fees(pay).is_some_and(|rule| rule.same_year);
            pools.push(Pool { pay, fees, same_year, arrived, back, used: Vec::new(), unsure: None });
        }
        Ok(pools)
    }

    /// Takes prepayments off the fees they count against, the earliest due first.
    fn take_off(&self, pools: &mut [Pool<'_>], until: Option<Date>) -> Eval<Vec<(Name, Item, Vec<Step>)>> {
        let mut fees: Vec<Name> = Vec::new();
        for name in pools.iter().flat_map(|p| &p.fees) {
            if !fees.contains(name) {
                fees.push(name.clone());
            }
        }
        let mut all: Vec<(Name, Item, Vec<Step>)> = Vec::new();
        for fee in fees {
            all.extend(self.items(&fee)?.into_iter().map(|item| (fee.clone(), item, Vec::new())));
        }
        let day = |item: &Item| item.due.unwrap_or(item.arisen);
        all.sort_by_key(|(_, item, _)| day(item));
        for (fee, item, steps) in &mut all {
            let on = day(item);
            if until.is_some_and(|until| on > until) {
                continue;
            }
            for pool in pools.iter_mut() {
                // What counts against it, and how far, is said by the terms it arose under.
                let rule = self.pay_on(&pool.pay.name, item.terms).and_then(against_fees);
                let Some(rule) = rule.filter(|rule| rule.names.contains(fee)) else { continue };
                pool.same_year = rule.same_year;
                let full = match &item.amount {
                    Ok(full) => full.clone(),
                    Err(unknown) => {
                        // What it would have used cannot be said, so what is left cannot either.
                        if pool.available(on).is_ok_and(|n| n.is_positive()) {
                            pool.unsure = Some(unknown.clone());
                        }
                        continue;
                    }
                };
                match self.used_of(pool, &rule, item, &full, on) {
                    Ok(used) if used.is_positive() => {
                        pool.used.push((on, used.clone()));
                        let left = full.with(full.number() - &used);
                        let what = format!("credit of {}", pool.pay.name);
                        steps.push(Step::new(what, full.with(-used)).by(rule.at));
                        item.amount = Ok(left);
                    }
                    Ok(_) => {}
                    Err(unknown) => {
                        pool.unsure.get_or_insert_with(|| unknown.clone());
                        item.amount = Err(unknown.at(rule.at));
                    }
                }
            }
        }
        Ok(all)
    }

    /// How much of a prepayment comes off an amount.
    fn used_of(
        &self,
        pool: &Pool<'_>,
        rule: &Against<'_>,
        item: &Item,
        full: &Val,
        day: Date,
    ) -> Eval<Exact> {
        let come = pool.arrived.iter().filter(|(d, _)| *d <= day).filter_map(|(_, v)| v.as_ref().ok());
        for one in come {
            // Sums of different money cannot be taken off each other.
            full.compare(one)?;
        }
        let mut room = full.number().clone();
        if let Some(most) = rule.most {
            let period = item.period.or_else(|| Period::new(item.arisen, item.arisen));
            room = room.min(match self.amount(most, &Focus { period, ..Focus::default() })?.0 {
                Val::Number(share) => full.number() * &share,
                Val::Money(money) => money.amount,
            });
        }
        Ok(pool.available(day)?.min(room).max(Exact::zero()))
    }
}

/// By which clause a payment counts against others.
fn against_fees(pay: &Pay) -> Option<Against<'_>> {
    pay.rules.iter().find_map(|(rule, at)| match rule {
        PayRule::Creditable(names, most, same_year) => {
            Some(Against { names, most: most.as_ref(), same_year: *same_year, at: *at })
        }
        _ => None,
    })
}
