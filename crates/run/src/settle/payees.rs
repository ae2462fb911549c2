//! Who receives which part of a royalty, by percentages; a `split` is for `split`.

use super::Due;
use super::received::Received;
use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::{Part, hangs_on, in_words};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::At;
use counterpart_terms::model::{Payee, Royalty};
use counterpart_terms::value::Name;

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
        if is_limited(payee) {
            let reason = format!("how long `{}` has its share is not followed here", payee.party);
            return Err(Unknown::new(reason));
        }
        let amount = amount.clone()?;
        percent.map(|p| amount.with(amount.number() * &p))
    };
    payees.iter().map(|payee| (payee.party.clone(), share(payee, &mut left))).collect()
}

/// What no payee may have of what was divided, and so nobody is owed.
pub(super) fn withheld_from_all(due: &Due, at: At) -> Option<Step> {
    let (whole, left) = (due.divided.as_ref()?, due.exact.as_ref().ok()?);
    let off = left.less(whole).ok().filter(|off| !off.number().is_zero())?;
    Some(Step::new("beyond what its payees may have in all", off).by(at))
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
        if !is_shared(royalty) {
            return Ok(Vec::new());
        }
        let day = match self.received_on(royalty, &part.period) {
            // Without a mark it does not matter when a payment came in.
            Err(_) if royalty.split.iter().all(|b| b.until.is_none()) => part.period.end,
            day => day?,
        };
        let shares = if royalty.split.is_empty() {
            self.by_percent(royalty, part, amount, received)?
        } else {
            self.by_split(royalty, parts, part, amount, received, day)?
        };
        // What a period brought that nobody reported, nobody knows: not how much of a limit it used up either.
        let gap = if self.is_gap(royalty, parts, part)? { part.overdue() } else { None };
        for (party, share) in &shares {
            match gap {
                Some(why) => {
                    received.note(party, day, &Err(hangs_on("what a payee received", &part.period, why)))
                }
                None => received.note(party, day, share),
            }
        }
        Ok(shares)
    }

    /// Whether nobody reported a part between two of its year that were reported. Before the first of a year and after
    /// the last, the limits of payees go on as if nothing was sold: a remark says so.
    fn is_gap(&self, royalty: &Royalty, parts: &[Part], part: &Part) -> Eval<bool> {
        if part.reported() || part.overdue().is_none() {
            return Ok(false);
        }
        let year = self.band_start(royalty, &part.period)?;
        let (mut before, mut after) = (false, false);
        for other in parts.iter().filter(|p| p.reported()) {
            if self.band_start(royalty, &other.period)? == year {
                before |= other.period.end < part.period.start;
                after |= other.period.start > part.period.end;
            }
        }
        Ok(before && after)
    }

    /// The remark that what payees received counts earlier parts as nothing that nobody reported, where some payee
    /// has a limit.
    pub(super) fn unheard_before(&self, royalty: &Royalty, parts: &[Part], part: &Part) -> Option<Step> {
        let limited = |p: &Payee| p.until_amount.is_some() || p.at_most.is_some();
        let bands = &royalty.split;
        let limits = royalty.payees.iter().chain(bands.iter().flat_map(|b| &b.payees)).any(limited)
            || bands.iter().any(|b| b.until.is_some());
        let silent = |p: &&Part| p.period.end < part.period.start && !p.reported() && p.overdue().is_some();
        let silent: Vec<Period> = parts.iter().filter(silent).map(|p| p.period).collect();
        (limits && !silent.is_empty()).then(|| {
            let periods = in_words(&silent);
            Step::note(format!(
                "of what the payees received before, {periods} count as nothing: nobody reported them"
            ))
            .by(royalty.at)
        })
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
        let zero = self.zero_of(Some(&royalty.name))?;
        let mut out: Vec<(Name, Eval<Val>)> = Vec::new();
        // A share that is not given leaves open what is left for the others.
        let mut left: Eval<Exact> = Ok(Exact::one());
        let mut over = Ok(zero.clone());
        for payee in &royalty.payees {
            let percent = match &payee.share {
                Some(share) => given(share, "share").map_err(|u| u.at(royalty.at)),
                None => left.clone(),
            };
            left = left.and_then(|left| percent.clone().map(|p| &left - &p));
            let wanted = percent.and_then(|p| amount.clone().map(|a| a.with(a.number() * &p)));
            let mut share = wanted.clone();
            if let Some(until) = &payee.until
                && self.clock().limit(until, &focus)?.is_some_and(|d| part.period.end > d)
            {
                share = share.map(|s| s.with(Exact::zero()));
            }
            for most in payee.until_amount.iter().chain(&payee.at_most) {
                share = self.room_under(&payee.party, most, &focus, received).within(&share, &zero);
            }
            if is_limited(payee) {
                over =
                    over.and_then(|sum: Val| sum.plus(&wanted?.less(share.as_ref().map_err(Clone::clone)?)?));
            }
            out.push((payee.party.clone(), share));
        }
        // What a limited payee may not have, and what no share gives to anybody, is for whom the rest is, or else for
        // whom the royalty is. A limit on that party itself is one on the royalty.
        let open = |party: &&Name| !royalty.payees.iter().any(|p| p.party == **party && is_limited(p));
        let Some(taker) = royalty.rest_to.as_ref().or_else(|| royalty.to.first().filter(open)) else {
            return Ok(out);
        };
        // Without a rest the shares make the whole, whatever one that is not given is.
        let left = if royalty.rest_to.is_none() && left.is_err() { Ok(Exact::zero()) } else { left };
        let rest = left.and_then(|left| match left.is_zero() {
            true => Ok(zero.clone()),
            false => amount.clone().map(|a| a.with(a.number() * &left)),
        });
        let rest = rest.and_then(|rest| rest.plus(&over?));
        if !rest.as_ref().is_ok_and(|v| v.number().is_zero()) {
            add(&mut out, taker, rest);
        }
        Ok(out)
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
}

/// Whether a payee has its share only up to a sum or a day.
fn is_limited(payee: &Payee) -> bool {
    payee.until.is_some() || payee.until_amount.is_some() || payee.at_most.is_some()
}

/// Whether several get a royalty, or one gets it only up to a sum.
pub(crate) fn is_shared(royalty: &Royalty) -> bool {
    let limited = |p: &Payee| p.share.is_some() || p.at_most.is_some() || p.until_amount.is_some();
    !royalty.split.is_empty() || royalty.payees.iter().any(limited)
}

/// Adds to what a party gets.
pub(super) fn add(shares: &mut Vec<(Name, Eval<Val>)>, party: &Name, share: Eval<Val>) {
    match shares.iter_mut().find(|(p, _)| p == party) {
        Some((_, sum)) => *sum = sum.clone().and_then(|s| s.plus(&share?)),
        None => shares.push((party.clone(), share)),
    }
}
