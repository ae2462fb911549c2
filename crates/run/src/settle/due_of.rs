//! The day a payment is due, as it is asked for: for a period, or of what is open first.

use super::Due;
use super::applied::Applied;
use crate::engine::Run;
use crate::royalty;
use crate::unknown::Eval;
use counterpart_num::Date;
use counterpart_terms::value::{Name, PeriodLabel};

impl Run<'_> {
    /// The day a payment is due: for a period, or of the earliest part not fully paid.
    ///
    /// # Errors
    /// Where the name is no payment.
    pub fn due_of(&self, stream: &Name, label: Option<PeriodLabel>) -> Eval<Option<Date>> {
        let period = label.and_then(|l| self.clock().period(l, None));
        let dues = self.dues(stream)?;
        let applied = self.allotted(stream, &dues);
        if let Some(period) = period {
            // The earliest part that is open, or else the first.
            let own = || dues.iter().zip(&applied.on).filter(|(d, _)| d.period == Some(period));
            let open = own().find(|(due, on)| on.left(due).map_or(true, |left| left.number().is_positive()));
            if let Some((due, on)) = open.or_else(|| own().next()) {
                return due_on(due, on);
            }
            if let Ok(royalty) = royalty::find(self, stream, Some(period.start)) {
                return self.due_day(royalty, &period);
            }
            if let Some(due) = dues.iter().find(|d| period.contains(d.arisen)) {
                return Ok(due.due);
            }
            let scheduled = match self.pay_named(stream) {
                Some(pay) => self.scheduled(pay)?,
                None => Vec::new(),
            };
            return Ok(scheduled.into_iter().find(|d| period.contains(*d)));
        }
        let unsure = self.paid_unknown(stream, None, self.facts.as_of()).filter(|_| !dues.is_empty());
        if let Some(why) = unsure {
            return Err(why);
        }
        for (due, on) in dues.iter().zip(&applied.on) {
            match on.left(due) {
                Ok(left) if left.number().is_positive() => return due_on(due, on),
                Ok(_) => {}
                // It is paid, whatever of what is beyond it is interest.
                Err(_) if on.interest_unknown.is_some() => {}
                // Of a sum that is not known nothing is paid where no payment went to it.
                Err(_) if due.amount.is_err() && !due.unsure && on.sum().is_zero() => return Ok(due.due),
                Err(why) => return Err(why),
            }
        }
        if let Some(pay) = self.pay_named(stream) {
            return self.next_due(pay);
        }
        Ok(dues.last().and_then(|d| d.due))
    }
}

/// The day an amount is due, or the balance it is netted in.
fn due_on(due: &Due, applied: &Applied) -> Eval<Option<Date>> {
    match &applied.netted {
        Some(netted) if netted.unknown.is_none() => netted.due.clone(),
        _ => Ok(due.due),
    }
}
