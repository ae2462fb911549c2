//! Instalments and the total stated for them.
//!
//! A warning: the paper says both, and what falls due is what the instalments say.

use super::{Check, words};
use crate::model::{Pay, PayRule};
use crate::value::Amount;
use counterpart_num::{Currency, Exact};
use counterpart_syntax::Diagnostic;

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    for pay in model.pays.values() {
        for (rule, at) in &pay.rules {
            let PayRule::Total(Amount::Money(currency, known)) = rule else { continue };
            let (Some(total), Some((sum, listed))) = (known.given(), sum(pay, *currency)) else { continue };
            if sum == *total {
                continue;
            }
            let money = |value: &Exact| words::money(value, *currency);
            let off = (&sum - total).abs();
            let message =
                format!("the instalments make {}, the stated total is {}", money(&sum), money(total));
            let diagnostic = Diagnostic::warning("total-differs", at.span(), message)
                .with_note(format!("{} = {}, {} apart", listed.join(" + "), money(&sum), money(&off)))
                .with_note("what falls due is what the instalments say")
                .with_also(pay.at.file, pay.at.span(), "the instalments")
                .with_help("correct the total or an instalment");
            check.push(*at, diagnostic);
        }
    }
}

/// The instalments and what they come to, where they are in this money.
fn sum(pay: &Pay, currency: Currency) -> Option<(Exact, Vec<String>)> {
    let (money, amounts) = pay.once_each()?;
    let listed = amounts.iter().map(|value| words::money(value, money)).collect();
    (money == currency).then(|| (amounts.into_iter().sum(), listed))
}
