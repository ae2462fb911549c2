//! The clocks of triggers among what opens and closes: notices that may be given, failures that may be put right and choices
//! that are open, each until its last day.

use super::course::State;
use super::listed::Listed;
use crate::engine::Run;
use crate::rights::{Fired, Step as Came};
use counterpart_syntax::Form;
use counterpart_terms::Record;
use counterpart_terms::model::Trigger;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// What is open under triggers on the day asked about.
    pub(super) fn open_clocks(&self) -> Vec<Listed> {
        let model = self.model_now();
        let today = self.facts.as_of();
        let mut out = Vec::new();
        for trigger in model.triggers.iter().filter(|trigger| self.over_with_agreement(trigger).is_none()) {
            let fired = self.followed_so_far(model, trigger).into_iter();
            let sure = fired.filter(|fired| fired.doubt.is_none() && fired.elsewhere.is_none());
            out.extend(sure.filter(|fired| fired.tested <= today).filter_map(|f| self.clock_of(trigger, &f)));
        }
        out
    }

    fn clock_of(&self, trigger: &Trigger, fired: &Fired) -> Option<Listed> {
        let effects = self.follows_in_words(trigger);
        let (kind, who, since, last, may, otherwise) = match fired.step {
            Came::AwaitsNotice => {
                let (who, last) = self.may_give_notice(trigger, fired);
                let may = format!("{} may give notice", Name::list(&who));
                ("notice", who, fired.tested, last, may, "the test lapses".to_string())
            }
            Came::Curing => {
                let (from, last) = self.time_to_cure(trigger, fired).ok()??;
                ("cure", Vec::new(), from, Some(last), "it may be put right".to_string(), effects.join("; "))
            }
            Came::Bites(from) if self.may_still_choose(trigger, fired) => {
                let (by, ..) = trigger.choice.as_ref()?;
                let last = self.last_to_choose(trigger, from);
                let may = match self.choices_in_words(trigger) {
                    Some(choices) => format!("{by} may choose {choices}"),
                    None => format!("{by} may choose"),
                };
                ("choice", vec![by.clone()], from, last, may, "nothing is chosen".to_string())
            }
            _ => return None,
        };
        // What follows is told once: where nothing is put right, or else with what may be chosen.
        let effects = if kind == "notice" { effects } else { Vec::new() };
        let place = fired.place.as_ref().map(|place| format!("in {place}"));
        let of = fired.of.as_ref().map(|of| format!("for {of}"));
        Some(Listed {
            name: trigger.name.to_string(),
            kind: kind.to_string(),
            from: Vec::new(),
            to: who.iter().map(Name::to_string).collect(),
            state: State::Open.to_string(),
            since: Some(since),
            until: last,
            because: format!("its test held on {}", fired.tested),
            opens: None,
            closes: last,
            about: place.into_iter().chain(of).chain(effects).collect(),
            otherwise: vec![otherwise],
            discloses: Vec::new(),
            keeps_secret: Vec::new(),
            may: vec![may],
            history: Vec::new(),
            clause: self.place(trigger.at),
        })
    }

    /// What follows from a test that held, each line in its words, and what may be chosen behind it.
    fn follows_in_words(&self, trigger: &Trigger) -> Vec<String> {
        let record = self.record_at(trigger.at);
        let below = record.into_iter().flat_map(|record| &record.below);
        let lines = below.filter(|line| matches!(line.clause, Form::TriggerThen | Form::TriggerThenChoose));
        let words = |line: &Record| {
            let said = self.words_of(line.at);
            let choices: Vec<String> =
                line.all_below(Form::ChoicesChoice).map(|choice| self.words_of(choice.at)).collect();
            if choices.is_empty() { said } else { format!("{said}: {}", choices.join(" | ")) }
        };
        lines.map(words).collect()
    }

    /// What may be chosen under a trigger, and how the choice is told.
    pub(crate) fn choices_in_words(&self, trigger: &Trigger) -> Option<String> {
        let record = self.record_at(trigger.at)?;
        let choices =
            record.all_below(Form::TriggerThenChoose).flat_map(|line| line.all_below(Form::ChoicesChoice));
        let choices: Vec<String> = choices.map(|choice| self.words_of(choice.at)).collect();
        let first = choices.first()?;
        let by = trigger.choice.as_ref().map(|(by, ..)| by)?;
        Some(format!("{} (told as `chose by {by} in {}: {first}`)", choices.join(" | "), trigger.name))
    }
}
