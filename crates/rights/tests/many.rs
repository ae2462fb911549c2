//! A map of many holdings against the plainest second implementation: every pair looked at, every set a mask of bits.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use counterpart_rights::{
    Cell, Clash, Dimension, Holding, Kind, PARTIES, Ranges, RightsMap, Scope, Side, Space, Status, Tree,
};
use counterpart_terms::value::Name;
use proptest::prelude::*;
use std::sync::LazyLock;

/// Positions in use in each dimension: more than a shadow has bits, no more than a mask has.
const WIDE: u32 = 128;
/// Days, parties, and more dimensions than the index watches.
const DIMENSIONS: usize = 8;

static EVERYTHING: LazyLock<Scope> = LazyLock::new(|| {
    let tree = |title: &str| -> Dimension {
        let mut tree = Tree::default();
        for position in 0..WIDE {
            tree.add(&Name::from(format!("{title}-{position}").as_str()), None);
        }
        tree.number(title)
    };
    let own = |at: usize| Side::Own(Name::from(format!("dimension {at}").as_str()));
    let trees = (2..DIMENSIONS).map(|at| (own(at), tree("position").into()));
    Space::new(tree("party").into(), trees).everything().with(0, Ranges::of(0, WIDE))
});

fn side() -> impl Strategy<Value = Ranges> {
    prop_oneof![
        4 => (0..WIDE, 1..6u32).prop_map(|(from, wide)| Ranges::of(from, (from + wide).min(WIDE))),
        4 => Just(Ranges::of(0, WIDE)),
        2 => prop::collection::vec((0..WIDE, 1..40u32), 0..4)
            .prop_map(|ranges| Ranges::from_unsorted(ranges.into_iter().map(|(s, w)| (s, (s + w).min(WIDE))))),
    ]
}

fn holding() -> impl Strategy<Value = (Holding, Option<prop::sample::Index>)> {
    let kind =
        prop::sample::select(vec![Kind::Licence, Kind::Licence, Kind::Covenant, Kind::Owned, Kind::Option]);
    let under = prop::option::weighted(0.2, any::<prop::sample::Index>());
    (kind, prop::collection::vec(side(), DIMENSIONS), side(), prop::bool::ANY, under).prop_map(
        |(kind, sides, shuts_out, keeps, under)| {
            let scope = sides
                .into_iter()
                .enumerate()
                .fold(EVERYTHING.clone(), |scope, (d, side)| scope.with(d, side));
            let shuts_out = if keeps { shuts_out.less(scope.side(PARTIES).unwrap()) } else { Ranges::none() };
            (
                Holding {
                    kind,
                    scope,
                    shuts_out,
                    certain: true,
                    right: 0,
                    from: Ranges::none(),
                    under: Vec::new(),
                    source: 0,
                },
                under,
            )
        },
    )
}

/// Holdings each of a source of its own, some deriving from one before.
fn holdings(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Holding>> {
    prop::collection::vec(holding(), count).prop_map(|drawn| {
        let place = |(at, (holding, under)): (usize, (Holding, Option<prop::sample::Index>))| Holding {
            source: at,
            right: at,
            under: under.filter(|_| at > 0).map(|under| under.index(at)).into_iter().collect(),
            ..holding
        };
        drawn.into_iter().enumerate().map(place).collect()
    })
}

fn mask(set: &Ranges) -> u128 {
    (0..WIDE).filter(|position| set.contains(*position)).fold(0, |mask, position| mask | 1 << position)
}

/// The masks of all sides, those of the parties replaced.
fn masks(holding: &Holding, parties: &Ranges) -> Vec<u128> {
    let side = |d| if d == PARTIES { mask(parties) } else { mask(holding.scope.side(d).unwrap()) };
    (0..DIMENSIONS).map(side).collect()
}

fn derives(holdings: &[Holding], at: usize, from: usize) -> bool {
    holdings[at].under.iter().any(|under| *under == from || derives(holdings, *under, from))
}

/// Who keeps out whom, and in which part of every dimension.
fn plain(holdings: &[Holding]) -> Vec<(usize, usize, Vec<u128>)> {
    let real = |h: &Holding| matches!(h.kind, Kind::Licence | Kind::Covenant);
    let keeps: Vec<Vec<u128>> = holdings.iter().map(|h| masks(h, &h.shuts_out)).collect();
    let has: Vec<Vec<u128>> = holdings.iter().map(|h| masks(h, h.holders().unwrap())).collect();
    let mut out = Vec::new();
    for (i, keeper) in keeps.iter().enumerate().filter(|(i, k)| real(&holdings[*i]) && k[PARTIES] != 0) {
        for (j, holder) in has.iter().enumerate().filter(|(j, _)| *j != i && real(&holdings[*j])) {
            let both: Vec<u128> = keeper.iter().zip(holder).map(|(a, b)| a & b).collect();
            if both.iter().all(|side| *side != 0) && !derives(holdings, j, i) {
                out.push((i, j, both));
            }
        }
    }
    out
}

fn told(clash: &Clash) -> (usize, usize, Vec<u128>) {
    let sides = (0..DIMENSIONS).map(|d| mask(clash.overlap.side(d).unwrap()));
    (clash.keeps_out, clash.lets_in, sides.collect())
}

/// What licences alone, each of them certain, make of a cell.
fn status(holdings: &[Holding], cell: &Cell) -> Status {
    let here = |h: &&Holding| {
        (0..DIMENSIONS).filter(|d| *d != PARTIES).all(|d| h.scope.side(d).unwrap().contains(cell[d]))
    };
    let party = cell[PARTIES];
    let here: Vec<&Holding> = holdings.iter().filter(here).collect();
    let holds: Vec<&&Holding> = here.iter().filter(|h| h.holders().unwrap().contains(party)).collect();
    let keepers = here.iter().filter(|h| h.shuts_out.contains(party)).map(|h| h.source);
    let keepers: Vec<usize> = keepers.collect();
    if holds.iter().any(|h| keepers.iter().all(|keeper| derives(holdings, h.source, *keeper))) {
        Status::Granted
    } else if !holds.is_empty() {
        Status::Contested
    } else if here.iter().any(|h| h.shuts_out.contains(party)) {
        Status::Forbidden
    } else {
        Status::Reserved { own: false }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn clashes_are_those_of_every_pair_looked_at(holdings in holdings(0..300)) {
        let found: Vec<_> = RightsMap::new(holdings.clone()).clashes().iter().map(told).collect();
        prop_assert_eq!(found, plain(&holdings));
    }

    #[test]
    fn a_question_is_answered_by_every_holding_that_matters(
        holdings in holdings(0..300),
        asked in prop::collection::vec((prop::collection::vec(0..WIDE - 1, DIMENSIONS), 0..DIMENSIONS), 20),
    ) {
        let licences: Vec<Holding> = holdings.into_iter().map(|h| Holding { kind: Kind::Licence, ..h }).collect();
        let map = RightsMap::new(licences.clone());
        for (cell, wide) in asked {
            // Two cells that lie beside each other in one dimension.
            let wide = if wide == PARTIES { 0 } else { wide };
            let scope = cell.iter().enumerate().fold(EVERYTHING.clone(), |scope, (d, at)| {
                scope.with(d, Ranges::of(*at, at + if d == wide { 2 } else { 1 }))
            });
            let pieces = map.may(cell[PARTIES], &scope);
            for step in 0..2 {
                let mut cell = cell.clone();
                cell[wide] += step;
                let here: Vec<_> = pieces.iter().filter(|piece| piece.scope.contains(&cell)).collect();
                prop_assert_eq!(here.len(), 1);
                prop_assert_eq!(here[0].status, status(&licences, &cell));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]

    /// So many that several threads share the work.
    #[test]
    fn clashes_of_thousands_are_those_of_every_pair_looked_at(holdings in holdings(2_500..3_000)) {
        let found: Vec<_> = RightsMap::new(holdings.clone()).clashes().iter().map(told).collect();
        prop_assert_eq!(found, plain(&holdings));
    }
}
