//! A debt that is put right by being paid: all that had fallen due, and the interest that has accrued on it since.

use crate::breaches::Breach;
use crate::clock::Clock;
use crate::engine::Run;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_terms::value::Name;

impl Clock<'_> {
    /// The first day, up to a last one, on which a debt that was told to be breached was paid.
    ///
    /// # Errors
    /// Where it cannot be said whether it was.
    pub(crate) fn paid_in_time(&self, breach: Breach<'_>, last: Date) -> Eval<Option<Date>> {
        let Some(of) = breach.of else { return Ok(None) };
        let named = |name: &Name| *name == *of || self.is_any_debt(of);
        let paid = self.facts.payments().filter(|event| match &event.kind {
            EventKind::Paid { stream, .. } => named(stream),
            _ => false,
        });
        let mut days: Vec<Date> =
            paid.map(|event| event.date).filter(|day| *day >= breach.on && *day <= last).collect();
        days.dedup();
        let mut unknown: Option<Unknown> = None;
        for day in days {
            match self.measured.is_paid(breach, day) {
                Ok(true) => return Ok(Some(day)),
                Ok(false) => {}
                Err(why) if why.gap == Gap::Missing => unknown = Some(why),
                Err(_) => {}
            }
        }
        unknown.map_or(Ok(None), Err)
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
        // What nobody has paid since is not asked what it comes to.
        let paid = self.facts.payments_of(name).any(|event| event.date >= fell_due_by);
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
            match applied.left(due) {
                Ok(left) if left.number().is_positive() => return Ok(Some(false)),
                Ok(_) => {}
                Err(_) if !paid => return Ok(Some(false)),
                Err(why) => return Err(why),
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
        let found = self.on_another_day(on).are_settled(&names, breach.on, breach.by);
        self.machine.asked_paid.borrow_mut().remove(&key);
        found
    }
}
