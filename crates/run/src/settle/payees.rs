//! Who receives which part of a royalty: shares, bands of the base, and sums after which a payee is done.

use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::Part;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{self as num, Date, Exact, Period};
use counterpart_terms::model::{Payee, Rate, Royalty, Schedule, TierCycle, TierKind};
use counterpart_terms::value::Name;

/// What each payee has received so far: party, day, sum; or why a sum cannot be said.
#[derive(Debug, Default)]
pub(crate) struct Received(Vec<(Name, Date, Eval<Exact>)>);

impl Received {
    fn by(&self, party: &Name, until: Option<Date>) -> Eval<Exact> {
        let mut sum = Exact::zero();
        for (_, _, n) in self.0.iter().filter(|(p, day, _)| p == party && until.is_none_or(|u| *day <= u)) {
            sum += n.as_ref().map_err(Clone::clone)?;
        }
        Ok(sum)
    }
}

/// What all payees get together.
pub(super) fn together(shares: &[(Name, Eval<Val>)], zero: &Val) -> Eval<Val> {
    let mut sum = zero.clone();
    for (_, share) in shares {
        sum = sum.plus(share.as_ref().map_err(Clone::clone)?)?;
    }
    Ok(sum)
}

/// The shares of a sum that nothing but percentages divides; one without a percentage has what is left.
pub(super) fn by_percent_alone(payees: &[Payee], amount: &Eval<Val>) -> Vec<(Name, Eval<Val>)> {
    if !payees.iter().any(|p| p.share.is_some()) {
        return Vec::new();
    }
    let mut left: Eval<Exact> = Ok(Exact::one());
    let share = |payee: &Payee, left: &mut Eval<Exact>| {
        let percent = payee.share.as_ref().map_or_else(|| left.clone(), |s| given(s, "share"));
        *left = left.clone().and_then(|left| percent.clone().map(|p| left - p));
        if payee.until.is_some() || payee.until_amount.is_some() || payee.at_most.is_some() {
            let reason = format!("how long `{}` has its share is not followed here", payee.party);
            return Err(Unknown::new(reason));
        }
        let amount = amount.clone()?;
        percent.map(|p| amount.with(amount.number() * &p))
    };
    payees.iter().map(|payee| (payee.party.clone(), share(payee, &mut left))).collect()
}

impl Run<'_> {
    /// The share of each payee in what a part comes to; empty where there is one payee.
    pub(crate) fn shares_of(
        &self,
        royalty: &Royalty,
        parts: &[Part],
        part: &Part,
        amount: &Eval<Val>,
        received: &mut Received,
    ) -> Eval<Vec<(Name, Eval<Val>)>> {
        let shared = royalty
            .payees
            .iter()
            .any(|p| p.share.is_some() || p.at_most.is_some() || p.until_amount.is_some());
        if royalty.split.is_empty() && !shared {
            return Ok(Vec::new());
        }
        let day = self.received_on(royalty, &part.period)?;
        let shares = if royalty.split.is_empty() {
            self.by_percent(royalty, part, amount, received)?
        } else {
            self.by_band(royalty, parts, part, amount, received, day)?
        };
        for (party, share) in &shares {
            received.0.push((party.clone(), day, share.clone().map(|s| s.number().clone())));
        }
        Ok(shares)
    }

    /// The day a payment came in: as told, or else as due.
    fn received_on(&self, royalty: &Royalty, period: &Period) -> Eval<Date> {
        let told = self
            .paid(&royalty.name, None)
            .into_iter()
            .find(|(_, p, _)| p.as_ref() == Some(period))
            .map(|(d, _, _)| d);
        Ok(told.or(self.due_day(royalty, period)?).unwrap_or(period.end))
    }

    fn by_percent(
        &self,
        royalty: &Royalty,
        part: &Part,
        amount: &Eval<Val>,
        received: &Received,
    ) -> Eval<Vec<(Name, Eval<Val>)>> {
        let focus = Focus::of(part.period);
        let mut out: Vec<(Name, Eval<Val>)> = Vec::new();
        // A share that is not given leaves open what is left for the others.
        let mut left: Eval<Exact> = Ok(Exact::one());
        for payee in &royalty.payees {
            let percent = match &payee.share {
                Some(share) => given(share, "share").map_err(|u| u.at(royalty.at)),
                None => left.clone(),
            };
            left = left.and_then(|left| percent.clone().map(|p| &left - &p));
            let mut share = percent.and_then(|p| amount.clone().map(|a| a.with(a.number() * &p)));
            if let Some(until) = &payee.until
                && self.clock().limit(until, &focus)?.is_some_and(|d| part.period.end > d)
            {
                share = share.map(|s| s.with(Exact::zero()));
            }
            for most in payee.until_amount.iter().chain(&payee.at_most) {
                let (most, _) = self.amount(most, &focus)?;
                share = match (share, received.by(&payee.party, None)) {
                    (Ok(share), Ok(had)) => {
                        let room = (most.number() - &had).max(Exact::zero());
                        Ok(share.with(share.number().clone().min(room)))
                    }
                    (Err(why), _) | (_, Err(why)) => Err(why),
                };
            }
            out.push((payee.party.clone(), share));
        }
        let Some(rest) = &royalty.rest_to else { return Ok(out) };
        if left.as_ref().map_or(true, Exact::is_positive) {
            let share = left.and_then(|left| amount.clone().map(|a| a.with(a.number() * &left)));
            out.push((rest.clone(), share));
        }
        Ok(out)
    }

    fn by_band(
        &self,
        royalty: &Royalty,
        parts: &[Part],
        part: &Part,
        amount: &Eval<Val>,
        received: &Received,
        day: Date,
    ) -> Eval<Vec<(Name, Eval<Val>)>> {
        let zero = self.zero_of(Some(&royalty.name))?;
        let focus = Focus::of(part.period);
        let start = self.band_start(royalty, &part.period)?;
        let mut before = Exact::zero();
        for other in parts.iter().filter(|p| p.period.end < part.period.start && p.period.end >= start) {
            before += self.reported_base(royalty, other, &zero)?.number();
        }
        let base = self.reported_base(royalty, part, &zero)?;
        let after = &before + base.number();
        let mut out: Vec<(Name, Eval<Val>)> = Vec::new();
        let mut low = Exact::zero();
        for band in royalty.split.iter().filter(|b| b.until.is_none() && !b.then && !b.first) {
            let high = match &band.up_to {
                Some(up_to) => self.amount(up_to, &focus)?.0.number().clone().min(after.clone()),
                None => after.clone(),
            };
            let (from, to) = (low.clone().max(before.clone()), high.clone());
            let slice = if to > from {
                self.slice_earns(royalty, part, amount, &base, &from, &to)
            } else {
                Ok(zero.clone())
            };
            for payee in &band.payees {
                let share = payee.share.as_ref().map_or(Ok(Exact::one()), |s| given(s, "share"));
                let share = share.and_then(|s| slice.clone().map(|v| v.with(v.number() * &s)));
                add(&mut out, &payee.party, share);
            }
            low = low.max(high);
        }
        self.up_to_sum(royalty, &mut out, received, day)?;
        Ok(out)
    }

    /// A payee that may receive a sum by a day gets no more; the rest goes to who comes then.
    fn up_to_sum(
        &self,
        royalty: &Royalty,
        shares: &mut Vec<(Name, Eval<Val>)>,
        received: &Received,
        day: Date,
    ) -> Eval<()> {
        let then =
            royalty.split.iter().find(|b| b.then).and_then(|b| b.payees.first()).map(|p| p.party.clone());
        let mut capped: Vec<Name> = Vec::new();
        for band in &royalty.split {
            match &band.until {
                Some((party, _, _)) if !capped.contains(party) => capped.push(party.clone()),
                _ => {}
            }
        }
        for party in capped {
            let Some(room) = self.room(royalty, &party, received, day)? else { continue };
            let Some(at) = shares.iter().position(|(p, _)| *p == party) else { continue };
            let share = match shares.get(at) {
                Some((_, Ok(share))) => share.clone(),
                // What does not reach it for being over the sum cannot be said either.
                Some((_, Err(why))) => {
                    let why = why.clone();
                    if let Some(then) = &then {
                        add(shares, then, Err(why));
                    }
                    continue;
                }
                None => continue,
            };
            let kept = share.with(share.number().clone().min(room));
            let over = share.less(&kept)?;
            if let Some(slot) = shares.get_mut(at) {
                slot.1 = Ok(kept);
            }
            if let Some(then) = then.as_ref().filter(|_| over.number().is_positive()) {
                add(shares, then, Ok(over));
            }
        }
        Ok(())
    }

    /// What a payee may still receive on a day; `None` where no sum limits it.
    fn room(&self, royalty: &Royalty, party: &Name, received: &Received, day: Date) -> Eval<Option<Exact>> {
        let mut room = None;
        for band in &royalty.split {
            let Some((_, amount, by)) = band.until.as_ref().filter(|(p, _, _)| p == party) else { continue };
            let most = self.amount(amount, &Focus::default())?.0;
            let by = match by {
                Some(by) => self.clock().limit(by, &Focus::default())?,
                None => None,
            };
            let mut had = received.by(party, by)?;
            let mut before = received.by(party, None)?;
            for stream in band.until_from.iter().filter(|s| **s != royalty.name) {
                let to_party = self.pay_named(stream).is_some_and(|p| p.to.contains(party));
                let items = if to_party { self.items(stream)? } else { Vec::new() };
                for item in items.iter().filter(|i| i.arisen < day) {
                    // Lines not given come to the total once all have arisen.
                    let value = match (&item.amount, &item.rest) {
                        (Ok(value), _) => value.number().clone(),
                        (Err(_), Some(rest)) => rest.number().clone(),
                        (Err(why), None) => return Err(why.clone()),
                    };
                    if by.is_none_or(|b| item.arisen <= b) {
                        had += &value;
                    }
                    before += &value;
                    if item.amount.is_err() {
                        break;
                    }
                }
            }
            // Reached in time, it is over for good.
            if &had >= most.number() {
                return Ok(Some(Exact::zero()));
            }
            if room.is_none() && by.is_none_or(|b| day <= b) {
                room = Some((most.number() - &before).max(Exact::zero()));
            }
        }
        Ok(room)
    }

    /// The most a payee may receive by the end of a period.
    ///
    /// # Errors
    /// Where the amount is not given.
    pub(crate) fn payee_cap(
        &self,
        royalty: &Royalty,
        party: &Name,
        period: Option<&Period>,
    ) -> Eval<Option<Val>> {
        for band in &royalty.split {
            let Some((_, amount, by)) = band.until.as_ref().filter(|(p, _, _)| p == party) else { continue };
            let by = match by {
                Some(by) => self.clock().limit(by, &Focus::default())?,
                None => None,
            };
            if by.is_none_or(|b| period.is_none_or(|p| p.end <= b)) {
                return self.amount(amount, &Focus::default()).map(|(value, _)| Some(value));
            }
        }
        for payee in royalty.payees.iter().filter(|p| &p.party == party) {
            if let Some(most) = payee.until_amount.as_ref().or(payee.at_most.as_ref()) {
                return self.amount(most, &Focus::default()).map(|(value, _)| Some(value));
            }
        }
        Ok(None)
    }

    /// The base of a part from its metrics, even where its royalty cannot be computed.
    fn reported_base(&self, royalty: &Royalty, part: &Part, zero: &Val) -> Eval<Val> {
        if let Ok(base) = part.base(zero) {
            return Ok(base);
        }
        let base = royalty.base.as_ref().ok_or_else(|| Unknown::new("the royalty has no base"))?;
        self.amount(base, &Focus::of(part.period)).map(|(value, _)| value)
    }

    /// The first day of the period the bands are counted in.
    fn band_start(&self, royalty: &Royalty, period: &Period) -> Eval<Date> {
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

fn add(shares: &mut Vec<(Name, Eval<Val>)>, party: &Name, share: Eval<Val>) {
    match shares.iter_mut().find(|(p, _)| p == party) {
        Some((_, sum)) => *sum = sum.clone().and_then(|s| s.plus(&share?)),
        None => shares.push((party.clone(), share)),
    }
}
