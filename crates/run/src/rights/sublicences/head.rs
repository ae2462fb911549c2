//! What a sublicence is given under: a licence of the text, or another sublicence, and through how many below that licence.

use super::Told;
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_rights::{Ranges, Reach, Region, Side};
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::Grant;
use counterpart_terms::value::{Acts, Name};

/// What a sublicence is given under.
pub(super) struct Head<'r> {
    /// The licence or sublicence it is directly under.
    pub name: &'r Name,
    /// Who holds that, and so gives it.
    pub holders: Vec<Name>,
    /// Where that stands.
    pub at: At,
    /// The licence of the text at the top, whose lines say what may be given.
    pub root: &'r Name,
    /// The same.
    pub grant: &'r Grant,
    /// How far below that licence it is: 1 where it is directly under it.
    pub tier: usize,
}

impl Run<'_> {
    /// What a sublicence is given under: what its entry names, or the only licence it can be under.
    pub(super) fn head_of<'r>(&'r self, told: &Told<'r>) -> Result<Head<'r>, Unknown> {
        let Some(under) = told.parts.name(Label::Under) else {
            let (root, grant) = self.likely_head(told)?;
            return Ok(Head::top(root, grant));
        };
        let earlier: Vec<Told<'r>> = self.told_before(told).collect();
        let (mut next, mut way): (&Name, Vec<&Told<'r>>) = (under, Vec::new());
        // Each is under one that was told before it, so that no circle can come about.
        let mut left = earlier.as_slice();
        loop {
            if let Some((root, grant)) = self.model_on(told.on).grants.get_key_value(next) {
                let Some(above) = way.first() else { return Ok(Head::top(root, grant)) };
                let holders = vec![above.to.clone()];
                return Ok(Head {
                    name: above.name,
                    holders,
                    at: above.at,
                    root,
                    grant,
                    tier: way.len() + 1,
                });
            }
            let Some(at) = left.iter().rposition(|one| one.name == next) else { break };
            let (before, from) = left.split_at(at);
            let Some(above) = from.first() else { break };
            left = before;
            way.push(above);
            match above.parts.name(Label::Under) {
                Some(name) => next = name,
                None => next = self.likely_head(above)?.0,
            }
        }
        Err(Unknown::new(format!(
            "`{next}` is neither a grant of the agreement then nor a sublicence told before"
        )))
    }

    /// The licence of the text that a sublicence is under, however many stand between; nothing where that cannot be said.
    pub(crate) fn licence_above(&self, name: &Name) -> Option<Name> {
        let told = self.facts.happened().filter_map(Told::read).find(|told| told.name == name)?;
        self.head_of(&told).ok().map(|head| head.root.clone())
    }

    /// The sublicences told before one.
    fn told_before<'r>(&'r self, told: &Told<'r>) -> impl Iterator<Item = Told<'r>> {
        let at = told.at;
        self.facts.happened().take_while(move |event| event.at != at).filter_map(Told::read)
    }

    /// The only licence of the text a sublicence can be under.
    fn likely_head<'r>(&'r self, told: &Told<'_>) -> Result<(&'r Name, &'r Grant), Unknown> {
        let grants = &self.model_on(told.on).grants;
        let space = self.space();
        let reach = Reach { space: &space, market: &self.model_on(told.on).market };
        let fits = |(name, grant): &(&Name, &Grant)| {
            let open = !self.is_being_drawn(name) && !grant.to.contains(told.to);
            open && told.narrow(&reach, &self.life_of(name).about).is_ok_and(|region| !region.is_empty())
        };
        let all: Vec<(&Name, &Grant)> = grants.iter().filter(fits).collect();
        let lets =
            |(_, grant): &&(&Name, &Grant)| grant.sublicence.iter().any(|line| !line.parts.0.is_empty());
        let likely: Vec<(&Name, &Grant)> = all.iter().filter(lets).copied().collect();
        match (likely.as_slice(), all.as_slice()) {
            ([one], _) | ([], [one]) => Ok(*one),
            ([], []) => {
                Err(Unknown::new(format!("no licence of the agreement reaches what `{}` is for", told.name)))
            }
            _ => Err(Unknown::new(format!(
                "under which licence `{}` was given is not told: add `under` and its name after `sublicensed {}`",
                told.name, told.name
            ))),
        }
    }

    /// What the entry names and its head does not reach.
    pub(super) fn beyond_the_head(&self, told: &Told<'_>, head: &Name, about: &Region) -> Vec<String> {
        let space = self.space();
        let reach = Reach { space: &space, market: &self.model_on(told.on).market };
        let mut named: Vec<(usize, Ranges)> = Vec::new();
        for name in &told.fields {
            let found = space.find(name, &|side| *side != Side::Acts);
            named.extend(found.map(|(dimension, set)| (dimension, set.clone())));
        }
        if let (Some(territory), Some(places)) = (told.territory, space.dimension(&Side::Places)) {
            named.push((places, reach.places(&reach.market.places(territory, told.on))));
        }
        if let (Some(Acts::These(acts)), Some(dimension)) = (told.acts, space.dimension(&Side::Acts)) {
            let sets = acts.iter().filter_map(|act| space.set(&Side::Acts, act));
            named.push((dimension, sets.fold(Ranges::none(), |sum, set| sum.or(set))));
        }
        let on = self.on_day(about, told.on);
        let outside = named.into_iter().filter_map(|(dimension, set)| {
            let sides = on.boxes().iter().filter_map(|b| b.side(dimension));
            let reached = sides.fold(Ranges::none(), |sum, side| sum.or(side));
            let beyond = set.less(&reached);
            let names = space.tree(dimension)?.told(&beyond);
            let shown: Vec<String> = names.iter().take(4).map(|n| format!("`{n}`")).collect();
            let more = if names.len() > 4 { " and others" } else { "" };
            (!beyond.is_empty()).then(|| format!("`{head}` does not reach {}{more}", shown.join(", ")))
        });
        outside.collect()
    }
}

impl<'r> Head<'r> {
    fn top(root: &'r Name, grant: &'r Grant) -> Head<'r> {
        Head { name: root, holders: grant.to.clone(), at: grant.at, root, grant, tier: 1 }
    }
}
