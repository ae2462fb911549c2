//! Whether a licence costs something: as its own lines say, until a trigger, a choice or the lapse of an option makes a free
//! one `royalty-bearing`, or a paid one `royalty-free`.

use super::Step;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// That a licence comes to cost something, or nothing, from a day on.
struct Turn {
    from: Date,
    at: At,
    bears: bool,
    doubt: Option<Unknown>,
}

impl Run<'_> {
    /// Whether a licence bears a royalty or fee on the day asked about.
    ///
    /// # Errors
    /// Where its text does not say, or it hangs on what is not known.
    pub(crate) fn bears_royalty(&self, name: &Name) -> Eval<bool> {
        let today = self.facts.as_of();
        let mut turns = self.turned_by_triggers(name);
        turns.extend(self.turned_by_lapse(name));
        turns.retain(|turn| turn.from <= today);
        turns.sort_by_key(|turn| (turn.from, turn.at));
        let own = self.bears_by_its_text(name);
        turns.into_iter().fold(own, |before, turn| match turn.doubt {
            None => Ok(turn.bears),
            Some(_) if before == Ok(turn.bears) => before,
            Some(why) => Err(why.at(turn.at)),
        })
    }

    fn bears_by_its_text(&self, name: &Name) -> Eval<bool> {
        let is = |r: &&Record| r.clause == Form::FileGrant && r.name(Label::Name) == Some(name);
        let record = self.named_on(self.facts.as_of(), |m| m.records.iter().find(is));
        let has = |form| record.is_some_and(|record| record.below(form).is_some());
        match (has(Form::GrantPriced), has(Form::GrantRoyalty)) {
            (true, _) => Ok(true),
            (false, true) => Ok(false),
            (false, false) => Err(Unknown::new(format!(
                "the text does not say whether `{name}` is royalty-free or royalty-bearing"
            ))),
        }
    }

    fn turned_by_triggers(&self, name: &Name) -> Vec<Turn> {
        let model = self.model_now();
        let mut out = Vec::new();
        for trigger in &model.triggers {
            let at_once = trigger.then.iter().find_map(|effect| turns(effect, name));
            let mut chosen = trigger.choice.iter().flat_map(|(_, _, effects)| effects);
            if at_once.is_none() && !chosen.any(|effect| turns(effect, name).is_some()) {
                continue;
            }
            let fired = self.followed(model, trigger);
            for found in &fired {
                if let (Step::Bites(from), Some(bears)) = (&found.step, at_once) {
                    out.push(Turn { from: *from, at: trigger.at, bears, doubt: found.doubt.clone() });
                }
            }
            for event in self.facts.happened() {
                let EventKind::Chose { in_: Some(of), effects, .. } = &event.kind else { continue };
                let bears = effects.iter().find_map(|effect| turns(effect, name));
                let open = fired.iter().any(|found| match found.step {
                    Step::Bites(from) => {
                        from <= event.date && self.may_still_choose(trigger, from, event.date)
                    }
                    _ => false,
                });
                if let Some(bears) = bears.filter(|_| *of == trigger.name && open) {
                    out.push(Turn { from: event.date, at: event.at, bears, doubt: None });
                }
            }
        }
        out
    }

    fn turned_by_lapse(&self, name: &Name) -> Vec<Turn> {
        let mut out = Vec::new();
        for record in self.model_now().records.iter().filter(|r| r.clause == Form::FileOption) {
            let mut effects = record.all_below(Form::OptionLapses).flat_map(|line| line.all(Label::Effect));
            let Some(bears) = effects.find_map(|effect| turns(effect, name)) else { continue };
            if let Some((from, doubt)) = self.lapses_from(record) {
                out.push(Turn { from, at: record.at, bears, doubt });
            }
        }
        out
    }
}

/// Whether an effect makes a licence cost something, or nothing.
fn turns(effect: &Value, name: &Name) -> Option<bool> {
    let Value::Parts(parts) = effect else { return None };
    if parts.name(Label::Name) != Some(name) {
        return None;
    }
    match () {
        () if parts.has(Label::Bearing) || parts.has(Label::Setter) => Some(true),
        () if parts.has(Label::Free) => Some(false),
        () => None,
    }
}
