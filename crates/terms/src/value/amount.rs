//! Amounts: from `USD 5m` to formulas over what is measured.

use super::{Duration, Known, Name, Territory, Window};
use counterpart_num::{Currency, Exact};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Added or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// `plus`.
    Plus,
    /// `less`.
    Less,
}

/// Multiplied or divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `times`.
    Times,
    /// `divided by`.
    By,
}

/// An amount or the formula for one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// A sum of money.
    Money(Currency, Known<Exact>),
    /// A percentage, as a fraction of one: `4%` is 0.04.
    Percent(Known<Exact>),
    /// A plain number.
    Number(Exact),
    /// A number of something.
    Quantity(Exact, String),
    /// A length of time, to be compared with another.
    Duration(Duration),
    /// Terms added and taken away.
    Sum(Vec<(Sign, Amount)>),
    /// Factors multiplied and divided.
    Product(Vec<(Op, Amount)>),
    /// The greatest of several.
    Greatest(Vec<Amount>),
    /// The least of several.
    Least(Vec<Amount>),
    /// What the first has above the second, or nothing.
    Excess(Box<Amount>, Box<Amount>),
    /// A percentage of something.
    Share(Known<Exact>, Box<Amount>),
    /// Something measured.
    Measure(Box<Measure>),
}

impl Amount {
    /// A sum of money in which every figure is given; `None` where something is measured or unknown.
    pub fn constant(&self) -> Option<(Currency, Exact)> {
        match self {
            Amount::Money(currency, Known::Given(value)) => Some((*currency, value.clone())),
            Amount::Share(Known::Given(share), of) => {
                let (currency, value) = of.constant()?;
                Some((currency, &value * share))
            }
            Amount::Sum(terms) => {
                let mut total: Option<(Currency, Exact)> = None;
                for (sign, term) in terms {
                    let (currency, value) = term.constant()?;
                    let value = if *sign == Sign::Less { -value } else { value };
                    total = Some(match total {
                        None => (currency, value),
                        Some((first, sum)) if first == currency => (first, &sum + &value),
                        Some(_) => return None,
                    });
                }
                total
            }
            Amount::Product(factors) => {
                let mut total: Option<(Currency, Exact)> = None;
                let mut factor = Exact::from_int(1);
                for (op, amount) in factors {
                    let number = match amount {
                        Amount::Number(n) | Amount::Percent(Known::Given(n)) => n.clone(),
                        other if total.is_none() && *op == Op::Times => {
                            total = Some(other.constant()?);
                            continue;
                        }
                        _ => return None,
                    };
                    factor =
                        if *op == Op::Times { &factor * &number } else { factor.checked_div(&number)? };
                }
                total.map(|(currency, value)| (currency, &value * &factor))
            }
            _ => None,
        }
    }
}

/// A figure of a payment rather than of the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// What was earned: `royalties of`, `payments of`, `earned of`.
    Earned,
    /// What was paid.
    Paid,
    /// Its minimum.
    Minimum,
    /// Its cap.
    Cap,
    /// Its rate.
    Rate,
    /// Its first rate.
    FirstRate,
    /// Its price.
    Price,
    /// What is still to pay or to credit.
    Balance,
    /// What of an advance is earned back.
    Recouped,
    /// What of an advance is not.
    Unrecouped,
    /// What is missing to the minimum.
    Shortfall,
}

impl Quantity {
    /// What a clause calls it.
    pub fn word(self) -> &'static str {
        match self {
            Quantity::Earned => "royalties",
            Quantity::Paid => "paid",
            Quantity::Minimum => "minimum",
            Quantity::Cap => "cap",
            Quantity::Rate => "rate",
            Quantity::FirstRate => "first rate",
            Quantity::Price => "price",
            Quantity::Balance => "balance",
            Quantity::Recouped => "recouped",
            Quantity::Unrecouped => "unrecouped",
            Quantity::Shortfall => "shortfall",
        }
    }
}

/// Something measured: a metric over a part of the market and a stretch of time, or a payment's figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Measure {
    /// A payment's figure; `None` for a metric.
    pub quantity: Option<Quantity>,
    /// The metric, or the payments.
    pub names: Vec<Name>,
    /// `of`: products, fields or titles.
    pub of: Vec<Name>,
    /// `by`: whose.
    pub by: Vec<Name>,
    /// `for`: fields or other names.
    pub fields: Vec<Name>,
    /// `in`: where.
    pub territory: Option<Territory>,
    /// Over what time.
    pub window: Option<Window>,
}

impl Measure {
    /// A plain metric.
    pub fn of_metric(name: Name) -> Measure {
        Measure {
            quantity: None,
            names: vec![name],
            of: Vec::new(),
            by: Vec::new(),
            fields: Vec::new(),
            territory: None,
            window: None,
        }
    }

    /// The metric it measures, if it measures one.
    pub fn metric(&self) -> Option<&Name> {
        if self.quantity.is_none() { self.names.first() } else { None }
    }
}
