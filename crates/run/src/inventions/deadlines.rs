//! What is to be done about an invention, and by when: disclosed, offered, put to use, talked about, a first refusal used.

use super::It;
use super::classes::Classified;
use super::owners::{OwnedPart, assignment};
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{AfterTalks, Same};
use counterpart_terms::value::{Duration, Name};

/// Something to be done about an invention.
#[derive(Debug, Clone)]
pub(crate) struct Deadline {
    /// What: `disclose`, `offer`, `integrate`, `assign`, `talk`, `decide`, `use a first refusal`.
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
        matches!(self.act, "disclose" | "offer" | "integrate" | "assign" | "talk" | "decide")
    }
}

impl Deadline {
    /// Whether it stands between the sides of an agreement that ended on a day before it was due, and is to be met no more.
    pub fn is_over(&self, end: Date) -> bool {
        let later = self.day.as_ref().is_ok_and(|day| day.is_none_or(|day| end < day));
        self.done.is_none() && later && !matches!(self.act, "disclose" | "assign")
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
        // Whoever has passed it on has no part in it any more.
        let gone = self.gave_away(it);
        let others: Vec<Name> =
            self.all_but(model, &owners).into_iter().filter(|party| !gone.contains(party)).collect();
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
            let talked = end.as_ref().ok().and_then(|end| self.talked_about(it, &others, (of.since, *end)));
            out.push(Deadline { act: "talk", by, to, day, done: talked, at: *at });
            if let (Some(AfterTalks::Expert), Ok(last)) = (then, &end)
                && *last < self.facts.as_of()
                && !matches!(self.talks_end(of), Ok(Some(over)) if over < *last)
                && !self.is_agreed(it, *last)
            {
                let done = self.expert_on(it, *last).map(|event| event.date);
                let (by, to) = (vec![Name::from("expert")], [owners.clone(), others.clone()].concat());
                out.push(Deadline { act: "decide", by, to, day: Ok(None), done, at: *at });
            }
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

    /// The last day on which the sides still talk about inventions of a class, and what follows: the last day of the agreement,
    /// where it has ended and the class does not survive it.
    ///
    /// # Errors
    /// Where that cannot be said.
    pub(super) fn talks_end(&self, of: &Classified<'_>) -> Eval<Option<Date>> {
        let Some(class) = of.class else { return Ok(None) };
        let Some(end) = self.ended_before(self.facts.as_of())? else { return Ok(None) };
        Ok(match self.outlives(&class.name)? {
            Some(None) => None,
            Some(Some(last)) => Some(last),
            None => Some(end),
        })
    }

    /// The last day of the talks about an invention after which an expert decides, and whether something was agreed in them;
    /// nothing where its class leaves nothing to him.
    ///
    /// # Errors
    /// Where its class, or how long they last, is not known.
    pub(crate) fn left_to_an_expert(&self, name: &Name) -> Eval<Option<(Date, bool)>> {
        let it = self.invention(name)?;
        let of = self.class_of(&it)?;
        let talks = of.class.and_then(|class| class.talks.as_ref());
        let Some((length, Some(AfterTalks::Expert), _)) = talks else { return Ok(None) };
        let over = self.clock().shift(of.since, length, false)?;
        let last = over.prev_day().unwrap_or(over);
        Ok(Some((last, self.is_agreed(&it, last))))
    }

    /// Who owned an invention and assigned it to another.
    fn gave_away(&self, it: &It) -> Vec<Name> {
        let told = self.facts.happened().filter(|event| event.date >= it.made);
        told.filter_map(|event| assignment(event, &it.name)?.0.cloned()).collect()
    }

    /// The day on which it is told that the sides talked about an invention: they agreed on it, or one of those with whom its
    /// owner talks answered.
    fn talked_about(&self, it: &It, others: &[Name], (from, last): (Date, Date)) -> Option<Date> {
        let mut told = self.facts.happened().filter(|event| from <= event.date && event.date <= last);
        let talked = |event: &&Event| match &event.kind {
            EventKind::Told { word, parts, .. } if word == "agreed" => {
                parts.name(Label::As) == Some(&it.name)
            }
            EventKind::Told { word, parts, .. } if word == "answered" => {
                parts.name(Label::Name) == Some(&it.name)
                    && parts
                        .name(Label::By)
                        .is_none_or(|by| self.acts_for(by, others, Some(&it.name), event.date) == Same::Yes)
            }
            _ => false,
        };
        told.find(talked).map(|event| event.date)
    }

    /// Whether it is told by a day that the sides agreed on an invention.
    pub(super) fn is_agreed(&self, it: &It, last: Date) -> bool {
        self.facts.happened().filter(|event| it.made <= event.date && event.date <= last).any(|event| {
            matches!(&event.kind, EventKind::Told { word, parts, .. }
                if word == "agreed" && parts.name(Label::As) == Some(&it.name))
        })
    }

    /// What an expert determined of an invention once the talks about it were over.
    pub(super) fn expert_on(&self, it: &It, last: Date) -> Option<&Event> {
        self.facts.happened().find(|event| {
            event.date > last && matches!(&event.kind, EventKind::Determined { name, .. } if *name == it.name)
        })
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
