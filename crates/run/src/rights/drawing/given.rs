//! What a grant gives of what its grantor has: nothing of what is another's, and no more than what it holds itself.

use super::{Drawing, take_out};
use crate::rights::life::{Held, Ungiven};
use crate::rights::titles::{Flaw, FlawKind};
use crate::unknown::Unknown;
use counterpart_rights::{Ranges, Region};
use counterpart_terms::At;
use counterpart_terms::value::{Against, Grade, GradeKind, Name};
use counterpart_terms::world::LICENSES_ALONE;

impl Drawing<'_, '_> {
    /// Leaves what is in force of what the grantor could give.
    pub(super) fn give_what_it_has(&mut self, days: &Ranges) {
        for Flaw { region, kind, at } in self.run.flaws(self.reach, self.grant, days, &self.life.about) {
            match kind {
                FlawKind::Nothing(why) => {
                    take_out(&mut self.life, &region);
                    self.life.ungiven.push(Ungiven { region, why, at });
                }
                FlawKind::Doubt(why) => {
                    let held = region.both(&self.life.in_force());
                    self.life.doubt.push((held, why.at(at)));
                }
                FlawKind::Shared(who) | FlawKind::Leaves(who) => {
                    self.regrade(&region, at, |grade| but_for(grade, &self.grant.from, &who));
                }
                FlawKind::NotExclusive => {
                    self.regrade(&region, at, |grade| for_itself(grade, &self.grant.from));
                }
                FlawKind::Alone(who) => self.alone(&region, at, &who),
            }
        }
    }

    /// What one of several owners gives without the others: not exclusively, where the law of the country lets it; elsewhere
    /// perhaps, for the others may have agreed.
    fn alone(&mut self, region: &Region, at: At, who: &[Name]) {
        self.regrade(region, at, |grade| for_itself(grade, &self.grant.from));
        let mut doubtful = region.both(&self.life.in_force());
        for law in LICENSES_ALONE {
            let there = self.reach.in_place(&doubtful, &Name::from(law.country)).unwrap_or_default();
            if there.is_empty() {
                continue;
            }
            doubtful = doubtful.without(&there);
            self.life.by_law.push(Ungiven { region: there, why: law.in_words(), at });
        }
        if doubtful.is_empty() {
            return;
        }
        let others = Name::list(who);
        let owns = if who.len() == 1 { "owns" } else { "own" };
        let why = format!("whether {others}, who {owns} it too, agreed to this grant is not told");
        let held =
            self.life.held.iter().map(|held| Held { region: held.region.both(&doubtful), ..held.clone() });
        let held: Vec<Held> = held.filter(|held| !held.region.is_empty()).collect();
        self.life.perhaps.extend(held);
        self.life.doubt.push((doubtful, Unknown::new(why).at(at)));
    }

    /// Changes how exclusively a part is held.
    fn regrade(&mut self, region: &Region, at: At, to: impl Fn(&Grade) -> Grade) {
        let mut made = Vec::new();
        for held in &mut self.life.held {
            let Some(grade) = &held.grade else { continue };
            let (inside, new) = (held.region.both(region), to(grade));
            if inside.is_empty() || new == *grade {
                continue;
            }
            held.region = held.region.without(region);
            let by = std::iter::once(at).chain(held.by.iter().copied()).collect();
            made.push(Held { region: inside, grade: Some(new), by });
        }
        self.life.held.extend(made);
    }
}

/// A grade that does not hold against some.
fn but_for(grade: &Grade, from: &[Name], who: &[Name]) -> Grade {
    let with = |more: &[Name]| {
        let mut all = more.to_vec();
        all.extend(who.iter().filter(|who| !more.contains(who)).cloned());
        all
    };
    let against = match (grade.kind, &grade.against) {
        (GradeKind::NonExclusive | GradeKind::Covenant | GradeKind::Unknown, _) => return grade.clone(),
        (_, Some(Against::Only(of))) => {
            Against::Only(of.iter().filter(|of| !who.contains(of)).cloned().collect())
        }
        (GradeKind::CoExclusive, Some(Against::With(of))) => Against::With(with(of)),
        (GradeKind::CoExclusive, _) => Against::With(with(from)),
        (_, Some(Against::Except(of))) => Against::Except(with(of)),
        _ => Against::Except(who.to_vec()),
    };
    Grade { against: Some(against), ..grade.clone() }
}

/// A grade that holds against nobody but who gave it, as far as it did.
fn for_itself(grade: &Grade, from: &[Name]) -> Grade {
    match (grade.kind, &grade.against) {
        (GradeKind::Exclusive, None | Some(Against::Even(_) | Against::Except(_))) => {
            Grade { against: Some(Against::Only(from.to_vec())), ..grade.clone() }
        }
        (GradeKind::Exclusive | GradeKind::Sole | GradeKind::CoExclusive, _) => {
            Grade { kind: GradeKind::NonExclusive, against: None, ..grade.clone() }
        }
        _ => grade.clone(),
    }
}
