//! What is asked of one right: is it in force there, how exclusive is it, has it ended.

use crate::engine::Run;
use crate::rights::blank;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::PartOf;
use counterpart_num::Date;
use counterpart_rights::{ANY_OTHER_PURPOSE, DAYS, PURPOSE, Ranges, Reach, Region, Side, day, within};
use counterpart_terms::At;
use counterpart_terms::value::{Against, Grade, GradeKind, Name};

/// How a right stands in a part of what it is about, on a day.
#[derive(Debug, Clone)]
pub struct Standing {
    /// It is in force in all of the part that is asked about; where no part is named, in any of it.
    pub in_force: bool,
    /// The grades it has there, each once; `None` where its text does not say.
    pub grades: Vec<Option<Grade>>,
    /// It was in force there before.
    pub before: Eval<bool>,
    /// Why it is not known whether all of it is in force.
    pub doubt: Option<Unknown>,
    /// Why it is not known how exclusive it is, although it is in force.
    pub grade_in_doubt: Option<Unknown>,
    /// What makes it so.
    pub by: Vec<At>,
}

impl Standing {
    /// Whether it is in force everywhere there, and everywhere as exclusive as this.
    ///
    /// # Errors
    /// Where its grade is withheld, or those are against whom it is exclusive.
    pub fn is(&self, grade: &Grade) -> Eval<bool> {
        // With whom it is shared may be left unsaid.
        let any = grade.kind == GradeKind::CoExclusive && grade.against.is_none();
        let same = |found: &Option<Grade>| match found {
            Some(found) if any && found.kind == grade.kind => Ok(true),
            Some(found) => blank::grade(found, grade).map_or_else(|| Ok(like(found) == like(grade)), Err),
            None => Ok(false),
        };
        if !self.in_force || self.grades.is_empty() {
            return Ok(false);
        }
        if let Some(why) = &self.grade_in_doubt {
            return Err(why.clone());
        }
        let found: Vec<Eval<bool>> = self.grades.iter().map(same).collect();
        if found.contains(&Ok(false)) {
            return Ok(false);
        }
        let unknown = found.into_iter().find_map(Result::err).or_else(|| self.doubt.clone());
        unknown.map_or(Ok(true), Err)
    }

    /// The grades in words.
    pub fn shown(&self) -> String {
        if !self.in_force {
            return "not granted there".into();
        }
        let words: Vec<String> =
            self.grades.iter().map(|g| g.as_ref().map_or("of a grade not said".into(), shown)).collect();
        words.join(" in one part and ")
    }
}

/// A grade in words.
pub(crate) fn shown(grade: &Grade) -> String {
    match &grade.against {
        None => grade.kind.to_string(),
        Some(Against::Only(who)) => format!("{} against {}", grade.kind, Name::list(who)),
        Some(Against::Even(who)) => format!("{} even against {}", grade.kind, Name::list(who)),
        Some(Against::Except(who)) => format!("{} except against {}", grade.kind, Name::list(who)),
        Some(Against::With(who)) => format!("{} with {}", grade.kind, Name::list(who)),
    }
}

/// What makes two grades the same: exclusive is exclusive even against anybody.
pub(crate) fn like(grade: &Grade) -> (GradeKind, Option<(u8, Vec<Name>)>) {
    let sorted = |names: &Vec<Name>| {
        let mut names = names.clone();
        names.sort();
        names
    };
    let against = match &grade.against {
        None | Some(Against::Even(_)) => None,
        Some(Against::Only(who)) => Some((0, sorted(who))),
        Some(Against::Except(who)) => Some((1, sorted(who))),
        Some(Against::With(who)) => Some((2, sorted(who))),
    };
    (grade.kind, against)
}

impl Run<'_> {
    /// How a right stands in a part of what it is about, on a day.
    ///
    /// # Errors
    /// Where it hangs on what the text withholds or nobody told.
    pub fn standing(&self, name: &Name, part: &PartOf, on: Date) -> Eval<Standing> {
        if !self.is_right(name) {
            return Err(Unknown::new(format!("`{name}` is no grant")));
        }
        let life = self.life_of(name);
        let about = self.part_of(&self.on_day(&life.about, on), part)?;
        if life.hides(part) {
            return Err(Unknown::new(format!("what `{name}` reaches is redacted or open")));
        }
        let asked = *part != PartOf::default();
        let doubtful = life.doubt.iter().find(|(region, _)| !region.both(&about).is_empty());
        // Where no part is named it is in force if any of it surely is.
        let sure = |whole: &Region| life.doubt.iter().fold(whole.clone(), |left, (r, _)| left.without(r));
        let known = || !sure(&life.in_force().both(&about)).is_empty();
        if let Some((_, why)) = doubtful.filter(|_| asked || !known()) {
            return Err(why.clone());
        }
        let (mut grades, mut by) = (Vec::new(), Vec::new());
        let mut left = about.clone();
        for held in &life.held {
            let here = held.region.both(&about);
            if here.is_empty() {
                continue;
            }
            left = left.without(&here);
            by.extend(&held.by);
            let mut open = here;
            // Asked about as a whole, it is as exclusive as it is but for what is kept.
            for kept in life.kept.iter().filter(|_| asked) {
                let inside = open.both(&kept.region);
                if !inside.is_empty() {
                    push(&mut grades, held.grade.as_ref().map(|grade| less(grade, &kept.for_)));
                    open = open.without(&kept.region);
                }
            }
            if !open.is_empty() {
                push(&mut grades, held.grade.clone());
            }
        }
        // Of what it may reach it is one thing here and another there, and what it does reach is withheld.
        if !life.withheld.is_empty() && (grades.len() > 1 || !grades.is_empty() && !left.is_empty()) {
            return Err(Unknown::new(format!("what `{name}` reaches is redacted or open")));
        }
        let all = self.is_about_all_of(&self.on_day(&life.about, on), part);
        let in_force = !about.is_empty() && all && if asked { left.is_empty() } else { !grades.is_empty() };
        let before = |region: &Region| within(region, DAYS, &Ranges::of(0, day(on)));
        let earlier = self.part_of(&before(&sure(&life.in_force())), part)?;
        let mut unsure = life.doubt.iter().filter_map(|(region, why)| {
            let there = self.part_of(&before(region), part).is_ok_and(|region| region.is_empty());
            (!there).then(|| why.clone())
        });
        let before = if earlier.is_empty() { unsure.next().map_or(Ok(false), Err) } else { Ok(true) };
        let unsure = life.unsure.iter().find(|(region, _)| !region.both(&about).is_empty());
        let doubt = doubtful.map(|(_, why)| why.clone());
        let grade_in_doubt = unsure.map(|(_, why)| why.clone());
        Ok(Standing { in_force, grades, before, doubt, grade_in_doubt, by })
    }

    /// Whether a right rests on the day asked about.
    pub(crate) fn is_suspended(&self, name: &Name) -> Eval<bool> {
        self.days_resting(name).on(self.facts.as_of())
    }

    /// Whether a region reaches all of each field, product and customer that is asked about, and not only some of it.
    fn is_about_all_of(&self, about: &Region, part: &PartOf) -> bool {
        let space = self.space();
        let reaches = |name: &Name| {
            let Some((dimension, wanted)) = space.find(name, &|side| *side != Side::Acts) else {
                return true;
            };
            let sides = about.boxes().iter().filter_map(|b| b.side(dimension));
            sides.fold(Ranges::none(), |sum, side| sum.or(side)).covers(wanted)
        };
        [&part.product, &part.field, &part.customer].into_iter().flatten().all(reaches)
    }

    /// The part of a region that is asked about.
    pub(crate) fn part_of(&self, region: &Region, part: &PartOf) -> Eval<Region> {
        let space = self.space();
        let reach = Reach { space: &space, market: &self.model_now().market };
        let unclear = |_| Unknown::new("what is asked about stands nowhere in the deal");
        let mut out = region.clone();
        for name in [&part.product, &part.field, &part.customer].into_iter().flatten() {
            out = reach.names(&out, std::slice::from_ref(name)).map_err(unclear)?;
        }
        if !part.acts.is_empty() {
            out = reach.names(&out, &part.acts).map_err(unclear)?;
        }
        if let Some(place) = &part.place {
            out = reach.in_place(&out, place).map_err(unclear)?;
        }
        // Whoever names no purpose does not ask about research or teaching, unless that is all there is.
        let ordinary = reach.names(&out, &[Name::from(ANY_OTHER_PURPOSE)]).unwrap_or_default();
        let purpose = part
            .field
            .as_ref()
            .is_some_and(|field| space.set(&Side::Own(Name::from(PURPOSE)), field).is_some());
        Ok(if purpose || ordinary.is_empty() { out } else { ordinary })
    }
}

fn push(grades: &mut Vec<Option<Grade>>, grade: Option<Grade>) {
    if !grades.contains(&grade) {
        grades.push(grade);
    }
}

/// A grade where some keep what they had: it does not hold against them.
fn less(grade: &Grade, kept_for: &[Name]) -> Grade {
    match grade.kind {
        GradeKind::Exclusive | GradeKind::Sole => {
            Grade { against: Some(Against::Except(kept_for.to_vec())), ..grade.clone() }
        }
        _ => grade.clone(),
    }
}
