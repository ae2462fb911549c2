//! The reasons of a figure as data: what, by which clause, by which arithmetic, from which parts.

use crate::unknown::Unknown;
use crate::value::Val;
use counterpart_num::Date;
use counterpart_terms::At;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One figure and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// What the figure is.
    pub what: String,
    /// The arithmetic, as a reader would write it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub how: String,
    /// The figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Val>,
    /// The day it came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    /// The clause or journal entry behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<At>,
    /// The figures it is made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Step>,
    /// It is a part of what the rates are applied to, and not of what they come to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_base: bool,
    /// The entry that would tell of it, without its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
}

impl Step {
    /// A figure.
    pub fn new(what: impl Into<String>, value: Val) -> Step {
        Step { value: Some(value), ..Step::note(what) }
    }

    /// A remark without a figure.
    pub fn note(what: impl Into<String>) -> Step {
        Step {
            what: what.into(),
            how: String::new(),
            value: None,
            on: None,
            clause: None,
            parts: Vec::new(),
            of_base: false,
            entry: None,
        }
    }

    /// With its arithmetic.
    #[must_use]
    pub fn how(mut self, how: impl Into<String>) -> Step {
        self.how = how.into();
        self
    }

    /// Why something cannot be said, with the clause it is about.
    pub fn unknown(why: &Unknown) -> Step {
        Step::note(why.reason.clone()).by(why.at)
    }

    /// With the day it came about, where there is one.
    #[must_use]
    pub fn on(mut self, day: impl Into<Option<Date>>) -> Step {
        self.on = day.into().or(self.on);
        self
    }

    /// With its clause, where there is one.
    #[must_use]
    pub fn by(mut self, at: impl Into<Option<At>>) -> Step {
        self.clause = at.into().or(self.clause);
        self
    }

    /// With the entry that would tell of it.
    #[must_use]
    pub fn told_by(mut self, entry: String) -> Step {
        self.entry = Some(entry);
        self
    }

    /// With a clause for every figure: where one has none of its own, the clause of what it is a part of.
    #[must_use]
    pub fn under(mut self, at: At) -> Step {
        let own = *self.clause.get_or_insert(at);
        self.parts = self.parts.into_iter().map(|part| part.under(own)).collect();
        self
    }

    /// As a term of a sum that is taken off: the terms of a sum come to it.
    #[must_use]
    pub fn taken_off(mut self) -> Step {
        self.what = format!("less {}", self.what);
        self.value = self.value.map(|value| value.with(-value.number().clone()));
        self
    }

    /// With the figures it is made of.
    #[must_use]
    pub fn from(mut self, parts: Vec<Step>) -> Step {
        self.parts = parts;
        self
    }
}
