//! Reports that are overdue: what cannot be said of the periods they are for.

use super::inside;
use crate::engine::Run;
use crate::royalty::{self, Missing};
use counterpart_num::Period;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// What cannot be said of a royalty because reports of what it is on are overdue: those for periods that follow
    /// each other in one line.
    pub(super) fn overdue_reports(&self, name: &Name, asked: Option<&Period>) -> Vec<String> {
        let mut out = Vec::new();
        for payer in self.payers(name) {
            let Ok(series) = self.series_of(name, payer.as_ref()) else { continue };
            let subs = series.parts.iter().flat_map(|part| part.subs.iter().flatten());
            let overdue = subs.filter_map(|sub| sub.missing.as_ref().filter(|m| m.begun));
            let mut together: Vec<Vec<&Missing>> = Vec::new();
            for missing in overdue.filter(|m| inside(Some(m.period), m.period.end, asked)) {
                let follows = |last: &&mut Vec<&Missing>| {
                    last.last().is_some_and(|l| {
                        l.metric == missing.metric && l.period.end.next_day() == Some(missing.period.start)
                    })
                };
                match together.last_mut().filter(follows) {
                    Some(last) => last.push(missing),
                    None => together.push(vec![missing]),
                }
            }
            let by = payer.map_or_else(String::new, |payer| format!(" by {payer}"));
            for missing in together {
                let periods: Vec<Period> = missing.iter().map(|m| m.period).collect();
                let Some(first) = missing.first() else { continue };
                let periods = royalty::in_words(&periods);
                let due = if missing.len() > 1 { "the first was due" } else { "it was due" };
                let metric = &first.metric;
                out.push(format!(
                    "{name}: `{metric}` is not reported{by} for {periods}; {due} on {}",
                    first.due
                ));
            }
        }
        out
    }
}
