//! All dimensions of a rights space: days, parties, and the trees of names rights are cut by.

use crate::dimension::Dimension;
use crate::ranges::Ranges;
use crate::scope::{Cell, Scope};
use crate::territories::Territories;
use counterpart_num::{Date, Interval};
use counterpart_terms::value::Name;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a dimension is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// When.
    Days,
    /// Who.
    Parties,
    /// With which patents, know-how and other assets.
    Assets,
    /// Doing what.
    Acts,
    /// In which fields of use.
    Fields,
    /// Where.
    Places,
    /// With which products.
    Products,
    /// For which parties or groups, as customers.
    Customers,
    /// A dimension the deal declares: customers, titles, generations.
    Own(Name),
}

/// The dimensions of a deal.
#[derive(Debug, Clone)]
pub struct Space {
    dimensions: Vec<(Side, Option<Arc<Dimension>>)>,
    turns: Vec<u32>,
    /// What territories come to in it.
    pub(crate) territories: Territories,
}

/// The dimension of days.
pub const DAYS: usize = 0;
/// The dimension of parties.
pub const PARTIES: usize = 1;

impl Space {
    /// A space of days, of these parties, and of these trees.
    pub fn new(parties: Arc<Dimension>, trees: impl IntoIterator<Item = (Side, Arc<Dimension>)>) -> Space {
        let mut dimensions = vec![(Side::Days, None), (Side::Parties, Some(parties))];
        dimensions.extend(trees.into_iter().map(|(side, tree)| (side, Some(tree))));
        let trees = dimensions.iter().filter_map(|(_, tree)| tree.as_deref());
        let turns: BTreeSet<u32> = trees.flat_map(Dimension::turns).filter(|from| *from > 0).collect();
        Space { dimensions, turns: turns.into_iter().collect(), territories: Territories::default() }
    }

    /// How many dimensions there are.
    pub fn dimensions(&self) -> usize {
        self.dimensions.len()
    }

    /// Which dimension is about something.
    pub fn dimension(&self, side: &Side) -> Option<usize> {
        self.dimensions.iter().position(|(s, _)| s == side)
    }

    /// What a dimension is about.
    pub fn side(&self, dimension: usize) -> Option<&Side> {
        self.dimensions.get(dimension).map(|(side, _)| side)
    }

    /// The tree of a dimension; days have none.
    pub fn tree(&self, dimension: usize) -> Option<&Dimension> {
        self.dimensions.get(dimension)?.1.as_deref()
    }

    /// The days from which names of some dimension mean something else than before, in order.
    pub fn turns(&self) -> &[u32] {
        &self.turns
    }

    /// Every position of a dimension.
    pub fn all(&self, dimension: usize) -> Ranges {
        self.tree(dimension).map_or_else(all_days, Dimension::all)
    }

    /// Every cell.
    pub fn everything(&self) -> Scope {
        Scope((0..self.dimensions.len()).map(|d| self.all(d)).collect())
    }

    /// The dimension a name stands in, and its positions there, looked for in some dimensions before the others: that
    /// of customers for a party, since who does what is asked apart.
    pub fn find(&self, name: &Name, first: &dyn Fn(&Side) -> bool) -> Option<(usize, &Ranges)> {
        let within = |early: bool| {
            let all = PARTIES + 1..self.dimensions.len();
            all.filter(move |d| self.side(*d).is_some_and(|side| first(side) == early))
        };
        within(true).chain(within(false)).find_map(|d| Some((d, self.tree(d)?.set(name)?)))
    }

    /// The positions of a name in one dimension.
    pub fn set(&self, side: &Side, name: &Name) -> Option<&Ranges> {
        self.tree(self.dimension(side)?)?.set(name)
    }

    /// What a scope is limited to, dimension by dimension, in names; days are left out.
    pub fn told(&self, scope: &Scope) -> Vec<(&Side, Vec<&Name>)> {
        let limited = |d: usize| {
            let (tree, side) = (self.tree(d)?, scope.side(d)?);
            if *side == tree.all() { None } else { Some((self.side(d)?, tree.told(side))) }
        };
        (0..self.dimensions.len()).filter_map(limited).collect()
    }

    /// A cell in names: in each dimension one, or the two that overlap there; days are left out.
    pub fn told_cell(&self, cell: &Cell) -> Vec<(&Side, &[Name])> {
        let at = |(d, position): (usize, &u32)| Some((self.side(d)?, self.tree(d)?.names_at(*position)));
        cell.iter().enumerate().filter_map(at).collect()
    }
}

/// The position of a day.
pub fn day(date: Date) -> u32 {
    u32::try_from(Date::MIN.days_until(date)).unwrap_or(0)
}

/// The day at a position.
pub fn date(position: u32) -> Date {
    Date::MIN.add_days(i64::from(position)).unwrap_or(Date::MAX)
}

/// Every day.
pub fn all_days() -> Ranges {
    Ranges::of(0, day(Date::MAX).saturating_add(1))
}

/// The days of an interval.
pub fn days(interval: &Interval) -> Ranges {
    let end = interval.to().map_or_else(|| day(Date::MAX).saturating_add(1), day);
    Ranges::of(day(interval.from()), end)
}
