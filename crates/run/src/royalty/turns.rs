//! Whose turn it is where several royalties draw on one sum: the period that falls due first; of those that fall due
//! on one day, the royalty the text names first; of the members of a group that pay apart, the one the group names
//! first. The rates of royalties that earn back an advance and the payments it comes off follow this one order.

use super::find;
use crate::engine::Run;
use counterpart_num::{Date, Period};
use counterpart_terms::value::Name;

/// The royalties that are linked with one, itself among them, in the order of the links: each link names royalties
/// that draw on one sum.
pub(crate) fn linked(links: &[Vec<Name>], name: &Name) -> Vec<Name> {
    let mut group = vec![name.clone()];
    let more = |group: &[Name]| {
        let next = |names: &&Vec<Name>| {
            names.iter().any(|n| group.contains(n)) && !names.iter().all(|n| group.contains(n))
        };
        links.iter().find(next)
    };
    while let Some(found) = more(&group) {
        group.extend(found.iter().filter(|n| !group.contains(*n)).cloned().collect::<Vec<_>>());
    }
    let mut ordered: Vec<Name> = Vec::new();
    for one in links.iter().flatten().filter(|n| group.contains(n)) {
        if !ordered.contains(one) {
            ordered.push(one.clone());
        }
    }
    if ordered.is_empty() { group } else { ordered }
}

/// The day a period of a royalty takes its turn: when it falls due. A day that cannot be said leaves it in the order
/// of the periods.
pub(crate) fn day(run: &Run<'_>, name: &Name, period: &Period) -> Date {
    let due = find(run, name, Some(period.start)).ok().and_then(|r| run.settlement_day(r, period).ok()?);
    due.unwrap_or(period.end)
}

/// Which of several is next, given the day of each that still waits.
pub(crate) fn next(waiting: impl Iterator<Item = Option<Date>>) -> Option<usize> {
    let days = waiting.enumerate().filter_map(|(at, day)| Some((day?, at)));
    days.min().map(|(_, at)| at)
}
