//! Whom a grant extends to besides those it is given to, and on which days: affiliates while they are, and others until it
//! ends for them.
//!
//! An affiliate is one that its line or that of the other party calls so, a subsidiary too. Where the grant extends to
//! affiliates `while affiliates`, it is theirs as long as their line says that they are; without these words whoever was
//! one keeps it.

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
        let mut records = self.models().flat_map(|m| &m.records);
        let record = records.find(|r| r.at == grant.at);
        record.into_iter().flat_map(|r| r.all_below(Form::GrantExtends)).collect()
    }

    /// The affiliates of a party: those its line names, and its subsidiaries.
    fn affiliates_of(&self, of: &Name) -> Vec<Name> {
        let mut out = Vec::new();
        for record in self.model_now().records.iter().filter(|r| r.clause == Form::FileParty) {
            let Some(party) = record.name(Label::Name) else { continue };
            if party == of {
                out.extend(record.all_below(Form::PartyAffiliates).flat_map(|l| l.names(Label::Parties)));
            }
            let under = |line: &Record| line.name(Label::Of).is_some_and(|o| o == of || o.is_blank());
            if party != of && record.all_below(Form::PartySubsidiary).any(under) {
                out.push(party.clone());
            }
        }
        out
    }

    /// The days on which a party is an affiliate of another, as their lines say; `None` where that is on all days. Who was
    /// one keeps what it has, unless it is an affiliate's only while it is one.
    fn days_as_affiliate(&self, party: &Name, of: &Name, while_: bool) -> Option<DaysSo> {
        let parties: Vec<&Record> =
            self.model_now().records.iter().filter(|r| r.clause == Form::FileParty).collect();
        let line = |name: &Name| parties.iter().copied().find(|r| r.name(Label::Name) == Some(name));
        let own: Vec<&Record> =
            line(party).into_iter().flat_map(|r| r.all_below(Form::PartySubsidiary)).collect();
        if let Some(own) = own.iter().find(|line| line.name(Label::Of) == Some(of)) {
            return own.moment(Label::Until).filter(|_| while_).map(|until| self.days_until(until));
        }
        let lists =
            |r: &Record| r.all_below(Form::PartyAffiliates).any(|l| l.names(Label::Parties).contains(party));
        if line(of).is_some_and(lists) {
            return None;
        }
        let hidden = own.first().map(|line| self.hidden("whose subsidiary it is", line.at));
        hidden.map(DaysSo::unknown)
    }

    /// Whether a party is another, or a member of that group.
    pub(super) fn is_among_now(&self, party: &Name, of: &Name) -> bool {
        party == of || self.members(of).contains(party)
    }
}
