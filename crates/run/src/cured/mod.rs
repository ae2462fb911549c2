//! What puts a failure right: an entry that says so, or what the clause asks for.
//!
//! A failure of a test is put right in the time to cure by the first day on which what the clause names has come: the debt is
//! paid, the milestone reached, the figure met (`figures`), the sum on the shortfall paid (`shortfall`), what went on
//! stopped. Each day is asked of the machine as of that day, so nothing that came later counts. Where a clause names no way,
//! what failed may be made good in any, but for a figure: that one time's sales make up for another's has to be said.
//! When the time to cure ends is asked in `curing`, and what follows where it runs out in `rights/triggers`.

mod debts;
mod figures;
mod shortfall;
mod time;
mod unfit;

pub(crate) use time::while_curing;
pub(crate) use unfit::warnings;

use crate::answers::{Answers, Question};
use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::{Fired, Step};
use crate::trace;
use crate::unknown::{Eval, Gap, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{CureWay, Model, Trigger};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Condition, Name};
use std::collections::BTreeSet;

/// That a failure was put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PutRight {
    /// On which day.
    pub on: Date,
    /// The entry that did it, where it was one alone.
    pub by: Option<At>,
}

impl Run<'_> {
    /// Every test of a trigger that held, as [`Run::followed`]; what is put right while the time to cure still runs is put
    /// right.
    pub(crate) fn followed_so_far(&self, model: &Model, trigger: &Trigger) -> Vec<Fired> {
        let followed = self.followed(model, trigger).into_iter();
        let now = followed.map(|fired| {
            if !matches!(fired.step, Step::Curing) || fired.doubt.is_some() {
                return fired;
            }
            let Ok(Some(time)) = self.time_to_cure(trigger, &fired) else { return fired };
            match self.put_right(trigger, &fired, time) {
                Ok(Some(cured)) => Fired { step: Step::Cured, cured: Some(cured), ..fired },
                Ok(None) => fired,
                Err(why) => Fired { doubt: Some(why.at(trigger.at)), ..fired },
            }
        });
        now.collect()
    }

    /// The first and the last day on which a test that held may be put right; none where no time runs.
    pub(crate) fn time_to_cure(&self, trigger: &Trigger, fired: &Fired) -> Eval<Option<(Date, Date)>> {
        let Some(cure) = &trigger.cure else { return Ok(None) };
        let noticed = fired.notice.and_then(|at| self.facts.happened().find(|event| event.at == at));
        if trigger.notice.is_some() && noticed.is_none() {
            return Ok(None);
        }
        let from = noticed.map_or(fired.tested, |event| event.date);
        let times = (cure, trigger.cure_longer.as_ref());
        let last = self.clock().last_to_cure(from, times, |told, _| trigger.is_cured_by(told))?;
        Ok(Some((from, last)))
    }

    /// How a test that held was put right, from one day to another.
    ///
    /// # Errors
    /// Where it cannot be said whether it was.
    pub(crate) fn put_right(
        &self,
        trigger: &Trigger,
        fired: &Fired,
        (from, last): (Date, Date),
    ) -> Eval<Option<PutRight>> {
        let told = self.told_cured((from, last), |parts| trigger.is_cured_by(parts));
        let Some(when) = trigger.when.as_ref().map(Condition::not_within) else { return Ok(told) };
        // What is being put together now is there as it was on that day: nothing has followed from this test by then.
        let about = looked_at(fired);
        let by = |day: Date| {
            let asked = question(trigger, fired, &about, day);
            self.machine.cures.put_right.of(self, asked, |then| then.is_put_right(trigger, &when, fired, day))
        };
        self.first_put_right((from, last), told, by)
    }

    /// The first entry `cured` from one day to another.
    pub(crate) fn told_cured(
        &self,
        (from, last): (Date, Date),
        theirs: impl Fn(&Parts) -> bool,
    ) -> Option<PutRight> {
        self.facts.happened().find_map(|event| {
            let EventKind::Told { word, parts, .. } = &event.kind else { return None };
            let it = word == "cured" && theirs(parts) && from <= event.date && event.date <= last;
            it.then_some(PutRight { on: event.date, by: Some(event.at) })
        })
    }

    /// The first day on which something is put right, of those on which anything was told, or that on which it was told
    /// to be.
    pub(crate) fn first_put_right(
        &self,
        (from, last): (Date, Date),
        told: Option<PutRight>,
        is: impl Fn(Date) -> Eval<bool>,
    ) -> Eval<Option<PutRight>> {
        let last = last.min(self.facts.as_of());
        let within = |day: &Date| from <= *day && *day <= last && told.is_none_or(|told| *day < told.on);
        let mut days: BTreeSet<Date> = self.facts.events().map(|event| event.date).filter(within).collect();
        days.extend(Some(from).filter(within));
        let mut unknown: Option<Unknown> = None;
        for day in days {
            match is(day) {
                Ok(true) => {
                    let mut of_day = self.facts.events().filter(|event| event.date == day);
                    let by = of_day.next().filter(|_| of_day.next().is_none()).map(|event| event.at);
                    return Ok(Some(PutRight { on: day, by }));
                }
                Ok(false) => {}
                Err(why) if why.gap == Gap::Missing => unknown = Some(why),
                Err(_) => {}
            }
        }
        match (told, unknown) {
            (Some(told), _) => Ok(Some(told)),
            (None, Some(why)) => Err(why),
            (None, None) => Ok(None),
        }
    }

    /// Whether by this day, which is the machine's, a failure is put right in a way its clause names.
    fn is_put_right(&self, trigger: &Trigger, failed: &Condition, fired: &Fired, day: Date) -> Eval<bool> {
        let each = |all: &[Condition]| -> Vec<Eval<bool>> {
            all.iter().map(|one| self.is_put_right(trigger, one, fired, day)).collect()
        };
        match failed {
            // Where all of several have to fail, it is enough that one does no more.
            Condition::All(all) => decided(each(all), true),
            Condition::Any(any) => decided(each(any), false),
            Condition::Compare { .. } => self.is_met_later(trigger, failed, fired, day),
            _ => match self.debts_in(failed) {
                Some(_) if !names(trigger, &[CureWay::Paying, CureWay::Doing]) => Ok(false),
                Some(debts) => self.are_settled(&debts, fired.tested, None),
                None if !names(trigger, &[CureWay::Doing]) => Ok(false),
                None => Ok(!self.holds_on(&failed.without_limit(), day, &fired.part)?),
            },
        }
    }

    /// The payments whose default a test is on.
    fn debts_in(&self, failed: &Condition) -> Option<Vec<Name>> {
        let names = match failed {
            Condition::State { name, state, not: true, .. } if state == "paid" => vec![name.clone()],
            Condition::Other(parts) if parts.has(Label::Fails) && parts.word(Label::Act) == Some("pay") => {
                parts.names(Label::What)
            }
            Condition::Other(parts) if parts.has(Label::Breach) => {
                parts.name(Label::Clause).cloned().into_iter().collect()
            }
            _ => Vec::new(),
        };
        (!names.is_empty() && names.iter().all(|name| self.is_payment(name))).then_some(names)
    }
}

/// Whether a trigger names one of some ways to put its failure right, or none at all.
fn names(trigger: &Trigger, ways: &[CureWay]) -> bool {
    trigger.cure_by.is_empty() || trigger.cure_by.iter().any(|way| ways.contains(way))
}

/// Any or all of several; what cannot be said of one matters only where the others do not decide.
fn decided(all: Vec<Eval<bool>>, any: bool) -> Eval<bool> {
    if all.contains(&Ok(any)) {
        return Ok(any);
    }
    all.into_iter().find(Result::is_err).unwrap_or(Ok(!any))
}

/// What is found of failures once, whoever asks.
#[derive(Default)]
pub(crate) struct Known {
    /// Whether they were put right by a day.
    put_right: Answers<Eval<bool>>,
    /// What they come to under the payment that may put them right.
    shortfalls: Answers<Eval<(Val, trace::Step)>>,
}

fn question<'q>(trigger: &Trigger, fired: &Fired, about: &'q Focus, on: Date) -> Question<'q> {
    Question { trigger: trigger.at, about, notice: fired.notice, tested: fired.tested, on }
}

/// What a test that held looked at.
fn looked_at(fired: &Fired) -> Focus {
    Focus { period: fired.over, until: fired.over.map(|over| over.end), ..fired.part.clone() }
}
