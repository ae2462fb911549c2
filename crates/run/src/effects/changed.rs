//! What an effect makes of a figure of another clause: from which day to which, by how much, in which part.

use super::Came;
use super::came::within;
use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::Days;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_num::{Date, Exact};
use counterpart_terms::At;
use counterpart_terms::model::{Figure, OnFigure, Turn};
use counterpart_terms::value::{Amount, Name, Value};
use std::rc::Rc;

/// A change of a figure, from a day on.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    /// The figure.
    pub figure: Figure,
    /// What becomes of it.
    pub turn: Turn,
    /// The first day.
    pub from: Date,
    /// The last, where it does not last for good.
    pub until: Option<Date>,
    /// Only in this country.
    pub place: Option<Name>,
    /// Only for this product, field or customer.
    pub of: Option<Name>,
    /// Why it cannot be said whether it is so.
    pub doubt: Option<Unknown>,
    /// The days on which the terms it stands in are in force.
    terms: Days,
    /// The clause.
    pub at: At,
    /// The entry that tells of its cause, where one does.
    entry: Option<At>,
    /// What brought it about, in words.
    pub cause: String,
}

impl Changed {
    fn new(came: Came, change: OnFigure, name: &Name, today: Date) -> Changed {
        let hidden = (!change.of.contains(name)).then(|| {
            let why = format!("whose {} this changes is redacted or open", change.figure.word());
            Unknown::new(why).at(came.at)
        });
        Changed {
            figure: change.figure,
            turn: change.turn,
            from: came.from,
            // How long a cause that goes on will last nobody knows.
            until: came.until.or_else(|| came.goes_on.then_some(today)),
            entry: came.entry,
            doubt: came.doubt.or(hidden),
            terms: came.terms,
            place: came.place,
            of: came.of,
            at: came.at,
            cause: came.cause,
        }
    }

    /// That it is so, as a reason: the clause, and the entry behind it.
    pub fn step(&self, what: impl Into<String>, how: impl Into<String>) -> Step {
        let entry = self.entry.map(|at| Step::note(self.cause.clone()).on(self.from).by(at));
        Step::note(what).how(how).on(self.from).by(self.at).from(entry.into_iter().collect())
    }

    /// Whether it is so on a day, or may be.
    pub fn is_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether it is of a part, and not of the same as another.
    pub fn is_apart(&self, other: &Changed) -> bool {
        let wider = |mine: &Option<Name>, theirs: &Option<Name>| theirs.is_none() || mine == theirs;
        !(wider(&self.place, &other.place) && wider(&self.of, &other.of))
    }

    /// Whether it is by, or to, a sum of money.
    pub fn sets_a_sum(&self) -> bool {
        match &self.turn {
            Turn::Becomes(value) | Turn::To { value, .. } | Turn::By { value, .. } => {
                matches!(value, Amount::Money(..))
            }
            Turn::Rests | Turn::Ends => false,
        }
    }

    /// Whether it is one of the terms of a day.
    pub fn is_of(&self, terms: Date) -> bool {
        within(self.terms, terms)
    }

    /// Why it cannot be said what it makes of a figure that is not told apart by country or product.
    pub fn in_part_only(&self, name: &Name) -> Option<Unknown> {
        let part = self.place.as_ref().or(self.of.as_ref())?;
        let why = format!("what is changed for {part} alone is a part of `{name}` that is not told apart");
        Some(Unknown::new(why).at(self.at))
    }
}

impl Run<'_> {
    /// What effects made of a figure of a clause by the day asked about, oldest first, by the terms of a day: that on which
    /// the period began.
    pub(crate) fn changes_of_figure(&self, figure: Figure, name: &Name, terms: Date) -> Vec<Changed> {
        self.all_changes(figure, name).iter().filter(|change| change.is_of(terms)).cloned().collect()
    }

    /// The same by all terms there are.
    pub(crate) fn all_changes(&self, figure: Figure, name: &Name) -> Rc<Vec<Changed>> {
        self.kept_changes(figure, name, || {
            let on = |value: &Value| OnFigure::read(value).is_some_and(|one| one.may_be_on(figure, name));
            let came = self.came_under_any_terms(Some(name), &on);
            let came = self.in_turn(came, &|one, other| self.figures_apart(name, one, other)).into_iter();
            came.filter_map(|came| {
                let change = OnFigure::read(&came.effect)?;
                Some(Changed::new(came, change, name, self.facts.as_of()))
            })
            .collect()
        })
    }

    /// What two effects of one day set, where it makes a difference which of them is so last.
    fn figures_apart(&self, name: &Name, one: &Came, other: &Came) -> Option<String> {
        let (mine, theirs) = (OnFigure::read(&one.effect)?, OnFigure::read(&other.effect)?);
        let market = &self.model_on(one.from).market;
        let elsewhere = one.place.as_ref().zip(other.place.as_ref()).is_some_and(|(a, b)| a != b);
        let of_another = one.of.as_ref().zip(other.of.as_ref()).is_some_and(|(a, b)| {
            market.dimension_of(a) == market.dimension_of(b) && !market.within(a, b) && !market.within(b, a)
        });
        let apart = !elsewhere && !of_another && !in_any_order(&mine.turn, &theirs.turn);
        apart.then(|| format!("what the {} of `{name}` becomes", mine.figure.word()))
    }

    /// What a sum is once a change is made of it, and how, in words.
    ///
    /// # Errors
    /// Where it cannot be said whether the change is made, or by how much.
    pub(crate) fn changed_sum(&self, was: &Val, change: &Changed) -> Eval<(Val, String)> {
        if let Some(why) = &change.doubt {
            return Err(why.clone().at(change.at));
        }
        let amount = |amount| {
            let (value, _) = self.amount(amount, &Focus::default()).map_err(|why| why.at(change.at))?;
            Ok::<Val, Unknown>(value)
        };
        let of_it = |share: &Exact| was.with(was.number() * share);
        let (now, how) = match &change.turn {
            Turn::Rests => (was.with(Exact::zero()), "suspended".to_string()),
            Turn::Ends => (was.with(Exact::zero()), "ended".to_string()),
            Turn::Becomes(value) => match amount(value)? {
                Val::Number(share) => (of_it(&share), format!("{} of it", percent(&share))),
                sum => (sum.clone(), format!("{sum} instead")),
            },
            Turn::To { rises, value } => match amount(value)? {
                Val::Number(share) => (of_it(&share), format!("{} of it", percent(&share))),
                sum => {
                    let over = was.compare(&sum)?;
                    let stays = if *rises { over.is_gt() } else { over.is_lt() };
                    let now = if stays { was.clone() } else { sum.clone() };
                    (now, format!("{} to {sum}", verb(*rises)))
                }
            },
            Turn::By { rises, value } => {
                let (more, shown) = match amount(value)? {
                    Val::Number(share) => (of_it(&share), percent(&share)),
                    sum => (sum.clone(), sum.to_string()),
                };
                let now = if *rises { was.plus(&more)? } else { was.less(&more)? };
                let now = now.with(now.number().clone().max(Exact::zero()));
                (now, format!("{} by {shown}", verb(*rises)))
            }
        };
        Ok((now, format!("{how}, {}", change.cause)))
    }
}

/// Whether two changes come to the same, whichever is made first.
fn in_any_order(one: &Turn, other: &Turn) -> bool {
    let is_sum = |amount: &Amount| matches!(amount, Amount::Money(..));
    match (one, other) {
        (Turn::Rests | Turn::Ends, Turn::Rests | Turn::Ends) => true,
        (Turn::Becomes(mine), Turn::Becomes(theirs)) => mine == theirs,
        (Turn::To { rises: mine, .. }, Turn::To { rises: theirs, .. }) => mine == theirs,
        (Turn::By { value: mine, .. }, Turn::By { value: theirs, .. }) => is_sum(mine) == is_sum(theirs),
        (Turn::By { value, .. }, Turn::Rests | Turn::Ends)
        | (Turn::Rests | Turn::Ends, Turn::By { value, .. }) => !is_sum(value),
        _ => false,
    }
}

/// As a deal says it.
pub(super) fn verb(rises: bool) -> &'static str {
    if rises { "rises" } else { "falls" }
}
