//! Instalments and the total stated for them.
//!
//! A warning: the paper says both, and what falls due is what the instalments say.

use super::percents::constant;
use super::{Check, words};
use crate::model::{FeeWhen, Pay, PayRule};
use crate::value::Amount;
use counterpart_num::Exact;
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

/// The sum of the instalments, where each is a given amount that falls due once.
fn sum(pay: &Pay, currency: counterpart_num::Currency) -> Option<(Exact, Vec<String>)> {
    let mut sum = Exact::zero();
    let mut listed = Vec::new();
    if !pay.each.per.is_empty() || pay.each.each_time {
        return None;
    }
    for line in &pay.instalments {
        let recurring = matches!(line.when, FeeWhen::Each { .. } | FeeWhen::Otherwise);
        if recurring
            || line.each.each_time
            || !line.each.per.is_empty()
            || line.per.is_some()
            || line.shares.is_some()
        {
            return None;
        }
        let (money, value) = constant(&line.value)?;
        if money != currency {
            return None;
        }
        listed.push(words::money(&value, money));
        sum = &sum + &value;
    }
    if listed.is_empty() { None } else { Some((sum, listed)) }
}
