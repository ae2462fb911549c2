//! What the world of the deal is divided into: fields, products, places, and what is to be reached there.

use super::measured::Metric;
use crate::record::{At, Record};
use crate::value::{Amount, Condition, Duration, Known, Moment, Name, Territory, Value};
use crate::world::{self, PlaceSet};
use counterpart_num::{Date, Exact};
use counterpart_syntax::{Form, Label};
use std::collections::BTreeMap;
use std::sync::Arc;

/// That the day of a milestone can be moved for a price.
#[derive(Debug, Clone)]
pub struct Extendable {
    /// By how long each time, where the text says so.
    pub by: Option<Duration>,
    /// What each time costs.
    pub price: Amount,
    /// How often at most.
    pub most: Option<Known<Exact>>,
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
    /// Time that can be bought for it.
    pub extendable: Option<Extendable>,
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
    /// The territories of every edition that names others, each from its first day, oldest first; none where none is
    /// ever restated.
    pub restated: Arc<Vec<(Date, BTreeMap<Name, Territory>)>>,
    /// Products.
    pub products: BTreeMap<Name, Product>,
    /// Metrics.
    pub metrics: BTreeMap<Name, Metric>,
    /// Milestones.
    pub milestones: BTreeMap<Name, Milestone>,
    /// Holidays stated for places and calendars.
    pub holidays: BTreeMap<Name, Vec<Date>>,
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
            // What happens when something is so is reached when it is.
            Form::FileEvent if record.below(Form::EventHappens).is_some() => {
                if let Some(name) = record.name(Label::Name) {
                    self.milestones.entry(name.clone()).or_insert_with(|| Milestone::read(record));
                }
            }
            Form::FileHoliday => {
                let Some(place) = record.name(Label::Place) else { return };
                let holidays = self.holidays.entry(place.clone()).or_default();
                for day in record.all_below(Form::HolidaysDay) {
                    holidays.extend(day.all(Label::Date).filter_map(|v| match v {
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

    /// Whether a member of a tree is of the dimension a text names: in the singular or the plural, as `for each title`
    /// of a dimension `titles`, and whatever is written with a capital.
    pub fn is_member(&self, name: &Name, dimension: &Name) -> bool {
        self.dimension.get(name).is_some_and(|root| {
            let (root, asked) = (root.as_str().to_lowercase(), dimension.as_str().to_lowercase());
            root == asked || root == plural(&asked) || asked == plural(&root)
        })
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
        places_at(&self.territories, territory, day, 0)
    }

    /// Whether a country or part of one lies in a territory on a day: as [`Market::places`] has it, without listing all.
    pub fn lies_in(&self, code: &str, territory: &Territory, day: Date) -> bool {
        let country = code.split('-').next().unwrap_or(code);
        let of = |word: &str| membership(&self.territories, territory, word, day, 0);
        let (whole, part) = (of(country), of(code));
        (whole.0 || part.0) && !(whole.1 || part.1)
    }

    /// Whether another edition calls the same countries by the same names, on all days.
    pub fn calls_the_same(&self, other: &Market) -> bool {
        self.territories == other.territories && self.restated == other.restated
    }

    /// What it says of territories, and nothing else.
    pub fn territories_alone(&self) -> Market {
        let (territories, restated) = (self.territories.clone(), self.restated.clone());
        Market { territories, restated, ..Market::default() }
    }

    /// Whether the text keeps secret or leaves open what belongs to a territory, or to one that is part of it.
    pub fn has_blank(&self, territory: &Territory) -> bool {
        self.blank_at(territory, 0)
    }

    fn blank_at(&self, territory: &Territory, depth: usize) -> bool {
        let mut parts = territory.places.iter().chain(&territory.except);
        let inner = |place: &Name| self.territories.get(place).is_some_and(|t| self.blank_at(t, depth + 1));
        territory.has_blank() || (depth < 16 && parts.any(inner))
    }

    /// The countries of a territory on a day, as the deal understands its names on that day, whichever edition asks.
    pub fn places_in_time(&self, territory: &Territory, day: Date) -> PlaceSet {
        let then = self.restated.iter().rev().find(|(from, _)| *from <= day);
        places_at(then.map_or(&self.territories, |(_, names)| names), territory, day, 0)
    }

    /// The days from which a territory has other countries than the day before, in order: since a group has, or since an
    /// amendment restates what the deal calls so.
    pub fn changes(&self, territory: &Territory) -> Vec<Date> {
        let mut days = Vec::new();
        self.changes_at(territory, 0, &mut days);
        days.extend(self.restated.iter().map(|(from, _)| *from).filter(|from| *from > Date::MIN));
        days.sort();
        days.dedup();
        days
    }

    fn changes_at(&self, territory: &Territory, depth: usize, days: &mut Vec<Date>) {
        for place in territory.places.iter().chain(&territory.except) {
            match self.territories.get(place) {
                Some(inner) if depth < 16 => self.changes_at(inner, depth + 1, days),
                Some(_) => {}
                None => days.extend(world::group(place.as_str()).iter().flat_map(|g| g.changes())),
            }
        }
    }
}

fn places_at(names: &BTreeMap<Name, Territory>, territory: &Territory, day: Date, depth: usize) -> PlaceSet {
    let mut set = PlaceSet::default();
    for place in &territory.places {
        match names.get(place) {
            Some(inner) if depth < 16 => set.add_all(&places_at(names, inner, day, depth + 1)),
            Some(_) => {}
            None => set.add(place.as_str(), day),
        }
    }
    for place in &territory.except {
        match names.get(place) {
            Some(inner) if depth < 16 => set.remove_all(&places_at(names, inner, day, depth + 1)),
            Some(_) => {}
            None => set.remove(place.as_str(), day),
        }
    }
    set
}

/// Whether a word is named among what a territory holds, and among what is taken out of it: of one that is part of it
/// counts what is held and not taken out.
fn membership(
    names: &BTreeMap<Name, Territory>,
    territory: &Territory,
    word: &str,
    day: Date,
    depth: usize,
) -> (bool, bool) {
    let among = |places: &[Name]| {
        places.iter().any(|place| match names.get(place) {
            Some(inner) if depth < 16 => {
                let (held, taken) = membership(names, inner, word, day, depth + 1);
                held && !taken
            }
            Some(_) => false,
            None => world::means(place.as_str(), word, day),
        })
    };
    (among(&territory.places), among(&territory.except))
}

impl Extendable {
    fn read(clause: &Record) -> Option<Extendable> {
        let price = clause.amount(Label::Price)?.clone();
        let by = match clause.get(Label::By) {
            Some(Value::Duration(by)) => Some(by.clone()),
            _ => None,
        };
        let most = match clause.get(Label::Most) {
            Some(Value::Number(most)) => Some(Known::Given(most.clone())),
            Some(Value::Unknown(Known::Redacted(hint))) => Some(Known::Redacted(hint.clone())),
            Some(Value::Unknown(Known::Open(hint))) => Some(Known::Open(hint.clone())),
            _ => None,
        };
        Some(Extendable { by, price, most, at: clause.at })
    }
}

impl Milestone {
    fn read(record: &Record) -> Milestone {
        let mut milestone = Milestone {
            title: record.text(Label::Title).map(str::to_string),
            by: Vec::new(),
            due: None,
            extendable: None,
            reached_when: None,
            at: record.at,
        };
        for clause in &record.below {
            match clause.clause {
                Form::MilestoneBy => {
                    milestone.by = clause.names(Label::By);
                    milestone.due = clause.moment(Label::Due).cloned();
                }
                Form::MilestoneExtendable => milestone.extendable = Extendable::read(clause),
                Form::MilestoneReached | Form::EventHappens => {
                    milestone.reached_when = clause.condition(Label::When).cloned();
                }
                _ => {}
            }
        }
        milestone
    }
}

/// The plural of an English noun.
fn plural(noun: &str) -> String {
    let hisses = ["s", "x", "z", "ch", "sh"].iter().any(|end| noun.ends_with(end));
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if hisses => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}
