//! Lines that are not given under a total that is.

use super::Item;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_terms::model::{Pay, PayRule};

/// Once every line has arisen, those not given come to what the others leave of the stated total. Of a single sum
/// kept secret beside others the total says nothing: a total is compared, not paid, and it was not meant to tell it.
pub(super) fn share_total(run: &Run<'_>, pay: &Pay, items: &mut [Item]) -> Eval<()> {
    let total = pay.rules.iter().find_map(|(rule, _)| match rule {
        PayRule::Total(total) => Some(total),
        _ => None,
    });
    let missing = items.iter().filter(|i| i.amount.is_err()).count();
    let Some(total) = total.filter(|_| missing > 1 || missing == items.len()) else { return Ok(()) };
    let each_once =
        (0..pay.instalments.len()).all(|line| items.iter().filter(|i| i.line == line).count() == 1);
    if !each_once || items.len() != pay.instalments.len() || items.iter().any(|i| i.unsure) {
        return Ok(());
    }
    // A total that is not given either tells nothing about its lines.
    let Ok((mut rest, _)) = run.amount(total, &Focus::default()) else { return Ok(()) };
    for value in items.iter().filter_map(|i| i.amount.as_ref().ok()) {
        rest = rest.less(value)?;
    }
    for item in items.iter_mut().filter(|i| i.amount.is_err()) {
        item.rest = Some(rest.clone());
    }
    Ok(())
}

/// How many lines are known only together.
pub(super) fn hidden(items: &[Item]) -> usize {
    items.iter().filter(|item| item.rest.is_some()).count()
}

/// Where some of those lines fell away, what is left of them is not what the total leaves.
pub(super) fn of_all(items: &mut [Item], hidden: usize) {
    if self::hidden(items) < hidden {
        items.iter_mut().for_each(|item| item.rest = None);
    }
}

/// The sum of amounts, some of which are known only together.
///
/// # Errors
/// Where an amount is not given and its fellows are not among those asked about.
pub(crate) fn sum<'i>(
    zero: &Val,
    lines: impl Iterator<Item = (&'i Eval<Val>, Option<&'i Val>)>,
    unknown: usize,
) -> Eval<Val> {
    let mut total = zero.clone();
    let mut missing = None;
    let mut count = 0usize;
    for (amount, rest) in lines {
        match amount {
            Ok(value) => total = total.plus(value)?,
            Err(reason) => {
                count += 1;
                // What was changed for one line alone says nothing of their sum any more.
                let same = missing.as_ref().is_none_or(|(_, r)| *r == rest.cloned());
                missing = Some((reason.clone(), rest.filter(|_| same).cloned()));
            }
        }
    }
    match missing {
        None => Ok(total),
        Some((_, Some(rest))) if count == unknown => total.plus(&rest),
        Some((reason, _)) => Err(reason),
    }
}
