//! The form of a statement: what it says of each payment, and each figure three ways.

use crate::balances::GrossTotal;
use counterpart_num::{Date, Exact};
use counterpart_terms::value::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of this format and its version.
pub const SCHEMA: &str = "counterpart/statement/1";

/// A figure three ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// Exact, as a decimal or a fraction.
    pub exact: Exact,
    /// Rounded as the deal says.
    pub rounded: String,
    /// In the unit the deal is stated in, as `54.09` for USD m.
    pub shown: String,
    /// Money with its code and all its digits, where the deal is stated in thousands or millions.
    #[serde(skip)]
    pub in_full: Option<String>,
}

impl Figure {
    /// As it stands among the lines of a block, whose figures are in full: one block has one scale.
    pub fn among_lines(&self) -> &str {
        self.in_full.as_deref().unwrap_or(&self.shown)
    }
}

/// What a line of a statement or of an explanation rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A sum or another figure, with its arithmetic.
    Figure,
    /// An entry of the journal.
    Event,
    /// A clause of the text.
    Clause,
    /// A day.
    Day,
    /// What follows from the lines below it, or a remark.
    #[default]
    Conclusion,
}

/// A line of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// What kind of reason it is.
    pub kind: Reason,
    /// What the figure is.
    pub what: String,
    /// The arithmetic.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arithmetic: String,
    /// The figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The day it came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    /// The clause or journal entry: file and line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the journal says in words of the entry, as that its figures are made up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The entry of a journal that would bring it about, with `…` for a figure nobody has told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What the answer would be then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<String>,
    /// It is a part of the base, and not of what is charged on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_base: bool,
    /// The figures it is made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
}

/// A figure somebody printed, beside ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Published {
    /// What it is a figure of: `royalty`, `sales`, `revenue`, `cash`, `total`, `rate`, `cap`.
    pub quantity: String,
    /// The figure as printed, in the unit the deal is stated in.
    pub shown: String,
    /// The figure in full.
    pub amount: Exact,
    /// Who printed it, and what is to be said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What the machine makes of the same; of `revenue`, the royalty it is printed in place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ours: Option<Figure>,
    /// Why ours is not known, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// Ours less theirs; none where the two are not the same thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Exact>,
    /// Whether ours, rounded to the last digit printed, is theirs; none where they are not comparable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agrees: Option<bool>,
    /// The entry.
    pub clause: String,
}

/// What one of several payees gets of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Payee {
    /// Who.
    pub party: Name,
    /// Its share, as `50%`, where it is one of the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<String>,
    /// The arithmetic.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arithmetic: String,
    /// To be paid to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Figure>,
    /// Why that cannot be said, where it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// Paid to it so far; none where the journal does not say who was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Figure>,
    /// Paid to it above its share: it stays open in favour of the payer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overpaid: Option<Figure>,
}

/// What one of several payers bears of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Payer {
    /// Who.
    pub party: Name,
    /// Its share, as `50%`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<String>,
    /// The arithmetic.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arithmetic: String,
    /// To be paid by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Figure>,
    /// Why that cannot be said, where it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// Paid by it so far; none where the journal does not say who paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Figure>,
}

/// Payments that are set against each other, for a period or on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetPayment {
    /// The payments.
    pub streams: Vec<Name>,
    /// For which period; none where it is of one day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Days>,
    /// Who pays the balance.
    pub payer: String,
    /// Who is paid it.
    pub payee: String,
    /// In which money.
    pub currency: String,
    /// The balance to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Figure>,
    /// Why it cannot be said, where it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The day it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// What it is made of.
    pub lines: Vec<Line>,
    /// Paid one way less paid the other.
    pub paid: Figure,
    /// Paid in another money, and so not set off: the sum and the day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paid_otherwise: Vec<String>,
    /// Why it cannot be said how much of it is paid, where it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_unknown: Option<String>,
    /// The clause.
    pub clause: String,
}

/// The period of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Days {
    /// Its name, as `2021 Q3`.
    pub label: String,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Payment {
    /// Its name in the deal.
    pub payment: Name,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The period it is for; of several on end, from the first to the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Days>,
    /// For how many periods on end, where the amounts of several are not known for the same reason; `due` is the day
    /// of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub periods: Option<usize>,
    /// Who pays.
    pub payer: String,
    /// Who is paid.
    pub payee: String,
    /// In which money.
    pub currency: String,
    /// What the rates were applied to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Figure>,
    /// Earned or fallen due, before minimums, credits and tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earned: Option<Figure>,
    /// To be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Figure>,
    /// Why it cannot be computed, where it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The day it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Why the day it is due cannot be said, where it cannot and something is left to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_day: Option<String>,
    /// What each of several payers bears of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payers: Vec<Payer>,
    /// What each of several payees gets of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payees: Vec<Payee>,
    /// Settled without money: set against what is owed the other way, or set off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_off: Option<Figure>,
    /// Paid for this period so far, in its own money.
    pub paid: Figure,
    /// The entries that tell it, each with what of it is for this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paid_by: Vec<Line>,
    /// Paid in another money, and so not set off: the sum and the day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paid_otherwise: Vec<String>,
    /// Why it cannot be said how much of it is paid, where it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_unknown: Option<String>,
    /// Still to be paid, where some of it is paid or set off and not all; none where it is part of a balance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Figure>,
    /// Paid above what was to be paid and not set off: it stays open in favour of the payer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overpaid: Option<Figure>,
    /// It goes back from the payee to the payer: `payer` and `payee` are of this payment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refund: bool,
    /// How the amount comes about.
    pub lines: Vec<Line>,
    /// What the world printed for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published: Vec<Published>,
    /// The clause.
    pub clause: String,
}

/// Late interest on one amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LateInterest {
    /// On which payment.
    pub payment: Name,
    /// For which period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// The interest.
    pub amount: Figure,
    /// What was paid of it along with the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Figure>,
    /// How it comes about.
    pub line: Line,
}

/// Reports that are overdue, of what a payment is on: what it comes to for these periods is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overdue {
    /// The payment.
    pub payment: Name,
    /// The periods it is not known for, from the first to the last, with no gap between.
    pub period: Days,
    /// Who pays.
    pub payer: String,
    /// Who is paid.
    pub payee: String,
    /// The day it is to be paid; of several, the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_due: Option<Date>,
    /// How many reports of it are missing.
    pub reports: usize,
    /// What is not reported.
    pub metric: Name,
    /// What else it is on that is not reported for the same periods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Name>,
    /// Who reports it; empty where the deal does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// The day the report was due; of several, the first.
    pub due: Date,
    /// How many days ago that was.
    pub days_overdue: i64,
    /// The entry of the journal that mends it, with `…` for the amount; of several, the first.
    pub entry: String,
    /// The entries that report what else is missing, in the order of `also`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_entries: Vec<String>,
    /// The clause of the payment.
    pub clause: String,
    /// The clause that says it is reported.
    pub reported: String,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// Always `counterpart/statement/1`.
    pub schema: String,
    /// The deal's title.
    pub deal: String,
    /// Answers as of this day.
    pub as_of: Date,
    /// As known on this day; by all that is known where not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Date>,
    /// The period asked for; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Days>,
    /// The unit of `shown`: `USD m`.
    pub unit: String,
    /// The payments.
    pub payments: Vec<Payment>,
    /// Reports that are overdue.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overdue: Vec<Overdue>,
    /// Balances of payments that are set against each other, paid in their place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nets: Vec<NetPayment>,
    /// Late interest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interest: Vec<LateInterest>,
    /// What is owed and not paid in all, each way by itself, due or not yet due; of all payments, where neither a period
    /// nor a payment is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<GrossTotal>,
    /// Lines of the journal that could not be used, with what is wrong with each: the figures are without them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Payments nothing can be said of, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_computed: Vec<String>,
}

/// The schema that a statement as JSON is published with.
pub fn schema() -> serde_json::Value {
    serde_json::to_value(schemars::schema_for!(Statement)).unwrap_or(serde_json::Value::Null)
}
