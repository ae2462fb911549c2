//! Amounts: formulas over what is measured, with their arithmetic.

use crate::clock::Focus;
use crate::engine::Run;
use crate::measure::literal;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_num::Exact;
use counterpart_terms::value::{Amount, Known, Op, Sign};

impl Run<'_> {
    /// The value of an amount, and how it comes about.
    ///
    /// # Errors
    /// Where a fact or a term is missing.
    pub fn amount(&self, amount: &Amount, focus: &Focus) -> Eval<(Val, Step)> {
        match amount {
            Amount::Money(..) | Amount::Percent(_) | Amount::Number(_) | Amount::Quantity(..) => {
                let value = literal(amount)?;
                let shown = match amount {
                    Amount::Percent(_) => percent(value.number()),
                    _ => value.to_string(),
                };
                Ok((value.clone(), Step::new(shown, value)))
            }
            Amount::Duration(_) => Err(Unknown::new("a length of time is not an amount")),
            Amount::Measure(measure) => self.measure(measure, focus),
            Amount::Sum(terms) => self.sum(terms, focus),
            Amount::Product(factors) => self.product(factors, focus),
            Amount::Greatest(of) => self.pick(of, focus, true),
            Amount::Least(of) => self.pick(of, focus, false),
            Amount::Excess(what, over) => {
                let (what, a) = self.amount(what, focus)?;
                let (over, b) = self.amount(over, focus)?;
                let left = what.less(&over)?;
                let value = if left.number().is_negative() { left.with(Exact::zero()) } else { left };
                let how = format!("{what} - {over}, not below nothing");
                Ok((value.clone(), Step::new("excess", value).how(how).from(vec![a, b])))
            }
            Amount::Share(share, of) => {
                let share = given(share, "percentage")?;
                let (of, step) = self.amount(of, focus)?;
                let value = of.with(of.number() * &share);
                let how = format!("{} x {of}", percent(&share));
                Ok((value.clone(), Step::new("share", value).how(how).from(vec![step])))
            }
        }
    }

    fn sum(&self, terms: &[(Sign, Amount)], focus: &Focus) -> Eval<(Val, Step)> {
        let mut total: Option<Val> = None;
        let mut how = String::new();
        let mut steps = Vec::new();
        for (sign, term) in terms {
            let (value, step) = self.amount(term, focus)?;
            let sign_text = if *sign == Sign::Plus { "+" } else { "-" };
            if !how.is_empty() || *sign == Sign::Less {
                how.push_str(&format!(" {sign_text} "));
            }
            how.push_str(&value.to_string());
            total = Some(match (total, sign) {
                (None, Sign::Plus) => value,
                (None, Sign::Less) => value.with(-value.number().clone()),
                (Some(sum), Sign::Plus) => sum.plus(&value)?,
                (Some(sum), Sign::Less) => sum.less(&value)?,
            });
            steps.push(if *sign == Sign::Less { step.taken_off() } else { step });
        }
        let total = total.ok_or_else(|| Unknown::new("an empty sum"))?;
        Ok((total.clone(), Step::new("sum", total).how(how).from(steps)))
    }

    fn product(&self, factors: &[(Op, Amount)], focus: &Focus) -> Eval<(Val, Step)> {
        let mut total = Val::Number(Exact::one());
        let mut how = String::new();
        let mut steps = Vec::new();
        for (op, factor) in factors {
            let (value, step) = self.amount(factor, focus)?;
            if !how.is_empty() {
                how.push_str(if *op == Op::Times { " x " } else { " / " });
            }
            how.push_str(&match factor {
                Amount::Percent(_) => percent(value.number()),
                _ => value.to_string(),
            });
            total = match op {
                Op::Times => total.times(&value)?,
                Op::By => total.by(&value)?,
            };
            steps.push(step);
        }
        Ok((total.clone(), Step::new("product", total).how(how).from(steps)))
    }

    fn pick(&self, of: &[Amount], focus: &Focus, greatest: bool) -> Eval<(Val, Step)> {
        let mut best: Option<Val> = None;
        let mut steps = Vec::new();
        let mut shown = Vec::new();
        for amount in of {
            let (value, step) = self.amount(amount, focus)?;
            shown.push(value.to_string());
            steps.push(step);
            best = Some(match best {
                None => value,
                Some(so_far) => {
                    let order = value.compare(&so_far)?;
                    if (greatest && order.is_gt()) || (!greatest && order.is_lt()) { value } else { so_far }
                }
            });
        }
        let best = best.ok_or_else(|| Unknown::new("nothing to choose from"))?;
        let what = if greatest { "the greatest" } else { "the least" };
        Ok((best.clone(), Step::new(what, best).how(format!("of {}", shown.join(", "))).from(steps)))
    }
}

/// A value the text must give.
///
/// # Errors
/// Where it is `redacted` or `open`.
pub fn given(known: &Known<Exact>, what: &str) -> Eval<Exact> {
    known
        .given()
        .cloned()
        .ok_or_else(|| Unknown::new(format!("the {what} is {}", known.why_unknown().unwrap_or_default())))
}
