//! How the life of a grant is put together.
//!
//! First what its own text says: what it reaches, from when, while what is so, in stages. Then, day by day, what
//! changed it: ladders, triggers, elections, sunsets. A change acts on a part of the space from its day on, and on
//! nothing else, so the order of clauses does not matter, only the order of days.

use super::ask::like;
use super::blank;
use super::changes::Dated;
use super::days::DaysSo;
use super::life::{Held, Kept, Life, Withheld};
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_rights::{DAYS, Ranges, Reach, Region, Unclear, all_days, date, day, within};
use counterpart_terms::model::{Change, GradeLine, Grant, Life as Clause};
use counterpart_terms::value::{Grade, GradeKind, Name};

/// A grant as one run of editions has it, while it is put together.
struct Drawing<'r, 'm> {
    run: &'r Run<'m>,
    reach: Reach<'r>,
    grant: &'r Grant,
    life: Life,
    /// Where it cannot be said at which of its own steps the text is.
    steps_unsure: Region,
}

/// The life of a grant under the terms of some days.
pub(crate) fn of(run: &Run<'_>, reach: Reach<'_>, grant: &Grant, days: &Ranges, changes: &[Dated]) -> Life {
    let mut drawing = Drawing { run, reach, grant, life: Life::default(), steps_unsure: Region::default() };
    let space = Region::from(reach.space.everything());
    drawing.life.about = drawing.reached(within(&space, DAYS, days));
    drawing.begin();
    drawing.leave_out();
    drawing.stage();
    for change in changes {
        drawing.change(change);
    }
    drawing.give_way();
    drawing.keep();
    drawing.life
}

impl Drawing<'_, '_> {
    /// What the text reaches; what it withholds is not narrowed.
    fn reached(&mut self, all: Region) -> Region {
        let grant = self.grant;
        let mut region = all;
        let mut withheld = Vec::new();
        let mut narrow = |next: Result<Region, Unclear>, region: &mut Region, kind| match next {
            Ok(next) => *region = next,
            Err(_) => withheld.push(kind),
        };
        if let Some(assets) = &grant.assets {
            narrow(self.reach.set(&region, assets), &mut region, Withheld::Assets);
        }
        for set in [&grant.fields, &grant.products].into_iter().flatten().chain(&grant.limits) {
            narrow(self.reach.set(&region, set), &mut region, Withheld::Market);
        }
        if let Some(acts) = &grant.acts {
            narrow(self.reach.acts(&region, acts), &mut region, Withheld::Acts);
        }
        if let Some(territory) = &grant.territory {
            narrow(self.reach.territory(&region, territory), &mut region, Withheld::Places);
        }
        self.life.withheld = withheld;
        region
    }

    /// From when to when it is in force, and how exclusive its own lines make it.
    fn begin(&mut self) {
        let mut days = self.run.agreement_days(self.grant);
        let focus = Focus::default();
        for (clause, at) in &self.grant.life {
            let so = match clause {
                Clause::While(condition, most) => {
                    let so = self.run.days_when(condition, &focus);
                    match most {
                        Some(most) => self.run.at_most(so, most),
                        None => so,
                    }
                }
                Clause::From(moment) => self.run.days_from(moment),
                Clause::Until(moments) => moments
                    .iter()
                    .fold(DaysSo::sure(all_days()), |sum, moment| sum.and(self.run.days_until(moment))),
                Clause::Begins { when: Some(when), ends, each_country: false } => {
                    let begun = self.run.days_once(when, &focus);
                    match ends {
                        Some(ends) => begun.and(self.run.days_once(ends, &focus).not()),
                        None => begun,
                    }
                }
                // Where it begins by a trigger or in each country by itself, changes say so.
                Clause::Begins { .. } => DaysSo::default(),
                Clause::Needs(condition, None) => self.run.days_once(condition, &focus),
                // What comes after its day comes too late.
                Clause::Needs(condition, Some(by)) => {
                    self.run.days_when(condition, &focus).and(self.run.days_until(by)).once()
                }
                Clause::Suspended(condition) => self.run.days_when(condition, &focus).not(),
                // What ends for others leaves it in force for its holders.
                Clause::EndsWhen(condition, who) => {
                    let over = self.run.days_once(condition, &focus);
                    match self.ends_for(who) {
                        Some(true) => over.not(),
                        Some(false) => continue,
                        None => {
                            let why = Unknown::new("for whom it ends then is redacted or open");
                            let perhaps = over.perhaps();
                            DaysSo { yes: all_days().less(&perhaps), doubt: vec![(perhaps, why)] }
                        }
                    }
                }
            };
            let so = DaysSo { doubt: so.doubt.into_iter().map(|(d, why)| (d, why.at(*at))).collect(), ..so };
            days = days.and(so);
        }
        for (doubtful, why) in &days.doubt {
            self.life.doubt.push((within(&self.life.about, DAYS, doubtful), why.clone()));
        }
        let base = within(&self.life.about, DAYS, &days.yes);
        if self.grant.grades.is_empty() {
            self.life.held.push(Held { region: base, grade: None, by: vec![self.grant.at] });
            return;
        }
        for line in &self.grant.grades {
            self.grade_line(line, &base);
        }
    }

    /// Whether what ends for some ends for the holders; for everybody where nobody is named.
    fn ends_for(&self, who: &[Name]) -> Option<bool> {
        if who.is_empty() {
            return Some(true);
        }
        match blank::either(who.iter().map(|w| blank::any(&self.grant.to, |to| to == w))) {
            Some(false) if who.iter().any(Name::is_blank) => None,
            found => found,
        }
    }

    /// A line of grades, one after another; what an earlier line holds, a later one changes.
    fn grade_line(&mut self, line: &GradeLine, base: &Region) {
        let part = match &line.scope {
            Some(scope) => match self.reach.narrow(base, scope) {
                Ok(part) => part,
                Err(_) => {
                    let why = Unknown::new("what this grade is for is redacted or open").at(line.at);
                    self.life.doubt.push((base.clone(), why));
                    return;
                }
            },
            None => base.clone(),
        };
        for held in &mut self.life.held {
            held.region = held.region.without(&part);
        }
        let first = (&line.grade, &line.until, &line.while_);
        let next = line.then.iter().map(|n| (&n.grade, &n.until, &n.while_));
        let mut left = all_days();
        // Where the last step has no end, it is held whichever of the steps it is at.
        let last = line.then.last().filter(|last| last.until.is_none() && last.while_.is_none());
        for (step, (grade, until, while_)) in std::iter::once(first).chain(next).enumerate() {
            let from = base_first(&part, &left);
            let so = match (until, while_) {
                (Some(until), _) => self.run.days_until(until),
                (None, Some(condition)) => self.run.days_while(condition, date(from)).until_it_fails(from),
                (None, None) => DaysSo::sure(all_days()),
            };
            let days = left.and(&so.yes);
            self.life.held.push(Held {
                region: within(&part, DAYS, &days),
                grade: Some(grade.clone()),
                by: vec![line.at],
            });
            let mut open = left.clone();
            for (doubtful, why) in &so.doubt {
                let region = within(&part, DAYS, &open.and(doubtful));
                open = open.less(doubtful);
                let why = why.clone().at(line.at);
                if last.is_some() && step < line.then.len() {
                    let by = vec![line.at];
                    self.life.held.push(Held { region: region.clone(), grade: Some(grade.clone()), by });
                    self.steps_unsure = std::mem::take(&mut self.steps_unsure).or(&region);
                    self.life.unsure.push((region, why));
                } else {
                    self.life.doubt.push((region, why));
                }
            }
            left = left.less(&so.perhaps());
        }
    }

    /// What is left out is not held while it is.
    fn leave_out(&mut self) {
        for part in &self.grant.except {
            let days = match &part.until {
                Some(until) => self.run.days_until(until),
                None => DaysSo::sure(all_days()),
            };
            let Ok(out) = self.reach.narrow(&self.life.about, &part.scope) else {
                let why = Unknown::new("what is left out is redacted or open").at(part.at);
                self.life.doubt.push((self.life.about.clone(), why));
                continue;
            };
            self.take_out(&within(&out, DAYS, &days.yes));
            for (doubtful, why) in days.doubt {
                self.life.doubt.push((within(&out, DAYS, &doubtful), why.at(part.at)));
            }
        }
    }

    /// What is surely not held is not in doubt either.
    fn take_out(&mut self, region: &Region) {
        for held in &mut self.life.held {
            held.region = held.region.without(region);
        }
        for (doubtful, _) in &mut self.life.doubt {
            *doubtful = doubtful.without(region);
        }
        self.life.doubt.retain(|(doubtful, _)| !doubtful.is_empty());
        for (unsure, _) in &mut self.life.unsure {
            *unsure = unsure.without(region);
        }
        self.life.unsure.retain(|(unsure, _)| !unsure.is_empty());
    }

    /// A grant that grows in stages reaches what the stages begun so far reach.
    fn stage(&mut self) {
        let Some(stages) = &self.grant.stages else { return };
        let mut reached = Region::default();
        for stage in &stages.stages {
            let so = self.run.days_of_stage(stage);
            let Ok(scope) = self.reach.narrow(&self.life.about, &stage.scope) else {
                let why = Unknown::new("what this stage reaches is redacted or open").at(stage.at);
                self.life.doubt.push((self.life.about.clone(), why));
                continue;
            };
            reached = reached.or(&within(&scope, DAYS, &so.yes));
            for (doubtful, why) in so.doubt {
                self.life.doubt.push((within(&scope, DAYS, &doubtful), why.at(stage.at)));
            }
        }
        for held in &mut self.life.held {
            held.region = held.region.both(&reached);
        }
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
                let fresh = part.without(&self.life.in_force());
                if let Some(line) = self.grant.grades.first() {
                    let by = vec![line.at, change.at];
                    self.life.held.push(Held { region: fresh, grade: Some(line.grade.clone()), by });
                } else {
                    self.life.held.push(Held { region: fresh, grade: None, by: vec![change.at] });
                }
            }
            Change::Reaches(scope) => {
                let Ok(kept) = self.reach.narrow(&part, scope) else {
                    let why = Unknown::new("what it reaches from then on is redacted or open").at(change.at);
                    self.life.doubt.push((part, why));
                    return;
                };
                self.take_out(&part.without(&kept));
                let fresh = kept.without(&self.life.in_force());
                let grade = self.life.held.iter().find_map(|h| h.grade.clone());
                self.life.held.push(Held { region: fresh, grade, by: vec![change.at] });
            }
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
            Change::Begins | Change::Reaches(_) => self.life.doubt.push((part.clone(), why.clone())),
        }
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

    /// Where an earlier licence keeps others out, a later one gives nothing while it does; where it does not, it is
    /// kept for its holder.
    fn give_way(&mut self) {
        for prior in &self.grant.prior {
            if prior.is_blank() {
                let why = Unknown::new("to which earlier licence this gives way is redacted or open");
                self.life.doubt.push((self.life.about.clone(), why.at(self.grant.at)));
            }
            if !self.run.is_right(prior) || self.run.is_being_drawn(prior) {
                continue;
            }
            let earlier = self.run.life_of(prior);
            let holders = self.run.model_now().grants.get(prior).map(|g| g.to.clone()).unwrap_or_default();
            for held in &earlier.held {
                let kind = held.grade.as_ref().map(|grade| grade.kind);
                let region = held.region.both(&self.life.about);
                if !earlier.withheld.is_empty() || kind == Some(GradeKind::Unknown) {
                    let why = Unknown::new(format!("what `{prior}` covers, and how, is redacted or open"));
                    self.life.doubt.push((region, why));
                } else if matches!(
                    kind,
                    Some(GradeKind::Exclusive | GradeKind::Sole | GradeKind::CoExclusive)
                ) {
                    self.take_out(&region);
                } else {
                    self.life.kept.push(Kept { region, for_: holders.clone(), at: self.grant.at });
                }
            }
            let doubt =
                earlier.doubt.iter().map(|(region, why)| (region.both(&self.life.about), why.clone()));
            self.life.doubt.extend(doubt.filter(|(region, _)| !region.is_empty()).collect::<Vec<_>>());
        }
    }

    /// What the grantor keeps for itself or others, within what is held.
    fn keep(&mut self) {
        for part in &self.grant.reserved {
            let days =
                part.until.as_ref().map_or_else(|| DaysSo::sure(all_days()), |m| self.run.days_until(m));
            match self.reach.narrow(&self.life.about, &part.scope) {
                Ok(region) => {
                    let kept = within(&region, DAYS, &days.perhaps());
                    self.life.kept.push(Kept { region: kept, for_: part.for_.clone(), at: part.at });
                    for (doubtful, why) in days.doubt {
                        self.life.doubt.push((within(&region, DAYS, &doubtful), why.at(part.at)));
                    }
                }
                Err(_) => {
                    let why = Unknown::new("what is reserved is redacted or open").at(part.at);
                    self.life.doubt.push((self.life.about.clone(), why));
                }
            }
        }
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
