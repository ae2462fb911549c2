//! The stretch of time a figure is taken over.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_num::{self as num, Period};
use counterpart_terms::value::Window;

impl Run<'_> {
    /// The stretch of days a window means, seen from the focus's period.
    ///
    /// # Errors
    /// Where it hangs on a day not known.
    pub fn window(&self, window: Option<&Window>, focus: &Focus) -> Eval<Period> {
        let base = focus.period.ok_or_else(|| Unknown::new("it is not said for which period"))?;
        let Some(window) = window else { return Ok(base) };
        // Nothing has been measured yet where the calendar begins.
        let beyond = || Unknown::not_yet("the period is beyond the calendar");
        match window {
            Window::Average { count, unit, before: Some(before) } => {
                let day = self.clock().limit(before, focus)?;
                let day = day
                    .ok_or_else(|| Unknown::not_yet("the day before which the mean is taken has not come"))?;
                let within =
                    num::Cycle::new(*unit, num::Basis::Calendar).containing(day).ok_or_else(beyond)?;
                let end = within.start.prev_day().ok_or_else(beyond)?;
                Period::trailing(*count, *unit, end).ok_or_else(beyond)
            }
            Window::Last { count, unit } | Window::Average { count, unit, before: None } => {
                Period::trailing(*count, *unit, base.end).ok_or_else(beyond)
            }
            Window::In(label) => self.clock().period(*label, focus.payer.as_ref()).ok_or_else(beyond),
            Window::ToDate => {
                let start = self.first_day().unwrap_or(base.start).min(base.start);
                Period::new(start, base.end).ok_or_else(beyond)
            }
            Window::One { unit, basis, party, before } => {
                let cycle = counterpart_terms::value::Cycle {
                    unit: *unit,
                    basis: *basis,
                    party: party.clone(),
                    anchor: None,
                    unknown: None,
                };
                let cycle: num::Cycle = self.clock().cycle(&cycle)?;
                let containing = cycle.containing(base.end).ok_or_else(beyond)?;
                if *before { cycle.previous(&containing).ok_or_else(beyond) } else { Ok(containing) }
            }
            Window::Unknown(known) => Err(Unknown::new(format!(
                "the length of the period is {}",
                known.why_unknown().unwrap_or_default()
            ))),
            Window::Each(cycle) => self.clock().cycle(cycle)?.containing(base.end).ok_or_else(beyond),
        }
    }
}
