//! Prepayments, advances and debts that are credited against a royalty.

use super::Pool;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::{self, Part};
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::Exact;
use counterpart_terms::model::{PayRule, Rate, Royalty};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Prepayments and advances that count against a royalty.
    pub(super) fn pools(&self, name: &Name) -> Eval<Vec<Pool>> {
        let mut pools = Vec::new();
        for (pay, definition) in &self.last_model().pays {
            let credits = definition.rules.iter().any(|(rule, _)| match rule {
                PayRule::Creditable(against, ..) => against.contains(name),
                PayRule::Recouped(from, ..) => from.contains(name),
                _ => false,
            });
            let offset = royalty::find(self, name, None)?
                .offset
                .as_ref()
                .is_some_and(|(_, against, _)| against == pay);
            if !credits && !offset {
                continue;
            }
            let per = definition.rules.iter().find_map(|(rule, _)| match rule {
                PayRule::Recouped(_, per, _) => per.clone(),
                _ => None,
            });
            let mut arrived = Vec::new();
            for item in self.items(pay)? {
                arrived.push((item.arisen, item.amount.map_err(|u| u.at(definition.at))?.number().clone()));
            }
            let total: Exact = arrived.iter().map(|(_, n)| n.clone()).sum();
            match per {
                None => pools.push(Pool {
                    name: pay.clone(),
                    member: None,
                    left: Vec::new(),
                    used: Exact::zero(),
                    total,
                    arrived,
                }),
                // Each title has the whole amount for itself.
                Some(per) => {
                    for member in self.members_of(&per) {
                        pools.push(Pool {
                            name: pay.clone(),
                            member: Some(member),
                            left: Vec::new(),
                            used: Exact::zero(),
                            total: total.clone(),
                            arrived: arrived.clone(),
                        });
                    }
                }
            }
        }
        Ok(pools)
    }

    /// The members of a dimension that sales are reported for.
    pub(crate) fn members_of(&self, per: &Name) -> Vec<Name> {
        let market = &self.last_model().market;
        let asked = per.as_str().to_lowercase();
        let roots = market.dimension.iter().filter(|(_, root)| {
            let root = root.as_str().to_lowercase();
            root == asked || root.starts_with(&asked) || asked.starts_with(&root)
        });
        roots.map(|(name, _)| name.clone()).collect()
    }

    /// Takes prepayments, advances and offsets off what is owed for a period.
    pub(super) fn credited(
        &self,
        royalty: &Royalty,
        part: &Part,
        owed: Val,
        earned: &Eval<Val>,
        pools: &mut [Pool],
        steps: &mut Vec<Step>,
    ) -> Eval<Val> {
        let mut owed = owed;
        let model = self.last_model();
        for pool in pools.iter_mut() {
            let available = pool.available(part.period.end);
            let rules = model.pays.get(&pool.name).map(|p| p.rules.as_slice()).unwrap_or_default();
            let limit = rules.iter().find_map(|(rule, at)| match rule {
                PayRule::Creditable(against, most, _) if against.contains(&royalty.name) => {
                    Some((most.clone(), *at))
                }
                PayRule::Recouped(from, ..) if from.contains(&royalty.name) => Some((None, *at)),
                _ => None,
            });
            let offset = royalty.offset.as_ref().filter(|(_, against, _)| *against == pool.name);
            let limit = limit.or(offset.map(|(_, _, at)| (None, *at)));
            let Some((most, at)) = limit else { continue };
            let mut room = match &pool.member {
                None => owed.number().clone(),
                Some(member) => {
                    let lines = part.subs.iter().flatten().flat_map(|s| &s.lines);
                    lines.filter(|l| l.cell.contains(member)).map(|l| l.due.number().clone()).sum()
                }
            };
            if let Some(most) = most {
                let (most, _) = self.amount(&most, &Focus::of(part.period))?;
                let most = match (&most, earned) {
                    (Val::Number(share), Ok(earned)) => earned.number() * share,
                    (Val::Number(_), Err(unknown)) => return Err(unknown.clone()),
                    (Val::Money(m), _) => m.amount.clone(),
                };
                room = room.min(most);
            }
            if let Some((rate, _, _)) = offset {
                room = room.min(self.offset_of(rate, part)?);
            }
            let used = available.min(room).max(Exact::zero());
            if !used.is_zero() {
                owed = owed.with(owed.number() - &used);
                pool.used += &used;
                let what = format!("credit of {}", pool.name);
                steps.push(Step::new(what, owed.with(-used)).by(at));
            }
            pool.left.push((part.period, pool.available(part.period.end)));
        }
        Ok(owed)
    }

    /// So much for each unit of a period's base.
    fn offset_of(&self, rate: &Rate, part: &Part) -> Eval<Exact> {
        let Rate::Value { value, .. } = rate else { return Ok(Exact::zero()) };
        let base = part.base(&Val::Number(Exact::zero()))?;
        Ok(self.amount(value, &Focus::of(part.period))?.0.number() * base.number())
    }
}
