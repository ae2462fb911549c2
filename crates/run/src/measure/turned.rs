//! Over which days a report in another money is turned: those it is paid for.
//!
//! So what was sold in a quarter is the same sum wherever it is asked for: in the base of the royalty, in a sum over the
//! year, in a test. What comes later in the year has no part in it.

use super::lines::Filter;
use crate::engine::Run;
use crate::royalty;
use counterpart_num::Period;
use counterpart_terms::model::{ExchangeRule, Metric, Model, Royalty};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The days over which a report is turned: the payment period it belongs to; where nothing is paid on it, or not all
    /// is paid for the same days, the period it is for. What is told of one day alone belongs to the days asked about.
    pub(super) fn turned_over(
        &self,
        (name, metric, model): (&Name, &Metric, &Model),
        report: &Period,
        asked: &Period,
        filter: &Filter,
    ) -> Period {
        let rule = filter.exchange.as_ref().or(model.header.exchange.as_ref()).map(|e| &e.rule);
        match rule {
            None => return *asked,
            Some(ExchangeRule::MonthEnd) => return *report,
            Some(ExchangeRule::OnDay(what)) if what == "report" => return *report,
            _ => {}
        }
        let holds = |all: &Period| all.start <= report.start && report.end <= all.end;
        if let Some(over) = filter.over.filter(holds) {
            return over;
        }
        let own = filter.stream.as_ref().and_then(|s| royalty::find(self, s, Some(report.start)).ok());
        let rests = |r: &&Royalty| royalty::reported_metrics(self, r, report.start).iter().any(|m| m == name);
        let all: Vec<&Royalty> = match own {
            Some(own) => vec![own],
            None => model.royalties.values().filter(rests).collect(),
        };
        let cycles = all.iter().filter_map(|r| royalty::payment_cycle(self, r, report.start).ok());
        let mut paid = cycles.filter_map(|cycle| cycle.containing(report.end)).filter(holds);
        if let Some(first) = paid.next()
            && paid.all(|other| (other.start, other.end) == (first.start, first.end))
        {
            return first;
        }
        if report.start < report.end {
            return *report;
        }
        let cycle = metric.cycle.as_ref().and_then(|cycle| self.clock().cycle(cycle).ok());
        cycle.and_then(|cycle| cycle.containing(report.end)).unwrap_or(*asked)
    }
}
