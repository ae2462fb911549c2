//! What of a payment has fallen due and is not paid: whether anything is, and which sums these are.

use crate::engine::Run;
use crate::settle::Due;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::Date;
use counterpart_terms::value::Name;

/// A sum that has fallen due and is not paid in full.
pub(crate) struct Open {
    /// The sum.
    pub due: Due,
    /// What is left to pay of it.
    pub left: Val,
}

impl Run<'_> {
    /// Whether all of a payment that has fallen due is paid.
    pub(crate) fn is_paid_up(&self, name: &Name) -> Eval<bool> {
        self.open_of(name)?.into_iter().next().map_or(Ok(true), |first| first.map(|_| false))
    }

    /// What is owed of a payment and not paid, whether or not it has fallen due.
    pub(crate) fn unpaid_of(&self, name: &Name) -> Vec<Open> {
        let Ok(dues) = self.dues(name) else { return Vec::new() };
        let allotted = self.allotted(name, &dues);
        let left = dues.iter().zip(&allotted.on).filter_map(|(due, on)| Some((due, on.left(due).ok()?)));
        let open = left.filter(|(_, left)| left.number().is_positive());
        open.map(|(due, left)| Open { due: due.clone(), left }).collect()
    }

    /// Whether all of a payment that had fallen due by a day, what was due on that day among it, was paid by then.
    pub(crate) fn was_paid_up_by(&self, name: &Name, on: Date) -> Eval<bool> {
        let so = |run: &Run<'_>| {
            let open = run.open_by(name, Some(on))?;
            open.into_iter().next().map_or(Ok(true), |first| first.map(|_| false))
        };
        if on == self.facts.as_of() { so(self) } else { self.ask_on(on, so) }
    }

    /// What of a payment has fallen due and is not paid, or why that cannot be said, in the order of the sums. What is due
    /// today can still be paid.
    pub(crate) fn open_of(&self, name: &Name) -> Eval<Vec<Eval<Open>>> {
        self.open_by(name, self.facts.as_of().prev_day())
    }

    /// The same of what fell due up to a day.
    fn open_by(&self, name: &Name, last: Option<Date>) -> Eval<Vec<Eval<Open>>> {
        let dues = self.dues(name)?;
        let mut out = Vec::new();
        for (due, on) in dues.iter().zip(&self.allotted(name, &dues).on) {
            let no_day = || {
                let period = due.period?;
                let royalty = crate::royalty::find(self, name, Some(period.start)).ok()?;
                self.settlement_day(royalty, &period).err()
            };
            let (day, why) = (due.due, due.no_day.clone().or_else(|| due.due.is_none().then(no_day)?));
            if day.is_some_and(|day| last.is_none_or(|last| day > last)) || (day.is_none() && why.is_none()) {
                continue;
            }
            match on.left(due) {
                Err(unknown) => out.push(Err(unknown)),
                Ok(left) if !left.number().is_positive() => {}
                Ok(left) => out.push(match (day, why) {
                    (None, Some(why)) => Err(why),
                    _ => Ok(Open { due: due.clone(), left }),
                }),
            }
        }
        Ok(out)
    }
}
