//! The form of an answer on netting: the balances of each clause that nets payments, and what is owed beside them.

use crate::statement::{Days, Line};
use counterpart_num::Date;
use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What parties owe each other, netted where a clause says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetStatement {
    /// The deal's title.
    pub deal: String,
    /// Answers as of this day.
    pub as_of: Date,
    /// The clauses that net payments, each with its balances.
    pub nets: Vec<NetClause>,
    /// What is owed and not netted.
    pub beside: Vec<GrossDue>,
    /// What that comes to, each way by itself.
    pub totals: Vec<GrossTotal>,
}

/// A clause that nets payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetClause {
    /// The payments it nets.
    pub payments: Vec<String>,
    /// How often; none where it nets what falls due on one day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// Its balances, oldest first.
    pub balances: Vec<NetBalance>,
    /// Why they cannot be struck, where they cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The clause.
    pub clause: String,
}

/// What payments both ways come to against each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetBalance {
    /// For which period; none where it is of one day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Days>,
    /// What each payment brings in, in the order of the clause.
    pub sides: Vec<NetSide>,
    /// What waited from earlier periods: by whom to whom, and how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brought: Option<NetSum>,
    /// What is to be paid; none where it is not known, or waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net: Option<NetSum>,
    /// What waits for the next period, being below the limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<NetSum>,
    /// The limit below which a balance waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<String>,
    /// The day it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// What was paid of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<String>,
    /// What is left to be paid; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
    /// What was paid the other way, though nothing of it was owed that way: from whom it is open in whose favour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub too_much: Option<NetSum>,
    /// Why the balance, its day, or what is left of it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

/// What one payment brings into a balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetSide {
    /// The payment.
    pub payment: String,
    /// Who owes it.
    pub from: String,
    /// To whom.
    pub to: String,
    /// How much, gross; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Why it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// How it comes about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
}

/// A sum from some to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetSum {
    /// Who pays.
    pub from: String,
    /// Who is paid.
    pub to: String,
    /// How much.
    pub amount: String,
}

/// An amount that is owed by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GrossDue {
    /// Which payment.
    pub payment: String,
    /// For which period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Who owes it.
    pub from: String,
    /// To whom.
    pub to: String,
    /// How much; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Settled of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<String>,
    /// Left of it; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
    /// The day it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Why it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The clause.
    pub clause: String,
}

/// What some owe others, gross.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GrossTotal {
    /// Who owes.
    pub from: String,
    /// Whom.
    pub to: String,
    /// How much is left to be paid.
    pub left: String,
    /// What comes on top, and is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
}

/// The schema that an answer on netting as JSON is published with.
pub fn schema() -> Value {
    crate::questions::published("net", "counterpart net", schema_for!(NetStatement).to_value())
}
