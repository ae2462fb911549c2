//! What the world of the deal is divided into: fields, products, places, and what is measured there.

use crate::record::{At, Record};
use crate::value::{Amount, Condition, Cycle, Duration, Moment, Name, Territory, Value};
use crate::world::{self, PlaceSet};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use std::collections::BTreeMap;

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
}

/// A deduction from gross sales.
#[derive(Debug, Clone)]
pub struct Deduction {
    /// What is deducted, as in the report lines.
    pub names: Vec<Name>,
    /// At most this amount, or this share of gross.
    pub at_most: Option<Amount>,
    /// The clause.
    pub at: At,
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
    /// Its formula, where it is computed.
    pub computed: Option<Amount>,
    /// What is deducted from reported gross.
    pub deducts: Vec<Deduction>,
    /// Sales in these places, or marked so, do not count.
    pub exempt: Vec<Exempt>,
    /// Sales that count at another value.
    pub counts: Vec<CountsAs>,
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

/// Something to be reached.
#[derive(Debug, Clone)]
pub struct Milestone {
    /// Its title.
    pub title: Option<String>,
    /// By whom.
    pub by: Vec<Name>,
    /// When it is due.
    pub due: Option<Moment>,
    /// Reached when this is so, without anyone reporting it.
    pub reached_when: Option<Condition>,
    /// The clause.
    pub at: At,
}

/// A product.
#[derive(Debug, Clone)]
pub struct Product {
    /// Its title.
    pub title: Option<String>,
    /// Who makes or sells it.
    pub by: Vec<Name>,
    /// What it practises.
    pub practises: Vec<Name>,
    /// What it consists of.
    pub parts: Vec<Name>,
    /// Products that are kinds of it.
    pub kinds: Vec<Name>,
    /// Stated prices, oldest first, each with the moment it holds from.
    pub prices: Vec<(Option<Moment>, Amount)>,
    /// The clause.
    pub at: At,
}

/// Trees, products, places and metrics.
#[derive(Debug, Clone, Default)]
pub struct Market {
    /// Each field or dimension member with the one it stands below.
    pub parents: BTreeMap<Name, Name>,
    /// Titles of fields and members.
    pub titles: BTreeMap<Name, String>,
    /// Each field or member with the root of its tree (`fields` for fields).
    pub dimension: BTreeMap<Name, Name>,
    /// Territories the deal defines.
    pub territories: BTreeMap<Name, Territory>,
    /// Products.
    pub products: BTreeMap<Name, Product>,
    /// Metrics.
    pub metrics: BTreeMap<Name, Metric>,
    /// Milestones.
    pub milestones: BTreeMap<Name, Milestone>,
    /// Places and calendars whose holidays are stated.
    pub holiday_places: Vec<Name>,
    /// Holidays stated for places.
    pub holidays: Vec<Date>,
}

impl Market {
    pub(super) fn add(&mut self, record: &Record) {
        match record.clause {
            Form::FileFields => self.tree(record, None, &Name::from("fields")),
            Form::FileDimension => {
                if let Some(name) = record.name(Label::Name) {
                    self.tree(record, None, name);
                }
            }
            Form::FileTerritory => {
                if let (Some(name), Some(territory)) =
                    (record.name(Label::Name), record.territory(Label::Territory))
                {
                    self.territories.insert(name.clone(), territory.clone());
                }
            }
            Form::FileProduct => {
                if let Some(name) = record.name(Label::Name) {
                    self.product(name, record);
                }
            }
            Form::FileMetric => {
                if let Some(name) = record.name(Label::Name) {
                    self.metrics.entry(name.clone()).or_insert_with(|| Metric::read(record));
                }
            }
            Form::FileMilestone => {
                if let Some(name) = record.name(Label::Name) {
                    self.milestones.entry(name.clone()).or_insert_with(|| Milestone::read(record));
                }
            }
            Form::FileHoliday => {
                self.holiday_places.extend(record.name(Label::Place).cloned());
                for day in record.all_below(Form::HolidaysDay) {
                    self.holidays.extend(day.all(Label::Date).filter_map(|v| match v {
                        Value::Date(date) => Some(*date),
                        _ => None,
                    }));
                }
            }
            _ => {}
        }
    }

    fn tree(&mut self, record: &Record, parent: Option<&Name>, root: &Name) {
        for node in record.all_below(Form::TreeNode) {
            let Some(name) = node.name(Label::Name) else { continue };
            if let Some(parent) = parent {
                self.parents.insert(name.clone(), parent.clone());
            }
            if let Some(title) = node.text(Label::Title) {
                self.titles.insert(name.clone(), title.to_string());
            }
            self.dimension.insert(name.clone(), root.clone());
            self.tree(node, Some(name), root);
        }
    }

    fn product(&mut self, name: &Name, record: &Record) {
        let mut product = Product {
            title: record.text(Label::Title).map(str::to_string),
            by: record.names(Label::By),
            practises: Vec::new(),
            parts: Vec::new(),
            kinds: Vec::new(),
            prices: Vec::new(),
            at: record.at,
        };
        for clause in &record.below {
            match clause.clause {
                Form::ProductPractises => product.practises.extend(clause.names(Label::Assets)),
                Form::ProductParts => product.parts.extend(clause.names(Label::Products)),
                Form::ProductIncludes => product.kinds.extend(clause.names(Label::Products)),
                Form::ProductKinds => product.kinds.extend(clause.names(Label::Names)),
                Form::ProductPrice => {
                    if let Some(amount) = clause.amount(Label::Money) {
                        product.prices.push((clause.moment(Label::From).cloned(), amount.clone()));
                    }
                }
                _ => {}
            }
        }
        for kind in &product.kinds {
            self.parents.entry(kind.clone()).or_insert_with(|| name.clone());
        }
        self.products.insert(name.clone(), product);
    }

    /// Whether `name` is `ancestor` or stands below it.
    pub fn within(&self, name: &Name, ancestor: &Name) -> bool {
        let mut at = name;
        // Trees are at most as deep as the outline; the bound guards against a product that contains itself.
        for _ in 0..64 {
            if at == ancestor {
                return true;
            }
            match self.parents.get(at) {
                Some(parent) => at = parent,
                None => return false,
            }
        }
        false
    }

    /// The dimension a name of the market belongs to; `None` for a place or an unknown name.
    pub fn dimension_of(&self, name: &Name) -> Option<Name> {
        if let Some(root) = self.dimension.get(name) {
            return Some(root.clone());
        }
        if self.products.contains_key(name) || self.parents.contains_key(name) {
            return Some(Name::from("product"));
        }
        None
    }

    /// Whether a word is a place: a code, a group, or a territory of the deal.
    pub fn is_place(&self, name: &Name) -> bool {
        self.territories.contains_key(name) || world::place(name.as_str()).is_some()
    }

    /// The countries of a territory on a day.
    pub fn places(&self, territory: &Territory, day: Date) -> PlaceSet {
        self.places_at(territory, day, 0)
    }

    fn places_at(&self, territory: &Territory, day: Date, depth: usize) -> PlaceSet {
        let mut set = PlaceSet::default();
        for place in &territory.places {
            match self.territories.get(place) {
                Some(inner) if depth < 16 => set.add_all(&self.places_at(inner, day, depth + 1)),
                Some(_) => {}
                None => set.add(place.as_str(), day),
            }
        }
        for place in &territory.except {
            match self.territories.get(place) {
                Some(inner) if depth < 16 => set.remove_all(&self.places_at(inner, day, depth + 1)),
                Some(_) => {}
                None => set.remove(place.as_str(), day),
            }
        }
        set
    }
}

impl Metric {
    fn read(record: &Record) -> Metric {
        let mut metric = Metric {
            title: record.text(Label::Title).map(str::to_string),
            kind: MetricKind::Money,
            of: Vec::new(),
            by: Vec::new(),
            reporters: Vec::new(),
            cycle: None,
            within: None,
            computed: None,
            deducts: Vec::new(),
            exempt: Vec::new(),
            counts: Vec::new(),
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
                }
                Form::MetricReportedWhen => metric.reporters = clause.names(Label::By),
                Form::MetricComputed => metric.computed = clause.amount(Label::Value).cloned(),
                Form::MetricMeasured => {
                    if let Some(base) = clause.parts(Label::Deducting) {
                        metric.deducts.extend(base.all(Label::Less).filter_map(|v| match v {
                            Value::Text(text) => Some(Deduction {
                                names: vec![Name::from(text.as_str())],
                                at_most: None,
                                at: clause.at,
                            }),
                            _ => None,
                        }));
                    }
                }
                Form::MetricDeducts => metric.deducts.push(Deduction {
                    names: clause.names(Label::What),
                    at_most: clause.amount(Label::Most).cloned(),
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

    /// Whether reports of several periods add up. A `count` with no period of report is a stock.
    pub fn is_flow(&self) -> bool {
        match &self.kind {
            MetricKind::Money => true,
            MetricKind::Count(unit) => {
                unit.as_deref() != Some("count") || self.cycle.is_some() || self.computed.is_some()
            }
            MetricKind::Percent | MetricKind::Price => false,
        }
    }
}

fn kind(clause: &Record) -> MetricKind {
    match clause.get(Label::Kind) {
        Some(Value::Parts(parts)) => MetricKind::Count(parts.name(Label::Unit).map(|n| n.to_string())),
        Some(Value::Word(word)) => match word.as_str() {
            "money" => MetricKind::Money,
            "percent" => MetricKind::Percent,
            "price" => MetricKind::Price,
            "units" => MetricKind::Count(None),
            other => MetricKind::Count(Some(other.to_string())),
        },
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

impl Milestone {
    fn read(record: &Record) -> Milestone {
        let mut milestone = Milestone {
            title: record.text(Label::Title).map(str::to_string),
            by: Vec::new(),
            due: None,
            reached_when: None,
            at: record.at,
        };
        for clause in &record.below {
            match clause.clause {
                Form::MilestoneBy => {
                    milestone.by = clause.names(Label::By);
                    milestone.due = clause.moment(Label::Due).cloned();
                }
                Form::MilestoneReached => milestone.reached_when = clause.condition(Label::When).cloned(),
                _ => {}
            }
        }
        milestone
    }
}
