//! An effect that came about, or may have: what it is, from which day until which, where, why, and how it ranks beside
//! others of the same day.

use crate::engine::Run;
use crate::rights::Days;
use crate::unknown::Unknown;
use counterpart_num::{Date, Period};
use counterpart_terms::At;
use counterpart_terms::model::{Effect, Where};
use counterpart_terms::precedence::{ClauseRef, Standing};
use counterpart_terms::value::{Name, Territory, Value};
use counterpart_terms::world::{self, Place};

/// An effect that came about, or may have.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    /// The effect, as the clause says it.
    pub effect: Value,
    /// The first day on which it is so.
    pub from: Date,
    /// The last, where it does not last for good.
    pub until: Option<Date>,
    /// The day on which its cause was tested.
    pub tested: Date,
    /// The period its cause was tested on, where it has one.
    pub over: Option<Period>,
    /// The days on which the terms it stands in are in force, where later ones put other words in the place of its clause.
    pub terms: Days,
    /// Its cause goes on as far as anybody told.
    pub goes_on: bool,
    /// It may have come about later than on that day.
    pub later: bool,
    /// Only in this country, where its cause was tested for one.
    pub place: Option<Name>,
    /// The countries of which nothing was told, where that one stands for all of them.
    pub elsewhere: Option<Territory>,
    /// Only for this product, field or customer, where its cause was tested for one.
    pub of: Option<Name>,
    /// Why it cannot be said whether it came about, or until when it lasts.
    pub doubt: Option<Unknown>,
    /// The clause it stands in.
    pub host: At,
    /// Its line, where that is told apart.
    pub at: At,
    /// That is a trigger.
    pub by_trigger: bool,
    /// The clause, as others name it, and the edition of the terms it stands in.
    pub clause: (Option<ClauseRef>, usize),
    /// The window whose time it waits for: it takes the place of what that says.
    pub after: Option<Name>,
    /// It stands above what it is on.
    pub above: bool,
    /// How many others of its day it stands above.
    pub rank: usize,
    /// The clause and the day, in words.
    pub cause: String,
    /// The entry that tells of its cause, where one does.
    pub entry: Option<At>,
    /// Who chose it, and what was told of it.
    pub chosen: Option<Chosen>,
}

/// That a party chose an effect.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    /// The party.
    pub by: Name,
    /// The effect, as its entry tells it.
    pub told: Value,
    /// The part it was chosen for, where the entry names none and the clause offers it for the one it was tested for.
    pub part: Option<Where>,
}

impl Came {
    /// What it does to a right; `None` where it is on something else.
    pub fn on_right(&self) -> Option<Effect> {
        let Some(chosen) = &self.chosen else {
            let mut effect = Effect::read(&self.effect)?;
            if effect.part.territory.is_none() && self.elsewhere.is_some() {
                effect.part.territory.clone_from(&self.elsewhere);
            }
            return Some(effect);
        };
        let mut effect = Effect::read(&chosen.told)?;
        if let Some(part) = &chosen.part {
            effect.part.territory.clone_from(&part.territory);
            effect.part.names.clone_from(&part.names);
        }
        Some(effect)
    }

    /// Where the terms it stands in were in force on the day of its test.
    pub(super) fn within_its_terms(self) -> Option<Came> {
        let terms = self.terms;
        self.within(terms)
    }

    /// Within some days: of one that may have come about later than it was tested what lies within them is left.
    pub(super) fn within(mut self, days: Days) -> Option<Came> {
        if let Some(first) = days.0.filter(|first| self.later && self.tested < *first) {
            (self.tested, self.from) = (first, self.from.max(first));
        }
        within(days, self.tested).then_some(self)
    }
}

/// Whether a day is one of some terms.
pub(super) fn within((from, until): Days, day: Date) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day < until)
}

impl Run<'_> {
    /// How an effect stands to what it is on: `None` where that goes before it, so that nothing follows.
    pub(super) fn ranked(&self, mut came: Came, on: &Name) -> Option<Came> {
        let (Some(this), edition) = &came.clause else { return Some(came) };
        let other = ClauseRef::named(on.clone());
        let ranking = &self.machine.editions.0.get(*edition)?.model.ranking;
        match ranking.standing(this, &other) {
            Standing::First => came.above = true,
            Standing::Second => return None,
            Standing::Circular => {
                let why = format!("`{this}` and `{other}` are each said to prevail over the other");
                came.doubt.get_or_insert_with(|| Unknown::new(why).at(came.at));
            }
            Standing::Equal => {}
        }
        Some(came)
    }

    /// An effect in each of the countries for which it came about, where one stands for several: in which is not told where
    /// they are not named one by one.
    pub(super) fn in_each_place(&self, mut came: Came) -> Vec<Came> {
        let Some(territory) = came.elsewhere.take().filter(|_| came.chosen.is_none()) else {
            return vec![came];
        };
        let is_country = |name: &Name| matches!(world::place(name.as_str()), Some(Place::Country));
        if !territory.places.iter().all(is_country) {
            let name = came.clause.0.as_ref().map(ToString::to_string).unwrap_or_default();
            let why = || Unknown::new(format!("of which countries `{name}` held is not told")).at(came.at);
            came.doubt = came.doubt.take().or_else(|| Some(why()));
            return vec![came];
        }
        let places = self.model_on(came.tested).market.places(&territory, came.tested);
        let countries = places.codes().filter(|code| !code.contains('-')).map(Name::from);
        countries.map(|country| Came { place: Some(country), ..came.clone() }).collect()
    }

    /// How the clauses of two effects stand to each other.
    fn stands_to(&self, one: &Came, other: &Came) -> Standing {
        let (Some(first), Some(second)) = (&one.clause.0, &other.clause.0) else { return Standing::Equal };
        let edition = self.machine.editions.0.get(one.clause.1.max(other.clause.1));
        let said = edition.map_or(Standing::Equal, |edition| edition.model.ranking.standing(first, second));
        match said {
            Standing::Equal if one.after.as_ref() == Some(&second.name) => Standing::First,
            Standing::Equal if other.after.as_ref() == Some(&first.name) => Standing::Second,
            said => said,
        }
    }

    /// Oldest first, and of one day that which stands above another after it, so that it has the last word. Where two that
    /// nothing ranks do not go together, neither is so for sure.
    pub(crate) fn in_turn(
        &self,
        mut all: Vec<Came>,
        apart: &dyn Fn(&Came, &Came) -> Option<String>,
    ) -> Vec<Came> {
        all.sort_by_key(|came| (came.from, came.at));
        let mut out: Vec<Came> = Vec::new();
        for group in all.chunk_by_mut(|one, next| one.from == next.from) {
            if group.len() > 1 {
                self.rank(group, apart);
            }
            out.extend(group.iter().cloned());
        }
        out
    }

    fn rank(&self, group: &mut [Came], apart: &dyn Fn(&Came, &Came) -> Option<String>) {
        let several = group.iter().any(|came| group.first().is_some_and(|first| came.host != first.host));
        let ranks: Vec<usize> = group
            .iter()
            .map(|one| match several {
                true => group.iter().filter(|other| self.stands_to(one, other) == Standing::First).count(),
                false => 0,
            })
            .collect();
        let doubts: Vec<Option<Unknown>> = group
            .iter()
            .enumerate()
            .map(|(place, one)| {
                let mut others = group.iter().enumerate().filter(|(other, _)| *other != place);
                others.find_map(|(_, other)| {
                    let what = apart(one, other)?;
                    let ranked = matches!(self.stands_to(one, other), Standing::First | Standing::Second);
                    (!ranked).then(|| self.clash(one, other, &what))
                })
            })
            .collect();
        for ((came, rank), doubt) in group.iter_mut().zip(ranks).zip(doubts) {
            came.rank = rank;
            came.doubt = came.doubt.take().or(doubt);
        }
        group.sort_by_key(|came| (came.rank, came.at));
    }

    /// That two effects of one day do not go together.
    fn clash(&self, one: &Came, other: &Came, what: &str) -> Unknown {
        let (first, second) = if one.at <= other.at { (one, other) } else { (other, one) };
        let of = |came: &Came| match &came.clause.0 {
            Some(clause) => format!("`{clause}` ({})", self.place(came.at)),
            None => self.place(came.at),
        };
        let both = match first.at == second.at {
            true => format!("two effects of {}", of(first)),
            false => format!("{} and {}", of(first), of(second)),
        };
        let why = format!("{both} say differently on {} {what}, and neither goes before the other", one.from);
        Unknown::new(why).at(one.at)
    }
}
