//! For which of several amounts a payment is, by the period it names.

use super::Due;
use super::applied::Applied;
use super::payments::Payment;
use counterpart_num::{Date, Period};

/// How a payment goes with an amount.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fit {
    /// It is for the very period of the amount.
    Same,
    /// It is for a longer time, as a year for its quarters, or as the year in which a fee of the contract falls due.
    Inside,
    /// It says no period: it is for what is open.
    Open,
}

impl Fit {
    /// From the closest on.
    pub const ALL: [Fit; 3] = [Fit::Same, Fit::Inside, Fit::Open];

    pub fn fits(self, payment: &Payment, due: &Due, slot: &Applied) -> bool {
        match (self, payment.period) {
            // What waited for a later balance is paid with that.
            (Fit::Same, Some(period)) => {
                let balance = slot.netted.as_ref().and_then(|n| n.period);
                let same = |of: &Period| (of.start, of.end) == (period.start, period.end);
                // What was paid for one of several periods told of as one is paid for them.
                due.period == Some(period) || balance == Some(period) || due.of.iter().any(same)
            }
            (Fit::Inside, Some(period)) => {
                due.period.map_or(period.contains(due.arisen), |d| is_for(&period, &d, due.arisen))
            }
            (Fit::Open, None) => true,
            _ => false,
        }
    }
}

/// Whether what is told for some days is for a period that arises on a day: one that lies in them, or that does so by
/// the day it arises and is only cut by them.
pub(crate) fn is_for(told: &Period, period: &Period, arisen: Date) -> bool {
    inside(period, told) || told.contains(arisen) && !inside(told, period)
}

/// Whether a stretch of days lies in another.
fn inside(inner: &Period, outer: &Period) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
