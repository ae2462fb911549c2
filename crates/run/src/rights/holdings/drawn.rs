//! The map while it is drawn: what is owned, then what each grant, sublicence, option, promise and invention makes of it.

use super::granted::Heads;
use super::{RightsOfDeal, Source};
use crate::engine::Run;
use crate::rights::moments::since;
use crate::rights::passing::Passing;
use crate::unknown::Unknown;
use counterpart_rights::{
    DAYS, Holding, Kind, PARTIES, Ranges, Region, RightsMap, Scope, Side, Space, within,
};
use counterpart_syntax::Label;
use counterpart_terms::value::Name;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The map while it is drawn.
pub(super) struct Drawn<'r, 'm> {
    pub run: &'r Run<'m>,
    pub space: Rc<Space>,
    pub holdings: Vec<Holding>,
    pub sources: Vec<Source>,
    /// The number of each right: the first of its sources.
    pub rights: BTreeMap<Name, usize>,
}

impl Drawn<'_, '_> {
    pub fn of(run: &Run<'_>) -> RightsOfDeal {
        let mut drawn = Drawn {
            run,
            space: run.space(),
            holdings: Vec::new(),
            sources: Vec::new(),
            rights: BTreeMap::new(),
        };
        drawn.owned();
        let grants = run.grants();
        for (name, grant) in &grants {
            drawn.granted(name, grant);
        }
        let heads = Heads::among(grants.iter().map(|(name, grant)| (*name, *grant)));
        for (name, grant) in &grants {
            drawn.derive(name, grant, &heads);
            drawn.give_way(name, grant);
        }
        drawn.sublicensed();
        drawn.options();
        drawn.invented();
        drawn.given_back();
        // Last, since a promise not to compete leaves what the same party is given.
        drawn.promised();
        drawn.locked_out();
        RightsOfDeal { space: drawn.space, map: RightsMap::new(drawn.holdings), sources: drawn.sources }
    }

    /// The positions of some parties.
    pub fn parties(&self, names: &[Name]) -> Ranges {
        crate::rights::keeps_out::positions(&self.space, names)
    }

    /// Whether the text withholds any of some parties, or of the members of a group among them.
    pub fn hides(&self, names: &[Name]) -> bool {
        let hidden = |name: &Name| name.is_blank() || self.run.members(name).iter().any(Name::is_blank);
        names.iter().any(hidden)
    }

    /// Adds what anybody may have of a region, besides those who are known to.
    pub fn anybodys(&mut self, region: &Region, known: &Ranges, shuts_out: &Ranges, source: Source) {
        let others = self.space.all(PARTIES).less(known);
        self.add(region, &others, shuts_out, source);
    }

    /// Adds what a source makes of a region.
    pub fn add(&mut self, region: &Region, holders: &Ranges, shuts_out: &Ranges, source: Source) {
        if region.is_empty() {
            return;
        }
        let from = self.parties(&source.from);
        let (kind, certain, number) = (source.kind, source.doubt.is_none(), self.sources.len());
        let right = match kind {
            Kind::Owned => number,
            _ => *self.rights.entry(source.name.clone()).or_insert(number),
        };
        self.sources.push(source);
        let scopes = region.boxes().iter().cloned();
        self.holdings.extend(scopes.map(|scope: Scope| Holding {
            kind,
            scope: scope.with(PARTIES, holders.clone()),
            shuts_out: shuts_out.clone(),
            certain,
            from: from.clone(),
            under: Vec::new(),
            right,
            source: number,
        }));
    }

    /// What is owned: whatever has not been given away stays there.
    fn owned(&mut self) {
        let run = self.run;
        let everything = Region::from(self.space.everything());
        for (record, spells) in run.owners() {
            let Some(name) = record.name(Label::Name) else { continue };
            let Some(dimension) = self.space.dimension(&Side::Assets) else { continue };
            let Some(own) = self.space.set(&Side::Assets, name).cloned() else { continue };
            let all = within(&everything, dimension, &own);
            let perhaps: Vec<Passing> =
                run.passings(name).into_iter().filter(|p| p.doubt.is_some()).collect();
            for (who, mut days, at) in spells {
                let holders = self.parties(&who);
                let hidden = self.hides(&who);
                // From then on it may be another's, whichever of several it passed to.
                let whole = days.clone();
                for passing in &perhaps {
                    let theirs = passing.by.is_empty() || passing.by.iter().any(|by| who.contains(by));
                    let doubtful = whole.and(&since(passing.from));
                    if !theirs || doubtful.is_empty() {
                        continue;
                    }
                    let still = days.and(&doubtful);
                    days = days.less(&doubtful);
                    for (owners, doubtful) in [(&who, &still), (&passing.to, &doubtful)] {
                        if doubtful.is_empty() {
                            continue;
                        }
                        let source = Source {
                            name: name.clone(),
                            kind: Kind::Owned,
                            from: Vec::new(),
                            to: owners.clone(),
                            grade: None,
                            by: vec![at, passing.at],
                            doubt: passing.doubt.clone(),
                        };
                        let owners = self.parties(owners);
                        self.add(&within(&all, DAYS, doubtful), &owners, &Ranges::none(), source);
                    }
                }
                let source = Source {
                    name: name.clone(),
                    kind: Kind::Owned,
                    from: Vec::new(),
                    to: who,
                    grade: None,
                    by: vec![at],
                    doubt: None,
                };
                let region = within(&all, DAYS, &days);
                if hidden {
                    let why = Unknown::new(format!("who owns `{name}` is redacted or open")).at(at);
                    let perhaps = Source { kind: Kind::Licence, doubt: Some(why), ..source.clone() };
                    self.anybodys(&region, &holders, &Ranges::none(), perhaps);
                }
                self.add(&region, &holders, &Ranges::none(), source);
            }
        }
    }
}
