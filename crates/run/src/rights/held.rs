//! What tests of payments and of other rights ask of a right: on which days any of it is held, and on which it is as
//! exclusive as they say.
//!
//! A payment is tested line by line, in the country of the sale, on the last day of the time it is computed for; a line
//! seldom says in which field or by which act. So it is asked of what is held there, not of all that might be: a grant
//! that has reached only some fields of a country so far is as exclusive there as it is in those. Where it is one thing in
//! one part and another in the next, it is in doubt which of them the sale belongs to.

use super::blank;
use super::days::DaysSo;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::PartOf;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, all_days, day};
use counterpart_terms::value::{Grade, Name};

impl Run<'_> {
    /// The days on which any of a right is held in a part.
    pub(crate) fn days_held(&self, name: &Name, part: &PartOf) -> DaysSo {
        self.kept_part((name, part, None), || self.find_days_held(name, part))
    }

    fn find_days_held(&self, name: &Name, part: &PartOf) -> DaysSo {
        if self.is_being_drawn(name) {
            self.assume();
            return self.hangs_against(name).map_or_else(|| DaysSo::sure(all_days()), DaysSo::unknown);
        }
        let life = self.life_of(name);
        let hidden = part.place.as_ref().is_some_and(Name::is_blank) || life.hides(part);
        let about = match self.part_of(&life.about, part) {
            Ok(about) if !hidden => about,
            Err(why) if !hidden => return DaysSo::unknown(why),
            _ => {
                return DaysSo::unknown(Unknown::new(format!(
                    "where `{name}` is in force is redacted or open"
                )));
            }
        };
        let sure = life.doubt.iter().fold(life.in_force(), |left, (region, _)| left.without(region));
        let yes = sure.shared(&about, DAYS);
        let doubt = life.doubt.iter().map(|(region, why)| (region.shared(&about, DAYS).less(&yes), why));
        let doubt = doubt.filter(|(days, _)| !days.is_empty()).map(|(days, why)| (days, why.clone()));
        DaysSo { doubt: doubt.collect(), yes }
    }

    /// The days on which what is held of a right in a part is as exclusive as this. Where nothing is said of against
    /// whom, only how exclusive it is counts.
    pub(crate) fn days_graded(&self, name: &Name, grade: &Grade, part: &PartOf) -> DaysSo {
        self.kept_part((name, part, Some(grade)), || self.find_days_graded(name, grade, part))
    }

    fn find_days_graded(&self, name: &Name, grade: &Grade, part: &PartOf) -> DaysSo {
        if !self.is_right(name) {
            return DaysSo::unknown(Unknown::new(format!("`{name}` is no grant")));
        }
        if self.is_being_drawn(name) {
            return DaysSo::unknown(Unknown::new(format!("how exclusive `{name}` is hangs on itself")));
        }
        let life = self.life_of(name);
        if life.hides(part) {
            return DaysSo::unknown(Unknown::new(format!("what `{name}` is for is redacted or open")));
        }
        let about = match self.part_of(&life.about, part) {
            Ok(about) => about,
            Err(why) => return DaysSo::unknown(why),
        };
        let (mut same, mut other, mut doubt) = (Ranges::none(), Ranges::none(), Vec::new());
        for held in &life.held {
            let days = held.region.shared(&about, DAYS);
            match held.grade.as_ref().map(|found| is_like(found, grade)) {
                _ if days.is_empty() => {}
                Some(Ok(true)) => same = same.or(&days),
                Some(Ok(false)) | None => other = other.or(&days),
                Some(Err(why)) => doubt.push((days, why)),
            }
        }
        let mixed = same.and(&other);
        if !mixed.is_empty() {
            let why =
                Unknown::new(format!("`{name}` is {} in one part only of what is asked about", grade.kind));
            doubt.push((mixed, why));
        }
        let unsure = life
            .doubt
            .iter()
            .chain(&life.unsure)
            .map(|(region, why)| (region.shared(&about, DAYS), why.clone()));
        doubt.extend(unsure.filter(|(days, _)| !days.is_empty()));
        let so = DaysSo { yes: same, doubt };
        DaysSo { yes: so.yes.less(&so.doubtful()), ..so }
    }

    /// Whether any of a right is held in a part on a day.
    ///
    /// # Errors
    /// Where that hangs on what the text withholds or nobody told.
    pub(crate) fn is_held(&self, name: &Name, part: &PartOf, on: Date) -> Eval<bool> {
        self.days_held(name, part).on(on)
    }

    /// Whether a right that was held in a part is so no longer.
    ///
    /// # Errors
    /// As [`Run::is_held`].
    pub(crate) fn has_ended(&self, name: &Name, part: &PartOf, on: Date) -> Eval<bool> {
        let held = self.days_held(name, part);
        let before = Ranges::of(0, day(on));
        if held.on(on)? {
            return Ok(false);
        }
        match held.doubt.iter().find(|(days, _)| !days.and(&before).is_empty()) {
            _ if !held.yes.and(&before).is_empty() => Ok(true),
            Some((_, why)) => Err(why.clone()),
            None => Ok(false),
        }
    }

    /// The days on which a right that was held in a part is not held there any more.
    pub(super) fn days_ended(&self, name: &Name, part: &PartOf) -> DaysSo {
        let held = self.days_held(name, part);
        let from = |days: &Ranges| {
            days.first().map_or_else(Ranges::none, |first| all_days().less(&Ranges::of(0, first)))
        };
        let sure = from(&held.yes);
        let perhaps = from(&held.perhaps()).less(&sure);
        let why = held.doubt.first().map(|(_, why)| why.clone()).filter(|_| !perhaps.is_empty());
        let begun = DaysSo { yes: sure, doubt: why.map(|why| (perhaps, why)).into_iter().collect() };
        begun.and(held.not())
    }

    /// Whether what is held of a right in a part on a day is as exclusive as this.
    ///
    /// # Errors
    /// As [`Run::is_held`], and where its parts differ.
    pub(crate) fn is_graded(&self, name: &Name, grade: &Grade, part: &PartOf, on: Date) -> Eval<bool> {
        self.days_graded(name, grade, part).on(on)
    }
}

/// Whether a grade is the one asked about.
fn is_like(found: &Grade, asked: &Grade) -> Eval<bool> {
    match blank::grade(found, asked) {
        Some(why) => Err(why),
        None if asked.against.is_none() => Ok(found.kind == asked.kind),
        None => Ok(super::ask::like(found) == super::ask::like(asked)),
    }
}
