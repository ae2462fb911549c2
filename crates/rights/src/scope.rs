//! A box of the rights space: a set of positions in every dimension.

use crate::ranges::Ranges;
use crate::region::Region;

/// One position in every dimension.
pub type Cell = Vec<u32>;

/// A set of positions in every dimension; a cell is in it if each of its positions is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(pub(crate) Vec<Ranges>);

impl Scope {
    /// The positions in one dimension.
    pub fn side(&self, dimension: usize) -> Option<&Ranges> {
        self.0.get(dimension)
    }

    /// The same, with other positions in one dimension.
    #[must_use]
    pub fn with(mut self, dimension: usize, positions: Ranges) -> Scope {
        if let Some(side) = self.0.get_mut(dimension) {
            *side = positions;
        }
        self
    }

    /// Narrowed in one dimension.
    #[must_use]
    pub fn within(self, dimension: usize, positions: &Ranges) -> Scope {
        let narrowed = self.side(dimension).map(|side| side.and(positions));
        match narrowed {
            Some(narrowed) => self.with(dimension, narrowed),
            None => self,
        }
    }

    /// Whether there is no cell in it.
    pub fn is_empty(&self) -> bool {
        self.0.iter().any(Ranges::is_empty)
    }

    /// Whether the two have a cell in common.
    pub fn meets(&self, other: &Scope) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a.meets(b))
    }

    /// The cells in both.
    pub fn and(&self, other: &Scope) -> Option<Scope> {
        self.meets(other).then(|| Scope(self.0.iter().zip(&other.0).map(|(a, b)| a.and(b)).collect()))
    }

    /// Whether every cell of the other is in this one.
    pub fn covers(&self, other: &Scope) -> bool {
        other.is_empty() || self.0.iter().zip(&other.0).all(|(a, b)| a.covers(b))
    }

    /// The cells of this one that are not in the other, as boxes that share none.
    pub fn less(&self, other: &Scope) -> Region {
        if !self.meets(other) {
            return Region::from(self.clone());
        }
        let mut boxes = Vec::new();
        let mut rest = self.clone();
        for (dimension, theirs) in other.0.iter().enumerate() {
            let Some(mine) = rest.side(dimension) else { break };
            let (outside, inside) = (mine.less(theirs), mine.and(theirs));
            if !outside.is_empty() {
                boxes.push(rest.clone().with(dimension, outside));
            }
            rest = rest.with(dimension, inside);
        }
        Region::apart(boxes)
    }

    /// The two as one box, where they differ in no more than one dimension.
    pub fn join(&self, other: &Scope) -> Option<Scope> {
        let mut differ = self.0.iter().zip(&other.0).enumerate().filter(|(_, (a, b))| a != b);
        let Some((dimension, (mine, theirs))) = differ.next() else { return Some(self.clone()) };
        if differ.next().is_some() {
            return None;
        }
        Some(self.clone().with(dimension, mine.or(theirs)))
    }

    /// The first cell in it, dimension by dimension.
    pub fn cell(&self) -> Option<Cell> {
        self.0.iter().map(Ranges::first).collect()
    }

    /// Whether a cell is in it.
    pub fn contains(&self, cell: &[u32]) -> bool {
        self.0.len() == cell.len() && self.0.iter().zip(cell).all(|(side, at)| side.contains(*at))
    }
}
