//! One dimension of the space: names in a tree, each a set of positions.
//!
//! Every name has a position of its own, which stands for what it contains beyond the names below it: stationary
//! storage that is neither for the grid nor for homes. Siblings are apart unless the deal says that they overlap;
//! then the two, and each pair of names below them, share one more position.

use crate::ranges::Ranges;
use counterpart_terms::value::Name;
use std::collections::{BTreeMap, BTreeSet};

/// A position that two names share.
type Shared = (u32, Name, Name);

/// The most positions that overlaps may add; beyond it only the overlapping names themselves share one.
const MOST_SHARED: usize = 1 << 16;

/// The names of a dimension before they are numbered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    order: Vec<Name>,
    above: BTreeMap<Name, BTreeSet<Name>>,
    overlaps: Vec<(Name, Name)>,
    excludes: Vec<(Name, Name)>,
}

impl Tree {
    /// Adds a name, below another where one is given. A name may stand below several.
    pub fn add(&mut self, name: &Name, above: Option<&Name>) {
        if !self.above.contains_key(name) {
            self.order.push(name.clone());
        }
        self.above.entry(name.clone()).or_default().extend(above.cloned());
        if let Some(above) = above.filter(|a| !self.above.contains_key(*a)) {
            self.add(&above.clone(), None);
        }
    }

    /// Says that two names have something in common.
    pub fn overlap(&mut self, one: &Name, other: &Name) {
        self.overlaps.push((one.clone(), other.clone()));
    }

    /// Says that what is in the other is not in the one, wherever it stands.
    pub fn exclude(&mut self, one: &Name, other: &Name) {
        self.excludes.push((one.clone(), other.clone()));
    }

    /// Adds every name of another tree, below all it stands below there too.
    fn take_in(&mut self, other: &Tree) {
        for name in &other.order {
            self.add(name, None);
            for above in other.above.get(name).into_iter().flatten() {
                self.add(name, Some(above));
            }
        }
        self.overlaps.extend(other.overlaps.iter().cloned());
        self.excludes.extend(other.excludes.iter().cloned());
    }

    /// Numbers the names: those below a name follow it.
    pub fn number(&self, title: &str) -> Dimension {
        let (positions, shared) = self.positions();
        let sets = self.sets(&positions, &shared);
        Dimension::of(title, positions, sets, Vec::new())
    }

    /// Numbers the names of trees that follow one another, each from its first day: a name keeps its position, whatever
    /// it stands below.
    pub fn number_in_turn(trees: &[(u32, Tree)], title: &str) -> Dimension {
        let (_, last) = match trees {
            [] => return Tree::default().number(title),
            [(_, only)] => return only.number(title),
            [.., last] => last,
        };
        let mut all = Tree::default();
        trees.iter().rev().for_each(|(_, tree)| all.take_in(tree));
        let (positions, shared) = all.positions();
        // What a tree no longer has keeps a place of its own.
        let of = |tree: &Tree| {
            let below = tree.below();
            let overlap = |(_, a, b): &&Shared| {
                tree.overlaps.iter().any(|(one, other)| {
                    family(one, &below).contains(&a) && family(other, &below).contains(&b)
                })
            };
            let shared: Vec<Shared> = shared.iter().filter(overlap).cloned().collect();
            let mut sets = tree.sets(&positions, &shared);
            let mut own: BTreeMap<&Name, Ranges> = BTreeMap::new();
            for (at, names) in positions.iter().enumerate() {
                if let [name] = names.as_slice() {
                    own.insert(name, Ranges::one(position(at)));
                }
            }
            own.into_iter().for_each(|(name, place)| {
                sets.entry(name.clone()).or_insert(place);
            });
            sets
        };
        let restated = trees.iter().map(|(from, tree)| (*from, of(tree))).collect();
        let sets = of(last);
        Dimension::of(title, positions, sets, restated)
    }

    /// The names at each position, and those of them that two names share.
    fn positions(&self) -> (Vec<Vec<Name>>, Vec<Shared>) {
        let below = self.below();
        let mut positions: Vec<Vec<Name>> = Vec::new();
        let mut placed: BTreeSet<&Name> = BTreeSet::new();
        let roots = self.order.iter().filter(|n| self.above.get(*n).is_none_or(BTreeSet::is_empty));
        // Names that contain each other have no root; they are numbered where they are first met.
        for root in roots.chain(&self.order) {
            let mut stack = vec![root];
            while let Some(name) = stack.pop() {
                if placed.insert(name) {
                    positions.push(vec![name.clone()]);
                    stack.extend(below.get(name).into_iter().flatten().rev());
                }
            }
        }
        let mut shared: Vec<Shared> = Vec::new();
        for (one, other) in &self.overlaps {
            if !self.above.contains_key(one) || !self.above.contains_key(other) {
                continue;
            }
            let (mine, theirs) = (family(one, &below), family(other, &below));
            let all = shared.len() + mine.len().saturating_mul(theirs.len()) <= MOST_SHARED;
            for a in if all { mine.as_slice() } else { mine.get(..1).unwrap_or_default() } {
                for b in if all { theirs.as_slice() } else { theirs.get(..1).unwrap_or_default() } {
                    shared.push((position(positions.len()), (*a).clone(), (*b).clone()));
                    positions.push(vec![(*a).clone(), (*b).clone()]);
                }
            }
        }
        (positions, shared)
    }

    /// The names that stand directly below each.
    fn below(&self) -> BTreeMap<&Name, Vec<&Name>> {
        let mut below: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
        for name in &self.order {
            for above in self.above.get(name).into_iter().flatten() {
                below.entry(above).or_default().push(name);
            }
        }
        below
    }

    /// The positions of each name.
    fn sets(&self, positions: &[Vec<Name>], shared: &[Shared]) -> BTreeMap<Name, Ranges> {
        let below = self.below();
        let places = positions.iter().enumerate().filter_map(|(at, names)| match names.as_slice() {
            [name] => Some((name, position(at))),
            _ => None,
        });
        let place: BTreeMap<&Name, u32> = places.collect();
        let mut extra: BTreeMap<&Name, Vec<u32>> = BTreeMap::new();
        for (at, one, other) in shared {
            extra.entry(one).or_default().push(*at);
            extra.entry(other).or_default().push(*at);
        }
        let mut sets: BTreeMap<Name, Ranges> = BTreeMap::new();
        for name in &self.order {
            let family = family(name, &below);
            let own = family.iter().filter_map(|n| place.get(*n).copied());
            let lent = family.iter().filter_map(|n| extra.get(*n)).flatten().copied();
            let set = Ranges::from_unsorted(own.chain(lent).map(|p| (p, p.saturating_add(1))));
            sets.insert(name.clone(), set);
        }
        let whole = sets.clone();
        for (one, other) in &self.excludes {
            if let (Some(mine), Some(theirs)) = (sets.get_mut(one), whole.get(other)) {
                *mine = mine.less(theirs);
            }
        }
        sets
    }
}

/// A name and all names below it.
fn family<'t>(name: &'t Name, below: &BTreeMap<&'t Name, Vec<&'t Name>>) -> Vec<&'t Name> {
    let (mut seen, mut out, mut stack) = (BTreeSet::new(), Vec::new(), vec![name]);
    while let Some(name) = stack.pop() {
        if seen.insert(name) {
            out.push(name);
            stack.extend(below.get(name).into_iter().flatten());
        }
    }
    out
}

fn position(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A dimension whose names are numbered.
#[derive(Debug, Clone)]
pub struct Dimension {
    title: String,
    /// The names that share a position: one, or the two that overlap there.
    positions: Vec<Vec<Name>>,
    /// The positions of each name, in order of its letters.
    sets: Vec<(Name, Ranges)>,
    /// Where the names stand that have several positions, those with the most first.
    wide: Vec<usize>,
    /// Where those stand that have this position alone.
    alone: BTreeMap<u32, Vec<usize>>,
    /// The sets from each day on, where names come to stand elsewhere.
    restated: Vec<(u32, BTreeMap<Name, Ranges>)>,
}

impl Dimension {
    fn of(
        title: &str,
        positions: Vec<Vec<Name>>,
        sets: BTreeMap<Name, Ranges>,
        restated: Vec<(u32, BTreeMap<Name, Ranges>)>,
    ) -> Dimension {
        let sets: Vec<(Name, Ranges)> = sets.into_iter().collect();
        let (mut wide, mut alone) = (Vec::new(), BTreeMap::<u32, Vec<usize>>::new());
        for (index, (_, set)) in sets.iter().enumerate() {
            match (set.count(), set.first()) {
                (1, Some(position)) => alone.entry(position).or_default().push(index),
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
        position(self.positions.len())
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
        let at = self.sets.binary_search_by(|(other, _)| other.as_str().cmp(name)).ok()?;
        self.sets.get(at).map(|(_, set)| set)
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
            match self.alone.get(&position).and_then(|names| names.first()) {
                Some(first) => found.push(*first),
                None => rest.push((position, position.saturating_add(1))),
            }
        }
        found.sort_unstable();
        let names = found.into_iter().filter_map(|at| self.sets.get(at)).map(|(name, _)| name);
        (names.collect(), Ranges::from_unsorted(rest))
    }

    /// The positions of a name as it is understood on a day.
    pub fn set_on(&self, name: &Name, day: u32) -> Option<&Ranges> {
        let then = self.restated.iter().rev().find(|(from, _)| *from <= day);
        then.map_or_else(|| self.set(name), |(_, sets)| sets.get(name))
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
        self.positions.get(position as usize).map(Vec::as_slice).unwrap_or_default()
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
            if own.meets(&left) && set.covers(own) {
                out.push(name);
                left = left.less(own);
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
            let missing = own.less(set);
            if missing.is_empty() {
                out.push(Called::All(name));
                left = left.less(own);
            } else if self.is_own(name, &left) {
                // Said by what is missing only where that takes fewer names, all of them whole.
                let but = self.told(&missing);
                let whole = but.iter().all(|n| self.set(n).is_some_and(|own| missing.covers(own)));
                if whole && but.len() <= self.told(&own.and(&left)).len() {
                    out.push(Called::But(name, but));
                    left = left.less(own);
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

    /// Whether the position that is a name's own is in a set.
    fn is_own(&self, name: &Name, set: &Ranges) -> bool {
        let positions = set.iter().flat_map(|(start, end)| start..end);
        positions.into_iter().any(|at| self.names_at(at) == std::slice::from_ref(name))
    }
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
