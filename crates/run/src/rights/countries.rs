//! Effects that come about in each country where something is so, as `ends in each country with sales < USD 100k`, and
//! grants that begin in each by themselves.
//!
//! What is asked of each country is asked of the period that the cause of the effect was tested on, as known on the day
//! of the effect.

use super::changes::Dated;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_rights::{date, day};
use counterpart_terms::model::{Change, Grant, Life, Model};
use counterpart_terms::value::{Condition, Name, Territory};

impl Run<'_> {
    /// An effect as one for the countries in which its test holds, and one for each in which that cannot be said.
    pub(super) fn country_by_country(&self, change: Dated, grant: &Grant, model: &Model) -> Vec<Dated> {
        let Some(Some(test)) = change.effect.part.each_country.clone() else { return vec![change] };
        let world = || Territory::at(&Name::from("World"));
        let territory = grant.territory.clone().unwrap_or_else(world);
        if model.market.has_blank(&territory) {
            let why = Unknown::new("in which countries this comes about is redacted or open").at(change.at);
            return vec![Dated { doubt: change.doubt.clone().or(Some(why)), ..change }];
        }
        let countries = model.market.places(&territory, change.from);
        let mut held: Vec<Name> = Vec::new();
        let mut out = Vec::new();
        for country in countries.codes().map(Name::from) {
            let here = Dated { place: Some(country.clone()), ..change.clone() };
            match self.so_in(&test, &here) {
                Ok(true) => held.push(country),
                Ok(false) => {}
                Err(why) => {
                    out.push(Dated { doubt: change.doubt.clone().or(Some(why.at(change.at))), ..here })
                }
            }
        }
        if !held.is_empty() {
            let mut effect = change.effect.clone();
            effect.part.territory = Some(Territory::of(held));
            out.push(Dated { effect, ..change });
        }
        out
    }

    /// Where a grant that begins in each country by itself has begun.
    pub(super) fn begun_somewhere(&self, grant: &Grant) -> Vec<Dated> {
        let mut out = Vec::new();
        for (clause, at) in &grant.life {
            let Life::Begins { each_country: true, when: Some(when), ends } = clause else { continue };
            if when.has_blank() {
                let why = Unknown::new("what it begins with is redacted or open").at(*at);
                let day = self.first_day().unwrap_or(Date::MIN);
                out.push(Dated { doubt: Some(why), ..Dated::plain(day, Change::Begins, *at) });
                continue;
            }
            for place in self.places_told() {
                let focus = Focus { place: Some(place.clone()), ..Focus::default() };
                let mut so = self.days_once(when, &focus);
                if let Some(ends) = ends {
                    so = so.and(self.days_once(ends, &focus).not());
                }
                let here = |from: u32| Dated {
                    place: Some(place.clone()),
                    ..Dated::plain(date(from), Change::Begins, *at)
                };
                let last = |to: u32| date(to).prev_day().filter(|_| to <= day(Date::MAX));
                out.extend(so.yes.iter().map(|(from, to)| Dated { until: last(to), ..here(from) }));
                out.extend(so.doubt.iter().filter_map(|(days, why)| {
                    Some(Dated { doubt: Some(why.clone()), ..here(days.first()?) })
                }));
            }
        }
        out
    }

    /// Whether a test holds for the country of an effect.
    fn so_in(&self, test: &Condition, change: &Dated) -> Eval<bool> {
        let place = Focus { place: change.place.clone(), ..Focus::default() };
        let day = change.from.min(self.facts.as_of());
        self.ask_on(day, |run| match change.over {
            Some(over) => run.holds(test, &Focus { period: Some(over), until: Some(over.end), ..place }),
            None => run.holds_on(test, day, &place),
        })
    }
}
