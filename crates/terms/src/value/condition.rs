//! Tests on facts.

use super::{Amount, Duration, Grade, Moment, Name, Territory, Window};
use crate::record::Parts;
use counterpart_num::PeriodKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How two amounts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// `<`, `below`.
    Below,
    /// `<=`, `is at most`.
    AtMost,
    /// `=`.
    Equal,
    /// `>=`, `reaches`, `is at least`.
    AtLeast,
    /// `>`, `passes`, `above`.
    Above,
}

impl Compare {
    /// Whether an ordering satisfies it.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Compare::Below => ordering.is_lt(),
            Compare::AtMost => ordering.is_le(),
            Compare::Equal => ordering.is_eq(),
            Compare::AtLeast => ordering.is_ge(),
            Compare::Above => ordering.is_gt(),
        }
    }

    /// What is so where it is not.
    fn negated(self) -> Option<Compare> {
        match self {
            Compare::Below => Some(Compare::AtLeast),
            Compare::AtMost => Some(Compare::Above),
            Compare::AtLeast => Some(Compare::Below),
            Compare::Above => Some(Compare::AtMost),
            Compare::Equal => None,
        }
    }

    /// The sign, as in a formula.
    pub fn sign(self) -> &'static str {
        match self {
            Compare::Below => "<",
            Compare::AtMost => "<=",
            Compare::Equal => "=",
            Compare::AtLeast => ">=",
            Compare::Above => ">",
        }
    }
}

/// An event, in a place where one is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventIn {
    /// The event.
    pub name: Name,
    /// Where.
    pub territory: Option<Territory>,
}

/// A test that is true, false, or waits for a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Always true.
    Always,
    /// Where no earlier case applied.
    Otherwise,
    /// All of these.
    All(Vec<Condition>),
    /// Any of these.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// One amount against another.
    Compare {
        /// The measured side.
        left: Amount,
        /// How.
        op: Compare,
        /// The other side.
        right: Amount,
        /// Over what time, where the measure does not say.
        window: Option<Window>,
        /// `in 4 quarters in a row`.
        row: Option<(u32, PeriodKind)>,
    },
    /// `revenue is nil for 4 quarters after first sale`.
    Nil {
        /// What is nil.
        left: Amount,
        /// For how long.
        lasting: Option<Duration>,
        /// Counted only after this.
        after: Option<Moment>,
    },
    /// `Type-approval is not met by 2028-06-30`.
    State {
        /// A milestone, grant, option, payment or event.
        name: Name,
        /// `met`, `in force`, `exercised`.
        state: String,
        /// It is not so.
        not: bool,
        /// Where.
        territory: Option<Territory>,
        /// By when.
        by: Option<Moment>,
    },
    /// `Storage-Europe is non-exclusive`.
    Graded {
        /// The grant.
        name: Name,
        /// Its grade.
        grade: Grade,
        /// It is not so.
        not: bool,
        /// Where.
        territory: Option<Territory>,
    },
    /// An event, or one of several, goes on; for so long where a length is named.
    Lasts {
        /// Which.
        events: Vec<EventIn>,
        /// How long.
        lasting: Option<Duration>,
    },
    /// An event happens.
    Happens(EventIn),
    /// `signed by 2022-08-31`.
    Signed {
        /// `by`, `before`, `after`, `from`.
        side: String,
        /// When.
        when: Moment,
    },
    /// After a moment.
    After(Moment),
    /// Before a moment.
    Before(Moment),
    /// The last licensed patent has expired.
    LastPatentExpires,
    /// A test only events of its own kind can decide: a breach, an assertion, a change of control.
    Other(Parts),
}

impl Condition {
    /// The milestone or event it waits for, and where, if it waits for one.
    pub fn waits_for(&self) -> Option<(&Name, Option<&Territory>)> {
        match self {
            Condition::State { name, not: false, territory, .. } => Some((name, territory.as_ref())),
            Condition::Happens(event) => Some((&event.name, event.territory.as_ref())),
            Condition::All(all) => all.iter().find_map(Condition::waits_for),
            _ => None,
        }
    }

    /// The same with each `not` that is left taken into the comparison that it is before.
    #[must_use]
    pub fn not_within(&self) -> Condition {
        let all = |of: &[Condition]| of.iter().map(Condition::not_within).collect();
        match self {
            Condition::All(of) => Condition::All(all(of)),
            Condition::Any(of) => Condition::Any(all(of)),
            Condition::Not(inner) => match inner.as_ref() {
                Condition::Not(inner) => inner.not_within(),
                Condition::Compare { left, op, right, window, row: None } => match op.negated() {
                    Some(op) => Condition::Compare {
                        left: left.clone(),
                        op,
                        right: right.clone(),
                        window: window.clone(),
                        row: None,
                    },
                    None => self.clone(),
                },
                _ => self.clone(),
            },
            other => other.clone(),
        }
    }

    /// That it is not so. `not Fee is paid` says what `Fee is not paid` says: what is denied of several is denied of each.
    #[must_use]
    pub fn negated(self) -> Condition {
        let each = |all: Vec<Condition>| all.into_iter().map(Condition::negated).collect();
        match self {
            Condition::State { name, state, not: false, territory, by } => {
                Condition::State { name, state, not: true, territory, by }
            }
            Condition::Graded { name, grade, not: false, territory } => {
                Condition::Graded { name, grade, not: true, territory }
            }
            Condition::All(all) => Condition::Any(each(all)),
            Condition::Any(any) => Condition::All(each(any)),
            other => Condition::Not(Box::new(other)),
        }
    }

    /// The same without the day by which it has to be so.
    pub fn without_limit(&self) -> Condition {
        match self {
            Condition::State { name, state, not, territory, by: Some(_) } => Condition::State {
                name: name.clone(),
                state: state.clone(),
                not: *not,
                territory: territory.clone(),
                by: None,
            },
            Condition::All(all) => Condition::All(all.iter().map(Condition::without_limit).collect()),
            other => other.clone(),
        }
    }
}
