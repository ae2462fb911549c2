//! What holds for all lines of a payment: caps, catch-up, scaling, acceleration, shares.

use super::Item;
use super::limits::accelerate;
use super::moves::{pause, several};
use super::raises::{escalate, indexed, late_cut, rises_at_most};
use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact, Mode, Period, Rounding};
use counterpart_terms::At;
use counterpart_terms::model::{FeeWhen, Pay, PayRule, Per};
use counterpart_terms::value::{Condition, Moment, Name};

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
            PayRule::While(condition) => {
                let mut kept = Vec::new();
                for item in items {
                    let day = Focus { period: Period::new(item.arisen, item.arisen), ..focus(&item) };
                    if run.holds(condition, &day).map_err(located)? {
                        kept.push(item);
                    }
                }
                items = kept;
            }
            PayRule::CatchUp(there) => items = catch_up(run, pay, items, *there, *at),
            PayRule::Several(which) => items = several(run, pay, items, which),
            PayRule::LateCut(cut, per, most) => late_cut(run, pay, &mut items, cut, *per, most.as_ref(), *at),
            PayRule::Scaled(by) => {
                for item in &mut items {
                    let (factor, why) = run.amount(by, &focus(item)).map_err(located)?;
                    let why = Step { what: scaled(item), ..why };
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
            PayRule::From(from) => begin(run, pay, &mut items, from).map_err(located)?,
            PayRule::Until(until) => {
                let end = run.clock().limit(until, &Focus::default()).map_err(located)?;
                items.retain(|i| end.is_none_or(|end| i.arisen <= end));
            }
            PayRule::Dropped(reasons, unless) => {
                items = dropped(run, pay, items, (reasons, unless.as_ref()), *at);
            }
            PayRule::RisesAtMost(most, index) => {
                rises_at_most(run, &mut items, (most.as_ref(), index.as_ref()), *at);
            }
            PayRule::Replacement => items = replaced(run, items, *at),
            _ => {}
        }
    }
    for (rule, at) in &pay.rules {
        if let PayRule::Accelerates(condition, total) = rule {
            items = accelerate(run, pay, items, condition, total.as_ref(), *at)?;
        }
    }
    items.sort_by_key(|i| (i.arisen, i.line));
    Ok(items)
}

/// Nothing falls due before a day: a fee of an earlier period is not owed, what was reached earlier waits for it.
fn begin(run: &Run<'_>, pay: &Pay, items: &mut Vec<Item>, from: &Moment) -> Eval<()> {
    let Some(start) = run.clock().limit(from, &Focus::default())? else {
        items.clear();
        return Ok(());
    };
    let recurs =
        |i: &Item| pay.instalments.get(i.line).is_some_and(|l| matches!(l.when, FeeWhen::Each { .. }));
    items.retain(|i| i.arisen >= start || !recurs(i));
    for item in items.iter_mut() {
        item.due = item.due.map(|due| due.max(start));
    }
    Ok(())
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

/// A milestone reached makes earlier ones due that were skipped, wherever they were to be reached or, where so said, in
/// its own country or region; reaching those later pays nothing.
fn catch_up(run: &Run<'_>, pay: &Pay, items: Vec<Item>, there: bool, at: At) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::new();
    for item in items {
        let same = |o: &Item, line: usize| {
            let each = pay.instalments.get(line).map_or(&pay.each, |l| pay.each_of(l));
            let here = o.place == item.place || !each.per.contains(&Per::Country);
            o.line == line && o.product == item.product && o.of == item.of && here && !each.each_time
        };
        if out.iter().any(|o| same(o, item.line)) {
            continue;
        }
        let place = item.place.clone();
        for (line, earlier) in pay.instalments.iter().enumerate().take(item.line) {
            let here = match (&earlier.when, place.as_ref().filter(|_| there)) {
                (FeeWhen::When { when, .. }, Some(place)) => territory_has(run, when, place, item.arisen),
                (FeeWhen::When { .. }, None) => true,
                // What falls due on a day of its own is not skipped.
                _ => false,
            };
            if !here || out.iter().any(|o| same(o, line)) {
                continue;
            }
            let mut skipped =
                run.item(pay, line, earlier, item.arisen, Ok(item.arisen), item.period, &focus(&item));
            (skipped.due, skipped.no_day) = (item.due, item.no_day.clone());
            skipped.product.clone_from(&item.product);
            skipped.place.clone_from(&item.place);
            skipped.of.clone_from(&item.of);
            skipped.step.parts.push(Step::note("due because a later one was reached").by(at));
            out.push(skipped);
        }
        out.push(item);
    }
    out
}

fn territory_has(run: &Run<'_>, when: &Condition, place: &Name, day: Date) -> bool {
    match when.waits_for() {
        Some((_, Some(t))) => {
            t.places.contains(place) || run.model_on(day).market.places(t, day).contains(place.as_str())
        }
        _ => true,
    }
}

/// What a dropped product had not paid falls due with the other product's, unless it was dropped for a reason the
/// clause names.
fn dropped(
    run: &Run<'_>,
    pay: &Pay,
    items: Vec<Item>,
    (reasons, unless): (&[Name], Option<&Condition>),
    at: At,
) -> Vec<Item> {
    use counterpart_syntax::Label;
    let mut gone: Vec<(Date, Name, Option<Unknown>)> = Vec::new();
    for event in run.facts.happened() {
        let EventKind::Told { word, parts, .. } = &event.kind else { continue };
        if word != "dropped" || parts.name(Label::For).is_some_and(|reason| reasons.contains(reason)) {
            continue;
        }
        let on = Focus { period: Period::new(event.date, event.date), ..Focus::default() };
        let exempt = unless.map_or(Ok(false), |unless| run.holds(unless, &on));
        let why = match exempt {
            Ok(true) => continue,
            Ok(false) => None,
            Err(why) => Some(why.at(at)),
        };
        gone.extend(parts.names(Label::What).into_iter().map(|n| (event.date, n, why.clone())));
    }
    let mut out = items.clone();
    for (day, product, why) in gone {
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
                if let Some(why) = &why {
                    moved.unsure = true;
                    spoil(&mut moved, why.clone());
                }
                out.push(moved);
            }
        }
    }
    out
}

/// A replacement has paid what its predecessor paid: that tells of it.
fn replaced(run: &Run<'_>, items: Vec<Item>, at: At) -> Vec<Item> {
    let mut pairs: Vec<(Name, Name)> = Vec::new();
    for event in run.facts.happened() {
        if let EventKind::Told { word, name: Some(old), parts, .. } = &event.kind
            && word == "replaced"
            && let Some(new) = parts.name(counterpart_syntax::Label::New)
        {
            pairs.push((old.clone(), new.clone()));
        }
    }
    let paid_by = |item: &Item| {
        let mut own = pairs.iter().filter(|(_, new)| Some(new) == item.product.as_ref());
        own.find_map(|(old, _)| {
            items.iter().position(|earlier| {
                earlier.line == item.line
                    && earlier.product.as_ref() == Some(old)
                    && earlier.arisen <= item.arisen
            })
        })
    };
    let paid: Vec<Option<usize>> = items.iter().map(paid_by).collect();
    let mut out = items.clone();
    for (item, by) in items.iter().zip(&paid) {
        let (Some(product), Some(earlier)) = (&item.product, by.and_then(|by| out.get_mut(by))) else {
            continue;
        };
        let said = format!("{product} took its place, and does not pay it again");
        earlier.step.parts.push(Step::note(said).on(item.arisen).by(at));
    }
    out.into_iter().zip(paid).filter(|(_, by)| by.is_none()).map(|(item, _)| item).collect()
}

/// What is scaled, in words.
fn scaled(item: &Item) -> String {
    item.amount.as_ref().map_or("scaled by".to_string(), |amount| format!("{amount}, scaled by"))
}
