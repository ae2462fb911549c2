//! The advances and prepayments that royalties and fees draw on: each one sum, or one for each title.

use super::Pool;
use super::found::Draws;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact};
use counterpart_terms::model::{Pay, PayRule, Royalty};
use counterpart_terms::value::Name;
use std::collections::BTreeMap;
use std::rc::Rc;

impl Run<'_> {
    /// The payments that count against others, in the order of the text: each with those royalties and fees.
    pub(super) fn draws(&self) -> Draws {
        Rc::clone(self.owed.draws.get_or_init(|| self.find_draws()))
    }

    fn find_draws(&self) -> Draws {
        let mut out = Vec::new();
        for pay in self.pays() {
            let name = &pay.name;
            // Which of them it counts against in a period is said by the terms of that period.
            let mut against = self.named_by(name, |pay| {
                let rules = pay.rules.iter().filter_map(|(rule, _)| match rule {
                    PayRule::Creditable(named, ..) | PayRule::Recouped(named, ..) => Some(named),
                    _ => None,
                });
                rules.flatten().collect()
            });
            let offset = |r: &Royalty| r.offset.as_ref().is_some_and(|(_, debt, _)| debt == name);
            against.extend(self.royalties().into_iter().filter(|r| offset(r)).map(|r| r.name.clone()));
            against.retain(|n| royalty::find(self, n, None).is_ok() || self.pay_named(n).is_some());
            if !against.is_empty() {
                out.push((pay.at, name.clone(), against));
            }
        }
        out.sort();
        out.into_iter().map(|(_, name, against)| (name, against)).collect()
    }

    /// The payments that count against royalties, in the order of the text: each with those royalties.
    pub(crate) fn drawn_on(&self) -> Vec<(Name, Vec<Name>)> {
        let mut out = self.draws().to_vec();
        for (_, against) in &mut out {
            against.retain(|n| royalty::find(self, n, None).is_ok());
        }
        out.retain(|(_, against)| !against.is_empty());
        out
    }

    /// Prepayments and advances that count against any of these, in the order of the text.
    pub(super) fn pools(&self, names: &[Name]) -> Eval<Vec<Pool>> {
        let mut pools = Vec::new();
        for (name, against) in self.draws().iter() {
            if !against.iter().any(|n| names.contains(n)) {
                continue;
            }
            let Some(pay) = self.pay_named(name) else { continue };
            let per = self.models().rev().filter_map(|m| m.pays.get(name)).flat_map(|p| &p.rules);
            let per = per.into_iter().find_map(|(rule, _)| match rule {
                PayRule::Recouped(_, per, _) => per.clone(),
                _ => None,
            });
            let same_year = pay.rules.iter().any(|(rule, _)| matches!(rule, PayRule::Creditable(_, _, true)));
            let mut arrived: Vec<(Date, Exact)> = Vec::new();
            let (mut unsure, mut unknown_since, mut money) = (None, None, None);
            for item in self.items_not_waived(name)? {
                let foreign = item.amount.as_ref().ok().and_then(Val::currency).and_then(|money| {
                    // What counts against a fee is held against the money of that when it comes off.
                    let others = against.iter().filter(|n| names.contains(n) && self.pay_named(n).is_none());
                    let mut moneys = others.filter_map(|n| self.zero_of(Some(n)).ok()?.currency());
                    moneys.find(|other| *other != money).map(|other| (money, other))
                });
                if let Some((from, to)) = foreign {
                    let reason =
                        format!("`{name}` is in {from}, and how much of it counts in {to} is not said");
                    unsure = unsure.or(Some(Unknown::new(reason).at(pay.at)));
                    continue;
                }
                money = money.or(item.amount.as_ref().ok().and_then(Val::currency));
                match item.amount {
                    Ok(amount) => arrived.push((item.arisen, amount.number().clone())),
                    Err(unknown) => {
                        unsure = unsure.or(Some(unknown.at(pay.at)));
                        unknown_since = unknown_since.or(Some(item.arisen));
                    }
                }
            }
            let since = arrived.first().map(|(day, _)| *day).into_iter().chain(unknown_since).min();
            let mut back: Vec<(Date, Exact)> = Vec::new();
            for refund in self.refunds(pay)? {
                match refund.value {
                    Ok((value, _)) => back.push((refund.day, value.number().clone())),
                    Err(unknown) => unsure = unsure.or(Some(unknown.at(refund.at))),
                }
            }
            let pool = |member, part: &Exact, unsure: Option<Unknown>| Pool {
                name: name.clone(),
                money,
                since,
                member,
                same_year,
                left: Vec::new(),
                used: Vec::new(),
                arrived: arrived.iter().map(|(day, sum)| (*day, sum * part)).collect(),
                back: back.iter().map(|(day, sum)| (*day, sum * part)).collect(),
                unsure,
            };
            let Some(per) = per else {
                pools.push(pool(None, &Exact::one(), unsure));
                continue;
            };
            let members = self.members_of(&per);
            let shares = self.allocated(pay, &members);
            for member in members {
                // Each title has the whole amount for itself, unless the text gives it a part.
                let part = match &shares {
                    None => Ok(Exact::one()),
                    Some(shares) => shares.get(&member).cloned().unwrap_or_else(|| Ok(Exact::zero())),
                };
                pools.push(match part {
                    Ok(part) => pool(Some(member), &part, unsure.clone()),
                    Err(why) => pool(Some(member), &Exact::zero(), Some(why.at(pay.at))),
                });
            }
        }
        Ok(pools)
    }

    /// The share of a payment that each title or product earns back, where the text allocates it.
    fn allocated(&self, pay: &Pay, members: &[Name]) -> Option<BTreeMap<Name, Eval<Exact>>> {
        let parts = pay.rules.iter().find_map(|(rule, _)| match rule {
            PayRule::Allocated(parts) => Some(parts),
            _ => None,
        })?;
        let market = &self.model_now().market;
        let value = |amount| self.amount(amount, &Focus::default()).map(|(value, _)| value.number().clone());
        let mut of: BTreeMap<Name, Eval<Exact>> = BTreeMap::new();
        for member in members {
            let here =
                |to: &Name| to == member || market.within(member, to) || self.members_of(to).contains(member);
            if let Some((amount, _)) = parts.iter().find(|(_, to)| here(to)) {
                of.insert(member.clone(), value(amount));
            }
        }
        let total = pay.rules.iter().find_map(|(rule, _)| match rule {
            PayRule::Total(total) => Some(value(total)),
            _ => None,
        });
        let total = total.unwrap_or_else(|| of.values().cloned().sum::<Eval<Exact>>());
        // A sum that comes in instalments comes to each in the proportion of its part.
        for part in of.values_mut() {
            *part = part.clone().and_then(|part| {
                let share = part.checked_div(total.as_ref().map_err(Clone::clone)?);
                share.ok_or_else(|| Unknown::new("nothing is allocated"))
            });
        }
        Some(of)
    }

    /// The members of a dimension that sales are reported for.
    pub(crate) fn members_of(&self, per: &Name) -> Vec<Name> {
        let all = self
            .models()
            .flat_map(|m| m.market.dimension.keys().filter(|name| m.market.is_member(name, per)));
        let names: std::collections::BTreeSet<Name> = all.cloned().collect();
        names.into_iter().collect()
    }
}
