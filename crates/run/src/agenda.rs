//! What is due: reports and payments, late, open and to come, by day.

use crate::engine::{Machine, Run};
use crate::settle::Due;
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
    /// The duties as of a day; those done only where asked for. What cannot be worked out is listed with the reason.
    pub fn agenda(&self, as_of: Date, known_on: Date, done: bool) -> Vec<Duty> {
        let run = self.run(as_of, known_on);
        let mut out = Vec::new();
        for name in self.streams() {
            match run.dues(&name) {
                Ok(dues) => self.payments_due(&run, &name, dues, &mut out),
                Err(unknown) => {
                    out.push(Duty { unknown: Some(unknown.reason), ..self.to_pay(&run, &name, State::Due) });
                    continue;
                }
            }
            match run.due_of(&name, None) {
                Ok(Some(day)) if day > as_of && !out.iter().any(|d| d.what == name && d.due == Some(day)) => {
                    out.push(Duty { due: Some(day), ..self.to_pay(&run, &name, State::Coming) });
                }
                Ok(_) => {}
                // What is not known of the sums that have arisen is in the list already.
                Err(unknown)
                    if out.iter().any(|d| d.what == name && d.unknown.as_ref() == Some(&unknown.reason)) => {}
                Err(unknown) => {
                    out.push(Duty {
                        unknown: Some(unknown.reason),
                        ..self.to_pay(&run, &name, State::Coming)
                    });
                }
            }
        }
        out.extend(self.reports_due(&run));
        out.retain(|duty| done || duty.state != State::Done);
        out.sort_by(|a, b| {
            (a.due.is_none(), a.due, a.state, &a.what).cmp(&(b.due.is_none(), b.due, b.state, &b.what))
        });
        out
    }

    /// A payment to be made, of which nothing more is known yet.
    fn to_pay(&self, run: &Run<'_>, name: &Name, state: State) -> Duty {
        let (by, to) = self.parties(name);
        Duty {
            due: None,
            state,
            act: "pay".into(),
            what: name.clone(),
            period: None,
            by,
            to,
            amount: None,
            unknown: None,
            clause: self.clause_of(name).map_or_else(String::new, |at| run.place(at)),
        }
    }

    /// What has arisen of a payment, less what was paid of it.
    fn payments_due(&self, run: &Run<'_>, name: &Name, dues: Vec<Due>, out: &mut Vec<Duty>) {
        let mut paid: Vec<_> = run.paid(name, None);
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
                (_, _, Some(day)) if day < run.facts.as_of() => State::Late,
                _ => State::Due,
            };
            let duty = self.to_pay(run, name, state);
            let why = due.amount.as_ref().err().or(due.no_day.as_ref());
            out.push(Duty {
                due: due.due,
                period: due.period.map(|p| p.to_string()),
                by: due.from.map_or(duty.by, |f| f.to_string()),
                amount: due.amount.as_ref().ok().map(|v| v.with(left.clone()).to_string()),
                unknown: why.map(|u| u.reason.clone()),
                clause: run.place(due.at),
                ..duty
            });
        }
    }

    /// Reports due for periods that have ended, and the next one to come.
    fn reports_due(&self, run: &Run<'_>) -> Vec<Duty> {
        let (model, as_of) = (run.model_now(), run.facts.as_of());
        let mut out = Vec::new();
        for (name, metric) in &model.market.metrics {
            let Some(cycle) = &metric.cycle else { continue };
            let reports = run.reports(name);
            // Before the first report nobody may have anything to report.
            let Some(first) = reports.iter().map(|r| r.period.start).min() else { continue };
            let duty = Duty {
                due: None,
                state: State::Due,
                act: "report".into(),
                what: name.clone(),
                period: None,
                by: metric.reporters.iter().map(Name::as_str).collect::<Vec<_>>().join(", "),
                to: String::new(),
                amount: None,
                unknown: None,
                clause: run.place(metric.at),
            };
            let cycle = match run.clock().cycle(cycle) {
                Ok(cycle) => cycle,
                Err(unknown) => {
                    out.push(Duty { unknown: Some(unknown.reason), ..duty });
                    continue;
                }
            };
            let start = run.clock().effective().map_or(first, |start| start.max(first));
            let mut periods = cycle.between(start, as_of);
            periods.retain(|p| p.start >= first);
            for period in periods {
                let reported = reports.touching(period.start, period.end).iter().any(|r| r.period == period);
                let due = match &metric.within {
                    Some(within) => run.clock().shift(period.end, within, false),
                    None => Ok(period.end),
                };
                let state = match (reported, &due) {
                    (true, _) => State::Done,
                    (false, Ok(day)) if *day < as_of => State::Late,
                    (false, _) if period.end < as_of => State::Due,
                    _ => State::Coming,
                };
                let period = Some(period.to_string());
                let unknown = due.as_ref().err().map(|u| u.reason.clone());
                out.push(Duty { due: due.ok(), state, period, unknown, ..duty.clone() });
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
