//! What entries say of a grant itself: that it, or a part of it, was ended.

use super::blank;
use super::changes::{Dated, is_of};
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Change, Effect, Model};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Duration, Name, Value};

impl Run<'_> {
    /// What entries say of a grant itself: that it was ended, in a country if so said.
    pub(super) fn told_of(&self, name: &Name, model: &Model) -> Vec<Dated> {
        let mut out = self.chosen(name, None, &[]);
        let unnamed = |trigger: &Name| !model.triggers.iter().any(|t| t.name == *trigger);
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
                    let (from, doubt) = match self.after_notice(model, parts, event.date) {
                        Ok(from) => (from, None),
                        Err(why) => (event.date, Some(why)),
                    };
                    let plain = Dated::plain(from, Change::Ends, event.at);
                    let of = parts.names(Label::Fields);
                    out.push(Dated { place: place.clone(), of, doubt, ..plain });
                }
                EventKind::Chose { in_: Some(trigger), effects, .. } if unnamed(trigger) => {
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

    /// The first day on which a part is over that a party ends on a day: after the notice the text asks of it for that.
    fn after_notice(&self, model: &Model, told: &Parts, on: Date) -> Eval<Date> {
        let by = told.names(Label::By);
        let mut hidden = None;
        let blocks = model.records.iter().filter(|r| r.clause == Form::FileTerminate);
        let clauses = blocks.flat_map(|block| block.all_below(Form::TerminateCause));
        let own = clauses.filter(|clause| {
            let named = clause.parts(Label::By).map(|by| by.names(Label::Parties)).unwrap_or_default();
            let theirs = if named.is_empty() || by.is_empty() {
                Some(true)
            } else {
                blank::any(&named, |party| by.contains(party))
            };
            if clause.has(Label::Product) && theirs.is_none() {
                hidden = Some(Unknown::new("who may end it is redacted or open").at(clause.at));
            }
            clause.has(Label::Product) && theirs == Some(true)
        });
        let notices: Vec<&Duration> = own
            .filter_map(|clause| match clause.get(Label::Notice) {
                Some(Value::Duration(notice)) if !clause.has(Label::Cure) => Some(notice),
                _ => None,
            })
            .collect();
        if let Some(why) = hidden {
            return Err(why);
        }
        match notices.as_slice() {
            [] => Ok(on),
            [notice] => {
                let last = self.clock().shift(on, notice, false)?;
                Ok(last.next_day().unwrap_or(last))
            }
            _ => Err(Unknown::new(
                "on what ground this part was ended is not told, and so not how long its notice is",
            )),
        }
    }
}

/// Whether an entry that something is over is about a grant: about it by name, or about a part of the agreement.
fn is_told_of(name: &Name, told: Option<&Name>, word: &str, part: bool) -> bool {
    told.map_or(part && word == "terminated", |told| told == name)
}
