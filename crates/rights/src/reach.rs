//! What a deal says a right reaches, as scopes of the space.
//!
//! Names of one dimension are taken together, names of several dimensions narrow each other. A territory may have
//! other countries on other days, and a field others below it, so one text can be several scopes, each for its days.

use crate::ranges::{Range, Ranges};
use crate::region::Region;
use crate::scope::Scope;
use crate::space::{DAYS, Side, Space, day};
use counterpart_num::Date;
use counterpart_terms::model::Market;
use counterpart_terms::value::{Acts, Name, Scope as Named, Set, Territory};
use counterpart_terms::world::PlaceSet;
use std::collections::BTreeMap;

/// Why what a text reaches cannot be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unclear {
    /// A name is redacted or open.
    Withheld,
    /// A name stands in no dimension.
    Nowhere(Name),
}

/// Reads what a text reaches, in the words of one edition of the deal.
#[derive(Debug, Clone, Copy)]
pub struct Reach<'m> {
    /// The space.
    pub space: &'m Space,
    /// The trees and territories of the edition.
    pub market: &'m Market,
}

impl Reach<'_> {
    /// The part of a region that a text names; what it leaves out is not narrowed.
    ///
    /// # Errors
    /// Where a name is withheld, or stands nowhere.
    pub fn narrow(&self, region: &Region, named: &Named) -> Result<Region, Unclear> {
        let mut out = region.clone();
        if let Some(acts) = &named.acts {
            out = self.acts(&out, acts)?;
        }
        for set in [&named.assets, &named.fields].into_iter().flatten() {
            out = self.set(&out, set)?;
        }
        for names in [&named.products, &named.customers] {
            if !names.is_empty() {
                out = self.names(&out, names)?;
            }
        }
        if let Some(territory) = &named.territory {
            out = self.territory(&out, territory)?;
        }
        Ok(out)
    }

    /// The part of a region in which these acts are done.
    ///
    /// # Errors
    /// As [`Reach::narrow`].
    pub fn acts(&self, region: &Region, acts: &Acts) -> Result<Region, Unclear> {
        match acts {
            Acts::All => Ok(region.clone()),
            Acts::These(names) => self.of(region, names, &|side| *side == Side::Acts),
        }
    }

    /// The part of a region that these names make up.
    ///
    /// # Errors
    /// As [`Reach::narrow`].
    pub fn names(&self, region: &Region, names: &[Name]) -> Result<Region, Unclear> {
        self.of(region, names, &|side| *side != Side::Acts)
    }

    /// The part of a region that names make up, each looked for in some dimensions first: `research` is an act and may
    /// be a field.
    fn of(&self, region: &Region, names: &[Name], first: &dyn Fn(&Side) -> bool) -> Result<Region, Unclear> {
        self.over_time(region, |stretch, from| {
            let sides = self.sides(names, first, from)?;
            Ok(sides.iter().fold(stretch.clone(), |left, (dimension, side)| within(&left, *dimension, side)))
        })
    }

    /// The part of a region that a set of names makes up.
    ///
    /// # Errors
    /// As [`Reach::narrow`].
    pub fn set(&self, region: &Region, set: &Set) -> Result<Region, Unclear> {
        let held = self.names(region, &set.names)?;
        self.over_time(&held, |stretch, from| {
            let out = self.sides(&set.except, &|side| *side != Side::Acts, from)?;
            Ok(out.iter().fold(stretch.clone(), |left, (dimension, side)| {
                within(&left, *dimension, &self.space.all(*dimension).less(side))
            }))
        })
    }

    /// What becomes of a region, stretch by stretch of days on which names mean the same.
    fn over_time(
        &self,
        region: &Region,
        narrow: impl Fn(&Region, u32) -> Result<Region, Unclear>,
    ) -> Result<Region, Unclear> {
        let turns = self.space.turns();
        if turns.is_empty() {
            return narrow(region, 0);
        }
        let mut out = Region::default();
        let starts = std::iter::once(0).chain(turns.iter().copied());
        let ends = turns.iter().copied().chain([u32::MAX]);
        for (from, until) in starts.zip(ends) {
            let stretch = within(region, DAYS, &Ranges::of(from, until));
            if !stretch.is_empty() {
                out = out.or(&narrow(&stretch, from)?);
            }
        }
        Ok(out)
    }

    /// The part of a region that lies in a territory, as the territory is on each day.
    ///
    /// # Errors
    /// As [`Reach::narrow`].
    pub fn territory(&self, region: &Region, territory: &Territory) -> Result<Region, Unclear> {
        if self.market.has_blank(territory) {
            return Err(Unclear::Withheld);
        }
        let Some(dimension) = self.space.dimension(&Side::Places) else { return Ok(region.clone()) };
        let known = self.space.territories.of(self.market, territory, || self.stretches(territory));
        // No two stretches have a day in common, and so no two parts a cell.
        let parts = known.iter().flat_map(|((from, until), places)| {
            let stretch = within(region, DAYS, &Ranges::of(*from, *until));
            within(&stretch, dimension, places).into_boxes()
        });
        Ok(Region::apart(parts.collect()))
    }

    /// The places of a territory, from each day on which it has others.
    fn stretches(&self, territory: &Territory) -> Vec<(Range, Ranges)> {
        let changes = self.market.changes(territory).into_iter().map(day);
        let mut from = 0;
        let mut out = Vec::new();
        for until in changes.chain([day(Date::MAX).saturating_add(1)]) {
            let places = || self.places(&self.market.places_in_time(territory, crate::space::date(from)));
            if from < until {
                out.push(((from, until), places()));
            }
            from = until;
        }
        out
    }

    /// The part of a region that lies in one place: a country, a part of one, a group, or a territory of the deal.
    ///
    /// # Errors
    /// As [`Reach::narrow`].
    pub fn in_place(&self, region: &Region, place: &Name) -> Result<Region, Unclear> {
        let territory = Territory::at(place);
        self.territory(region, &territory)
    }

    /// Countries and parts of them as positions.
    pub fn places(&self, places: &PlaceSet) -> Ranges {
        let Some(tree) = self.space.dimension(&Side::Places).and_then(|d| self.space.tree(d)) else {
            return Ranges::none();
        };
        let of = |code: &str| tree.called_so(code).into_iter().flat_map(Ranges::iter);
        // What is taken out takes all below it with it.
        let held = Ranges::from_unsorted(places.put_in().flat_map(of));
        held.less(&Ranges::from_unsorted(places.taken_out().flat_map(of)))
    }

    /// Names by their dimension, as they are understood on a day.
    fn sides(
        &self,
        names: &[Name],
        first: &dyn Fn(&Side) -> bool,
        on: u32,
    ) -> Result<BTreeMap<usize, Ranges>, Unclear> {
        let mut sides: BTreeMap<usize, Ranges> = BTreeMap::new();
        for name in names {
            if name.is_blank() {
                return Err(Unclear::Withheld);
            }
            let (dimension, set) =
                self.space.find(name, first).ok_or_else(|| Unclear::Nowhere(name.clone()))?;
            let set = self.space.tree(dimension).and_then(|tree| tree.set_on(name, on)).unwrap_or(set);
            let side = sides.entry(dimension).or_default();
            *side = side.or(set);
        }
        Ok(sides)
    }
}

/// A region narrowed in one dimension.
pub fn within(region: &Region, dimension: usize, positions: &Ranges) -> Region {
    let narrowed = |whole: &Scope| {
        let side = whole.side(dimension)?.and(positions);
        (!side.is_empty()).then(|| whole.clone().with(dimension, side))
    };
    Region::apart(region.boxes().iter().filter_map(narrowed).collect())
}
