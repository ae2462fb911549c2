//! What a payee has had, as far as it is known, and what it may still have.
//!
//! What is not known lies between nothing and the most it can come to. Where both give the same answer, that is
//! the answer.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact};
use counterpart_terms::model::{PayRule, Royalty, SplitBand};
use counterpart_terms::value::{Amount, Name};

/// What a sum lies between.
#[derive(Debug, Clone)]
struct Span {
    least: Exact,
    /// Without bound where nothing gives one.
    most: Option<Exact>,
    /// Why it is not known exactly.
    why: Option<Unknown>,
}

impl Span {
    fn exactly(sum: Exact) -> Span {
        Span { most: Some(sum.clone()), least: sum, why: None }
    }

    fn of(sum: Eval<Exact>) -> Span {
        sum.map_or_else(|why| Span { least: Exact::zero(), most: None, why: Some(why) }, Span::exactly)
    }

    fn add(&mut self, other: &Span) {
        self.least += &other.least;
        self.most = self.most.take().zip(other.most.as_ref()).map(|(a, b)| &a + b);
        if self.why.is_none() {
            self.why.clone_from(&other.why);
        }
    }
}

/// What each payee has received so far: party, day, sum.
#[derive(Debug, Default)]
pub(crate) struct Received(Vec<(Name, Date, Span)>);

impl Received {
    /// Notes what a payee gets.
    pub(super) fn note(&mut self, party: &Name, day: Date, share: &Eval<Val>) {
        self.0.push((party.clone(), day, Span::of(share.clone().map(|s| s.number().clone()))));
    }

    fn by(&self, party: &Name, until: Option<Date>) -> Span {
        let mut sum = Span::exactly(Exact::zero());
        for (_, _, span) in self.0.iter().filter(|(p, day, _)| p == party && until.is_none_or(|u| *day <= u))
        {
            sum.add(span);
        }
        sum
    }
}

/// What a payee may still have, at the least and at the most; no limit where there is none.
#[derive(Debug, Clone, Default)]
pub(super) struct Room {
    least: Option<Exact>,
    most: Option<Exact>,
    why: Option<Unknown>,
}

impl Room {
    /// What of a share fits in.
    pub(super) fn within(&self, share: &Eval<Val>, zero: &Val) -> Eval<Val> {
        let share = match share {
            // Nothing fits in, however much it would be.
            Err(_) if self.most.as_ref().is_some_and(Exact::is_zero) => return Ok(zero.clone()),
            other => other.clone()?,
        };
        let fit = |room: &Option<Exact>| match room {
            Some(room) => room.clone().min(share.number().clone()),
            None => share.number().clone(),
        };
        let (least, most) = (fit(&self.least), fit(&self.most));
        match &self.why {
            Some(why) if least != most => Err(why.clone()),
            _ => Ok(share.with(most)),
        }
    }

    /// What is left of it after a part of it was had already.
    pub(super) fn after(self, had: &Exact) -> Room {
        let rest = |room: Option<Exact>| room.map(|r| (r - had.clone()).max(Exact::zero()));
        Room { least: rest(self.least), most: rest(self.most), why: self.why }
    }
}

/// A sum after which a payee is done, where it has it by a day.
struct Mark {
    sum: Span,
    /// The last day; `None` where any day will do.
    by: Eval<Option<Date>>,
    /// Had by that day; where the day is not known, in all.
    had: Span,
    /// Had in all.
    before: Span,
}

impl Run<'_> {
    /// What a payee may still have under a plain limit.
    pub(super) fn room_under(&self, party: &Name, most: &Amount, focus: &Focus, received: &Received) -> Room {
        let sum = Span::of(self.amount(most, focus).map(|(value, _)| value.number().clone()));
        let before = received.by(party, None);
        room(&[Mark { sum, by: Ok(None), had: before.clone(), before }], Date::MIN)
    }

    /// What a payee may still have on a day under the marks of a split.
    pub(super) fn room_on(&self, royalty: &Royalty, party: &Name, received: &Received, day: Date) -> Room {
        let mut marks = Vec::new();
        for band in &royalty.split {
            let Some((_, sum, by)) = band.until.as_ref().filter(|(p, _, _)| p == party) else { continue };
            let sum = Span::of(self.amount(sum, &Focus::default()).map(|(value, _)| value.number().clone()));
            let by = match by {
                Some(by) => self.clock().limit(by, &Focus::default()).map_err(|u| u.at(band.at)),
                None => Ok(None),
            };
            let until = by.as_ref().ok().copied().flatten();
            let had = self.had(royalty, band, party, received, day, until);
            let before = self.had(royalty, band, party, received, day, None);
            marks.push(Mark { sum, by, had, before });
        }
        room(&marks, day)
    }

    /// What a payee had before a day, of what counts towards a mark.
    fn had(
        &self,
        royalty: &Royalty,
        band: &SplitBand,
        party: &Name,
        received: &Received,
        day: Date,
        until: Option<Date>,
    ) -> Span {
        let mut sum = received.by(party, until);
        for stream in band.until_from.iter().filter(|s| **s != royalty.name) {
            sum.add(&self.had_of(stream, party, day, until));
        }
        sum
    }

    /// What a payee had of another payment before a day: what has arisen, and where that is not given, between
    /// what was told as paid and what its stated total leaves.
    fn had_of(&self, stream: &Name, party: &Name, day: Date, until: Option<Date>) -> Span {
        let counts = |on: Date| on < day && until.is_none_or(|u| on <= u);
        let told = self.paid_to(stream, None, Some(party)).into_iter().filter(|(on, _, _)| counts(*on));
        let told: Exact = told.map(|(_, _, value)| value.number().clone()).sum();
        let open = |why: Unknown| Span { least: told.clone(), most: None, why: Some(why) };
        let Some(pay) = self.pay_named(stream) else {
            return open(Unknown::new(format!("what `{party}` has had of `{stream}` is not followed here")));
        };
        if !pay.to.contains(party) {
            return Span::exactly(Exact::zero());
        }
        let items = match self.items(stream) {
            Ok(items) => items,
            Err(why) => return open(why),
        };
        let sum_of = |all: bool| -> Exact {
            let here = items.iter().filter(|i| all || counts(i.arisen));
            here.filter_map(|i| i.amount.as_ref().ok()).map(|v| v.number().clone()).sum()
        };
        let known = sum_of(false);
        let mut unknown = items.iter().filter(|i| i.amount.is_err());
        let Some(first) = unknown.clone().find(|i| counts(i.arisen)) else { return Span::exactly(known) };
        let why = first.amount.clone().err();
        // Lines not given come to the total once all have arisen.
        if unknown.all(|i| counts(i.arisen) && i.rest.is_some() && i.rest == first.rest) {
            let rest = first.rest.as_ref().map(|r| r.number().clone()).unwrap_or_default();
            return Span::exactly(known + rest);
        }
        let total = pay.rules.iter().find_map(|(rule, _)| match rule {
            PayRule::Total(total) => self.amount(total, &Focus::default()).ok(),
            _ => None,
        });
        let least = known.clone().max(told);
        let most = total.map(|(total, _)| (known + total.number().clone() - sum_of(true)).max(least.clone()));
        Span { least, most, why }
    }
}

/// What a payee may still have on a day.
fn room(marks: &[Mark], day: Date) -> Room {
    let gaps = marks
        .iter()
        .flat_map(|m| [m.had.why.as_ref(), m.before.why.as_ref(), m.sum.why.as_ref(), m.by.as_ref().err()]);
    Room { least: tight(marks, day), most: loose(marks, day), why: gaps.flatten().next().cloned() }
}

/// The least: as much as can be was had, the marks are as low as can be, and a day not known suits them.
fn tight(marks: &[Mark], day: Date) -> Option<Exact> {
    // Reached in time, it is over for good.
    if marks.iter().any(|m| m.had.most.as_ref().is_none_or(|had| *had >= m.sum.least)) {
        return Some(Exact::zero());
    }
    let mut least: Option<Exact> = None;
    for mark in marks {
        let counts = mark.by.as_ref().map(|by| by.is_none_or(|b| day <= b));
        if counts == Ok(false) {
            continue;
        }
        let room = mark.before.most.as_ref().map(|had| &mark.sum.least - had).unwrap_or_default();
        let room = room.max(Exact::zero());
        least = Some(least.map_or(room.clone(), |l| l.min(room)));
        // Where the day is not known, the next may be the one that counts.
        if counts == Ok(true) {
            break;
        }
    }
    least
}

/// The most: as little as can be was had, the marks are as high as can be, and a day not known does not suit.
fn loose(marks: &[Mark], day: Date) -> Option<Exact> {
    let reached = |m: &Mark| m.sum.most.as_ref().is_some_and(|most| m.had.least >= *most);
    if marks.iter().any(|m| m.by.is_ok() && reached(m)) {
        return Some(Exact::zero());
    }
    let mut most = Exact::zero();
    for mark in marks {
        let counts = mark.by.as_ref().map(|by| by.is_none_or(|b| day <= b));
        if counts == Ok(false) {
            continue;
        }
        // It may leave more than what counts without it.
        most = most.max((mark.sum.most.as_ref()? - &mark.before.least).max(Exact::zero()));
        if counts == Ok(true) {
            return Some(most);
        }
    }
    None
}
