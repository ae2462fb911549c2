//! Who holds what, as one map of the rights space: who owns the assets, what every grant and sublicence gives, what
//! options and promises reserve or forbid, whose the inventions are.
//!
//! What cannot be said for certain is a holding that says so, and carries the reason. The map says who may; why, and
//! in whose words, is left to `questions`.

mod after_end;
mod besides;
mod drawn;
mod granted;
mod in_place;
mod inventions;
mod possible;

use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_rights::{Kind, Ranges, Reach, RightsMap, Space, all_days, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Grant;
use counterpart_terms::value::{Grade, Name};
use counterpart_terms::{At, Record};
use drawn::Drawn;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What makes a holding.
#[derive(Debug, Clone)]
pub struct Source {
    /// The grant; of what is owned, the assets.
    pub name: Name,
    /// Which kind of right it is.
    pub kind: Kind,
    /// Who gave it; of what is owned, nobody.
    pub from: Vec<Name>,
    /// Who holds it.
    pub to: Vec<Name>,
    /// How exclusive it is; `None` where its text does not say.
    pub grade: Option<Grade>,
    /// The clauses and entries that make it so, the last the deciding one.
    pub by: Vec<At>,
    /// Why it cannot be said whether it is in force.
    pub doubt: Option<Unknown>,
}

impl Source {
    /// Whether another gives in the same way, wherever and on whatever days.
    pub(crate) fn gives_as(&self, other: &Source) -> bool {
        self.name == other.name
            && self.kind == other.kind
            && self.to == other.to
            && self.grade == other.grade
            && self.doubt.is_some() == other.doubt.is_some()
    }
}

/// Who owns assets on some days, and by which clause or entry.
pub type Spell = (Vec<Name>, Ranges, At);

/// All rights of a deal, over all days, as far as is known on the day asked about.
#[derive(Debug)]
pub struct RightsOfDeal {
    /// The space.
    pub space: Rc<Space>,
    /// The holdings.
    pub map: RightsMap,
    /// What makes each of them, by its number.
    pub sources: Vec<Source>,
}

impl RightsOfDeal {
    /// What makes a holding of the map.
    pub fn source(&self, holding: usize) -> Option<&Source> {
        self.sources.get(self.map.holdings().get(holding)?.source)
    }
}

impl Run<'_> {
    /// Who holds what, over all days, as far as is known on the day asked about.
    pub fn rights_of_deal(&self) -> Rc<RightsOfDeal> {
        Rc::clone(self.rights.map.get_or_init(|| Rc::new(Drawn::of(self))))
    }

    /// The grants of the deal, each as last agreed.
    pub fn grants(&self) -> BTreeMap<&Name, &Grant> {
        self.models().flat_map(|m| &m.grants).collect()
    }

    /// Who owns each asset, from day to day: assigned by a clause or by an entry.
    pub fn owners(&self) -> Vec<(&Record, Vec<Spell>)> {
        let model = self.model_now();
        let assets = model.records.of(Form::FileAssets);
        assets
            .filter_map(|record| {
                let name = record.name(Label::Name)?;
                let mut spells = vec![(0, record.names(Label::Of), record.at)];
                spells.extend(self.assigned(name, record.names(Label::Of)));
                spells.sort_by_key(|(from, ..)| *from);
                let ends: Vec<u32> =
                    spells.iter().skip(1).map(|(from, ..)| *from).chain([u32::MAX]).collect();
                let spells = spells
                    .into_iter()
                    .zip(ends)
                    .map(|((from, who, at), end)| (who, Ranges::of(from, end).and(&all_days()), at));
                Some((record, spells.filter(|(_, days, _)| !days.is_empty()).collect()))
            })
            .collect()
    }

    /// From which days on an asset was whose, by assignment: who assigns its share leaves the others theirs.
    fn assigned(&self, asset: &Name, mut owners: Vec<Name>) -> Vec<(u32, Vec<Name>, At)> {
        let sure = self.passings(asset).into_iter().filter(|passing| passing.doubt.is_none());
        sure.map(|passing| {
            let kept: Vec<Name> =
                owners.iter().filter(|owner| !passing.by.contains(owner)).cloned().collect();
            let from_one = !passing.by.is_empty() && kept.len() < owners.len();
            owners = if from_one { kept } else { Vec::new() };
            owners.retain(|owner| !passing.to.contains(owner));
            owners.extend(passing.to.iter().cloned());
            (day(passing.from), owners.clone(), passing.at)
        })
        .collect()
    }
}

/// What a deal says a right reaches, in the terms of the day asked about.
impl Run<'_> {
    pub(crate) fn reach<'r>(&'r self, space: &'r Space) -> Reach<'r> {
        Reach { space, market: &self.model_now().market }
    }
}
