//! The names of a dimension as a tree, and how they are numbered.
//!
//! Those below a name follow it, so that what most names hold is one range. Siblings are apart unless the deal says that
//! they overlap; then the two, and each pair of names below them, share one more position. While names are numbered they
//! go by where they stand in the order: a tree of all countries and their parts has thousands.

use crate::dimension::Dimension;
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
    /// Where each name stands in the order.
    at: BTreeMap<Name, usize>,
    /// Where those stand in the order that each name stands below.
    above: Vec<BTreeSet<usize>>,
    overlaps: Vec<(Name, Name)>,
    excludes: Vec<(Name, Name)>,
}

impl Tree {
    /// Adds a name, below another where one is given. A name may stand below several.
    pub fn add(&mut self, name: &Name, above: Option<&Name>) {
        let at = self.place(name);
        let Some(above) = above else { return };
        let above = self.place(above);
        if let Some(own) = self.above.get_mut(at) {
            own.insert(above);
        }
    }

    /// Where a name stands in the order: at its end, if it is new.
    fn place(&mut self, name: &Name) -> usize {
        if let Some(at) = self.at.get(name) {
            return *at;
        }
        let at = self.order.len();
        self.order.push(name.clone());
        self.above.push(BTreeSet::new());
        self.at.insert(name.clone(), at);
        at
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
        for (name, above) in other.order.iter().zip(&other.above) {
            self.add(name, None);
            let above: BTreeSet<&Name> = above.iter().filter_map(|at| other.order.get(*at)).collect();
            for above in above {
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
                let holds = |name: &Name, sought: &Name| tree.family_of(name, &below).contains(&sought);
                tree.overlaps.iter().any(|(one, other)| holds(one, a) && holds(other, b))
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
        let mut placed = vec![false; self.order.len()];
        let roots = self.above.iter().enumerate().filter(|(_, above)| above.is_empty()).map(|(at, _)| at);
        // Names that contain each other have no root; they are numbered where they are first met.
        for root in roots.chain(0..self.order.len()) {
            let mut stack = vec![root];
            while let Some(at) = stack.pop() {
                if let (Some(placed @ false), Some(name)) = (placed.get_mut(at), self.order.get(at)) {
                    *placed = true;
                    positions.push(vec![name.clone()]);
                    stack.extend(below.get(at).into_iter().flatten().rev());
                }
            }
        }
        let mut shared: Vec<Shared> = Vec::new();
        for (one, other) in &self.overlaps {
            if !self.at.contains_key(one) || !self.at.contains_key(other) {
                continue;
            }
            let (mine, theirs) = (self.family_of(one, &below), self.family_of(other, &below));
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

    /// Where those stand in the order that stand directly below each name.
    fn below(&self) -> Vec<Vec<usize>> {
        let mut below = vec![Vec::new(); self.order.len()];
        for (at, above) in self.above.iter().enumerate() {
            for above in above {
                if let Some(below) = below.get_mut(*above) {
                    below.push(at);
                }
            }
        }
        below
    }

    /// A name and all names below it. One that is not of the tree has none.
    fn family_of<'t>(&'t self, name: &'t Name, below: &[Vec<usize>]) -> Vec<&'t Name> {
        let Some(at) = self.at.get(name) else { return vec![name] };
        family(*at, below).into_iter().filter_map(|at| self.order.get(at)).collect()
    }

    /// The positions of each name.
    fn sets(&self, positions: &[Vec<Name>], shared: &[Shared]) -> BTreeMap<Name, Ranges> {
        let below = self.below();
        // The positions of each name without those below it.
        let mut own: Vec<Vec<u32>> = vec![Vec::new(); self.order.len()];
        let mut give = |name: &Name, place: u32| {
            if let Some(own) = self.at.get(name).and_then(|at| own.get_mut(*at)) {
                own.push(place);
            }
        };
        for (place, names) in positions.iter().enumerate() {
            if let [name] = names.as_slice() {
                give(name, position(place));
            }
        }
        for (place, one, other) in shared {
            give(one, *place);
            give(other, *place);
        }
        let mut sets: BTreeMap<Name, Ranges> = BTreeMap::new();
        for (name, at) in &self.at {
            let family = family(*at, &below);
            let all = family.iter().filter_map(|of| own.get(*of)).flatten();
            let set = Ranges::from_unsorted(all.map(|place| (*place, place.saturating_add(1))));
            sets.insert(name.clone(), set);
        }
        if self.excludes.is_empty() {
            return sets;
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

/// What stands somewhere in the order, and all below it.
fn family(at: usize, below: &[Vec<usize>]) -> Vec<usize> {
    if below.get(at).is_none_or(Vec::is_empty) {
        return vec![at];
    }
    let (mut seen, mut out, mut stack) = (BTreeSet::new(), Vec::new(), vec![at]);
    while let Some(at) = stack.pop() {
        if seen.insert(at) {
            out.push(at);
            stack.extend(below.get(at).into_iter().flatten());
        }
    }
    out
}

fn position(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
