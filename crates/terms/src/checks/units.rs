//! Amounts that are added, set off against each other or compared must be of one kind: money with money
//! of the same currency, units with units, percentages with percentages, lengths of time with lengths of
//! time of the same sort. What a metric counts says what it is; `redacted` and `open` can be anything.

use super::unit::{Clock, Unit, combined, more_exact};
use super::{Check, each_condition, value, words};
use crate::model::{EachBy, MetricKind, Rate, RateRule, Royalty, Schedule, TierCycle};
use crate::record::{At, Record};
use crate::value::{Amount, Condition, Known, Measure, Quantity, Value};
use counterpart_num::Span as Length;
use counterpart_syntax::{Diagnostic, Form, Label, Span};

/// The check within one clause at the margin.
struct Scale<'c, 'd> {
    check: &'c mut Check<'d>,
    /// The agreement or the clause says at which rate currencies are exchanged.
    exchanged: bool,
    at: At,
    span: Span,
}

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    let agreed = model.header.exchange.is_some();
    for top in &model.records {
        let mut exchanged = agreed;
        top.walk(&mut |r| {
            let rule = matches!(r.clause, Form::RoyaltyCurrency | Form::PayCurrency) && r.has(Label::Rule);
            exchanged |= rule || matches!(r.clause, Form::RoyaltyExchange | Form::AgreementExchange);
        });
        let mut records: Vec<&Record> = Vec::new();
        top.walk(&mut |r| records.push(r));
        for record in records {
            for part in &record.parts.0 {
                let mut found: Vec<&Value> = Vec::new();
                value(&part.value, &mut |v| found.push(v));
                if !found.iter().any(|v| matches!(v, Value::Amount(_) | Value::Condition(_))) {
                    continue;
                }
                let mut scale = Scale { exchanged, at: record.at, span: Span::default(), check };
                for v in found {
                    let before = scale.check.found.len();
                    match v {
                        Value::Amount(amount) => {
                            scale.unit(amount);
                        }
                        Value::Condition(condition) => each_condition(condition, &mut |c| scale.condition(c)),
                        _ => {}
                    }
                    if scale.check.found.len() > before {
                        let place = scale.check.place(record, part);
                        let new = scale.check.found.iter_mut().skip(before);
                        new.filter(|d| d.at.span == Span::default()).for_each(|d| d.at.span = place);
                    }
                }
            }
            if record.clause == Form::FileLadder {
                ladder(check, record, exchanged);
            }
            for part in &record.parts.0 {
                value(&part.value, &mut |v| changed_rate(check, record, v));
            }
        }
    }
    for royalty in model.royalties.values() {
        let exchanged = agreed || royalty.exchange.is_some();
        self::royalty(check, royalty, exchanged);
    }
}

fn ladder(check: &mut Check<'_>, record: &Record, exchanged: bool) {
    let Some(metric) = record.amount(Label::Metric) else { return };
    for step in record.all_below(Form::LadderStep) {
        if let Some(bound) = step.amount(Label::Value) {
            let mut scale = Scale { check: &mut *check, exchanged, at: step.at, span: step.at.span() };
            let before = scale.check.found.len();
            scale.pair(metric, bound, "the step of a ladder must be of the kind its metric counts");
            // The steps are of one kind: what is wrong with the first is wrong with all.
            if scale.check.found.len() > before {
                return;
            }
        }
    }
}

/// Tiers and rates against what they are applied to.
fn royalty(check: &mut Check<'_>, royalty: &Royalty, exchanged: bool) {
    let Some(base) = &royalty.base else { return };
    for band in &royalty.split {
        if let Some(bound) = &band.up_to {
            let mut scale = Scale { check: &mut *check, exchanged, at: band.at, span: band.at.span() };
            scale.pair(base, bound, "the bands of a split are bounds of what the royalty is on");
        }
    }
    for rule in &royalty.rates {
        match &rule.schedule {
            Schedule::Steps(steps) => steps.iter().for_each(|s| rate(check, base, &s.rate, rule)),
            Schedule::Tiers(tiers) => {
                let by = match &tiers.cycle {
                    TierCycle::By(measure) => Some(Amount::Measure(Box::new(measure.clone()))),
                    _ => None,
                };
                let pooled = matches!(&tiers.each, Some(EachBy::Pooled(names)) if !names.is_empty());
                let counted = by.as_ref().or(tiers.on.as_ref()).unwrap_or(base);
                let before = check.found.len();
                for tier in &tiers.tiers {
                    // What is wrong with one tier is wrong with all.
                    if check.found.len() > before {
                        break;
                    }
                    if let (Some(bound), false) = (&tier.up_to, pooled) {
                        let mut scale =
                            Scale { check: &mut *check, exchanged, at: tier.at, span: tier.at.span() };
                        scale.pair(
                            counted,
                            bound,
                            "the bounds of tiers are bounds of what the tiers are counted on",
                        );
                    }
                    let rule = RateRule { at: tier.at, ..rule.clone() };
                    rate(check, base, &tier.rate, &rule);
                }
            }
        }
    }
}

/// What an effect makes of a rate must be of its kind: a percentage where it is taken of money, else an amount a unit.
fn changed_rate(check: &mut Check<'_>, record: &Record, effect: &Value) {
    let Value::Parts(parts) = effect else { return };
    let Some(to) = parts.amount(Label::Value) else { return };
    if parts.word(Label::Part) != Some("rate") {
        return;
    }
    for name in parts.names(Label::Of) {
        let Some(royalty) = check.model.royalties.get(&name) else { continue };
        let Some(base) = &royalty.base else { continue };
        let mut scale = Scale { check: &mut *check, exchanged: true, at: record.at, span: Span::default() };
        let quiet = scale.check.found.len();
        let of = scale.unit(base);
        // What is wrong within the base is said at the base.
        scale.check.found.truncate(quiet);
        let a_sum = |rate: &Rate| matches!(rate, Rate::Value { value: Amount::Money(..), .. });
        let sums = royalty.rates.iter().any(|rule| match &rule.schedule {
            Schedule::Steps(steps) => steps.iter().any(|step| a_sum(&step.rate)),
            Schedule::Tiers(tiers) => tiers.tiers.iter().any(|tier| a_sum(&tier.rate)),
        });
        let by = parts.word(Label::How) == Some("by");
        let is = match (to, of) {
            (Amount::Money(..), Some(Unit::Money(_))) if !sums => "a percentage",
            (Amount::Percent(Known::Given(_)), Some(Unit::Count(_))) if !by => "an amount a unit",
            _ => continue,
        };
        let message = format!("the rate of `{name}` is {is}, and {} is none", words::amount(to));
        let diagnostic = Diagnostic::warning("unit-mismatch", record.at.span(), message)
            .with_note("once this comes about, what it leaves of the rate cannot be computed")
            .with_help(format!("write what the rate becomes as {is}"));
        check.push(record.at, diagnostic);
    }
}

/// A percentage is of money; an amount per unit is of units.
fn rate(check: &mut Check<'_>, base: &Amount, rate: &Rate, rule: &RateRule) {
    let Rate::Value { value, per, of: None } = rate else { return };
    let mut scale = Scale { check, exchanged: true, at: rule.at, span: rule.at.span() };
    let quiet = scale.check.found.len();
    let of = scale.unit(base);
    // What is wrong within the base is said at the base.
    scale.check.found.truncate(quiet);
    let message = match (value, per, of) {
        (Amount::Money(..), Some(per), Some(Unit::Money(_))) => {
            format!("{} is for each {per}, but `{}` is money", words::amount(value), words::amount(base))
        }
        (Amount::Percent(Known::Given(_)), None, Some(Unit::Count(_))) => {
            format!("{} of `{}` is no money: it counts units", words::amount(value), words::amount(base))
        }
        _ => return,
    };
    let diagnostic = Diagnostic::error("unit-mismatch", rule.at.span(), message)
        .with_note("a percentage is taken of money, an amount for each unit of a number of units")
        .with_help("put the royalty on a metric of the other kind, or change the rate");
    scale.check.push(rule.at, diagnostic);
}

impl Scale<'_, '_> {
    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Compare { left, right, .. } => {
                self.pair(left, right, "only amounts of one kind can be compared");
            }
            Condition::Nil { left, .. } => {
                self.unit(left);
            }
            _ => {}
        }
    }

    /// Checks two amounts against each other; reports at most once.
    fn pair(&mut self, left: &Amount, right: &Amount, why: &str) -> Option<Unit> {
        let before = self.check.found.len();
        let (a, b) = (self.unit(left), self.unit(right));
        if self.check.found.len() > before {
            return None;
        }
        let (Some(a), Some(b)) = (a, b) else { return None };
        if self.agree(&a, &b) {
            return Some(more_exact(a, b));
        }
        self.clash(left, &a, right, &b, why);
        None
    }

    fn agree(&self, a: &Unit, b: &Unit) -> bool {
        a.fits(b) || (self.exchanged && matches!((a, b), (Unit::Money(_), Unit::Money(_))))
    }

    fn clash(&mut self, left: &Amount, a: &Unit, right: &Amount, b: &Unit, why: &str) {
        let times = a.is_time() && b.is_time();
        let (l, r) = (words::amount(left), words::amount(right));
        let diagnostic = if times {
            Diagnostic::error(
                "durations-do-not-compare",
                self.span,
                format!("`{l}` and `{r}` do not compare"),
            )
            .with_note(format!(
                "one is {}, the other {}: which is longer depends on when it runs",
                a.human(),
                b.human()
            ))
            .with_help("state both in days, or both in months")
        } else {
            let message = format!("`{l}` is {}, `{r}` is {}", a.human(), b.human());
            let help = match (a, b) {
                (Unit::Money(_), Unit::Money(_)) => {
                    "add an `exchange` line to the agreement, or state both in one currency"
                }
                (Unit::Percent, Unit::Plain) | (Unit::Plain, Unit::Percent) => "write the number with `%`",
                (Unit::Money(_), Unit::Plain) | (Unit::Plain, Unit::Money(_)) => {
                    "write the number with its currency, such as `USD 5m`"
                }
                (Unit::Money(_), Unit::Percent) | (Unit::Percent, Unit::Money(_)) => {
                    "say of what the percentage is: `4% of sales`"
                }
                _ => "name a metric or an amount of the same kind on both sides",
            };
            Diagnostic::error("unit-mismatch", self.span, message).with_note(why).with_help(help)
        };
        let at = self.at;
        self.check.push(at, diagnostic);
    }

    /// What an amount is of; says what does not fit within it.
    fn unit(&mut self, amount: &Amount) -> Option<Unit> {
        match amount {
            Amount::Money(currency, _) => Some(Unit::Money(Some(*currency))),
            Amount::Percent(Known::Given(_)) => Some(Unit::Percent),
            Amount::Percent(_) => None,
            Amount::Number(_) => Some(Unit::Plain),
            Amount::Quantity(_, unit) => Some(match unit.trim_end_matches('s') {
                "day" => Unit::Time(Clock::Days),
                "hour" => Unit::Time(Clock::Hours),
                "share" => Unit::Count(Some("share".into())),
                _ => Unit::Count(None),
            }),
            Amount::Duration(duration) => Some(Unit::Time(match duration.span()? {
                Length::Days(_) | Length::Weeks(_) => Clock::Days,
                Length::BusinessDays(_) => Clock::BusinessDays,
                Length::Months(_) | Length::Quarters(_) | Length::Years(_) => Clock::Months,
            })),
            Amount::Sum(terms) => {
                let terms: Vec<&Amount> = terms.iter().map(|(_, term)| term).collect();
                self.alike(&terms, "only amounts of one kind can be added and taken away")
            }
            Amount::Greatest(of) | Amount::Least(of) => self.alike(
                &of.iter().collect::<Vec<_>>(),
                "only amounts of one kind have a greatest and a least",
            ),
            Amount::Excess(of, over) => self.pair(of, over, "only amounts of one kind can exceed each other"),
            Amount::Share(_, of) => self.unit(of),
            Amount::Measure(measure) => self.measured(measure),
            Amount::Product(factors) => {
                let mut product: Option<Unit> = None;
                for (index, (op, factor)) in factors.iter().enumerate() {
                    let unit = self.unit(factor);
                    product = if index == 0 { unit } else { combined(product?, *op, unit?) };
                }
                product
            }
        }
    }

    fn alike(&mut self, of: &[&Amount], why: &str) -> Option<Unit> {
        let mut known: Option<(&Amount, Unit)> = None;
        let before = self.check.found.len();
        let mut all = true;
        for amount in of {
            let Some(unit) = self.unit(amount) else {
                all = false;
                continue;
            };
            if self.check.found.len() > before {
                return None;
            }
            match &known {
                None => known = Some((amount, unit)),
                Some((first, old)) if !self.agree(old, &unit) => {
                    let (first, old) = (*first, old.clone());
                    self.clash(first, &old, amount, &unit, why);
                    return None;
                }
                Some((first, old)) => known = Some((first, more_exact(old.clone(), unit))),
            }
        }
        known.filter(|_| all).map(|(_, unit)| unit)
    }

    fn measured(&self, measure: &Measure) -> Option<Unit> {
        match measure.quantity {
            // What is earned in shares or units is rare enough to be left unsaid.
            Some(Quantity::Earned | Quantity::Paid | Quantity::Recouped | Quantity::Unrecouped) => {
                Some(Unit::Money(None))
            }
            Some(_) => None,
            None => {
                let name = measure.names.first()?;
                let metric = self.check.model.market.metrics.get(name)?;
                // What it counts may be what could not be read.
                if self.check.is_told(metric.at.file, self.check.whole(metric.at)) {
                    return None;
                }
                Some(match &metric.kind {
                    MetricKind::Money | MetricKind::Price => Unit::Money(None),
                    MetricKind::Unknown => return None,
                    MetricKind::Percent => Unit::Percent,
                    MetricKind::Count(None) => Unit::Count(None),
                    MetricKind::Count(Some(unit)) if unit == "count" => Unit::Count(None),
                    MetricKind::Count(Some(unit)) => {
                        Unit::Count(Some(unit.trim_end_matches('s').to_string()))
                    }
                })
            }
        }
    }
}
