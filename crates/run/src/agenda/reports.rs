//! Reports that are due, and royalties that cannot be paid because a report is missing.

use super::{Consequence, Duty, State};
use crate::clock::Focus;
use crate::ends::right_to_end::ground_of;
use crate::engine::{Machine, Run};
use crate::facts::first_sale::SaleOf;
use crate::measure::AskedReport;
use crate::royalty::{self, Part, in_words};
use counterpart_num::{Date, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::Metric;
use counterpart_terms::value::Name;

/// What is to be reported.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    run.machine.reports_due(run)
}

impl Run<'_> {
    /// The first day of what is to be reported of a metric, where that can be said. Before the first report nobody may
    /// have anything to report, unless the text names its first period, a first sale was told of what a royalty is on, or it
    /// is time spent, which waits for no sale; what is estimated has yet to be reported.
    pub(crate) fn reports_from(&self, name: &Name, metric: &Metric) -> Option<Date> {
        let made = self.expected(name).iter().map(|report| report.period.start).min();
        let named = metric.first.and_then(|label| self.clock().period(label, None)).map(|first| first.start);
        // Where no day is said by which it is made, nobody is late with the first.
        let has_day = metric.computed.is_none() && (metric.within.is_some() || metric.by_day.is_some());
        let sold = |product| self.facts.first_sale_told(&SaleOf { product, ..SaleOf::default() }, None);
        let day = self.facts.as_of();
        let mut royalties = self.model_now().royalties.values();
        let mut earns = || royalties.any(|r| royalty::reported_metrics(self, r, day).contains(name));
        let mut begun = || match metric.of.as_slice() {
            _ if metric.is_time() => self.clock().effective(),
            _ if !metric.is_flow() || !earns() => None,
            [] => sold(None),
            products => products.iter().filter_map(|product| sold(Some(product))).min(),
        };
        // `each quarter from first sale`: none before the quarter of that day.
        let anchor = metric.cycle.as_ref().and_then(|cycle| cycle.anchor.as_ref());
        let anchor = anchor.map(|from| self.clock().limit(from, &Focus::default()).ok().flatten());
        let begun = named.or_else(|| match anchor {
            Some(from) => from.filter(|_| has_day),
            None if has_day => begun(),
            None => None,
        });
        made.into_iter().chain(begun.filter(|day| *day <= self.facts.as_of())).min()
    }

    /// That somebody may end the agreement where something is not reported, since a clause lets it on breach.
    fn may_be_ended_for(&self, metric: &Name, reporters: &[Name]) -> Option<Consequence> {
        let model = self.model_now();
        let blocks = model.records.of(Form::FileTerminate);
        let open = blocks.filter(|block| block.below(Form::TerminateNever).is_none());
        let causes = open.flat_map(|block| block.all_below(Form::TerminateCause));
        let mut breach =
            causes.filter(|c| !c.has(Label::Product) && ground_of(c).as_deref() == Some("breach"));
        breach.find_map(|clause| {
            let cause = clause.parts(Label::Cause)?;
            // A breach of what is named alone is none of anything else.
            let of: Vec<Name> =
                [Label::Name, Label::Clause].into_iter().flat_map(|l| cause.names(l)).collect();
            if !of.is_empty() && !of.contains(metric) && !of.iter().any(|of| reporters.contains(of)) {
                return None;
            }
            let named = clause.parts(Label::By).map(|by| by.names(Label::Parties)).unwrap_or_default();
            let parties = if named.is_empty() { model.header.parties.clone() } else { named };
            let may: Vec<&str> =
                parties.iter().filter(|party| !reporters.contains(party)).map(Name::as_str).collect();
            let what = format!("{} may end the agreement for breach", may.join(", "));
            (!may.is_empty()).then(|| Consequence { what, clause: self.place(clause.at) })
        })
    }
}

impl Machine<'_> {
    /// Reports due for periods that have ended, and the next one to come.
    fn reports_due(&self, run: &Run<'_>) -> Vec<Duty> {
        let (model, as_of) = (run.model_now(), run.facts.as_of());
        let mut out = Vec::new();
        for (name, metric) in &model.market.metrics {
            if metric.cycle.is_none() && metric.each_year_on.is_none() {
                continue;
            }
            let duty = Duty {
                by: Name::list(&metric.reporters),
                proof: certified(run, metric.at),
                ..Duty::new("report", name, run.place(metric.at))
            };
            let asked = match run.reports_asked(name, metric, as_of) {
                Ok(asked) => asked,
                Err(unknown) => {
                    out.push(Duty { unknown: Some(unknown.reason), ..duty });
                    continue;
                }
            };
            for AskedReport { period, due, made } in asked {
                if !made && royalty::reports_are_over(run, name, &period) {
                    continue;
                }
                let state = match (made, &due) {
                    (true, _) => State::Done,
                    (false, Ok(day)) if *day < as_of => State::Late,
                    // What is of one day can be told on it.
                    (false, _) if period.end < as_of || period.days() == 1 => State::Due,
                    _ => State::Coming,
                };
                let late = state == State::Late;
                let otherwise = late.then(|| run.may_be_ended_for(name, &metric.reporters)).flatten();
                out.push(Duty {
                    unknown: due.as_ref().err().map(|u| u.reason.clone()),
                    due: due.ok(),
                    state,
                    done_on: run.reported_on(name, &period).filter(|_| made),
                    period: Some(period.to_string()),
                    days: Some(period),
                    otherwise,
                    ..duty.clone()
                });
            }
        }
        out
    }

    /// The royalties of periods for which a report is missing, where their day has come or none is said.
    pub(super) fn unreported(&self, run: &Run<'_>, name: &Name, out: &mut Vec<Duty>) {
        let as_of = run.facts.as_of();
        for payer in run.payers(name) {
            let Ok(series) = run.series_of(name, payer.as_ref()) else { continue };
            for part in &series.parts {
                let Some(missing) = missing(part) else { continue };
                let Ok(royalty) = royalty::find(run, name, Some(part.period.start)) else { continue };
                let due = run.due_day(royalty, &part.period);
                if due.as_ref().is_ok_and(|day| day.is_some_and(|day| day > as_of)) {
                    continue;
                }
                let due = due.ok().flatten();
                let duty = self.to_pay(run, name, State::Due);
                let duty = Duty {
                    due,
                    state: if due.is_some_and(|day| day < as_of) { State::Late } else { State::Due },
                    by: payer.as_ref().map_or(duty.by.clone(), Name::to_string),
                    period: Some(part.period.to_string()),
                    days: Some(part.period),
                    unknown: Some(missing),
                    unheard: true,
                    clause: run.place(royalty.at),
                    ..duty
                };
                // What is unknown for more than the report is in the list already.
                let listed = |d: &Duty| d.what == duty.what && d.period == duty.period && d.by == duty.by;
                if out.iter().any(listed) {
                    continue;
                }
                out.push(duty);
            }
        }
    }
}

/// Who vouches for a report, which is no report without.
fn certified(run: &Run<'_>, metric: At) -> Option<String> {
    let record = run.model_now().records.iter().find(|record| record.at == metric)?;
    let line = record.below(Form::MetricCertified)?;
    let who = line.text(Label::Title).or_else(|| line.name(Label::Party).map(Name::as_str))?;
    Some(format!("certified by {who}"))
}

/// The reports that are missing for a payment period of which nothing can be said without them, in words: each metric,
/// with the days where it is not all of the period.
fn missing(part: &Part) -> Option<String> {
    let mut of: Vec<(&Name, Vec<Period>)> = Vec::new();
    for missing in part.subs.iter().flatten().filter_map(|sub| sub.missing.as_ref().filter(|m| m.begun)) {
        for metric in std::iter::once(&missing.metric).chain(&missing.also) {
            match of.iter_mut().find(|(other, _)| *other == metric) {
                Some((_, periods)) => periods.push(missing.period),
                None => of.push((metric, vec![missing.period])),
            }
        }
    }
    let days = |periods: &[Period]| periods.iter().map(Period::days).sum::<i64>();
    let said = of.iter().map(|(metric, periods)| match days(periods) == part.period.days() {
        true => metric.to_string(),
        false => format!("{metric} for {}", in_words(periods)),
    });
    let said = said.collect::<Vec<_>>().join(", ");
    (!said.is_empty()).then(|| format!("no report of {said}"))
}
