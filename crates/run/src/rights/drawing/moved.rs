//! A grant that comes to reach more, or less: `G expands to vet in DE` adds that part to what it reaches, `G retracts to
//! cardio` leaves that part of it.
//!
//! What is added is as the grant is but for what the effect names: under its assets, for its acts, on the days on which it is
//! in force, and as exclusive as it is on them.

use super::Drawing;
use crate::rights::changes::Dated;
use crate::rights::life::Held;
use crate::unknown::Unknown;
use counterpart_rights::{DAYS, Ranges, Region, Unclear, all_days, within};
use counterpart_terms::value::{Grade, Scope};

impl Drawing<'_, '_> {
    /// Adds a part to what is reached, from the day of a change on.
    pub(super) fn expand(&mut self, change: &Dated, days: &Ranges, scope: &Scope) {
        let Ok(more) = self.added(change, days, scope) else {
            let why = Unknown::new("what it reaches from then on is redacted or open").at(change.at);
            self.life.doubt.push((within(&Region::from(self.reach.space.everything()), DAYS, days), why));
            return;
        };
        self.life.about = std::mem::take(&mut self.life.about).or(&more);
        let fresh = more.without(&self.life.in_force());
        let mut left = all_days();
        let mut made: Vec<Held> = Vec::new();
        for (grade, held) in self.days_by_grade() {
            // On days on which it is held in several ways it is not said which of them is meant.
            let clash = held.less(&left);
            if !clash.is_empty() {
                let why = Unknown::new("how exclusive it is there is not said").at(change.at);
                self.life.unsure.push((within(&fresh, DAYS, &clash), why));
            }
            let own = held.and(&left);
            left = left.less(&own);
            made.push(Held { region: within(&fresh, DAYS, &own), grade, by: vec![change.at] });
        }
        self.life.held.extend(made.into_iter().filter(|held| !held.region.is_empty()));
        for (region, why) in self.life.doubt.clone() {
            let doubtful = days_of(&region).and(&left);
            if !doubtful.is_empty() {
                self.life.doubt.push((within(&fresh, DAYS, &doubtful), why));
            }
        }
    }

    /// Leaves of what is reached a part alone, from the day of a change on.
    pub(super) fn retract(&mut self, change: &Dated, part: Region, scope: &Scope) {
        let Ok(kept) = self.reach.narrow(&part, scope) else {
            let why = Unknown::new("what it reaches from then on is redacted or open").at(change.at);
            self.life.doubt.push((part, why));
            return;
        };
        self.take_out(&part.without(&kept));
    }

    /// What an effect adds: as the text of the grant has it, but for what the effect names.
    pub(super) fn added(&self, change: &Dated, days: &Ranges, scope: &Scope) -> Result<Region, Unclear> {
        let grant = self.grant;
        let mut region = within(&Region::from(self.reach.space.everything()), DAYS, days);
        if let Some(assets) = grant.assets.as_ref().filter(|_| scope.assets.is_none()) {
            region = self.reach.set(&region, assets)?;
        }
        let fields = grant.fields.as_ref().filter(|_| scope.fields.is_none());
        let products = grant.products.as_ref().filter(|_| scope.products.is_empty());
        let limits = grant.limits.iter().filter(|_| scope.customers.is_empty());
        for set in fields.into_iter().chain(products).chain(limits) {
            region = self.reach.set(&region, set)?;
        }
        if let Some(acts) = grant.acts.as_ref().filter(|_| scope.acts.is_none()) {
            region = self.reach.acts(&region, acts)?;
        }
        if let Some(territory) = grant.territory.as_ref().filter(|_| scope.territory.is_none()) {
            region = self.reach.territory(&region, territory)?;
        }
        region = self.reach.narrow(&region, scope)?;
        if let Some(place) = &change.place {
            region = self.reach.in_place(&region, place)?;
        }
        if grant.withholds_sublicensing() {
            region = region.without(&self.sublicensing(&region));
        }
        Ok(region)
    }

    /// The days on which it is held in one way or another, by how exclusively.
    fn days_by_grade(&self) -> Vec<(Option<Grade>, Ranges)> {
        let mut out: Vec<(Option<Grade>, Ranges)> = Vec::new();
        for held in &self.life.held {
            let days = days_of(&held.region);
            match out.iter_mut().find(|(grade, _)| *grade == held.grade) {
                Some((_, known)) => *known = known.or(&days),
                None => out.push((held.grade.clone(), days)),
            }
        }
        out
    }
}

/// The days on which a part of the space has any cell.
fn days_of(region: &Region) -> Ranges {
    region.boxes().iter().filter_map(|b| b.side(DAYS)).fold(Ranges::none(), |sum, days| sum.or(days))
}
