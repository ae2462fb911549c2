//! What survives the end: which clauses stay in force, and until when.

use crate::claims::Outcome;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::PartOf;
use counterpart_num::Date;
use counterpart_rights::{Ranges, all_days, date, day};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::Tail;
use counterpart_terms::value::{Name, Value};

/// A clause that stays in force after the end.
pub(crate) struct Survival {
    /// The clause, or what it is about.
    pub what: Name,
    /// Its last day; none where it stays for good. Or why that cannot be said.
    pub until: Eval<Option<Date>>,
    /// Whether it does at all, where that hangs on something.
    pub so: Eval<bool>,
    /// The clause that says so.
    pub at: At,
}

impl Run<'_> {
    /// Every clause that stays in force after an end of the agreement.
    pub(crate) fn survivals(&self, end: Date) -> Vec<Survival> {
        let mut out = Vec::new();
        for line in self.tails(end, None) {
            let Tail::Survive(what) = &line.tail else { continue };
            for (what, for_) in what {
                let until = match for_ {
                    Some(for_) => self.clock().shift(end, for_, false).map(Some),
                    None => Ok(None),
                };
                let so = self.tail_stands(line, end);
                let until = until.map_err(|why| why.at(line.at));
                out.push(Survival { what: what.clone(), until, so, at: line.at });
            }
        }
        let confidential = self.model_on(end).records.of(Form::FileConfidential);
        for line in confidential.flat_map(|block| block.all_below(Form::ConfidentialSurvives)) {
            let Some(Value::Duration(for_)) = line.get(Label::Survives) else { continue };
            let from = match line.moment(Label::After) {
                Some(moment) => self.clock().limit(moment, &Focus::default()).map(|day| day.unwrap_or(end)),
                None => Ok(end),
            };
            let until = from.and_then(|from| self.clock().shift(from, for_, false)).map(Some);
            let until = until.map_err(|why| why.at(line.at));
            out.push(Survival { what: Name::from("confidential"), until, so: Ok(true), at: line.at });
        }
        let audits = self.model_on(end).records.of(Form::FileAudit);
        for line in audits.flat_map(|block| block.all_below(Form::AuditSurvives)) {
            let Some(Value::Duration(for_)) = line.get(Label::Survives) else { continue };
            let until = self.clock().shift(end, for_, false).map(Some).map_err(|why| why.at(line.at));
            out.push(Survival { what: Name::from("audit"), until, so: Ok(true), at: line.at });
        }
        out
    }

    /// Whether a clause stays in force after the end of the agreement, until a day if so claimed.
    pub(crate) fn survives(&self, name: &Name, not: bool, until: Option<Date>) -> Eval<Outcome> {
        let Some(end) = self.last_day_of_agreement() else {
            return Err(Unknown::new("no end of the agreement is known"));
        };
        let (found, doubt) = match self.is_right(name) {
            true => self.right_survives(name, end),
            false => (self.clause_survives(name, end)?, None),
        };
        let today = self.facts.as_of();
        if until.is_none() && today <= end {
            return Ok(Outcome::Fails(format!("the agreement ends on {end}")));
        }
        let so = match (found, until) {
            (None, _) => false,
            (Some(last), Some(until)) => last == Some(until),
            (Some(last), None) => last.is_none_or(|last| today <= last),
        };
        // That it goes on today is sure, however long it may.
        if let Some(why) = doubt.filter(|_| !so || until.is_some()) {
            return Err(why);
        }
        Ok(match so != not {
            true => Outcome::Holds,
            false => Outcome::Fails(match found {
                None => format!("nothing says that `{name}` survives the end on {end}"),
                Some(None) => format!("`{name}` survives for good"),
                Some(Some(last)) => format!("`{name}` survives until {last}"),
            }),
        })
    }

    /// The last day of a clause that goes on after the end, none within where it stays for good; none where it does not go
    /// on, or no end is known.
    ///
    /// # Errors
    /// Where it cannot be said whether it does.
    pub(crate) fn outlives(&self, name: &Name) -> Eval<Option<Option<Date>>> {
        self.last_day_of_agreement().map_or(Ok(None), |end| self.clause_survives(name, end))
    }

    /// The last day of a clause that survives; none within where it stays for good.
    fn clause_survives(&self, name: &Name, end: Date) -> Eval<Option<Option<Date>>> {
        let mut found: Option<Option<Date>> = None;
        let all = self.survivals(end);
        if let Some(hidden) = all.iter().find(|s| s.what.is_blank() && s.so != Ok(false)) {
            return Err(Unknown::new("what else survives is redacted or open").at(hidden.at));
        }
        for survival in all.into_iter().filter(|s| s.what == *name) {
            if survival.so? {
                let until = survival.until?;
                found = Some(match (found, until) {
                    (Some(None), _) | (_, None) => None,
                    (Some(Some(before)), Some(until)) => Some(before.max(until)),
                    (None, until) => until,
                });
            }
        }
        Ok(found)
    }

    /// The last day of a right that is in force after the end, and why it is not known whether it goes on longer.
    fn right_survives(&self, name: &Name, end: Date) -> (Option<Option<Date>>, Option<Unknown>) {
        let held = self.days_held(name, &PartOf::default());
        let last_of = |days: &Ranges| days.bounds().map(|(_, last)| last).filter(|last| *last > day(end));
        let sure = last_of(&held.yes);
        let longer = held.doubt.into_iter().find(|(days, _)| last_of(days) > sure);
        let ever = all_days().bounds().map(|(_, ever)| ever);
        let last = sure.map(|last| Some(date(last)).filter(|_| ever.is_some_and(|ever| last < ever)));
        (last, longer.map(|(_, why)| why))
    }
}
