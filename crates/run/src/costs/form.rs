//! The form of a statement of costs: what each party spent, bears and owes, and what is open between each two.

use crate::statement::{Days, Line};
use counterpart_num::Date;
use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is shared between the parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CostStatement {
    /// The deal's title.
    pub deal: String,
    /// Answers as of this day.
    pub as_of: Date,
    /// What is shared, by name and period.
    pub costs: Vec<CostBlock>,
    /// What is open between each two parties.
    pub totals: Vec<PairTotal>,
}

/// Costs that are shared together, or what came in and is shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CostBlock {
    /// What they are for, under which name they are told and paid.
    pub name: String,
    /// `shared costs`, `patents`, `income` or `audit`.
    pub kind: String,
    /// The period, where they are evened out for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Days>,
    /// The day they are evened out, where it has not come: until then nobody owes anything of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_until: Option<Date>,
    /// In which money.
    pub currency: String,
    /// Entry by entry.
    pub entries: Vec<Line>,
    /// All that was spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<String>,
    /// What each party spent and bears.
    pub shares: Vec<CostBearer>,
    /// Who owes whom.
    pub owed: Vec<CostOwed>,
    /// What is not known, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// The clause.
    pub clause: String,
}

/// What one party spent of some costs, and what it bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CostBearer {
    /// Who.
    pub party: String,
    /// What it spent.
    pub spent: String,
    /// What it is to bear; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bears: Option<String>,
    /// The arithmetic.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arithmetic: String,
}

/// What one party owes another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CostOwed {
    /// Who owes.
    pub from: String,
    /// Whom.
    pub to: String,
    /// How much; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The arithmetic.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arithmetic: String,
    /// The day it is due; none where no clause says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Paid of it, or settled otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<String>,
    /// Left of it; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
    /// Why the amount, the day or what is left is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The clause.
    pub clause: String,
}

/// What is open between two parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PairTotal {
    /// Who owes the other, all in all.
    pub from: String,
    /// The other.
    pub to: String,
    /// What the first owes, and has not paid.
    pub owes: String,
    /// What the other owes, and has not paid.
    pub owed_back: String,
    /// The first less the other.
    pub left: String,
    /// What may change it, since what it comes to is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
}

/// The schema that a statement of costs as JSON is published with.
pub fn schema() -> Value {
    crate::questions::published("costs", "counterpart costs", schema_for!(CostStatement).to_value())
}
