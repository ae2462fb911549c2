//! The entries that would move a figure: a report that is missing, a correction, a payment, a sum given up.

use super::{Candidate, ONE, SMALL, Trial};
use crate::engine::Run;
use counterpart_ledger::{ClaimKind, EventKind, Figure, SaleLine};
use counterpart_num::{Currency, Period};
use counterpart_syntax::Clause;
use counterpart_terms::model::MetricKind;
use counterpart_terms::names::SymbolKind;
use counterpart_terms::value::{Amount, Name};
use std::fmt;

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
                    let form = form_of(&run, stream);
                    out.extend(form.map(|f| f.of(what, format!("reported {stream}{period}: {f}"))));
                }
                if matches!(figure, Figure::Unpaid | Figure::Balance | Figure::Interest) {
                    let what = format!("a payment of {stream}");
                    let money = run.zero_of(Some(stream)).ok().and_then(|zero| zero.currency());
                    let entry = money.map(|code| format!("paid {stream}{period} {} …", code.code()));
                    out.extend(entry.map(|entry| Candidate::new(what, entry).with(ONE)));
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

    /// What is open of a payment, paid in full: where a clause hangs on that.
    pub(super) fn payments_of(&self, stream: &str) -> Vec<Candidate> {
        let run = self.machine.run(self.claim.date, self.known_on);
        let open =
            run.statement(None, Some(&Name::from(stream))).payments.into_iter().filter_map(|payment| {
                let left = &payment.amount.as_ref()?.exact - &payment.paid.exact;
                let period = payment.period.map_or(String::new(), |days| format!(" for {}", days.label));
                let sum = run.zero_of(Some(&Name::from(stream))).ok()?.with(left.clone());
                let entry = format!("paid {stream}{period} {sum}");
                left.is_positive().then(|| Candidate::new(format!("{stream} is paid"), entry).later())
            });
        open.collect()
    }

    /// What is to be reported of a metric by now and is not, where a clause hangs on that.
    pub(super) fn reports_missing(&self, metric: &str) -> Vec<Candidate> {
        let run = self.machine.run(self.claim.date, self.known_on);
        let name = Name::from(metric);
        let (Some(known), Some(form)) = (run.metric_on(&name, self.claim.date), form_of(&run, &name)) else {
            return Vec::new();
        };
        let asked = run.reports_asked(&name, known, self.claim.date).unwrap_or_default();
        let missing = asked.into_iter().filter(|asked| !asked.made && asked.period.end < self.claim.date);
        let mut periods: Vec<Period> = missing.map(|asked| asked.period).collect();
        // Before the first report none is asked for: it would be that of the time that was over last.
        if run.reports_from(&name, known).is_none()
            && let Some(cycle) = known.cycle.as_ref().and_then(|cycle| run.clock().cycle(cycle).ok())
        {
            let now = cycle.containing(self.claim.date);
            periods.extend(now.and_then(|now| cycle.previous(&now)));
        }
        let said = |period: Period| {
            let entry = format!("reported {metric} for {period}: {form}");
            form.of(format!("{metric} is reported for {period}"), entry).later()
        };
        periods.into_iter().map(said).collect()
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
        let figure = Form::of_line(line)?;
        let cell: Vec<&str> = line.cell.iter().map(Name::as_str).collect();
        let entry = match cell.is_empty() {
            true => format!("corrected {metric}{by} for {label}: {figure}"),
            false => format!("corrected {metric}{by} for {label}\n  {} {figure}", cell.join(" ")),
        };
        Some(figure.of(format!("a correction of {metric} for {label}"), entry))
    }
}

/// In which form a figure is told.
pub(super) enum Form {
    /// As a sum of money.
    Money(Currency),
    /// As a percentage.
    Percent,
    /// As a number, of a unit where one is named.
    Number(Option<String>),
}

impl Form {
    /// That in which a line was told.
    fn of_line(line: &SaleLine) -> Option<Form> {
        match &line.amount {
            Amount::Money(currency, _) => Some(Form::Money(*currency)),
            Amount::Percent(_) => Some(Form::Percent),
            Amount::Number(_) => Some(Form::Number(None)),
            Amount::Quantity(_, unit) => Some(Form::Number(Some(unit.clone()))),
            _ => None,
        }
    }

    /// An entry in this form, tried with a figure that is no odd one of its kind.
    pub(super) fn of(&self, what: impl Into<String>, entry: impl Into<String>) -> Candidate {
        let said = Candidate::new(what, entry);
        if matches!(self, Form::Percent) { said.with(SMALL) } else { said }
    }
}

/// With `…` for the number.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Money(currency) => write!(f, "{} …", currency.code()),
            Form::Percent => f.write_str("…%"),
            Form::Number(None) => f.write_str("…"),
            Form::Number(Some(unit)) => write!(f, "… {unit}"),
        }
    }
}

/// In which form a metric is reported, as its text says: in its own money, or that of the agreement.
pub(super) fn form_of(run: &Run<'_>, name: &Name) -> Option<Form> {
    let metric = run.model_now().market.metrics.get(name)?;
    match &metric.kind {
        MetricKind::Money | MetricKind::Price => run.zero_of(Some(name)).ok()?.currency().map(Form::Money),
        MetricKind::Percent => Some(Form::Percent),
        MetricKind::Count(_) => Some(Form::Number(None)),
        MetricKind::Unknown => None,
    }
}
