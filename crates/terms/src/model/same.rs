//! Whether one party is another, as far as the terms tell: itself, or a member of the group that is named.

use super::{Editions, Model};
use crate::value::Name;
use counterpart_num::Date;

/// Whether a party is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Same {
    /// It is somebody else.
    No,
    /// Nobody can say: a name is withheld, nothing defines it, or a group stands where one of its members is named.
    Perhaps,
    /// It is that party, or a member of that group.
    Yes,
}

impl Model {
    /// Whether a party is another, in these terms.
    pub fn same(&self, party: &Name, of: &Name) -> Same {
        if party.is_blank() || of.is_blank() {
            return Same::Perhaps;
        }
        if party == of {
            return Same::Yes;
        }
        match self.group(of) {
            Some(members) if members.contains(party) => return Same::Yes,
            Some(members) if members.iter().any(Name::is_blank) => return Same::Perhaps,
            None if !self.parties.contains_key(of) => return Same::Perhaps,
            _ => {}
        }
        let acts_for_it = self.group(party).is_some_and(|members| members.contains(of));
        if acts_for_it { Same::Perhaps } else { Same::No }
    }
}

impl Editions {
    /// The terms that have been in force by a day, oldest first: what was owed under earlier ones may still be owed.
    pub fn until(&self, day: Date) -> impl Iterator<Item = &Model> {
        self.0.iter().filter(move |edition| edition.from.is_none_or(|from| from <= day)).map(|e| &e.model)
    }

    /// Whether a party is one of these, as of a day. Where nobody is named, it may be anybody.
    pub fn is_one(&self, party: &Name, of: &[Name], day: Date) -> Same {
        if of.is_empty() {
            return Same::Perhaps;
        }
        of.iter().map(|one| self.same(party, one, day)).max().unwrap_or(Same::Perhaps)
    }

    /// Whether a name is, as of a day, that of a group to which one of these belongs.
    pub fn is_group_of(&self, group: &Name, of: &[Name], day: Date) -> bool {
        let members = self.until(day).filter_map(|model| model.group(group));
        members.into_iter().any(|members| members.iter().any(|one| !one.is_blank() && of.contains(one)))
    }

    fn same(&self, party: &Name, of: &Name, day: Date) -> Same {
        let knows = |model: &&Model| model.parties.contains_key(of) || model.group(of).is_some();
        self.until(day).filter(knows).map(|model| model.same(party, of)).max().unwrap_or(Same::Perhaps)
    }
}
