//! What is due: reports and payments, late, open and to come, by day.

use crate::engine::Machine;
use crate::value::Val;
use counterpart_num::Date;
use counterpart_terms::value::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a duty stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The day is past and it is not done.
    Late,
    /// It has arisen and its day is to come.
    Due,
    /// It will arise.
    Coming,
    /// Done.
    Done,
}

/// Something to be done by a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Duty {
    /// By when; none where the day is not known yet.
    pub due: Option<Date>,
    /// Where it stands.
    pub state: State,
    /// `pay` or `report`.
    pub act: String,
    /// What.
    pub what: Name,
    /// For which period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// By whom.
    pub by: String,
    /// To whom.
    pub to: String,
    /// How much is left to pay, as shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Why the amount is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The clause.
    pub clause: String,
}

impl Machine<'_> {
    /// The duties as of a day; those done only where asked for.
    pub fn agenda(&self, as_of: Date, known_on: Date, done: bool) -> Vec<Duty> {
        let run = self.run(as_of, known_on);
        let mut out = Vec::new();
        for name in self.streams() {
            let Ok(dues) = run.dues(&name) else { continue };
            let mut paid: Vec<_> = run.paid(&name, None);
            for due in dues {
                let mut left = due.amount.as_ref().map(|v| v.number().clone()).unwrap_or_default();
                for (_, period, value) in paid.iter_mut() {
                    if *period == due.period || period.is_none() {
                        let used = left.clone().min(value.number().clone());
                        left = &left - &used;
                        *value = value.with(value.number() - &used);
                    }
                }
                let state = match (&due.amount, left.is_positive(), due.due) {
                    (Ok(_), false, _) => State::Done,
                    (_, _, Some(day)) if day < as_of => State::Late,
                    _ => State::Due,
                };
                if state == State::Done && !done {
                    continue;
                }
                let value = due.amount.as_ref().ok().map(|v| v.with(left.clone()));
                let parties = self.parties(&name);
                out.push(Duty {
                    due: due.due,
                    state,
                    act: "pay".into(),
                    what: name.clone(),
                    period: due.period.map(|p| p.to_string()),
                    by: due.from.map_or(parties.0, |f| f.to_string()),
                    to: parties.1,
                    amount: value.map(|v: Val| v.to_string()),
                    unknown: due.amount.err().map(|u| u.reason),
                    clause: run.place(due.at),
                });
            }
            if let Ok(Some(day)) = run.due_of(&name, None)
                && day > as_of
                && !out.iter().any(|d| d.what == name && d.due == Some(day))
            {
                let parties = self.parties(&name);
                out.push(Duty {
                    due: Some(day),
                    state: State::Coming,
                    act: "pay".into(),
                    what: name.clone(),
                    period: None,
                    by: parties.0,
                    to: parties.1,
                    amount: None,
                    unknown: None,
                    clause: self.clause_of(&name).map_or_else(String::new, |at| run.place(at)),
                });
            }
        }
        out.extend(self.reports_due(as_of, known_on, done));
        out.sort_by(|a, b| {
            (a.due.is_none(), a.due, a.state, &a.what).cmp(&(b.due.is_none(), b.due, b.state, &b.what))
        });
        out
    }

    /// Reports due for periods that have ended, and the next one to come.
    fn reports_due(&self, as_of: Date, known_on: Date, done: bool) -> Vec<Duty> {
        let run = self.run(as_of, known_on);
        let model = run.last_model();
        let mut out = Vec::new();
        for (name, metric) in &model.market.metrics {
            let (Some(cycle), Some(start)) = (&metric.cycle, run.clock().effective()) else { continue };
            let Ok(cycle) = run.clock().cycle(cycle) else { continue };
            let reports = run.reports(name);
            // Before the first report nobody may have anything to report.
            let Some(first) = reports.iter().map(|r| r.period.start).min() else { continue };
            let mut periods = cycle.between(first.max(start), as_of);
            periods.retain(|p| p.start >= first);
            for period in periods {
                let reported = reports.iter().any(|r| r.period == period);
                let due = match &metric.within {
                    Some(within) => run.clock().shift(period.end, within, false).ok(),
                    None => Some(period.end),
                };
                let state = match (reported, due) {
                    (true, _) => State::Done,
                    (false, Some(day)) if day < as_of => State::Late,
                    (false, _) if period.end < as_of => State::Due,
                    _ => State::Coming,
                };
                if state == State::Done && !done {
                    continue;
                }
                out.push(Duty {
                    due,
                    state,
                    act: "report".into(),
                    what: name.clone(),
                    period: Some(period.to_string()),
                    by: metric.reporters.iter().map(Name::as_str).collect::<Vec<_>>().join(", "),
                    to: String::new(),
                    amount: None,
                    unknown: None,
                    clause: run.place(metric.at),
                });
            }
        }
        out
    }

    fn parties(&self, name: &Name) -> (String, String) {
        let list = |names: &[Name]| names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
        let models = self.editions.0.iter().rev().map(|e| &e.model);
        for model in models {
            if let Some(r) = model.royalties.get(name) {
                return (list(&r.from), list(&r.to));
            }
            if let Some(p) = model.pays.get(name) {
                return (list(&p.from), list(&p.to));
            }
        }
        (String::new(), String::new())
    }

    fn clause_of(&self, name: &Name) -> Option<counterpart_terms::At> {
        let models = self.editions.0.iter().rev().map(|e| &e.model);
        models
            .into_iter()
            .find_map(|m| m.royalties.get(name).map(|r| r.at).or_else(|| m.pays.get(name).map(|p| p.at)))
    }
}
