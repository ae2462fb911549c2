//! What parties chose under a trigger, and whether it could be chosen.
//!
//! A trigger that stands for each country, product or field may be chosen under for those for which it came about, and
//! within the time that began there.

use super::changes::{Dated, is_of};
use super::lasting::Cause;
use super::triggers::{Fired, Step};
use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_terms::At;
use counterpart_terms::model::{Change, Effect, Market, Trigger, Where};
use counterpart_terms::value::{Name, Territory, Value};

impl Run<'_> {
    /// What parties chose to do with a grant, under a trigger or without one.
    pub(super) fn chosen(&self, name: &Name, under: Option<&Trigger>, fired: &[Fired]) -> Vec<Dated> {
        let mut out = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Chose { by, in_, effects } = &event.kind else { continue };
            if in_.as_ref() != under.map(|t| &t.name) {
                continue;
            }
            // What goes on without a trigger is a licence that its licensor ended, and no other.
            if under.is_none() && !self.may_be_kept(name, by, event.date) {
                continue;
            }
            for effect in effects.iter().filter_map(Effect::read).filter(|e| is_of(e, name)) {
                let mut dated = |effect: Effect, fired: &[Fired]| {
                    out.extend(self.as_chosen(effect, under, fired, (event.date, event.at)));
                };
                let named = effect.part.territory.is_some() || !effect.part.names.is_empty();
                if named || !under.is_some_and(|trigger| offers_a_part(trigger, &effect)) {
                    dated(effect, fired);
                    continue;
                }
                // What is offered for that part alone is chosen, where none is named, for each for which it may be.
                for one in fired {
                    let mut effect = effect.clone();
                    effect.part.territory =
                        one.elsewhere.clone().or_else(|| one.place.as_ref().map(in_place));
                    effect.part.names = one.of.clone().into_iter().collect();
                    dated(effect, std::slice::from_ref(one));
                }
            }
        }
        out
    }

    /// An effect that was chosen on a day, where it could be.
    fn as_chosen(
        &self,
        effect: Effect,
        under: Option<&Trigger>,
        fired: &[Fired],
        (day, at): (Date, At),
    ) -> Option<Dated> {
        let open = under.map(|trigger| self.is_open(trigger, fired, (day, &effect.part)));
        let doubt = match open {
            Some(Ok(false)) => return None,
            Some(Err(why)) => Some(why),
            _ => None,
        };
        let comes = |of: &Trigger| match effect.change {
            Change::Ends => self.end_comes(of, day, |offered| ends_the_same(&effect, offered)),
            _ => Ok(day),
        };
        let (from, doubt) = match under.map(comes) {
            Some(Ok(from)) => (from, doubt),
            Some(Err(why)) => (day, doubt.or(Some(why))),
            None => (day, doubt),
        };
        let market = &self.model_on(day).market;
        let bit = |f: &&Fired| matches!(f.step, Step::Bites(from) if from <= day);
        let there = |f: &&Fired| self.is_for(f, &effect.part, (market, day));
        let last = fired.iter().rev().filter(bit).find(there);
        let over = last.and_then(|f| f.over);
        let part = last.map(|f| f.part.clone()).unwrap_or_default();
        let tested = last.map_or(day, |f| f.tested);
        let cause = under.map(|trigger| Cause { trigger, tested, focus: &part });
        let dated = self.dated(effect, from, (at, cause));
        Some(Dated { doubt: dated.doubt.or(doubt), over, ..dated })
    }

    /// The first day after an end that was chosen on a day: one that may take a time comes once it has run.
    pub(crate) fn end_comes(
        &self,
        trigger: &Trigger,
        day: Date,
        is_this: impl Fn(&Value) -> bool,
    ) -> Eval<Date> {
        let Some(within) = trigger.time_for(is_this) else { return Ok(day) };
        let last = self.clock().shift(day, &within.within, false).map_err(|why| why.at(trigger.at))?;
        Ok(last.next_day().unwrap_or(last))
    }

    /// Whether a party may choose an effect under a trigger on a day: the trigger must have come about for the country,
    /// and for each of the products or fields, that the effect names.
    pub(crate) fn is_open(
        &self,
        trigger: &Trigger,
        fired: &[Fired],
        (day, part): (Date, &Where),
    ) -> Eval<bool> {
        if part.names.len() > 1 {
            let one = |name: &Name| Where { names: vec![name.clone()], ..part.clone() };
            let each = part.names.iter().map(|name| self.is_open(trigger, fired, (day, &one(name))));
            let each: Vec<Eval<bool>> = each.collect();
            return match each.contains(&Ok(false)) {
                true => Ok(false),
                false => each.into_iter().find(Result::is_err).unwrap_or(Ok(true)),
            };
        }
        let market = &self.model_on(day).market;
        let within = trigger.choice.as_ref().and_then(|(_, within, _)| within.as_ref());
        let mut unknown = None;
        for found in fired.iter().filter(|found| self.is_for(found, part, (market, day))) {
            let Step::Bites(from) = found.step else { continue };
            if from > day {
                continue;
            }
            match (within.map(|w| self.clock().shift(from, w, false)), &found.doubt) {
                // From when on is not known then, and so not until when.
                (_, Some(why)) => unknown = Some(why.clone()),
                (Some(Ok(last)), _) if last < day => {}
                (Some(Err(why)), _) => unknown = Some(why.at(trigger.at)),
                _ => return Ok(true),
            }
        }
        unknown.map_or(Ok(false), Err)
    }

    /// Whether a test was made for the part that an effect names.
    fn is_for(&self, found: &Fired, part: &Where, (market, day): (&Market, Date)) -> bool {
        let here = match (&part.territory, &found.place) {
            (Some(chosen), Some(place)) => {
                chosen.places.contains(place) || market.places(chosen, day).contains(place.as_str())
            }
            _ => true,
        };
        // A field may be named for a test that was made for a product, and the other way round.
        let of = |name: &Name, of: &Name| {
            name.is_blank() || market.dimension_of(name) != market.dimension_of(of) || market.within(name, of)
        };
        here && found
            .of
            .as_ref()
            .is_none_or(|tested| part.names.is_empty() || part.names.iter().any(|name| of(name, tested)))
    }
}

/// Whether what a trigger offers is the end of the same as an effect.
fn ends_the_same(effect: &Effect, offered: &Value) -> bool {
    Effect::read(offered).is_some_and(|offered| {
        let same = offered.name.as_ref().zip(effect.name.as_ref()).is_none_or(|(a, b)| a.may_be(b));
        same && matches!(offered.change, Change::Ends)
    })
}

/// Whether a trigger offers an effect for the part alone for which it came about.
fn offers_a_part(trigger: &Trigger, effect: &Effect) -> bool {
    let offered = trigger.choice.iter().flat_map(|(_, _, effects)| effects).filter_map(Effect::read);
    let same = |one: &Effect| {
        one.name == effect.name
            && std::mem::discriminant(&one.change) == std::mem::discriminant(&effect.change)
    };
    let mut same = offered.filter(same).peekable();
    same.peek().is_some() && same.all(|one| one.part.that)
}

fn in_place(place: &Name) -> Territory {
    Territory { places: vec![place.clone()], except: Vec::new(), unknown: None }
}
