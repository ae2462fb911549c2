//! From earned to owed: minimums, credits, splits, tax, rounding, due dates, what was paid, interest.

use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::{self, Part};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::At;
use counterpart_terms::model::{Paid, PayRule, Royalty};
use counterpart_terms::value::Name;

/// An amount that is owed.
#[derive(Debug, Clone)]
pub struct Due {
    /// Which payment.
    pub stream: Name,
    /// Who owes it.
    pub from: Option<Name>,
    /// The period it is for.
    pub period: Option<Period>,
    /// The day it arose.
    pub arisen: Date,
    /// The day it is due.
    pub due: Option<Date>,
    /// Computed, before credits and tax.
    pub gross: Eval<Val>,
    /// To be paid, rounded as the deal says.
    pub amount: Eval<Val>,
    /// To be paid, exact.
    pub exact: Eval<Val>,
    /// Why.
    pub steps: Vec<Step>,
    /// The clause.
    pub at: At,
}

/// What remains of an advance or prepayment.
#[derive(Debug, Clone)]
pub struct Pool {
    /// The payment that made it.
    pub name: Name,
    /// For one title or product alone.
    pub member: Option<Name>,
    /// What is left of it after each period.
    pub left: Vec<(Period, Exact)>,
    /// What was used in all.
    pub used: Exact,
    /// What there was.
    pub total: Exact,
}

/// The settlement of one royalty for one payer.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// What is owed, oldest first.
    pub dues: Vec<Due>,
    /// Advances and prepayments credited.
    pub pools: Vec<Pool>,
    /// What is carried to later periods: minimum surplus.
    pub surplus: Vec<(Period, Exact)>,
}

impl Run<'_> {
    /// The payers of a royalty that are computed apart: the members of a group, or all together.
    pub fn payers(&self, name: &Name) -> Vec<Option<Name>> {
        let Ok(royalty) = royalty::find(self, name, None) else { return vec![None] };
        let groups: Vec<&Name> = royalty.from.iter().filter(|p| self.is_group(p)).collect();
        if groups.is_empty() {
            return vec![None];
        }
        groups.into_iter().flat_map(|g| self.members(g)).map(Some).collect()
    }

    /// Everything owed under a payment clause or royalty, oldest first.
    ///
    /// # Errors
    /// Where the name is neither.
    pub fn dues(&self, name: &Name) -> Eval<Vec<Due>> {
        if self.pay_named(name).is_some() {
            return self.pay_dues(name);
        }
        let mut out = Vec::new();
        for payer in self.payers(name) {
            out.extend(self.settled(name, payer.as_ref())?.dues);
        }
        Ok(out)
    }

    fn pay_dues(&self, name: &Name) -> Eval<Vec<Due>> {
        let pay = self.pay_named(name).ok_or_else(|| Unknown::new(format!("`{name}` is no payment")))?;
        let dues = self.items(name)?.into_iter().map(|item| {
            let rounded = item.amount.clone().map(|v| self.round(&v));
            Due {
                stream: name.clone(),
                from: pay.from.first().cloned(),
                period: item.period,
                arisen: item.arisen,
                due: item.due,
                gross: item.amount.clone(),
                exact: item.amount.clone(),
                amount: rounded,
                steps: vec![item.step],
                at: item.at,
            }
        });
        Ok(dues.collect())
    }

    /// Rounds an amount due as the deal says.
    pub fn round(&self, value: &Val) -> Val {
        match value {
            Val::Money(money) => Val::Money(money.rounded(&self.rounding(money.currency))),
            number => number.clone(),
        }
    }

    /// The settlement of a royalty for a payer.
    ///
    /// # Errors
    /// Where the royalty cannot be followed at all.
    pub fn settled(&self, name: &Name, payer: Option<&Name>) -> Eval<Settled> {
        let series = self.series_of(name, payer)?;
        let zero = Val::money(Exact::zero(), self.currency()?);
        let mut out = Settled { pools: self.pools(name)?, ..Settled::default() };
        let mut surplus: Vec<(Date, Exact)> = Vec::new();
        for part in &series.parts {
            let Ok(royalty) = royalty::find(self, name, Some(part.period.start)) else { continue };
            let earned = part.earned(&zero);
            let minimums =
                self.minimum_dues(royalty, part, &series.parts, &zero, &mut surplus, &mut out.surplus)?;
            let mut steps: Vec<Step> = Vec::new();
            for sub in part.subs.iter().flatten() {
                steps.extend(sub.steps.iter().cloned());
            }
            let mut exact = earned.clone();
            for (difference, step, apart) in minimums {
                match apart {
                    None => {
                        exact = exact.and_then(|e| e.plus(&difference));
                        steps.push(step);
                    }
                    Some((period, due)) => out.dues.push(Due {
                        stream: name.clone(),
                        from: payer.cloned().or_else(|| royalty.from.first().cloned()),
                        period: Some(period),
                        arisen: period.end,
                        due,
                        gross: Ok(difference.clone()),
                        amount: Ok(self.round(&difference)),
                        exact: Ok(difference),
                        steps: vec![step],
                        at: royalty.at,
                    }),
                }
            }
            let exact = exact
                .and_then(|owed| self.credited(royalty, part, owed, &earned, &mut out.pools, &mut steps));
            let worth = part.reported() || exact.as_ref().is_ok_and(|v| !v.number().is_zero());
            if !worth && exact.is_ok() {
                continue;
            }
            if !part.reported() && exact.is_err() && part.period.end > self.facts.as_of() {
                continue;
            }
            out.dues.push(Due {
                stream: name.clone(),
                from: payer.cloned().or_else(|| royalty.from.first().cloned()),
                period: Some(part.period),
                arisen: part.period.end,
                due: self.due_day(royalty, &part.period)?,
                gross: earned,
                amount: exact.clone().map(|v| self.round(&v)),
                exact,
                steps,
                at: royalty.at,
            });
        }
        out.dues.sort_by_key(|d| (d.arisen, d.period.map(|p| p.days())));
        Ok(out)
    }

    /// The day a royalty for a period is due.
    ///
    /// # Errors
    /// Where the length of time is not given.
    pub fn due_day(&self, royalty: &Royalty, period: &Period) -> Eval<Option<Date>> {
        match &royalty.paid {
            Some(paid) => self.paid_day(paid, period),
            None => {
                // Payment goes with the report where nothing else is said.
                let metric = royalty::metrics(royalty).into_iter().next();
                let within = metric.and_then(|m| self.last_model().market.metrics.get(&m)?.within.clone());
                within.map(|w| self.clock().shift(period.end, &w, false)).transpose()
            }
        }
    }

    pub(crate) fn paid_day(&self, paid: &Paid, period: &Period) -> Eval<Option<Date>> {
        let focus = Focus::of(*period);
        let base = match (&paid.of, &paid.on) {
            (Some(of), _) => self.clock().limit(of, &focus)?,
            (None, Some(on)) => self.clock().limit(on, &focus)?,
            (None, None) => Some(period.end),
        };
        if let Some((month, day)) = paid.by {
            let year = period.end.year();
            let this = Date::new(year, month, day).filter(|d| *d > period.end);
            return Ok(this.or_else(|| Date::new(year + 1, month, day)));
        }
        match (&paid.within, base) {
            (Some(within), Some(base)) => self.clock().shift(base, within, false).map(Some),
            (None, base) => Ok(base),
            (Some(_), None) => Ok(None),
        }
    }

    /// What minimums add at the end of their period: with this payment, or as one of their own.
    #[expect(
        clippy::type_complexity,
        reason = "a difference, its reason, and its own period and due day if any"
    )]
    fn minimum_dues(
        &self,
        royalty: &Royalty,
        part: &Part,
        parts: &[Part],
        zero: &Val,
        surplus: &mut Vec<(Date, Exact)>,
        carried: &mut Vec<(Period, Exact)>,
    ) -> Eval<Vec<(Val, Step, Option<(Period, Option<Date>)>)>> {
        let mut out = Vec::new();
        for minimum in &royalty.minimums {
            let Some(period) = self.minimum_period(minimum, &part.period)? else { continue };
            // The minimum of a period is settled with the last payment of it.
            if part.period.end != period.end
                && !(part.period.contains(period.end) && part.period.end > period.end)
            {
                continue;
            }
            if period.end > self.facts.as_of() {
                continue;
            }
            let Some(least) = self.minimum_for(royalty, minimum, &period)? else { continue };
            let mut earned = zero.clone();
            for other in parts.iter().filter(|p| p.period.end <= period.end && p.period.end >= period.start) {
                // A period that cannot be computed leaves the minimum standing.
                earned = earned.plus(&other.earned(zero).unwrap_or_else(|_| zero.clone()))?;
            }
            let mut credit = Exact::zero();
            if minimum.surplus_carried {
                let lapse = minimum.surplus_periods.unwrap_or(u32::MAX);
                surplus.retain(|(from, _)| (period.end.year() - from.year()) as i64 <= i64::from(lapse));
                credit = surplus.iter().map(|(_, n)| n.clone()).sum();
            }
            let missing = least.value.number() - earned.number();
            if missing.is_positive() {
                let used = missing.clone().min(credit);
                use_up(surplus, &used);
                let difference = earned.with(&missing - &used);
                if difference.number().is_positive() {
                    let how = format!("{} less {earned} earned", least.value);
                    let step =
                        Step::new("difference to the minimum", difference.clone()).how(how).by(minimum.at);
                    let step = step.from(vec![least.step]);
                    let apart = match &minimum.difference_within {
                        Some(within) => Some((period, self.clock().shift(period.end, within, false).ok())),
                        None => None,
                    };
                    out.push((difference, step, apart));
                }
            } else if minimum.surplus_carried {
                surplus.push((period.end, -missing));
            }
            if minimum.surplus_carried {
                let lapse = minimum.surplus_periods.unwrap_or(u32::MAX);
                let alive = surplus
                    .iter()
                    .filter(|(from, _)| ((period.end.year() + 1 - from.year()) as i64) <= i64::from(lapse));
                carried.push((period, alive.map(|(_, n)| n.clone()).sum()));
            }
        }
        Ok(out)
    }

    /// The period of a minimum that ends within a payment period.
    fn minimum_period(
        &self,
        minimum: &counterpart_terms::model::Minimum,
        part: &Period,
    ) -> Eval<Option<Period>> {
        for step in &minimum.steps {
            let cycle = match (&step.cycle, &minimum.payable) {
                (_, Some(payable)) if step.cycle.is_some() => Some(self.clock().cycle(payable)?),
                (Some(cycle), _) => Some(self.clock().cycle(cycle)?),
                _ => None,
            };
            if let Some((first, last)) = step.label {
                let (first, last) =
                    (self.clock().period(first, None), self.clock().period(last.unwrap_or(first), None));
                if let (Some(first), Some(last)) = (first, last)
                    && first == last
                    && part.contains(first.end)
                {
                    return Ok(Some(first));
                }
                let cycle = counterpart_num::Cycle::new(
                    counterpart_num::PeriodKind::Year,
                    counterpart_num::Basis::Calendar,
                );
                if let Some(year) = cycle.containing(part.end).filter(|y| part.contains(y.end)) {
                    return Ok(Some(year));
                }
            }
            if let Some(cycle) = cycle {
                let at_end = cycle.containing(part.end);
                let before = at_end.and_then(|p| cycle.previous(&p));
                if let Some(period) = [at_end, before].into_iter().flatten().find(|p| part.contains(p.end)) {
                    return Ok(Some(period));
                }
            }
        }
        Ok(None)
    }

    /// Prepayments and advances that count against a royalty.
    fn pools(&self, name: &Name) -> Eval<Vec<Pool>> {
        let mut pools = Vec::new();
        for (pay, definition) in &self.last_model().pays {
            let credits = definition.rules.iter().any(|(rule, _)| match rule {
                PayRule::Creditable(against, ..) => against.contains(name),
                PayRule::Recouped(from, ..) => from.contains(name),
                _ => false,
            });
            if !credits {
                continue;
            }
            let per = definition.rules.iter().find_map(|(rule, _)| match rule {
                PayRule::Recouped(_, per, _) => per.clone(),
                _ => None,
            });
            let mut total = Exact::zero();
            for item in self.items(pay)? {
                total += item.amount.map_err(|u| u.at(definition.at))?.number();
            }
            match per {
                None => pools.push(Pool {
                    name: pay.clone(),
                    member: None,
                    left: Vec::new(),
                    used: Exact::zero(),
                    total,
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
    fn credited(
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
            let available = &pool.total - &pool.used;
            let rules = model.pays.get(&pool.name).map(|p| p.rules.as_slice()).unwrap_or_default();
            let limit = rules.iter().find_map(|(rule, at)| match rule {
                PayRule::Creditable(against, most, _) if against.contains(&royalty.name) => {
                    Some((most.clone(), *at))
                }
                PayRule::Recouped(from, ..) if from.contains(&royalty.name) => Some((None, *at)),
                _ => None,
            });
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
            let used = available.min(room).max(Exact::zero());
            if !used.is_zero() {
                owed = owed.with(owed.number() - &used);
                pool.used += &used;
                let what = format!("credit of {}", pool.name);
                steps.push(Step::new(what, owed.with(-used)).by(at));
            }
            pool.left.push((part.period, &pool.total - &pool.used));
        }
        Ok(owed)
    }

    /// What was paid on a payment: day, period, amount, tax kept back.
    pub fn paid(&self, name: &Name, payer: Option<&Name>) -> Vec<(Date, Option<Period>, Val)> {
        let paid = self.facts.events().filter_map(|event| {
            let EventKind::Paid { stream, by, label, amount, currency, .. } = &event.kind else {
                return None;
            };
            let here = stream == name && payer.is_none_or(|p| by.as_ref().is_none_or(|b| b == p));
            let period = label.and_then(|l| self.clock().period(l, None));
            here.then(|| (event.date, period, Val::money(amount.clone(), *currency)))
        });
        paid.collect()
    }
}

fn use_up(surplus: &mut [(Date, Exact)], used: &Exact) {
    let mut left = used.clone();
    for (_, amount) in surplus.iter_mut() {
        let taken = amount.clone().min(left.clone());
        *amount = &*amount - &taken;
        left = &left - &taken;
    }
}
