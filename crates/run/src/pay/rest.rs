//! Lines that are not given under a total that is.

use super::Item;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_terms::model::{Pay, PayRule};

/// Once every line has arisen, those not given come to what the others leave of the stated total.
pub(super) fn share_total(run: &Run<'_>, pay: &Pay, items: &mut [Item]) -> Eval<()> {
    let total = pay.rules.iter().find_map(|(rule, _)| match rule {
        PayRule::Total(total) => Some(total),
        _ => None,
    });
    let Some(total) = total.filter(|_| items.iter().any(|i| i.amount.is_err())) else { return Ok(()) };
    let each_once =
        (0..pay.instalments.len()).all(|line| items.iter().filter(|i| i.line == line).count() == 1);
    if !each_once || items.len() != pay.instalments.len() {
        return Ok(());
    }
    let (mut rest, _) = run.amount(total, &Focus::default())?;
    for item in items.iter() {
        if let Ok(value) = &item.amount {
            rest = rest.less(value)?;
        }
    }
    for item in items.iter_mut().filter(|i| i.amount.is_err()) {
        item.rest = Some(rest.clone());
    }
    Ok(())
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
                missing = Some((reason.clone(), rest.cloned()));
            }
        }
    }
    match missing {
        None => Ok(total),
        Some((_, Some(rest))) if count == unknown => total.plus(&rest),
        Some((reason, _)) => Err(reason),
    }
}
