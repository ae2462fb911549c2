//! What a grant waits for, taken to come about: its conditions, its stages, the exercise of an option.
//!
//! Only what can still come about is taken to, and only where nothing told makes it so already.

use super::Drawing;
use crate::rights::days::DaysSo;
use crate::rights::moments::since;
use counterpart_ledger::PartOf;
use counterpart_num::Date;
use counterpart_rights::{Ranges, day};
use counterpart_terms::At;
use counterpart_terms::model::{Life as Clause, Stage};
use counterpart_terms::value::Condition;

impl Drawing<'_, '_> {
    /// The days of a clause on when it is in force, if what it waits for comes about.
    pub(super) fn suppose(&mut self, clause: &Clause, at: At, so: DaysSo) -> DaysSo {
        let Some(on) = self.supposed.as_ref().map(|supposed| supposed.on) else { return so };
        let later = since(on);
        if so.perhaps().meets(&later) {
            return so;
        }
        let (condition, days) = match clause {
            Clause::While(condition, _) | Clause::Needs(condition, None) => (Some(condition), later),
            Clause::Needs(condition, Some(by)) => {
                let in_time = self.run.days_until(by).perhaps().contains(day(on));
                (Some(condition), if in_time { later } else { Ranges::none() })
            }
            Clause::Begins { when, ends, .. } => {
                let over = ends.as_ref().map(|ends| self.run.days_once(ends, &Default::default()).yes);
                (when.as_ref(), later.less(&over.unwrap_or_default()))
            }
            Clause::From(_) | Clause::Suspended(_) => (None, later),
            Clause::Until(_) | Clause::EndsWhen(..) => return so,
        };
        if days.is_empty() || condition.is_some_and(|condition| !self.may_yet(condition, on)) {
            return so;
        }
        let said = self.run.said_at(at);
        self.once(match (clause, condition) {
            (_, Some(Condition::State { name, state, .. })) if state == "effective" => {
                format!("{name} is exercised")
            }
            (Clause::Suspended(_), _) => format!("it is no longer {said}"),
            (Clause::From(_), _) => format!("it begins, {said}"),
            _ => awaited(&said),
        });
        DaysSo { yes: so.yes.or(&days), doubt: so.doubt }
    }

    /// The days of a stage, if it comes.
    pub(super) fn suppose_stage(&mut self, stage: &Stage, so: DaysSo) -> DaysSo {
        let Some(on) = self.supposed.as_ref().map(|supposed| supposed.on) else { return so };
        let later = since(on);
        let can = stage.when.as_ref().is_none_or(|when| self.may_yet(when, on));
        if so.perhaps().meets(&later) || !can {
            return so;
        }
        self.once(format!("stage {} begins", stage.name));
        DaysSo { yes: so.yes.or(&later), doubt: so.doubt }
    }

    fn once(&mut self, words: String) {
        if let Some(supposed) = self.supposed.as_mut().filter(|supposed| !supposed.once.contains(&words)) {
            supposed.once.push(words);
        }
    }

    /// Whether a test that does not hold may come to.
    fn may_yet(&self, condition: &Condition, on: Date) -> bool {
        let run = self.run;
        match condition {
            Condition::All(all) => all.iter().all(|one| self.may_yet(one, on)),
            Condition::Any(any) => any.iter().any(|one| self.may_yet(one, on)),
            Condition::Before(moment) => run
                .clock()
                .limit(moment, &Default::default())
                .is_ok_and(|last| last.is_none_or(|last| on < last)),
            // What is offered to somebody first is given by a deal of its own.
            Condition::State { name, .. } if run.kind_of(name).is_some_and(|kind| kind.is_first()) => false,
            Condition::State { name, not: false, .. } if run.kind_of(name).is_some() => {
                run.course_of(name).is_ok_and(|course| course.days("there").perhaps().meets(&since(on)))
            }
            // What has ended does not come again, unless it only rested.
            Condition::State { name, state, not: false, .. } if state == "in force" && run.is_right(name) => {
                let grant = run.grants().get(name).copied();
                let rests =
                    |clause: &(Clause, At)| matches!(clause.0, Clause::While(..) | Clause::Suspended(_));
                grant.is_none_or(|grant| {
                    let lasts = run.agreement_days(grant).perhaps().meets(&since(on));
                    let over = run.has_ended(name, &PartOf::default(), on) == Ok(true);
                    lasts && (!over || grant.life.iter().any(rests))
                })
            }
            Condition::State { name, not: false, .. } => run.facts.told("missed", Some(name), None).is_none(),
            _ => true,
        }
    }
}

/// What a line waits for: `needs Clear is met` waits for `Clear is met`.
fn awaited(line: &str) -> String {
    let heads = ["needs ", "while ", "begins in each country when ", "begins when ", "begins "];
    let rest = heads.iter().find_map(|head| line.strip_prefix(head)).unwrap_or(line);
    rest.split("  #").next().unwrap_or(rest).trim().to_string()
}
