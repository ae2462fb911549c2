//! What all lines of a payment come to together: everything unpaid due at once, and a sum they may not pass.

use super::Item;
use super::rules::{change, focus, spoil};
use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Currency, Date, Exact};
use counterpart_terms::At;
use counterpart_terms::model::{Pay, PayRule};
use counterpart_terms::value::{Amount, Condition};
use std::collections::BTreeMap;

/// Everything unpaid falls due, to a stated total; nothing falls due afterwards.
pub(super) fn accelerate(
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
    if let Some(why) = occasion.unknown {
        return Err(why.at(at));
    }
    Ok(all_at_once(run, pay, items, (occasion.day, total, at)))
}

/// Everything unpaid falls due on a day, to a total where one is stated.
pub(super) fn all_at_once(
    run: &Run<'_>,
    pay: &Pay,
    items: Vec<Item>,
    (day, total, at): (Date, Option<&Amount>, At),
) -> Vec<Item> {
    let mut out: Vec<Item> = items.into_iter().filter(|i| i.arisen <= day).collect();
    let (amount, step) = match unpaid(run, pay, &out, total) {
        Ok((rest, _)) if !rest.number().is_positive() => return out,
        Ok((rest, how)) => (Ok(rest.clone()), Step::new("all that was unpaid", rest).how(how).by(at)),
        Err(unknown) => (Err(unknown.clone().at(at)), Step::note(unknown.reason).by(at)),
    };
    let last = Item::arisen(day, amount, step, at);
    out.push(Item { line: pay.instalments.len(), due: Some(day), ..last });
    fill_up(run, pay, total, &mut out);
    out
}

/// Sums of which only the full amount is known, and not what came off, come to what the others leave of the stated total
/// together with what is then due: whatever came off one is made up by the other. Where even the full amounts would pass
/// the total, or one is not given, nothing is said.
fn fill_up(run: &Run<'_>, pay: &Pay, total: Option<&Amount>, items: &mut [Item]) {
    let Some((last, earlier)) = items.split_last() else { return };
    let Some(Ok((total, _))) = total.map(|total| run.amount(total, &Focus::default())) else { return };
    if last.amount.is_ok() {
        return;
    }
    let (mut full, mut known) = (total.with(Exact::zero()), total.with(Exact::zero()));
    for item in earlier {
        let of = match (&item.amount, pay.instalments.get(item.line)) {
            (Ok(value), _) => value.clone(),
            (Err(_), Some(line)) => match run.amount(&line.value, &focus(item)) {
                Ok((value, _)) => value,
                Err(_) => return,
            },
            (Err(_), None) => return,
        };
        let Ok(sum) = full.plus(&of) else { return };
        full = sum;
        if item.amount.is_ok() {
            let Ok(sum) = known.plus(&of) else { return };
            known = sum;
        }
    }
    let (Ok(rest), Ok(over)) = (total.less(&known), full.compare(&total)) else { return };
    // What follows no rule but a deduction can only be less than its line.
    let cut_only = pay.rules.iter().all(|(rule, _)| {
        matches!(
            rule,
            PayRule::LateCut(..) | PayRule::Accelerates(..) | PayRule::CatchUp(_) | PayRule::Total(_)
        )
    });
    if over.is_gt() || !cut_only {
        return;
    }
    for item in items.iter_mut().filter(|item| item.amount.is_err()) {
        item.rest = Some(rest.clone());
    }
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
            if let Some(line) = pay.instalments.iter().find(|line| !line.falls_due_once()) {
                let why =
                    "of what comes again, or hangs on what may come about, nobody can say what is unpaid";
                return Err(Unknown::new(why).at(line.at));
            }
            for line in &pay.instalments {
                all = all.plus(&run.amount(&line.value, &Focus::default())?.0)?;
            }
        }
    }
    Ok((all.less(&sum)?, format!("{all} less {sum}")))
}

/// Cuts what goes beyond the sum all lines together may reach, with what arose under earlier terms. It comes
/// last: a limit holds for what the other rules leave.
pub(super) fn at_most(run: &Run<'_>, pay: &Pay, earlier: &[Item], items: &mut [Item]) -> Eval<()> {
    if !pay.rules.iter().any(|(rule, _)| matches!(rule, PayRule::AtMost(..))) {
        return Ok(());
    }
    let mut counted = Counts::new();
    for item in earlier {
        count(run, pay, item, &mut counted)?;
    }
    let mut others = others(run, pay)?;
    let only = earlier.len() + items.len() == 1;
    for item in items.iter_mut() {
        // What another payment under the same limit came to before this one.
        let sooner: Vec<Item> = others.extract_if(.., |other| other.arisen < item.arisen).collect();
        for other in sooner {
            count(run, pay, &other, &mut counted)?;
        }
        let Some((most, start, at)) = cap_of(run, pay, item)? else { continue };
        let counted = counted.entry(start).or_default();
        let Ok(value) = &item.amount else {
            counted.gone = true;
            continue;
        };
        if counted.gone {
            let unknown = Unknown::new("what an earlier sum under the same limit came to is not known");
            spoil(item, unknown.at(at));
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
        // A limit in another money is held against what the sum, and each before it, becomes in it.
        let money = most.currency();
        let held = rate_to(run, pay, item, only, money)
            .and_then(|rate| Ok((rate, counted.come_to(run, pay, money)?)));
        let (rate, sum) = match held {
            Ok(held) => held,
            Err(unknown) => {
                counted.gone = true;
                spoil(item, unknown.at(at));
                continue;
            }
        };
        let room = (most.number() - &sum).max(Exact::zero());
        let whole = value.number() * &rate;
        let kept = whole.clone().min(room);
        if kept != whole {
            let own = kept.checked_div(&rate).unwrap_or_default();
            change(item, |v| v.with(own), Step::new("together at most", most).by(at));
        }
        counted.add(run, pay, item);
    }
    Ok(())
}

/// What has arisen under a cap, by the first day of the period it is counted over.
type Counts = BTreeMap<Option<Date>, Counted>;

/// What has arisen under the caps of one period. A cap in one money may follow one in another, as where an amendment
/// restates it: each is held against all of it.
#[derive(Default)]
struct Counted {
    items: Vec<Item>,
    /// What they come to in each money that a cap is in.
    sums: BTreeMap<Option<Currency>, Eval<Exact>>,
    /// Whether a sum among them is not known: then nor is what is left under the cap after it.
    gone: bool,
}

impl Counted {
    fn add(&mut self, run: &Run<'_>, pay: &Pay, item: &Item) {
        if item.amount.is_err() {
            self.gone = true;
            return;
        }
        for (money, sum) in &mut self.sums {
            let more = in_money(run, pay, item, *money);
            *sum = sum.clone().and_then(|sum| Ok(&sum + &more?));
        }
        self.items.push(item.clone());
    }

    /// What all of it comes to in a money.
    fn come_to(&mut self, run: &Run<'_>, pay: &Pay, money: Option<Currency>) -> Eval<Exact> {
        let items = &self.items;
        let sum = || items.iter().map(|item| in_money(run, pay, item, money)).sum();
        self.sums.entry(money).or_insert_with(sum).clone()
    }
}

/// What a sum that has arisen is in a money.
fn in_money(run: &Run<'_>, pay: &Pay, item: &Item, money: Option<Currency>) -> Eval<Exact> {
    let value = item.amount.as_ref().map_err(Clone::clone)?;
    Ok(value.number() * &rate_to(run, pay, item, false, money)?)
}

/// Counts a sum under the cap without cutting it.
fn count(run: &Run<'_>, pay: &Pay, item: &Item, counted: &mut Counts) -> Eval<()> {
    if let Some((_, start, _)) = cap_of(run, pay, item)? {
        counted.entry(start).or_default().add(run, pay, item);
    }
    Ok(())
}

/// What one unit of the money of a sum is in the money of a limit.
fn rate_to(run: &Run<'_>, pay: &Pay, item: &Item, only: bool, money: Option<Currency>) -> Eval<Exact> {
    let from = item.amount.as_ref().ok().and_then(Val::currency);
    let (Some(from), Some(to)) = (from, money) else { return Ok(Exact::one()) };
    Ok(run.rate_into(pay, item, only, (from, to))?.map_or_else(Exact::one, |(rate, _)| rate))
}

/// Everything that arose of the other payments a cap is shared with.
fn others(run: &Run<'_>, pay: &Pay) -> Eval<Vec<Item>> {
    let mut out = Vec::new();
    for (rule, at) in &pay.rules {
        let PayRule::AtMost(_, _, _, with) = rule else { continue };
        for name in with.iter().filter(|n| **n != pay.name) {
            out.extend(run.deeper(name.as_str(), || run.items(name)).map_err(|u| u.at(*at))?);
        }
    }
    Ok(out)
}

/// The cap on a sum, and the first day of the period it is counted over. One with a condition takes the place of
/// the plain one while the condition holds.
fn cap_of<'p>(run: &Run<'_>, pay: &'p Pay, item: &Item) -> Eval<Option<(&'p Amount, Option<Date>, At)>> {
    let mut cap = None;
    for (rule, at) in &pay.rules {
        let PayRule::AtMost(most, cycle, condition, _) = rule else { continue };
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
    Ok(cap)
}
