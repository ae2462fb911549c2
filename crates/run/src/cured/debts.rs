//! A debt that is put right by being paid: all that had fallen due, and the interest that has accrued on it since. What was
//! paid, given up or corrected to nothing before a breach of it was told was not open, and is no ground of anything.

use crate::breaches::Breach;
use crate::clock::Clock;
use crate::engine::Run;
use crate::settle::{Due, applied::Applied};
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_terms::value::Name;
use std::collections::BTreeSet;

/// That nothing is left to pay of a debt which was told to be breached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cleared {
    /// Since which day.
    pub on: Date,
    /// So it was when the breach was told: nothing was open to be breached.
    pub before: bool,
}

impl Clock<'_> {
    /// The first day, from a breach up to a last one, on which nothing was left of the debt that was told to be breached: it
    /// was paid, given up by whoever is owed it, or corrected to nothing.
    ///
    /// # Errors
    /// Where it cannot be said whether anything was.
    pub(crate) fn paid_in_time(&self, breach: Breach<'_>, last: Date) -> Eval<Option<Cleared>> {
        if breach.of.is_some_and(Name::is_blank) {
            return Err(Unknown::new("what was breached is redacted or open, and so whether it was owed"));
        }
        let Some(of) = breach.of.filter(|of| self.is_ever_a_debt(of)) else { return Ok(None) };
        let last = last.min(self.facts.as_of());
        let named = |name: &Name| name == of || self.is_any_debt(of);
        let moves = |event: &&Event| match &event.kind {
            EventKind::Paid { stream: name, .. } | EventKind::Waived { name, .. } => named(name),
            EventKind::Reported { .. } | EventKind::Determined { .. } => true,
            _ => false,
        };
        let moved: BTreeSet<Date> = self.facts.events().filter(moves).map(|event| event.date).collect();
        let mut days = moved.clone();
        days.insert(breach.on);
        let mut unknown: Option<Unknown> = None;
        for day in days.into_iter().filter(|day| breach.on <= *day && *day <= last) {
            match self.measured.is_paid(breach, day) {
                Ok(true) => {
                    let before = day == breach.on && !moved.contains(&day);
                    return Ok(Some(Cleared { on: day, before }));
                }
                Ok(false) => {}
                Err(why) if why.gap == Gap::Missing => unknown = Some(why),
                Err(_) => {}
            }
        }
        unknown.map_or(Ok(None), Err)
    }

    /// Whether a name is that of a payment by the terms of some day, or of any.
    fn is_ever_a_debt(&self, name: &Name) -> bool {
        let mut models = self.editions.0.iter().map(|edition| &edition.model);
        models.any(|model| model.pays.contains_key(name) || model.royalties.contains_key(name))
            || self.is_any_debt(name)
    }
}

impl Run<'_> {
    /// Whether all of some payments that had fallen due by a day is paid by now.
    pub(super) fn are_settled(&self, names: &[Name], fell_due_by: Date, by: Option<&Name>) -> Eval<bool> {
        let mut any = false;
        for name in names {
            match self.is_fully_paid(name, fell_due_by, by)? {
                Some(false) => return Ok(false),
                Some(true) => any = true,
                None => {}
            }
        }
        Ok(any)
    }

    /// Whether all that a party owed of a payment by a day is paid by now, with interest where the text asks for it;
    /// `None` where nothing had fallen due by then.
    fn is_fully_paid(&self, name: &Name, fell_due_by: Date, by: Option<&Name>) -> Eval<Option<bool>> {
        // What nobody has paid or given up, and no correction is about, is not asked what it comes to.
        let paid = |due: &Due, applied: &Applied| {
            applied.last().is_some() || self.may_settle(name, due.arisen.min(fell_due_by))
        };
        let dues = self.dues(name)?;
        let allotted = self.allotted(name, &dues);
        let theirs = |from: Option<&Name>| by.is_none_or(|by| from.is_none_or(|from| from == by));
        let mut any = false;
        for (due, applied) in dues.iter().zip(&allotted.on).filter(|(due, _)| theirs(due.from.as_ref())) {
            match due.due {
                Some(day) if day <= fell_due_by => {}
                Some(_) => continue,
                None => match (&due.no_day, due.arisen <= fell_due_by) {
                    (Some(why), true) => return Err(why.clone()),
                    _ => continue,
                },
            }
            any = true;
            let left = applied.left(due).and_then(|left| match self.not_told(name, due) {
                Some(why) if !left.number().is_positive() => Err(why),
                _ => Ok(left),
            });
            match left {
                Ok(left) if left.number().is_positive() => return Ok(Some(false)),
                Ok(_) => {}
                Err(_) if !paid(due, applied) => return Ok(Some(false)),
                Err(why) => return Err(Unknown { gap: Gap::Missing, ..why }),
            }
        }
        if !any {
            return Ok(None);
        }
        for (due, late) in self.late_on_each(name)? {
            if !theirs(due.from.as_ref()) || due.due.is_none_or(|day| day > fell_due_by) {
                continue;
            }
            if late?.is_some_and(|late| late.interest.number() > late.paid.number()) {
                return Ok(Some(false));
            }
        }
        Ok(Some(true))
    }

    /// Why what a sum comes to is only what anybody told of: a report for its period is missing.
    fn not_told(&self, name: &Name, due: &Due) -> Option<Unknown> {
        let period = due.period.filter(|_| crate::royalty::find(self, name, None).is_ok())?;
        let own = |payer: &Option<Name>| payer.is_none() || due.from.is_none() || *payer == due.from;
        self.payers(name).iter().filter(|payer| own(payer)).find_map(|payer| {
            let series = self.series_of(name, payer.as_ref()).ok()?;
            let part = series.parts.iter().find(|part| part.period == period)?;
            let silent = || Unknown::new(format!("what `{name}` is on is not reported for {period}"));
            part.overdue().cloned().or_else(|| (!part.reported()).then(silent))
        })
    }

    /// Whether anything told from a day on may settle a payment, or change what it comes to.
    fn may_settle(&self, name: &Name, from: Date) -> bool {
        self.facts.events().filter(|event| event.date >= from).any(|event| match &event.kind {
            EventKind::Paid { stream: of, .. } | EventKind::Waived { name: of, .. } => of == name,
            EventKind::Reported { correction, .. } => *correction,
            _ => false,
        })
    }

    /// Whether a debt that was told to be breached is paid on a day. While that is asked it is not: what fell due before
    /// the breach does not hang on how the breach ends.
    pub(crate) fn breach_is_paid(&self, breach: Breach<'_>, on: Date) -> Eval<bool> {
        let Some(of) = breach.of else { return Ok(false) };
        let names = match self.clock().is_any_debt(of) {
            true => self.machine.streams(),
            false => vec![of.clone()],
        };
        let key = (of.clone(), breach.on);
        if !self.machine.asked_paid.borrow_mut().insert(key.clone()) {
            self.goes_in_a_circle();
            self.facts.circles.set(self.facts.circles() + 1);
            return Ok(false);
        }
        let names: Vec<Name> = names.into_iter().filter(|name| self.is_payment(name)).collect();
        let by = breach.by.filter(|by| !by.is_blank());
        let found = self.on_another_day(on).are_settled(&names, breach.on, by);
        self.machine.asked_paid.borrow_mut().remove(&key);
        found
    }
}
