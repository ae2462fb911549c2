//! Whether what parties chose under a trigger could be chosen, and what they chose without one.
//!
//! A trigger that stands for each country, product or field may be chosen under for those for which it came about, and
//! within the time that began there.

use super::changes::{Dated, is_of};
use super::triggers::{Fired, Step};
use crate::engine::Run;
use crate::unknown::{Eval, Gap};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_terms::model::{Effect, Market, Trigger, Where};
use counterpart_terms::value::{Name, Value};

impl Run<'_> {
    /// What parties chose to do with a grant without a trigger: a licence that its licensor ended goes on, and no other.
    pub(super) fn chosen_alone(&self, name: &Name) -> Vec<Dated> {
        let mut out = Vec::new();
        for event in self.facts.happened() {
            let EventKind::Chose { by, in_: None, effects } = &event.kind else { continue };
            if !self.may_be_kept(name, by, event.date) {
                continue;
            }
            for effect in effects.iter().filter_map(Effect::read).filter(|e| is_of(e, name)) {
                out.push(self.dated(effect, event.date, (event.at, None)));
            }
        }
        out
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

    /// The last day on which a party may choose under a trigger whose effects may be chosen from a day on; none where there
    /// is no such day, or it is not known.
    pub(crate) fn last_to_choose(&self, trigger: &Trigger, from: Date) -> Option<Date> {
        let within = trigger.choice.as_ref()?.1.as_ref()?;
        self.clock().shift(from, within, false).ok()
    }

    /// The entry by which a party chose after a test: the one that was told first.
    pub(crate) fn choice_made(&self, trigger: &Trigger, fired: &Fired) -> Option<&Event> {
        let made = self.choices_under(trigger, std::slice::from_ref(fired));
        made.into_iter().find(|made| !made.fired.is_empty()).map(|made| made.event)
    }

    /// Whether a party may choose today what a test that held, or may have, lets it choose, and has not done so. Of one that
    /// may have come to hold later no time is over for sure.
    pub(crate) fn may_still_choose(&self, trigger: &Trigger, fired: &Fired) -> bool {
        let today = self.facts.as_of();
        let Step::Bites(from) = fired.step else { return false };
        // A test waits for the reports it needs: nobody has a choice under it before.
        let tested = fired.doubt.as_ref().is_none_or(|why| why.gap == Gap::Missing);
        trigger.choice.is_some()
            && tested
            && from <= today
            && (fired.later || self.last_to_choose(trigger, from).is_none_or(|last| today <= last))
            && self.choice_made(trigger, fired).is_none()
    }

    /// Who may give the notice a test waits for, and until when, where that is said.
    pub(crate) fn may_give_notice(&self, trigger: &Trigger, fired: &Fired) -> (Vec<Name>, Option<Date>) {
        let Some((by, within)) = &trigger.notice else { return (Vec::new(), None) };
        let by = if by.is_empty() { self.all_parties() } else { by.clone() };
        let by = self.who_has(&by, Some(&trigger.name));
        let last = within.as_ref().filter(|_| !fired.later);
        (by, last.and_then(|within| self.clock().shift(fired.tested, within, false).ok()))
    }

    /// Whether a test was made for the part that an effect names.
    pub(crate) fn is_for(&self, found: &Fired, part: &Where, (market, day): (&Market, Date)) -> bool {
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
