//! Prepayments, advances and debts that are credited against royalties.

use super::Pool;
use super::together::Shared;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::Part;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact};
use counterpart_terms::At;
use counterpart_terms::model::{PayRule, Rate, Royalty};
use counterpart_terms::value::{Amount, Name};
use std::collections::BTreeMap;

impl Run<'_> {
    /// Prepayments and advances that count against any of these royalties, in the order of the text.
    pub(super) fn pools(&self, names: &[Name]) -> Eval<Vec<Pool>> {
        let mut pools = Vec::new();
        for (name, against) in self.drawn_on() {
            if !against.iter().any(|n| names.contains(n)) {
                continue;
            }
            let Some(pay) = self.pay_named(&name) else { continue };
            let per = pay.rules.iter().find_map(|(rule, _)| match rule {
                PayRule::Recouped(_, per, _) => per.clone(),
                _ => None,
            });
            let same_year = pay.rules.iter().any(|(rule, _)| matches!(rule, PayRule::Creditable(_, _, true)));
            let mut arrived: Vec<(Date, Exact)> = Vec::new();
            let mut unsure = None;
            for item in self.items(&name)? {
                let foreign = item.amount.as_ref().ok().and_then(Val::currency).and_then(|money| {
                    let others = against.iter().filter(|n| names.contains(n));
                    let mut moneys = others.filter_map(|n| self.zero_of(Some(n)).ok()?.currency());
                    moneys.find(|other| *other != money).map(|other| (money, other))
                });
                if let Some((from, to)) = foreign {
                    let reason =
                        format!("`{name}` is in {from}, and how much of it counts in {to} is not said");
                    unsure = unsure.or(Some(Unknown::new(reason).at(pay.at)));
                    continue;
                }
                match item.amount {
                    Ok(amount) => arrived.push((item.arisen, amount.number().clone())),
                    Err(unknown) => unsure = unsure.or(Some(unknown.at(pay.at))),
                }
            }
            let pool = |member| Pool {
                name: name.clone(),
                member,
                same_year,
                left: Vec::new(),
                used: Vec::new(),
                arrived: arrived.clone(),
                unsure: unsure.clone(),
            };
            match per {
                None => pools.push(pool(None)),
                // Each title has the whole amount for itself.
                Some(per) => pools.extend(self.members_of(&per).into_iter().map(|m| pool(Some(m)))),
            }
        }
        Ok(pools)
    }

    /// The members of a dimension that sales are reported for.
    pub(crate) fn members_of(&self, per: &Name) -> Vec<Name> {
        let asked = per.as_str().to_lowercase();
        let roots = self.models().flat_map(|m| &m.market.dimension).filter(|(_, root)| {
            let root = root.as_str().to_lowercase();
            root == asked || root.starts_with(&asked) || asked.starts_with(&root)
        });
        let names: std::collections::BTreeSet<Name> = roots.map(|(name, _)| name.clone()).collect();
        names.into_iter().collect()
    }

    /// What is owed for a period after prepayments, advances and offsets, and what came off which of them.
    pub(super) fn credited(
        &self,
        (royalty, payer): (&Royalty, Option<&Name>),
        part: &Part,
        owed: &Eval<Val>,
        shared: &mut Shared,
        steps: &mut Vec<Step>,
    ) -> Eval<(Val, Vec<(Name, Exact)>)> {
        let full = match owed {
            Ok(full) => full,
            Err(unknown) => {
                shared.unsure(self, &royalty.name, part.period.end, unknown);
                return Err(unknown.clone());
            }
        };
        let mut owed = full.clone();
        let mut out = Vec::new();
        // What a title earned pays back that title's advances only, each dollar once.
        let mut by_member: BTreeMap<Name, Exact> = BTreeMap::new();
        for pool in &mut shared.pools {
            let Some((most, at)) = self.credit_rule(royalty, &pool.name) else { continue };
            if payer.is_some_and(|p| !self.made_by(&pool.name, p)) {
                continue;
            }
            let mut room = owed.number().clone();
            if let Some(member) = &pool.member {
                let lines = part.subs.iter().flatten().flat_map(|s| &s.lines);
                let earned: Exact =
                    lines.filter(|l| l.cell.contains(member)).map(|l| l.due.number().clone()).sum();
                room = room.min(earned - by_member.get(member).cloned().unwrap_or_default());
            }
            if let Some(most) = most {
                room = room.min(match self.amount(&most, &Focus::of(part.period))?.0 {
                    Val::Number(share) => full.number() * &share,
                    Val::Money(money) => money.amount,
                });
            }
            if let Some((rate, _, _)) = royalty.offset.as_ref().filter(|(_, debt, _)| *debt == pool.name) {
                room = room.min(self.offset_of(rate, part)?);
            }
            if let Some(unknown) = pool.unsure.clone().filter(|_| room.is_positive()) {
                pool.left.push((part.period, Err(unknown.clone())));
                return Err(unknown.at(at));
            }
            let used = pool.available(part.period.end).min(room).max(Exact::zero());
            if !used.is_zero() {
                owed = owed.with(owed.number() - &used);
                pool.used.push((part.period.end, used.clone()));
                if let Some(member) = &pool.member {
                    *by_member.entry(member.clone()).or_default() += &used;
                }
                out.push((pool.name.clone(), used.clone()));
                let what = format!("credit of {}", pool.name);
                steps.push(Step::new(what, owed.with(-used)).by(at));
            }
            let left = pool.available(part.period.end);
            pool.left.push((part.period, pool.unsure.clone().map_or(Ok(left), Err)));
        }
        Ok((owed, out))
    }

    /// Whether a payment is owed by a party, or by a group it is a member of.
    fn made_by(&self, pay: &Name, party: &Name) -> bool {
        let from = self.pay_named(pay).map(|p| p.from.as_slice()).unwrap_or_default();
        from.is_empty() || from.iter().any(|f| f == party || self.members(f).contains(party))
    }

    /// By which clause a payment counts against a royalty, and up to how much of each payment.
    fn credit_rule(&self, royalty: &Royalty, pay: &Name) -> Option<(Option<Amount>, At)> {
        let rules = self.pay_named(pay).map(|p| p.rules.as_slice()).unwrap_or_default();
        let rule = rules.iter().find_map(|(rule, at)| match rule {
            PayRule::Creditable(against, most, _) if against.contains(&royalty.name) => {
                Some((most.clone(), *at))
            }
            PayRule::Recouped(from, ..) if from.contains(&royalty.name) => Some((None, *at)),
            _ => None,
        });
        let offset = royalty.offset.as_ref().filter(|(_, debt, _)| debt == pay);
        rule.or(offset.map(|(_, _, at)| (None, *at)))
    }

    /// So much for each unit of a period's base.
    fn offset_of(&self, rate: &Rate, part: &Part) -> Eval<Exact> {
        let Rate::Value { value, .. } = rate else { return Ok(Exact::zero()) };
        let base = part.base(&Val::Number(Exact::zero()))?;
        Ok(self.amount(value, &Focus::of(part.period))?.0.number() * base.number())
    }
}
