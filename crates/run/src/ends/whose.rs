//! In whose right a party ends something: its own, or that of a party for which it acts.
//!
//! Whoever was assigned a licence, or came to control a party, ends it as that party might; who has passed on what he had
//! ends nothing of it any more. Of several places a party has, the one counts in which it may end what it ends.

use crate::clock::Clock;
use crate::ends::ended::{Ended, Ender};
use crate::unknown::Unknown;
use counterpart_num::Date;
use counterpart_terms::model::Same;
use counterpart_terms::value::Name;

/// In whose right an end is told.
pub(crate) enum Right {
    /// In that of a party, and why it is not known whether it may use it.
    Of(Name, Option<Unknown>),
    /// In nobody's: it has passed on what it had. In words.
    Gone(String),
}

impl Clock<'_> {
    /// Those of several parties that end something together who have a part in it; the first of them, where none has, who ends nothing.
    pub(crate) fn with_a_part(&self, by: Vec<Name>, what: &Ended, day: Date) -> Vec<Name> {
        if by.len() < 2 || self.facts.heirs().is_empty() {
            return by;
        }
        let has = |party: &&Name| !self.places_of(party, what.about(), day).is_empty();
        let with: Vec<Name> = by.iter().filter(has).cloned().collect();
        match with.first() {
            Some(_) => with,
            None => by.into_iter().take(1).collect(),
        }
    }

    /// In whose right a party ends something on a day.
    pub(crate) fn right_used(&self, who: Ender<'_>, day: Date) -> Right {
        let mut places = self.places_of(who.party, who.what.about(), day);
        if let [(party, Same::Yes)] = places.as_slice() {
            return Right::Of(party.clone(), None);
        }
        places.sort_by_key(|(_, sure)| *sure != Same::Yes);
        let may = |party: &Name| {
            let who = Ender { party, ..who };
            self.has_no_right(who, day).is_none()
                && !self.is_closed(who, day)
                && !matches!(self.is_gone(who, day), Ok(Some(_)))
        };
        let at = places.iter().position(|(party, _)| may(party));
        let found = if places.is_empty() { None } else { Some(places.swap_remove(at.unwrap_or(0))) };
        match found {
            // Whether a place is its own matters only where it could end something in it.
            Some((party, sure)) if sure == Same::Yes || at.is_none() => Right::Of(party, None),
            Some((party, _)) => {
                let why = format!("whether {} acts for {party} on {day} is not known", who.party);
                Right::Of(party, Some(Unknown::new(why).at(who.entry)))
            }
            None => match self.passed_on_to(who.party, day) {
                Some(why) => Right::Gone(why),
                None => Right::Of(who.party.clone(), None),
            },
        }
    }
}
