//! Days that hang on what is measured: an event that happens when something is so, a trigger, and for how long a party is the
//! subsidiary of another.

use super::begun::Stretch;
use super::days::DaysSo;
use super::moments::since;
use super::triggers::Step;
use crate::breaches::Breach;
use crate::circles::names_in;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::measured::Measured;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_rights::{Ranges, all_days, date, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Condition, Moment, Name};
use std::rc::Rc;

impl Run<'_> {
    /// What makes an event happen, or a milestone be reached, without anyone telling so.
    pub(crate) fn happens_when(&self, name: &Name) -> Option<&Condition> {
        self.named_on(self.facts.as_of(), |m| m.market.milestones.get(name))?.reached_when.as_ref()
    }

    /// The days since such an event happened; it happens once.
    pub(crate) fn days_since_it_happened(&self, name: &Name, focus: &Focus) -> DaysSo {
        let found = self.guarded(name.as_str(), || {
            let texts = self.texts_of_what_happens(name);
            Ok(match texts.as_slice() {
                // Before the agreement there are no rights, and nothing is so of them.
                [(when, _)] if self.is_about_rights(when) => {
                    self.days_from_the_start_when(when, &focus.coming()).once()
                }
                [(when, _)] => self.days_once(when, focus),
                // By the terms of each day.
                texts => {
                    let each = texts.iter().map(|(when, days)| {
                        self.days_when(when, &focus.coming()).and(DaysSo::sure(days.clone()))
                    });
                    each.fold(DaysSo::default(), DaysSo::or).once()
                }
            })
        });
        found.unwrap_or_else(|why| DaysSo { yes: Ranges::none(), doubt: vec![(all_days(), why)] })
    }

    fn is_about_rights(&self, when: &Condition) -> bool {
        let mut names = Vec::new();
        names_in(when, &mut names);
        names.iter().any(|name| self.is_right(name))
    }

    /// What makes an event happen, by each of the terms that say so, and the days on which these are in force.
    fn texts_of_what_happens(&self, name: &Name) -> Vec<(&Condition, Ranges)> {
        let mut out: Vec<(At, &Condition, Ranges)> = Vec::new();
        let editions = &self.machine.editions.0;
        for (index, edition) in editions.iter().enumerate() {
            let Some(milestone) = edition.model.market.milestones.get(name) else { continue };
            let Some(when) = &milestone.reached_when else { continue };
            let until = editions.get(index + 1).and_then(|next| next.from);
            let days = Ranges::of(edition.from.map_or(0, day), until.map_or(u32::MAX, day)).and(&all_days());
            match out.last_mut().filter(|(at, ..)| *at == milestone.at) {
                Some((.., known)) => *known = known.or(&days),
                None => out.push((milestone.at, when, days)),
            }
        }
        out.into_iter().map(|(_, when, days)| (when, days)).collect()
    }

    pub(super) fn is_trigger(&self, name: &Name) -> bool {
        self.model_now().triggers.iter().any(|t| t.name == *name)
    }

    /// Whether a name is that of a trigger that comes about by itself, and not as a party chooses.
    fn comes_about(&self, name: &Name) -> bool {
        self.model_now().triggers.iter().any(|t| t.name == *name && t.choice.is_none())
    }

    /// The days since a trigger came about.
    pub(super) fn days_of_trigger(&self, name: &Name) -> DaysSo {
        let model = self.model_now();
        let mut out = DaysSo::default();
        for trigger in model.triggers.iter().filter(|t| t.name == *name) {
            for fired in self.followed(model, trigger) {
                let Step::Bites(from) = fired.step else { continue };
                out = out.or(match fired.doubt {
                    None => DaysSo::sure(since(from)),
                    Some(why) => DaysSo { yes: Ranges::none(), doubt: vec![(since(from), why)] },
                });
            }
        }
        out
    }

    /// The days on which a party is the subsidiary of another, or is not, as its own line says.
    pub(super) fn days_as_subsidiary(&self, asked: &Parts) -> DaysSo {
        let so = match self.as_subsidiary(asked) {
            Ok(Some(until)) => self.days_until(until),
            Ok(None) => DaysSo::sure(all_days()),
            Err(why) => return DaysSo { yes: Ranges::none(), doubt: vec![(all_days(), why)] },
        };
        if asked.has(Label::Not) { so.not() } else { so }
    }

    /// Until when a party is the subsidiary of another; `None` where no end is said.
    ///
    /// # Errors
    /// Where nothing says that it is one.
    pub(crate) fn as_subsidiary(&self, asked: &Parts) -> Eval<Option<&Moment>> {
        let (party, of) = (asked.name(Label::Subsidiary), asked.name(Label::Of));
        let mut parties = self.model_now().records.of(Form::FileParty);
        let own = parties.find(|r| r.name(Label::Name) == party);
        let is_of = |line: &&Record| line.name(Label::Of) == of;
        let line = own.and_then(|r| r.all_below(Form::PartySubsidiary).find(is_of));
        match line {
            Some(line) => Ok(line.moment(Label::Until)),
            None => {
                let name = |name: Option<&Name>| name.map_or("a party", Name::as_str).to_string();
                let why = format!(
                    "nothing says whether {} is a subsidiary of {}: add `subsidiary of …` below the party",
                    name(party),
                    name(of)
                );
                Err(Unknown::new(why))
            }
        }
    }
}

impl Measured for Run<'_> {
    fn since_when(&self, name: &Name, focus: &Focus) -> Eval<When> {
        let so = match self.happens_when(name) {
            Some(_) => self.days_since_it_happened(name, focus),
            None if self.comes_about(name) => {
                self.guarded(&format!("when `{name}` comes about"), || Ok(self.days_of_trigger(name)))?
            }
            None => return Ok(When::NotYet),
        };
        match (so.yes.first(), so.doubt.into_iter().next()) {
            (_, Some((_, why))) => Err(why),
            (Some(first), None) if date(first) <= self.facts.as_of() => Ok(When::On(date(first))),
            _ => Ok(When::NotYet),
        }
    }

    fn stretches(&self, name: &Name, place: Option<&Name>) -> Rc<Vec<Stretch>> {
        self.stretches(name, place)
    }

    fn began(&self, name: &Name, place: Option<&Name>) -> Eval<When> {
        self.first_began(name, place)
    }

    fn ended(&self, name: &Name, place: Option<&Name>) -> Eval<When> {
        self.first_ended(name, place)
    }

    fn is_paid(&self, breach: Breach<'_>, on: Date) -> Eval<bool> {
        self.breach_is_paid(breach, on)
    }
}
