//! The entries that would move a figure: a report that is missing, a correction, a payment, a sum given up.

use super::{Candidate, Trial};
use counterpart_ledger::{ClaimKind, EventKind, Figure, SaleLine};
use counterpart_syntax::Clause;
use counterpart_terms::names::SymbolKind;
use counterpart_terms::value::Amount;

impl Trial<'_, '_> {
    /// What might be told of the figures a question is about.
    pub(super) fn of_books(&self, cited: &[(usize, Clause<'_>)]) -> Vec<Candidate> {
        let mut out = Vec::new();
        if let ClaimKind::Figure { figure, streams, label, .. } = &self.claim.kind {
            let period = label.map_or(String::new(), |label| format!(" for {label}"));
            let run = self.machine.run(self.claim.date, self.known_on);
            let asked = label.and_then(|label| run.clock().period(label, None));
            for stream in streams {
                for overdue in run.overdue_reports(stream, asked.as_ref()) {
                    for entry in std::iter::once(&overdue.entry).chain(&overdue.also_entries) {
                        let Some((_, entry)) = entry.split_once(' ') else { continue };
                        let what = format!("what is missing is reported: {}", overdue.metric);
                        out.push(Candidate::new(what, entry));
                    }
                }
                if run.is_metric(stream) {
                    let what = format!("{stream} is reported");
                    for form in ["USD …", "…", "EUR …", "…%"] {
                        out.push(Candidate::new(&what, format!("reported {stream}{period}: {form}")));
                    }
                }
                if matches!(figure, Figure::Unpaid | Figure::Balance | Figure::Interest) {
                    let what = format!("a payment of {stream}");
                    let code = run.zero_of(Some(stream)).ok().and_then(|zero| zero.currency());
                    let code = code.map_or("USD", |code| code.code());
                    out.push(Candidate::new(what, format!("paid {stream}{period} {code} …")).with("1"));
                }
            }
        }
        for (file, clause) in cited {
            out.extend(self.corrected(*file, *clause));
        }
        if let ClaimKind::Figure { streams, label, .. } = &self.claim.kind {
            let period = label.map_or(String::new(), |label| format!(" for {label}"));
            let run = self.machine.run(self.claim.date, self.known_on);
            for stream in streams {
                let to = run.bare(stream, None, None).payee;
                let one = to.split(", ").next().unwrap_or_default();
                if self.kind(stream.as_str()).is_some_and(|k| k != SymbolKind::Metric) && !one.is_empty() {
                    let what = format!("{one} gives it up");
                    out.push(Candidate::new(what, format!("waived {stream} by {one}{period}")));
                }
            }
        }
        out
    }

    /// A correction of a report.
    pub(super) fn corrected(&self, file: usize, clause: Clause<'_>) -> Option<Candidate> {
        let start = clause.span().start;
        // A line of a report stands below its entry.
        let mut top = clause;
        while let Some(parent) = top.parent() {
            top = parent;
        }
        let mut events = self.machine.journal.events.iter();
        let event = events.find(|e| e.at.file == file && [start, top.span().start].contains(&e.at.start))?;
        let EventKind::Reported { metric, by, label: Some(label), lines, .. } = &event.kind else {
            return None;
        };
        let line = lines.iter().find(|line| line.mark.is_none())?;
        let by = by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        let figure = figure_of(line)?;
        let cell: Vec<&str> = line.cell.iter().map(counterpart_terms::value::Name::as_str).collect();
        let entry = match cell.is_empty() {
            true => format!("corrected {metric}{by} for {label}: {figure}"),
            false => format!("corrected {metric}{by} for {label}\n  {} {figure}", cell.join(" ")),
        };
        let small = matches!(line.amount, Amount::Percent(_));
        let said = Candidate::new(format!("a correction of {metric} for {label}"), entry);
        Some(if small { said.with("1.25") } else { said })
    }
}

/// A figure of the kind a line has, with `…` for the number.
fn figure_of(line: &SaleLine) -> Option<String> {
    match &line.amount {
        Amount::Money(currency, _) => Some(format!("{} …", currency.code())),
        Amount::Percent(_) => Some("…%".to_string()),
        Amount::Number(_) => Some("…".to_string()),
        Amount::Quantity(_, unit) => Some(format!("… {unit}")),
        _ => None,
    }
}
