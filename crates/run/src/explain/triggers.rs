//! What became of a trigger that is asked about by its name alone: its tests, and each step from a test to its effect.

use crate::claims::Ask;
use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use counterpart_ledger::ClaimKind;
use counterpart_syntax::Form;
use counterpart_terms::model::Trigger;
use counterpart_terms::value::Condition;

impl Run<'_> {
    /// The trigger that a question is about which names it and nothing else.
    pub(super) fn trigger_asked(&self, claim: &ClaimKind) -> Option<&Trigger> {
        let (_, ask) = Ask::of(claim)?;
        let [name] = ask.streams else { return None };
        self.model_now().triggers.iter().find(|trigger| trigger.name == *name)
    }

    /// How a trigger stands, in words.
    pub(super) fn trigger_in_words(&self, trigger: &Trigger) -> String {
        let listed = self.course_of_trigger(trigger);
        let day = listed.since.map(|since| format!(", {since}")).unwrap_or_default();
        format!("{}{day}", listed.because)
    }

    /// Its tests that held, each with what became of it; where none did, what its test rests on.
    pub(super) fn why_of_trigger(&self, trigger: &Trigger) -> Vec<Step> {
        let model = self.model_now();
        let fired = self.followed_so_far(model, trigger).into_iter();
        let fired = fired.filter(|fired| fired.elsewhere.is_none() && fired.tested <= self.facts.as_of());
        let mut out: Vec<Step> = Vec::new();
        for fired in fired {
            if let Some(why) = &fired.doubt {
                let said = Step::unknown(why);
                if !out.contains(&said) {
                    out.push(said);
                }
                continue;
            }
            let mut steps = self.fired_in_steps(trigger, &fired);
            if let Some(event) = self.choice_made(trigger, &fired) {
                steps.push(Step::note("it was chosen").on(event.date).by(event.at));
            }
            out.extend(steps);
        }
        let line = self.line_of(trigger.at, Form::TriggerWhen);
        let ahead = match &trigger.when {
            Some(Condition::State { name, by: Some(by), .. }) => {
                let day = self.met_by(name, by, &Focus::default()).ok().flatten();
                day.filter(|day| *day >= self.facts.as_of())
            }
            _ => None,
        };
        match (&trigger.when, out.is_empty()) {
            (_, true) if ahead.is_some() => vec![Step::note("its day has not come").on(ahead).by(line)],
            (Some(when), true) => {
                let why = self.why_so(when, self.facts.as_of(), 1);
                vec![Step::note("its test has not held").by(line).from(vec![why])]
            }
            _ => out,
        }
    }
}
