//! Prepayments, advances and debts that are credited against royalties.

use super::Pool;
use super::together::Shared;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::Part;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::Exact;
use counterpart_terms::At;
use counterpart_terms::model::{PayRule, Rate, Royalty};
use counterpart_terms::value::{Amount, Name};
use std::collections::BTreeMap;

impl Run<'_> {
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
                shared.unsure(self, &royalty.name, &part.period, unknown);
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
            let available = pool.available(part.period.end);
            // What there is not to draw on needs no limit.
            let room = match available.is_positive() || pool.unsure.is_some() {
                true => self.room_for(royalty, part, pool, full, &owed, most.as_ref(), &by_member),
                false => Ok(Exact::zero()),
            };
            let room = match room {
                Ok(room) => room,
                Err(unknown) => {
                    let unknown = unknown.at(at);
                    pool.unsure.get_or_insert_with(|| unknown.clone());
                    pool.left.push((part.period, Err(unknown.clone())));
                    return Err(unknown);
                }
            };
            if let Some(unknown) = pool.unsure.clone().filter(|_| room.is_positive()) {
                pool.left.push((part.period, Err(unknown.clone())));
                return Err(unknown.at(at));
            }
            let used = available.min(room).max(Exact::zero());
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

    /// How much a pool may take off a period's payment.
    #[expect(clippy::too_many_arguments, reason = "what bounds it")]
    fn room_for(
        &self,
        royalty: &Royalty,
        part: &Part,
        pool: &Pool,
        full: &Val,
        owed: &Val,
        most: Option<&Amount>,
        by_member: &BTreeMap<Name, Exact>,
    ) -> Eval<Exact> {
        let mut room = owed.number().clone();
        if let Some(member) = &pool.member {
            let lines = part.subs.iter().flatten().flat_map(|s| &s.lines);
            let earned: Exact =
                lines.filter(|l| l.cell.contains(member)).map(|l| l.due.number().clone()).sum();
            room = room.min(earned - by_member.get(member).cloned().unwrap_or_default());
        }
        if let Some(most) = most.filter(|_| room.is_positive()) {
            room = room.min(match self.amount(most, &Focus::of(part.period))?.0 {
                Val::Number(share) => full.number() * &share,
                Val::Money(money) => money.amount,
            });
        }
        if let Some((rate, _, _)) = royalty.offset.as_ref().filter(|(_, debt, _)| *debt == pool.name)
            && room.is_positive()
        {
            room = room.min(self.offset_of(rate, part)?);
        }
        Ok(room)
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
