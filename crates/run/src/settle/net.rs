//! Netting: what one side's payments come to less the other's, with small balances that wait.

use super::Due;
use super::net_ways::goes;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::{Model, Net};
use counterpart_terms::value::Name;
use std::rc::Rc;

/// What payments both ways come to against each other in a period, or on a day where no period is said. What the
/// payer of the first named pays is positive.
#[derive(Debug, Clone)]
pub(crate) struct Balance {
    /// The payments its clause nets.
    pub streams: Vec<Name>,
    /// The period; none where it is of one day.
    pub period: Option<Period>,
    /// What each payment comes to.
    pub sides: Vec<(Name, Eval<Val>)>,
    /// What waited from earlier periods.
    pub brought: Eval<Val>,
    /// A balance below this waits.
    pub below: Option<Val>,
    /// All of it.
    pub balance: Eval<Val>,
    /// What is paid of it now.
    pub paid: Eval<Val>,
    /// When; none where no day can be said.
    pub due: Eval<Option<Date>>,
}

impl Run<'_> {
    /// Whether an amount is part of a balance. What falls due on one day goes by the terms it began under.
    pub(crate) fn is_in_balance(&self, due: &Due, balance: &Balance) -> bool {
        if due.found || !balance.sides.iter().any(|(name, _)| *name == due.stream) {
            return false;
        }
        let in_time = match &balance.period {
            // What was told as one for several periods is held in each of their balances.
            Some(period) => due.period.map_or(period.contains(due.arisen), |d| {
                let inside = |d: &Period| period.start <= d.start && d.end <= period.end;
                inside(&d) || due.of.iter().any(inside)
            }),
            None => {
                let same = due.due.is_some() && balance.due.as_ref().is_ok_and(|day| *day == due.due);
                same && self.nets_by_day(begun(due), &balance.streams)
            }
        };
        let between = || {
            let (from, to) = balance.streams.first().map(|first| self.sides_of(first)).unwrap_or_default();
            goes(due, (from, to)).is_some()
        };
        in_time && (!self.runs_both_ways(&due.stream) || between())
    }

    /// Whether the terms of a day net what falls due on one day.
    fn nets_by_day(&self, day: Date, streams: &[Name]) -> bool {
        net_in(self.model_on(day), streams).is_some_and(|clause| clause.cycle.is_none())
    }

    /// What the first payment comes to in a period less the others; by the clause that nets them where there is one.
    ///
    /// # Errors
    /// Where one of them cannot be computed.
    pub(crate) fn netted(&self, streams: &[Name], period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let model = self.model_on(period.map_or(self.facts.as_of(), |p| p.start));
        let clause = net_in(model, streams).filter(|net| net.cycle.is_some());
        let (Some(clause), Some(period)) = (clause, period) else {
            return self.difference(streams, period, zero);
        };
        let asked = Net { streams: streams.to_vec(), ..clause.clone() };
        let balances = self.balances(&asked, period.end)?;
        match balances.into_iter().find(|b| b.period.as_ref() == Some(period)) {
            Some(balance) => balance.paid,
            None => self.difference(streams, Some(period), zero),
        }
    }

    fn difference(&self, streams: &[Name], period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let (from, to) = streams.first().map(|first| self.sides_of(first)).unwrap_or_default();
        let mut sum = zero.clone();
        for name in streams {
            if let Some(why) = period.and_then(|p| self.unheard(name, p)) {
                return Err(why);
            }
            if self.runs_both_ways(name) {
                let dues = self.dues(name)?;
                let own = dues.iter().filter(|due| due.is_in(period));
                sum = sum.plus(&self.both_ways(own, (from, to), zero)?)?;
                continue;
            }
            let owed = self.owed_for(name, period, zero)?;
            sum = if self.way(streams, (from, to), name)? { sum.plus(&owed)? } else { sum.less(&owed)? };
        }
        Ok(sum)
    }

    /// The balances of a clause that nets payments, oldest first.
    ///
    /// # Errors
    /// Where the payments are not between the same parties, or it cannot be said for which periods they are.
    pub(crate) fn balances(&self, net: &Net, until: Date) -> Eval<Vec<Balance>> {
        let mut signs = Vec::new();
        for name in &net.streams {
            signs.push((name.clone(), self.way_in(net, name).map_err(|u| u.at(net.at))?));
        }
        // Each period goes by the clause it began under, and so does what falls due on one day.
        let first = self.first_day().unwrap_or(until).min(until);
        let mut periods: Vec<(Period, &Net)> = Vec::new();
        for clause in self.versions(net) {
            let Some(cycle) = &clause.cycle else { continue };
            let own = self.clock().cycle(cycle)?.between(first, until).into_iter();
            let in_force = |p: &Period| self.net_on(p.start, net).is_some_and(|now| now.at == clause.at);
            periods.extend(own.filter(in_force).map(|period| (period, clause)));
        }
        periods.sort_by_key(|(period, _)| *period);
        let mut out = self.by_period(&signs, periods);
        out.extend(self.by_day(net, &signs));
        Ok(out)
    }

    /// The clauses that net payments under any terms up to now: of several for the same payments, the last.
    pub(crate) fn nets(&self) -> Vec<&Net> {
        let as_of = self.facts.as_of();
        let editions = self.machine.editions.0.iter().filter(|e| e.from.is_none_or(|from| from <= as_of));
        let mut out: Vec<&Net> = Vec::new();
        for net in editions.flat_map(|e| &e.model.nets) {
            match out.iter_mut().find(|other| is_of(other, &net.streams)) {
                Some(other) => *other = net,
                None => out.push(net),
            }
        }
        out
    }

    /// The clauses for the same payments under any terms.
    fn versions(&self, net: &Net) -> Vec<&Net> {
        let mut out: Vec<&Net> = Vec::new();
        for other in self.models().flat_map(|m| &m.nets).filter(|other| is_of(other, &net.streams)) {
            if !out.iter().any(|known| known.at == other.at) {
                out.push(other);
            }
        }
        out
    }

    /// The clause that sets these payments against each other under the terms of a day.
    fn net_on(&self, day: Date, net: &Net) -> Option<&Net> {
        net_in(self.model_on(day), &net.streams)
    }

    fn by_period(&self, signs: &[(Name, bool)], periods: Vec<(Period, &Net)>) -> Vec<Balance> {
        let zero = signs.first().and_then(|(first, _)| self.zero_of(Some(first)).ok());
        let zero = zero.unwrap_or(Val::Number(Exact::zero()));
        let mut brought: Eval<Val> = Ok(zero.clone());
        let mut out = Vec::new();
        let dues: Vec<Rc<[Due]>> =
            signs.iter().map(|(name, _)| self.dues(name).unwrap_or_default()).collect();
        // Before anything is owed either way, silence is no gap.
        let all = dues.iter().flat_map(|of| of.iter());
        let first = all.filter(|d| !d.found).map(|d| d.period.map_or(d.arisen, |p| p.end)).min();
        for (period, net) in periods {
            let begun = first.is_some_and(|first| first <= period.end);
            let sides: Vec<(Name, Eval<Val>)> = signs
                .iter()
                .zip(&dues)
                .map(|((name, same), dues)| {
                    let silent = self.unheard(name, &period).filter(|_| begun);
                    let silent = silent.or_else(|| self.told_wider(name, &period, dues));
                    let owed = silent.map_or_else(|| self.side(net, name, &period, dues, &zero), Err);
                    (name.clone(), owed.map(|v| if *same { v } else { v.with(-v.number().clone()) }))
                })
                .collect();
            let balance = sum(&sides, brought.clone());
            let below =
                net.below.as_ref().map(|b| self.amount(b, &Focus::of(period)).map(|(value, _)| value));
            let waits = match (&below, &balance) {
                (None, _) => Ok(false),
                (Some(below), Ok(balance)) => below
                    .clone()
                    .and_then(|below| Ok(balance.with(balance.number().abs()).compare(&below)?.is_lt())),
                (Some(_), Err(why)) => Err(why.clone()),
            };
            let nothing = |v: Val| v.with(Exact::zero());
            let paid = match &waits {
                Ok(true) => balance.clone().map(nothing),
                Ok(false) => balance.clone(),
                Err(why) => Err(why.clone()),
            };
            let carried = match &waits {
                Ok(true) => balance.clone(),
                Ok(false) => Ok(zero.clone()),
                Err(why) => Err(why.clone()),
            };
            let due = match &net.paid {
                Some(paid) => self.paid_day(paid, &period),
                None => Ok(None),
            };
            let before = std::mem::replace(&mut brought, carried);
            let below = below.and_then(Result::ok);
            let streams = net.streams.clone();
            let mut one =
                Balance { streams, period: Some(period), sides, brought: before, below, balance, paid, due };
            if net.paid.is_none() {
                one.due = self.last_due(&one);
            }
            out.push(one);
        }
        out
    }

    /// What a payment brings into the balance of a period. What an audit found is due by itself.
    fn side(&self, net: &Net, name: &Name, period: &Period, dues: &[Due], zero: &Val) -> Eval<Val> {
        let own = dues.iter().filter(|d| d.stream == *name && d.is_in(Some(period)));
        if self.runs_both_ways(name) {
            let (from, to) = self.net_parties(net);
            return self.both_ways(own, (from, to), zero);
        }
        let mut owed = self.owed_for(name, Some(period), zero)?;
        for due in own.filter(|d| d.found) {
            owed = owed.less(due.amount.as_ref().map_err(Clone::clone)?)?;
        }
        Ok(owed)
    }

    /// Where nothing is said, a balance is due once the last of what it is made of is.
    fn last_due(&self, balance: &Balance) -> Eval<Option<Date>> {
        let mut last = None;
        for (name, _) in &balance.sides {
            for due in self.dues(name)?.iter().filter(|d| self.is_in_balance(d, balance)) {
                last = last.max(due.due);
            }
        }
        Ok(last)
    }

    /// Without a period, what falls due on one day is set against what falls due the other way on it.
    fn by_day(&self, net: &Net, signs: &[(Name, bool)]) -> Vec<Balance> {
        let here = |day: Date| self.nets_by_day(day, &net.streams);
        let mut days: std::collections::BTreeMap<Date, Vec<(Name, bool, Eval<Val>)>> = Default::default();
        for (name, same) in signs {
            for (_, day, why) in self.unheard_days(name).into_iter().filter(|(p, ..)| here(p.start)) {
                days.entry(day).or_default().push((name.clone(), *same, Err(why)));
            }
            for due in self.dues(name).unwrap_or_default().iter().filter(|d| !d.found) {
                let Some(day) = due.due.filter(|_| here(begun(due))) else { continue };
                let same = if self.runs_both_ways(name) { self.due_goes_as_first(net, due) } else { *same };
                let amount = due.amount.clone().map(|v| if same { v } else { v.with(-v.number().clone()) });
                days.entry(day).or_default().push((name.clone(), same, amount));
            }
        }
        let both = |of: &[(Name, bool, Eval<Val>)]| of.iter().any(|o| o.1) && of.iter().any(|o| !o.1);
        let met = days.into_iter().filter(|(_, of)| both(of));
        met.map(|(day, of)| {
            let zero = of.iter().find_map(|(_, _, v)| v.as_ref().ok()).map(|v| v.with(Exact::zero()));
            let sides: Vec<(Name, Eval<Val>)> = of.into_iter().map(|(name, _, v)| (name, v)).collect();
            let brought = Ok(zero.unwrap_or(Val::Number(Exact::zero())));
            let balance = sum(&sides, brought.clone());
            let paid = balance.clone();
            let streams = net.streams.clone();
            Balance { streams, period: None, sides, brought, below: None, balance, paid, due: Ok(Some(day)) }
        })
        .collect()
    }
}

/// The day whose terms an amount goes by.
fn begun(due: &Due) -> Date {
    due.period.map_or(due.arisen, |period| period.start)
}

/// Whether a clause nets these payments, in whatever order.
fn is_of(net: &Net, streams: &[Name]) -> bool {
    net.streams.len() == streams.len() && streams.iter().all(|name| net.streams.contains(name))
}

/// The clause of some terms that nets these payments: of several the last, which restates those before.
fn net_in<'m>(model: &'m Model, streams: &[Name]) -> Option<&'m Net> {
    model.nets.iter().rev().find(|net| is_of(net, streams))
}

fn sum(sides: &[(Name, Eval<Val>)], first: Eval<Val>) -> Eval<Val> {
    sides.iter().try_fold(first?, |sum, (_, side)| sum.plus(side.as_ref().map_err(Clone::clone)?))
}
