//! Advances a royalty earns back: what is open when a period begins decides its rates.
//!
//! A dollar earned earns back one dollar of one advance: of what came first. Royalties that earn back the same
//! advance share one account of it (`shared`), and so do the members of a group that pay apart.

use super::memory::Memory;
use super::shared::StreamOf;
use super::stretch::{Stretch, hangs_on};
use super::{Advance, Part};
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::{Pay, PayRule, Royalty};
use counterpart_terms::value::Name;
use std::collections::{BTreeMap, BTreeSet};

/// An advance open in the period being computed.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    /// Open when the period began, its own advance included.
    pub start: Eval<Exact>,
    /// To be earned until it is earned back, with what stands before it.
    pub until: Eval<Exact>,
    /// Earned since.
    pub earned: Exact,
}

/// What is open of each advance, for formulas of the period being computed.
pub(crate) type OpenAdvances = BTreeMap<Name, Open>;

/// A sum paid in advance and not earned back yet.
#[derive(Debug)]
struct Lot {
    /// The payment; a royalty's own advance stands under its name.
    of: Name,
    /// The day it came.
    day: Date,
    left: Val,
    /// Only for this stream, where it is a royalty's own.
    own: Option<StreamOf>,
}

/// A payment that is earned back: by what, and what is still to come of it, oldest first.
#[derive(Debug)]
struct Paid {
    by: Vec<StreamOf>,
    items: Vec<(Date, Eval<Val>)>,
    /// What goes back at most, on which day.
    refunds: Vec<(Date, Eval<Val>)>,
}

impl Paid {
    fn serves(&self, run: &Run<'_>, name: &Name, stream: &StreamOf, day: Date) -> bool {
        let terms = run.pay_on(name, day);
        self.by.contains(stream) && terms.is_some_and(|pay| earned_back_from(pay).any(|n| *n == stream.0))
    }
}

/// The advances that one or several royalties earn back.
#[derive(Debug, Default)]
pub(super) struct Advances {
    pays: BTreeMap<Name, Paid>,
    /// What has come and is not earned back, oldest first.
    lots: Vec<Lot>,
    /// Why what is open is not known any more.
    gap: Option<Unknown>,
}

impl Advances {
    /// The advances of some royalties.
    pub fn of(run: &Run<'_>, streams: &[StreamOf]) -> Advances {
        let mut out = Advances::default();
        for (definition, from) in run.earned_back() {
            let pay = &definition.name;
            if !from.iter().any(|f| streams.iter().any(|(name, _)| name == f)) {
                continue;
            }
            if let Some(fee) = from.iter().find(|name| run.pay_named(name).is_some()) {
                let reason = format!("when `{pay}` is earned back also hangs on what came off `{fee}`");
                out.gap.get_or_insert(Unknown::new(reason).at(definition.at));
            }
            let mut items: Vec<(Date, Eval<Val>)> = match run.items_not_waived(pay) {
                Ok(items) => items.into_iter().map(|i| (i.arisen, i.amount)).collect(),
                Err(unknown) => {
                    out.gap.get_or_insert(unknown);
                    Vec::new()
                }
            };
            items.sort_by_key(|(day, _)| *day);
            let mut refunds: Vec<(Date, Eval<Val>)> = Vec::new();
            match run.refunds(definition) {
                Ok(found) => {
                    refunds.extend(found.into_iter().map(|r| (r.day, r.value.map(|(value, _)| value))));
                }
                Err(unknown) => {
                    out.gap.get_or_insert(unknown);
                }
            }
            // What one member of a group paid in advance is its own.
            let paid_by = |payer: &Name| {
                let from = &definition.from;
                from.is_empty() || from.iter().any(|f| f == payer || run.members(f).contains(payer))
            };
            let by = streams
                .iter()
                .filter(|(name, payer)| from.contains(name) && payer.as_ref().is_none_or(paid_by));
            out.pays.insert(pay.clone(), Paid { by: by.cloned().collect(), items, refunds });
        }
        out
    }

    /// Whether a stream earns a sum back in a period that begins on a day.
    fn serves(&self, run: &Run<'_>, lot: &Lot, stream: &StreamOf, day: Date) -> bool {
        match &lot.own {
            Some(own) => own == stream,
            None => self.pays.get(&lot.of).is_some_and(|pay| pay.serves(run, &lot.of, stream, day)),
        }
    }

    /// Opens a period: adds what comes in it. Returns the royalty's own advance.
    pub fn open(
        &mut self,
        run: &Run<'_>,
        stream: &StreamOf,
        royalty: &Royalty,
        period: &Period,
        memory: &mut Memory,
    ) -> Option<Exact> {
        let mut own = None;
        let mut names: BTreeSet<Name> = BTreeSet::new();
        if royalty.advance.is_some() {
            names.insert(royalty.name.clone());
            if let Some(why) = run.waived_with_advance(&royalty.name, period) {
                self.gap.get_or_insert(why);
            }
            match own_advance(run, royalty, period) {
                Ok(paid) => {
                    own = Some(paid.number().clone());
                    let of = royalty.name.clone();
                    self.lots.push(Lot { of, day: period.start, left: paid, own: Some(stream.clone()) });
                }
                Err(unknown) => {
                    self.gap.get_or_insert(unknown);
                }
            }
        }
        let serving = self.pays.iter().filter(|(name, pay)| pay.serves(run, name, stream, period.start));
        names.extend(serving.map(|(name, _)| name.clone()));
        for (pay, Paid { items, .. }) in &mut self.pays {
            let come = items.iter().filter(|(day, _)| *day <= period.end).count();
            for (day, amount) in items.drain(..come) {
                match amount {
                    Ok(left) => self.lots.push(Lot { of: pay.clone(), day, left, own: None }),
                    Err(unknown) => {
                        self.gap.get_or_insert(unknown);
                    }
                }
            }
        }
        self.lots.sort_by_key(|lot| lot.day);
        self.take_back(period.end);
        for name in &names {
            // Where the rate does not begin anew, advances once earned back stay so.
            let done = memory.satisfied.contains(name) && royalty.reset.is_none() && *name != royalty.name;
            let open = if done {
                Ok((Exact::zero(), Exact::zero()))
            } else {
                self.left(run, name, (stream, period.start), royalty)
            };
            let (start, until) = match open {
                Ok((start, until)) => (Ok(start), Ok(until)),
                Err(unknown) => (Err(unknown.clone()), Err(unknown)),
            };
            run.open_advances().insert(name.clone(), Open { start, until, earned: Exact::zero() });
        }
        memory.open = names;
        own
    }

    /// Takes what goes back by a day off what is left by then of the same payment, the oldest first. What is earned
    /// back already does not go back.
    fn take_back(&mut self, until: Date) {
        for (pay, Paid { refunds, .. }) in &mut self.pays {
            let gone = refunds.iter().filter(|(day, _)| *day <= until).count();
            for (day, amount) in refunds.drain(..gone) {
                let mut back = match amount {
                    Ok(amount) => amount.number().clone(),
                    Err(unknown) => {
                        self.gap.get_or_insert(unknown);
                        continue;
                    }
                };
                let of = |lot: &&mut Lot| lot.of == *pay && lot.own.is_none() && lot.day <= day;
                for lot in self.lots.iter_mut().filter(of) {
                    let taken = lot.left.number().clone().min(back.clone());
                    lot.left = lot.left.with(lot.left.number() - &taken);
                    back = &back - &taken;
                }
            }
        }
        self.lots.retain(|lot| lot.own.is_some() || !lot.left.number().is_zero());
    }

    /// What is left of an advance, and of everything that is earned back before the last of it.
    fn left(
        &self,
        run: &Run<'_>,
        name: &Name,
        (stream, day): (&StreamOf, Date),
        royalty: &Royalty,
    ) -> Eval<(Exact, Exact)> {
        if let Some(unknown) = &self.gap {
            return Err(unknown.clone());
        }
        let zero = Val::money(Exact::zero(), run.money_of(royalty)?);
        let (mut own, mut until, mut sum) = (zero.clone(), zero.clone(), zero);
        for lot in self.lots.iter().filter(|l| self.serves(run, l, stream, day)) {
            sum = sum.plus(&lot.left)?;
            if lot.of == *name && !lot.left.number().is_zero() {
                own = own.plus(&lot.left)?;
                until = sum.clone();
            }
        }
        Ok((own.number().clone(), until.number().clone()))
    }

    /// Closes a period: what was earned comes off the advances.
    pub fn close(
        &mut self,
        run: &Run<'_>,
        stream: &StreamOf,
        royalty: &Royalty,
        part: &Part,
        paid: Option<Exact>,
        memory: &mut Memory,
    ) -> Eval<Option<Eval<Advance>>> {
        run.open_advances().retain(|name, _| !memory.open.contains(name));
        let zero = Val::money(Exact::zero(), run.money_of(royalty)?);
        let earned = part.earned(&zero);
        let serving: Vec<bool> =
            self.lots.iter().map(|l| self.serves(run, l, stream, part.period.start)).collect();
        if let Err(unknown) = &earned
            && serving.iter().any(|s| *s)
        {
            let unknown = hangs_on("what is left of the advances", &part.period, unknown);
            self.gap.get_or_insert(unknown);
        }
        if let Some(unknown) = &self.gap {
            return Ok(royalty.advance.as_ref().map(|_| Err(unknown.clone())));
        }
        let mut rest = earned.map_or_else(|_| Exact::zero(), |v| v.number().clone()).max(Exact::zero());
        let mut own = Exact::zero();
        let mut touched: BTreeSet<Name> = BTreeSet::new();
        for (lot, _) in self.lots.iter_mut().zip(serving).filter(|(_, serves)| *serves) {
            let taken = lot.left.number().clone().min(rest.clone()).max(Exact::zero());
            if taken.is_zero() {
                continue;
            }
            rest = &rest - &taken;
            lot.left = lot.left.with(lot.left.number() - &taken);
            touched.insert(lot.of.clone());
            if lot.own.is_some() {
                own += &taken;
            }
        }
        self.lots.retain(|lot| !lot.left.number().is_zero());
        memory.satisfied.extend(touched.into_iter().filter(|name| !self.lots.iter().any(|l| l.of == *name)));
        Ok(paid.map(|paid| {
            let left = self.lots.iter().filter(|l| l.own.as_ref() == Some(stream));
            let left = left.map(|l| l.left.number().clone()).sum();
            Ok(Advance { paid, earned: own, left })
        }))
    }
}

impl Memory {
    /// Notes what a stretch earned of open advances.
    pub(super) fn use_open(&self, stretch: &Stretch<'_, '_>, earned: &Val) {
        for (_, open) in stretch.run.open_advances().iter_mut().filter(|(name, _)| self.open.contains(*name))
        {
            open.earned += earned.number();
        }
    }
}

impl<'m> Run<'m> {
    /// The payments that are earned back as a whole under any of the deal's terms, in the order of the text: each
    /// with the royalties that earn it back.
    pub(super) fn earned_back(&self) -> Vec<(&'m Pay, Vec<Name>)> {
        let find = || {
            let mut pays = self.pays();
            pays.sort_by_key(|pay| pay.at);
            let from = |pay: &Pay| self.named_by(&pay.name, |p| earned_back_from(p).collect());
            let all = pays.into_iter().map(|pay| (pay.name.clone(), from(pay)));
            all.filter(|(_, from)| !from.is_empty()).collect()
        };
        let found = self.owed.earned_back.get_or_init(find);
        let last = |name: &Name| self.models().rev().find_map(|model| model.pays.get(name));
        found.iter().filter_map(|(name, from)| Some((last(name)?, from.clone()))).collect()
    }
}

/// The royalties that earn a payment back as a whole; what each title earns back by itself is left to `settle`.
fn earned_back_from(pay: &Pay) -> impl Iterator<Item = &Name> {
    let rules = pay.rules.iter().filter_map(|(rule, _)| match rule {
        PayRule::Recouped(from, None, _) => Some(from),
        _ => None,
    });
    rules.flatten()
}

/// The advance of a royalty for a payment period: all that fall in it.
fn own_advance(run: &Run<'_>, royalty: &Royalty, period: &Period) -> Eval<Val> {
    let (each, of) = each_advance(run, royalty, period)?;
    Ok(each.with(each.number() * &Exact::from_int(i64::try_from(of.len()).unwrap_or(0))))
}

/// What each advance of a royalty comes to that falls in a payment period, and what they are for: its share of what is
/// asked, as often as its own periods begin in it.
pub(crate) fn each_advance(run: &Run<'_>, royalty: &Royalty, period: &Period) -> Eval<(Val, Vec<Period>)> {
    let Some((share, of, cycle, at)) = &royalty.advance else {
        return Err(Unknown::new("there is no advance"));
    };
    let share = crate::amount::given(share, "share of the advance").map_err(|u| u.at(*at))?;
    let (of, _) = run.amount(of, &Focus::of(*period)).map_err(|u| u.at(*at))?;
    let mut begins = run.clock().cycle(cycle)?.between(period.start, period.end);
    let end = counterpart_terms::value::Moment::OfThing(counterpart_terms::value::Edge::End, None);
    // An end still open has not come.
    let ended = run.clock().limit(&end, &Focus::default()).unwrap_or(None);
    begins.retain(|p| period.contains(p.start) && ended.is_none_or(|e| p.start <= e));
    Ok((of.with(of.number() * &share), begins))
}
