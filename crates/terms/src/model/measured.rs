//! What is measured: metrics, who reports them and how often, what comes off and what does not count.

use super::withheld::Withheld;
use crate::record::{At, Record};
use crate::value::{Amount, Cycle, Duration, Name, PeriodLabel, Territory, Value};
use counterpart_syntax::{Form, Label};

/// What a metric counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetricKind {
    /// Money; reports of several periods add up.
    Money,
    /// A number of things; adds up. The unit where one is named.
    Count(Option<String>),
    /// A percentage: a level, not a flow.
    Percent,
    /// A price: a level, not a flow.
    Price,
    /// The text keeps secret what it counts, or leaves it open.
    Unknown,
}

/// A deduction from gross sales.
#[derive(Debug, Clone)]
pub struct Deduction {
    /// What is deducted, as in the report lines.
    pub names: Vec<Name>,
    /// At most this amount, or this share of gross.
    pub at_most: Option<Amount>,
    /// What another list takes off is not taken off again.
    pub once: bool,
    /// The clause.
    pub at: At,
}

impl Deduction {
    /// What it takes off, without what an earlier list has taken off where one of the two says `once`.
    pub fn own_names<'d>(&'d self, all: &'d [Deduction]) -> impl Iterator<Item = &'d Name> {
        let earlier = all.iter().take_while(|other| other.at != self.at);
        self.names
            .iter()
            .filter(move |name| !earlier.clone().any(|o| (o.once || self.once) && o.names.contains(name)))
    }
}

/// Sales that do not count at their invoiced price.
#[derive(Debug, Clone)]
pub struct CountsAs {
    /// `related-party`, `bundled`, `free`, `combination`, `kit`.
    pub kind: String,
    /// Which products, where named.
    pub of: Vec<Name>,
    /// What they count as.
    pub value: Amount,
    /// The clause.
    pub at: At,
}

/// Something that is measured.
#[derive(Debug, Clone)]
pub struct Metric {
    /// Its title.
    pub title: Option<String>,
    /// What it counts.
    pub kind: MetricKind,
    /// Of which products.
    pub of: Vec<Name>,
    /// By which dimensions it is reported.
    pub by: Vec<Name>,
    /// Who reports it.
    pub reporters: Vec<Name>,
    /// How often.
    pub cycle: Option<Cycle>,
    /// How long after the period.
    pub within: Option<Duration>,
    /// By which day of the year after the period, where that is said instead: month, day.
    pub by_day: Option<(u32, u32)>,
    /// The period it is reported for first, where the text says so.
    pub first: Option<PeriodLabel>,
    /// The day of each year it is reported on, where it is no period that is reported: month, day.
    pub each_year_on: Option<(u32, u32)>,
    /// Its formula, where it is computed.
    pub computed: Option<Amount>,
    /// What is deducted from reported gross.
    pub deducts: Vec<Deduction>,
    /// Sales in these places, or marked so, do not count.
    pub exempt: Vec<Exempt>,
    /// Sales that count at another value.
    pub counts: Vec<CountsAs>,
    /// What it counts is not all named in the text.
    pub withheld: Option<Withheld>,
    /// The clause.
    pub at: At,
}

/// Sales that do not count.
#[derive(Debug, Clone)]
pub struct Exempt {
    /// In these places.
    pub territory: Option<Territory>,
    /// Of these products, or marked with these words: `samples`, `trials`.
    pub names: Vec<Name>,
    /// The clause.
    pub at: At,
}

impl Metric {
    pub(super) fn read(record: &Record) -> Metric {
        let mut metric = Metric {
            title: record.text(Label::Title).map(str::to_string),
            kind: MetricKind::Money,
            of: Vec::new(),
            by: Vec::new(),
            reporters: Vec::new(),
            cycle: None,
            within: None,
            by_day: None,
            first: None,
            each_year_on: None,
            computed: None,
            deducts: Vec::new(),
            exempt: Vec::new(),
            counts: Vec::new(),
            withheld: Withheld::of_metric(record),
            at: record.at,
        };
        for clause in &record.below {
            match clause.clause {
                Form::MetricCounted => {
                    metric.kind = kind(clause);
                    metric.of = clause.names(Label::Of);
                    if let Some(by) = clause.parts(Label::By) {
                        metric.by = by.names(Label::By);
                    } else {
                        metric.by = clause.names(Label::By);
                    }
                }
                Form::MetricReported => {
                    metric.reporters = clause.names(Label::By);
                    if let Some(Value::Cycle(cycle)) = clause.get(Label::Cycle) {
                        metric.cycle = Some(cycle.clone());
                    }
                    if let Some(Value::Duration(within)) = clause.get(Label::Within) {
                        metric.within = Some(within.clone());
                    }
                    if let Some(Value::Period(first)) = clause.get(Label::First) {
                        metric.first = Some(*first);
                    }
                    if let Some(Value::DayOfYear(month, day)) = clause.get(Label::Day) {
                        metric.by_day = Some((*month, *day));
                    }
                }
                Form::MetricReportedWhen => {
                    metric.reporters = clause.names(Label::By);
                    if let Some(Value::Duration(within)) = clause.get(Label::Within) {
                        metric.within = Some(within.clone());
                    }
                    if let Some(Value::DayOfYear(month, day)) = clause.get(Label::On) {
                        metric.each_year_on = Some((*month, *day));
                    }
                }
                Form::MetricComputed => metric.computed = clause.amount(Label::Value).cloned(),
                Form::MetricMeasured => {
                    if let Some(base) = clause.parts(Label::Deducting) {
                        metric.deducts.extend(base.all(Label::Less).filter_map(|v| match v {
                            Value::Text(text) => Some(Deduction {
                                names: vec![Name::from(text.as_str())],
                                at_most: None,
                                once: false,
                                at: clause.at,
                            }),
                            _ => None,
                        }));
                    }
                }
                Form::MetricDeducts => metric.deducts.push(Deduction {
                    names: clause.names(Label::What),
                    at_most: clause.amount(Label::Most).cloned(),
                    once: clause.has(Label::Once),
                    at: clause.at,
                }),
                Form::MetricExempt => metric.exempt.push(exempt(clause)),
                Form::MetricCounts => {
                    if let Some(value) = clause.amount(Label::Value) {
                        metric.counts.push(CountsAs {
                            kind: clause.word(Label::Kind).unwrap_or_default().to_string(),
                            of: clause.names(Label::Of),
                            value: value.clone(),
                            at: clause.at,
                        });
                    }
                }
                _ => {}
            }
        }
        metric
    }

    /// Whether it counts time that somebody spends, which waits for no sale.
    pub fn is_time(&self) -> bool {
        matches!(&self.kind, MetricKind::Count(Some(unit)) if matches!(unit.as_str(), "hours" | "days"))
    }

    /// Whether reports of several periods add up. A `count` with no period of report is a stock.
    pub fn is_flow(&self) -> bool {
        match &self.kind {
            // What is not known is asked for like a flow, and is unknown there.
            MetricKind::Money | MetricKind::Unknown => true,
            MetricKind::Count(unit) => {
                unit.as_deref() != Some("count") || self.cycle.is_some() || self.computed.is_some()
            }
            MetricKind::Percent | MetricKind::Price => false,
        }
    }
}

fn kind(clause: &Record) -> MetricKind {
    match clause.get(Label::Kind) {
        Some(Value::Parts(parts)) if parts.has(Label::Unknown) => MetricKind::Unknown,
        Some(Value::Parts(parts)) => MetricKind::Count(parts.name(Label::Unit).map(|n| n.to_string())),
        Some(Value::Word(word)) => match word.as_str() {
            "money" => MetricKind::Money,
            "percent" => MetricKind::Percent,
            "price" => MetricKind::Price,
            "units" => MetricKind::Count(None),
            other => MetricKind::Count(Some(other.to_string())),
        },
        Some(Value::Unknown(_)) => MetricKind::Unknown,
        _ => MetricKind::Count(None),
    }
}

fn exempt(clause: &Record) -> Exempt {
    let mut names = clause.names(Label::For);
    names.extend(clause.names(Label::Of));
    names.extend(clause.all(Label::Text).filter_map(|v| match v {
        Value::Text(text) => Some(Name::from(text.as_str())),
        _ => None,
    }));
    // `exempt samples` and `exempt trials` are words of the clause itself.
    names.extend(clause.all(Label::Word).filter_map(|v| match v {
        Value::Word(word) => Some(Name::from(word.as_str())),
        _ => None,
    }));
    Exempt { territory: clause.territory(Label::Territory).cloned(), names, at: clause.at }
}
