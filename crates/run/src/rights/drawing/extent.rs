//! Assets that are granted only `to the extent of its right`: what the owner had given away before is not given again.
//!
//! Where somebody else was given the same assets so that others are kept out, no later than this grant begins, it gives
//! nothing there while that lasts; nor does it give assets that were no longer the grantor's when it began. Of two grants
//! that begin on one day the one that stands first in the text comes first.

use super::{Drawing, base_first};
use crate::unknown::Unknown;
use counterpart_rights::{Region, all_days, date};
use counterpart_syntax::{Form, Label};
use counterpart_terms::value::Name;

impl Drawing<'_, '_> {
    /// Takes out what the grantor had no right to give any more.
    pub(super) fn give_no_more_than_its_right(&mut self) {
        let named = self.grant.assets.as_ref().map(|set| set.names.clone()).unwrap_or_default();
        let assets = self.run.model_now().records.of(Form::FileAssets);
        let limited: Vec<Name> = assets
            .filter(|r| r.below(Form::AssetsExtent).is_some())
            .filter_map(|r| r.name(Label::Name).filter(|name| named.contains(name)).cloned())
            .collect();
        if limited.is_empty() {
            return;
        }
        let held = self.life.held.iter().fold(Region::default(), |sum, held| sum.or(&held.region));
        let from = base_first(&held, &all_days());
        for asset in &limited {
            let Ok(part) = self.reach.names(&self.life.about, std::slice::from_ref(asset)) else { continue };
            if self.is_anothers(asset, from) {
                self.take_out(&part);
                self.life.about = self.life.about.without(&part);
                continue;
            }
            for (region, why) in self.given_before(&part, from) {
                match why {
                    None => self.take_out(&region),
                    Some(why) => self.life.doubt.push((region, why)),
                }
            }
        }
    }

    /// Whether assets that were the grantor's belong to others alone on a day.
    fn is_anothers(&self, asset: &Name, on: u32) -> bool {
        let theirs = |who: &[Name]| who.iter().any(|who| who.is_blank() || self.grant.from.contains(who));
        let owners = self.run.owners();
        let own = owners.iter().filter(|(r, _)| r.name(Label::Name) == Some(asset));
        let mut spells = own.flat_map(|(_, spells)| spells).skip_while(|(who, ..)| !theirs(who));
        spells.find(|(_, days, _)| days.contains(on)).is_some_and(|(who, ..)| !theirs(who))
    }

    /// The parts of a region that others were given before so that the holders are kept out of them, or may have been.
    fn given_before(&self, part: &Region, from: u32) -> Vec<(Region, Option<Unknown>)> {
        let mut out = Vec::new();
        for (name, other) in self.run.grants() {
            let same = other.to.iter().any(|to| self.grant.to.contains(to));
            if other.at == self.grant.at || same || !self.run.is_right(name) {
                continue;
            }
            // Only what would keep others out matters, whatever becomes of it later.
            if !other.grades.iter().any(|line| line.grade.kind.keeps_out()) {
                continue;
            }
            if self.run.is_being_drawn(name) {
                self.run.assume();
                continue;
            }
            let life = self.run.life_of(name);
            let begun = base_first(&life.in_force(), &all_days());
            if (date(begun), other.at) > (date(from), self.grant.at) {
                continue;
            }
            for held in &life.held {
                let region = held.region.both(part);
                if held.grade.as_ref().is_some_and(|grade| grade.kind.keeps_out()) && !region.is_empty() {
                    let hidden = || Unknown::new(format!("what `{name}` gave before is redacted or open"));
                    out.push((region, (!life.withheld.is_empty()).then(hidden)));
                }
            }
            for (region, why) in &life.doubt {
                let region = region.both(part);
                if !region.is_empty() {
                    out.push((region, Some(why.clone())));
                }
            }
        }
        out
    }
}
