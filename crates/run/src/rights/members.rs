//! Whom a grant extends to besides those it is given to, and on which days: affiliates while they are, and others until it
//! ends for them.
//!
//! An affiliate is one that its line or that of the other party calls so, a subsidiary too. Where the grant extends to
//! affiliates `while affiliates`, it is theirs as long as their line says that they are; without these words whoever was
//! one keeps it. Of a group `and subsidiaries` a subsidiary is a member while it is one.

use super::days::DaysSo;
use crate::clock::Focus;
use crate::engine::Run;
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::{Grant, Life};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Those who hold a grant, and whom it extends to on any day.
    pub(super) fn with_others(&self, grant: &Grant, mut to: Vec<Name>) -> Vec<Name> {
        for line in self.extensions(grant) {
            for of in line.names(Label::Of) {
                to.extend(if of.is_blank() { vec![of] } else { self.affiliates_of(&of) });
            }
            to.extend(line.names(Label::Parties));
        }
        for group in to.clone().iter().filter_map(|of| self.with_kin(of)) {
            to.extend(self.perhaps_kin(group));
        }
        let mut seen: Vec<Name> = Vec::new();
        to.retain(|party| {
            let fresh = !seen.contains(party);
            seen.push(party.clone());
            fresh
        });
        to
    }

    /// Those of them who hold it on some days only.
    pub(super) fn members_for_a_while(&self, grant: &Grant) -> Vec<(Name, DaysSo)> {
        let mut out: Vec<(Name, DaysSo)> = Vec::new();
        for line in self.extensions(grant) {
            for of in line.names(Label::Of).into_iter().filter(|of| !of.is_blank()) {
                let affiliates = self.affiliates_of(&of).into_iter();
                for party in affiliates.filter(|party| !party.is_blank() && !grant.to.contains(party)) {
                    let so = self.days_as_affiliate(&party, &of, line.has(Label::While));
                    out.extend(so.map(|so| (party, so)));
                }
            }
        }
        for group in grant.to.iter().filter_map(|of| self.with_kin(of)) {
            let theirs = self.kin_for_a_while(group).into_iter();
            out.extend(theirs.filter(|(party, _)| !grant.to.contains(party)));
        }
        for (clause, at) in &grant.life {
            let Life::EndsWhen(condition, who) = clause else { continue };
            // What ends for all who were given it has ended, whoever else it extends to.
            if who.is_empty() || grant.to.iter().all(|to| who.contains(to)) {
                continue;
            }
            for party in who.iter().filter(|party| !party.is_blank()) {
                let over = self.days_when(condition, &Focus::default()).once();
                let doubt = over.doubt.iter().map(|(days, why)| (days.clone(), why.clone().at(*at)));
                out.push((party.clone(), DaysSo { doubt: doubt.collect(), ..over.clone() }.not()));
            }
        }
        out
    }

    /// The lines of a grant that extend it to others.
    fn extensions(&self, grant: &Grant) -> Vec<&Record> {
        let record = self.models().find_map(|m| m.records.standing_at(grant.at));
        record.into_iter().flat_map(|r| r.all_below(Form::GrantExtends)).collect()
    }

    /// The affiliates of a party, or of the members of a group: those their lines name, and their subsidiaries.
    pub(super) fn affiliates_of(&self, of: &Name) -> Vec<Name> {
        let all = self.with_members(of);
        let mut out = Vec::new();
        for record in self.model_now().records.of(Form::FileParty) {
            let Some(party) = record.name(Label::Name) else { continue };
            if all.contains(party) {
                out.extend(record.all_below(Form::PartyAffiliates).flat_map(|l| l.names(Label::Parties)));
            }
            let under = |line: &Record| line.name(Label::Of).is_some_and(|o| all.contains(o) || o.is_blank());
            if !all.contains(party) && record.all_below(Form::PartySubsidiary).any(under) {
                out.push(party.clone());
            }
        }
        out
    }

    /// A party, or a group with all its members.
    fn with_members(&self, of: &Name) -> Vec<Name> {
        let mut all = self.members(of);
        if !all.contains(of) {
            all.push(of.clone());
        }
        all
    }

    /// The days on which a party is an affiliate of another, as their lines say; `None` where that is on all days. Who was
    /// one keeps what it has, unless it is an affiliate's only while it is one.
    pub(super) fn days_as_affiliate(&self, party: &Name, of: &Name, while_: bool) -> Option<DaysSo> {
        let all = self.with_members(of);
        let own = self.subsidiary_lines(party);
        if let Some(own) = own.iter().find(|line| line.name(Label::Of).is_some_and(|of| all.contains(of))) {
            return own.moment(Label::Until).filter(|_| while_).map(|until| self.days_until(until));
        }
        let lists =
            |r: &Record| r.all_below(Form::PartyAffiliates).any(|l| l.names(Label::Parties).contains(party));
        if all.iter().filter_map(|of| self.party_record(of)).any(lists) {
            return None;
        }
        let hidden = own.first().map(|line| self.hidden("whose subsidiary it is", line.at));
        hidden.map(DaysSo::unknown)
    }

    /// The line of a party.
    fn party_record(&self, name: &Name) -> Option<&Record> {
        let mut parties = self.model_now().records.of(Form::FileParty);
        parties.find(|r| r.name(Label::Name) == Some(name))
    }

    /// The lines that say whose subsidiary a party is.
    fn subsidiary_lines(&self, name: &Name) -> Vec<&Record> {
        self.party_record(name).into_iter().flat_map(|r| r.all_below(Form::PartySubsidiary)).collect()
    }

    /// The group of a name, where it takes in subsidiaries or affiliates.
    fn with_kin(&self, of: &Name) -> Option<&Record> {
        self.model_now().group_record(of).filter(|group| group.has(Label::Kin))
    }

    /// Parties of which the text withholds whose subsidiaries they are: they may belong to any group that takes them in.
    fn perhaps_kin(&self, group: &Record) -> Vec<Name> {
        let of = group.name(Label::Name).map(|name| self.with_members(name)).unwrap_or_default();
        let parties = self.model_now().records.of(Form::FileParty);
        let names = parties.filter_map(|r| r.name(Label::Name)).filter(|party| !of.contains(party));
        let hidden = |party: &&Name| {
            self.subsidiary_lines(party).iter().any(|line| line.name(Label::Of).is_some_and(Name::is_blank))
        };
        names.filter(hidden).cloned().collect()
    }

    /// The subsidiaries or affiliates that belong to a group on some days only, or of which that is not known.
    fn kin_for_a_while(&self, group: &Record) -> Vec<(Name, DaysSo)> {
        let Some(of) = group.name(Label::Name) else { return Vec::new() };
        let (named, all) = (group.names(Label::Members), self.with_members(of));
        let mut out = Vec::new();
        for party in self.perhaps_kin(group) {
            out.push((party, DaysSo::unknown(self.hidden("whose subsidiary it is", group.at))));
        }
        let except = group.names(Label::Except).iter().any(Name::is_blank);
        for party in all.iter().filter(|party| *party != of && !named.contains(party)) {
            if except {
                out.push((party.clone(), DaysSo::unknown(self.hidden("who is excepted", group.at))));
                continue;
            }
            let lines = self.subsidiary_lines(party);
            let own = lines.iter().find(|line| line.name(Label::Of).is_some_and(|of| all.contains(of)));
            let Some(own) = own else { continue };
            let mut so = own.moment(Label::Until).map(|until| self.days_until(until));
            // Whose parent leaves the group leaves with it.
            let above = own.name(Label::Of).and_then(|of| out.iter().find(|(party, _)| party == of));
            if let Some((_, theirs)) = above {
                so = Some(so.map_or_else(|| theirs.clone(), |so| so.and(theirs.clone())));
            }
            out.extend(so.map(|so| (party.clone(), so)));
        }
        out
    }

    /// Whether a party is another, or a member of that group.
    pub(crate) fn is_among_now(&self, party: &Name, of: &Name) -> bool {
        party == of || self.members(of).contains(party)
    }
}
