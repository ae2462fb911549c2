//! Parts of the rights space in words: only what they are narrower in than what was asked about.
//!
//! A set of names is said by the fewest: as a whole and what is left out of it, where that is shorter. Places are said
//! by the territories of the deal and by groups of countries before single countries.

use crate::engine::Run;
use counterpart_num::Date;
use counterpart_rights::{Called, DAYS, PARTIES, Ranges, Reach, Region, Scope, Side, Space};
use counterpart_terms::value::{Name, Territory};
use counterpart_terms::world;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of the space in words, dimension by dimension: what the dimension is about, and which of it.
pub type Told = Vec<(String, String)>;

/// A region in words: in any of these boxes, and in none of those.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
pub struct Over {
    /// In any of these.
    pub any: Vec<Told>,
    /// And in none of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Told>,
}

impl Over {
    /// As one phrase; nothing where it is all that was asked about.
    pub fn phrase(&self) -> String {
        let list = |told: &[Told]| {
            let words: Vec<String> = told.iter().map(phrase).filter(|words| !words.is_empty()).collect();
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
        let told = |region: &Region, than: &Scope| -> Vec<Told> {
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
    pub(crate) fn narrower(&self, scope: &Scope, than: &Scope, on: Date) -> Told {
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
            out.push((label(side).to_string(), self.set_in_words(&space, dimension, own, whole, on)));
        }
        out
    }

    /// A set of names of a dimension in words: by the fewest, or by what is left out of the whole.
    fn set_in_words(
        &self,
        space: &Space,
        dimension: usize,
        set: &Ranges,
        whole: &Ranges,
        on: Date,
    ) -> String {
        let held = self.names_of(space, dimension, set, on);
        let rest = self.names_of(space, dimension, &whole.less(set), on);
        let list = |names: &[String]| names.join(", ");
        let everything = *whole == space.all(dimension);
        if rest.is_empty() || rest.len() + 1 < held.len() {
            let all = match (everything, space.side(dimension)) {
                (true, Some(Side::Places)) => "World".to_string(),
                (true, _) => "all".to_string(),
                (false, _) => list(&self.names_of(space, dimension, whole, on)),
            };
            return if rest.is_empty() { all } else { format!("{all} except {}", list(&rest)) };
        }
        // All but a few countries of a territory is said by the territory.
        if space.side(dimension) == Some(&Side::Places) {
            let wider = self.wide_places(space, on).into_iter().filter(|(_, places)| places.covers(set));
            let left_out = |(name, places): (String, Ranges)| {
                (name, self.names_of(space, dimension, &places.less(set), on))
            };
            let shortest = wider.map(left_out).min_by_key(|(_, out)| out.len());
            if let Some((name, out)) = shortest.filter(|(_, out)| out.len() + 1 < held.len()) {
                return format!("{name} except {}", list(&out));
            }
        }
        list(&held)
    }

    /// The fewest names that make up a set.
    fn names_of(&self, space: &Space, dimension: usize, set: &Ranges, on: Date) -> Vec<String> {
        let Some(tree) = space.tree(dimension) else { return Vec::new() };
        let mut left = set.clone();
        let mut out = Vec::new();
        if space.side(dimension) == Some(&Side::Places) {
            for (name, places) in self.wide_places(space, on) {
                if places.meets(&left) && set.covers(&places) {
                    out.push(name);
                    left = left.less(&places);
                }
            }
        }
        let mut rest: Vec<String> = tree.called(&left).into_iter().map(called).collect();
        if space.side(dimension) == Some(&Side::Places) {
            rest.sort();
        }
        out.extend(rest);
        out
    }

    /// The territories of the deal, then groups of countries, as they are on a day.
    fn wide_places(&self, space: &Space, on: Date) -> Vec<(String, Ranges)> {
        let market = &self.model_on(on).market;
        let reach = Reach { space, market };
        let group =
            |name: &str| Territory { places: vec![Name::from(name)], except: Vec::new(), unknown: None };
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

/// A part of a dimension in words.
fn called(part: Called<'_>) -> String {
    match part {
        Called::All(name) => name.to_string(),
        Called::But(name, out) => {
            let out: Vec<&str> = out.iter().map(|name| name.as_str()).collect();
            format!("{name} except {}", out.join(" and "))
        }
        Called::Beyond(name) => format!("other {name}"),
        Called::Shared(names) => {
            let names: Vec<&str> = names.iter().map(Name::as_str).collect();
            format!("what is {} at once", names.join(" and "))
        }
    }
}

/// What a dimension is called before its names.
pub(super) fn label(side: &Side) -> &str {
    match side {
        Side::Days => "on",
        Side::Parties => "by",
        Side::Assets => "under",
        Side::Acts => "to",
        Side::Fields => "for",
        Side::Places => "in",
        Side::Products => "of",
        Side::Customers => "to customers",
        Side::Own(name) => name.as_str(),
    }
}

/// A part of the space as one phrase.
fn phrase(told: &Told) -> String {
    told.iter().map(|(label, names)| format!("{label} {names}")).collect::<Vec<_>>().join(" ")
}
