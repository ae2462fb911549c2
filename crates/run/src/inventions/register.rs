//! The register of inventions: each with its class, its owner, the licence back and the next deadline, as data.

use super::It;
use super::claims::shown;
use super::classes::Classified;
use super::deadlines::Deadline;
use super::licences::Licence;
use super::owners::OwnedPart;
use crate::clock::Focus;
use crate::engine::{Machine, Run};
use crate::statement::Line;
use crate::trace::Step;
use counterpart_num::Date;
use counterpart_terms::value::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An invention, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What it is, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// Who made it.
    pub by: Vec<String>,
    /// The day it was made.
    pub made: Date,
    /// The class it is of; none where it falls into none, or that cannot be said.
    pub class: Option<String>,
    /// Classes of equal rank it fits too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Whose it is, with the shares; none where that cannot be said.
    pub owner: Option<String>,
    /// The licences back that are in force.
    pub licences: Vec<Held>,
    /// What is to be done about it, by day.
    pub deadlines: Vec<ToDo>,
    /// What cannot be said, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// The entry of the journal.
    pub entry: String,
    /// Why all of this is so.
    pub why: Vec<Line>,
}

/// A licence back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Held {
    /// Who has it.
    pub to: String,
    /// Its terms, in words.
    pub terms: String,
    /// The clause.
    pub clause: String,
}

/// Something to be done about an invention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ToDo {
    /// The last day; none where it cannot be said.
    pub due: Option<Date>,
    /// What is to be done.
    pub act: String,
    /// Who.
    pub by: Vec<String>,
    /// Towards whom.
    pub to: Vec<String>,
    /// The day it was done, where that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_on: Option<Date>,
    /// The clause.
    pub clause: String,
}

/// The register as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Register {
    /// The name and version of the form.
    pub schema: String,
    /// The day it is asked for.
    pub as_of: Date,
    /// The inventions told by then, oldest first.
    pub inventions: Vec<Entry>,
    /// The patents that are run or enforced under a clause.
    pub patents: Vec<super::docket::Docket>,
}

/// The schema of what `counterpart inventions --json` prints.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Register).to_value();
    if let Some(map) = schema.as_object_mut() {
        map.insert("title".into(), "counterpart/inventions/1".into());
        if let Some(properties) = map.get_mut("properties").and_then(|all| all.as_object_mut()) {
            properties.insert("known_on".into(), crate::questions::known_on());
        }
    }
    schema
}

impl Machine<'_> {
    /// The register of inventions as of a day, as known on another.
    pub fn inventions(&self, as_of: Date, known_on: Date) -> Vec<Entry> {
        let run = self.run(as_of, known_on);
        run.inventions().iter().map(|it| run.in_register(it)).collect()
    }
}

impl Run<'_> {
    /// Why an invention is of its class, whose it is and who may use it.
    pub(crate) fn why_of_invention(&self, name: &Name) -> Vec<Line> {
        match self.invention(name) {
            Ok(it) => {
                let entry = self.in_register(&it);
                let unknown = entry.unknown.iter().map(|why| self.statement_line(&Step::note(why).by(it.at)));
                entry.why.iter().cloned().chain(unknown).collect()
            }
            Err(why) => vec![self.statement_line(&Step::note(why.reason))],
        }
    }

    fn in_register(&self, it: &It) -> Entry {
        let mut entry = Entry {
            name: it.name.to_string(),
            what: it.words.clone(),
            by: strings(&it.by),
            made: it.made,
            class: None,
            also: Vec::new(),
            owner: None,
            licences: Vec::new(),
            deadlines: Vec::new(),
            unknown: Vec::new(),
            entry: self.place(it.at),
            why: Vec::new(),
        };
        let class = match self.class_of(it) {
            Ok(class) => class,
            Err(why) => {
                entry.unknown.push(format!("the class is undecided, because {}", why.reason));
                return entry;
            }
        };
        entry.class = class.class.map(|class| class.name.to_string());
        entry.also = class.also.iter().map(|(name, _)| name.to_string()).collect();
        entry.why.push(self.statement_line(&Step::note(class_said(&class)).from(class.why.clone())));
        let owned = match self.owners_of(it, &class) {
            Ok(owned) => owned,
            Err(why) => {
                entry.unknown.push(format!("the owner is undecided, because {}", why.reason));
                return entry;
            }
        };
        let said: Vec<String> = owned.iter().map(shown).collect();
        entry.owner = Some(said.join("; "));
        for part in &owned {
            entry.why.push(
                self.statement_line(&Step::note(format!("owned by {}", shown(part))).from(part.why.clone())),
            );
            entry.unknown.extend(shares_unknown(part));
        }
        self.terms_told(it, &class, &owned, &mut entry);
        for licence in self.licences_in(it, &class, &owned) {
            self.licence_told(&licence, &mut entry);
        }
        let mut todo = self.deadlines_of(it, &class, &owned);
        if let Ok(Some(over)) = self.talks_end(&class) {
            todo.retain(|deadline| !deadline.is_over(over));
        }
        todo.sort_by_key(|d| {
            let day = d.day.clone().ok().flatten();
            (day.is_none(), day)
        });
        for deadline in todo {
            self.deadline_told(&deadline, &mut entry);
        }
        entry
    }

    /// What the owners may do with it, and what the other side pays or gets.
    fn terms_told(&self, it: &It, class: &Classified<'_>, owned: &[OwnedPart], entry: &mut Entry) {
        let mut say = |what: String, at| entry.why.push(self.statement_line(&Step::note(what).by(at)));
        if let Some(class) = class.class {
            if let Some(at) = class.free {
                say("the other side gets nothing".into(), at);
            }
            for (price, _, at) in &class.priced {
                let sum = self.amount(price, &Focus::default()).map(|(value, _)| value.to_string());
                say(format!("the other side pays {} for it", sum.unwrap_or_else(|why| why.reason)), *at);
            }
        }
        let joint = self.made_under(it).joint_work.as_ref();
        let Some(joint) = joint.filter(|_| owned.iter().any(|part| part.owners.len() > 1)) else { return };
        if let Some(exploits) = &joint.exploits {
            let place = if exploits.own_fields { "in its own fields" } else { "freely" };
            let consent =
                if exploits.elsewhere_with_consent { ", elsewhere with consent of the other" } else { "" };
            let accounts = match exploits.accounting {
                Some(true) => ", and accounts for what it earns",
                Some(false) => ", and accounts for nothing",
                None => "",
            };
            say(format!("each may use it {}{consent}{accounts}", place), exploits.at);
        }
        if let Some(at) = joint.no_partial {
            say("no share passes in part".into(), at);
        }
        if let Some((_, _, at)) = joint.first_refusal {
            say("whoever sells its share offers it to the other first".into(), at);
        }
    }

    fn licence_told(&self, licence: &Licence, entry: &mut Entry) {
        let said = format!("licensed to {}: {}", licence.to, licence.shown());
        match &licence.in_force {
            Ok(true) => {
                entry.licences.push(Held {
                    to: licence.to.to_string(),
                    terms: licence.shown(),
                    clause: self.place(licence.at),
                });
                entry
                    .why
                    .push(self.statement_line(&Step::note(said).by(licence.at).from(licence.why.clone())));
            }
            Ok(false) => {
                let said = format!("no longer {said}");
                entry
                    .why
                    .push(self.statement_line(&Step::note(said).by(licence.at).from(licence.why.clone())));
            }
            Err(why) => {
                entry.unknown.push(format!("whether it is {said} is undecided, because {}", why.reason))
            }
        }
    }

    fn deadline_told(&self, deadline: &Deadline, entry: &mut Entry) {
        if let Err(why) = &deadline.day {
            entry.unknown.push(format!("by when to {} it is not known: {}", deadline.act, why.reason));
        }
        entry.deadlines.push(ToDo {
            due: deadline.day.clone().ok().flatten(),
            act: deadline.act.to_string(),
            by: strings(&deadline.by),
            to: strings(&deadline.to),
            done_on: deadline.done,
            clause: self.place(deadline.at),
        });
    }
}

impl Entry {
    /// What is to be done next on a day: the earliest that is not done and not past, or else the latest missed.
    pub fn next(&self, day: Date) -> Option<&ToDo> {
        let open = || self.deadlines.iter().filter(|todo| todo.done_on.is_none() && todo.due.is_some());
        open()
            .filter(|todo| todo.due >= Some(day))
            .min_by_key(|t| t.due)
            .or_else(|| open().max_by_key(|t| t.due))
    }
}

fn class_said(class: &Classified<'_>) -> String {
    match class.class {
        Some(class) => format!("of the class {}", class.name),
        None => "of no class".to_string(),
    }
}

fn shares_unknown(part: &OwnedPart) -> Option<String> {
    part.owners.iter().find_map(|(_, share)| Some(share.as_ref().err()?.reason.clone()))
}

pub(super) fn strings(names: &[Name]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
