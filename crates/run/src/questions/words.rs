//! Parts of the rights space in words: only what they are narrower in than what was asked about.
//!
//! A set of names is said by the fewest: as a whole and what is left out of it, where that is shorter. Places are said
//! by the territories of the deal and by groups of countries before single countries.

use crate::engine::Run;
use counterpart_num::Date;
use counterpart_rights::{DAYS, PARTIES, Ranges, Reach, Region, Scope, Side, Space};
use counterpart_terms::value::{Name, Territory};
use counterpart_terms::world;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// So many names are said of a long list.
const FEW: usize = 8;

/// Names of a dimension, as a reader says them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
pub struct Called {
    /// The name; of a whole dimension `World` or `all`.
    pub name: String,
    /// But for these below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// Only what it holds beyond the names below it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beyond: bool,
    /// Only what it has in common with these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub and: Vec<String>,
}

impl Called {
    fn all(name: impl Into<String>) -> Called {
        Called { name: name.into(), ..Called::default() }
    }

    fn of(part: counterpart_rights::Called<'_>) -> Called {
        use counterpart_rights::Called as Of;
        let strings = |names: &[&Name]| names.iter().map(ToString::to_string).collect();
        match part {
            Of::All(name) => Called::all(name.to_string()),
            Of::But(name, out) => Called { except: strings(&out), ..Called::all(name.to_string()) },
            Of::Beyond(name) => Called { beyond: true, ..Called::all(name.to_string()) },
            Of::Shared(names) => {
                let mut names = names.iter().map(ToString::to_string);
                Called { name: names.next().unwrap_or_default(), and: names.collect(), ..Called::default() }
            }
        }
    }

    /// Whether it is what no name of the dimension stands for.
    fn is_what_is_not_named(&self) -> bool {
        self.name.starts_with("any other ") && !self.name.contains(" of ") && self.except.is_empty()
    }

    fn phrase(&self) -> String {
        let name = if self.beyond { format!("other {}", self.name) } else { self.name.clone() };
        match (self.except.is_empty(), self.and.is_empty()) {
            (false, _) => format!("{name} except {}", self.except.join(" and ")),
            (_, false) => format!("what is {name} and {} at once", self.and.join(" and ")),
            _ => name,
        }
    }
}

/// What a part of the space is narrower in, in one dimension.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    /// `assets`, `acts`, `fields`, `places`, `products`, `customers`, or a dimension the deal declares.
    pub dimension: String,
    /// Which of it.
    pub names: Vec<Called>,
    /// But for these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Called>,
}

impl Told {
    /// The names alone: `World except Europe, JP`.
    pub fn words(&self) -> String {
        let list = |names: &[Called]| names.iter().map(Called::phrase).collect::<Vec<_>>().join(", ");
        let everything = matches!(self.names.as_slice(), [all] if *all == Called::all("all"));
        match self.except.as_slice() {
            [other] if everything && other.is_what_is_not_named() => {
                return format!("the {} the deal names", self.dimension);
            }
            _ => {}
        }
        match self.except.is_empty() {
            true => list(&self.names),
            false => format!("{} except {}", list(&self.names), list(&self.except)),
        }
    }

    /// The first names and how many more there are, where they are many.
    pub(super) fn in_short(&self) -> String {
        let Some(first) = self.names.get(..FEW).filter(|_| self.names.len() > FEW + 1) else {
            return self.words();
        };
        let few = Told { names: first.to_vec(), dimension: String::new(), except: Vec::new() };
        format!("{} and {} more", few.words(), self.names.len() - FEW)
    }

    /// With the word before them: `in World except Europe, JP`.
    pub fn phrase(&self) -> String {
        let everything = matches!(self.names.as_slice(), [all] if *all == Called::all("all"));
        if self.dimension == "acts" && everything && !self.except.is_empty() {
            let list = self.except.iter().map(Called::phrase).collect::<Vec<_>>().join(", ");
            return format!("to do anything but {list}");
        }
        format!("{} {}", label(&self.dimension), self.words())
    }

    /// One position of a dimension: what a name holds beyond the names below it, or what several have in common.
    pub(super) fn at(side: &Side, names: &[Name]) -> Option<Told> {
        let (first, others) = names.split_first()?;
        let and: Vec<String> = others.iter().map(ToString::to_string).collect();
        let called = Called { beyond: and.is_empty(), and, ..Called::all(first.to_string()) };
        Some(Told { dimension: dimension(side).to_string(), names: vec![called], except: Vec::new() })
    }

    /// One name of a dimension.
    pub(super) fn one(side: &Side, name: &Name) -> Told {
        let names = vec![Called::all(name.to_string())];
        Told { dimension: dimension(side).to_string(), names, except: Vec::new() }
    }
}

/// A region in words: in any of these boxes, and in none of those.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
pub struct Over {
    /// In any of these.
    pub any: Vec<Vec<Told>>,
    /// And in none of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Vec<Told>>,
}

impl Over {
    /// As one phrase; nothing where it is all that was asked about.
    pub fn phrase(&self) -> String {
        let list = |told: &[Vec<Told>]| {
            let words: Vec<String> =
                told.iter().map(|part| phrase(part)).filter(|words| !words.is_empty()).collect();
            words.join("; ")
        };
        let except = list(&self.except);
        let any = list(&self.any);
        match (any.is_empty(), except.is_empty()) {
            (_, true) => any,
            (true, false) => format!("except {except}"),
            (false, false) => format!("{any} except {except}"),
        }
    }

    /// Whether it says nothing: it is all that was asked about.
    pub fn is_all(&self) -> bool {
        self.phrase().is_empty()
    }
}

impl Run<'_> {
    /// A region in words, where it is narrower than a scope: box by box, or as one box with what is left out of it,
    /// whichever is shorter.
    pub(crate) fn over_words(&self, region: &Region, than: &Scope, on: Date) -> Over {
        let region = region.clone().joined();
        let told = |region: &Region, than: &Scope| -> Vec<Vec<Told>> {
            region.boxes().iter().map(|scope| self.narrower(scope, than, on)).collect()
        };
        if let Some(hull) = region.hull() {
            let out = Region::from(hull.clone()).without(&region).joined();
            if out.boxes().len() + 1 < region.boxes().len() {
                let any = vec![self.narrower(&hull, than, on)];
                return Over { any, except: told(&out, &hull) };
            }
        }
        Over { any: told(&region, than), except: Vec::new() }
    }

    /// What a scope is limited to, where it is narrower than another; days and parties are left out.
    pub(crate) fn narrower(&self, scope: &Scope, than: &Scope, on: Date) -> Vec<Told> {
        let space = self.space();
        let mut out = Vec::new();
        for dimension in 0..space.dimensions() {
            if dimension == DAYS || dimension == PARTIES {
                continue;
            }
            let (Some(own), Some(whole)) = (scope.side(dimension), than.side(dimension)) else { continue };
            if own.covers(whole) {
                continue;
            }
            let Some(side) = space.side(dimension) else { continue };
            let (names, except) = self.names_and_out(&space, dimension, own, whole, on);
            out.push(Told { dimension: self::dimension(side).to_string(), names, except });
        }
        out
    }

    /// A set of names of a dimension: the fewest that make it up, or a whole and what is left out of it.
    fn names_and_out(
        &self,
        space: &Space,
        dimension: usize,
        set: &Ranges,
        whole: &Ranges,
        on: Date,
    ) -> (Vec<Called>, Vec<Called>) {
        let held = self.names_of(space, dimension, set, on);
        // It is narrower than the whole, so that something would be left out: no fewer words than two names.
        if held.len() <= 2 {
            return (held, Vec::new());
        }
        let rest = self.names_of(space, dimension, &whole.less(set), on);
        let everything = *whole == space.all(dimension);
        if rest.is_empty() || rest.len() + 1 < held.len() {
            let all = match (everything, space.side(dimension)) {
                (true, Some(Side::Places)) => vec![Called::all("World")],
                (true, _) => vec![Called::all("all")],
                (false, _) => self.names_of(space, dimension, whole, on),
            };
            return (all, rest);
        }
        // All but a few countries of a territory is said by the territory.
        if space.side(dimension) == Some(&Side::Places) {
            let places = self.wide_places(space, on);
            let wider = places.iter().filter(|(_, places)| places.covers(set));
            let left_out = |(name, places): &(String, Ranges)| {
                (name.clone(), self.names_of(space, dimension, &places.less(set), on))
            };
            let shortest = wider.map(left_out).min_by_key(|(_, out)| out.len());
            if let Some((name, out)) = shortest.filter(|(_, out)| out.len() + 1 < held.len()) {
                return (vec![Called::all(name)], out);
            }
        }
        (held, Vec::new())
    }

    /// The fewest names that make up a set.
    fn names_of(&self, space: &Space, dimension: usize, set: &Ranges, on: Date) -> Vec<Called> {
        let Some(tree) = space.tree(dimension) else { return Vec::new() };
        let mut left = set.clone();
        let mut out = Vec::new();
        if space.side(dimension) == Some(&Side::Places) {
            for (name, places) in self.wide_places(space, on).iter() {
                if places.meets(&left) && set.covers(places) {
                    out.push(Called::all(name));
                    left.take_out(places);
                }
            }
        }
        let mut rest: Vec<Called> = tree.called(&left).into_iter().map(Called::of).collect();
        if space.side(dimension) == Some(&Side::Places) {
            rest.sort();
        }
        out.extend(rest);
        out
    }

    /// The territories of the deal, then groups of countries, as they are on a day.
    fn wide_places(&self, space: &Space, on: Date) -> crate::engine::WidePlaces {
        let mut known = self.wide_places.borrow_mut();
        Rc::clone(known.entry(on).or_insert_with(|| self.find_wide_places(space, on).into()))
    }

    fn find_wide_places(&self, space: &Space, on: Date) -> Vec<(String, Ranges)> {
        let market = &self.model_on(on).market;
        let reach = Reach { space, market };
        let group = |name: &str| Territory::at(&Name::from(name));
        let own = market.territories.iter().map(|(name, t)| (name.to_string(), t.clone()));
        let mut own: Vec<(String, Ranges)> =
            own.map(|(name, t)| (name, reach.places(&market.places(&t, on)))).collect();
        own.sort_by_key(|(name, places)| (std::cmp::Reverse(places.count()), name.clone()));
        let groups = world::group_names().map(|name| (name.to_string(), group(name)));
        let mut groups: Vec<(String, Ranges)> =
            groups.map(|(name, t)| (name, reach.places(&market.places(&t, on)))).collect();
        groups.sort_by_key(|(name, places)| (std::cmp::Reverse(places.count()), name.clone()));
        own.into_iter().chain(groups).filter(|(_, places)| !places.is_empty()).collect()
    }
}

/// What a dimension is called.
fn dimension(side: &Side) -> &str {
    match side {
        Side::Days => "days",
        Side::Parties => "parties",
        Side::Assets => "assets",
        Side::Acts => "acts",
        Side::Fields => "fields",
        Side::Places => "places",
        Side::Products => "products",
        Side::Customers => "customers",
        Side::Own(name) => name.as_str(),
    }
}

/// The word before names of a dimension.
pub(super) fn label(dimension: &str) -> &str {
    match dimension {
        "days" => "on",
        "parties" => "by",
        "assets" => "under",
        "acts" => "to",
        "fields" => "for",
        "places" => "in",
        "products" => "of",
        "customers" => "to customers",
        own => own,
    }
}

/// A part of the space as one phrase.
fn phrase(told: &[Told]) -> String {
    told.iter().map(Told::phrase).collect::<Vec<_>>().join(" ")
}
