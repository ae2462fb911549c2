//! The rights space of a deal: its dimensions, drawn from the clauses that declare them.
//!
//! Acts and purposes of use every deal knows are there unasked, and so is every country; a dimension `acts` of the
//! deal adds to the acts. Patents stand below the assets that list them: a patent listed twice is in both. Nobody
//! the deal names is one more party.

use crate::dimension::Dimension;
use crate::space::{Side, Space};
use crate::tree::Tree;
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::{Model, group_members};
use counterpart_terms::value::Name;
use counterpart_terms::value::scope::{ACTS, PURPOSES};
use counterpart_terms::world;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

/// Whoever is no party of the deal, nor named in it.
pub const ANYBODY_ELSE: &str = "anybody else";
/// Use for a purpose that has no name.
pub const ANY_OTHER_PURPOSE: &str = "any other purpose";
/// The dimension of purposes of use.
pub const PURPOSE: &str = "purposes";

/// A patent as a name in the dimension of assets: its office and its number.
pub fn patent_name(office: &Name, number: &str) -> Name {
    Name::from(format!("{office} {number}").as_str())
}

impl Space {
    /// The space of a deal, with assets that came to be later, each below those it belongs to.
    pub fn of(model: &Model, later: &[(Name, Vec<Name>)]) -> Space {
        Space::over_time(model, &[(0, model)], later)
    }

    /// The same, where its terms were others before, each from its first day: a field that an amendment restates reaches
    /// what the deal says on each day.
    pub fn over_time(model: &Model, editions: &[(u32, &Model)], later: &[(Name, Vec<Name>)]) -> Space {
        let all = walked(model);
        let mut sides = vec![
            (Side::Assets, Arc::new(assets(&all, later).number("assets"))),
            (Side::Acts, Arc::new(acts(&all).number("acts"))),
            (Side::Fields, Arc::new(in_turn(editions, &fields, "fields"))),
            (Side::Places, PLACES.clone()),
            (Side::Products, Arc::new(products(model).number("products"))),
        ];
        let declared = model.market.dimension.keys().collect::<BTreeSet<_>>();
        let mut purposes = Tree::default();
        purposes.add(&Name::from(ANY_OTHER_PURPOSE), None);
        for purpose in PURPOSES.iter().map(|p| Name::from(*p)).filter(|p| !declared.contains(p)) {
            purposes.add(&purpose, None);
        }
        for record in all.iter().filter(|r| is_dimension(r, PURPOSE)) {
            grow(&mut purposes, record, None);
        }
        sides.push((Side::Own(Name::from(PURPOSE)), Arc::new(purposes.number(PURPOSE))));
        for record in all.iter().filter(|r| r.clause == Form::FileDimension) {
            let Some(name) = record.name(Label::Name).filter(|n| n.as_str() != "acts") else { continue };
            let side = Side::Own(name.clone());
            if sides.iter().all(|(s, _)| *s != side) {
                let tree = |all: &[&Record]| {
                    let mut tree = Tree::default();
                    tree.add(&Name::from(format!("any other of {name}").as_str()), None);
                    let own = all.iter().find(|r| is_dimension(r, name.as_str()));
                    own.into_iter().for_each(|record| grow(&mut tree, record, None));
                    tree
                };
                sides.push((side, Arc::new(in_turn(editions, &tree, name.as_str()))));
            }
        }
        let parties = Arc::new(parties(model, &all));
        sides.push((Side::Customers, parties.clone()));
        Space::new(parties, sides)
    }
}

/// Every clause of some terms, at any depth.
fn walked(model: &Model) -> Vec<&Record> {
    let mut all = Vec::new();
    for record in &model.records {
        record.walk(&mut |r| all.push(r));
    }
    all
}

/// A dimension whose tree is drawn from the terms of each edition.
fn in_turn(editions: &[(u32, &Model)], tree: &dyn Fn(&[&Record]) -> Tree, title: &str) -> Dimension {
    let mut trees: Vec<(u32, Tree)> = Vec::new();
    for (from, model) in editions {
        let next = tree(&walked(model));
        if trees.last().is_none_or(|(_, before)| *before != next) {
            trees.push((*from, next));
        }
    }
    Tree::number_in_turn(&trees, title)
}

fn parties(model: &Model, all: &[&Record]) -> Dimension {
    let mut tree = Tree::default();
    for name in model.header.parties.iter().chain(model.parties.keys()) {
        tree.add(name, None);
    }
    for record in all {
        let Some(name) = record.name(Label::Name) else { continue };
        match record.clause {
            Form::FileParty => {
                for line in record.all_below(Form::PartyAffiliates) {
                    for affiliate in line.names(Label::Parties) {
                        tree.add(&affiliate, None);
                    }
                }
            }
            Form::FileGroup => {
                for member in group_members(record, all) {
                    tree.add(&member, Some(name));
                }
            }
            _ => {}
        }
    }
    tree.add(&Name::from(ANYBODY_ELSE), None);
    tree.number("parties")
}

fn assets(all: &[&Record], later: &[(Name, Vec<Name>)]) -> Tree {
    let mut tree = Tree::default();
    for record in all {
        if record.clause != Form::FileAssets {
            continue;
        }
        let Some(name) = record.name(Label::Name) else { continue };
        tree.add(name, None);
        for patent in record.all_below(Form::AssetsPatent) {
            if let (Some(office), Some(number)) = (patent.name(Label::Office), patent.text(Label::Number)) {
                tree.add(&patent_name(office, number), Some(name));
            }
        }
        for line in record.all_below(Form::AssetsExcludes) {
            for out in line.names(Label::Names) {
                tree.exclude(name, &out);
            }
        }
    }
    for (name, above) in later {
        tree.add(name, None);
        for above in above {
            tree.add(name, Some(above));
        }
    }
    tree
}

fn acts(all: &[&Record]) -> Tree {
    let mut tree = Tree::default();
    let practise = Name::from("practise");
    let within = ["make", "have made", "use", "sell", "offer", "import", "export", "lease"];
    tree.add(&practise, None);
    for act in ACTS.iter().filter(|a| **a != practise.as_str()) {
        tree.add(&Name::from(*act), within.contains(act).then_some(&practise));
    }
    for record in all {
        if is_dimension(record, "acts") {
            grow(&mut tree, record, None);
        }
    }
    tree
}

/// Whether a clause declares the dimension of this name.
fn is_dimension(record: &Record, name: &str) -> bool {
    record.clause == Form::FileDimension && record.name(Label::Name).is_some_and(|n| n.as_str() == name)
}

fn fields(all: &[&Record]) -> Tree {
    let mut tree = Tree::default();
    tree.add(&Name::from("any other field"), None);
    for record in all.iter().filter(|r| r.clause == Form::FileFields) {
        grow(&mut tree, record, None);
    }
    tree
}

/// The names of an outline, each below the one it stands below.
fn grow(tree: &mut Tree, record: &Record, above: Option<&Name>) {
    for node in record.all_below(Form::TreeNode) {
        let Some(name) = node.name(Label::Name) else { continue };
        tree.add(name, above);
        for other in node.names(Label::Overlaps) {
            tree.overlap(name, &other);
        }
        for other in node.names(Label::Excludes) {
            tree.exclude(name, &other);
        }
        grow(tree, node, Some(name));
    }
}

/// Every country, and the parts of each.
static PLACES: LazyLock<Arc<Dimension>> = LazyLock::new(|| {
    let mut tree = Tree::default();
    for country in world::countries() {
        let name = Name::from(country);
        tree.add_below(&name, world::subdivisions(country).map(Name::from));
    }
    Arc::new(tree.number("places"))
});

fn products(model: &Model) -> Tree {
    let mut tree = Tree::default();
    tree.add(&Name::from("any other product"), None);
    for (name, product) in &model.market.products {
        tree.add(name, None);
        for kind in &product.kinds {
            tree.add(kind, Some(name));
        }
    }
    for record in &model.records {
        if record.clause != Form::FileProduct {
            continue;
        }
        let Some(name) = record.name(Label::Name) else { continue };
        for out in record.all_below(Form::ProductExcludes).flat_map(|line| line.names(Label::Products)) {
            tree.exclude(name, &out);
        }
    }
    tree
}
