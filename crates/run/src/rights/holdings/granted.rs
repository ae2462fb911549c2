//! What a grant makes of the map: its holders, whom it keeps out, and what is kept for others within it.
//!
//! A grant that is exclusive keeps others out only where it is, and not those for whom something is kept. Where it
//! cannot be said whether a grant is in force, its holding is uncertain and carries the reason.

use super::drawn::Drawn;
use super::in_place::Place;
use super::{Source, Spell};
use crate::rights::assigned::Holders;
use crate::rights::days::DaysSo;
use crate::rights::keeps_out::Holders as Out;
use crate::rights::life::{Held, Kept, Life, Withheld};
use crate::unknown::Unknown;
use counterpart_rights::{DAYS, Kind, PARTIES, Ranges, Region, Side, all_days, within};
use counterpart_syntax::Label;
use counterpart_terms::model::Grant;
use counterpart_terms::value::{Acts, Against, Grade, GradeKind, Name};
use std::collections::BTreeMap;

/// The grants of a deal by who takes them: who grants something may hold it by one of those to itself.
pub struct Heads<'m>(BTreeMap<&'m Name, Vec<(&'m Name, &'m Grant)>>);

impl<'m> Heads<'m> {
    /// Those of some grants.
    pub fn among(grants: impl Iterator<Item = (&'m Name, &'m Grant)>) -> Heads<'m> {
        let mut by_taker: BTreeMap<&Name, Vec<(&Name, &Grant)>> = BTreeMap::new();
        for (name, grant) in grants {
            for to in &grant.to {
                by_taker.entry(to).or_default().push((name, grant));
            }
        }
        Heads(by_taker)
    }

    /// Those whose taker grants another, by name.
    fn of(&self, grant: &Grant) -> BTreeMap<&'m Name, &'m Grant> {
        grant.from.iter().filter_map(|from| self.0.get(from)).flatten().copied().collect()
    }
}

/// A grant, and who holds it on some days.
struct Given<'a> {
    name: &'a Name,
    grant: &'a Grant,
    life: &'a Life,
    on: &'a Holders,
    /// The positions of those who hold it.
    holders: Ranges,
}

impl Given<'_> {
    /// What it makes of a part that is held in one way.
    fn source(&self, held: Option<&Held>, doubt: Option<Unknown>) -> Source {
        let Given { name, grant, on, .. } = self;
        let assigned = (on.at != grant.at).then_some(on.at);
        Source {
            name: (*name).clone(),
            kind: match held.and_then(|h| h.grade.as_ref()).map(|g| g.kind) {
                Some(GradeKind::Covenant) => Kind::Covenant,
                _ => Kind::Licence,
            },
            from: grant.from.clone(),
            to: on.to.clone(),
            grade: held.and_then(|h| h.grade.clone()),
            by: held.map_or_else(|| vec![grant.at], |h| h.by.clone()).into_iter().chain(assigned).collect(),
            doubt: on.doubt.clone().or(doubt),
        }
    }
}

impl Drawn<'_, '_> {
    /// What a grant gives, over all days, to whoever holds it on each.
    pub fn granted(&mut self, name: &Name, grant: &Grant) {
        let life = self.run.life_of(name);
        self.granted_as(name, grant, &life);
    }

    /// What a grant gives by one life of it, to whoever holds it on each day.
    pub fn granted_as(&mut self, name: &Name, grant: &Grant, life: &Life) {
        let limits = self.run.members_for_a_while(grant);
        for holders in self.run.holders_over_time(name, grant) {
            for (on, left) in self.over_members(grant, holders, &limits) {
                self.granted_to(name, grant, life, (&on, &left));
            }
        }
    }

    /// Who holds a grant on some days, with those whom it extends to: on each day those for whom it has not ended. They
    /// come with those who are left out, whatever group they belong to.
    fn over_members(
        &self,
        grant: &Grant,
        on: Holders,
        limits: &[(Name, DaysSo)],
    ) -> Vec<(Holders, Vec<Name>)> {
        let to = self.run.with_others(grant, on.to.clone());
        let mut out = vec![(Holders { to, ..on }, Vec::new())];
        for (party, so) in limits {
            let mut next = Vec::new();
            for (holders, left) in out {
                let on = |days: Ranges| Holders { days: holders.days.and(&days), ..holders.clone() };
                let among = holders.to.iter().any(|to| self.run.is_among_now(party, to));
                if !among || left.contains(party) {
                    next.push((holders, left));
                    continue;
                }
                let mut without = on(all_days().less(&so.yes));
                without.to.retain(|to| to != party);
                let mut out: Vec<Name> = left.clone();
                out.push(party.clone());
                for (days, why) in &so.doubt {
                    let doubt = holders.doubt.clone().or_else(|| Some(why.clone()));
                    next.push((Holders { to: vec![party.clone()], doubt, ..on(days.clone()) }, Vec::new()));
                }
                next.push((on(so.yes.clone()), left));
                next.push((without, out));
            }
            next.retain(|(holders, _)| !holders.days.is_empty());
            out = next;
        }
        out
    }

    /// What a grant gives to those who hold it on some days.
    fn granted_to(&mut self, name: &Name, grant: &Grant, life: &Life, (on, left): (&Holders, &[Name])) {
        let holders = self.parties(&on.to).less(&self.parties(left));
        let given = Given { name, grant, life, on, holders };
        let theirs = within(&self.theirs(grant), DAYS, &on.days);
        for place in self.in_place_of_grantors(grant, life, &theirs) {
            self.granted_in(&given, &place);
        }
        if !self.hides(&on.to) {
            self.kept_within(&given);
        }
    }

    /// What a grant gives in a part in which some stand in the place of its grantors.
    fn granted_in(&mut self, given: &Given<'_>, Place { part, from, perhaps }: &Place) {
        let Given { name, grant, life, on, holders } = given;
        let source = |held: Option<&Held>, doubt: Option<Unknown>| given.source(held, doubt);
        let most = self.most(grant, from, holders);
        // Whoever may be one of them cannot be said to be kept out, nor to have nothing.
        if self.hides(&on.to) {
            let why = Unknown::new(format!("to whom `{name}` is given is redacted or open")).at(grant.at);
            let may_be = life.doubt.iter().fold(life.in_force(), |sum, (region, _)| sum.or(region));
            let region = may_be.both(part);
            self.anybodys(&region, holders, &most, source(None, Some(why)));
            for held in &life.held {
                let open = self.sure(life, &held.region.both(part));
                let doubt = withheld(name, life);
                self.add(&open, holders, &Ranges::none(), source(Some(held), doubt));
            }
            return;
        }
        let hidden = withheld(name, life);
        for held in &life.held {
            let mut open = self.sure(life, &held.region.both(part));
            // Its holders have it, and whom it keeps out is not known.
            for (region, why) in &life.unsure {
                let inside = open.both(region);
                let mut graded = source(Some(held), None);
                graded.grade = None;
                self.add(&inside, holders, &Ranges::none(), graded);
                self.add(&inside, holders, &most, source(None, Some(why.clone())));
                open = open.without(region);
            }
            let out = self.shut_out(held.grade.as_ref(), from, holders);
            if let Some(why) = &hidden {
                self.add(&open, holders, &out, source(Some(held), Some(why.clone())));
                continue;
            }
            // Whoever may stand in the grantor's place is kept out if it does not.
            if let Some((perhaps, why)) = perhaps {
                let others: Vec<Name> =
                    from.iter().filter(|party| !perhaps.contains(party)).cloned().collect();
                let out = self.shut_out(held.grade.as_ref(), &others, holders).less(&out);
                self.add(&open, holders, &out, source(Some(held), Some(why.clone())));
            }
            let named = held.grade.as_ref().and_then(|grade| grade.against.as_ref()).map(Against::names);
            // What is sole is shared with the grantor, whoever that is.
            let shared = held.grade.as_ref().is_some_and(|grade| grade.kind != GradeKind::Exclusive);
            let veiled = (self.hides(named.unwrap_or_default()) || shared && self.hides(from))
                .then(|| Unknown::new(format!("whom `{name}` keeps out is redacted or open")).at(grant.at));
            // Whoever keeps a part is not kept out of it.
            for kept in &life.kept {
                let inside = open.both(&kept.region);
                let out = out.less(&self.parties(&kept.for_));
                let mut shared = source(Some(held), None);
                shared.grade = shared.grade.map(|grade| but_for(grade, &kept.for_));
                shared.by.push(kept.at);
                let veiled = veiled.clone().or_else(|| self.veiled(kept));
                self.add_veiled(&inside, holders, &out, shared, veiled);
                open = open.without(&kept.region);
            }
            // Who is kept out may give no licence either, though the holders may not.
            if grant.withholds_sublicensing() && grant.acts.as_ref().is_none_or(|acts| *acts == Acts::All) {
                self.add(&self.sublicensing(&open), &Ranges::none(), &out, source(Some(held), None));
            }
            self.add_veiled(&open, holders, &out, source(Some(held), None), veiled);
        }
        for (region, why) in &life.doubt {
            let mut left = region.both(part);
            // Where it is known how it would be held, it keeps out no more than that.
            for held in &life.perhaps {
                let inside = left.both(&held.region);
                let out = self.shut_out(held.grade.as_ref(), from, holders);
                self.add(&inside, holders, &out, source(Some(held), Some(why.clone())));
                left = left.without(&held.region);
            }
            self.add(&left, holders, &most, source(None, Some(why.clone())));
        }
    }

    /// What is kept for others within a grant, while some hold it.
    fn kept_within(&mut self, given: &Given<'_>) {
        let Given { name, life, on, .. } = given;
        let hidden = withheld(name, life);
        for kept in &life.kept {
            let theirs = within(&kept.region.both(&life.in_force()), DAYS, &on.days);
            let keepers = self.parties(&kept.for_);
            let from = Source {
                kind: Kind::Reserved,
                to: kept.for_.clone(),
                by: vec![kept.at],
                ..given.source(None, None)
            };
            if let Some(why) = self.veiled(kept) {
                let perhaps = Source { doubt: Some(why), ..from.clone() };
                self.anybodys(&theirs, &keepers, &Ranges::none(), perhaps);
            }
            // What is given is not known; what is the keepers' own they keep either way.
            if let Some(why) = &hidden {
                let own = theirs.both(&self.owned_by(&kept.for_));
                let perhaps = Source { doubt: Some(why.clone()), ..from.clone() };
                self.add(&theirs.without(&own), &keepers, &Ranges::none(), perhaps);
                self.add(&own, &keepers, &Ranges::none(), from);
                continue;
            }
            self.add(&theirs, &keepers, &Ranges::none(), from);
        }
    }

    /// Why it is not known for whom a part is kept.
    fn veiled(&self, kept: &Kept) -> Option<Unknown> {
        let why = || Unknown::new("for whom a part is kept is redacted or open").at(kept.at);
        self.hides(&kept.for_).then(why)
    }

    /// Adds what a source makes of a region; where it is not known whom it keeps out, it surely keeps out nobody.
    fn add_veiled(
        &mut self,
        region: &Region,
        holders: &Ranges,
        out: &Ranges,
        source: Source,
        veiled: Option<Unknown>,
    ) {
        let Some(why) = veiled else { return self.add(region, holders, out, source) };
        let everybody = self.space.all(PARTIES).less(holders);
        self.add(region, holders, &everybody, Source { doubt: Some(why), ..source.clone() });
        self.add(region, holders, &Ranges::none(), source);
    }

    /// A region with the giving of licences in the place of its acts.
    fn sublicensing(&self, region: &Region) -> Region {
        let own = self.space.set(&Side::Acts, &Name::from("sublicense"));
        let (Some(dimension), Some(own)) = (self.space.dimension(&Side::Acts), own) else {
            return Region::default();
        };
        region.boxes().iter().map(|b| b.clone().with(dimension, own.clone())).collect()
    }

    /// What of a life is certain: in force, and reaching only what its text names.
    fn sure(&mut self, life: &Life, region: &Region) -> Region {
        life.doubt.iter().fold(region.clone(), |left, (doubtful, _)| left.without(doubtful))
    }

    /// Where a grant names no assets, it is under those of its grantor.
    pub fn theirs(&self, grant: &Grant) -> Region {
        let everything = Region::from(self.space.everything());
        let theirs = match grant.assets {
            None => self.owned_by(&grant.from),
            Some(_) => everything.clone(),
        };
        self.without_inventions(&theirs, grant)
    }

    /// What is invented later is under a grant only where the grant names it; else its own clause says who may use it.
    fn without_inventions(&self, region: &Region, grant: &Grant) -> Region {
        let Some(dimension) = self.space.dimension(&Side::Assets) else { return region.clone() };
        let positions = |name: &Name| self.space.set(&Side::Assets, name).cloned().unwrap_or_default();
        let named = grant.assets.iter().flat_map(|set| &set.names).map(positions);
        let named = named.fold(Ranges::none(), |sum, own| sum.or(&own));
        let later = self.run.inventions().into_iter().map(|it| positions(&it.name));
        let later = later.fold(Ranges::none(), |sum, own| sum.or(&own)).less(&named);
        within(region, dimension, &self.space.all(dimension).less(&later))
    }

    /// The parties to a grant, and whom it extends to.
    pub fn holders_of(&self, grant: &Grant) -> Vec<Name> {
        self.run.with_others(grant, grant.to.clone())
    }

    /// Whom a right of a grade, given by some, keeps out.
    pub fn shut_out(&self, grade: Option<&Grade>, from: &[Name], holders: &Ranges) -> Ranges {
        Out::at(&self.space, holders).shut_out(grade, from)
    }

    /// Whom a grant, given by some, keeps out at the most, whatever it has become.
    pub fn most(&self, grant: &Grant, from: &[Name], holders: &Ranges) -> Ranges {
        Out::at(&self.space, holders).most(grant, from)
    }

    /// What the text puts above a grant does not give way to it, however exclusive it is.
    pub fn give_way(&mut self, name: &Name, grant: &Grant) {
        let Some(own) = self.rights.get(name).copied() else { return };
        for (above, _) in self.run.above(grant) {
            self.put_under(&above, &[own]);
        }
    }

    /// A grant by somebody who holds others under the same assets derives from those.
    pub fn derive(&mut self, name: &Name, grant: &Grant, heads: &Heads<'_>) {
        let about = &self.run.life_of(name).about;
        let heads = heads.of(grant).into_iter().filter(|(other, head)| {
            *other != name
                && !grant.from.iter().any(|from| head.from.contains(from))
                && !self.run.life_of(other).about.both(about).is_empty()
                && !self.owns(grant)
        });
        let under: Vec<usize> = heads.filter_map(|(head, _)| self.rights.get(head).copied()).collect();
        self.put_under(name, &under);
    }

    /// Says of all holdings by a name that they derive from some rights.
    pub fn put_under(&mut self, name: &Name, under: &[usize]) {
        if under.is_empty() {
            return;
        }
        for holding in &mut self.holdings {
            let source = self.sources.get(holding.source);
            if source.is_some_and(|s| s.name == *name && s.kind != Kind::Owned) {
                holding.under.extend(under);
            }
        }
    }

    /// What is under assets that belong to some parties on any day, or of which nobody tells whose they are.
    fn owned_by(&self, parties: &[Name]) -> Region {
        let everything = Region::from(self.space.everything());
        let Some(dimension) = self.space.dimension(&Side::Assets) else { return everything };
        let mut others = Ranges::none();
        for (record, spells) in self.run.owners() {
            let theirs = |who: &Name| parties.iter().any(|from| self.run.is_among_now(who, from));
            let own = |(who, ..): &Spell| who.is_empty() || who.iter().any(theirs);
            if let Some(name) = record.name(Label::Name)
                && !spells.iter().any(own)
            {
                others = others.or(self.space.set(&Side::Assets, name).unwrap_or(&Ranges::none()));
            }
        }
        within(&everything, dimension, &self.space.all(dimension).less(&others))
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

/// Why nothing that a grant gives is certain: its text withholds what it reaches.
fn withheld(name: &Name, life: &Life) -> Option<Unknown> {
    let what = life.withheld.first().map(|kind| match kind {
        Withheld::Assets => "under which assets",
        Withheld::Market => "for what",
        Withheld::Acts => "to do what",
        Withheld::Places => "where",
    })?;
    Some(Unknown::new(format!("{what} `{name}` is given is redacted or open")))
}

/// A grade that does not hold against those for whom a part is kept.
fn but_for(grade: Grade, who: &[Name]) -> Grade {
    let exclusive = grade.kind == GradeKind::Exclusive;
    match &grade.against {
        None | Some(Against::Even(_)) if exclusive => {
            Grade { against: Some(Against::Except(who.to_vec())), ..grade }
        }
        _ => grade,
    }
}
