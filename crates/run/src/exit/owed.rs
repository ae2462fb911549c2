//! What falls due after an end for the time up to it: the minimum of the year, the periods in course, and what nobody has
//! reported yet.
//!
//! The payments are asked what they come to once their days have come, with nothing told that is not told by the day of the
//! plan: what still hangs on a report is listed as not known.

use super::{ExitLine, Group};
use crate::agenda::{Duty, old_together};
use crate::engine::Machine;
use counterpart_num::Date;

/// So many months after the end every period that began by it, and the year of a minimum, has fallen due.
const MONTHS: i64 = 24;
/// What began later than so many months after the end is not for the time up to it.
const YEAR: i64 = 12;

impl Machine<'_> {
    /// The lines of what is owed besides those there are, for an end, as known on the day of the plan.
    pub(super) fn owed_besides(
        &self,
        listed: &[ExitLine],
        (end, on, known_on): (Date, Date, Date),
    ) -> Vec<ExitLine> {
        let (Some(horizon), Some(year)) = (end.add_months(MONTHS), end.add_months(YEAR)) else {
            return Vec::new();
        };
        let machine = self.with_entries(|event| event.date <= on, None);
        let mut duties = machine.run(horizon.max(on), known_on).duties_to("pay");
        // What is only to come if the agreement goes on has neither a sum nor a reason why it has none.
        let told = |duty: &Duty| duty.amount.is_some() || duty.unknown.is_some();
        // Interest to come is no debt yet.
        duties.retain(|duty| duty.state.is_open() && told(duty) && !duty.is_interest());
        duties.retain(|duty| reaches_back(duty, (end, year)));
        let (before, after): (Vec<Duty>, Vec<Duty>) =
            duties.into_iter().partition(|duty| duty.due.is_none_or(|due| due <= on));
        // What was due is listed by its sums: besides them stands only what nobody reported.
        let before = before.into_iter().filter(|duty| duty.amount.is_none() && duty.days.is_some());
        let before = before.filter(|duty| !is_in(duty, listed)).collect();
        let mut all = old_together(before, horizon);
        all.extend(after);
        all.sort_by_key(|duty| (duty.due.is_none(), duty.due));
        let new = all.into_iter().filter(|duty| !is_in(duty, listed));
        new.map(|duty| line(&duty)).collect()
    }
}

/// Whether something is owed for time up to the end: what only waits for a report of a later time is not.
fn reaches_back(duty: &Duty, (end, year): (Date, Date)) -> bool {
    duty.days.is_none_or(|days| days.start <= if duty.unheard { end } else { year })
}

fn is_in(duty: &Duty, listed: &[ExitLine]) -> bool {
    let what = what(duty);
    listed.iter().any(|line| line.group == Group::Money && line.what == what && line.who == duty.by)
}

fn what(duty: &Duty) -> String {
    let period = duty.period.as_ref().map_or(String::new(), |period| format!(" for {period}"));
    format!("owes {}{period}", duty.what)
}

fn line(duty: &Duty) -> ExitLine {
    ExitLine {
        group: Group::Money,
        who: duty.by.clone(),
        what: what(duty),
        from: None,
        until: duty.due,
        terms: duty.amount.clone().unwrap_or_default(),
        unknown: duty.unknown.clone(),
        payment: Some(duty.what.clone()),
        clause: duty.clause.clone(),
    }
}
