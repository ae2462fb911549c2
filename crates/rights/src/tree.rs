//! The names of a dimension as a tree, and how they are numbered.
//!
//! Those below a name follow it, so that what most names hold is one range. Siblings are apart unless the deal says that
//! they overlap; then the two, and each pair of names below them, share one more position. While names are numbered they
//! go by where they stand in the order: a tree of all countries and their parts has thousands.

use crate::dimension::Dimension;
use crate::ranges::Ranges;
use counterpart_terms::value::Name;
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};

/// The positions of each name, in order of its letters.
pub(crate) type Sets = Vec<(Name, Ranges)>;

/// The names that share a position: one, or the two that overlap there.
pub(crate) type Names = SmallVec<[Name; 1]>;

/// A position that two names share.
type Shared = (u32, Name, Name);

/// The most positions that overlaps may add; beyond it only the overlapping names themselves share one.
const MOST_SHARED: usize = 1 << 16;

/// The positions of a tree.
struct Numbered {
    /// The names at each.
    names: Vec<Names>,
    /// The one that each name of the tree has of its own, in their order.
    own: Vec<u32>,
    shared: Vec<Shared>,
}

/// The names of a dimension before they are numbered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    order: Vec<Name>,
    /// Where each name stands in the order.
    at: BTreeMap<Name, usize>,
    /// Where those stand in the order that each name stands below, the first first: mostly one.
    above: Vec<SmallVec<[usize; 1]>>,
    overlaps: Vec<(Name, Name)>,
    excludes: Vec<(Name, Name)>,
}

impl Tree {
    /// Adds a name, below another where one is given. A name may stand below several.
    pub fn add(&mut self, name: &Name, above: Option<&Name>) {
        let at = self.place(name);
        if let Some(above) = above {
            let above = self.place(above);
            self.put_below(at, above);
        }
    }

    /// Adds names below another.
    pub fn add_below(&mut self, above: &Name, names: impl Iterator<Item = Name>) {
        let above = self.place(above);
        for name in names {
            let at = self.place(&name);
            self.put_below(at, above);
        }
    }

    fn put_below(&mut self, at: usize, above: usize) {
        if let Some(own) = self.above.get_mut(at)
            && let Err(place) = own.binary_search(&above)
        {
            own.insert(place, above);
        }
    }

    /// Where a name stands in the order: at its end, if it is new.
    fn place(&mut self, name: &Name) -> usize {
        let at = *self.at.entry(name.clone()).or_insert(self.order.len());
        if at == self.order.len() {
            self.order.push(name.clone());
            self.above.push(SmallVec::new());
        }
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
        let Numbered { names, own, shared } = self.positions();
        let sets = self.sets(&|at, _| own.get(at).copied(), &shared);
        Dimension::of(title, names, sets, Vec::new())
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
        let Numbered { names: positions, own, shared } = all.positions();
        let own = |_: usize, name: &Name| all.at.get(name).and_then(|at| own.get(*at)).copied();
        // What a tree no longer has keeps a place of its own.
        let of = |tree: &Tree| -> Sets {
            let below = tree.below();
            let overlap = |(_, a, b): &&Shared| {
                let holds = |name: &Name, sought: &Name| tree.family_of(name, &below).contains(&sought);
                tree.overlaps.iter().any(|(one, other)| holds(one, a) && holds(other, b))
            };
            let shared: Vec<Shared> = shared.iter().filter(overlap).cloned().collect();
            let mut sets: BTreeMap<Name, Ranges> = tree.sets(&own, &shared).into_iter().collect();
            for (at, names) in positions.iter().enumerate() {
                if let [name] = names.as_slice() {
                    sets.entry(name.clone()).or_insert(Ranges::one(position(at)));
                }
            }
            sets.into_iter().collect()
        };
        let restated = trees.iter().map(|(from, tree)| (*from, of(tree))).collect();
        let sets = of(last);
        Dimension::of(title, positions, sets, restated)
    }

    fn positions(&self) -> Numbered {
        let below = self.below();
        let mut positions: Vec<Names> = Vec::with_capacity(self.order.len());
        let mut own = vec![0; self.order.len()];
        let mut placed = vec![false; self.order.len()];
        let roots = self.above.iter().enumerate().filter(|(_, above)| above.is_empty()).map(|(at, _)| at);
        // Names that contain each other have no root; they are numbered where they are first met.
        for root in roots.chain(0..self.order.len()) {
            let mut stack = vec![root];
            while let Some(at) = stack.pop() {
                let name = self.order.get(at).zip(own.get_mut(at));
                if let (Some(placed @ false), Some((name, own))) = (placed.get_mut(at), name) {
                    (*placed, *own) = (true, position(positions.len()));
                    positions.push(Names::from_buf([name.clone()]));
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
                    positions.push(Names::from_vec(vec![(*a).clone(), (*b).clone()]));
                }
            }
        }
        Numbered { names: positions, own, shared }
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

    /// The positions of each name, each with one of its own.
    fn sets(&self, own: &dyn Fn(usize, &Name) -> Option<u32>, shared: &[Shared]) -> Sets {
        let below = self.below();
        // The positions of each name without those below it.
        let alone = self.order.iter().enumerate().map(|(at, name)| own(at, name).into_iter().collect());
        let mut alone: Vec<SmallVec<[u32; 1]>> = alone.collect();
        for (place, one, other) in shared {
            for name in [one, other] {
                if let Some(alone) = self.at.get(name).and_then(|at| alone.get_mut(*at)) {
                    alone.push(*place);
                }
            }
        }
        let set_of = |at: usize| {
            let all = family(at, &below).into_iter().filter_map(|of| alone.get(of)).flatten();
            Ranges::from_unsorted(all.map(|place| (*place, place.saturating_add(1))))
        };
        let mut sets: Sets = self.at.iter().map(|(name, at)| (name.clone(), set_of(*at))).collect();
        if self.excludes.is_empty() {
            return sets;
        }
        let whole = sets.clone();
        for (one, other) in &self.excludes {
            let find = |name: &Name| whole.binary_search_by(|(other, _)| other.cmp(name)).ok();
            let theirs = find(other).and_then(|at| whole.get(at));
            if let (Some((_, mine)), Some((_, theirs))) = (find(one).and_then(|at| sets.get_mut(at)), theirs)
            {
                *mine = mine.less(theirs);
            }
        }
        sets
    }
}

/// What stands somewhere in the order, and all below it.
fn family(at: usize, below: &[Vec<usize>]) -> SmallVec<[usize; 1]> {
    if below.get(at).is_none_or(Vec::is_empty) {
        return SmallVec::from_buf([at]);
    }
    let (mut seen, mut out, mut stack) = (BTreeSet::new(), SmallVec::new(), vec![at]);
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
