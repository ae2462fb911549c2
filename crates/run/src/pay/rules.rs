//! What holds for all lines of a payment: caps, catch-up, scaling, acceleration, shares.

use super::Item;
use super::raises::{escalate, indexed, late_cut};
use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact, Mode, Period, Rounding};
use counterpart_terms::At;
use counterpart_terms::model::{FeeWhen, Pay, PayRule};
use counterpart_terms::value::{Amount, Condition, Name};
use std::collections::BTreeSet;

/// Applies the rules of a payment to what has arisen.
pub(super) fn apply(run: &Run<'_>, pay: &Pay, mut items: Vec<Item>) -> Eval<Vec<Item>> {
    if pay.rules.iter().any(|(r, _)| matches!(r, PayRule::FirstFit)) {
        let first = items.iter().map(|i| i.line).min();
        items.retain(|i| Some(i.line) == first);
        items.truncate(1);
    }
    for (rule, at) in &pay.rules {
        let located = |u: Unknown| u.at(*at);
        match rule {
            PayRule::When(condition) => {
                let mut kept = Vec::new();
                for item in items {
                    if run.holds(condition, &focus(&item)).map_err(located)? {
                        kept.push(item);
                    }
                }
                items = kept;
            }
            PayRule::CatchUp => items = catch_up(run, pay, items, *at),
            PayRule::Several(which) => items = several(run, pay, items, which),
            PayRule::LateCut(cut, per, most) => late_cut(run, pay, &mut items, cut, *per, most.as_ref(), *at),
            PayRule::Scaled(by) => {
                for item in &mut items {
                    let (factor, why) = run.amount(by, &focus(item)).map_err(located)?;
                    change(item, |v| v.with(v.number() * factor.number()), why.by(*at));
                }
            }
            PayRule::Indexed(index, most, from) => {
                indexed(run, &mut items, index, most.as_ref(), from.as_ref(), *at)?
            }
            PayRule::InShares(_, price, rounded) => {
                for item in &mut items {
                    let (price, why) = run.amount(price, &focus(item)).map_err(located)?;
                    let mode = match rounded.as_deref() {
                        Some(word) if word.ends_with("down") => Mode::Floor,
                        _ => Mode::Ceiling,
                    };
                    change(
                        item,
                        |v| {
                            let shares = v.number().checked_div(price.number()).unwrap_or_else(Exact::zero);
                            let whole = shares.round(&Rounding::places(0, mode));
                            v.with(&whole * price.number())
                        },
                        why.by(*at),
                    );
                }
            }
            PayRule::Paused(condition) => pause(run, pay, &mut items, condition, *at)?,
            PayRule::Escalates(by, cycle, from) => escalate(run, &mut items, by, cycle, from.as_ref(), *at)?,
            PayRule::Dropped => items = dropped(run, pay, items, *at),
            PayRule::Replacement => items = replaced(run, items),
            _ => {}
        }
    }
    // Limits come last: they hold for what is left.
    for (rule, at) in &pay.rules {
        if let PayRule::Accelerates(condition, total) = rule {
            items = accelerate(run, pay, items, condition, total.as_ref(), *at)?;
        }
    }
    at_most(run, pay, &mut items)?;
    items.sort_by_key(|i| (i.arisen, i.line));
    Ok(items)
}

pub(super) fn focus(item: &Item) -> Focus {
    Focus {
        period: item.period.or_else(|| Period::new(item.arisen, item.arisen)),
        product: item.product.clone(),
        place: item.place.clone(),
        ..Focus::default()
    }
}

pub(super) fn change(item: &mut Item, by: impl FnOnce(&Val) -> Val, why: Step) {
    // Lines not given change with their common sum.
    if let (Err(_), Some(rest)) = (&item.amount, &item.rest) {
        item.rest = Some(by(rest));
        item.step.parts.push(why);
        return;
    }
    if let Ok(value) = &item.amount {
        let now = by(value);
        item.step.parts.push(why);
        item.step.value = Some(now.clone());
        item.amount = Ok(now);
    }
}

/// The amount cannot be said, nor what it makes together with others.
pub(super) fn spoil(item: &mut Item, unknown: Unknown) {
    item.step.parts.push(Step::note(unknown.reason.clone()));
    item.step.value = None;
    item.amount = Err(unknown);
    item.rest = None;
}

/// A milestone reached makes earlier ones due that were skipped; reaching those later pays nothing.
fn catch_up(run: &Run<'_>, pay: &Pay, items: Vec<Item>, at: At) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::new();
    for item in items {
        let same = |o: &Item, line: usize| o.line == line && o.product == item.product;
        if out.iter().any(|o| same(o, item.line)) {
            continue;
        }
        let place = item.place.clone();
        for (line, earlier) in pay.instalments.iter().enumerate().take(item.line) {
            // Only in the same region where the lines are for regions.
            let here = match (&earlier.when, &place) {
                (FeeWhen::When { when, .. }, Some(place)) => territory_has(run, when, place, item.arisen),
                (FeeWhen::When { .. }, None) => true,
                // What falls due on a day of its own is not skipped.
                _ => false,
            };
            if !here || out.iter().any(|o| same(o, line)) {
                continue;
            }
            let mut skipped = run.item(pay, line, earlier, item.arisen, item.due, item.period, &focus(&item));
            skipped.product.clone_from(&item.product);
            skipped.place.clone_from(&item.place);
            skipped.step.parts.push(Step::note("due because a later one was reached").by(at));
            out.push(skipped);
        }
        out.push(item);
    }
    out
}

fn territory_has(run: &Run<'_>, when: &Condition, place: &Name, day: Date) -> bool {
    match super::occasions::milestone_of(when) {
        Some((_, Some(t))) => {
            t.places.contains(place) || run.last_model().market.places(t, day).contains(place.as_str())
        }
        _ => true,
    }
}

/// Several thresholds passed in one year: all, the highest, or one a year.
fn several(run: &Run<'_>, pay: &Pay, items: Vec<Item>, which: &str) -> Vec<Item> {
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

/// What would fall due in a pause falls due the day after it ends.
fn pause(run: &Run<'_>, pay: &Pay, items: &mut Vec<Item>, condition: &Condition, at: At) -> Eval<()> {
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
    let stretches: Vec<(Date, Option<Date>)> =
        events.into_iter().flat_map(|name| run.facts.stretches(name, None)).collect();
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
    Ok(())
}

/// What a dropped product had not paid falls due with the other product's.
fn dropped(run: &Run<'_>, pay: &Pay, items: Vec<Item>, at: At) -> Vec<Item> {
    let mut gone: Vec<(Date, Name)> = Vec::new();
    for event in run.facts.happened() {
        if let EventKind::Told { word, parts, .. } = &event.kind
            && word == "dropped"
        {
            gone.extend(parts.names(counterpart_syntax::Label::What).into_iter().map(|n| (event.date, n)));
        }
    }
    let mut out = items.clone();
    for (day, product) in gone {
        for line in 0..pay.instalments.len() {
            let paid = items
                .iter()
                .any(|i| i.line == line && i.product.as_ref() == Some(&product) && i.arisen <= day);
            let other = items
                .iter()
                .find(|i| i.line == line && i.product.as_ref() != Some(&product) && i.arisen >= day);
            if let (false, Some(other)) = (paid, other) {
                let mut moved = other.clone();
                moved.step.parts.push(Step::note(format!("moved here from {product}")).by(at));
                out.push(moved);
            }
        }
    }
    out
}

/// A replacement has paid what its predecessor paid.
fn replaced(run: &Run<'_>, items: Vec<Item>) -> Vec<Item> {
    let mut pairs: Vec<(Name, Name)> = Vec::new();
    for event in run.facts.happened() {
        if let EventKind::Told { word, name: Some(old), parts, .. } = &event.kind
            && word == "replaced"
            && let Some(new) = parts.name(counterpart_syntax::Label::New)
        {
            pairs.push((old.clone(), new.clone()));
        }
    }
    let earlier = items.clone();
    items
        .into_iter()
        .filter(|item| {
            let old = pairs.iter().filter(|(_, new)| Some(new) == item.product.as_ref()).map(|(old, _)| old);
            !old.into_iter().any(|old| {
                earlier.iter().any(|e| {
                    e.line == item.line && e.product.as_ref() == Some(old) && e.arisen <= item.arisen
                })
            })
        })
        .collect()
}

/// Everything unpaid falls due, to a stated total; nothing falls due afterwards.
fn accelerate(
    run: &Run<'_>,
    pay: &Pay,
    items: Vec<Item>,
    condition: &Condition,
    total: Option<&Amount>,
    at: At,
) -> Eval<Vec<Item>> {
    let line = pay.instalments.first();
    let Some(line) = line else { return Ok(items) };
    let Some(occasion) = run.occasions(pay, line, condition)?.into_iter().next() else { return Ok(items) };
    let mut out: Vec<Item> = items.into_iter().filter(|i| i.arisen <= occasion.day).collect();
    let (amount, step) = match unpaid(run, pay, &out, total) {
        Ok((rest, _)) if !rest.number().is_positive() => return Ok(out),
        Ok((rest, how)) => (Ok(rest.clone()), Step::new("all that was unpaid", rest).how(how).by(at)),
        Err(unknown) => (Err(unknown.clone().at(at)), Step::note(unknown.reason).by(at)),
    };
    out.push(Item {
        line: pay.instalments.len(),
        arisen: occasion.day,
        due: Some(occasion.day),
        amount,
        rest: None,
        unsure: false,
        period: None,
        product: None,
        place: None,
        step,
        at,
    });
    Ok(out)
}

/// What is left of a stated total, or of all lines together, and how it was worked out.
fn unpaid(run: &Run<'_>, pay: &Pay, items: &[Item], total: Option<&Amount>) -> Eval<(Val, String)> {
    let mut sum = Val::money(Exact::zero(), run.currency()?);
    for item in items {
        sum = sum.plus(item.amount.as_ref().map_err(Clone::clone)?)?;
    }
    let mut all = sum.with(Exact::zero());
    match total {
        Some(total) => all = run.amount(total, &Focus::default())?.0,
        None => {
            for line in &pay.instalments {
                all = all.plus(&run.amount(&line.value, &Focus::default())?.0)?;
            }
        }
    }
    Ok((all.less(&sum)?, format!("{all} less {sum}")))
}

/// Cuts what goes beyond the sum all lines together may reach.
fn at_most(run: &Run<'_>, pay: &Pay, items: &mut [Item]) -> Eval<()> {
    let mut sums: Vec<(Option<Date>, Exact)> = Vec::new();
    // Where a sum is not known, nor is what is left under the limit after it.
    let mut gone: BTreeSet<Option<Date>> = BTreeSet::new();
    for item in items.iter_mut() {
        // A cap with a condition takes the place of the plain one while the condition holds.
        let mut cap: Option<(&Amount, Option<Date>, At)> = None;
        for (rule, at) in &pay.rules {
            let PayRule::AtMost(most, cycle, condition) = rule else { continue };
            let start = match cycle {
                Some(cycle) => run.clock().cycle(cycle)?.containing(item.arisen).map(|p| p.start),
                None => None,
            };
            let holds = match condition {
                Some(condition) => run.holds(condition, &focus(item))?,
                None => cap.is_none(),
            };
            if holds {
                cap = Some((most, start, *at));
            }
        }
        let Some((most, start, at)) = cap else { continue };
        let Ok(value) = &item.amount else {
            gone.insert(start);
            continue;
        };
        if gone.contains(&start) {
            spoil(item, Unknown::new("what an earlier sum under the same limit came to is not known").at(at));
            continue;
        }
        let most = match run.amount(most, &focus(item)) {
            Ok((most, _)) => most,
            // A cap that is not given may have cut this already: nothing of it is known.
            Err(unknown) => {
                item.amount = Err(unknown.at(at));
                continue;
            }
        };
        let so_far = sums.iter().find(|(s, _)| *s == start).map_or_else(Exact::zero, |(_, n)| n.clone());
        let room = (most.number() - &so_far).max(Exact::zero());
        let kept = value.number().clone().min(room);
        match sums.iter_mut().find(|(s, _)| *s == start) {
            Some((_, sum)) => *sum += &kept,
            None => sums.push((start, kept.clone())),
        }
        if &kept != value.number() {
            change(item, |v| v.with(kept), Step::new("together at most", most).by(at));
        }
    }
    Ok(())
}
