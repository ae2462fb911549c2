//! Who holds what: the lives of all grants, and who owns the assets, as one map of the rights space.
//!
//! A grant that is exclusive keeps others out only where it is, and not those for whom something is kept. Where it
//! cannot be said whether a grant is in force, its holding is uncertain and carries the reason. The map says who
//! may; why, and in whose words, is left to `why`.

use super::life::{Held, Life};
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_ledger::EventKind;
use counterpart_rights::{
    DAYS, Holding, Kind, PARTIES, Ranges, Reach, Region, RightsMap, Scope, Side, Space, all_days, day, within,
};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Grant, Model};
use counterpart_terms::value::{Against, Grade, GradeKind, Moment, Name};
use counterpart_terms::{At, Record};
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
        let assets = model.records.iter().filter(|r| r.clause == Form::FileAssets);
        assets
            .filter_map(|record| {
                let name = record.name(Label::Name)?;
                let mut spells = vec![(0, record.names(Label::Of), record.at)];
                spells.extend(self.assigned(model, name));
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

    /// From which days on an asset was whose, by assignment.
    fn assigned(&self, model: &Model, asset: &Name) -> Vec<(u32, Vec<Name>, At)> {
        let mut out = Vec::new();
        for record in model.records.iter().filter(|r| r.clause == Form::FileAssign) {
            let lines = record.all_below(Form::AssignUnder);
            let sets = lines.filter_map(|line| line.set(Label::Assets));
            if !sets.into_iter().any(|set| set.names.contains(asset)) {
                continue;
            }
            let on = record.below(Form::AssignOn).and_then(|line| line.moment(Label::On)).cloned();
            let on = on.unwrap_or(Moment::OfThing(counterpart_terms::value::Edge::Start, None));
            if let Ok(When::On(on)) = self.clock().moment(&on, &Focus::default()) {
                out.push((day(on), record.names(Label::To), record.at));
            }
        }
        for event in self.facts.happened() {
            let EventKind::Told { word, name: Some(name), parts, .. } = &event.kind else { continue };
            if word == "assigned" && name == asset {
                out.push((day(event.date), parts.names(Label::To), event.at));
            }
        }
        out
    }
}

/// The map while it is drawn.
struct Drawn<'r, 'm> {
    run: &'r Run<'m>,
    space: Rc<Space>,
    holdings: Vec<Holding>,
    sources: Vec<Source>,
    /// The first holding of each grant.
    first_of: BTreeMap<Name, usize>,
}

impl Drawn<'_, '_> {
    fn of(run: &Run<'_>) -> RightsOfDeal {
        let mut drawn = Drawn {
            run,
            space: run.space(),
            holdings: Vec::new(),
            sources: Vec::new(),
            first_of: BTreeMap::new(),
        };
        drawn.owned();
        let grants = run.grants();
        for (name, grant) in &grants {
            drawn.granted(name, grant);
        }
        for (name, grant) in &grants {
            drawn.derive(name, grant, &grants);
        }
        RightsOfDeal { space: drawn.space, map: RightsMap::new(drawn.holdings), sources: drawn.sources }
    }

    fn parties(&self, names: &[Name]) -> Ranges {
        let set = |name: &Name| self.space.set(&Side::Parties, name).cloned().unwrap_or_default();
        names.iter().fold(Ranges::none(), |sum, name| sum.or(&set(name)))
    }

    fn add(&mut self, region: &Region, holders: &Ranges, shuts_out: &Ranges, source: Source) {
        if region.is_empty() {
            return;
        }
        let (kind, certain, number) = (source.kind, source.doubt.is_none(), self.sources.len());
        self.sources.push(source);
        let scopes = region.boxes().iter().cloned();
        self.holdings.extend(scopes.map(|scope: Scope| Holding {
            kind,
            scope: scope.with(PARTIES, holders.clone()),
            shuts_out: shuts_out.clone(),
            certain,
            under: None,
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
            for (who, days, at) in spells {
                let holders = self.parties(&who);
                let source = Source {
                    name: name.clone(),
                    kind: Kind::Owned,
                    from: Vec::new(),
                    to: who,
                    grade: None,
                    by: vec![at],
                    doubt: None,
                };
                self.add(&within(&all, DAYS, &days), &holders, &Ranges::none(), source);
            }
        }
    }

    /// What a grant gives, over all days.
    fn granted(&mut self, name: &Name, grant: &Grant) {
        let life = self.run.life_of(name);
        let to = self.holders_of(grant);
        let holders = self.parties(&to);
        let source = |held: Option<&Held>, doubt: Option<Unknown>| Source {
            name: name.clone(),
            kind: match held.and_then(|h| h.grade.as_ref()).map(|g| g.kind) {
                Some(GradeKind::Covenant) => Kind::Covenant,
                _ => Kind::Licence,
            },
            from: grant.from.clone(),
            to: to.clone(),
            grade: held.and_then(|h| h.grade.clone()),
            by: held.map_or_else(|| vec![grant.at], |h| h.by.clone()),
            doubt,
        };
        self.first_of.insert(name.clone(), self.holdings.len());
        let theirs = self.theirs(grant);
        for held in &life.held {
            let mut open = self.sure(&life, &held.region.both(&theirs));
            // Whoever keeps a part is not kept out of it.
            for kept in &life.kept {
                let inside = open.both(&kept.region);
                let out = self.shut_out(held.grade.as_ref(), grant, &holders);
                let out = out.less(&self.parties(&kept.for_));
                self.add(&inside, &holders, &out, source(Some(held), None));
                open = open.without(&kept.region);
            }
            let out = self.shut_out(held.grade.as_ref(), grant, &holders);
            self.add(&open, &holders, &out, source(Some(held), None));
        }
        for kept in &life.kept {
            let theirs = kept.region.both(&life.in_force());
            let keepers = self.parties(&kept.for_);
            let from = Source { kind: Kind::Reserved, to: kept.for_.clone(), ..source(None, None) };
            self.add(&theirs, &keepers, &Ranges::none(), from);
        }
        let most = self.most(grant, &holders);
        for (region, why) in &life.doubt {
            self.add(&region.both(&theirs), &holders, &most, source(None, Some(why.clone())));
        }
    }

    /// What of a life is certain: in force, and reaching only what its text names.
    fn sure(&mut self, life: &Life, region: &Region) -> Region {
        life.doubt.iter().fold(region.clone(), |left, (doubtful, _)| left.without(doubtful))
    }

    /// Where a grant names no assets, it is under those of its grantor; one that gives way to another gives nothing
    /// where that keeps its holders out.
    fn theirs(&self, grant: &Grant) -> Region {
        let everything = Region::from(self.space.everything());
        let mut theirs = everything.clone();
        if grant.assets.is_none()
            && let Some(dimension) = self.space.dimension(&Side::Assets)
        {
            let mut others = Ranges::none();
            for (record, spells) in self.run.owners() {
                let own =
                    |(who, ..): &Spell| who.is_empty() || who.iter().any(|who| grant.from.contains(who));
                if let Some(name) = record.name(Label::Name)
                    && !spells.iter().any(own)
                {
                    others = others.or(self.space.set(&Side::Assets, name).unwrap_or(&Ranges::none()));
                }
            }
            theirs = within(&theirs, dimension, &self.space.all(dimension).less(&others));
        }
        let record = self.run.models().flat_map(|m| &m.records).find(|r| r.at == grant.at);
        let above = record.into_iter().flat_map(|r| r.all_below(Form::GrantSubject));
        let above: Vec<Name> = above.flat_map(|line| line.names(Label::Others)).collect();
        let holders = self.parties(&grant.to);
        let grants = self.run.grants();
        for (name, other) in above.iter().filter_map(|name| grants.get_key_value(name)) {
            for held in &self.run.life_of(name).held {
                let theirs_hold = self.parties(&other.to);
                if self.shut_out(held.grade.as_ref(), other, &theirs_hold).meets(&holders) {
                    theirs = theirs.without(&held.region);
                }
            }
        }
        theirs
    }

    /// The parties to a grant, and whom it extends to.
    fn holders_of(&self, grant: &Grant) -> Vec<Name> {
        let mut to = grant.to.clone();
        let model = self.run.model_now();
        let records = self.run.models().flat_map(|m| &m.records);
        let Some(record) = records.into_iter().find(|r| r.at == grant.at) else { return to };
        for line in record.all_below(Form::GrantExtends) {
            let of = line.names(Label::Of);
            let parties = model.records.iter().filter(|r| r.clause == Form::FileParty);
            let named = parties.filter(|p| p.name(Label::Name).is_some_and(|name| of.contains(name)));
            let affiliates = named.flat_map(|party| party.all_below(Form::PartyAffiliates));
            to.extend(affiliates.flat_map(|line| line.names(Label::Parties)));
            to.extend(line.names(Label::Parties));
        }
        to.dedup();
        to
    }

    /// Whom a right of a grade keeps out.
    fn shut_out(&self, grade: Option<&Grade>, grant: &Grant, holders: &Ranges) -> Ranges {
        let Some(grade) = grade else { return Ranges::none() };
        let everybody = self.space.all(PARTIES).less(holders);
        let grantors = self.parties(&grant.from);
        let named = |who: &[Name]| self.parties(who).less(holders);
        match (grade.kind, &grade.against) {
            (GradeKind::NonExclusive | GradeKind::Covenant | GradeKind::Unknown, _) => Ranges::none(),
            (_, Some(Against::Only(who))) => named(who),
            (GradeKind::Exclusive, Some(Against::Except(who))) => everybody.less(&named(who)),
            (GradeKind::Exclusive, _) => everybody,
            (GradeKind::Sole, Some(Against::Except(who))) => everybody.less(&grantors).less(&named(who)),
            (GradeKind::Sole, Some(Against::Even(who))) => everybody.less(&grantors).or(&named(who)),
            (GradeKind::Sole, _) => everybody.less(&grantors),
            (GradeKind::CoExclusive, Some(Against::With(who))) => everybody.less(&named(who)),
            // Held with the grantor, where nobody else is named.
            (GradeKind::CoExclusive, _) => everybody.less(&grantors),
        }
    }

    /// Whom a grant keeps out at the most, whatever it has become.
    fn most(&self, grant: &Grant, holders: &Ranges) -> Ranges {
        let lines = grant.grades.iter();
        let grades = lines.flat_map(|l| std::iter::once(&l.grade).chain(l.then.iter().map(|n| &n.grade)));
        let all = grades.map(|grade| self.shut_out(Some(grade), grant, holders));
        all.fold(Ranges::none(), |sum, out| sum.or(&out))
    }

    /// A grant by somebody who holds another under the same assets derives from that one.
    fn derive(&mut self, name: &Name, grant: &Grant, grants: &BTreeMap<&Name, &Grant>) {
        let about = &self.run.life_of(name).about;
        let head = grants.iter().find(|(other, head)| {
            **other != name
                && grant.from.iter().any(|from| head.to.contains(from))
                && !grant.from.iter().any(|from| head.from.contains(from))
                && !self.run.life_of(other).about.both(about).is_empty()
                && !self.owns(grant)
        });
        let Some(under) = head.and_then(|(head, _)| self.first_of.get(*head).copied()) else { return };
        for holding in &mut self.holdings {
            let source = self.sources.get(holding.source);
            if source.is_some_and(|s| s.name == *name && s.kind != Kind::Owned) {
                holding.under = Some(under);
            }
        }
    }

    /// Whether the grantors own any of the assets they grant under.
    fn owns(&self, grant: &Grant) -> bool {
        let Some(assets) = &grant.assets else { return true };
        self.run.owners().iter().any(|(record, spells)| {
            record.name(Label::Name).is_some_and(|name| assets.names.contains(name))
                && spells.iter().any(|(who, ..)| who.iter().any(|who| grant.from.contains(who)))
        })
    }
}

/// What a deal says a right reaches, in the terms of the day asked about.
impl Run<'_> {
    pub(crate) fn reach<'r>(&'r self, space: &'r Space) -> Reach<'r> {
        Reach { space, market: &self.model_now().market }
    }
}
