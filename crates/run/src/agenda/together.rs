//! Old duties of which there is no sum to tell, as one line for a run of periods.
//!
//! Those of the last twelve months are listed one by one. What is older is one line that says for which periods, and
//! how many they are: who asks what to do today is helped by neither hundred lines nor silence. A run ends where a
//! period stands between that was reported, or that something else is to be said of.

use super::{Duty, State};
use counterpart_num::{Date, Period};

/// As many months back duties are listed one by one.
const MONTHS: i64 = 12;

/// The duties with those of old periods on end that differ in nothing but the period and its day as one.
pub(crate) fn old_together(all: Vec<Duty>, as_of: Date) -> Vec<Duty> {
    let since = as_of.add_months(-MONTHS);
    let is_old = |duty: &Duty| {
        let day = duty.due.or(duty.days.map(|days| days.end));
        let open = matches!(duty.state, State::Late | State::Due) && duty.amount.is_none();
        open && duty.days.is_some() && since.zip(day).is_some_and(|(since, day)| day < since)
    };
    let (mut old, mut out): (Vec<Duty>, Vec<Duty>) = all.into_iter().partition(is_old);
    let key =
        |d: &Duty| (d.act.clone(), d.what.clone(), d.by.clone(), d.to.clone(), d.days.map(|days| days.start));
    old.sort_by_key(key);
    let mut run: Vec<Duty> = Vec::new();
    for duty in old {
        if !run.last().is_some_and(|last| follows(last, &duty)) {
            out.extend(as_one(std::mem::take(&mut run)));
        }
        run.push(duty);
    }
    out.extend(as_one(run));
    out
}

/// Whether a duty is that of the next period and else the same.
fn follows(last: &Duty, next: &Duty) -> bool {
    let on_end = last.days.and_then(|days| days.end.next_day()) == next.days.map(|days| days.start);
    let same = Duty {
        due: last.due,
        period: last.period.clone(),
        days: last.days,
        unknown: last.unknown.clone(),
        ..next.clone()
    };
    on_end && same == *last && (last.unknown == next.unknown || of_any(last) == of_any(next))
}

/// Why a duty is not known, whichever of several periods it is for.
fn of_any(duty: &Duty) -> Option<String> {
    let (why, period) = (duty.unknown.as_ref()?, duty.period.as_ref()?);
    Some(why.replace(period.as_str(), "each of these periods"))
}

fn as_one(run: Vec<Duty>) -> Option<Duty> {
    let count = run.len();
    let (first, last) = (run.first()?.clone(), run.last()?);
    if count == 1 {
        return Some(first);
    }
    let period =
        first.period.clone().zip(last.period.as_ref()).map(|(first, last)| format!("{first} to {last}"));
    let days = first.days.zip(last.days).and_then(|(first, last)| Period::new(first.start, last.end));
    let unknown = if last.unknown == first.unknown { first.unknown.clone() } else { of_any(last) };
    Some(Duty { period, periods: Some(count), days, unknown, ..first })
}
