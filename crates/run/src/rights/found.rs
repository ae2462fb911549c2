//! What triggers did, what changed rights, and when tests hold: each found once for a day, however often it is asked.
//!
//! What was found while it hung on something that is still being worked out holds for that alone, and is not kept.

use super::Dated;
use super::begun::Stretch;
use super::days::{Asking, DaysSo};
use super::triggers::Fired;
use crate::circles::Circle;
use crate::clock::Focus;
use crate::effects::Changed;
use crate::engine::Run;
use crate::pay::Triggered;
use crate::unknown::Eval;
use counterpart_ledger::PartOf;
use counterpart_num::Date;
use counterpart_terms::At;
use counterpart_terms::model::{Figure, Model};
use counterpart_terms::value::{Condition, Grade, Name};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Answers by what was asked.
pub(super) type Kept<K, V> = RefCell<BTreeMap<K, V>>;

/// What was found of rights on a day.
#[derive(Default)]
pub(crate) struct Found {
    /// What came of a trigger under some terms.
    pub(super) followed: Kept<(At, Terms), Vec<Fired>>,
    /// The stretches an event lasted in a place, or anywhere.
    pub(super) stretches: Kept<(Name, Option<Name>), Rc<Vec<Stretch>>>,
    /// A chain of events is being followed from its beginning.
    pub(super) chained: Cell<bool>,
    /// What changed a grant under some terms.
    pub(super) changes: Kept<(Name, At, Terms), Vec<Dated>>,
    /// What effects did to a payment.
    payments: Kept<Name, Eval<Triggered>>,
    /// What changed a figure.
    figures: Kept<(Figure, Name), Rc<Vec<Changed>>>,
    /// The days on which a test holds.
    tests: RefCell<Vec<(Test, DaysSo)>>,
    /// Whether a test holds on a day.
    holds: RefCell<Vec<(Holds, Answer)>>,
    /// The days on which the tests of a circle may turn.
    turns: Kept<usize, Rc<[Date]>>,
    /// The days on which some of a right is held in a place, or held as exclusively as asked.
    parts: Kept<Place, Vec<Part>>,
}

/// The answer to a test on a day.
#[derive(Clone)]
pub(super) struct Answer {
    /// Whether it holds.
    pub held: Eval<bool>,
    /// Where it hangs on what follows from it: the days on which it is to be asked again, as far as they are known.
    pub turns: Rc<[Date]>,
}

/// A test, in the place and for the product of a focus, on a day.
type Holds = (Condition, Focus, Date);

/// A part of a right, as exclusive as asked where that is asked, with the days on which it is held.
type Part = (PartOf, Option<Grade>, DaysSo);

/// A right and a place.
type Place = (Name, Option<Name>);

/// Some edition of the terms: where it stands in memory, of which nothing but sameness is asked.
pub(super) type Terms = usize;

/// A test, in the place and for the product of a focus, as it is asked.
type Test = (Condition, Focus, Asking);

pub(super) fn terms(model: &Model) -> Terms {
    std::ptr::from_ref(model).addr()
}

impl Run<'_> {
    /// An answer that is kept, unless it hangs on something that is being worked out.
    pub(super) fn kept<K: Ord, V: Clone>(&self, all: &Kept<K, V>, key: K, find: impl FnOnce() -> V) -> V {
        if let Some(found) = all.borrow().get(&key) {
            return found.clone();
        }
        let circles = self.circles();
        let found = find();
        if self.circles() == circles {
            all.borrow_mut().insert(key, found.clone());
        }
        found
    }

    /// What changed a figure, kept in the same way.
    pub(crate) fn kept_changes(
        &self,
        figure: Figure,
        name: &Name,
        find: impl FnOnce() -> Vec<Changed>,
    ) -> Rc<Vec<Changed>> {
        self.kept(&self.rights.found.figures, (figure, name.clone()), || Rc::new(find()))
    }

    /// What effects did to a payment, kept in the same way.
    pub(crate) fn kept_of_payment(
        &self,
        name: &Name,
        find: impl FnOnce() -> Eval<Triggered>,
    ) -> Eval<Triggered> {
        self.kept(&self.rights.found.payments, name.clone(), find)
    }

    /// The days on which a test holds, kept in the same way.
    pub(super) fn kept_days(
        &self,
        (condition, focus, asking): (&Condition, &Focus, Asking),
        find: impl FnOnce() -> DaysSo,
    ) -> DaysSo {
        let same = |((c, f, a), _): &&(Test, DaysSo)| *a == asking && f == focus && c == condition;
        if let Some((_, found)) = self.rights.found.tests.borrow().iter().find(same) {
            return found.clone();
        }
        let circles = self.circles();
        let found = find();
        if self.circles() == circles {
            let test = (condition.clone(), focus.clone(), asking);
            self.rights.found.tests.borrow_mut().push((test, found.clone()));
        }
        found
    }

    /// Whether a test holds on a day, kept in the same way.
    pub(super) fn kept_holds(&self, (condition, focus, on): (&Condition, &Focus, Date)) -> Answer {
        let same = |((c, f, o), _): &&(Holds, Answer)| *o == on && f == focus && c == condition;
        if let Some((_, found)) = self.rights.found.holds.borrow().iter().find(same) {
            return found.clone();
        }
        let circles = self.circles();
        let held = self.holds_on(condition, on, focus);
        let turns = match self.machine.circles.contain(condition) {
            true => self.next_turns(condition, focus).into_iter().collect(),
            false => Rc::default(),
        };
        let found = Answer { held, turns };
        if self.circles() == circles {
            let test = (condition.clone(), focus.clone(), on);
            self.rights.found.holds.borrow_mut().push((test, found.clone()));
        }
        found
    }

    /// The days on which the tests of a circle may turn, kept in the same way.
    pub(super) fn kept_turns(
        &self,
        circle: &Rc<Circle>,
        find: impl FnOnce() -> BTreeSet<Date>,
    ) -> Rc<[Date]> {
        let key = Rc::as_ptr(circle).addr();
        self.kept(&self.rights.found.turns, key, || find().into_iter().collect())
    }

    /// The days on which a part of a right is held, kept in the same way.
    pub(super) fn kept_part(
        &self,
        (name, part, grade): (&Name, &PartOf, Option<&Grade>),
        find: impl FnOnce() -> DaysSo,
    ) -> DaysSo {
        let place = (name.clone(), part.place.clone());
        let same = |(p, g, _): &&(PartOf, Option<Grade>, DaysSo)| p == part && g.as_ref() == grade;
        let known = |all: &Vec<_>| all.iter().find(same).map(|(.., days)| days.clone());
        if let Some(found) = self.rights.found.parts.borrow().get(&place).and_then(known) {
            return found;
        }
        let circles = self.circles();
        let found = find();
        if self.circles() == circles {
            let mut parts = self.rights.found.parts.borrow_mut();
            parts.entry(place).or_default().push((part.clone(), grade.cloned(), found.clone()));
        }
        found
    }
}
