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

    /// Whether it lets the figure rest, or ends it.
    pub fn is_off(&self) -> bool {
        matches!(self.turn, Turn::Rests | Turn::Ends)
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
            let mut came = self.in_turn(came, &|one, other| self.figures_apart(name, one, other));
            self.rises_first(name, &mut came);
            came.into_iter()
                .filter_map(|came| {
                    let change = OnFigure::read(&came.effect)?;
                    Some(Changed::new(came, change, name, self.facts.as_of()))
                })
                .collect()
        })
    }

    /// Puts what rises by a sum before what falls on the same day, where nothing between them minds: a figure stops at nothing
    /// once, after all that was made of it that day.
    fn rises_first(&self, name: &Name, came: &mut [Came]) {
        let rises = |came: &Came| {
            let turn = OnFigure::read(&came.effect).map(|change| change.turn);
            matches!(turn, Some(Turn::By { rises: true, .. }))
        };
        for end in 1..came.len() {
            for place in (1..=end).rev() {
                let Some([before, after]) = came.get(place - 1..=place) else { break };
                let alike = before.from == after.from && self.figures_apart(name, before, after).is_none();
                if !alike || !rises(after) || rises(before) {
                    break;
                }
                came.swap(place - 1, place);
            }
        }
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
        // A share is one of what the sum was; how it is said, and whether it is such a share.
        let told = |said| match amount(said)? {
            Val::Number(share) => Ok((was.with(was.number() * &share), percent(&share), true)),
            sum => Ok::<(Val, String, bool), Unknown>((sum.clone(), sum.to_string(), false)),
        };
        let (value, how) = match &change.turn {
            Turn::Rests => (was.with(Exact::zero()), "suspended".to_string()),
            Turn::Ends => (was.with(Exact::zero()), "ended".to_string()),
            Turn::Becomes(value) | Turn::To { value, .. } => match (told(value)?, &change.turn) {
                ((value, shown, true), _) => (value, format!("{shown} of it")),
                ((value, shown, false), Turn::To { rises, .. }) => {
                    (value, format!("{} to {shown}", verb(*rises)))
                }
                ((value, shown, false), _) => (value, format!("{shown} instead")),
            },
            Turn::By { rises, value } => {
                let (value, shown, _) = told(value)?;
                (value, format!("{} by {shown}", verb(*rises)))
            }
        };
        let now = turned(was, &change.turn, value)?;
        Ok((now, format!("{how}, {}", change.cause)))
    }
}

/// What a figure is after a turn, which names a value on the same scale. What is turned down stops at nothing: nobody owes
/// less than that.
pub(super) fn turned(was: &Val, turn: &Turn, value: Val) -> Eval<Val> {
    Ok(match turn {
        Turn::Rests | Turn::Ends => was.with(Exact::zero()),
        Turn::Becomes(_) => value,
        Turn::To { rises, .. } => {
            let over = was.compare(&value)?;
            let stays = if *rises { over.is_gt() } else { over.is_lt() };
            if stays { was.clone() } else { value }
        }
        Turn::By { rises: true, .. } => was.plus(&value)?,
        Turn::By { rises: false, .. } => {
            let least = was.number().clone().min(Exact::zero());
            let now = was.less(&value)?;
            now.with(now.number().clone().max(least))
        }
    })
}

/// Whether two changes come to the same, whichever is made first.
fn in_any_order(one: &Turn, other: &Turn) -> bool {
    let is_sum = |amount: &Amount| matches!(amount, Amount::Money(..));
    match (one, other) {
        // What rests or has ended does so whatever else is made of it.
        (Turn::Rests | Turn::Ends, _) | (_, Turn::Rests | Turn::Ends) => true,
        (Turn::Becomes(mine), Turn::Becomes(theirs)) => mine == theirs,
        (Turn::To { rises: mine, value: one }, Turn::To { rises: theirs, value: other }) => {
            mine == theirs && is_sum(one) == is_sum(other)
        }
        (Turn::By { value: mine, .. }, Turn::By { value: theirs, .. }) => is_sum(mine) == is_sum(theirs),
        _ => false,
    }
}

/// As a deal says it.
pub(super) fn verb(rises: bool) -> &'static str {
    if rises { "rises" } else { "falls" }
}
