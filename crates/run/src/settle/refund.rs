//! What of a payment goes back when its clause says so: no more of it than was not credited or earned back by then.
//!
//! What was credited has come back to the payer already, as less royalty or less fee. So the share that the clause
//! names is the most that goes back, and what is left of the payment is the other limit.

use super::Due;
use crate::amount::given;
use crate::engine::Run;
use crate::royalty;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_num::{Date, Exact};
use counterpart_terms::At;
use counterpart_terms::model::{Pay, PayRule};
use counterpart_terms::value::Name;

/// What of a payment goes back by its clause, where nothing of it was credited.
pub(crate) struct Refund {
    /// The day.
    pub day: Date,
    /// How much, and how that is reckoned.
    pub value: Eval<(Val, String)>,
    /// The clause.
    pub at: At,
}

/// What goes back of what came, as far as it had come by its day and was neither used by then nor gone back before.
pub(super) fn not_used(
    come: &[(Date, Exact)],
    used: &[(Date, Exact)],
    back: &[(Date, Exact)],
) -> Vec<(Date, Exact)> {
    let by = |of: &[(Date, Exact)], day: Date| -> Exact {
        of.iter().filter(|(d, _)| *d <= day).map(|(_, n)| n.clone()).sum()
    };
    let mut out: Vec<(Date, Exact)> = Vec::new();
    for (day, most) in back {
        let gone: Exact = out.iter().map(|(_, n)| n.clone()).sum();
        let left = by(come, *day) - by(used, *day) - gone;
        out.push((*day, left.min(most.clone()).max(Exact::zero())));
    }
    out
}

impl Run<'_> {
    /// What of a payment comes back when what its clause names happens: a share of all that had fallen due by then,
    /// on which day, how it is reckoned, and by which clause; the earliest first. What was credited of it by then is
    /// still to come off.
    pub(crate) fn refunds(&self, pay: &Pay) -> Eval<Vec<Refund>> {
        let mut out = Vec::new();
        let Some(line) = pay.instalments.first() else { return Ok(out) };
        for (rule, at) in &pay.rules {
            let PayRule::Refund(Some(when), share) = rule else { continue };
            let occasions = self.occasions(pay, line, when).map_err(|u| u.at(*at))?;
            let Some(occasion) = occasions.into_iter().next() else { continue };
            let share = match (occasion.unknown, share) {
                (Some(why), _) => Err(why),
                (None, Some(share)) => given(share, "share that comes back"),
                (None, None) => Ok(Exact::one()),
            };
            let mut sum = Ok(Val::money(Exact::zero(), self.currency()?));
            for item in self.items_not_waived(&pay.name)?.into_iter().filter(|i| i.arisen <= occasion.day) {
                sum = sum.and_then(|sum| sum.plus(&item.amount?));
            }
            let value = share.and_then(|share| {
                let sum = sum?;
                Ok((sum.with(sum.number() * &share), format!("{} of {sum}", percent(&share))))
            });
            if value.as_ref().is_ok_and(|(value, _)| value.number().is_zero()) {
                continue;
            }
            out.push(Refund { day: occasion.day, value, at: *at });
        }
        out.sort_by_key(|refund| refund.day);
        Ok(out)
    }

    /// The amounts of a payment that go back by its clause.
    pub(super) fn refunded(&self, pay: &Pay) -> Eval<Vec<Due>> {
        let mut out = Vec::new();
        for (index, Refund { day, value, at }) in self.refunds(pay)?.into_iter().enumerate() {
            let value = value.and_then(|(most, how)| {
                let left = self.not_credited(&pay.name, index, day)?;
                let left = left.filter(|left| left < most.number());
                Ok(match left {
                    Some(left) => {
                        let left = most.with(left);
                        (left.clone(), format!("{how}, but no more than the {left} of it not credited yet"))
                    }
                    None => (most, how),
                })
            });
            let (value, step) = match value {
                Ok((value, how)) => {
                    let back = value.with(-value.number().clone());
                    (Ok(back.clone()), Step::new("refunded", back).how(how))
                }
                Err(why) => (Err(why.clone().at(at)), Step::note("refunded").how(why.reason)),
            };
            let mut due = Due::arisen(&pay.name, super::only(&pay.from), None, day, value.clone(), at);
            due.amount = value.map(|v| self.round(&v));
            due.due = Some(day);
            due.back = true;
            due.steps = vec![step.by(at)];
            out.push(due);
        }
        Ok(out)
    }

    /// What of a refund, counted from the earliest, is there to go back; nothing where the payment is not credited.
    fn not_credited(&self, name: &Name, index: usize, day: Date) -> Eval<Option<Exact>> {
        let drawn = self.draws().iter().find(|(pay, _)| pay == name).cloned();
        let Some((_, against)) = drawn else { return Ok(None) };
        let royalties = || against.iter().filter(|n| royalty::find(self, n, None).is_ok());
        for royalty in royalties() {
            if let Some(why) = self.unheard_by(royalty, day)? {
                return Err(why);
            }
        }
        let pools = match (royalties().next(), against.first()) {
            (Some(royalty), _) => self.settled(royalty, None)?.pools.clone(),
            (None, Some(fee)) => self.settle_all(&self.sharing(fee))?.pools,
            (None, None) => return Ok(None),
        };
        let mut sum = Exact::zero();
        for pool in pools.iter().filter(|pool| pool.name == *name) {
            let left = pool.left.iter().rev().find(|(period, _)| period.end <= day);
            let unsure = pool.unsure.as_ref().filter(|_| pool.left.is_empty());
            if let Some(why) = left.and_then(|(_, left)| left.as_ref().err()).or(unsure) {
                return Err(why.clone());
            }
            sum += &pool.went_back().get(index).map(|(_, n)| n.clone()).unwrap_or_default();
        }
        Ok(Some(sum))
    }

    /// Why it cannot be said what a royalty used of a prepayment by a day: since its first report, a period that was
    /// over by then is not reported.
    fn unheard_by(&self, name: &Name, day: Date) -> Eval<Option<Unknown>> {
        for payer in self.payers(name) {
            let series = self.series_of(name, payer.as_ref())?;
            let Some(first) = series.parts.iter().find(|part| part.reported()) else { continue };
            let royalty = royalty::find(self, name, None)?;
            let cycle = royalty::payment_cycle(self, royalty, first.period.start)?;
            let over = cycle.between(first.period.start, day).into_iter().filter(|p| p.end <= day);
            if let Some(why) = over.filter_map(|period| self.unheard(name, &period)).next() {
                return Ok(Some(why));
            }
        }
        Ok(None)
    }
}
