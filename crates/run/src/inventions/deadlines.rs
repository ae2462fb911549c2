//! What is to be done about an invention, and by when: disclosed, offered, put to use, talked about, a first refusal used.

use super::It;
use super::classes::Classified;
use super::owners::{OwnedPart, assignment};
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_terms::At;
use counterpart_terms::model::AfterTalks;
use counterpart_terms::value::{Duration, Name};

/// Something to be done about an invention.
#[derive(Debug, Clone)]
pub(crate) struct Deadline {
    /// What: `disclose`, `offer`, `integrate`, `assign`, `talk`, `use a first refusal`.
    pub act: &'static str,
    /// Who.
    pub by: Vec<Name>,
    /// Towards whom.
    pub to: Vec<Name>,
    /// The last day; none where the text gives none.
    pub day: Eval<Option<Date>>,
    /// The day it was done, where that is told.
    pub done: Option<Date>,
    /// The clause.
    pub at: At,
}

impl Deadline {
    /// Whether it is a duty; a right to be used by a day is none.
    pub fn is_duty(&self) -> bool {
        matches!(self.act, "disclose" | "offer" | "integrate" | "assign" | "talk")
    }
}

impl Run<'_> {
    /// What is to be done about an invention, soonest first as the class says it.
    pub(crate) fn deadlines_of(&self, it: &It, of: &Classified<'_>, owned: &[OwnedPart]) -> Vec<Deadline> {
        let Some(class) = of.class else { return Vec::new() };
        let mut owners: Vec<Name> = owned.iter().flat_map(OwnedPart::names).collect();
        owners.sort();
        owners.dedup();
        let model = self.made_under(it);
        let others = self.all_but(model, &owners);
        let after = |from: Date, within: &Duration| self.clock().shift(from, within, false).map(Some);
        // How long something lasts counts its first day.
        let lasting = |from: Date, length: &Duration| {
            self.clock().shift(from, length, false).map(|over| over.prev_day().unwrap_or(over))
        };
        let mut out = Vec::new();
        if let Some((within, at)) = &class.disclosed {
            let to = self.all_but(model, &it.by);
            // Who tells of it discloses it, on the day from which on the entry is known.
            let done = Some(it.known).filter(|known| *known <= self.facts.as_of());
            out.push(Deadline {
                act: "disclose",
                by: it.by.clone(),
                to,
                day: after(it.made, within),
                done,
                at: *at,
            });
        }
        out.extend(self.to_be_assigned(it, of, owned));
        if others.is_empty() {
            return out;
        }
        if let Some((within, at)) = &class.offered {
            let noticed = self.first_noticed(&it.name, &owners, |_| true);
            let day = noticed.as_ref().map_err(Clone::clone).and_then(|_| after(it.made, within));
            let (by, to, done) = (owners.clone(), others.clone(), noticed.ok().flatten());
            out.push(Deadline { act: "offer", by, to, day, done, at: *at });
        }
        if let Some((within, at)) = &class.integrated {
            let used = ["launched", "delivered", "accepted"];
            let done = used.iter().find_map(|word| self.facts.told(word, Some(&it.name), None));
            let done = done.or_else(|| self.facts.reached(&it.name, None, None));
            let (by, to) = (others.clone(), owners.clone());
            out.push(Deadline { act: "integrate", by, to, day: after(it.made, within), done, at: *at });
        }
        if let Some((length, then, at)) = &class.talks {
            let end = lasting(of.since, length);
            let (by, to) = (owners.clone(), others.clone());
            let day = end.clone().map(Some);
            out.push(Deadline { act: "talk", by, to, day, done: None, at: *at });
            if let Some(AfterTalks::FirstRefusal(right)) = then {
                let day = end.and_then(|end| lasting(end.next_day().unwrap_or(end), right)).map(Some);
                out.push(Deadline {
                    act: "use a first refusal",
                    by: others,
                    to: owners,
                    day,
                    done: None,
                    at: *at,
                });
            }
        }
        out
    }

    /// That it is assigned to another than who owned it first; the text gives no day for it. Nothing where the law bars it.
    fn to_be_assigned(&self, it: &It, of: &Classified<'_>, owned: &[OwnedPart]) -> Option<Deadline> {
        let (to, _, at) = of.class.and_then(|class| class.assigned.as_ref())?;
        if self.barred(&it.name).is_some() {
            return None;
        }
        let duty = |by: Vec<Name>, done| {
            let day = match to.is_blank() {
                true => Err(Unknown::new("to whom it is to be assigned is redacted or open").at(*at)),
                false => Ok(None),
            };
            Deadline { act: "assign", by, to: vec![to.clone()], day, done, at: *at }
        };
        let mut left: Vec<Name> =
            owned.iter().flat_map(OwnedPart::names).filter(|owner| owner != to).collect();
        left.sort();
        left.dedup();
        if !left.is_empty() {
            return Some(duty(left, None));
        }
        let mut told = self.facts.happened().filter(|event| event.date >= it.made);
        told.find_map(|event| {
            let (by, taker) = assignment(event, &it.name)?;
            (taker == to).then(|| duty(by.cloned().into_iter().collect(), Some(event.date)))
        })
    }
}
