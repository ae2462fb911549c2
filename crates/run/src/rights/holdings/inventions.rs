//! Inventions in the map: whose each is, and to whom it is licensed back.
//!
//! They are as they stand on the day asked about, from the day they were made.

use super::Source;
use super::drawn::Drawn;
use crate::inventions::{Licence, OwnedPart};
use crate::unknown::{Eval, Unknown};
use counterpart_rights::{DAYS, Kind, Ranges, Reach, Region, Side, Unclear, all_days, day, within};
use counterpart_terms::At;
use counterpart_terms::model::Reach as Given;
use counterpart_terms::value::Name;

impl Drawn<'_, '_> {
    /// What is owned and licensed of each invention.
    pub fn invented(&mut self) {
        let run = self.run;
        for it in run.inventions() {
            let side = Side::Assets;
            let (Some(dimension), Some(own)) =
                (self.space.dimension(&side), self.space.set(&side, &it.name).cloned())
            else {
                continue;
            };
            let days = all_days().less(&Ranges::of(0, day(it.made)));
            let all = within(&Region::from(self.space.everything()), dimension, &own);
            let all = within(&all, DAYS, &days);
            let found = run.class_of(&it).and_then(|class| Ok((run.owners_of(&it, &class)?, class)));
            let (owned, class) = match found {
                Ok(found) => found,
                // Whoever may have it: the parties of the deal.
                Err(why) => {
                    let parties = run.model_now().header.parties.clone();
                    self.perhaps(&all, &it.name, parties, (it.at, &why));
                    continue;
                }
            };
            for part in &owned {
                let Some(region) = self.part_owned(&all, part, it.at, &it.name) else { continue };
                let to = part.names();
                if to.len() > 1 && self.each_in_its_own_fields(&region, &it, &to) {
                    continue;
                }
                let holders = self.parties(&to);
                let source = self.of_invention(&it.name, Kind::Owned, (Vec::new(), to), it.at);
                self.add(&region, &holders, &Ranges::none(), source);
            }
            for licence in run.licences_in(&it, &class, &owned) {
                self.licensed_back(&all, &it, &licence);
            }
        }
    }

    /// Joint work that each may use in its own fields: elsewhere it is nobody's alone, and whoever uses it there needs the
    /// consent of the others, or may not. Says whether the clause on it asks for that.
    fn each_in_its_own_fields(
        &mut self,
        region: &Region,
        it: &crate::inventions::It,
        owners: &[Name],
    ) -> bool {
        let model = self.run.model_on(it.made);
        let Some(exploits) = model.joint_work.as_ref().and_then(|joint| joint.exploits.as_ref()) else {
            return false;
        };
        if !exploits.own_fields {
            return false;
        }
        for owner in owners {
            let own = std::slice::from_ref(owner);
            let holders = self.parties(own);
            let source = self.of_invention(&it.name, Kind::Owned, (Vec::new(), own.to_vec()), it.at);
            let source = Source { by: vec![it.at, exploits.at], ..source };
            let space = self.space.clone();
            let fields = self.fields_of(&self.run.reach(&space), region, own);
            let elsewhere = match &fields {
                Ok(fields) => region.without(fields),
                Err(_) => region.clone(),
            };
            if let Ok(fields) = &fields {
                self.add(&region.both(fields), &holders, &Ranges::none(), source.clone());
            }
            let others: Vec<Name> = owners.iter().filter(|other| *other != owner).cloned().collect();
            let doubt = match (&fields, exploits.elsewhere_with_consent) {
                (Err(_), _) => format!("which fields are those of {owner} is not said, redacted or open"),
                (Ok(_), true) => {
                    format!(
                        "outside its own fields {owner} needs the consent of {}, which is not told",
                        Name::list(&others)
                    )
                }
                (Ok(_), false) => continue,
            };
            let doubt = Some(Unknown::new(doubt).at(exploits.at));
            self.add(&elsewhere, &holders, &Ranges::none(), Source { doubt, ..source });
        }
        true
    }

    fn of_invention(&self, name: &Name, kind: Kind, (from, to): (Vec<Name>, Vec<Name>), at: At) -> Source {
        Source { name: name.clone(), kind, from, to, grade: None, by: vec![at], doubt: None }
    }

    fn perhaps(&mut self, region: &Region, name: &Name, who: Vec<Name>, (at, why): (At, &Unknown)) {
        let holders = self.parties(&who);
        let source = self.of_invention(name, Kind::Licence, (Vec::new(), who), at);
        self.add(region, &holders, &Ranges::none(), Source { doubt: Some(why.clone()), ..source });
    }

    /// The part of an invention that some own: of all, or for some fields alone.
    fn part_owned(&mut self, all: &Region, part: &OwnedPart, at: At, name: &Name) -> Option<Region> {
        let found = || -> Result<Region, Unclear> {
            let space = self.space.clone();
            let reach = self.run.reach(&space);
            let mut region = all.clone();
            if !part.fields.is_empty() {
                region = reach.names(&region, &part.fields)?;
            }
            if !part.but.is_empty() {
                region = region.without(&reach.names(&region, &part.but)?);
            }
            Ok(region)
        };
        match found() {
            Ok(region) => Some(region),
            Err(_) => {
                let why = Unknown::new(format!("for what `{name}` is owned is redacted or open"));
                self.perhaps(all, name, part.names(), (at, &why));
                None
            }
        }
    }

    /// A licence back, in the part it reaches.
    fn licensed_back(&mut self, all: &Region, it: &crate::inventions::It, licence: &Licence) {
        let holders = self.parties(std::slice::from_ref(&licence.to));
        let source = self.of_invention(
            &it.name,
            Kind::Licence,
            (licence.from.clone(), vec![licence.to.clone()]),
            licence.at,
        );
        let region = self.part_licensed(all, licence);
        let everybody = self.space.all(counterpart_rights::PARTIES).less(&holders);
        let grade = licence.grade.as_ref().ok().cloned();
        let out = match grade.as_ref().map(|grade| grade.kind) {
            Some(counterpart_terms::value::GradeKind::Exclusive) => everybody,
            Some(counterpart_terms::value::GradeKind::Sole) => everybody.less(&self.parties(&licence.from)),
            _ => Ranges::none(),
        };
        let doubt = match (&licence.in_force, &licence.grade, &region) {
            (Ok(false), ..) => return,
            (Err(why), ..) | (_, Err(why), _) => Some(why.clone()),
            (.., Err(why)) => Some(why.clone()),
            _ => None,
        };
        let region = region.unwrap_or_else(|_| all.clone());
        let days = licence.until.map_or_else(all_days, |last| Ranges::of(0, day(last).saturating_add(1)));
        let region = within(&region, DAYS, &days);
        self.add(&region, &holders, &out, Source { grade, doubt, ..source });
    }

    /// The part of an invention that a licence back reaches.
    fn part_licensed(&self, all: &Region, licence: &Licence) -> Eval<Region> {
        let space = self.space.clone();
        let reach = self.run.reach(&space);
        let (fields, but) = &licence.fields;
        let found = || -> Result<Region, Unclear> {
            let mut region = all.clone();
            if !fields.is_empty() {
                region = reach.names(&region, fields)?;
            }
            if !but.is_empty() {
                region = region.without(&reach.names(&region, but)?);
            }
            match &licence.reach {
                Given::All => Ok(region),
                Given::OthersFields => self.fields_of(&reach, &region, std::slice::from_ref(&licence.to)),
                Given::OwnFields => self.fields_of(&reach, &region, &licence.from),
                Given::In(places) => reach.territory(&region, places),
                Given::Outside(places) => Ok(region.without(&reach.territory(&region, places)?)),
                Given::For(fields, places) => {
                    let region = reach.names(&region, fields)?;
                    places.as_ref().map_or(Ok(region.clone()), |places| reach.territory(&region, places))
                }
            }
        };
        let why = "for which fields a licence back is given is not said, redacted or open";
        found().map_err(|_| Unknown::new(why).at(licence.at))
    }

    /// The fields in which some hold grants.
    fn fields_of(&self, reach: &Reach<'_>, region: &Region, parties: &[Name]) -> Result<Region, Unclear> {
        let mut out = Region::default();
        let mut any = false;
        for grant in self.run.model_now().grants.values() {
            let members = |to: &Name| self.run.members(to);
            if !grant.to.iter().any(|to| parties.iter().any(|p| p == to || members(to).contains(p))) {
                continue;
            }
            any = true;
            let Some(set) = &grant.fields else { return Ok(region.clone()) };
            out = out.or(&reach.set(region, set)?);
        }
        if any { Ok(out.joined()) } else { Err(Unclear::Withheld) }
    }
}
