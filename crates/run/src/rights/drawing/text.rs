//! What the text of a grant gives before anything happened: what it reaches, from when and while what is so, how
//! exclusive it is by its own lines, what is left out, in which stages.

use super::{Drawing, base_first};
use crate::clock::Focus;
use crate::rights::blank;
use crate::rights::days::DaysSo;
use crate::rights::life::{Held, Withheld};
use crate::unknown::Unknown;
use counterpart_rights::{DAYS, Region, Unclear, all_days, date, within};
use counterpart_terms::model::{GradeLine, Life as Clause};
use counterpart_terms::value::{Acts, Name};

impl Drawing<'_, '_> {
    /// What the text reaches; what it withholds is not narrowed.
    pub(super) fn reached(&mut self, all: Region) -> Region {
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
        if grant.withholds_sublicensing() {
            region = region.without(&self.sublicensing(&region));
        }
        region
    }

    /// The part of a region in which licences are given to others.
    pub(super) fn sublicensing(&self, region: &Region) -> Region {
        let act = Acts::These(vec![Name::from("sublicense")]);
        self.reach.acts(region, &act).unwrap_or_default()
    }

    /// From when to when it is in force, and how exclusive its own lines make it.
    pub(super) fn begin(&mut self) {
        let mut days = self.run.agreement_days(self.grant);
        let mut begins_by_country = false;
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
                // What comes cell by cell is left to `cells`.
                Clause::From(moment) if !self.run.apart_by(moment).is_empty() => continue,
                Clause::From(moment) => self.run.days_from(moment),
                Clause::Until(moments) => moments
                    .iter()
                    .filter(|moment| self.run.apart_by(moment).is_empty())
                    .fold(DaysSo::sure(all_days()), |sum, moment| sum.and(self.run.days_until(moment))),
                Clause::Begins { when: Some(when), ends, each_country: false } => {
                    let begun = self.run.days_once(when, &focus);
                    match ends {
                        Some(ends) => {
                            begun.and(self.run.asking_not(|| self.run.days_once(ends, &focus)).not())
                        }
                        None => begun,
                    }
                }
                // Where it begins in each country by itself, or by a trigger, changes say so.
                Clause::Begins { each_country: true, .. } if self.supposed.is_none() => {
                    begins_by_country = true;
                    continue;
                }
                Clause::Begins { .. } => DaysSo::default(),
                Clause::Needs(condition, None) => self.run.days_once(condition, &focus),
                // What comes after its day comes too late.
                Clause::Needs(condition, Some(by)) => {
                    self.run.days_when(condition, &focus).and(self.run.days_until(by)).once()
                }
                Clause::Suspended(condition) => {
                    self.run.asking_not(|| self.run.days_when(condition, &focus)).not()
                }
                // What ends for others leaves it in force for its holders.
                Clause::EndsWhen(condition, who) => {
                    let over = self.run.asking_not(|| self.run.days_once(condition, &focus));
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
            let so = self.suppose(clause, *at, so);
            let so = DaysSo { doubt: so.doubt.into_iter().map(|(d, why)| (d, why.at(*at))).collect(), ..so };
            days = days.and(so);
        }
        if begins_by_country {
            self.frame = Some(std::mem::take(&mut days));
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

    /// Whether what ends for some ends for all who hold it by the text; for everybody where nobody is named. Where it ends
    /// for one of several alone, it is in force, and not for that one.
    fn ends_for(&self, who: &[Name]) -> Option<bool> {
        if who.is_empty() {
            return Some(true);
        }
        let named = |to: &Name| blank::any(who, |who| who == to);
        let each: Vec<Option<bool>> = self.grant.to.iter().map(named).collect();
        match () {
            () if each.contains(&Some(false)) => Some(false),
            () if each.contains(&None) => None,
            () => Some(true),
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
    pub(super) fn leave_out(&mut self) {
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

    /// A grant that grows in stages reaches what the stages begun so far reach.
    pub(super) fn stage(&mut self) {
        let Some(stages) = &self.grant.stages else { return };
        let mut reached = Region::default();
        for (stage, so) in stages.stages.iter().zip(self.run.days_of_stages(stages)) {
            let Ok(scope) = self.reach.narrow(&self.life.about, &stage.scope) else {
                let why = Unknown::new("what this stage reaches is redacted or open").at(stage.at);
                self.life.doubt.push((self.life.about.clone(), why));
                continue;
            };
            let so = self.suppose_stage(stage, so);
            reached = reached.or(&within(&scope, DAYS, &so.yes));
            for (doubtful, why) in so.doubt {
                self.life.doubt.push((within(&scope, DAYS, &doubtful), why.at(stage.at)));
            }
        }
        for held in &mut self.life.held {
            held.region = held.region.both(&reached);
        }
    }
}
