//! What is no licence of the text, and yet part of the map: sublicences told by the journal, rights to get a licence, and
//! promises not to do something.

use super::Source;
use super::drawn::Drawn;
use crate::unknown::Unknown;
use crate::windows::Kind as Course;
use counterpart_rights::{DAYS, Kind, PARTIES, Ranges, Region, day, within};
use counterpart_terms::model::Change;
use counterpart_terms::value::Name;

impl Drawn<'_, '_> {
    /// What sublicences give, each under its head licence.
    pub fn sublicensed(&mut self) {
        for sub in self.run.sublicences() {
            let holders = self.parties(std::slice::from_ref(&sub.to));
            let source = |doubt: Option<Unknown>| Source {
                name: sub.name.clone(),
                kind: Kind::Licence,
                from: sub.from.clone(),
                to: vec![sub.to.clone()],
                grade: None,
                by: sub.by.clone(),
                doubt,
            };
            self.add(&sub.region, &holders, &Ranges::none(), source(None));
            for (region, why) in &sub.doubt {
                self.add(region, &holders, &Ranges::none(), source(Some(why.clone())));
            }
            let head = sub.head.as_ref().and_then(|head| self.rights.get(head)).copied();
            self.put_under(&sub.name, head.as_slice());
        }
    }

    /// What may yet be had by exercise, or must be offered to somebody first.
    pub fn options(&mut self) {
        for (name, kind) in self.run.with_courses() {
            let kind = match kind {
                Course::Option => Kind::Option,
                kind if kind.is_first() => Kind::FirstRight,
                _ => continue,
            };
            let full = crate::options::exercised_name(&name);
            let Some(grant) = self.run.grants().get(&full).map(|g| (*g).clone()) else { continue };
            let (there, had) = match self.run.course_of(&name) {
                Ok(course) => (course.days("there"), course.days("effective")),
                Err(_) => continue,
            };
            let about = self.run.life_of(&full).about.both(&self.theirs(&grant));
            let to = self.holders_of(&grant);
            let holders = self.parties(&to);
            // What an option would give exclusively, its grantor is not free to give to others meanwhile.
            let out = match kind {
                Kind::Option => self.most(&grant, &grant.from, &holders),
                _ => Ranges::none(),
            };
            let source = |doubt: Option<Unknown>| Source {
                name: name.clone(),
                kind,
                from: grant.from.clone(),
                to: to.clone(),
                grade: grant.grades.first().map(|line| line.grade.clone()),
                by: vec![grant.at],
                doubt,
            };
            let open = there.yes.less(&had.perhaps());
            self.add(&within(&about, DAYS, &open), &holders, &out, source(None));
            for (days, why) in there.doubt.iter().chain(&had.doubt) {
                self.add(&within(&about, DAYS, days), &holders, &out, source(Some(why.clone())));
            }
        }
    }

    /// What somebody promised not to do.
    pub fn promised(&mut self) {
        for covenant in self.run.covenants() {
            let bound = self.parties(&covenant.by);
            // A promise not to sue binds nobody in what it does itself.
            for promise in covenant.promises.iter().filter(|promise| promise.not && !promise.spares()) {
                let Some(region) = &promise.region else { continue };
                let (region, hidden) = match region {
                    Ok(region) => (region.clone(), None),
                    Err(why) => (Region::from(self.space.everything()), Some(why.clone())),
                };
                let in_words = promise.limited.map(|at| {
                    Unknown::new(
                        "whether it lies within what the promise is limited to in words cannot be said",
                    )
                    .at(at)
                });
                let hidden = hidden.or(in_words);
                let (region, all) = match promise.act.as_str() {
                    "compete" => (region.without(&self.given_to(&covenant.by)), Region::default()),
                    // With whom it may not deal may be withheld.
                    _ if self.hides(&promise.whom) => (self.dealing_with(&region, &promise.whom), region),
                    _ => (self.dealing_with(&region, &promise.whom), Region::default()),
                };
                let (region, perhaps) = self.still_promised(&covenant.name, region);
                let source = |doubt: Option<Unknown>| Source {
                    name: covenant.name.clone(),
                    kind: Kind::Barred,
                    from: covenant.by.clone(),
                    to: covenant.to.clone(),
                    grade: None,
                    by: vec![promise.at, covenant.at],
                    doubt,
                };
                let days = within(&region, DAYS, &covenant.days);
                let veiled = |what: &str| {
                    let why = Unknown::new(format!("{what} is redacted or open")).at(promise.at);
                    Some(source(Some(why)))
                };
                if let Some(source) = veiled("who promised it").filter(|_| self.hides(&covenant.by)) {
                    let others = self.space.all(PARTIES).less(&bound);
                    self.bar(&days, &others, source);
                }
                if let Some(source) = veiled("with whom one may not deal").filter(|_| !all.is_empty()) {
                    self.bar(&within(&all.without(&region), DAYS, &covenant.days), &bound, source);
                }
                for (part, why) in perhaps {
                    self.bar(&within(&part, DAYS, &covenant.days), &bound, source(Some(why)));
                }
                self.bar(&days, &bound, source(hidden));
                for (days, why) in &covenant.doubt {
                    self.bar(&within(&region, DAYS, days), &bound, source(Some(why.clone())));
                }
            }
        }
    }

    /// What of a promise is left where it ended, or rests, for a part alone; and where it may have.
    fn still_promised(&self, name: &Name, region: Region) -> (Region, Vec<(Region, Unknown)>) {
        let reach = self.run.reach(&self.space);
        let (mut left, mut perhaps) = (region, Vec::new());
        for change in self.run.changes_on(name) {
            let over = matches!(change.effect.change, Change::Ends | Change::Rests);
            let part: Vec<Name> = change.effect.part.names.iter().chain(&change.of).cloned().collect();
            if !over || part.is_empty() {
                continue;
            }
            let last = change.until.map_or(u32::MAX, |last| day(last).saturating_add(1));
            let days = Ranges::of(day(change.from), last);
            if let Ok(part) = reach.names(&within(&left, DAYS, &days), &part) {
                left = left.without(&part);
                perhaps.extend(change.doubt.map(|why| (part, why)));
            }
        }
        (left, perhaps)
    }

    /// Keeps some out of a region that nobody holds by it.
    fn bar(&mut self, region: &Region, bound: &Ranges, source: Source) {
        self.add(region, &Ranges::none(), bound, source);
    }

    /// Whoever deals with what the deal gives it does not compete by that.
    pub fn given_to(&self, parties: &[Name]) -> Region {
        let who = self.parties(parties);
        let licensed = self.holdings.iter().filter(|h| matches!(h.kind, Kind::Licence | Kind::Covenant));
        let theirs = licensed.filter(|h| h.certain && h.holders().is_some_and(|holders| holders.meets(&who)));
        theirs.map(|h| h.scope.clone().with(PARTIES, self.space.all(PARTIES))).collect::<Region>().joined()
    }

    /// The part in which one deals with some, where the space knows them as customers.
    fn dealing_with(&self, region: &Region, whom: &[Name]) -> Region {
        let side = counterpart_rights::Side::Customers;
        let Some(dimension) = self.space.dimension(&side) else { return region.clone() };
        let known = whom.iter().filter_map(|name| self.space.set(&side, name));
        let known = known.fold(Ranges::none(), |sum, own| sum.or(own));
        if known.is_empty() { region.clone() } else { within(region, dimension, &known) }
    }
}
