//! Minimums at settlement: the difference, and the surplus that counts later.
//!
//! Two minimums for different parts of the base are two tests, and what they add adds up. Of two minimums for
//! the same part and the same days the greater applies. Where one is for a longer time than another, or for
//! the whole beside one for a part, what the narrower one added counts towards the wider one: it has been paid.

use super::Settled;
use crate::clock::Focus;
use crate::ends::renewal::Ended;
use crate::engine::Run;
use crate::minimum::MinimumFor;
use crate::royalty::{self, Part};
use crate::trace::Step;
use crate::unknown::{Eval, Gap, Unknown};
use crate::value::Val;
use counterpart_num::{self as num, Date, Exact, Period};
use counterpart_syntax::Form;
use counterpart_terms::model::{Counts, Minimum, Royalty};
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

/// What minimums remember from period to period.
#[derive(Debug, Default)]
pub(super) struct Topped {
    /// Earned above the minimum, by the part it is for: the end of the period, and how much is left of it.
    surplus: BTreeMap<Vec<Name>, Vec<(Date, Exact)>>,
    /// What was added, by the part the minimum is for.
    pub added: Vec<(Vec<Name>, Period, Exact)>,
    /// Why it cannot be said what was added or is carried, by the part.
    pub unsure: BTreeMap<Vec<Name>, Unknown>,
}

/// What a minimum adds.
pub(super) struct Missing {
    /// How much.
    pub amount: Eval<Val>,
    /// Why.
    pub step: Step,
    /// Its own period and due day, where it is a payment of its own.
    pub apart: Option<(Period, Option<Date>)>,
}

impl Run<'_> {
    /// What minimums add at the end of their period: with this payment, or as one of their own.
    pub(super) fn minimum_dues(
        &self,
        royalty: &Royalty,
        part: &Part,
        parts: &[Part],
        zero: &Val,
        topped: &mut Topped,
        settled: &mut Settled,
    ) -> Eval<Vec<Missing>> {
        let mut tests = self.minimums_that_end(royalty, part)?;
        // Parts before the whole, short periods before long ones: what one adds counts towards the next.
        tests.sort_by_key(|(_, m, period)| (m.for_part.is_empty(), period.days(), m.at));
        let mut out = Vec::new();
        self.several_at_once(&mut tests, part, zero, topped, &mut out)?;
        while let Some((_, first, period)) = tests.first().copied() {
            let same = |m: &Minimum, p: &Period| m.for_part == first.for_part && *p == period;
            let mut greatest: Option<(&Royalty, &Minimum, MinimumFor)> = None;
            let mut unknown = None;
            let tested: Vec<(&Royalty, &Minimum)> =
                tests.iter().filter(|(_, m, p)| same(m, p)).map(|(terms, m, _)| (*terms, *m)).collect();
            for (terms, minimum) in &tested {
                let least = match self.life_that_ends(minimum, part)? {
                    Some(life) if life == period => match self.ended_by_now() {
                        Ended::Perhaps(_, why) => Err(why),
                        _ => self.minimum_in_all(minimum),
                    },
                    _ => self.minimum_for(terms, minimum, &period),
                };
                match least {
                    Ok(Some(found)) => {
                        if greatest.as_ref().is_none_or(|(.., g)| found.value.number() > g.value.number()) {
                            greatest = Some((*terms, *minimum, found));
                        }
                    }
                    Ok(None) => {}
                    Err(why) => unknown = unknown.or(Some(why.at(minimum.at))),
                }
            }
            tests.retain(|(_, m, p)| !same(m, p));
            let least = greatest.as_ref().map(|(.., least)| least.step.clone());
            let found = match (unknown, greatest) {
                (Some(why), _) => Err(why),
                (None, Some((terms, minimum, least))) => {
                    self.missing((terms, minimum, period), least, parts, zero, topped, settled)
                }
                (None, None) => continue,
            };
            let apart = self.apart(first, &period)?;
            match found {
                Ok(None) => {}
                Ok(Some((amount, step))) => {
                    topped.added.push((first.for_part.clone(), period, amount.number().clone()));
                    out.push(Missing { amount: Ok(amount), step, apart });
                }
                Err(why) => {
                    topped.unsure.insert(first.for_part.clone(), why.clone());
                    if tested.iter().any(|(_, m)| m.surplus_carried && m.cumulative.is_none()) {
                        settled.surplus.push((period, Err(why.clone())));
                    }
                    let step = Step::note("difference to the minimum").how(why.reason.clone());
                    let step = step.from(least.into_iter().collect());
                    out.push(Missing { amount: Err(why), step: step.by(first.at), apart });
                }
            }
        }
        Ok(out)
    }

    /// The minimums that are settled with a payment, each in the terms its period has: those whose period ends
    /// within the period paid for, and those for the whole life where it does.
    fn minimums_that_end<'r>(
        &'r self,
        royalty: &'r Royalty,
        part: &Part,
    ) -> Eval<Vec<(&'r Royalty, &'r Minimum, Period)>> {
        let mut out = Vec::new();
        // Those payable in advance were paid before.
        // What was agreed for the whole life is what stood when it ended.
        let end = self.ended_by_now().day().map(|(end, _)| end).filter(|end| part.period.contains(*end));
        let terms = end.and_then(|end| self.model_on(end).royalties.get(&royalty.name)).unwrap_or(royalty);
        for minimum in terms.minimums.iter().filter(|m| !m.in_advance) {
            out.extend(self.life_that_ends(minimum, part)?.map(|life| (terms, minimum, life)));
        }
        for (_, terms) in self.royalty_over_time(&royalty.name) {
            for minimum in terms.minimums.iter().filter(|m| !m.in_advance) {
                for period in self.minimums_tested(minimum, part)? {
                    if period.end <= self.facts.as_of() && self.has_minimum(terms, minimum, &period)? {
                        out.push((terms, minimum, period));
                    }
                }
            }
        }
        Ok(out)
    }

    /// The periods of a minimum that are tested at the end of a payment period. Where each adds to those before, as the
    /// instalments of a year do, the last holds them all.
    fn minimums_tested(&self, minimum: &Minimum, part: &Part) -> Eval<Vec<Period>> {
        let periods = self.minimum_periods(minimum, &part.period)?;
        let mut out: Vec<(Option<Period>, Period)> = Vec::new();
        for period in periods {
            let year = self.year_of_instalment(minimum, &period)?;
            let held = |last: &(Option<Period>, Period)| {
                minimum.cumulative.is_some() || year.is_some() && last.0 == year
            };
            if out.last().is_some_and(held) {
                out.pop();
            }
            out.push((year, period));
        }
        Ok(out.into_iter().map(|(_, period)| period).collect())
    }

    /// The period and the day of a difference that is a payment of its own.
    fn apart(&self, minimum: &Minimum, period: &Period) -> Eval<Option<(Period, Option<Date>)>> {
        if let Some(within) = &minimum.difference_within {
            return Ok(Some((*period, self.clock().shift(period.end, within, false).ok())));
        }
        let Some(due) = &minimum.due else { return Ok(None) };
        let day = |focus: Period| self.clock().limit(due, &Focus::of(focus)).map_err(|u| u.at(minimum.at));
        // Payable in arrears: an anniversary on which the period began is that of the one before.
        let after = period.end.next_day().and_then(|next| Period::new(next, next));
        Ok(Some((
            *period,
            match (day(*period)?, after) {
                (Some(early), Some(after)) if early <= period.end => day(after)?,
                (found, _) => found,
            },
        )))
    }

    /// How much a minimum is short, and why.
    fn missing(
        &self,
        (royalty, minimum, period): (&Royalty, &Minimum, Period),
        least: MinimumFor,
        parts: &[Part],
        zero: &Val,
        topped: &mut Topped,
        settled: &mut Settled,
    ) -> Eval<Option<(Val, Step)>> {
        let since = self.counts_since(minimum, &period)?;
        let anew = self.anew_since(minimum, &period)?;
        let mut needed = least.value.number().clone();
        let instalments = self.instalments_before(minimum, &period)?;
        for earlier in &instalments {
            if let Some(more) = self.minimum_for(royalty, minimum, earlier)? {
                needed += more.value.number();
            }
        }
        let begun = parts.first().map_or(period.start, |p| p.period.start);
        for earlier in self.cumulated_before(minimum, &period, since.max(begun))? {
            if let Some(more) = self.minimum_for(royalty, minimum, &earlier)? {
                needed += more.value.number();
            }
        }
        let scope = &minimum.for_part;
        let narrower = |(of, p, _): &&(Vec<Name>, Period, Exact)| {
            (scope.is_empty() || of == scope) && p.end >= since && p.end <= period.end
        };
        let added: Exact = topped.added.iter().filter(narrower).map(|(_, _, n)| n.clone()).sum();
        let mut earned = zero.clone();
        let mut unknown = None;
        for other in parts {
            let within = |of: &&Period| of.end <= period.end && of.end >= since;
            let count = other.of.iter().filter(within).count();
            // A minimum for less than is paid at once: the payment does not say what was earned in it.
            let inside = since >= other.period.start
                && period.end <= other.period.end
                && other.of.len() == 1
                && period.days() < other.period.days();
            if count == 0 && !inside {
                continue;
            }
            // A period that cannot be computed, or whose report is overdue, leaves the shortfall open.
            match self.earned_of(other, scope, zero) {
                // So does one that was told of together with others which do not count.
                Ok(more) if (inside || count < other.of.len()) && !more.number().is_zero() => {
                    unknown = unknown.or(Some(royalty::as_a_whole(self, royalty, &other.period)));
                }
                Ok(more) => {
                    earned = earned.plus(&more)?;
                    unknown = unknown.or(other.overdue().cloned());
                }
                Err(why) => unknown = unknown.or(Some(why)),
            }
        }
        let short = &needed - earned.number();
        let short_in_all = &short - &added;
        if let Some(why) = unknown {
            if short_in_all.is_positive() {
                // The minimum is owed whatever was earned, where nothing else counts towards it.
                let whole =
                    minimum.cumulative.is_none() && !minimum.surplus_carried && instalments.is_empty();
                return Err(if whole && scope.is_empty() {
                    at_least(&least.value, &period, why)
                } else {
                    why
                });
            }
            if minimum.surplus_carried {
                settled.surplus.push((period, Err(why.clone())));
                topped.unsure.insert(scope.clone(), why);
            }
            return Ok(None);
        }
        let surplus = topped.surplus.entry(scope.clone()).or_default();
        let lapse = i64::from(minimum.surplus_periods.unwrap_or(u32::MAX));
        let mut missing = short_in_all.clone();
        let mut carried = Exact::zero();
        // A running total already holds what was earned above it before; an instalment is not the end of the year.
        let closes = self.year_of_instalment(minimum, &period)?.is_none_or(|y| y.end == period.end);
        if minimum.surplus_carried && minimum.cumulative.is_none() && closes {
            surplus.retain(|(from, _)| {
                i64::from(period.end.year() - from.year()) <= lapse && anew.is_none_or(|day| *from >= day)
            });
            if missing.is_positive()
                && let Some(why) = topped.unsure.get(scope)
            {
                return Err(why.clone());
            }
            let credit: Exact = surplus.iter().map(|(_, n)| n.clone()).sum();
            let used = missing.clone().min(credit).max(Exact::zero());
            use_up(surplus, &used);
            missing = &missing - &used;
            carried = used;
            if !short.is_positive() {
                surplus.push((period.end, -short.clone()));
            }
            let alive = surplus
                .iter()
                .filter(|(from, _)| i64::from(period.end.year() + 1 - from.year()) <= lapse)
                .map(|(_, n)| n.clone());
            settled.surplus.push((period, Ok(alive.sum())));
        }
        // An instalment that turns out too much, because more was earned later in the year, comes off again.
        let too_much = if instalments.is_empty() {
            Exact::zero()
        } else {
            short.clone().max(Exact::zero()) - added.clone()
        };
        let difference = if missing.is_positive() { missing } else { too_much.min(Exact::zero()) };
        let otherwise = counted_otherwise(minimum, &period);
        if difference.is_zero() && otherwise.is_empty() {
            return Ok(None);
        }
        let difference = earned.with(difference);
        let mut how = format!("{} less {earned} earned", earned.with(needed));
        if !added.is_zero() {
            how.push_str(&format!(" and {} added before", earned.with(added)));
        }
        if !carried.is_zero() {
            how.push_str(&format!(" and {} earned above it in earlier years", earned.with(carried.clone())));
        }
        let step = Step::new("difference to the minimum", difference.clone()).how(how).by(minimum.at);
        let mut parts = vec![least.step];
        if !carried.is_zero() {
            let line = self.line_of(minimum.at, Form::MinimumSurplus);
            parts.push(Step::note("what was earned above it is carried forward").by(line));
        }
        if minimum.difference_within.is_some() {
            let line = self.line_of(minimum.at, Form::MinimumDifference);
            parts.push(Step::note("it is a payment of its own").by(line));
        }
        parts.extend(otherwise);
        Ok(Some((difference, step.from(parts))))
    }

    /// What a part of the base earned in a period; all of it where no part is named.
    pub(super) fn earned_of(&self, part: &Part, scope: &[Name], zero: &Val) -> Eval<Val> {
        if scope.is_empty() {
            return part.earned(zero);
        }
        let market = &self.model_on(part.period.start).market;
        let mut sum = zero.clone();
        for sub in &part.subs {
            for line in &sub.as_ref().map_err(Clone::clone)?.lines {
                if line.cell.is_empty() && !line.due.number().is_zero() {
                    let named = Name::list(scope);
                    return Err(Unknown::new(format!("what was earned for {named} is not reported apart")));
                }
                if line.cell.iter().any(|n| scope.iter().any(|s| market.within(n, s))) {
                    sum = sum.plus(&line.due)?;
                }
            }
        }
        Ok(sum)
    }
}

/// What the text says of what counts towards a minimum where that is not what is reckoned: all that its own period
/// earned, paid or not.
fn counted_otherwise(minimum: &Minimum, period: &Period) -> Vec<Step> {
    let calendar = num::Cycle::new(num::PeriodKind::Year, num::Basis::Calendar).containing(period.end);
    let differs = |c: &&Counts| {
        c.what.as_ref().is_some_and(|what| what.contains("paid"))
            || c.within == "the calendar year" && calendar != Some(*period)
    };
    let told = |c: &Counts| {
        let by = c.by.as_ref().map_or_else(String::new, |by| format!("{by} "));
        let what = c.what.as_deref().unwrap_or("earned");
        let how = format!("{by}counts what was {what} in {}; what {period} earned is counted here", c.within);
        Step::note("the text may say otherwise").how(how).by(c.at)
    };
    minimum.counts.iter().filter(differs).map(told).collect()
}

/// That a minimum is owed at least, where what was earned in its period is not known.
pub(super) fn at_least(least: &Val, period: &Period, why: Unknown) -> Unknown {
    let reason =
        format!("at least the minimum of {least} is owed for {period}; how much more hangs on this: {why}");
    Unknown { reason, gap: Gap::Missing, ..why }
}

fn use_up(surplus: &mut [(Date, Exact)], used: &Exact) {
    let mut left = used.clone();
    for (_, amount) in surplus.iter_mut() {
        let taken = amount.clone().min(left.clone());
        *amount = &*amount - &taken;
        left = &left - &taken;
    }
}
