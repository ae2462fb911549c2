//! Any part of the rights space: boxes that share no cell.

use crate::ranges::Ranges;
use crate::scope::{Cell, Scope};

/// A union of scopes, kept as boxes that share no cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Region(Vec<Scope>);

impl From<Scope> for Region {
    fn from(scope: Scope) -> Region {
        Region(if scope.is_empty() { Vec::new() } else { vec![scope] })
    }
}

impl FromIterator<Scope> for Region {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Region {
        let mut out = Region::default();
        for scope in scopes {
            out.add(scope);
        }
        out
    }
}

impl Region {
    /// Boxes known to share no cell.
    pub(crate) fn apart(boxes: Vec<Scope>) -> Region {
        Region(boxes)
    }

    /// Its boxes.
    pub fn boxes(&self) -> &[Scope] {
        &self.0
    }

    /// Its boxes, taken out of it.
    pub(crate) fn into_boxes(self) -> Vec<Scope> {
        self.0
    }

    /// Whether there is no cell in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the cells of a scope.
    pub fn add(&mut self, scope: Scope) {
        if self.0.iter().any(|b| b.covers(&scope)) {
            return;
        }
        let fresh = self.0.iter().fold(Region::from(scope), Region::cut);
        self.0.extend(fresh.0);
    }

    /// Without the cells of a scope. Most boxes have none in common with it, and stay where they are.
    fn cut(mut self, scope: &Scope) -> Region {
        if self.0.iter().any(|mine| mine.meets(scope)) {
            let mut left = Vec::with_capacity(self.0.len() + 1);
            for mine in self.0 {
                match mine.meets(scope) {
                    true => left.extend(mine.less(scope).0),
                    false => left.push(mine),
                }
            }
            self = Region(left);
        }
        self
    }

    /// The cells in either.
    #[must_use]
    pub fn or(mut self, other: &Region) -> Region {
        for scope in &other.0 {
            self.add(scope.clone());
        }
        self
    }

    /// The cells that are also in a scope.
    #[must_use]
    pub fn and(&self, scope: &Scope) -> Region {
        Region(self.0.iter().filter_map(|mine| mine.and(scope)).collect())
    }

    /// The cells in both.
    #[must_use]
    pub fn both(&self, other: &Region) -> Region {
        let pairs = other.0.iter().flat_map(|theirs| self.0.iter().map(move |mine| (mine, theirs)));
        Region(pairs.filter_map(|(mine, theirs)| mine.and(theirs)).collect())
    }

    /// The positions that the cells in both have in one dimension.
    pub fn shared(&self, other: &Region, dimension: usize) -> Ranges {
        let pairs = other.0.iter().flat_map(|theirs| self.0.iter().map(move |mine| (mine, theirs)));
        let met = pairs.filter(|(mine, theirs)| mine.meets(theirs));
        let sides = met.filter_map(|(mine, theirs)| Some(mine.side(dimension)?.and(theirs.side(dimension)?)));
        sides.fold(Ranges::none(), |sum, side| sum.or(&side))
    }

    /// The cells that are not in a scope.
    #[must_use]
    pub fn less(&self, scope: &Scope) -> Region {
        Region(self.0.iter().flat_map(|mine| mine.less(scope).0).collect())
    }

    /// The cells that are not in the other.
    #[must_use]
    pub fn without(&self, other: &Region) -> Region {
        other.0.iter().fold(self.clone(), Region::cut)
    }

    /// Whether every cell of a scope is in it.
    pub fn covers(&self, scope: &Scope) -> bool {
        self.0.iter().fold(Region::from(scope.clone()), Region::cut).is_empty()
    }

    /// The smallest box around it.
    pub fn hull(&self) -> Option<Scope> {
        let (first, rest) = self.0.split_first()?;
        Some(rest.iter().fold(first.clone(), |hull, scope| {
            Scope(hull.0.iter().zip(&scope.0).map(|(a, b)| a.or(b)).collect())
        }))
    }

    /// The same cells in fewer boxes: two that differ in one dimension alone become one.
    #[must_use]
    pub fn joined(mut self) -> Region {
        let mut at = 0;
        while at < self.0.len() {
            let with =
                |one: &Scope| (at + 1..self.0.len()).find_map(|i| Some((i, one.join(self.0.get(i)?)?)));
            match self.0.get(at).and_then(with) {
                Some((other, joined)) => {
                    self.0.swap_remove(other);
                    if let Some(here) = self.0.get_mut(at) {
                        *here = joined;
                    }
                    // What has grown may now fit one that it did not fit before.
                    at = 0;
                }
                None => at += 1,
            }
        }
        self
    }

    /// One cell of it: the first of its first box.
    pub fn cell(&self) -> Option<Cell> {
        self.0.first()?.cell()
    }

    /// Whether a cell is in it.
    pub fn contains(&self, cell: &[u32]) -> bool {
        self.0.iter().any(|b| b.contains(cell))
    }
}
