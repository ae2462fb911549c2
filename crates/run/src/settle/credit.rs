//! Prepayments, advances and debts that are credited against royalties.

use super::Pool;
use super::together::Shared;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::Part;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Date, Exact};
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
        if let Some(why) = part.silence() {
            shared.unsure(self, &royalty.name, &part.period, why);
        }
        let mut owed = full.clone();
        let mut out = Vec::new();
        // What a title earned pays back that title's advances only, each dollar once.
        let mut by_member: BTreeMap<Name, Exact> = BTreeMap::new();
        // Of several what came first is used first; of what came on one day, what the text names first.
        let end = part.period.end;
        let mut lots: Vec<(Date, usize, Option<Exact>)> = Vec::new();
        let mut rules = Vec::new();
        for (index, pool) in shared.pools.iter_mut().enumerate() {
            let rule = self.credit_rule(royalty, &pool.name, part.period.start);
            if let Some((_, same_year, _)) = rule {
                pool.same_year = same_year;
            }
            let rule = rule.filter(|_| payer.is_none_or(|p| self.made_by(&pool.name, p)));
            match &pool.unsure {
                _ if rule.is_none() => {}
                Some(_) => lots.push((pool.since.unwrap_or(Date::MIN), index, None)),
                None => lots.extend(pool.lots(end).into_iter().map(|(day, left)| (day, index, Some(left)))),
            }
            rules.push((rule, Exact::zero()));
        }
        lots.sort_by_key(|(day, index, _)| (*day, *index));
        for (_, index, lot) in lots {
            let (Some(pool), Some((Some((most, _, at)), used_here))) =
                (shared.pools.get_mut(index), rules.get_mut(index))
            else {
                continue;
            };
            let room =
                self.room_for(royalty, part, pool, full, &owed, (most.as_ref(), used_here), &by_member);
            let room = match room {
                Ok(room) => room,
                Err(unknown) => {
                    let unknown = unknown.at(*at);
                    pool.unsure.get_or_insert_with(|| unknown.clone());
                    pool.left.push((part.period, Err(unknown.clone())));
                    return Err(unknown);
                }
            };
            if let Some(unknown) = pool.unsure.clone().filter(|_| room.is_positive()) {
                pool.left.push((part.period, Err(unknown.clone())));
                return Err(unknown.at(*at));
            }
            let used = lot.unwrap_or_default().min(room).max(Exact::zero());
            if used.is_zero() {
                continue;
            }
            owed = owed.with(owed.number() - &used);
            *used_here += &used;
            pool.used.push((end, used.clone()));
            if let Some(member) = &pool.member {
                *by_member.entry(member.clone()).or_default() += &used;
            }
        }
        for (pool, (rule, used)) in shared.pools.iter_mut().zip(rules) {
            let Some((_, _, at)) = rule else { continue };
            if !used.is_zero() {
                out.push((pool.name.clone(), used.clone()));
                let what = format!("credit of {}", pool.name);
                steps.push(Step::new(what, owed.with(-used)).by(at));
            }
            let left = pool.available(end);
            pool.left.push((part.period, pool.unsure.clone().map_or(Ok(left), Err)));
        }
        Ok((owed, out))
    }

    /// How much more a pool may take off a period's payment.
    #[expect(clippy::too_many_arguments, reason = "what bounds it")]
    fn room_for(
        &self,
        royalty: &Royalty,
        part: &Part,
        pool: &Pool,
        full: &Val,
        owed: &Val,
        (most, used): (Option<&Amount>, &Exact),
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
            let most = match self.amount(most, &Focus::of(part.period))?.0 {
                Val::Number(share) => full.number() * &share,
                Val::Money(money) => money.amount,
            };
            room = room.min(most - used);
        }
        if let Some((rate, _, _)) = royalty.offset.as_ref().filter(|(_, debt, _)| *debt == pool.name)
            && room.is_positive()
        {
            room = room.min(self.offset_of(rate, part)? - used);
        }
        Ok(room)
    }

    /// Whether a payment is owed by a party, or by a group it is a member of.
    pub(super) fn made_by(&self, pay: &Name, party: &Name) -> bool {
        self.is_of_side(self.pay_named(pay).map(|p| p.from.as_slice()), party)
    }

    /// Whether a payment is owed to a party, or to a group it is a member of.
    pub(super) fn made_to(&self, pay: &Name, party: &Name) -> bool {
        self.is_of_side(self.pay_named(pay).map(|p| p.to.as_slice()), party)
    }

    /// Whether a party is one of a side, where the side is said at all.
    fn is_of_side(&self, side: Option<&[Name]>, party: &Name) -> bool {
        let side = side.unwrap_or_default();
        side.is_empty() || side.iter().any(|s| s == party || self.members(s).contains(party))
    }

    /// By which clause a payment counts against another in a period that begins on a day, up to how much of each
    /// payment, and whether only in the year it came.
    fn credit_rule(&self, royalty: &Royalty, pay: &Name, day: Date) -> Option<(Option<Amount>, bool, At)> {
        let rules = self.pay_on(pay, day).map(|p| p.rules.as_slice()).unwrap_or_default();
        let rule = rules.iter().find_map(|(rule, at)| match rule {
            PayRule::Creditable(against, most, same_year) if against.contains(&royalty.name) => {
                Some((most.clone(), *same_year, *at))
            }
            PayRule::Recouped(from, ..) if from.contains(&royalty.name) => Some((None, false, *at)),
            _ => None,
        });
        let offset = royalty.offset.as_ref().filter(|(_, debt, _)| debt == pay);
        rule.or(offset.map(|(_, _, at)| (None, false, *at)))
    }

    /// So much for each unit of a period's base.
    fn offset_of(&self, rate: &Rate, part: &Part) -> Eval<Exact> {
        let Rate::Value { value, .. } = rate else { return Ok(Exact::zero()) };
        let base = part.base(&Val::Number(Exact::zero()))?;
        Ok(self.amount(value, &Focus::of(part.period))?.0.number() * base.number())
    }
}
