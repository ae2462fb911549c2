//! Reports that are due, and royalties that cannot be paid because a report is missing.
//!
//! Of both the last twelve months are listed one by one. What is older is one line that says how much of it there is and
//! since when: who asks what to do today is helped by neither hundred lines nor silence.

use super::{Duty, State};
use crate::engine::{Machine, Run};
use crate::royalty::{self, Missing, Part};
use counterpart_num::{Date, Period};
use counterpart_terms::value::Name;

/// As many months back duties are listed one by one.
const MONTHS: i64 = 12;

impl Machine<'_> {
    /// Reports due for periods that have ended, and the next one to come.
    pub(super) fn reports_due(&self, run: &Run<'_>) -> Vec<Duty> {
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
                what: name.to_string(),
                period: None,
                by: metric.reporters.iter().map(Name::as_str).collect::<Vec<_>>().join(", "),
                to: String::new(),
                amount: None,
                done_on: None,
                paid_otherwise: Vec::new(),
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
            let mut old: Vec<(Period, Duty)> = Vec::new();
            for period in periods {
                // A report for longer than was asked tells of each of its periods.
                let covers = |r: &Period| r.start <= period.start && period.end <= r.end;
                let reported = reports.touching(period.start, period.end).iter().any(|r| covers(&r.period));
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
                let unknown = due.as_ref().err().map(|u| u.reason.clone());
                let due = due.ok();
                let done_on = run.reported_on(name, &period).filter(|_| reported);
                let period_name = Some(period.to_string());
                let one = Duty { due, state, done_on, period: period_name, unknown, ..duty.clone() };
                match state == State::Late && due.is_some_and(|day| is_old(day, as_of)) {
                    true => old.push((period, one)),
                    false => out.push(one),
                }
            }
            out.extend(as_one(old, "reports"));
        }
        out
    }

    /// The royalties of periods for which a report is missing, where their day has come or none is said.
    pub(super) fn unreported(&self, run: &Run<'_>, name: &Name, out: &mut Vec<Duty>) {
        let as_of = run.facts.as_of();
        for payer in run.payers(name) {
            let Ok(series) = run.series_of(name, payer.as_ref()) else { continue };
            let mut old: Vec<(Period, Duty)> = Vec::new();
            for part in &series.parts {
                let Some(missing) = missing(part) else { continue };
                let Ok(royalty) = royalty::find(run, name, Some(part.period.start)) else { continue };
                let due = run.due_day(royalty, &part.period);
                if due.as_ref().is_ok_and(|day| day.is_some_and(|day| day > as_of)) {
                    continue;
                }
                let due = due.ok().flatten();
                let which = match missing.period == part.period {
                    true => String::new(),
                    false => format!(" for {}", missing.period),
                };
                let duty = self.to_pay(run, name, State::Due);
                let duty = Duty {
                    due,
                    state: if due.is_some_and(|day| day < as_of) { State::Late } else { State::Due },
                    by: payer.as_ref().map_or(duty.by.clone(), Name::to_string),
                    period: Some(part.period.to_string()),
                    unknown: Some(format!("report missing, of {}{which}", missing.metric)),
                    clause: run.place(royalty.at),
                    ..duty
                };
                // What is unknown for more than the report is in the list already.
                let listed = |d: &Duty| d.what == duty.what && d.period == duty.period && d.by == duty.by;
                if out.iter().any(listed) {
                    continue;
                }
                match is_old(due.unwrap_or(missing.due), as_of) {
                    true => old.push((part.period, duty)),
                    false => out.push(duty),
                }
            }
            out.extend(as_one(old, "reports missing"));
        }
    }
}

/// The report that is missing for a payment period of which nothing can be said without it.
fn missing(part: &Part) -> Option<&Missing> {
    part.subs.iter().flatten().find_map(|sub| sub.missing.as_ref().filter(|m| m.begun))
}

fn is_old(day: Date, as_of: Date) -> bool {
    as_of.add_months(-MONTHS).is_some_and(|since| day < since)
}

/// Duties of before the last months as one, with how many they are and since when.
fn as_one(old: Vec<(Period, Duty)>, what: &str) -> Option<Duty> {
    let count = old.len();
    let last = old.last().map(|(period, _)| *period)?;
    let (first, duty) = old.into_iter().next()?;
    if count == 1 {
        return Some(duty);
    }
    let unknown = format!("{count} {what}, the first for {first}");
    Some(Duty { period: Some(format!("{first} to {last}")), unknown: Some(unknown), ..duty })
}
