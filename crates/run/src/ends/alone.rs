//! Ends of one thing by its name, and by whom an end can be told at all.
//!
//! A grant ends by the same rules as the agreement. A payment, a promise or an option is somebody's due: he may give it up,
//! and the one who owes it has no right to end it unless a clause on the end names it. An entry by nobody, where the
//! text says who may end the agreement, and one by who has no part in the deal, ends nothing.

use crate::clock::Clock;
use crate::ends::ended::Ended;
use crate::ends::termination::Termination;
use crate::unknown::Eval;
use counterpart_ledger::{EventKind, is_stranger};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Model, Same};
use counterpart_terms::record::Record;
use counterpart_terms::value::Name;

/// What ends by its name alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Alone {
    /// A grant.
    Grant,
    /// What is owed to some, who may give it up.
    OwedTo(Vec<Name>),
    /// Anything else.
    Other,
}

/// What a name that is ended by itself is.
pub(crate) fn alone(what: &Ended, model: &Model) -> Option<Alone> {
    let name = what.one()?;
    if model.grants.contains_key(name) {
        return Some(Alone::Grant);
    }
    let owed = model.royalties.get(name).map(|royalty| royalty.to.clone());
    let owed = owed.or_else(|| model.pays.get(name).map(|pay| pay.to.clone())).or_else(|| {
        let given =
            |r: &&Record| matches!(r.clause, Form::FileCovenant | Form::FileOption | Form::FileFirstRight);
        let mut given = model.records.iter().filter(given);
        given.find(|r| r.name(Label::Name) == Some(name)).map(|r| r.names(Label::To))
    });
    Some(owed.filter(|to| !to.is_empty()).map_or(Alone::Other, Alone::OwedTo))
}

impl Clock<'_> {
    /// Why an entry by these ends nothing, whatever the right of a party: it names nobody, or nobody who has a part in the
    /// deal.
    pub(crate) fn is_told_by_nobody(&self, by: &[Name], what: &Ended, day: Date) -> Option<String> {
        let model = self.editions.on(day);
        if by.is_empty() {
            let says = match alone(what, model) {
                Some(Alone::OwedTo(_)) => true,
                _ => self.says_who_may_end(what, day),
            };
            return says.then(|| "who ended it is not told: add `by` and the party".to_string());
        }
        let nobody = by.iter().all(|party| self.is_stranger(party, day));
        nobody.then(|| format!("{} has no part in the agreement", Name::list(by)))
    }

    /// Why whoever ends something that is owed has no right to: it is owed to others, and no clause lets him end it.
    pub(crate) fn is_owed_to_others(&self, by: &[Name], what: &Ended, day: Date) -> Option<String> {
        let Some(Alone::OwedTo(to)) = alone(what, self.editions.on(day)) else { return None };
        let others = self.gives_up(by, (&to, what), day) == Same::No && !self.names_it(what, day);
        let to = self.who_has(&to, what.about(), day);
        others.then(|| format!("it is owed to {}, and no clause lets another end it", Name::list(&to)))
    }

    /// Whether those to whom something is owed are among these, or one of these came into their place for it.
    pub(crate) fn gives_up(&self, by: &[Name], (to, what): (&[Name], &Ended), day: Date) -> Same {
        by.iter().map(|by| self.acts_for(by, to, what.about(), day)).max().unwrap_or(Same::No)
    }

    /// Whether a party has no part in the deal on a day.
    fn is_stranger(&self, party: &Name, day: Date) -> bool {
        is_stranger(self.editions, (self.facts.heirs(), self.facts.happened()), party, day)
    }

    /// How something named was ended by itself, as a whole; `None` where it was not.
    pub(crate) fn ended_alone(&self, name: &Name) -> Option<Termination> {
        self.facts.told_as("terminated").find_map(|event| {
            let EventKind::Told { name: Some(of), place: None, parts, .. } = &event.kind else { return None };
            if of != name || parts.has(Label::Fields) {
                return None;
            }
            let what = Ended::told(Some(name), None, &[], self.editions.on(event.date));
            self.ended_by(event, parts, &what)
        })
    }

    /// The last day of something named that was ended by itself.
    ///
    /// # Errors
    /// Where that day cannot be said.
    pub(crate) fn last_day_alone(&self, name: &Name) -> Eval<Option<Date>> {
        self.ended_alone(name).map(|found| found.end).transpose()
    }
}
