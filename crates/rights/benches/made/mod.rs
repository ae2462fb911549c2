//! A made-up portfolio that looks like licensing life: families of patents in portfolios, fields below sectors,
//! countries below regions, licensees alone and in groups; grants of a family, of one patent, of several, of all;
//! worldwide, by region, by country, worldwide but for some; exclusive, sole, against named competitors, and most of
//! them non-exclusive. Whoever grants looks first whether somebody is kept out already, and now and then does not
//! look: that is where the clashes come from. The same count gives the same portfolio.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark stops at what it did not expect"
)]
#![allow(dead_code, reason = "each benchmark reads its part")]

mod chance;

use chance::Chance;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Dimension, Holding, Kind, PARTIES, Ranges, Scope, Side, Space, Tree, day};
use counterpart_terms::value::Name;
use counterpart_terms::world;
use std::sync::Arc;

pub const ASSETS: usize = 2;
pub const ACTS: usize = 3;
pub const FIELDS: usize = 4;
pub const PLACES: usize = 5;
/// How many grants a portfolio gets.
const EACH: usize = 2_500;
/// Each with so many families of so many patents.
const FAMILIES: usize = 60;
const PATENTS: usize = 8;

/// The rows, and what is asked of them.
pub struct Made {
    pub holdings: Vec<Holding>,
    /// Who asks, and the cell.
    pub questions: Vec<(u32, Scope)>,
    /// The assets by family, what a portfolio has beyond its families last; and the fields by sector.
    pub families: Vec<Ranges>,
    pub sectors: Vec<Ranges>,
}

/// What the names of a dimension are, level by level, as positions.
struct Levels(Vec<Vec<Ranges>>);

impl Levels {
    fn of(tree: &Dimension, names: &[Vec<Name>]) -> Levels {
        let set = |name: &Name| tree.set(name).unwrap().clone();
        Levels(names.iter().map(|level| level.iter().map(set).collect()).collect())
    }
}

/// A tree in which every name of a level has as many below it as the next level says.
fn tree(title: &str, widths: &[usize]) -> (Arc<Dimension>, Levels) {
    let mut tree = Tree::default();
    let mut names: Vec<Vec<Name>> = Vec::new();
    for width in widths {
        let above: Vec<Option<Name>> =
            names.last().map_or(vec![None], |level| level.iter().cloned().map(Some).collect());
        let mut level = Vec::new();
        for above in &above {
            let stem = above.as_ref().map_or(title, Name::as_str);
            for at in 0..*width {
                let name = Name::from(format!("{stem} {at}").as_str());
                tree.add(&name, above.as_ref());
                level.push(name);
            }
        }
        names.push(level);
    }
    let numbered = tree.number(title);
    let levels = Levels::of(&numbered, &names);
    (Arc::new(numbered), levels)
}

/// The countries of the world, in ten regions made up of neighbours in the alphabet.
fn places() -> (Arc<Dimension>, Levels) {
    let mut tree = Tree::default();
    let countries: Vec<Name> = world::countries().map(Name::from).collect();
    let mut regions = Vec::new();
    for (at, members) in countries.chunks(countries.len().div_ceil(10)).enumerate() {
        let region = Name::from(format!("region {at}").as_str());
        tree.add(&region, None);
        for country in members {
            tree.add(country, Some(&region));
        }
        regions.push(region);
    }
    let numbered = tree.number("places");
    let levels = Levels::of(&numbered, &[regions, countries]);
    (Arc::new(numbered), levels)
}

/// All that grants are drawn from.
struct Office {
    chance: Chance,
    space: Space,
    assets: Levels,
    acts: Levels,
    fields: Levels,
    places: Levels,
    parties: Levels,
    /// Alone, or with the companies of its group.
    licensees: Vec<Ranges>,
    holdings: Vec<Holding>,
    /// The holdings that reach each family.
    reaching: Vec<Vec<usize>>,
}

/// So many grants, and ten thousand questions.
pub fn portfolio(count: usize) -> Made {
    let portfolios = count.div_ceil(EACH);
    let (asset_tree, assets) = tree("asset", &[portfolios, FAMILIES, PATENTS]);
    let (act_tree, acts) = tree("act", &[8]);
    let (field_tree, fields) = tree("field", &[12, 10, 3]);
    let (place_tree, places) = places();
    // The first group is the owner's; every third group holds licences together, the others company by company.
    let (party_tree, parties) = tree("party", &[1 + count.div_ceil(200), 4]);
    let licensees = parties.0[0].iter().skip(1).step_by(3).chain(&parties.0[1][4..]).cloned().collect();
    let space = Space::new(
        party_tree,
        [
            (Side::Assets, asset_tree),
            (Side::Acts, act_tree),
            (Side::Fields, field_tree),
            (Side::Places, place_tree),
        ],
    );
    let reaching = vec![Vec::new(); portfolios * FAMILIES];
    let mut office = Office {
        chance: Chance(7),
        space,
        assets,
        acts,
        fields,
        places,
        parties,
        licensees,
        holdings: Vec::new(),
        reaching,
    };
    office.own();
    while office.holdings.len() < count + portfolios {
        office.grant();
    }
    let questions = (0..10_000).map(|at| office.question(at)).collect();
    let beyond = office.assets.0[0].iter().enumerate().map(|(at, whole)| {
        let families = &office.assets.0[1][at * FAMILIES..(at + 1) * FAMILIES];
        families.iter().fold(whole.clone(), |left, family| left.less(family))
    });
    let families = office.assets.0[1].iter().cloned().chain(beyond).collect();
    Made { holdings: office.holdings, questions, families, sectors: office.fields.0[0].clone() }
}

impl Office {
    fn everybody_but(&self, some: &Ranges) -> Ranges {
        self.space.all(PARTIES).less(some)
    }

    fn owner(&self) -> Ranges {
        self.parties.0[0][0].clone()
    }

    /// The owner has every portfolio.
    fn own(&mut self) {
        for assets in &self.assets.0[0] {
            let scope = self.space.everything().with(PARTIES, self.owner()).with(ASSETS, assets.clone());
            let source = self.holdings.len();
            self.holdings.push(Holding {
                kind: Kind::Owned,
                scope,
                shuts_out: Ranges::none(),
                certain: true,
                right: source,
                from: Ranges::none(),
                under: Vec::new(),
                source,
            });
        }
    }

    /// One more grant, where it is not seen to clash.
    fn grant(&mut self) {
        let drawn = if self.chance.percent(10) { self.sublicence() } else { Some(self.licence()) };
        let Some((families, holding)) = drawn else { return };
        let looked = !self.chance.percent(4);
        if looked && families.iter().any(|f| self.reaching[*f].iter().any(|id| self.clash(&holding, *id))) {
            return;
        }
        for family in families {
            self.reaching[family].push(self.holdings.len());
        }
        self.holdings.push(holding);
    }

    fn clash(&self, new: &Holding, old: usize) -> bool {
        let old = &self.holdings[old];
        let who = (new.shuts_out.meets(old.holders().unwrap())
            || old.shuts_out.meets(new.holders().unwrap()))
            && !new.under.contains(&old.right);
        who && [DAYS, FIELDS, PLACES, ASSETS, ACTS]
            .iter()
            .all(|d| new.scope.side(*d).unwrap().meets(old.scope.side(*d).unwrap()))
    }

    fn licence(&mut self) -> (Vec<usize>, Holding) {
        let portfolio = self.chance.below(self.assets.0[0].len());
        let holders = self.chance.pick(&self.licensees).clone();
        let (families, assets, broad) = self.some_assets(portfolio);
        let shuts_out = match self.chance.below(100) {
            // Nobody gets a whole portfolio alone.
            _ if broad => Ranges::none(),
            0..30 => self.everybody_but(&holders),
            30..35 => self.everybody_but(&holders.or(&self.owner())),
            35..40 => {
                let rivals = (0..3).map(|_| self.chance.pick(&self.licensees).clone()).collect::<Vec<_>>();
                rivals.iter().fold(Ranges::none(), |sum, rival| sum.or(rival)).less(&holders)
            }
            _ => Ranges::none(),
        };
        let everywhere = self.space.everything();
        let scope = everywhere
            .with(PARTIES, holders)
            .with(DAYS, self.some_days())
            .with(ASSETS, assets)
            .with(ACTS, self.some_acts())
            .with(FIELDS, self.some_fields(portfolio))
            .with(PLACES, self.some_places());
        (families, self.of(scope, shuts_out, Vec::new()))
    }

    /// What the holder of an exclusive licence lets somebody else do, in a part of it.
    fn sublicence(&mut self) -> Option<(Vec<usize>, Holding)> {
        let id = self.chance.below(self.holdings.len());
        let parent = self.holdings[id].clone();
        if parent.kind != Kind::Licence || parent.shuts_out.is_empty() {
            return None;
        }
        let holders = self.chance.pick(&self.licensees).clone();
        let places = self.chance.pick(&self.places.0[1]).clone();
        let scope = parent.scope.with(PARTIES, holders).within(PLACES, &places);
        let families = (0..self.reaching.len()).filter(|f| self.reaching[*f].contains(&id)).collect();
        (!scope.is_empty()).then(|| (families, self.of(scope, Ranges::none(), vec![parent.right])))
    }

    fn of(&self, scope: Scope, shuts_out: Ranges, under: Vec<usize>) -> Holding {
        let source = self.holdings.len();
        let from = Ranges::none();
        Holding { kind: Kind::Licence, scope, shuts_out, certain: true, right: source, from, under, source }
    }

    /// The families reached, the assets, and whether that is more than a few families.
    fn some_assets(&mut self, portfolio: usize) -> (Vec<usize>, Ranges, bool) {
        let family = portfolio * FAMILIES + self.chance.below(FAMILIES);
        match self.chance.below(1_000) {
            0..2 => ((0..self.reaching.len()).collect(), self.space.all(ASSETS), true),
            2..40 => {
                let all = portfolio * FAMILIES..(portfolio + 1) * FAMILIES;
                (all.collect(), self.assets.0[0][portfolio].clone(), true)
            }
            40..200 => {
                let more = 1 + self.chance.below(2);
                let mut families: Vec<usize> =
                    (0..more).map(|_| portfolio * FAMILIES + self.chance.below(FAMILIES)).collect();
                families.push(family);
                families.sort_unstable();
                families.dedup();
                let sets = families.iter().map(|f| &self.assets.0[1][*f]);
                let assets = sets.fold(Ranges::none(), |sum, set| sum.or(set));
                (families, assets, false)
            }
            200..450 => {
                let patent = family * PATENTS + self.chance.below(PATENTS);
                (vec![family], self.assets.0[2][patent].clone(), false)
            }
            _ => (vec![family], self.assets.0[1][family].clone(), false),
        }
    }

    fn some_days(&mut self) -> Ranges {
        let from = Date::new(2005, 1, 1).and_then(|d| d.add_days(self.chance.below(9_500) as i64)).unwrap();
        let until = from.add_years(2 + self.chance.below(12) as i64).unwrap();
        Ranges::of(day(from), day(until))
    }

    fn some_acts(&mut self) -> Ranges {
        let acts = &self.acts.0[0];
        match self.chance.below(10) {
            0..6 => self.space.all(ACTS),
            6..8 => acts[0].or(&acts[1]).or(&acts[2]),
            8 => acts[3].or(&acts[4]),
            _ => acts[2].or(&acts[5]).or(&acts[7]),
        }
    }

    /// A portfolio is of use in three sectors.
    fn some_fields(&mut self, portfolio: usize) -> Ranges {
        let sector = (portfolio * 5 + self.chance.below(3)) % 12;
        let field = sector * 10 + self.chance.below(10);
        match self.chance.below(100) {
            0..50 => self.fields.0[1][field].clone(),
            50..75 => self.fields.0[2][field * 3 + self.chance.below(3)].clone(),
            75..92 => self.fields.0[1][field].or(&self.fields.0[1][sector * 10 + self.chance.below(10)]),
            92..98 => self.fields.0[0][sector].clone(),
            _ => self.space.all(FIELDS),
        }
    }

    fn some_places(&mut self) -> Ranges {
        let (world, regions, countries) = (self.space.all(PLACES), &self.places.0[0], &self.places.0[1]);
        let chance = &mut self.chance;
        let mut few = |most: usize| {
            (0..2 + chance.below(most)).fold(Ranges::none(), |sum, _| sum.or(chance.pick(countries)))
        };
        match few(4) {
            some if self.chance.percent(20) => some,
            some if self.chance.percent(15) => world.less(&some),
            _ if self.chance.percent(20) => world,
            _ if self.chance.percent(50) => self.chance.pick(countries).clone(),
            _ => self.chance.pick(regions).clone(),
        }
    }

    /// A cell of some grant, asked about by its holder, by anybody, by the owner; or any cell by anybody.
    fn question(&mut self, at: usize) -> (u32, Scope) {
        let id = self.chance.below(self.holdings.len());
        let holding = self.holdings[id].clone();
        let dimensions = self.space.dimensions();
        let mut asked = self.space.everything();
        for dimension in 0..dimensions {
            let all = self.space.all(dimension);
            let within =
                if at % 4 == 3 && dimension != DAYS { &all } else { holding.scope.side(dimension).unwrap() };
            let position = self.chance.within(within);
            asked = asked.with(dimension, Ranges::one(position));
        }
        if holding.kind == Kind::Owned || at % 4 == 3 {
            asked = asked.with(DAYS, Ranges::one(day(Date::new(2018, 6, 30).unwrap())));
        }
        let everybody = self.space.all(PARTIES);
        let party = match at % 4 {
            0 => asked.side(PARTIES).and_then(Ranges::first).unwrap(),
            1 => self.chance.within(&self.owner()),
            _ => self.chance.within(&everybody),
        };
        (party, asked.with(PARTIES, Ranges::one(party)))
    }
}
