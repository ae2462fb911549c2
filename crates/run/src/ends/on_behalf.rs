//! In whose name a party ends something: its own, or that of a party it came to act for.

use crate::clock::Clock;
use crate::ends::ended::Ender;
use counterpart_num::Date;
use counterpart_terms::model::Same;
use counterpart_terms::value::Name;

impl Clock<'_> {
    /// In whose name a party that is told to end something does so: in that of the party whose place it has. Who makes the
    /// agreement and controls another of its parties acts for both, and uses the right of the other where it has none itself.
    pub(crate) fn ends_for(&self, who: Ender<'_>, day: Date) -> Name {
        let about = who.what.one();
        let own = self.in_whose_place(std::slice::from_ref(who.party), about, day).into_iter().next();
        let own = own.unwrap_or_else(|| who.party.clone());
        if own != *who.party || self.facts.heirs().is_empty() || self.may_end(who, day) {
            return own;
        }
        let parties = &self.editions.on(day).header.parties;
        let acts = |party: &&Name| {
            *party != who.party
                && self.acts_for(who.party, std::slice::from_ref(*party), about, day) == Same::Yes
        };
        let mut others = parties.iter().filter(acts);
        others.find(|party| self.may_end(Ender { party, ..who }, day)).cloned().unwrap_or(own)
    }

    /// Whether a party has a right to end something on a day, or may have.
    fn may_end(&self, who: Ender<'_>, day: Date) -> bool {
        self.has_no_right(who, day).is_none()
            && !self.is_closed(who, day)
            && !matches!(self.is_gone(who, day), Ok(Some(_)))
    }
}
