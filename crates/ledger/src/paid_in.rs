//! Payments told in another money than the one they are owed in.
//!
//! Such a payment settles nothing that can be said, unless the clause says that it is paid in that money. The statement
//! shows it beside the amount; the entry itself is where the slip is mended.

use crate::event::{Event, EventKind};
use counterpart_num::Currency;
use counterpart_syntax::Diagnostic;
use counterpart_terms::At;
use counterpart_terms::model::{Editions, Model, Pay};
use counterpart_terms::value::{Amount, Name};
use std::collections::BTreeSet;

/// A finding for each payment in a money that nothing of it is owed in.
pub(crate) fn findings(editions: &Editions, events: &[Event]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for event in events {
        let EventKind::Paid { stream, label, currency, .. } = &event.kind else { continue };
        let mut owed = BTreeSet::new();
        let mut clause = None;
        for edition in &editions.0 {
            let Some((money, at)) = owed_in(&edition.model, stream) else { continue };
            owed.extend(money);
            clause = clause.or(Some(at));
        }
        let Some(at) = clause.filter(|_| !owed.is_empty() && !owed.contains(currency)) else { continue };
        let period = label.map(|l| format!(" for {l}")).unwrap_or_default();
        let money = owed.iter().map(|c| c.code()).collect::<Vec<_>>().join(" or ");
        let (paid, one) = (currency.code(), owed.first().map_or("", |c| c.code()));
        let message = format!("`{stream}` is owed in {money}, and this is paid in {paid}");
        let problem = Diagnostic::warning("paid-in-another-money", event.at.span(), message)
            .in_file(event.at.file)
            .with_also(at.file, at.span(), "no clause says that it may be")
            .with_note("how much of what is owed it settles cannot be said")
            .with_help(format!("tell what it was taken for: `paid {stream}{period} {one}` and the sum"));
        // A supply or a service is paid in the money of its price.
        let priced =
            editions.0.iter().any(|e| e.model.pays.get(stream).is_some_and(|pay| pay.priced_in.is_some()));
        found.push(if priced {
            problem
        } else {
            problem.with_help(format!(
                "where it may be paid in {paid}, write `in {paid} at` and the rate below `{stream}`"
            ))
        });
    }
    found
}

/// The moneys something is owed or paid in under the terms of an edition, and its clause; `None` where that hangs on
/// more than the clause says.
fn owed_in(model: &Model, stream: &Name) -> Option<(BTreeSet<Currency>, At)> {
    let account = model.header.currency;
    if let Some(royalty) = model.royalties.get(stream) {
        return Some((royalty.currency.into_iter().chain(account).collect(), royalty.at));
    }
    let pay = model.pays.get(stream)?;
    if let Some(money) = pay.priced_in {
        return Some((BTreeSet::from([money]), pay.at));
    }
    let sums = pay.instalments.iter().map(|line| &line.value).chain(pay.prices.iter().map(|p| &p.amount));
    let mut owed: BTreeSet<Currency> = pay.currency.into_iter().collect();
    for sum in sums {
        match sum {
            Amount::Money(currency, _) => {
                owed.insert(*currency);
            }
            _ => owed.extend(account),
        }
    }
    owed.extend(account.filter(|_| is_open(pay)));
    Some((owed, pay.at))
}

/// Whether a clause makes more due than its lines say.
fn is_open(pay: &Pay) -> bool {
    pay.instalments.is_empty() || !pay.bonuses.is_empty() || !pay.borne.is_empty()
}
