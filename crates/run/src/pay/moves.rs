//! What moves a payment to a later day: a pause, and one a year of several. The day to pay moves along.

use super::Item;
use super::rules::{focus, spoil};
use crate::engine::Run;
use crate::rights::Stretch;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_terms::At;
use counterpart_terms::model::Pay;
use counterpart_terms::value::{Condition, Name};

/// Several thresholds passed in one year: all, the highest, or one a year.
pub(super) fn several(run: &Run<'_>, pay: &Pay, items: Vec<Item>, which: &str) -> Vec<Item> {
    match which {
        "highest" => {
            let mut out: Vec<Item> = Vec::new();
            for item in items {
                match out.iter_mut().find(|o| o.arisen.year() == item.arisen.year()) {
                    Some(same) if same.line < item.line => *same = item,
                    Some(_) => {}
                    None => out.push(item),
                }
            }
            out
        }
        "next" => {
            let mut taken: Vec<i32> = Vec::new();
            let mut out = Vec::new();
            for mut item in items {
                let free = (0..).find(|n| !taken.contains(&item.arisen.year().saturating_add(*n)));
                let Some(day) = free.and_then(|years| item.arisen.add_years(years.into())) else { continue };
                taken.push(day.year());
                run.moved(pay, &mut item, day);
                if day <= run.facts.as_of() {
                    out.push(item);
                }
            }
            out
        }
        _ => items,
    }
}

/// What would fall due in a pause falls due on the day on which it is over.
pub(super) fn pause(
    run: &Run<'_>,
    pay: &Pay,
    items: &mut Vec<Item>,
    condition: &Condition,
    at: At,
) -> Eval<()> {
    let events: Vec<&Name> = match condition {
        Condition::Happens(event) => vec![&event.name],
        Condition::Lasts { events, lasting: None } => events.iter().map(|e| &e.name).collect(),
        _ => {
            // How long another test goes on holding cannot be told from one day.
            for item in items.iter_mut() {
                match run.holds(condition, &focus(item)) {
                    Ok(false) => {}
                    Ok(true) => {
                        spoil(item, Unknown::new("it is paused, and when it goes on is not told").at(at))
                    }
                    Err(unknown) => spoil(item, unknown.at(at)),
                }
            }
            return Ok(());
        }
    };
    let found: Vec<_> = events.into_iter().map(|name| run.stretches(name, None)).collect();
    let (unsure, sure): (Vec<&Stretch>, Vec<&Stretch>) =
        found.iter().flat_map(|all| all.iter()).partition(|stretch| stretch.doubt.is_some());
    // On the day on which something is told to have ended, it is over.
    let last = |to: Option<Date>| to.map(|to| to.prev_day().unwrap_or(to));
    // What may fall due in a pause that may have been one has no sum and no day.
    for item in items.iter_mut() {
        let paused = unsure
            .iter()
            .find(|stretch| stretch.holds(item.arisen) || item.due.is_some_and(|due| stretch.holds(due)));
        if let Some(why) = paused.and_then(|stretch| stretch.doubt.clone()) {
            spoil(item, why.at(at));
        }
    }
    let stretches: Vec<_> = sure.into_iter().map(|stretch| (stretch.from, last(stretch.to))).collect();
    rest_through(run, pay, items, &stretches);
    Ok(())
}

/// What would fall due in some stretches, each with its first and, where it is over, its last day, falls due after them.
pub(super) fn rest_through(
    run: &Run<'_>,
    pay: &Pay,
    items: &mut Vec<Item>,
    stretches: &[(Date, Option<Date>)],
) {
    if stretches.is_empty() {
        return;
    }
    let paused = |day: Date| stretches.iter().find(|(from, to)| *from <= day && to.is_none_or(|t| day <= t));
    // The first day after a pause, and after those that follow it at once; none while one goes on.
    let after = |mut day: Date| {
        while let Some((_, end)) = paused(day) {
            day = (*end)?.next_day()?;
        }
        Some(day)
    };
    items.retain_mut(|item| {
        let Some(day) = after(item.arisen) else { return false };
        if day != item.arisen {
            run.moved(pay, item, day);
        }
        // What arose before may fall due within a pause.
        item.due = item.due.and_then(after);
        day <= run.facts.as_of()
    });
}
