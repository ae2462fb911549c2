//! How the life of a grant is put together.
//!
//! First what its own text says: what it reaches, from when, while what is so, in stages. Then, day by day, what
//! changed it: ladders, triggers, elections, sunsets. A change acts on a part of the space from its day on, and on
//! nothing else, so the order of clauses does not matter, only the order of days.

mod extent;
mod given;
mod moved;
mod others;
mod supposed;
mod text;

use super::ask::like;
use super::changes::Dated;
use super::days::DaysSo;
use super::life::{Held, Life};
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, Reach, Region, all_days, day, within};
use counterpart_terms::model::{Change, Grant};
use counterpart_terms::value::{Grade, GradeKind};

/// A grant as one run of editions has it, while it is put together.
struct Drawing<'r, 'm> {
    run: &'r Run<'m>,
    reach: Reach<'r>,
    grant: &'r Grant,
    life: Life,
    /// Where it cannot be said at which of its own steps the text is.
    steps_unsure: Region,
    /// The days outside which it is in force nowhere, where it begins in each country by itself.
    frame: Option<DaysSo>,
    /// The day on which all that it waits for is taken to come about, where it is asked what it may come to reach.
    supposed: Option<Supposed>,
}

/// What a grant waits for, where it is taken to come about.
struct Supposed {
    /// On this day.
    on: Date,
    /// In words.
    once: Vec<String>,
}

/// The life of a grant under the terms of some days.
pub(crate) fn of(run: &Run<'_>, reach: Reach<'_>, grant: &Grant, days: &Ranges, changes: &[Dated]) -> Life {
    let (life, steps_unsure) = (Life::default(), Region::default());
    let mut drawing = Drawing { run, reach, grant, life, steps_unsure, frame: None, supposed: None };
    drawing.draw(days, changes);
    drawing.life
}

/// The same if all that it waits for came about on a day, with what that is in words; nothing where it waits for nothing.
pub(crate) fn supposed(
    run: &Run<'_>,
    reach: Reach<'_>,
    grant: &Grant,
    (days, on): (&Ranges, Date),
    changes: &[Dated],
) -> Option<(Life, Vec<String>)> {
    let (life, steps_unsure) = (Life::default(), Region::default());
    let supposed = Some(Supposed { on, once: Vec::new() });
    let mut drawing = Drawing { run, reach, grant, life, steps_unsure, frame: None, supposed };
    drawing.draw(days, changes);
    let once = drawing.supposed.map(|supposed| supposed.once).unwrap_or_default();
    (!once.is_empty()).then_some((drawing.life, once))
}

/// What is surely not held is not in doubt either.
fn take_out(life: &mut Life, region: &Region) {
    for held in &mut life.held {
        held.region = held.region.without(region);
    }
    for doubtful in [&mut life.doubt, &mut life.unsure] {
        doubtful.iter_mut().for_each(|(of, _)| *of = of.without(region));
        doubtful.retain(|(of, _)| !of.is_empty());
    }
}

/// Leaves of a life in a part only some days.
pub(super) fn lasting_in(life: &mut Life, part: &Region, so: DaysSo) {
    take_out(life, &within(part, DAYS, &all_days().less(&so.perhaps())));
    let held = life.in_force();
    for (days, why) in so.doubt {
        let doubtful = within(part, DAYS, &days).both(&held);
        if !doubtful.is_empty() {
            life.doubt.push((doubtful, why));
        }
    }
}

impl Drawing<'_, '_> {
    fn draw(&mut self, days: &Ranges, changes: &[Dated]) {
        let space = Region::from(self.reach.space.everything());
        self.life.about = self.reached(within(&space, DAYS, days));
        self.begin();
        self.leave_out();
        self.stage();
        for change in changes {
            self.change(change);
        }
        let limits = self.run.limits_apart(self.grant);
        self.run.limit_cell_by_cell(self.reach, &mut self.life, &limits);
        self.give_what_it_has(days);
        self.give_way();
        self.give_way_to_those_above();
        self.give_no_more_than_its_right();
        self.keep();
    }

    /// What is surely not held is not in doubt either.
    fn take_out(&mut self, region: &Region) {
        take_out(&mut self.life, region);
    }

    /// What a change does from its day on.
    fn change(&mut self, change: &Dated) {
        let days = Ranges::of(day(change.from), change.until.map_or(u32::MAX, |d| day(d).saturating_add(1)));
        let part = match self.part(change, &days) {
            Ok(part) => part,
            Err(why) => {
                self.life.doubt.push((within(&self.life.about, DAYS, &days), why));
                return;
            }
        };
        if let Some(why) = &change.doubt {
            self.perhaps(change, &part, why);
            return;
        }
        match &change.effect.change {
            Change::Ends | Change::Rests => self.take_out(&part),
            Change::Becomes(grade) => {
                let mut made = Vec::new();
                // A step of the text that may be the weaker one still counts.
                let decided = match strength(grade.kind) > strength(GradeKind::NonExclusive) && !change.above
                {
                    true => part.without(&self.steps_unsure),
                    false => part.clone(),
                };
                for (region, _) in &mut self.life.unsure {
                    *region = region.without(&decided);
                }
                self.life.unsure.retain(|(region, _)| !region.is_empty());
                for held in &mut self.life.held {
                    let inside = held.region.both(&part);
                    if inside.is_empty() || is_own_step(held, &inside, change, grade) {
                        continue;
                    }
                    held.region = held.region.without(&part);
                    let mut by = held.by.clone();
                    by.push(change.at);
                    made.push(Held { region: inside, grade: Some(grade.clone()), by });
                }
                self.life.held.extend(made);
            }
            Change::Begins => {
                let fresh = self.framed(part).without(&self.life.in_force());
                if let Some(line) = self.grant.grades.first() {
                    let by = vec![line.at, change.at];
                    self.life.held.push(Held { region: fresh, grade: Some(line.grade.clone()), by });
                } else {
                    self.life.held.push(Held { region: fresh, grade: None, by: vec![change.at] });
                }
            }
            Change::Expands(scope) => self.expand(change, &days, scope),
            Change::Retracts(scope) => self.retract(change, part, scope),
        }
    }

    /// What a change may do from its day on, where it cannot be said whether it comes about: only what would be otherwise
    /// then is in doubt.
    fn perhaps(&mut self, change: &Dated, part: &Region, why: &Unknown) {
        match &change.effect.change {
            // What is not held cannot end.
            Change::Ends | Change::Rests => {
                let held = part.both(&self.life.in_force());
                self.life.doubt.push((held, why.clone()));
            }
            // It is in force either way.
            Change::Becomes(grade) => {
                for held in &self.life.held {
                    let inside = held.region.both(part);
                    let same = held.grade.as_ref().is_some_and(|own| like(own) == like(grade));
                    if !inside.is_empty() && !same && !is_own_step(held, &inside, change, grade) {
                        self.life.unsure.push((inside, why.clone()));
                    }
                }
            }
            Change::Begins => {
                let days = self.frame.as_ref().map(DaysSo::perhaps);
                let part = days.map_or_else(|| part.clone(), |days| within(part, DAYS, &days));
                // What is in force does not begin again.
                self.life.doubt.push((part.without(&self.life.in_force()), why.clone()));
            }
            Change::Expands(scope) => {
                let more = self.added(change, &all_days(), scope).unwrap_or_else(|_| part.clone());
                let days = Ranges::of(day(change.from), u32::MAX);
                let more = within(&more, DAYS, &days).without(&self.life.in_force());
                self.life.about = std::mem::take(&mut self.life.about).or(&more);
                self.life.doubt.push((more, why.clone()));
            }
            Change::Retracts(scope) => {
                let kept = self.reach.narrow(part, scope).unwrap_or_default();
                let less = part.without(&kept).both(&self.life.in_force());
                self.life.doubt.push((less, why.clone()));
            }
        }
    }

    /// What of a part lies on days on which the grant can be in force; what may lie on such a day is in doubt.
    fn framed(&mut self, part: Region) -> Region {
        let Some(frame) = &self.frame else { return part };
        for (days, why) in &frame.doubt {
            let doubtful = within(&part, DAYS, days).without(&self.life.in_force());
            self.life.doubt.push((doubtful, why.clone()));
        }
        within(&part, DAYS, &frame.yes)
    }

    /// The part of what the grant is about that a change acts on.
    fn part(&self, change: &Dated, days: &Ranges) -> Eval<Region> {
        let unclear = |_| Unknown::new("for what it is so is redacted or open").at(change.at);
        let whole = &change.effect.part;
        let mut part = within(&self.life.about, DAYS, days);
        if let Some(territory) = &whole.territory {
            part = self.reach.territory(&part, territory).map_err(unclear)?;
        }
        for names in [&whole.names, &change.of] {
            if !names.is_empty() {
                part = self.reach.names(&part, names).map_err(unclear)?;
            }
        }
        if let Some(place) = &change.place {
            part = self.reach.in_place(&part, place).map_err(unclear)?;
        }
        if !whole.except.is_empty() {
            part = part.without(&self.reach.names(&part, &whole.except).map_err(unclear)?);
        }
        Ok(part)
    }
}

/// Whether a part is held by a later step of the text itself that is weaker than what a change makes of the grant: `then
/// non-exclusive` comes on its own day, also where something made the grant sole before. Of text and change the later and
/// weaker counts, unless the text puts the change above the grant.
fn is_own_step(held: &Held, inside: &Region, change: &Dated, grade: &Grade) -> bool {
    let later = base_first(inside, &all_days()) > day(change.from);
    let weaker = held.grade.as_ref().is_some_and(|own| strength(own.kind) < strength(grade.kind));
    later && weaker && !change.above
}

/// How strong a grade is against others.
fn strength(kind: GradeKind) -> u8 {
    match kind {
        GradeKind::Covenant | GradeKind::Unknown => 0,
        GradeKind::NonExclusive => 1,
        GradeKind::CoExclusive => 2,
        GradeKind::Sole => 3,
        GradeKind::Exclusive => 4,
    }
}

/// The first of some days on which a part of the space has any.
fn base_first(part: &Region, days: &Ranges) -> u32 {
    let firsts = part.boxes().iter().filter_map(|b| b.side(DAYS)?.and(days).first());
    firsts.min().unwrap_or(0)
}
