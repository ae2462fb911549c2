//! Who belongs to a group of parties: those it names and, where it says so, their subsidiaries or affiliates as the
//! parties' own lines tell them, with theirs in turn. From when and until when a subsidiary is one is asked elsewhere.

use super::Model;
use crate::record::Record;
use crate::value::Name;
use counterpart_syntax::{Form, Label};

impl Model {
    /// The members of a group of parties, subsidiaries or affiliates among them where it says so; `None` where the name is
    /// of no group.
    pub fn group(&self, name: &Name) -> Option<Vec<Name>> {
        let group = self.group_record(name)?;
        let parties: Vec<&Record> = self.records.of(Form::FileParty).collect();
        Some(members(group, &parties))
    }

    /// The clause that makes a name one for several parties.
    pub fn group_record(&self, name: &Name) -> Option<&Record> {
        self.records.named(Form::FileGroup, name).next()
    }
}

/// The members of a group, of the parties that some clauses tell of.
pub fn members(group: &Record, records: &[&Record]) -> Vec<Name> {
    let mut out = group.names(Label::Members);
    let (Some(own), true) = (group.name(Label::Name), group.has(Label::Kin)) else { return out };
    let except = group.names(Label::Except);
    let mut known: Vec<Name> = out.clone();
    known.push(own.clone());
    let mut next = 0;
    while let Some(of) = known.get(next).cloned() {
        next += 1;
        for party in kin_of(&of, group.word(Label::Kin) == Some("affiliates"), records) {
            if !known.contains(&party) && !except.contains(&party) {
                known.push(party.clone());
                out.push(party);
            }
        }
    }
    out
}

/// Whose own line says that they are subsidiaries of a party, and those whom its line calls affiliates where those count.
fn kin_of(of: &Name, affiliates: bool, records: &[&Record]) -> Vec<Name> {
    let mut out = Vec::new();
    for record in records.iter().filter(|r| r.clause == Form::FileParty) {
        let Some(party) = record.name(Label::Name) else { continue };
        if record.all_below(Form::PartySubsidiary).any(|line| line.name(Label::Of) == Some(of)) {
            out.push(party.clone());
        }
        if affiliates && party == of {
            out.extend(record.all_below(Form::PartyAffiliates).flat_map(|line| line.names(Label::Parties)));
        }
    }
    out
}
