//! Triggers: a test, its notices and clocks, and what follows.

use super::cure::CureWay;
use super::effect::Lasting;
use super::tested::Tested;
use crate::record::{At, Parts, Record};
use crate::value::{Condition, Duration, Name, Value};
use counterpart_syntax::{Form, Label};

/// A trigger: a test, and what follows from it.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// Its name.
    pub name: Name,
    /// The test.
    pub when: Option<Condition>,
    /// When it is tested, where it has days of its own.
    pub tested: Option<Tested>,
    /// For each of these by itself: `country`, `product`, `field`, or a dimension.
    pub each: Option<Name>,
    /// What excuses a failure.
    pub excused: Vec<Condition>,
    /// The effect is undone when this is so.
    pub back: Option<Condition>,
    /// The effect lasts only while its cause does.
    pub reversible: bool,
    /// It works once.
    pub one_shot: bool,
    /// The effect lasts so long.
    pub lasts: Option<Duration>,
    /// What was too much in one test counts in the next.
    pub surplus: bool,
    /// Notice: by whom, within how long.
    pub notice: Option<(Vec<Name>, Option<Duration>)>,
    /// Cure: within how long.
    pub cure: Option<Duration>,
    /// In which ways; in any where none is named.
    pub cure_by: Vec<CureWay>,
    /// How long whoever is curing has, where that is longer.
    pub cure_longer: Option<Duration>,
    /// Who may choose, within how long, among which effects.
    pub choice: Option<(Name, Option<Duration>, Vec<Value>)>,
    /// The same effects line by line: one line is one choice.
    pub lines: Vec<Vec<Value>>,
    /// Of the effects to choose among, those that are to be carried out within a time.
    pub times: Vec<Timed>,
    /// Effects without a choice.
    pub then: Vec<Value>,
    /// The clause.
    pub at: At,
}

/// Effects to be carried out within a time.
#[derive(Debug, Clone)]
pub struct Timed {
    /// Which.
    pub effects: Vec<Value>,
    /// The time, from the choice.
    pub within: Duration,
    /// The time in which what was agreed is closed, from then on.
    pub closed: Option<Duration>,
}

impl Trigger {
    /// For how long an effect of it lasts: as its own words say, and as the trigger says of all its effects.
    pub fn lasting(&self, own: &Lasting) -> Lasting {
        Lasting {
            while_it_lasts: own.while_it_lasts || self.reversible,
            for_: own.for_.clone().or_else(|| self.lasts.clone()),
            back: self.back.clone(),
            ..own.clone()
        }
    }

    /// How long a party that chose an effect has to carry it out, where its line says so.
    pub fn time_for(&self, is: impl Fn(&Value) -> bool) -> Option<&Timed> {
        self.times.iter().find(|timed| timed.effects.iter().any(&is))
    }

    /// Whether an entry on a cure may be about what this tests: it names this, or nothing.
    pub fn is_cured_by(&self, told: &Parts) -> bool {
        told.name(Label::Name).is_none_or(|name| *name == self.name)
    }

    pub(super) fn read(record: &Record) -> Option<Trigger> {
        let mut trigger = Trigger {
            name: record.name(Label::Name)?.clone(),
            when: None,
            tested: None,
            each: None,
            excused: Vec::new(),
            back: None,
            reversible: false,
            one_shot: false,
            lasts: None,
            surplus: false,
            notice: None,
            cure: None,
            cure_by: Vec::new(),
            cure_longer: None,
            choice: None,
            lines: Vec::new(),
            times: Vec::new(),
            then: Vec::new(),
            at: record.at,
        };
        for clause in &record.below {
            let within = || match clause.get(Label::Within) {
                Some(Value::Duration(within)) => Some(within.clone()),
                _ => None,
            };
            match clause.clause {
                Form::TriggerWhen => trigger.when = clause.condition(Label::When).cloned(),
                Form::TriggerTested => trigger.tested = Some(Tested::read(clause)),
                Form::TriggerEach => {
                    let named = clause.name(Label::Per).cloned();
                    trigger.each = named.or_else(|| clause.word(Label::Per).map(Name::from));
                }
                Form::TriggerExcused => trigger.excused.extend(
                    [Label::While, Label::When].into_iter().filter_map(|l| clause.condition(l)).cloned(),
                ),
                Form::TriggerBack => trigger.back = clause.condition(Label::Back).cloned(),
                Form::TriggerReversible => trigger.reversible = true,
                Form::TriggerOneShot => trigger.one_shot = true,
                Form::TriggerSurplus => trigger.surplus = true,
                Form::TriggerLasts => {
                    trigger.lasts = match clause.get(Label::Lasts) {
                        Some(Value::Duration(lasts)) => Some(lasts.clone()),
                        _ => None,
                    };
                }
                Form::TriggerNotice => trigger.notice = Some((clause.names(Label::By), within())),
                Form::TriggerCure => {
                    trigger.cure = within();
                    trigger.cure_by = CureWay::read(clause, Label::By);
                    let longer =
                        clause.get(Label::Most).or_else(|| clause.parts(Label::Up)?.get(Label::Most));
                    trigger.cure_longer = match longer {
                        Some(Value::Duration(longer)) => Some(longer.clone()),
                        _ => None,
                    };
                }
                Form::TriggerThenChoose => {
                    let lines = clause.all_below(Form::ChoicesChoice);
                    trigger.lines.extend(lines.map(|line| line.all(Label::Effect).cloned().collect()));
                    let effects = trigger.lines.iter().flatten().cloned();
                    trigger.times.extend(clause.all_below(Form::ChoicesChoice).filter_map(timed));
                    trigger.choice =
                        clause.name(Label::Who).map(|who| (who.clone(), within(), effects.collect()));
                }
                Form::TriggerThen => trigger.then.extend(clause.all(Label::Effect).cloned()),
                _ => {}
            }
        }
        Some(trigger)
    }
}

/// The effects of a line to choose, where it says within which time they are to be carried out.
fn timed(line: &Record) -> Option<Timed> {
    let length = |label| match line.get(label) {
        Some(Value::Duration(length)) => Some(length.clone()),
        _ => None,
    };
    let effects = line.all(Label::Effect).cloned().collect();
    Some(Timed { effects, within: length(Label::Within)?, closed: length(Label::Close) })
}
