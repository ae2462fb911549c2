//! What a grant leaves to others: to the holders of earlier licences, and to those for whom something is reserved.

use super::Drawing;
use crate::rights::days::DaysSo;
use crate::rights::keeps_out::Holders;
use crate::rights::life::{Kept, Ungiven};
use crate::unknown::Unknown;
use counterpart_rights::{DAYS, all_days, within};
use counterpart_syntax::Form;
use counterpart_terms::value::{Grade, GradeKind};

impl Drawing<'_, '_> {
    /// Where an earlier licence keeps others out, a later one gives nothing while it does; where it does not, it is
    /// kept for its holder.
    pub(super) fn give_way(&mut self) {
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
                } else if kind.is_some_and(GradeKind::keeps_out) {
                    self.take_out(&region);
                    let why = format!("`{prior}` came before it there");
                    let at = self.run.line_of(self.grant.at, Form::GrantPrior);
                    self.life.ungiven.push(Ungiven { region, why, at });
                } else {
                    self.life.kept.push(Kept { region, for_: holders.clone(), at: self.grant.at });
                }
            }
            let doubt =
                earlier.doubt.iter().map(|(region, why)| (region.both(&self.life.about), why.clone()));
            self.life.doubt.extend(doubt.filter(|(region, _)| !region.is_empty()).collect::<Vec<_>>());
        }
    }

    /// Where a right that the text puts above the grant keeps its holders out, the grant gives nothing.
    pub(super) fn give_way_to_those_above(&mut self) {
        let (run, space) = (self.run, self.reach.space);
        let holders = Holders::of(space, &self.grant.to);
        for (name, other) in run.above(self.grant) {
            if run.is_being_drawn(&name) {
                run.assume();
                continue;
            }
            let life = run.life_of(&name);
            let theirs = Holders::of(space, &other.to);
            let keeps_out =
                |grade: Option<&Grade>| theirs.shut_out(grade, &other.from).meets(&holders.positions());
            for held in life.held.iter().filter(|held| keeps_out(held.grade.as_ref())) {
                let doubtful = life.doubt.iter().chain(&life.unsure);
                let sure = doubtful.fold(held.region.clone(), |left, (region, _)| left.without(region));
                let region = sure.both(&self.life.about);
                self.take_out(&region);
                self.life.about = self.life.about.without(&region);
                let why = format!("it gives way to `{name}` there");
                self.life.ungiven.push(Ungiven { region, why, at: self.grant.at });
            }
            if theirs.most(other, &other.from).meets(&holders.positions()) {
                let held = self.life.in_force();
                let doubt = life.doubt.iter().chain(&life.unsure);
                let doubt = doubt.map(|(region, why)| (region.both(&held), why.clone()));
                self.life.doubt.extend(doubt.filter(|(region, _)| !region.is_empty()));
            }
        }
    }

    /// What the grantor keeps for itself or others, within what is held.
    pub(super) fn keep(&mut self) {
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
