//! The days on which the answer to a test can change: when something was told, when a day it names passes, when what it
//! is on may begin or end.

use super::cells::hangs_on_sales;
use crate::clock::{Focus, When};
use crate::condition::single;
use crate::engine::Run;
use crate::royalty::measures;
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::value::{Amount, Condition, Moment, Name};
use std::collections::BTreeSet;

impl Run<'_> {
    /// The days on which something was reported or paid that a test is about.
    pub(super) fn metrics_told(&self, condition: &Condition) -> Vec<Date> {
        let mut names = named(condition);
        // What happens or is reached when something is measured turns with that.
        let model = self.model_now();
        let inner = names.iter().filter_map(|n| model.market.milestones.get(n)?.reached_when.as_ref());
        let inner: Vec<Name> = inner.flat_map(named).collect();
        names.extend(inner);
        let mut days: Vec<Date> = Vec::new();
        names.extend(self.all_payments_if_unnamed(condition));
        for name in self.underlying(self.with_bases(names), self.facts.as_of()) {
            days.extend(self.facts.reports_of(&name).chain(self.facts.payments_of(&name)).map(|e| e.date));
        }
        days
    }

    /// The days on which the answer to a test can change, oldest first: the first day of all is one.
    pub(crate) fn turns(&self, condition: &Condition, focus: &Focus) -> BTreeSet<Date> {
        let mut days = self.turns_told(condition);
        days.extend(self.turns_asked(condition, focus));
        days
    }

    /// Those of them on which something was told: they hang on no other test.
    pub(super) fn turns_told(&self, condition: &Condition) -> BTreeSet<Date> {
        let mut days = BTreeSet::from([Date::MIN]);
        for event in self.facts.happened() {
            days.insert(event.date);
        }
        days.extend(self.metrics_told(condition));
        days.extend(self.failed_long_enough(condition));
        days.extend(self.clock().effective());
        match condition {
            // A breach of a debt is put right by being paid.
            Condition::Other(parts) if parts.has(Label::Breach) => {
                days.extend(self.facts.payments().map(|event| event.date));
            }
            // What is owed and paid hangs on all that was reported and paid; what was sold first is told by the day of a report.
            _ if is_on_debts(condition) || is_on_first_sale(condition) => {
                days.extend(self.facts.events().map(|event| event.date));
            }
            _ => {}
        }
        days
    }

    /// The others: those on which something it is on begins, ends, falls due or passes, as far as that is known.
    pub(super) fn turns_asked(&self, condition: &Condition, focus: &Focus) -> BTreeSet<Date> {
        let mut days = BTreeSet::new();
        let passed = |moment: &Moment, days: &mut BTreeSet<Date>| {
            if let Ok(When::On(day)) = self.clock().moment(moment, focus) {
                days.insert(day);
                days.extend(day.next_day());
            }
        };
        if let Condition::State { name, by: Some(by), .. } = condition {
            passed(by, &mut days);
            if let Ok(Some(slid)) = self.met_by(name, by, focus) {
                days.insert(slid);
                days.extend(slid.next_day());
            }
        }
        match condition {
            // A debt is missed from the day after it was due on.
            Condition::Other(parts) if parts.word(Label::Act) == Some("pay") => {
                parts.names(Label::What).iter().for_each(|name| days.extend(self.turns_of_debt(name)));
            }
            Condition::Other(parts) if parts.word(Label::Act) == Some("report") => {
                days.extend(self.report_turns(&parts.names(Label::What)));
            }
            // So is a report.
            Condition::State { name, state, .. } if state == "paid" => {
                days.extend(self.turns_of_debt(name));
            }
            Condition::State { name, state, .. } if state == "reported" => {
                days.extend(self.report_turns(std::slice::from_ref(name)));
            }
            // What rests, or is so exclusive, has days of its own, as far as they are known.
            Condition::State { name, state, by: None, .. } if state == "suspended" && self.can_rest(name) => {
                days.extend(self.days_resting(name).turns());
            }
            Condition::Graded { name, grade, territory, .. } if self.is_right(name) => {
                let place = single(territory.as_ref()).or(focus.place.clone());
                let part = crate::condition::part(place.as_ref(), focus);
                days.extend(self.days_graded(name, grade, &part).turns());
            }
            Condition::State { name, territory, by: None, .. } => {
                let place = single(territory.as_ref());
                let stretches = self.stretches(name, place.as_ref());
                days.extend(stretches.iter().flat_map(|s| std::iter::once(s.from).chain(s.to)));
            }
            Condition::After(moment) | Condition::Before(moment) => passed(moment, &mut days),
            // What a trigger begins may begin, and end, on days of which nothing is told.
            Condition::Happens(event) => {
                let stretches = self.stretches(&event.name, single(event.territory.as_ref()).as_ref());
                days.extend(stretches.iter().flat_map(|s| std::iter::once(s.from).chain(s.to)));
            }
            Condition::Signed { when, .. } => passed(when, &mut days),
            Condition::LastPatentExpires => passed(&Moment::LastPatentExpires, &mut days),
            Condition::Lasts { events, lasting } => {
                for stretch in events.iter().flat_map(|e| self.stretches(&e.name, None).to_vec()) {
                    let long = lasting.as_ref().map(|length| self.clock().shift(stretch.from, length, false));
                    let long = long.and_then(Result::ok);
                    days.insert(stretch.from);
                    days.extend(long.into_iter().chain(long.and_then(Date::next_day)).chain(stretch.to));
                }
            }
            _ => {}
        }
        days
    }

    /// The days from which on a debt is missed.
    fn turns_of_debt(&self, name: &Name) -> BTreeSet<Date> {
        let dues = self.guarded(&format!("when `{name}` is due"), || self.dues(name)).unwrap_or_default();
        dues.iter().filter_map(|due| due.due?.next_day()).collect()
    }
}

/// Whether a test is on what is owed and paid.
fn is_on_debts(condition: &Condition) -> bool {
    match condition {
        Condition::Other(parts) => parts.word(Label::Act) == Some("pay"),
        Condition::State { state, .. } => state == "paid",
        _ => false,
    }
}

/// Whether a test is on a moment that is told by the day of a report: what was sold first.
fn is_on_first_sale(condition: &Condition) -> bool {
    matches!(condition, Condition::After(moment) | Condition::Before(moment) if hangs_on_sales(moment))
}

/// What a test names that is reported, paid or reached.
pub(super) fn named(condition: &Condition) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    let mut of =
        |amount: &Amount| measures(amount, &mut |m| names.extend(m.names.iter().chain(&m.of).cloned()));
    match condition {
        Condition::Compare { left, right, .. } => [left, right].into_iter().for_each(of),
        Condition::Nil { left, .. } => of(left),
        Condition::State { name, .. } => names.push(name.clone()),
        Condition::Happens(event) => names.push(event.name.clone()),
        Condition::All(all) | Condition::Any(all) => names.extend(all.iter().flat_map(named)),
        Condition::Not(inner) => names.extend(named(inner)),
        _ => {}
    }
    names
}
