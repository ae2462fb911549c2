//! The clocks of triggers among what opens and closes: notices that may be given, failures that may be put right and choices
//! that are open, each until its last day.

use super::course::State;
use super::listed::Listed;
use crate::engine::Run;
use crate::rights::{Fired, Step as Came};
use counterpart_syntax::Form;
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
        let lines = |forms: &[Form]| -> Vec<String> {
            let record = self.record_at(trigger.at);
            let below = record.into_iter().flat_map(|record| &record.below);
            below.filter(|line| forms.contains(&line.clause)).map(|line| self.words_of(line.at)).collect()
        };
        let effects = lines(&[Form::TriggerThen, Form::TriggerThenChoose]);
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
                let by = self.who_has(std::slice::from_ref(by), Some(&trigger.name));
                let may = format!("{} may choose", Name::list(&by));
                ("choice", by, from, last, may, "nothing is chosen".to_string())
            }
            _ => return None,
        };
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
}
