//! Grants that hang on each other: those that are being put together, and how the one in hand hangs on each.
//!
//! A grant that needs another, which needs it, is in force with it: of what is being put together it is assumed that it is
//! in force. Where one of them needs the other *not* to be in force there is no such answer: each would be right, and so
//! it is not known.

use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_terms::value::Name;

/// A grant that is being put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    /// The grant.
    pub name: Name,
    /// How what is asked now hangs on it.
    pub way: Way,
}

/// How what is asked now hangs on a grant that is being put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// On its being in force.
    Straight,
    /// On its not being in force, at some remove.
    Against,
    /// Through an effect, which comes on a day of its own.
    Effect,
}

impl Open {
    pub(super) fn new(name: &Name) -> Open {
        Open { name: name.clone(), way: Way::Straight }
    }
}

impl Run<'_> {
    /// Asks for what must not be so.
    pub(crate) fn asking_not<T>(&self, ask: impl FnOnce() -> T) -> T {
        self.turned(|way| if way == Way::Straight { Way::Against } else { way }, ask)
    }

    /// The same, where that is said of what is asked.
    pub(crate) fn asking_not_if<T>(&self, not: bool, ask: impl FnOnce() -> T) -> T {
        if not { self.asking_not(ask) } else { ask() }
    }

    /// Asks for what sets off an effect.
    pub(super) fn for_an_effect<T>(&self, ask: impl FnOnce() -> T) -> T {
        self.turned(|_| Way::Effect, ask)
    }

    fn turned<T>(&self, turn: impl Fn(Way) -> Way, ask: impl FnOnce() -> T) -> T {
        let before = self.rights.open.borrow().clone();
        if before.is_empty() {
            return ask();
        }
        self.rights.open.borrow_mut().iter_mut().for_each(|open| open.way = turn(open.way));
        let answer = ask();
        *self.rights.open.borrow_mut() = before;
        answer
    }

    /// Why it cannot be assumed that a grant that is being put together is in force, where it cannot.
    pub(super) fn hangs_against(&self, name: &Name) -> Option<Unknown> {
        let open = self.rights.open.borrow();
        let at = open.iter().position(|open| open.name == *name)?;
        let circle = open.get(at..)?;
        if circle.first()?.way != Way::Against {
            return None;
        }
        let mut names: Vec<String> = circle.iter().map(|open| format!("`{}`", open.name)).collect();
        names.sort();
        Some(Unknown::new(match names.as_slice() {
            [_] => format!("`{name}` hangs on its own not being in force"),
            [one, other] => {
                format!("{one} and {other} hang on each other, one of them on the other's not being in force")
            }
            all => {
                format!("{} hang on each other, one of them on another's not being in force", all.join(", "))
            }
        }))
    }
}
