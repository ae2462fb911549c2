//! What is to be done about an invention, and by when: disclosed, offered, put to use, talked about, a first refusal used.

use super::It;
use super::classes::Classified;
use super::owners::OwnedPart;
use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_ledger::EventKind;
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
    /// The last day.
    pub day: Eval<Date>,
    /// The day it was done, where that is told.
    pub done: Option<Date>,
    /// The clause.
    pub at: At,
}

impl Deadline {
    /// Whether it is a duty; a right to be used by a day is none.
    pub fn is_duty(&self) -> bool {
        matches!(self.act, "disclose" | "offer" | "integrate" | "talk")
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
        let after = |from: Date, within: &Duration| self.clock().shift(from, within, false);
        let mut out = Vec::new();
        if let Some((within, at)) = &class.disclosed {
            let to = self.all_but(model, &it.by);
            let done = Some(it.known);
            out.push(Deadline {
                act: "disclose",
                by: it.by.clone(),
                to,
                day: after(it.made, within),
                done,
                at: *at,
            });
        }
        if others.is_empty() {
            return out;
        }
        if let Some((within, at)) = &class.offered {
            let done = self.offered_on(&it.name, &owners);
            let (by, to) = (owners.clone(), others.clone());
            out.push(Deadline { act: "offer", by, to, day: after(it.made, within), done, at: *at });
        }
        if let Some((within, at)) = &class.integrated {
            let used = ["launched", "delivered", "accepted"];
            let done = used.iter().find_map(|word| self.facts.told(word, Some(&it.name), None));
            let done = done.or_else(|| self.facts.reached(&it.name, None, None));
            let (by, to) = (others.clone(), owners.clone());
            out.push(Deadline { act: "integrate", by, to, day: after(it.made, within), done, at: *at });
        }
        if let Some((length, then, at)) = &class.talks {
            let end = after(of.since, length);
            let (by, to) = (owners.clone(), others.clone());
            out.push(Deadline { act: "talk", by, to, day: end.clone(), done: None, at: *at });
            if let Some(AfterTalks::FirstRefusal(right)) = then {
                let day = end.and_then(|end| after(end, right));
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

    /// The day notice of an invention was given by one of its owners: it was offered.
    fn offered_on(&self, name: &Name, owners: &[Name]) -> Option<Date> {
        self.facts.happened().find_map(|event| match &event.kind {
            EventKind::Notice(notice) if notice.of.as_ref() == Some(name) && owners.contains(&notice.by) => {
                Some(event.date)
            }
            _ => None,
        })
    }
}
