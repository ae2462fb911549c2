//! The space of a deal and what its words reach, with the answers worked out by hand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use counterpart_num::Date;
use counterpart_rights::{Called, Ranges, Reach, Region, Side, Space, Tree, Unclear, day};
use counterpart_terms::Deal;
use counterpart_terms::model::{Editions, Model};
use counterpart_terms::value::{Acts, Name, Scope, Set, Territory};

fn name(text: &str) -> Name {
    Name::from(text)
}

fn names(list: &[&str]) -> Vec<Name> {
    list.iter().map(|n| name(n)).collect()
}

#[test]
fn a_name_holds_the_names_below_it_and_something_of_its_own() {
    // storage has grid and home below it, and stands for storage of any other kind too: three positions.
    let mut tree = Tree::default();
    tree.add(&name("storage"), None);
    tree.add(&name("grid"), Some(&name("storage")));
    tree.add(&name("home"), Some(&name("storage")));
    tree.add(&name("mobility"), None);
    let fields = tree.number("fields");
    assert_eq!(fields.size(), 4);
    let set = |n: &str| fields.set(&name(n)).unwrap();
    assert_eq!(set("storage").count(), 3);
    assert!(set("storage").covers(set("grid")) && set("storage").covers(set("home")));
    assert!(!set("grid").or(set("home")).covers(set("storage")));
    assert!(!set("grid").meets(set("home")) && !set("storage").meets(set("mobility")));
    assert_eq!(fields.told(&set("storage").or(set("mobility"))), [&name("storage"), &name("mobility")]);
    assert_eq!(fields.told(set("grid")), [&name("grid")]);
    // All but one of three is said by the one; the third alone is what the name holds beyond the two below it.
    let without = |out: &str| set("storage").less(set(out));
    assert_eq!(fields.called(&without("grid")), [Called::But(&name("storage"), vec![&name("grid")])]);
    let other = without("grid").less(set("home"));
    assert_eq!(fields.called(&other), [Called::Beyond(&name("storage"))]);
    assert_eq!(
        fields.called(&set("grid").or(set("home"))),
        [Called::All(&name("grid")), Called::All(&name("home"))]
    );
    assert_eq!(fields.called(set("storage")), [Called::All(&name("storage"))]);
}

#[test]
fn siblings_meet_only_where_the_deal_says_so() {
    let mut tree = Tree::default();
    for field in ["marine", "naval", "power"] {
        tree.add(&name(field), None);
    }
    tree.add(&name("submarines"), Some(&name("naval")));
    tree.overlap(&name("marine"), &name("naval"));
    let fields = tree.number("fields");
    let set = |n: &str| fields.set(&name(n)).unwrap();
    assert!(set("marine").meets(set("naval")));
    // What lies below one of the two may lie in the other as well.
    assert!(set("marine").meets(set("submarines")));
    assert!(!set("marine").covers(set("submarines")) && !set("naval").covers(set("marine")));
    assert!(!set("power").meets(set("marine")) && !set("power").meets(set("naval")));
    let shared = set("marine").and(set("submarines")).first().unwrap();
    assert_eq!(fields.names_at(shared), names(&["marine", "submarines"]));
}

#[test]
fn what_a_name_excludes_is_not_in_it() {
    let mut tree = Tree::default();
    tree.add(&name("board"), None);
    for part in ["processor", "memory"] {
        tree.add(&name(part), Some(&name("board")));
    }
    tree.exclude(&name("board"), &name("processor"));
    let products = tree.number("products");
    let set = |n: &str| products.set(&name(n)).unwrap();
    assert!(!set("board").meets(set("processor")) && set("board").covers(set("memory")));
}

#[test]
fn names_that_contain_each_other_are_numbered_once() {
    let mut tree = Tree::default();
    tree.add(&name("hen"), Some(&name("egg")));
    tree.add(&name("egg"), Some(&name("hen")));
    let both = tree.number("circle");
    assert_eq!(both.size(), 2);
    assert_eq!(both.set(&name("hen")), both.set(&name("egg")));
}

const DEAL: &str = r#"
agreement "Cells"
  between Helios, Borealis
  effective 2027-01-01

party Helios of US-DE
party Borealis of NO

fields
  storage
    grid
    home
  mobility

dimension titles
  Chess
  Poker

territory Nordics is DK, FI, IS, NO, SE
territory Coast is US-CA, US-OR
territory Rest is Nordics except FI

patents Electrolyte of Helios
  US 11234567  filed 2018-03-02  granted 2021-06-01
patents Coating of Helios
  US 11234567  filed 2018-03-02  granted 2021-06-01
  US 11234568  filed 2018-03-02  granted 2021-06-01

product Cell by Borealis
"#;

fn model() -> Model {
    let deal = Deal::read([("agreement.deal".to_string(), DEAL.as_bytes().to_vec())]);
    assert!(
        deal.problems.iter().all(|p| !matches!(p.severity, counterpart_syntax::Severity::Error)),
        "{:?}",
        deal.problems
    );
    Editions::of(&deal).first().clone()
}

fn territory(places: &[&str], except: &[&str]) -> Territory {
    Territory { places: names(places), except: names(except), unknown: None }
}

fn set(list: &[&str], except: &[&str]) -> Set {
    Set { all: false, names: names(list), except: names(except) }
}

/// How many positions a region has in one dimension; all its boxes must agree.
fn count(space: &Space, region: &Region, side: &Side) -> u64 {
    let dimension = space.dimension(side).unwrap();
    let counts: Vec<u64> = region.boxes().iter().map(|b| b.side(dimension).unwrap().count()).collect();
    assert!(counts.windows(2).all(|w| w[0] == w[1]), "{counts:?}");
    counts[0]
}

#[test]
fn words_narrow_the_space_dimension_by_dimension() {
    let model = model();
    let space = Space::of(&model, &[]);
    let reach = Reach { space: &space, market: &model.market };
    let all = Region::from(space.everything());
    let scope = Scope {
        acts: Some(Acts::These(names(&["make", "sell"]))),
        fields: Some(set(&["storage", "Chess"], &["home"])),
        assets: Some(set(&["Electrolyte"], &[])),
        ..Scope::default()
    };
    let reached = reach.narrow(&all, &scope).unwrap();
    assert_eq!(count(&space, &reached, &Side::Acts), 2);
    // storage without home: the grid, and storage of any other kind.
    assert_eq!(count(&space, &reached, &Side::Fields), 2);
    // a title narrows the dimension it is of, and not the fields
    assert_eq!(count(&space, &reached, &Side::Own(name("titles"))), 1);
    // Electrolyte itself and its one patent.
    assert_eq!(count(&space, &reached, &Side::Assets), 2);
    // nothing was said of products: all of them
    assert_eq!(count(&space, &reached, &Side::Products), 2);
    // the purpose of research cuts across fields, as the deal has no field of that name
    let research = reach.set(&all, &set(&["research"], &[])).unwrap();
    assert_eq!(count(&space, &research, &Side::Fields), 5);
}

#[test]
fn a_patent_listed_twice_is_in_both_assets() {
    let model = model();
    let space = Space::of(&model, &[]);
    let assets = |n: &str| space.set(&Side::Assets, &name(n)).unwrap();
    assert!(assets("Electrolyte").meets(assets("Coating")));
    assert_eq!(assets("Electrolyte").and(assets("Coating")), *assets("US 11234567"));
}

#[test]
fn parts_of_countries_lie_in_them() {
    let model = model();
    let space = Space::of(&model, &[]);
    let reach = Reach { space: &space, market: &model.market };
    let all = Region::from(space.everything());
    let places =
        |places: &[&str], except: &[&str]| reach.territory(&all, &territory(places, except)).unwrap();
    assert_eq!(
        count(&space, &places(&["Rest"], &[]), &Side::Places),
        count(&space, &places(&["DK", "IS", "NO", "SE"], &[]), &Side::Places)
    );
    let usa = count(&space, &places(&["US"], &[]), &Side::Places);
    assert_eq!(count(&space, &places(&["US"], &["Coast"]), &Side::Places), usa - 2);
    assert!(places(&["US"], &["US-CA"]).both(&places(&["Coast"], &[])).boxes().iter().all(|b| {
        *b.side(space.dimension(&Side::Places).unwrap()).unwrap()
            == *space.set(&Side::Places, &name("US-OR")).unwrap()
    }));
}

#[test]
fn a_group_is_whom_it_has_on_each_day() {
    let model = model();
    let space = Space::of(&model, &[]);
    let reach = Reach { space: &space, market: &model.market };
    let union = reach.territory(&Region::from(space.everything()), &territory(&["EU"], &[])).unwrap();
    // Croatia joined on 2013-07-01; the United Kingdom left at the end of 2020-01-31.
    let in_it = |country: &str, on: &str| {
        let here = space.set(&Side::Places, &name(country)).unwrap();
        let cell = space
            .everything()
            .with(space.dimension(&Side::Places).unwrap(), here.clone())
            .with(counterpart_rights::DAYS, Ranges::one(day(Date::parse(on).unwrap())));
        union.covers(&cell)
    };
    assert!(!in_it("HR", "2013-06-30") && in_it("HR", "2013-07-01"));
    assert!(in_it("GB", "2020-01-31") && !in_it("GB", "2020-02-01"));
    assert!(in_it("DE", "2030-01-01") && !in_it("NO", "2030-01-01"));
}

#[test]
fn what_is_withheld_reaches_nobody_knows_where() {
    let model = model();
    let space = Space::of(&model, &[]);
    let reach = Reach { space: &space, market: &model.market };
    let all = Region::from(space.everything());
    assert_eq!(reach.set(&all, &set(&["redacted"], &[])), Err(Unclear::Withheld));
    assert_eq!(reach.territory(&all, &territory(&["open"], &[])), Err(Unclear::Withheld));
    assert_eq!(reach.names(&all, &names(&["Nowhere"])), Err(Unclear::Nowhere(name("Nowhere"))));
}
