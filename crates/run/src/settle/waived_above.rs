//! Sums that were waived and are more than was left of what they were waived of. What is above it lets nothing go, and
//! nobody is owed it: more often there is a slip in the sum or in the period. Where an amount is not known nothing is said.

use super::allot::Allotted;
use crate::engine::Run;
use crate::runs::Runs;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Currency, Date, Exact};
use counterpart_syntax::Diagnostic;
use counterpart_terms::value::{Name, PeriodLabel};
use std::rc::Rc;

/// A warning for each of them, as all that is known says.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let journal = &runs.machine.journal;
    let waived = |event: &Event| matches!(&event.kind, EventKind::Waived { sum: Some((Some(_), _)), .. });
    let Some(last) = journal.last_day().filter(|_| journal.events.iter().any(waived)) else {
        return Vec::new();
    };
    let run = runs.on(last, Date::MAX);
    let found = run.facts.happened().filter_map(|event| match &event.kind {
        EventKind::Waived { name, label, sum: Some((Some(sum), currency)), .. } => {
            run.waived_above(event, (name, *label), (sum, *currency))
        }
        _ => None,
    });
    found.collect()
}

impl Run<'_> {
    fn waived_above(
        &self,
        event: &Event,
        (name, label): (&Name, Option<PeriodLabel>),
        (sum, currency): (&Exact, Currency),
    ) -> Option<Diagnostic> {
        let dues = self.dues(name).ok()?;
        let asked = label.and_then(|label| self.clock().period(label, None));
        let mut of = dues.iter().filter(|due| asked.is_none() || due.period == asked).peekable();
        of.peek()?;
        if !of
            .all(|due| !due.unsure && due.amount.as_ref().is_ok_and(|owed| owed.currency() == Some(currency)))
        {
            return None;
        }
        let allotted: Rc<Allotted> = self.allotted(name, &dues);
        if allotted.on.iter().any(|on| on.unsure.is_some() || on.netted.is_some()) {
            return None;
        }
        let all = allotted.on.iter().flat_map(|on| &on.waived).filter(|waived| waived.at == event.at);
        let let_go: Exact = all.map(|waived| waived.sum.clone()).sum();
        if let_go >= *sum {
            return None;
        }
        let period = label.map(|label| format!(" for {label}")).unwrap_or_default();
        let left = crate::value::Val::money(let_go, currency);
        let clause = self.pay_named(name).map(|pay| pay.at);
        let clause = clause.or_else(|| crate::royalty::find(self, name, None).ok().map(|royalty| royalty.at));
        let message = format!("more of `{name}`{period} is waived than was left of it");
        let problem = Diagnostic::warning("waived-too-much", event.at.span(), message)
            .in_file(event.at.file)
            .with_note(format!("{left} was left; what is above it lets nothing go"))
            .with_help("correct the sum or the period; where all of it was waived, leave out the sum");
        Some(match clause {
            Some(at) => problem.with_also(at.file, at.span(), "owed by this clause"),
            None => problem,
        })
    }
}
