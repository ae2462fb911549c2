//! The end of an agreement: who may bring it about on which ground, and what is so after it.
//!
//! Where the journal does not tell an end, one is supposed: the machine is asked as if a party had acted on the day, and
//! what follows is read from the same lives of grants and the same payments as ever.

mod after;
mod improvements;
mod money;
mod open_rights;
mod owed;
mod part;
mod supposed;
mod survival;
mod ways;
mod words;

pub(crate) use open_rights::OpenRight;
pub use part::ExitPart;
pub(crate) use ways::TEST;
pub(crate) use words::{length, price as price_in_words};

use crate::engine::Machine;
use counterpart_ledger::Event;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::value::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A way out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Way {
    /// Who may take it; nobody where the agreement runs out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// On which ground: `breach`, `insolvency`, `at will`, `expiry`, `test`, or an event of the deal.
    pub cause: String,
    /// For what alone the agreement may be ended so: `country`, `product`, `field`, or some by name; nothing where it is as a
    /// whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Whether it may be taken on the day; none where that cannot be said.
    pub available: Option<bool>,
    /// What stands against it, or why it cannot be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The clocks that run first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// The last day of the agreement, if it is taken on the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// The clause.
    pub clause: String,
}

/// What a line of the plan is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Who may do what.
    Rights,
    /// What is owed.
    Money,
    /// Which clauses stay in force.
    Survives,
    /// Sublicences.
    Sublicences,
    /// Improvements.
    Improvements,
    /// Data, filings and what is given back.
    Data,
    /// Stock and orders.
    Stock,
    /// Who helps whom.
    Help,
}

impl Group {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Group::Rights => "rights",
            Group::Money => "money",
            Group::Survives => "survives",
            Group::Sublicences => "sublicences",
            Group::Improvements => "improvements",
            Group::Data => "data",
            Group::Stock => "stock",
            Group::Help => "help",
        }
    }
}

/// One thing that is so after the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExitLine {
    /// What it is about.
    pub group: Group,
    /// Whom it concerns.
    pub who: String,
    /// What is so.
    pub what: String,
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day; none where it is so for good, or has no days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// On which terms.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub terms: String,
    /// Why it cannot be said whether, how or how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The payment it is owed under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// The clause.
    pub clause: String,
}

/// What follows from an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExitPlan {
    /// The day asked about.
    pub on: Date,
    /// The last day of the agreement; none where it has none.
    pub last_day: Option<Date>,
    /// The journal does not tell the end: it is supposed.
    pub supposed: bool,
    /// On which ground.
    pub cause: Option<String>,
    /// By whom.
    pub by: Option<String>,
    /// Of what part of the agreement alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Whether that may be done on the day; none where it cannot be said.
    pub available: Option<bool>,
    /// What stands against it, or why it cannot be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The clocks that run before the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// Every way out on the day.
    pub ways: Vec<Way>,
    /// What is so after the end; of a way out that is shut, what would be so if it were open. Nothing where no clause gives
    /// that way, or the agreement is not in force yet.
    pub lines: Vec<ExitLine>,
}

/// An end that is asked about.
#[derive(Debug, Clone, Default)]
pub struct ExitAsk {
    /// On which ground: as in a way out, with `will` for `at will`.
    pub cause: Option<String>,
    /// By whom.
    pub by: Option<Name>,
    /// Of what part of the agreement alone; of all of it where nothing is said.
    pub part: Option<ExitPart>,
    /// What happened after this day is not known, where it is before the day asked about.
    pub as_of: Option<Date>,
}

impl Machine<'_> {
    /// What follows where the agreement ends: as the journal tells, or as is supposed from a day on.
    pub fn exit(&self, on: Date, known_on: Date, ask: &ExitAsk) -> ExitPlan {
        match ask.as_of.filter(|as_of| *as_of < on) {
            Some(as_of) => self.with_entries(|event| event.date <= as_of, None).exit_known(on, known_on, ask),
            None => self.exit_known(on, known_on, ask),
        }
    }

    /// The same deal with some of its entries alone, and perhaps one more.
    pub(crate) fn with_entries(&self, keep: impl Fn(&Event) -> bool, more: Option<Event>) -> Machine<'_> {
        let mut machine = Machine::new(self.deal);
        machine.journal.events =
            self.journal.events.iter().filter(|e| keep(e)).cloned().chain(more).collect();
        machine.journal.events.sort_by_key(|e| (e.date, e.seq));
        machine.forget();
        machine
    }

    /// The grounds an end may be asked about: those of every agreement, and those of this one.
    pub fn exit_causes(&self) -> Vec<String> {
        let mut out: Vec<String> = CAUSES.iter().map(|cause| (*cause).to_string()).collect();
        for edition in &self.editions.0 {
            for block in edition.model.records.of(Form::FileTerminate) {
                let grounds =
                    block.all_below(Form::TerminateCause).filter_map(crate::ends::right_to_end::ground_of);
                out.extend(grounds.map(|ground| short_cause(&ground).to_string()));
            }
            let events = edition.model.records.of(Form::FileEvent);
            out.extend(events.filter_map(|event| Some(event.name(Label::Name)?.to_string())));
        }
        let mut seen = std::collections::BTreeSet::new();
        out.retain(|cause| seen.insert(cause.clone()));
        out
    }

    fn exit_known(&self, on: Date, known_on: Date, ask: &ExitAsk) -> ExitPlan {
        let run = self.run(on, known_on);
        if let Ok(Some(begins)) = run.clock().effective_day()
            && on < begins
        {
            return ExitPlan {
                on,
                last_day: None,
                supposed: true,
                cause: ask.cause.as_deref().map(full_cause),
                by: ask.by.as_ref().map(ToString::to_string),
                part: ask.part.as_ref().map(ExitPart::words),
                available: Some(false),
                why: Some(format!("the agreement is not in force yet: it begins on {begins}")),
                clock: None,
                ways: Vec::new(),
                lines: Vec::new(),
            };
        }
        let ways = match &ask.part {
            Some(part) => run.ways_out_for(part),
            None => run.ways_out(),
        };
        let mut plan = ExitPlan {
            on,
            last_day: None,
            supposed: false,
            cause: None,
            by: None,
            part: ask.part.as_ref().map(ExitPart::words),
            available: Some(true),
            why: None,
            clock: None,
            ways: ways.clone(),
            lines: Vec::new(),
        };
        if let Some(part) = &ask.part {
            return self.exit_of_part(plan, part, known_on, ask);
        }
        if let Some(told) = run.clock().terminated() {
            plan.cause = told.ground;
            plan.by = (!told.by.is_empty()).then(|| Name::list(&told.by));
            match told.end {
                Ok(end) => plan.last_day = Some(end),
                Err(why) => (plan.available, plan.why) = (None, Some(why.reason)),
            }
            // What was asked about cannot be done any more.
            if let (Some(asked), Some(end)) = (ask.cause.as_deref().map(full_cause), plan.last_day)
                && (plan.cause.as_ref() != Some(&asked)
                    || ask.by.as_ref().is_some_and(|by| !told.by.contains(by)))
            {
                let why = format!("cause {asked}: the agreement was ended already, its last day is {end}");
                (plan.available, plan.why) = (Some(false), Some(why));
            }
        } else if let Some(end) = run.last_day_of_agreement().filter(|end| *end < on) {
            (plan.cause, plan.last_day) = (Some(ways::EXPIRY.into()), Some(end));
        } else {
            return self.supposed(plan, &ways, known_on, ask);
        }
        self.finish(plan, None, known_on)
    }

    /// The lines of the plan, asked on the last day.
    fn finish(&self, mut plan: ExitPlan, event: Option<Event>, known_on: Date) -> ExitPlan {
        let Some(end) = plan.last_day else { return plan };
        let day = end.max(plan.on);
        if !plan.supposed {
            plan.lines = self.lines_after((end, day, known_on));
            return plan;
        }
        // Had it ended then, nobody would have ended it later.
        let later = {
            let run = self.run(Date::MAX, known_on);
            let ends = |event: &&Event| event.date > plan.on && run.clock().tells_an_end(event);
            self.journal.events.iter().filter(ends).map(|event| event.seq).collect::<Vec<_>>()
        };
        let machine = self.with_entries(|event| !later.contains(&event.seq), event);
        plan.lines = machine.lines_after((end, day, known_on));
        plan
    }

    /// What is so after an end, asked on a day.
    fn lines_after(&self, (end, on, known_on): (Date, Date, Date)) -> Vec<ExitLine> {
        let mut lines = self.run(on, known_on).after(end);
        lines.extend(self.owed_besides(&lines, (end, on, known_on)));
        lines.sort_by_key(|line| line.group);
        lines
    }
}

/// The grounds every agreement may be asked about, as they are asked for.
const CAUSES: [&str; 7] = ["breach", "insolvency", "will", ways::EXPIRY, ways::TEST, "control", "challenge"];

/// A ground as it is asked for.
fn short_cause(ground: &str) -> &str {
    match ground {
        crate::ends::right_to_end::AT_WILL => "will",
        "change of control" => "control",
        other => other,
    }
}

/// A ground in full.
fn full_cause(word: &str) -> String {
    match word {
        "will" => crate::ends::right_to_end::AT_WILL.into(),
        "control" => "change of control".into(),
        other => other.into(),
    }
}
