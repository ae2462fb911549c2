//! Answers about other days that outlive the run they were found with: the findings about the entries, the statement and the
//! timeline follow the same triggers, and each asks on the same days whether a failure was put right.
//!
//! As with the runs of other days (`runs`), an answer is used again only in a setting that agrees as far as it was looked at;
//! what hung on something that was being worked out is not kept.

use crate::clock::Focus;
use crate::engine::Run;
use crate::runs::{Looked, Runs, Setting};
use counterpart_num::Date;
use counterpart_terms::At;
use counterpart_terms::model::TierKind;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What is asked about a trigger on a day.
#[derive(Clone, Copy)]
pub(crate) struct Question<'q> {
    /// The trigger.
    pub trigger: At,
    /// What it looked at when its test held.
    pub about: &'q Focus,
    /// The notice that was given of it.
    pub notice: Option<At>,
    /// The day of the test.
    pub tested: Date,
    /// The day that is asked about.
    pub on: Date,
}

type Key = (At, Date, Option<At>, Date, bool);

struct Answered<V> {
    about: Focus,
    setting: Setting,
    looked: Looked,
    answer: V,
}

/// Answers to such questions.
pub(crate) struct Answers<V>(RefCell<BTreeMap<Key, Vec<Answered<V>>>>);

impl<V> Default for Answers<V> {
    fn default() -> Answers<V> {
        Answers(RefCell::default())
    }
}

impl<V: Clone> Answers<V> {
    /// The answer to a question, asked of the machine of its day where it is not known yet.
    pub fn of(&self, run: &Run<'_>, asked: Question<'_>, ask: impl FnOnce(&Run<'_>) -> V) -> V {
        let runs = Runs::of(run);
        let setting = runs.setting_of(run, &[], false);
        let key = (asked.trigger, asked.tested, asked.notice, asked.on, run.reading == TierKind::Whole);
        let same =
            |one: &&Answered<V>| one.about == *asked.about && runs.agree(&one.setting, &one.looked, &setting);
        if let Some(known) = self.0.borrow().get(&key).and_then(|all| all.iter().find(same)) {
            run.ties.has_looked(&known.looked);
            return known.answer.clone();
        }
        let then = Runs::then(run, asked.on, &[]);
        let answer = ask(&then);
        if then.circles() == 0 {
            let (about, looked) = (asked.about.clone(), then.ties.looked());
            let answered = Answered { about, setting, looked, answer: answer.clone() };
            self.0.borrow_mut().entry(key).or_default().push(answered);
        }
        answer
    }
}
