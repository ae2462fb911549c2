//! The days before and after a moment; where the moment is not known, those on which it may have come are in doubt, and no
//! others.

use super::days::DaysSo;
use crate::clock::{Focus, When};
use crate::engine::Run;
use counterpart_num::Date;
use counterpart_rights::{Ranges, all_days, day};
use counterpart_terms::model::Grant;
use counterpart_terms::value::{Condition, Edge, Moment, Name};

impl Run<'_> {
    /// The days from a moment on; where it is not known, those on which it may have come are in doubt.
    pub(crate) fn days_from(&self, moment: &Moment) -> DaysSo {
        self.days_from_in(moment, &Focus::default())
    }

    /// The same, in the cell of a focus.
    pub(super) fn days_from_in(&self, moment: &Moment, focus: &Focus) -> DaysSo {
        match self.clock().moment(moment, focus) {
            Ok(When::On(on)) => DaysSo::sure(since(on)),
            Ok(When::NotYet | When::Never) => DaysSo::default(),
            Err(why) => {
                let (first, last) = self.span_of(moment, focus);
                let yes = last.map_or_else(Ranges::none, since);
                DaysSo { doubt: vec![(since(first.unwrap_or(Date::MIN)).less(&yes), why)], yes }
            }
        }
    }

    /// The days up to a moment, its own day among them; where it is not known, those on which it may have passed are in
    /// doubt.
    pub(crate) fn days_until(&self, moment: &Moment) -> DaysSo {
        self.days_until_in(moment, &Focus::default())
    }

    /// The same, in the cell of a focus.
    pub(super) fn days_until_in(&self, moment: &Moment, focus: &Focus) -> DaysSo {
        let upto = |on: Date| Ranges::of(0, day(on).saturating_add(1));
        match self.clock().moment(moment, focus) {
            Ok(When::On(on)) => DaysSo::sure(upto(on)),
            Ok(When::NotYet | When::Never) => DaysSo::sure(all_days()),
            Err(why) => {
                let (first, last) = self.span_of(moment, focus);
                let yes = first.map_or_else(Ranges::none, upto);
                let doubt = last.map_or_else(all_days, upto).less(&yes);
                DaysSo { doubt: vec![(doubt, why)], yes }
            }
        }
    }

    /// The first and the last day a moment can be on: a length of time that is not given moves a day on, not back.
    pub(super) fn span_of(&self, moment: &Moment, focus: &Focus) -> (Option<Date>, Option<Date>) {
        match (moment, self.clock().moment(moment, focus)) {
            (_, Ok(When::On(on))) => (Some(on), Some(on)),
            (_, Ok(When::NotYet | When::Never)) => (Some(Date::MAX), None),
            (Moment::Event { name, place, .. }, _) => {
                self.span_of_event(name, place.as_ref().or(focus.place.as_ref()))
            }
            (Moment::OfThing(Edge::Start, Some(name)), _) => self.span_of_event(name, focus.place.as_ref()),
            (Moment::Shift { back: false, from, .. }, _) => (self.span_of(from, focus).0, None),
            (Moment::Shift { back: true, from, .. }, _) => (None, self.span_of(from, focus).1),
            // A patent of which no day is stated lives until somebody tells that it does not.
            (Moment::LastPatentExpires | Moment::LastValidClaim(_), Err(_)) => {
                (Some(self.facts.as_of()), None)
            }
            // A renewal moves the end on, not back.
            (moment, Err(_)) if moment.is_the_end() && self.clock().terminated().is_none() => {
                let header = &self.model_now().header;
                let own = header.ends.as_ref().filter(|ends| !ends.is_the_end());
                let (first, last) = own.map_or((None, None), |own| self.span_of(own, focus));
                let doubt = self.clock().end_in_doubt_ahead().map(|(day, _)| day);
                (first.max(doubt), last.filter(|_| header.renews.is_none()))
            }
            (Moment::Effective, _) => {
                let on = self.machine.editions.first().header.effective_on.as_ref();
                on.filter(|on| **on != Moment::Effective).map_or((None, None), |on| self.span_of(on, focus))
            }
            (Moment::Anniversary(_, base), _) => (self.span_of(base, focus).0, None),
            (Moment::Latest(of), _) => {
                // Of patents nobody listed it is not known that any lives, nor that none does.
                let bound = |m: &Moment| match self.clock().lists_no_patent(m, focus) {
                    true => (None, None),
                    false => self.span_of(m, focus),
                };
                let all: Vec<_> = of.iter().map(bound).collect();
                let last: Option<Vec<Date>> = all.iter().map(|(_, last)| *last).collect();
                (all.iter().filter_map(|(first, _)| *first).max(), last.and_then(|l| l.into_iter().max()))
            }
            (Moment::Earliest(of), _) => {
                let all: Vec<_> = of.iter().map(|m| self.span_of(m, focus)).collect();
                let first: Option<Vec<Date>> = all.iter().map(|(first, _)| *first).collect();
                (first.and_then(|f| f.into_iter().min()), all.iter().filter_map(|(_, last)| *last).min())
            }
            (moment, _) if moment.is_the_end() => {
                (self.clock().end_in_doubt_ahead().map(|(day, _)| day), None)
            }
            _ => (None, None),
        }
    }

    /// The first and the last day on which an event can have begun that effects may begin.
    fn span_of_event(&self, name: &Name, place: Option<&Name>) -> (Option<Date>, Option<Date>) {
        let all = self.stretches(name, place);
        let sure = all.iter().find(|stretch| stretch.doubt.is_none());
        (all.first().map(|stretch| stretch.from), sure.map(|stretch| stretch.from))
    }

    /// The days on which a test holds once the agreement is in force: what was so before, and no longer, sets off nothing.
    pub(crate) fn days_from_the_start_when(&self, test: &Condition, focus: &Focus) -> DaysSo {
        let so = self.days_when(test, focus);
        let Some(first) = self.clock().effective() else { return so };
        let doubt = so.doubt.into_iter().map(|(days, why)| (days.and(&since(first)), why));
        DaysSo { yes: so.yes.and(&since(first)), doubt: doubt.filter(|(days, _)| !days.is_empty()).collect() }
    }

    /// The days on which the agreement lets a grant be in force: from its effective date to its end, or for good where
    /// the grant is perpetual.
    pub(crate) fn agreement_days(&self, grant: &Grant) -> DaysSo {
        self.days_from_the_start().and(self.days_of_agreement(grant))
    }
}

/// All days from a day on.
pub(crate) fn since(on: Date) -> Ranges {
    all_days().less(&Ranges::of(0, day(on)))
}
