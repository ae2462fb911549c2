//! What entries say of a grant itself: that it, or a part of it, was ended.

use super::changes::{Dated, is_of};
use crate::ends::ended::Ended;
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{Change, Effect};
use counterpart_terms::value::Name;

/// A part of the agreement, or a grant, that was ended by itself.
#[derive(Debug, Clone)]
pub(crate) struct EndedPart {
    /// The grant, where it is one alone or a part of one.
    pub name: Option<Name>,
    /// Where, if only there.
    pub place: Option<Name>,
    /// For which products, fields or customers, if only for those.
    pub of: Vec<Name>,
    /// Who ended it.
    pub by: Vec<Name>,
    /// The first day on which it is over.
    pub from: Date,
    /// Why that cannot be said.
    pub doubt: Option<Unknown>,
    /// The entry.
    pub at: At,
}

impl Run<'_> {
    /// The parts of the agreement, and the grants, that were ended by themselves.
    pub(crate) fn ended_parts(&self) -> Vec<EndedPart> {
        let part = |event: &Event| {
            let EventKind::Told { name, place, parts, .. } = &event.kind else { return None };
            let of = parts.names(Label::Fields);
            let is_grant = |name: &Name| self.models().any(|model| model.grants.contains_key(name));
            let alone = place.is_some() || !of.is_empty() || name.is_some();
            if !alone || !name.as_ref().is_none_or(is_grant) {
                return None;
            }
            let (from, doubt) = self.over_from(event)?;
            let by = parts.names(Label::By);
            Some(EndedPart { name: name.clone(), place: place.clone(), of, by, from, doubt, at: event.at })
        };
        self.facts.told_as("terminated").filter_map(part).collect()
    }

    /// What entries say of a grant itself: that it was ended, in a country if so said.
    pub(super) fn told_of(&self, name: &Name) -> Vec<Dated> {
        let mut out = self.chosen_alone(name);
        let named = |trigger: &Name| self.models().any(|m| m.triggers.iter().any(|t| t.name == *trigger));
        for event in self.facts.happened() {
            match &event.kind {
                EventKind::Told { word, name: told, place, parts, .. }
                    if matches!(word.as_str(), "terminated" | "dropped" | "ended")
                        && is_told_of(
                            name,
                            told.as_ref(),
                            word,
                            place.is_some() || parts.has(Label::Fields),
                        ) =>
                {
                    let Some((from, doubt)) = self.over_from(event) else { continue };
                    let plain = Dated::plain(from, Change::Ends, event.at);
                    let of = parts.names(Label::Fields);
                    out.push(Dated { place: place.clone(), of, doubt, ..plain });
                }
                EventKind::Chose { in_: Some(trigger), effects, .. } if !named(trigger) => {
                    let effects = effects.iter().filter_map(Effect::read).filter(|e| is_of(e, name));
                    out.extend(
                        effects.map(|effect| Dated {
                            effect,
                            ..Dated::plain(event.date, Change::Ends, event.at)
                        }),
                    );
                }
                _ => {}
            }
        }
        out
    }

    /// The first day on which a part is over that somebody ended: by the same rules as the agreement as a whole. `None`
    /// where the entry ends nothing.
    fn over_from(&self, event: &Event) -> Option<(Date, Option<Unknown>)> {
        let EventKind::Told { word, name, place, parts, .. } = &event.kind else { return None };
        if word != "terminated" {
            return Some((event.date, None));
        }
        let fields = parts.names(Label::Fields);
        let what = Ended::told(name.as_ref(), place.as_ref(), &fields, self.model_on(event.date));
        match self.clock().ended_by(event, parts, &what)?.end {
            // Its last day is that of the agreement, were all of it ended so.
            Ok(last) => Some((last.next_day().unwrap_or(last), None)),
            Err(why) => Some((event.date, Some(why))),
        }
    }
}

/// Whether an entry that something is over is about a grant: about it by name, or about a part of the agreement.
fn is_told_of(name: &Name, told: Option<&Name>, word: &str, part: bool) -> bool {
    told.map_or(part && word == "terminated", |told| told == name)
}
