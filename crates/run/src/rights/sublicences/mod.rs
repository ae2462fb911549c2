//! Sublicences: told by `sublicensed`, each under a head licence of the deal.
//!
//! A sublicence holds no more than its head licence, and only where that lets it be given: freely, with consent, to some
//! alone. Its head may be a sublicence itself: then it holds no more than that, and the licence of the text above both says
//! whether it may be given. It ends with the head licence unless the text lets it survive or become a licence of the licensor itself, at
//! somebody's choice if so said.

mod findings;
mod head;
mod possible;
mod terms;

use super::after_end::{final_ends, last_day, moved};
use super::life::{Held, Life};
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, Reach, Region, Unclear, all_days, date, day, within};
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{Change, Effect, Fate, Grant, Same, SublicencesEnd, Tail};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Acts, Name, Territory, Value};
pub(crate) use findings::sublicence_findings;
use head::Head;
use terms::Leave;

/// What somebody was given under a licence of the deal.
#[derive(Debug, Clone)]
pub struct Sublicence {
    /// Its name.
    pub name: Name,
    /// The licence it is under; none where that cannot be said.
    pub head: Option<Name>,
    /// Who gave it: the holders of the head licence.
    pub from: Vec<Name>,
    /// Who holds it.
    pub to: Name,
    /// What it is about, whether or not it is in force.
    pub about: Region,
    /// The cells it gives, over days.
    pub region: Region,
    /// The cells it may give, and why that cannot be said.
    pub doubt: Vec<(Region, Unknown)>,
    /// From this day on it is a licence of these themselves.
    pub direct: Option<(Date, Vec<Name>)>,
    /// Who may still choose that it outlives the licence it is under.
    pub choice: Option<Choice>,
    /// What was told to be given and could not be, in the user's words.
    pub refused: Vec<String>,
    /// Why it cannot be said whether the head licence lets it be given, in the user's words.
    pub unclear: Vec<String>,
    /// The entry and the clauses that make it so.
    pub by: Vec<At>,
}

/// A choice that a sublicence outlives the licence it is under.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Whose it is.
    pub by: Name,
    /// Of whom it becomes a licence itself; of nobody where it goes on as it is.
    pub direct: Vec<Name>,
    /// The clause.
    pub at: At,
}

impl Sublicence {
    /// Whether everything it may give is certain.
    pub fn is_certain(&self) -> bool {
        self.doubt.is_empty()
    }

    /// Whether it gives anything on a day.
    pub fn stands_on(&self, on: Date) -> bool {
        !within(&self.region, DAYS, &Ranges::one(day(on))).is_empty()
    }
}

/// What an entry says.
pub(super) struct Told<'e> {
    pub name: &'e Name,
    pub to: &'e Name,
    pub fields: Vec<Name>,
    pub territory: Option<&'e Territory>,
    pub acts: Option<&'e Acts>,
    /// Whether it says that it was with consent, or without.
    pub consent: Option<bool>,
    pub on: Date,
    pub at: At,
    parts: &'e Parts,
}

impl<'e> Told<'e> {
    fn read(event: &'e Event) -> Option<Told<'e>> {
        let EventKind::Told { word, name: Some(name), parts, .. } = &event.kind else { return None };
        if word != "sublicensed" {
            return None;
        }
        Some(Told {
            name,
            to: parts.name(Label::To)?,
            fields: parts.names(Label::Fields),
            territory: parts.territory(Label::Territory),
            acts: match parts.get(Label::Acts) {
                Some(Value::Acts(acts)) => Some(acts),
                _ => None,
            },
            consent: parts.word(Label::Consent).map(|word| word.starts_with("with ")),
            on: event.date,
            at: event.at,
            parts,
        })
    }

    /// The part of a region it names.
    fn narrow(&self, reach: &Reach<'_>, region: &Region) -> Result<Region, Unclear> {
        let mut out = region.clone();
        if let Some(acts) = self.acts {
            out = reach.acts(&out, acts)?;
        }
        if !self.fields.is_empty() {
            out = reach.names(&out, &self.fields)?;
        }
        match self.territory {
            Some(territory) => reach.territory(&out, territory),
            None => Ok(out),
        }
    }
}

impl Run<'_> {
    /// Every sublicence told by the day asked about, oldest first.
    pub fn sublicences(&self) -> Vec<Sublicence> {
        self.sublicences_told().iter().map(|told| self.sublicence(told)).collect()
    }

    fn sublicences_told(&self) -> Vec<Told<'_>> {
        self.facts.happened().filter_map(Told::read).collect()
    }

    /// Whether a name is of a sublicence that was told.
    pub(crate) fn is_sublicence(&self, name: &Name) -> bool {
        // Before its day it is known as one that is not there yet.
        self.machine.journal.events.iter().filter_map(Told::read).any(|told| told.name == name)
    }

    /// The life of a sublicence, as that of a grant.
    pub(super) fn life_of_sublicence(&self, name: &Name) -> Option<Life> {
        if !self.is_sublicence(name) {
            return None;
        }
        let Some(told) = self.facts.happened().filter_map(Told::read).find(|told| told.name == name) else {
            return Some(Life::default());
        };
        let found = self.sublicence(&told);
        let held = Held { region: found.region, grade: None, by: found.by };
        Some(Life { about: found.about, held: vec![held], doubt: found.doubt, ..Life::default() })
    }

    fn sublicence(&self, told: &Told<'_>) -> Sublicence {
        let mut out = Sublicence {
            name: told.name.clone(),
            head: None,
            from: Vec::new(),
            to: told.to.clone(),
            about: Region::default(),
            region: Region::default(),
            doubt: Vec::new(),
            direct: None,
            choice: None,
            refused: Vec::new(),
            unclear: Vec::new(),
            by: vec![told.at],
        };
        let space = self.space();
        let reach = Reach { space: &space, market: &self.model_on(told.on).market };
        let since = all_days().less(&Ranges::of(0, day(told.on)));
        let head = match self.head_of(told) {
            Ok(found) => found,
            Err(why) => {
                out.unclear.push(why.reason.clone());
                let anything = within(&Region::from(space.everything()), DAYS, &since);
                out.about = told.narrow(&reach, &anything).unwrap_or(anything);
                out.doubt.push((out.about.clone(), why.at(told.at)));
                self.end_of_its_own(&mut out);
                return out;
            }
        };
        out.head = Some(head.name.clone());
        out.from.clone_from(&head.holders);
        out.by.push(head.at);
        let life = self.life_of(head.name);
        let Ok(about) = told.narrow(&reach, &within(&life.about, DAYS, &since)) else {
            let why = Unknown::new("what is sublicensed is redacted or open").at(told.at);
            out.about = within(&life.about, DAYS, &since);
            out.doubt.push((out.about.clone(), why));
            return out;
        };
        out.refused.extend(self.beyond_the_head(told, head.name, &life.about));
        let leave = self.leave(told, &head, &about);
        out.refused.extend(leave.refused.clone());
        out.unclear.extend(leave.doubt.iter().map(|(_, why)| why.reason.clone()));
        self.hold(&mut out, &life, &leave);
        self.outlive(&mut out, &head, &leave);
        self.end_of_its_own(&mut out);
        out.about = about;
        out
    }

    /// What is in force of it as long as its head licence is.
    fn hold(&self, out: &mut Sublicence, life: &Life, leave: &Leave) {
        // However exclusive the head licence is, on which days, makes no difference to it.
        out.region = life.in_force().both(&leave.free).joined();
        let mut may = leave.free.clone();
        for (region, why) in &leave.doubt {
            out.doubt.push((life.in_force().both(region).joined(), why.clone()));
            may = may.or(region);
        }
        // What surely could not be given is not in doubt because its head licence is.
        for (region, why) in &life.doubt {
            out.doubt.push((region.both(&may), why.clone()));
        }
        out.doubt.retain(|(region, _)| !region.is_empty());
    }

    /// What becomes of it where the licence of the text it is under ends, however many stand between.
    fn outlive(&self, out: &mut Sublicence, head: &Head<'_>, leave: &Leave) {
        let (life, grant) = (self.life_of(head.root), head.grant);
        // Below another sublicence, only what was still in force under that has anything left to keep.
        let below = head.tier > 1;
        let had = out.doubt.iter().fold(out.region.clone(), |sum, (region, _)| sum.or(region));
        let Some(rule) = self.fate_of(grant, last_day(&life.in_force())) else { return };
        out.by.push(rule.at);
        let mut from = 0;
        let mut hidden = None;
        if let Some(chooser) = &rule.choice {
            let chosen = match chooser.is_blank() {
                false => self.chosen_on(chooser, &out.name),
                true => {
                    hidden = Some(Unknown::new("at whose choice it goes on is redacted or open").at(rule.at));
                    let parties = &self.model_now().header.parties;
                    parties.iter().filter_map(|party| self.chosen_on(party, &out.name)).min()
                }
            };
            match chosen {
                Some((on, at)) => {
                    from = day(on);
                    out.by.push(at);
                }
                None => {
                    let direct = if rule.fate == Fate::Direct { grant.from.clone() } else { Vec::new() };
                    out.choice = Some(Choice { by: chooser.clone(), direct, at: rule.at });
                    return;
                }
            }
        }
        let mut so = Ranges::of(0, u32::MAX);
        if let Some(condition) = &rule.while_ {
            let days = self.days_when(condition, &crate::clock::Focus::default());
            for (doubtful, why) in days.doubt {
                let whole = moved(&leave.free, &doubtful);
                out.doubt.push((whole.without(&life.in_force()), why.at(rule.at)));
            }
            so = days.yes;
        }
        let after = |last: Date| {
            let first = day(last).saturating_add(1).max(from);
            all_days().less(&Ranges::of(0, first)).and(&so)
        };
        for (region, why) in &life.doubt {
            for (part, last) in final_ends(&region.both(&leave.free)) {
                out.doubt.push((moved(&part, &after(last)), why.clone()));
            }
        }
        for (part, last) in final_ends(&life.in_force().both(&leave.free)) {
            let days = after(last);
            let kept = moved(&if below { part.both(&had) } else { part }, &days);
            if kept.is_empty() {
                continue;
            }
            if let Some(why) = &hidden {
                out.doubt.push((kept, why.clone()));
                continue;
            }
            if rule.fate == Fate::Direct {
                let since = days.first().map_or(last, date);
                let sooner = out.direct.as_ref().is_none_or(|(day, _)| since < *day);
                if sooner {
                    out.direct = Some((since, grant.from.clone()));
                }
            }
            out.region = std::mem::take(&mut out.region).or(&kept);
        }
    }

    /// The rule on what becomes of the sublicences of a grant: its own, or that of the agreement where that ended it.
    fn fate_of(&self, grant: &Grant, last: Option<Date>) -> Option<SublicencesEnd> {
        let own = grant.sublicences_end.clone();
        let after = || {
            let end = self.last_day_of_agreement().filter(|end| last.is_some_and(|last| *end <= last))?;
            let mut lines = self.tails(end, None).into_iter();
            lines.find_map(|line| {
                let fate = match &line.tail {
                    Tail::Sublicences(fate) => *fate,
                    Tail::Reverts(what, ..) if what.iter().any(|w| w.as_str() == "sublicences") => {
                        Fate::Direct
                    }
                    _ => return None,
                };
                let stands = matches!(self.tail_stands(line, end), Ok(true));
                stands.then_some(SublicencesEnd { fate, choice: None, while_: None, at: line.at })
            })
        };
        own.or_else(after).filter(|rule| rule.fate != Fate::End)
    }

    /// The day on which a party chose that a sublicence goes on.
    pub(super) fn chosen_on(&self, by: &Name, name: &Name) -> Option<(Date, At)> {
        self.facts.happened().find_map(|event| {
            let EventKind::Chose { by: who, effects, .. } = &event.kind else { return None };
            let mut effects = effects.iter().filter_map(Effect::read);
            let kept = effects.any(|e| e.name.as_ref() == Some(name) && matches!(e.change, Change::Begins));
            let of = std::slice::from_ref(by);
            let theirs = || self.acts_for(who, of, Some(name), event.date) == Same::Yes;
            (kept && theirs()).then_some((event.date, event.at))
        })
    }

    /// It may be ended by itself.
    fn end_of_its_own(&self, out: &mut Sublicence) {
        let over = self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Told { word, name: Some(name), place: None, .. } => {
                // The day on which somebody ends it is its last, as of any right; what is dropped is over.
                let over = match word.as_str() {
                    "terminated" => event.date.next_day(),
                    "dropped" => Some(event.date),
                    _ => None,
                };
                over.filter(|_| *name == out.name).map(|over| (over, event.at))
            }
            EventKind::Ended(name, None) => (*name == out.name).then_some((event.date, event.at)),
            _ => None,
        });
        if let Some((on, at)) = over {
            let before = Ranges::of(0, day(on));
            out.region = within(&out.region, DAYS, &before);
            for (region, _) in &mut out.doubt {
                *region = within(region, DAYS, &before);
            }
            out.doubt.retain(|(region, _)| !region.is_empty());
            out.by.push(at);
        }
    }
}
