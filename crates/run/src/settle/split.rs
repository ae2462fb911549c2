//! A split: who is paid first, who gets which band of the base, and who comes once a payee has its sum.

use super::payees::add;
use super::received::{Received, Room};
use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::{Part, hangs_on};
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{self as num, Date, Exact, Period};
use counterpart_terms::model::{Payee, Rate, Royalty, Schedule, SplitBand, TierCycle, TierKind};
use counterpart_terms::value::Name;

/// A split on its way through one payment.
struct Split<'s, 'm> {
    run: &'s Run<'m>,
    royalty: &'s Royalty,
    received: &'s Received,
    day: Date,
    focus: Focus,
    zero: Val,
    shares: Vec<(Name, Eval<Val>)>,
    /// What those who are named before leave for who comes then.
    over: Eval<Val>,
}

impl Run<'_> {
    /// The shares of a part under a split. What no line gives to anybody is for whom the royalty is.
    pub(super) fn by_split(
        &self,
        royalty: &Royalty,
        parts: &[Part],
        part: &Part,
        amount: &Eval<Val>,
        received: &Received,
        day: Date,
    ) -> Eval<Vec<(Name, Eval<Val>)>> {
        let zero = self.zero_of(Some(&royalty.name))?;
        let mut split = Split {
            run: self,
            royalty,
            received,
            day,
            focus: Focus::of(part.period),
            over: Ok(zero.clone()),
            zero,
            shares: Vec::new(),
        };
        let left = split.first(amount)?;
        // Of a part that nobody reported there is nothing to divide.
        let silent = !part.reported() && left.as_ref().is_ok_and(|v| v.number().is_zero());
        if silent || !royalty.split.iter().any(is_band) {
            split.over = left;
        } else if let Err(why) = split.bands(parts, part, &left) {
            // Who gets how much of this part cannot be said; of the others it may.
            for payee in royalty.split.iter().filter(|b| !b.first).flat_map(|b| &b.payees) {
                add(&mut split.shares, &payee.party, Err(why.clone()));
            }
            return Ok(split.shares);
        }
        split.then();
        Ok(split.shares)
    }
}

fn is_band(band: &SplitBand) -> bool {
    band.until.is_none() && !band.then && !band.first
}

impl Split<'_, '_> {
    /// Those who are paid before the rest is split; returns what they leave.
    fn first(&mut self, amount: &Eval<Val>) -> Eval<Eval<Val>> {
        let mut left = amount.clone();
        for payee in self.royalty.split.iter().filter(|b| b.first).flat_map(|b| &b.payees) {
            let wanted = match &payee.share {
                Some(share) => share_of(share, amount),
                None => left.clone(),
            };
            let kept = self.kept(payee, &wanted)?;
            left = left.and_then(|left| left.less(kept.as_ref().map_err(Clone::clone)?));
            add(&mut self.shares, &payee.party, kept);
        }
        Ok(left)
    }

    /// What a payee keeps of what it would get: within its own limit, and within the marks of the split.
    fn kept(&self, payee: &Payee, wanted: &Eval<Val>) -> Eval<Eval<Val>> {
        let mut kept = wanted.clone();
        if let Some(until) = &payee.until
            && self.run.clock().limit(until, &self.focus)?.is_some_and(|d| self.day > d)
        {
            return Ok(Ok(self.zero.clone()));
        }
        let had = match self.shares.iter().find(|(p, _)| *p == payee.party) {
            Some((_, had)) => had.clone().map(|v| v.number().clone()),
            None => Ok(Exact::zero()),
        };
        let had = match had {
            Ok(had) => had,
            Err(why) => return Ok(Err(why)),
        };
        let marks = self.run.room_on(self.royalty, &payee.party, self.received, self.day);
        let own = payee.until_amount.iter().chain(&payee.at_most);
        let own = own.map(|most| self.run.room_under(&payee.party, most, &self.focus, self.received));
        for room in std::iter::once(marks).chain(own) {
            kept = Room::after(room, &had).within(&kept, &self.zero);
        }
        Ok(kept)
    }

    /// Gives each band its slice.
    fn bands(&mut self, parts: &[Part], part: &Part, amount: &Eval<Val>) -> Eval<()> {
        let run = self.run;
        let start = run.band_start(self.royalty, &part.period)?;
        let mut before = Exact::zero();
        let earlier = parts.iter().filter(|p| p.period.end < part.period.start && p.period.end >= start);
        // Before the first report of the year there is nothing to count; between two, silence is not nothing.
        for other in earlier.skip_while(|p| !p.reported()) {
            if let Some(why) = other.overdue() {
                return Err(hangs_on("the band reached", &other.period, why));
            }
            before += run.reported_base(self.royalty, other, &self.zero)?.number();
        }
        let base = run.reported_base(self.royalty, part, &self.zero)?;
        let after = &before + base.number();
        let mut low = Exact::zero();
        let mut wanted: Vec<(&Payee, Eval<Val>)> = Vec::new();
        for band in self.royalty.split.iter().filter(|b| is_band(b)) {
            let high = match &band.up_to {
                Some(up_to) => run.amount(up_to, &self.focus)?.0.number().clone().min(after.clone()),
                None => after.clone(),
            };
            let from = low.clone().max(before.clone());
            let slice = self.slice(part, amount, &base, &from, &high);
            for payee in &band.payees {
                let share = match &payee.share {
                    Some(share) => share_of(share, &slice),
                    None => slice.clone(),
                };
                wanted.push((payee, share));
            }
            low = low.max(high);
        }
        // Above the last band it is for whom the royalty is.
        if after > low {
            let from = low.max(before);
            self.over = self.slice(part, amount, &base, &from, &after);
        }
        for (payee, wanted) in wanted {
            let kept = self.kept(payee, &wanted)?;
            let over = wanted.and_then(|w| w.less(kept.as_ref().map_err(Clone::clone)?));
            self.over = self.over.clone().and_then(|sum| sum.plus(&over?));
            add(&mut self.shares, &payee.party, kept);
        }
        Ok(())
    }

    fn slice(&self, part: &Part, amount: &Eval<Val>, base: &Val, from: &Exact, to: &Exact) -> Eval<Val> {
        if to > from {
            self.run.slice_earns(self.royalty, part, amount, base, from, to)
        } else {
            Ok(self.zero.clone())
        }
    }

    /// Shares out what is left for who comes then; where nobody is named, for whom the royalty is.
    fn then(&mut self) {
        let nothing = self.over.as_ref().is_ok_and(|v| v.number().is_zero());
        let mut left = self.over.clone();
        for payee in self.royalty.split.iter().filter(|b| b.then).flat_map(|b| &b.payees) {
            let share = match &payee.share {
                Some(share) => share_of(share, &self.over),
                None => left.clone(),
            };
            left = left.and_then(|left| left.less(share.as_ref().map_err(Clone::clone)?));
            add(&mut self.shares, &payee.party, share);
        }
        let named = self.royalty.split.iter().any(|b| b.then);
        if let Some(party) = self.royalty.to.first().filter(|_| !named && !nothing) {
            add(&mut self.shares, party, left);
        }
    }
}

/// A share of an amount; nothing of nothing, whatever the share.
fn share_of(share: &counterpart_terms::value::Known<Exact>, amount: &Eval<Val>) -> Eval<Val> {
    let amount = amount.clone()?;
    if amount.number().is_zero() {
        return Ok(amount);
    }
    given(share, "share").map(|share| amount.with(amount.number() * &share))
}

impl Run<'_> {
    /// The base of a part from its metrics, even where its royalty cannot be computed.
    fn reported_base(&self, royalty: &Royalty, part: &Part, zero: &Val) -> Eval<Val> {
        if let Ok(base) = part.base(zero) {
            return Ok(base);
        }
        let base = royalty.base.as_ref().ok_or_else(|| Unknown::new("the royalty has no base"))?;
        self.amount(base, &Focus::of(part.period)).map(|(value, _)| value)
    }

    /// The first day of the period the bands are counted in.
    pub(super) fn band_start(&self, royalty: &Royalty, period: &Period) -> Eval<Date> {
        let table = royalty.rates.iter().find_map(|r| match &r.schedule {
            Schedule::Tiers(tiers) => Some(&tiers.cycle),
            Schedule::Steps(_) => None,
        });
        let cycle = match table {
            Some(TierCycle::Each(cycle)) => self.clock().cycle(cycle)?,
            Some(_) => return Ok(Date::MIN),
            None => num::Cycle::new(num::PeriodKind::Year, num::Basis::Calendar),
        };
        Ok(cycle.containing(period.end).map_or(period.start, |p| p.start))
    }

    /// What a slice of the base earns: by its own tiers, so that a rate not given elsewhere does not matter.
    fn slice_earns(
        &self,
        royalty: &Royalty,
        part: &Part,
        amount: &Eval<Val>,
        base: &Val,
        from: &Exact,
        to: &Exact,
    ) -> Eval<Val> {
        let focus = Focus::of(part.period);
        let tiers = match royalty.rates.as_slice() {
            [rule] => match &rule.schedule {
                Schedule::Tiers(tiers) if tiers.kind == TierKind::Marginal && tiers.on.is_none() => {
                    Some(tiers)
                }
                _ => None,
            },
            _ => None,
        };
        let by_tiers = match tiers {
            Some(tiers) => {
                let mut sum = Exact::zero();
                let mut low = Exact::zero();
                for tier in &tiers.tiers {
                    let high = match &tier.up_to {
                        Some(up_to) => self.amount(up_to, &focus)?.0.number().clone().min(to.clone()),
                        None => to.clone(),
                    };
                    let start = low.clone().max(from.clone());
                    if high > start {
                        let rate = match &tier.rate {
                            Rate::Nil => Exact::zero(),
                            Rate::Value { value, .. } => self.amount(value, &focus)?.0.number().clone(),
                        };
                        sum += &((&high - &start) * rate);
                    }
                    low = low.max(high);
                }
                Some(sum)
            }
            None => None,
        };
        let currency = self.money_of(royalty)?;
        let earned = part.earned(&Val::money(Exact::zero(), currency));
        match (by_tiers, &earned, amount) {
            // Credits and cuts come off every band alike.
            (Some(slice), Ok(earned), Ok(amount)) if earned != amount && !earned.number().is_zero() => {
                let kept = amount.number().checked_div(earned.number()).unwrap_or_else(Exact::one);
                Ok(amount.with(&slice * &kept))
            }
            (Some(slice), _, _) => Ok(Val::money(slice, currency)),
            (None, _, amount) => {
                let amount = amount.clone()?;
                let share = (to - from).checked_div(base.number()).unwrap_or_else(Exact::zero);
                Ok(amount.with(amount.number() * &share))
            }
        }
    }
}
