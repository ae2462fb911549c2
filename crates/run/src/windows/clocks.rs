//! The clocks among what opens and closes: notices that may be given under triggers, failures that may be put right, choices
//! that are open and rights to end the agreement, each until its last day; and what became of every test that held.

use super::course::State;
use super::listed::{Listed, Step};
use crate::engine::Run;
use crate::exit::OpenRight;
use crate::rights::{Fired, Step as Came};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
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
            let named = fired.filter(|fired| fired.elsewhere.is_none() && fired.tested <= today);
            for listed in named.filter_map(|fired| self.clock_of(trigger, &fired)) {
                // Days of which the same is not known are one.
                if !out.contains(&listed) {
                    out.push(listed);
                }
            }
        }
        out.extend(self.open_rights_to_end().iter().map(|right| self.right_to_end(right)));
        out
    }

    /// A right to end the agreement that lapses on a day.
    fn right_to_end(&self, right: &OpenRight) -> Listed {
        Listed {
            name: right.words(),
            kind: "right to end".to_string(),
            from: Vec::new(),
            to: vec![right.by.to_string()],
            state: State::Open.to_string(),
            since: None,
            until: right.last,
            because: "its ground has come".to_string(),
            opens: None,
            closes: right.last,
            about: Vec::new(),
            otherwise: vec!["the right lapses".to_string()],
            discloses: Vec::new(),
            keeps_secret: Vec::new(),
            may: vec![format!("{} may end it", right.by)],
            history: Vec::new(),
            clause: self.place(right.at),
        }
    }

    /// The triggers whose tests held and of which nothing is open, each with what became of it; of one by name also where
    /// its test never held.
    pub(super) fn triggers_over(&self, of: Option<&Name>) -> Vec<Listed> {
        let model = self.model_now();
        let asked = |trigger: &&Trigger| match of {
            Some(name) => trigger.name == *name,
            None => trigger.notice.is_some() || trigger.cure.is_some() || trigger.choice.is_some(),
        };
        let all = model.triggers.iter().filter(asked).map(|trigger| self.course_of_trigger(trigger));
        all.filter(|listed| of.is_some() || !listed.history.is_empty()).collect()
    }

    /// How a trigger stands, with what became of each of its tests.
    pub(crate) fn course_of_trigger(&self, trigger: &Trigger) -> Listed {
        let history = self.history_of(trigger);
        let last = history.last();
        let over = self.over_with_agreement(trigger);
        let (state, because) = match (last, over) {
            (Some(last), _) => (last.state.clone(), last.because.clone()),
            (None, Some(_)) => (State::Ended.to_string(), "the agreement ended".to_string()),
            (None, None) => (State::NotOpen.to_string(), "its test has not held".to_string()),
        };
        let since = last.and_then(|last| last.from);
        Listed {
            name: trigger.name.to_string(),
            kind: "trigger".to_string(),
            from: Vec::new(),
            to: Vec::new(),
            state,
            since,
            until: None,
            because,
            opens: None,
            closes: None,
            about: self.effect_lines(trigger),
            otherwise: Vec::new(),
            discloses: Vec::new(),
            keeps_secret: Vec::new(),
            may: Vec::new(),
            history,
            clause: self.place(trigger.at),
        }
    }

    /// What follows from a test that held, each line in its words, and what may be chosen behind it.
    fn effect_lines(&self, trigger: &Trigger) -> Vec<String> {
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

    /// What became of every test of a trigger that held: the test, the notice, the cure, the choice, the effect.
    fn history_of(&self, trigger: &Trigger) -> Vec<Step> {
        let model = self.model_now();
        let fired = self.followed_so_far(model, trigger).into_iter();
        let fired = fired.filter(|fired| fired.elsewhere.is_none() && fired.tested <= self.facts.as_of());
        let mut out: Vec<Step> = Vec::new();
        for fired in fired {
            let steps = match &fired.doubt {
                None => self.steps_of(trigger, &fired),
                Some(why) => {
                    let said = format!("whether its test held is not known: {}", why.reason);
                    vec![step(None, State::Unclear.to_string(), said, vec![self.place(trigger.at)])]
                }
            };
            // Days of which the same is not known are one.
            out.extend(
                steps
                    .into_iter()
                    .filter(|one| fired.doubt.is_none() || !out.contains(one))
                    .collect::<Vec<_>>(),
            );
        }
        if let Some(over) = self.over_with_agreement(trigger).filter(|_| !out.is_empty()) {
            out.push(step(
                over.next_day(),
                State::Ended.to_string(),
                "the agreement ended".into(),
                Vec::new(),
            ));
        }
        out
    }

    fn steps_of(&self, trigger: &Trigger, fired: &Fired) -> Vec<Step> {
        let place = fired.place.as_ref().map_or(String::new(), |place| format!(" in {place}"));
        let of = fired.of.as_ref().map_or(String::new(), |of| format!(" for {of}"));
        let by = |form| vec![self.place(self.line_of(trigger.at, form))];
        let entry = |at| self.facts.happened().find(|event| Some(event.at) == at);
        let came = format!("its test held{of}{place}");
        let mut out = vec![step(Some(fired.tested), "came".into(), came, by(Form::TriggerWhen))];
        if let Some(event) = entry(fired.notice) {
            let said = match &event.kind {
                EventKind::Notice(notice) => format!("{} gave notice", notice.by),
                _ => "notice was given".to_string(),
            };
            out.push(step(Some(event.date), "noticed".into(), said, vec![self.place(event.at)]));
        }
        let until = |last: Option<Date>| last.map_or(String::new(), |last| format!(" until {last}"));
        match fired.step {
            Came::AwaitsNotice => {
                let (who, last) = self.may_give_notice(trigger, fired);
                let said = format!("{} may give notice{}", Name::list(&who), until(last));
                out.push(step(Some(fired.tested), State::Open.to_string(), said, by(Form::TriggerNotice)));
            }
            Came::Lapsed => {
                let (_, last) = self.may_give_notice(trigger, fired);
                let said = "no notice came in time".to_string();
                let on = last.and_then(Date::next_day);
                out.push(step(on, State::Lapsed.to_string(), said, by(Form::TriggerNotice)));
            }
            Came::Curing => {
                let time = self.time_to_cure(trigger, fired).ok().flatten();
                let (from, last) = time.unzip();
                let said = format!("it may be put right{}", until(last));
                out.push(step(from, State::Open.to_string(), said, by(Form::TriggerCure)));
            }
            Came::Cured => {
                let on = fired.cured.map(|cured| cured.on);
                let entry = fired.cured.and_then(|cured| cured.by).map(|at| self.place(at));
                let by = entry.map_or_else(|| by(Form::TriggerCure), |entry| vec![entry]);
                out.push(step(on, "cured".into(), "it was put right".into(), by));
            }
            Came::Excused => {
                let said = "it is excused".to_string();
                out.push(step(Some(fired.tested), "excused".into(), said, by(Form::TriggerExcused)));
            }
            Came::Bites(from) => {
                let Some((who, ..)) = &trigger.choice else {
                    let said = self.effect_lines(trigger).join("; ");
                    out.push(step(Some(from), State::Effective.to_string(), said, by(Form::TriggerThen)));
                    return out;
                };
                let last = self.last_to_choose(trigger, from);
                let lines = by(Form::TriggerThenChoose);
                out.push(match self.choice_made(trigger, fired) {
                    Some(event) => {
                        let words = self.words_of(event.at);
                        let what = words.split_once(": ").map_or(words.as_str(), |(_, what)| what);
                        let said = format!("{who} chose: {what}");
                        step(Some(event.date), "chosen".into(), said, vec![self.place(event.at)])
                    }
                    None if last.is_some_and(|last| last < self.facts.as_of()) => {
                        let on = last.and_then(Date::next_day);
                        step(on, State::Lapsed.to_string(), "nothing was chosen".into(), lines)
                    }
                    None => {
                        let said = format!("{who} may choose{}", until(last));
                        step(Some(from), State::Open.to_string(), said, lines)
                    }
                });
            }
        }
        out
    }

    fn clock_of(&self, trigger: &Trigger, fired: &Fired) -> Option<Listed> {
        let effects = self.effect_lines(trigger);
        let (kind, who, since, last, may, otherwise) = match fired.step {
            Came::AwaitsNotice | Came::Curing if fired.doubt.is_some() => return None,
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
                let last = self.last_to_choose(trigger, from).filter(|_| fired.doubt.is_none());
                let by = self.who_has(std::slice::from_ref(by), Some(&trigger.name));
                let doubt = fired.doubt.as_ref().map_or("", |_| ", if the test held");
                let between = self.choices_in_words(trigger).map_or(String::new(), |said| format!(" {said}"));
                let may = format!("{} may choose{between}{doubt}", Name::list(&by));
                ("choice", by, from, last, may, "nothing is chosen".to_string())
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
            state: if fired.doubt.is_some() { State::Unclear } else { State::Open }.to_string(),
            since: Some(since).filter(|_| fired.doubt.is_none()),
            until: last,
            because: match &fired.doubt {
                None => format!("its test held on {}", fired.tested),
                Some(why) => format!("it is not known whether its test held: {}", why.reason),
            },
            opens: None,
            closes: last,
            about: place.into_iter().chain(of).chain(effects).collect(),
            otherwise: vec![otherwise],
            discloses: Vec::new(),
            keeps_secret: Vec::new(),
            may: vec![may],
            history: self.history_of(trigger),
            clause: self.place(trigger.at),
        })
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

/// A day of a history.
fn step(from: Option<Date>, state: String, because: String, by: Vec<String>) -> Step {
    Step { from, until: from, state, because, by }
}
