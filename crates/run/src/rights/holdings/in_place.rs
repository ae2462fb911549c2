//! Who stands in the place of a grantor: whoever took over the assets it grants under. What a right that is shared with its
//! grantor leaves to that, it leaves to the new owner too.

use super::Spell;
use super::drawn::Drawn;
use crate::rights::life::Life;
use crate::rights::moments::since;
use crate::unknown::Unknown;
use counterpart_rights::{DAYS, Region, Side, day, within};
use counterpart_syntax::Label;
use counterpart_terms::model::Grant;
use counterpart_terms::value::{Grade, GradeKind, Name};

/// A part of what a grant is about.
pub(super) struct Place {
    /// The part, days included.
    pub part: Region,
    /// The grantors, with those who took over from them there.
    pub from: Vec<Name>,
    /// Who of them may not have, and why that cannot be said.
    pub perhaps: Option<(Vec<Name>, Unknown)>,
}

impl Drawn<'_, '_> {
    /// The parts of what a grant is about, by who stands in the place of its grantors: one part, where it matters to nobody.
    pub(super) fn in_place_of_grantors(&self, grant: &Grant, life: &Life, about: &Region) -> Vec<Place> {
        let mut rest = about.clone();
        let mut out = Vec::new();
        if is_shared(grant, life) {
            self.taken_over(grant, &mut rest, &mut out);
        }
        out.push(Place { part: rest, from: grant.from.clone(), perhaps: None });
        out
    }

    /// Takes out of a region what others took over from the grantors.
    fn taken_over(&self, grant: &Grant, rest: &mut Region, out: &mut Vec<Place>) {
        let Some(dimension) = self.space.dimension(&Side::Assets) else { return };
        let gives = |who: &Name| grant.from.iter().any(|from| self.run.is_among_now(who, from));
        let mut take = |part: Region, to: &[Name], why: Option<&Unknown>| {
            let part = rest.both(&part);
            let others = to.iter().filter(|party| !gives(party));
            let from = grant.from.iter().chain(others).cloned().collect();
            *rest = rest.without(&part);
            if !part.is_empty() {
                out.push(Place { part, from, perhaps: why.map(|why| (to.to_vec(), why.clone())) });
            }
        };
        for (record, spells) in self.run.owners() {
            let Some(name) = record.name(Label::Name) else { continue };
            if grant.assets.as_ref().is_some_and(|set| !set.names.contains(name)) {
                continue;
            }
            let Some(own) = self.space.set(&Side::Assets, name) else { continue };
            if !spells.iter().any(|(who, ..)| who.iter().any(gives)) {
                continue;
            }
            let everything = Region::from(self.space.everything());
            let all = within(&everything, dimension, own);
            for passing in self.run.passings(name) {
                let Some(why) = &passing.doubt else { continue };
                // Until it surely passes, it is one's or the other's.
                let later = |(_, days, _): &&Spell| days.first() > Some(day(passing.from));
                let days =
                    spells.iter().filter(later).fold(since(passing.from), |left, spell| left.less(&spell.1));
                let owners: Vec<Name> = passing.by.iter().chain(&passing.to).cloned().collect();
                take(within(&all, DAYS, &days), &owners, Some(why));
            }
            for (who, days, _) in spells.iter().filter(|(who, ..)| !who.iter().all(gives)) {
                take(within(&all, DAYS, days), who, None);
            }
        }
    }
}

/// Whether a grant leaves its grantors as they are, in some part or on some day.
fn is_shared(grant: &Grant, life: &Life) -> bool {
    let shared = |grade: &Grade| matches!(grade.kind, GradeKind::Sole | GradeKind::CoExclusive);
    let text =
        grant.grades.iter().flat_map(|l| std::iter::once(&l.grade).chain(l.then.iter().map(|n| &n.grade)));
    let held = life.held.iter().chain(&life.perhaps).filter_map(|held| held.grade.as_ref());
    text.chain(held).any(shared)
}
