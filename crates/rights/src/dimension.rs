//! One dimension of the space: names, each a set of positions.
//!
//! Every name has a position of its own, which stands for what it contains beyond the names below it: stationary
//! storage that is neither for the grid nor for homes. How names come by their positions is said in `tree`.

use crate::ranges::Ranges;
use crate::tree::{Names, Sets};
use counterpart_terms::value::Name;

/// A dimension whose names are numbered.
#[derive(Debug, Clone)]
pub struct Dimension {
    title: String,
    /// The names that share a position: one, or the two that overlap there.
    positions: Vec<Names>,
    /// The positions of each name, in order of its letters.
    sets: Sets,
    /// Where the names stand that have several positions, those with the most first.
    wide: Vec<usize>,
    /// Where the first name stands that has a position alone, position by position.
    alone: Vec<Option<usize>>,
    /// The sets from each day on, where names come to stand elsewhere.
    restated: Vec<(u32, Sets)>,
}

impl Dimension {
    pub(crate) fn of(
        title: &str,
        positions: Vec<Names>,
        sets: Sets,
        restated: Vec<(u32, Sets)>,
    ) -> Dimension {
        let (mut wide, mut alone) = (Vec::new(), vec![None; positions.len()]);
        for (index, (_, set)) in sets.iter().enumerate() {
            match (set.count(), set.first()) {
                (1, Some(position)) => {
                    if let Some(first @ None) = alone.get_mut(position as usize) {
                        *first = Some(index);
                    }
                }
                (0, _) => {}
                _ => wide.push(index),
            }
        }
        wide.sort_by_key(|at| std::cmp::Reverse(sets.get(*at).map_or(0, |(_, set)| set.count())));
        Dimension { title: title.to_string(), positions, sets, wide, alone, restated }
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many positions it has.
    pub fn size(&self) -> u32 {
        u32::try_from(self.positions.len()).unwrap_or(u32::MAX)
    }

    /// Every position.
    pub fn all(&self) -> Ranges {
        Ranges::of(0, self.size())
    }

    /// The positions of a name.
    pub fn set(&self, name: &Name) -> Option<&Ranges> {
        self.called_so(name.as_str())
    }

    /// The positions of what is called so.
    pub(crate) fn called_so(&self, name: &str) -> Option<&Ranges> {
        set_in(&self.sets, name)
    }

    /// The names with several positions, those with the most first.
    fn wide(&self) -> impl Iterator<Item = (&Name, &Ranges)> {
        self.wide.iter().filter_map(|at| self.sets.get(*at)).map(|(name, set)| (name, set))
    }

    /// The names that have one position alone, one for each position of a set that is such a name's, in order of their
    /// letters; and what is left of the set.
    fn alone(&self, set: &Ranges) -> (Vec<&Name>, Ranges) {
        let mut found: Vec<usize> = Vec::new();
        let mut rest: Vec<(u32, u32)> = Vec::new();
        for position in set.iter().flat_map(|(start, end)| start..end) {
            match self.alone.get(position as usize) {
                Some(Some(first)) => found.push(*first),
                _ => rest.push((position, position.saturating_add(1))),
            }
        }
        found.sort_unstable();
        let names = found.into_iter().filter_map(|at| self.sets.get(at)).map(|(name, _)| name);
        (names.collect(), Ranges::from_unsorted(rest))
    }

    /// The positions of a name as it is understood on a day.
    pub fn set_on(&self, name: &Name, day: u32) -> Option<&Ranges> {
        let then = self.restated.iter().rev().find(|(from, _)| *from <= day);
        then.map_or_else(|| self.set(name), |(_, sets)| set_in(sets, name.as_str()))
    }

    /// The days from which names mean something else.
    pub(crate) fn turns(&self) -> impl Iterator<Item = u32> {
        self.restated.iter().map(|(from, _)| *from)
    }

    /// Every name, in order of its letters.
    pub fn told_all(&self) -> impl Iterator<Item = &Name> {
        self.sets.iter().map(|(name, _)| name)
    }

    /// The names at a position: one, or the two that overlap there.
    pub fn names_at(&self, position: u32) -> &[Name] {
        self.positions.get(position as usize).map(Names::as_slice).unwrap_or_default()
    }

    /// A set in names: the fewest that make it up, outermost first. What no names make up is left to
    /// [`Dimension::names_at`], position by position.
    pub fn told(&self, set: &Ranges) -> Vec<&Name> {
        let mut left = set.clone();
        let mut out = Vec::new();
        for (name, own) in self.wide() {
            if left.is_empty() {
                break;
            }
            if set.covers(own) && own.meets(&left) {
                out.push(name);
                left.take_out(own);
            }
        }
        let (names, left) = self.alone(&left);
        out.extend(names);
        let rest = left.iter().flat_map(|(start, end)| start..end);
        out.extend(rest.filter_map(|position| self.names_at(position).first()));
        out
    }

    /// A set as a reader says it: names, names but for some below them, what a name holds beyond those, and what two
    /// names have in common. Together they make up the set.
    pub fn called(&self, set: &Ranges) -> Vec<Called<'_>> {
        let mut left = set.clone();
        let mut out = Vec::new();
        for (name, own) in self.wide() {
            if left.is_empty() {
                break;
            }
            if !own.meets(&left) {
                continue;
            }
            if set.covers(own) {
                out.push(Called::All(name));
                left.take_out(own);
            } else if self.is_own(name, own, &left) {
                // Said by what is missing only where that takes fewer names, all of them whole.
                let missing = own.less(set);
                let but = self.told(&missing);
                let whole = but.iter().all(|n| self.set(n).is_some_and(|own| missing.covers(own)));
                if whole && but.len() <= self.told(&own.and(&left)).len() {
                    out.push(Called::But(name, but));
                    left.take_out(own);
                }
            }
        }
        let (names, left) = self.alone(&left);
        out.extend(names.into_iter().map(Called::All));
        for position in left.iter().flat_map(|(start, end)| start..end) {
            match self.names_at(position) {
                [one] => out.push(Called::Beyond(one)),
                both => out.push(Called::Shared(both)),
            }
        }
        out
    }

    /// Whether the position that is a name's own is in a set. Unless the deal takes it out, it is among the name's
    /// positions, mostly the first of them.
    fn is_own(&self, name: &Name, all: &Ranges, set: &Ranges) -> bool {
        let own = |at: &u32| self.names_at(*at) == std::slice::from_ref(name);
        let positions = |of: &Ranges| of.iter().flat_map(|(start, end)| start..end).find(own);
        positions(all).map_or_else(|| positions(set).is_some(), |at| set.contains(at))
    }
}

/// The positions of what is called so.
fn set_in<'s>(sets: &'s Sets, name: &str) -> Option<&'s Ranges> {
    let at = sets.binary_search_by(|(other, _)| other.as_str().cmp(name)).ok()?;
    sets.get(at).map(|(_, set)| set)
}

/// A part of a dimension, as a reader says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called<'d> {
    /// Everything a name holds.
    All(&'d Name),
    /// What a name holds but for some.
    But(&'d Name, Vec<&'d Name>),
    /// What a name holds beyond the names below it.
    Beyond(&'d Name),
    /// What names have in common.
    Shared(&'d [Name]),
}
