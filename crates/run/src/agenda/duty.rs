//! What a duty is: somebody's to do, by a day, under a clause, with what fulfils it and what follows where it is not done.

use counterpart_num::{Date, Period};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a duty stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The day is past and it is not done.
    Late,
    /// It was broken, and is not put right.
    Breached,
    /// It has arisen and its day is to come.
    Due,
    /// It will arise.
    Coming,
    /// It binds from day to day.
    Running,
    /// The agreement has ended, and it binds still.
    Survived,
    /// Done.
    Done,
    /// Broken, and put right in time.
    Cured,
    /// Who it is owed to gave it up.
    Waived,
    /// It binds no more.
    Over,
}

impl State {
    /// Whether something is still to be done, or kept.
    pub fn is_open(self) -> bool {
        !matches!(self, State::Done | State::Cured | State::Waived | State::Over)
    }

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            State::Late => "late",
            State::Breached => "breached",
            State::Due => "due",
            State::Coming => "coming",
            State::Running => "running",
            State::Survived => "survived",
            State::Done => "done",
            State::Cured => "cured",
            State::Waived => "waived",
            State::Over => "over",
        }
    }
}

/// How a duty is fulfilled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Once, by an act.
    Once,
    /// By a result, whatever it takes.
    Achieve,
    /// From day to day, by keeping a promise.
    Keep,
    /// It is not owed: a right that may be used up to a day.
    May,
}

/// What follows where a duty is not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Consequence {
    /// In words.
    pub what: String,
    /// The clause.
    pub clause: String,
}

/// Something to be done by a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Duty {
    /// By when; none where the day is not known yet, or it is kept from day to day.
    pub due: Option<Date>,
    /// The last day of what is kept from day to day, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Where it stands.
    pub state: State,
    /// How it is fulfilled.
    pub kind: Kind,
    /// `pay`, `report`, `send minutes of`.
    pub act: String,
    /// What: a payment, a metric, payments that are set against each other, or words of the deal or the journal.
    pub what: String,
    /// What it is done to is told in words, not by a name.
    #[serde(skip)]
    pub(crate) worded: bool,
    /// Where, if it is to be done in one place and not in others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// For which product, field or customer, if it is not for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// For which period; of several on end, from the first to the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// For how many periods on end, where one duty stands for those of several; its day is that of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub periods: Option<usize>,
    /// The days of the period.
    #[serde(skip)]
    pub(crate) days: Option<Period>,
    /// By whom.
    pub by: String,
    /// To whom.
    pub to: String,
    /// How much is left to pay, as shown; of what is done, how much was owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// How it is to be done, and which entry tells that it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// What fulfils it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// The day it was done, where the journal tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_on: Option<Date>,
    /// The entry that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Paid on it in another money, and so not set off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paid_otherwise: Vec<String>,
    /// What follows where it is not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Consequence>,
    /// Why the amount or the day is not known, or what was paid of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// What it comes to waits for a report.
    #[serde(skip)]
    pub(crate) unheard: bool,
    /// The clause.
    pub clause: String,
}

impl Duty {
    /// One of a clause of which nothing more is said yet.
    pub(crate) fn new(act: &str, what: impl ToString, clause: String) -> Duty {
        Duty {
            due: None,
            until: None,
            state: State::Due,
            kind: Kind::Once,
            act: act.into(),
            what: what.to_string(),
            worded: false,
            place: None,
            of: None,
            period: None,
            periods: None,
            days: None,
            by: String::new(),
            to: String::new(),
            amount: None,
            how: None,
            proof: None,
            done_on: None,
            evidence: None,
            paid_otherwise: Vec::new(),
            otherwise: None,
            unknown: None,
            unheard: false,
            clause,
        }
    }

    /// Whether a party is one of those who owe it.
    pub fn is_of(&self, party: &str) -> bool {
        self.by.split(", ").any(|by| by == party)
    }

    /// What is to be done, in words: `pay USD 5.00 Running for 2026 Q1 to Lab`.
    pub fn said(&self) -> String {
        let many = match self.periods {
            Some(count) => format!(" ({count} periods)"),
            None => String::new(),
        };
        let amount = self.amount.as_ref().map_or(String::new(), |amount| format!(" {amount}"));
        let what = match (self.worded, self.what.is_empty()) {
            (_, true) => String::new(),
            (true, _) => format!(" \"{}\"", self.what),
            (false, _) => format!(" {}", self.what),
        };
        let place = self.place.as_ref().map_or(String::new(), |place| format!(" in {place}"));
        let period = self.period.as_ref().map_or(String::new(), |p| format!(" for {p}{many}"));
        let to = if self.to.is_empty() { String::new() } else { format!(" to {}", self.to) };
        let of = self.of.as_ref().map_or(String::new(), |of| format!(" for {of}"));
        let how = self.how.as_ref().map_or(String::new(), |how| format!(" {how}"));
        format!("{}{amount}{what}{of}{place}{period}{to}{how}", self.act)
    }
}
