//! What of a payment is owed and not paid: whether anything is that has fallen due, and which sums these are.

use crate::engine::Run;
use crate::settle::Due;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::Date;
use counterpart_terms::value::Name;

/// A sum that is not paid in full.
pub(crate) struct Open {
    /// The sum.
    pub due: Due,
    /// What is left to pay of it.
    pub left: Val,
}

impl Run<'_> {
    /// Whether all of a payment that has fallen due is paid.
    pub(crate) fn is_paid_up(&self, name: &Name) -> Eval<bool> {
        self.is_paid_by(name, self.facts.as_of().prev_day())
    }

    /// Whether all of a payment that had fallen due by a day, what was due on that day among it, was paid by then.
    pub(super) fn was_paid_up_by(&self, name: &Name, on: Date) -> Eval<bool> {
        self.as_it_was(on, |run| run.is_paid_by(name, Some(on)))
    }

    /// Whether nothing of a payment is left to be paid of what has arisen by now, due or not; where nothing has, of what is to
    /// come first.
    pub(super) fn is_paid_in_full(&self, name: &Name) -> Eval<bool> {
        if self.dues(name)?.is_empty()
            && let Some(pay) = self.pay_named(name)
            && let Some(first) = self.coming_days(pay)?.first()
        {
            return self.on_another_day(*first).is_paid_by(name, Some(*first));
        }
        self.not_paid(name)?.into_iter().next().map_or(Ok(true), |(_, left)| left.map(|_| false))
    }

    /// Whether nothing is open of what fell due of a payment up to a day.
    fn is_paid_by(&self, name: &Name, last: Option<Date>) -> Eval<bool> {
        self.open_by(name, last)?.into_iter().next().map_or(Ok(true), |first| first.map(|_| false))
    }

    /// What is owed of a payment and not paid, whether or not it has fallen due.
    pub(crate) fn unpaid_of(&self, name: &Name) -> Vec<Open> {
        let open = self.not_paid(name).unwrap_or_default().into_iter();
        open.filter_map(|(due, left)| Some(Open { due, left: left.ok()? })).collect()
    }

    /// What of a payment has fallen due and is not paid, or why that cannot be said, in the order of the sums. What is due
    /// today can still be paid.
    pub(crate) fn open_of(&self, name: &Name) -> Eval<Vec<Eval<Open>>> {
        self.open_by(name, self.facts.as_of().prev_day())
    }

    /// The same of what fell due up to a day.
    pub(crate) fn open_by(&self, name: &Name, last: Option<Date>) -> Eval<Vec<Eval<Open>>> {
        let mut out = Vec::new();
        for (due, left) in self.not_paid(name)? {
            let no_day = || {
                let period = due.period?;
                let royalty = crate::royalty::find(self, name, Some(period.start)).ok()?;
                self.settlement_day(royalty, &period).err()
            };
            match (due.due, due.no_day.clone().or_else(|| due.due.is_none().then(no_day)?)) {
                (Some(day), _) if last.is_none_or(|last| day > last) => {}
                (None, None) => {}
                (None, Some(why)) => out.push(left.and(Err(why))),
                (Some(_), _) => out.push(left.map(|left| Open { due, left })),
            }
        }
        Ok(out)
    }

    /// The sums of a payment of which something is left to be paid, or may be, each with how much.
    fn not_paid(&self, name: &Name) -> Eval<Vec<(Due, Eval<Val>)>> {
        let dues = self.dues(name)?;
        let allotted = self.allotted(name, &dues);
        let left = dues.iter().zip(&allotted.on).map(|(due, on)| (due, on.left(due)));
        let open = left.filter(|(_, left)| left.as_ref().map_or(true, |left| left.number().is_positive()));
        Ok(open.map(|(due, left)| (due.clone(), left)).collect())
    }

    /// How something was on a day, of which today may be one.
    pub(super) fn as_it_was<T>(&self, on: Date, ask: impl FnOnce(&Run<'_>) -> Eval<T>) -> Eval<T> {
        if on == self.facts.as_of() { ask(self) } else { self.ask_on(on, ask) }
    }
}
