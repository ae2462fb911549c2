//! Terms of the time after the end in words.

use counterpart_num::Exact;
use counterpart_terms::model::TailPrice;
use counterpart_terms::value::{Amount, Duration, Grade, Known};

/// A length of time.
pub(crate) fn length(duration: &Duration) -> String {
    match duration {
        Duration::Span(span) => span.to_string(),
        Duration::Hours(hours) => format!("{hours} hours"),
        Duration::Unknown(known, unit) => {
            format!("{} {unit}", known.why_unknown().unwrap_or_default()).trim().to_string()
        }
    }
}

/// What is owed for it.
pub(crate) fn price(price: &TailPrice) -> String {
    match price {
        TailPrice::Free => "royalty-free".into(),
        TailPrice::Royalty(None) => "royalty-bearing".into(),
        TailPrice::Royalty(Some(rate)) => format!("royalty-bearing at {}", amount(rate)),
        TailPrice::ShareOfRate(share) => format!("at {} of the rate", amount(share)),
        TailPrice::Cost(None) => "at cost".into(),
        TailPrice::Cost(Some(plus)) => format!("at cost plus {}", amount(plus)),
        TailPrice::Hour(fee) => format!("at {} an hour", amount(fee)),
        TailPrice::Price(price) => format!("at {}", amount(price)),
        TailPrice::Appraised => "as appraised".into(),
    }
}

/// An amount, where it is plain.
pub(super) fn amount(amount: &Amount) -> String {
    let given = |known: &Known<Exact>, show: &dyn Fn(&Exact) -> String| match known.given() {
        Some(value) => show(value),
        None => known.why_unknown().unwrap_or_default(),
    };
    match amount {
        Amount::Money(currency, known) => {
            given(known, &|n| counterpart_num::Money::new(n.clone(), *currency).to_string())
        }
        Amount::Percent(known) => given(known, &crate::value::percent),
        Amount::Number(n) => n.to_string(),
        Amount::Quantity(n, unit) => format!("{n} {unit}"),
        _ => "what its clause says".into(),
    }
}

/// A grade.
pub(super) fn grade(grade: &Grade) -> String {
    grade.kind.to_string()
}
