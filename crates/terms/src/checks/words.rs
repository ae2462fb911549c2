//! Amounts and moments in the words of the deal, for messages.

use crate::value::{Amount, Known, Measure, Op, Sign};
use counterpart_num::{Currency, Exact, Money};

/// A percentage as people write it: 0.04 is `4%`.
pub(crate) fn percent(fraction: &Exact) -> String {
    format!("{}%", fraction * &Exact::from_int(100))
}

/// Money without idle decimals: `USD 2,400,000`.
pub(crate) fn money(value: &Exact, currency: Currency) -> String {
    if value.is_integer() {
        return format!("{currency} {}", value.to_grouped(0));
    }
    Money::new(value.clone(), currency).to_string()
}

/// Money as a clause writes it: `USD 2.4m`.
fn short(value: &Exact, currency: Currency) -> String {
    let million = Exact::from_int(1_000_000);
    match value.checked_div(&million) {
        // Two decimals of a million are read more easily than five noughts.
        Some(scaled) if value.abs() >= million && (&scaled * &Exact::from_int(100)).is_integer() => {
            format!("{currency} {scaled}m")
        }
        _ => money(value, currency),
    }
}

/// An amount as it would be written.
pub(crate) fn amount(amount: &Amount) -> String {
    let unknown = |known: &Known<Exact>| known.why_unknown().unwrap_or_default();
    let list = |of: &[Amount]| of.iter().map(self::amount).collect::<Vec<_>>().join(", ");
    match amount {
        Amount::Money(currency, Known::Given(value)) => short(value, *currency),
        Amount::Money(currency, known) => format!("{currency} {}", unknown(known)),
        Amount::Percent(Known::Given(value)) => percent(value),
        Amount::Percent(known) => unknown(known),
        Amount::Number(value) => value.to_string(),
        Amount::Quantity(value, unit) => format!("{value} {unit}"),
        Amount::Duration(duration) => match duration.span() {
            Some(span) => span.to_string(),
            None => "a length of time".to_string(),
        },
        Amount::Sum(terms) => {
            let mut out = String::new();
            for (index, (sign, term)) in terms.iter().enumerate() {
                match (index, sign) {
                    (0, _) => {}
                    (_, Sign::Plus) => out.push_str(" plus "),
                    (_, Sign::Less) => out.push_str(" less "),
                }
                out.push_str(&self::amount(term));
            }
            out
        }
        Amount::Product(factors) => {
            let mut out = String::new();
            for (index, (op, factor)) in factors.iter().enumerate() {
                match (index, op) {
                    (0, _) => {}
                    (_, Op::Times) => out.push_str(" times "),
                    (_, Op::By) => out.push_str(" divided by "),
                }
                out.push_str(&self::amount(factor));
            }
            out
        }
        Amount::Greatest(of) => format!("the greatest of {}", list(of)),
        Amount::Least(of) => format!("the least of {}", list(of)),
        Amount::Excess(of, over) => {
            format!("the excess of {} above {}", self::amount(of), self::amount(over))
        }
        Amount::Share(Known::Given(share), of) => format!("{} of {}", percent(share), self::amount(of)),
        Amount::Share(known, of) => format!("{} of {}", unknown(known), self::amount(of)),
        Amount::Measure(measure) => self::measure(measure),
    }
}

fn measure(measure: &Measure) -> String {
    let list = |names: &[crate::value::Name]| names.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", ");
    let mut out = match measure.quantity {
        Some(quantity) => format!("{} of {}", quantity.word(), list(&measure.names)),
        None => list(&measure.names),
    };
    if !measure.of.is_empty() {
        out.push_str(&format!(" of {}", list(&measure.of)));
    }
    out
}
