//! The algebra of scopes against the plainest second implementation there is: sets of cells, one by one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use counterpart_rights::{
    Cell, Dimension, Holding, Kind, PARTIES, Ranges, Region, RightsMap, Scope, Side, Space, Status, Tree,
};
use counterpart_terms::value::Name;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Positions looked at in each dimension; days beyond these are in no scope here.
const WIDE: u32 = 4;

fn tree(title: &str) -> Dimension {
    let mut tree = Tree::default();
    for position in 0..WIDE {
        tree.add(&Name::from(format!("{title}-{position}").as_str()), None);
    }
    tree.number(title)
}

fn space() -> Space {
    let trees = [(Side::Assets, "asset"), (Side::Fields, "field"), (Side::Places, "place")];
    Space::new(tree("party").into(), trees.map(|(side, title)| (side, tree(title).into())))
}

fn ranges() -> impl Strategy<Value = Ranges> {
    prop::collection::vec((0..WIDE, 0..=WIDE), 0..3).prop_map(Ranges::from_unsorted)
}

fn scope() -> impl Strategy<Value = Scope> {
    prop::collection::vec(ranges(), 5).prop_map(|sides| {
        let space = space();
        sides.into_iter().enumerate().fold(space.everything(), |scope, (d, side)| scope.with(d, side))
    })
}

/// A scope that is wide in most dimensions, so that several of them share cells.
fn wide_scope() -> impl Strategy<Value = Scope> {
    let side = || prop_oneof![2 => Just(Ranges::of(0, WIDE)), 1 => ranges()];
    prop::collection::vec(side(), 5).prop_map(|sides| {
        let space = space();
        sides.into_iter().enumerate().fold(space.everything(), |scope, (d, side)| scope.with(d, side))
    })
}

fn all_cells() -> Vec<Cell> {
    let mut cells: Vec<Cell> = vec![Vec::new()];
    for _ in 0..5 {
        cells = cells
            .into_iter()
            .flat_map(|cell| {
                (0..WIDE).map(move |at| {
                    let mut longer = cell.clone();
                    longer.push(at);
                    longer
                })
            })
            .collect();
    }
    cells
}

fn cells(scope: &Scope) -> BTreeSet<Cell> {
    all_cells().into_iter().filter(|cell| (0..5).all(|d| scope.side(d).unwrap().contains(cell[d]))).collect()
}

fn cells_of(region: &Region) -> BTreeSet<Cell> {
    region.boxes().iter().flat_map(cells).collect()
}

fn share_no_cell(region: &Region) -> bool {
    let counted: usize = region.boxes().iter().map(|b| cells(b).len()).sum();
    counted == cells_of(region).len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn ranges_are_sets(a in ranges(), b in ranges()) {
        let set = |r: &Ranges| (0..WIDE).filter(|p| r.contains(*p)).collect::<BTreeSet<_>>();
        let (x, y) = (set(&a), set(&b));
        prop_assert_eq!(set(&a.and(&b)), &x & &y);
        prop_assert_eq!(set(&a.or(&b)), &x | &y);
        prop_assert_eq!(set(&a.less(&b)), &x - &y);
        prop_assert_eq!(a.meets(&b), !x.is_disjoint(&y));
        prop_assert_eq!(a.covers(&b), y.is_subset(&x));
        prop_assert_eq!(a.count(), x.len() as u64);
        // One set has one form.
        prop_assert_eq!(a.and(&b), b.and(&a));
        prop_assert_eq!(a.or(&b), b.or(&a));
        prop_assert_eq!(a.less(&b).or(&a.and(&b)), a);
    }

    #[test]
    fn scopes_are_sets_of_cells(a in scope(), b in scope()) {
        let (x, y) = (cells(&a), cells(&b));
        prop_assert_eq!(a.and(&b).map(|s| cells(&s)).unwrap_or_default(), &x & &y);
        prop_assert_eq!(a.meets(&b), !x.is_disjoint(&y));
        prop_assert_eq!(a.covers(&b), y.is_subset(&x));
        let less = a.less(&b);
        prop_assert_eq!(cells_of(&less), &x - &y);
        prop_assert!(share_no_cell(&less));
        prop_assert_eq!(a.cell().is_some(), !x.is_empty());
    }

    #[test]
    fn regions_are_sets_of_cells(a in prop::collection::vec(scope(), 0..4), b in prop::collection::vec(scope(), 0..4)) {
        let (one, other): (Region, Region) = (a.iter().cloned().collect(), b.iter().cloned().collect());
        let x: BTreeSet<Cell> = a.iter().flat_map(cells).collect();
        let y: BTreeSet<Cell> = b.iter().flat_map(cells).collect();
        prop_assert_eq!(cells_of(&one), x.clone());
        prop_assert_eq!(cells_of(&one.clone().or(&other)), &x | &y);
        prop_assert_eq!(cells_of(&one.both(&other)), &x & &y);
        prop_assert_eq!(cells_of(&one.without(&other)), &x - &y);
        for region in [one.clone().or(&other), one.both(&other), one.without(&other)] {
            prop_assert!(share_no_cell(&region));
            prop_assert_eq!(region.is_empty(), cells_of(&region).is_empty());
            prop_assert!(region.cell().is_none_or(|cell| region.contains(&cell)));
        }
        for scope in &b {
            prop_assert_eq!(one.covers(scope), cells(scope).is_subset(&x));
        }
    }
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![
        Kind::Owned,
        Kind::Licence,
        Kind::Licence,
        Kind::Covenant,
        Kind::Reserved,
        Kind::Option,
        Kind::Barred,
    ])
}

/// Holdings each of which is a right of its own, and derives from those before it that are drawn.
fn holdings() -> impl Strategy<Value = Vec<Holding>> {
    let under = prop::collection::vec(prop::sample::select((0..6).collect::<Vec<usize>>()), 0..2);
    prop::collection::vec((holding(), under), 0..6).prop_map(|drawn| {
        let numbered = drawn.into_iter().enumerate().map(|(right, (holding, mut under))| {
            under.retain(|from| *from < right);
            Holding { right, under, ..holding }
        });
        numbered.collect()
    })
}

/// Whether a right derives from another, found by following every way up.
fn derives(holdings: &[Holding], right: usize, from: usize) -> bool {
    holdings[right].under.iter().any(|up| *up == from || derives(holdings, *up, from))
}

/// Whether a party gave a right on, so that another came of it.
fn gave_on(holdings: &[Holding], right: usize, to: usize, party: u32) -> bool {
    let own = derives(holdings, to, right) && holdings[to].from.contains(party);
    own || holdings[to].under.iter().any(|up| *up != right && gave_on(holdings, right, *up, party))
}

fn holding() -> impl Strategy<Value = Holding> {
    (kind(), wide_scope(), ranges(), ranges(), prop::bool::weighted(0.8)).prop_map(
        |(kind, scope, shuts_out, from, certain)| {
            // Nobody is kept out by what it holds itself, and nobody holds a promise not to act.
            let holders =
                if kind == Kind::Barred { Ranges::none() } else { scope.side(PARTIES).unwrap().clone() };
            let shuts_out = shuts_out.less(&holders);
            Holding {
                kind,
                scope: scope.with(PARTIES, holders),
                shuts_out,
                certain,
                right: 0,
                from,
                under: Vec::new(),
                source: 0,
            }
        },
    )
}

/// What one cell may turn out to be, said in plain words: what is doubtful may be so or not.
fn statuses(holdings: &[Holding], cell: &[u32]) -> BTreeSet<Status> {
    let here = |h: &Holding| (0..5).all(|d| d == PARTIES || h.scope.side(d).unwrap().contains(cell[d]));
    let here: Vec<&Holding> = holdings.iter().filter(|h| here(h)).collect();
    let doubtful: Vec<usize> = here.iter().filter(|h| !h.certain).map(|h| h.right).collect();
    let worlds = (0..1_u32 << doubtful.len()).map(|world| {
        let is_so =
            |h: &Holding| doubtful.iter().position(|d| *d == h.right).is_none_or(|at| world >> at & 1 == 1);
        let so: Vec<&Holding> = here.iter().filter(|h| is_so(h)).copied().collect();
        status_of_what_is(holdings, &so, cell[PARTIES])
    });
    worlds.collect()
}

/// Whether an answer says neither more nor less than what a cell may turn out to be. That a right of another or nobody's
/// right keeps the party out is one answer: it may not.
fn is_right(answer: Status, may_be: &BTreeSet<Status>) -> bool {
    let no = |status: &Status| matches!(status, Status::Forbidden | Status::Reserved { own: false });
    match answer {
        Status::Unknown => may_be.len() > 1 && !may_be.iter().all(no),
        _ => may_be.contains(&answer) && (may_be.len() == 1 || may_be.iter().all(no)),
    }
}

/// The status for a party where all these holdings are so, and no others.
fn status_of_what_is(all: &[Holding], here: &[&Holding], party: u32) -> Status {
    let licence = |h: &Holding| matches!(h.kind, Kind::Licence | Kind::Covenant);
    let holds = |h: &Holding| h.scope.side(PARTIES).unwrap().contains(party);
    let out = |h: &Holding| h.shuts_out.contains(party);
    let mut own: Vec<&&Holding> = here.iter().filter(|h| licence(h) && holds(h)).collect();
    // Another right that keeps it out contests what it holds, unless that derives from it; one that holds the party
    // itself does not.
    let keepers: Vec<&&Holding> = here.iter().filter(|h| licence(h) && out(h) && !holds(h)).collect();
    // What the party gave on so that it is kept out itself does not let it in.
    own.retain(|own| !keepers.iter().any(|keeper| gave_on(all, own.right, keeper.right, party)));
    let stands = |own: &Holding| keepers.iter().all(|keeper| derives(all, own.right, keeper.right));
    if here.iter().any(|h| h.kind == Kind::Barred && out(h)) {
        Status::Forbidden
    } else if own.iter().any(|own| stands(own)) {
        Status::Granted
    } else if !own.is_empty() {
        Status::Contested
    } else if here.iter().any(|h| h.kind == Kind::Reserved && holds(h)) {
        Status::Reserved { own: true }
    } else if here.iter().any(|h| (licence(h) || matches!(h.kind, Kind::Owned | Kind::Reserved)) && out(h)) {
        // What may yet be had keeps nobody out of what is done now.
        Status::Forbidden
    } else {
        Status::Reserved { own: here.iter().any(|h| h.kind == Kind::Owned && holds(h)) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn every_cell_has_one_status(holdings in holdings(), asked in wide_scope(), party in 0..WIDE) {
        let asked = asked.with(PARTIES, Ranges::one(party));
        let map = RightsMap::new(holdings.clone());
        let pieces = map.may(party, &asked);
        let mut seen = BTreeSet::new();
        for piece in &pieces {
            for cell in cells(&piece.scope) {
                let may_be = statuses(&holdings, &cell);
                prop_assert!(is_right(piece.status, &may_be), "{:?} where it may be {may_be:?}", piece.status);
                prop_assert!(seen.insert(cell), "a cell stands in two pieces");
            }
        }
        prop_assert_eq!(seen, cells(&asked));
    }

    #[test]
    fn a_clash_is_one_and_none_is_missed(holdings in holdings()) {
        let map = RightsMap::new(holdings.clone());
        let found: BTreeSet<(usize, usize)> = map.clashes().iter().map(|c| (c.keeps_out, c.lets_in)).collect();
        let real = |h: &Holding| matches!(h.kind, Kind::Licence | Kind::Covenant);
        let mut expected = BTreeSet::new();
        for (i, a) in holdings.iter().enumerate().filter(|(_, h)| real(h)) {
            for (j, b) in holdings.iter().enumerate().filter(|(_, h)| real(h)) {
                // Nobody stands against what it gave on itself.
                let kept_out = a.shuts_out.and(b.scope.side(PARTIES).unwrap());
                let gave = kept_out.iter().all(|(from, to)| (from..to).all(|p| gave_on(&holdings, j, i, p)));
                if i != j && !gave && !derives(&holdings, j, i) && !cells(&a.bars()).is_disjoint(&cells(&b.scope)) {
                    expected.insert((i, j));
                }
            }
        }
        prop_assert_eq!(found, expected);
        for clash in map.clashes() {
            // The witness, asked about: one lets the party in, the other keeps it out.
            let cell = clash.overlap.cell().unwrap();
            prop_assert!(holdings[clash.keeps_out].bars().contains(&cell));
            prop_assert!(holdings[clash.lets_in].scope.contains(&cell));
        }
    }

    #[test]
    fn what_is_free_is_kept_from_nobody(holdings in holdings(), asked in wide_scope()) {
        let map = RightsMap::new(holdings.clone());
        let free = cells_of(&map.free(&asked));
        for cell in cells(&asked) {
            let taken = holdings.iter().any(|h| {
                h.kind != Kind::Barred
                    && !h.shuts_out.is_empty()
                    && (0..5).filter(|d| *d != PARTIES).all(|d| h.scope.side(d).unwrap().contains(cell[d]))
            });
            prop_assert_eq!(free.contains(&cell), !taken);
        }
    }
}
