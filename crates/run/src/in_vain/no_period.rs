//! Payments and audits told for days that are no payment period: a month of a quarterly royalty, a year before the first.
//!
//! A year of a quarterly royalty is those of its quarters. What is less than a period, or lies before all of them, is for
//! none of the amounts: it is left out, and told with what to write instead.

use crate::engine::{Machine, Run};
use crate::royalty;
use crate::settle::Due;
use crate::settle::fit::is_for;
use counterpart_ledger::EventKind;
use counterpart_num::Period;
use counterpart_num::period::Label;
use counterpart_syntax::Diagnostic;
use counterpart_terms::At;
use counterpart_terms::value::Name;

/// An entry for some days of a payment.
struct Entry<'e> {
    stream: &'e Name,
    days: Period,
    what: &'static str,
    at: At,
}

/// A finding for each payment and each audit that is for no payment period.
pub(crate) fn findings(machine: &Machine<'_>) -> Vec<(At, Diagnostic)> {
    let told = |kind: &EventKind| match kind {
        EventKind::Paid { label, .. } => label.is_some(),
        EventKind::Told { word, .. } => word == "audited",
        _ => false,
    };
    let events = &machine.journal.events;
    let last = machine.journal.last_day().filter(|_| events.iter().any(|e| told(&e.kind)));
    let Some(last) = last else { return Vec::new() };
    let run = machine.run(last, last);
    let clock = run.clock();
    let paid = run.facts.payments().filter_map(|event| match &event.kind {
        EventKind::Paid { stream, label: Some(label), .. } => {
            let days = clock.period(*label, None)?;
            Some(Entry { stream, days, what: "payment", at: event.at })
        }
        _ => None,
    });
    let mut entries: Vec<Entry<'_>> = paid.collect();
    let audits = run.audits();
    entries.extend(audits.map(|a| Entry { stream: a.stream, days: a.period, what: "audit", at: a.at }));
    entries.into_iter().filter_map(|entry| Some((entry.at, finding(&run, &entry)?))).collect()
}

fn finding(run: &Run<'_>, entry: &Entry<'_>) -> Option<Diagnostic> {
    let known = match royalty::find(run, entry.stream, None) {
        Ok(_) => of_royalty(run, entry)?,
        Err(_) => of_pay(run, entry)?,
    };
    let days = entry.days;
    let first = known.first().copied()?;
    let early = days.end < first.start;
    let touched: Vec<&Period> = known.iter().filter(|p| !is_apart(p, &days)).collect();
    if !early && touched.is_empty() {
        return None;
    }
    let (stream, what) = (entry.stream, entry.what);
    let because = if early {
        format!("the first period of `{stream}` is {first}")
    } else {
        let named: Vec<String> = touched.iter().take(3).map(|p| p.to_string()).collect();
        format!("`{stream}` is owed for whole periods, here {}", named.join(" and "))
    };
    let message = format!("`{stream}` is not owed for {days}");
    let mut problem = Diagnostic::error("not-its-period", entry.at.span(), message)
        .in_file(entry.at.file)
        .with_note(format!("{because}; this {what} is for none of them and is left out"));
    for period in if early { vec![&first] } else { touched }.into_iter().take(3) {
        if !matches!(period.label, Label::Dates { .. } | Label::Trailing { .. }) {
            problem = problem.with_help(format!("write `for {period}`"));
        }
    }
    if what == "payment" {
        problem =
            problem.with_help("leave out the period: it is then for what was due first and is not paid");
    }
    Some(problem)
}

/// The payment periods of a royalty, where an entry is for none of them.
fn of_royalty(run: &Run<'_>, entry: &Entry<'_>) -> Option<Vec<Period>> {
    let (stream, days) = (entry.stream, entry.days);
    let royalty = royalty::find(run, stream, Some(days.start)).or_else(|_| royalty::find(run, stream, None));
    let cycle = royalty::payment_cycle(run, royalty.ok()?, days.start).ok()?;
    let here = cycle.containing(days.start)?;
    let whole = is(&here, &days);
    // The plain case, without a look at what was reported.
    let audit = entry.what == "audit";
    if whole && !audit && run.clock().effective().is_some_and(|day| day <= days.end) {
        return None;
    }
    let spans = royalty::periods(run, stream, None).ok()?.into_iter();
    // One of several periods told of as one is paid by itself, and not audited by itself.
    let mut known: Vec<Period> = match audit {
        true => spans.map(|span| span.period).collect(),
        false => spans.flat_map(|span| span.of).collect(),
    };
    if known.is_empty() {
        return None;
    }
    if let Some(last) = known.last().and_then(|p| p.end.next_day()) {
        known.extend(cycle.between(last, days.end.max(last)));
    }
    let fits = match audit {
        true => {
            known.iter().all(|p| is_apart(p, &days) || days.start <= p.start && p.end <= days.end)
                && !known.iter().all(|p| is_apart(p, &days))
        }
        false => known.iter().any(|p| is_for(&days, p, p.end)) || is_placed(run, stream, &days),
    };
    (!fits).then_some(known)
}

/// The periods of another payment that is for periods, where an entry is for none of them.
fn of_pay(run: &Run<'_>, entry: &Entry<'_>) -> Option<Vec<Period>> {
    if entry.what == "audit" || is_placed(run, entry.stream, &entry.days) {
        return None;
    }
    let dues = run.dues(entry.stream).ok()?;
    let periods: Option<Vec<Period>> = dues.iter().map(|due| due.period).collect();
    periods.filter(|periods| !periods.is_empty())
}

/// Whether an amount is for these days, for some of them, or part of a balance that is.
fn is_placed(run: &Run<'_>, stream: &Name, days: &Period) -> bool {
    let Ok(dues) = run.dues(stream) else { return true };
    let is_own = |due: &Due| match due.period {
        Some(period) => is_for(days, &period, due.arisen),
        None => days.contains(due.arisen),
    };
    let balances = || {
        run.allotted(stream, &dues)
            .on
            .iter()
            .filter_map(|a| a.netted.as_ref()?.period)
            .collect::<Vec<_>>()
            .into_iter()
    };
    dues.iter().any(is_own) || balances().any(|balance| is(&balance, days))
}

/// Whether two stretches of days have none in common.
fn is_apart(a: &Period, b: &Period) -> bool {
    a.end < b.start || b.end < a.start
}

/// Whether two stretches of days are the same, whatever they are called.
fn is(a: &Period, b: &Period) -> bool {
    (a.start, a.end) == (b.start, b.end)
}
