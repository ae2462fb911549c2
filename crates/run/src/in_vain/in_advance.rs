//! Fees paid before they are owed: all their lines wait for something to come about, and none of it had by the day. Such a
//! payment counts when the fee falls due, and until then it is open in favour of the payer; more often it is a slip.

use crate::runs::Runs;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::Diagnostic;
use counterpart_terms::model::{FeeWhen, Pay};
use std::rc::Rc;

/// A warning for each of them, as all that is known says. Where it cannot be said what had come about nothing is said.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let mut found = Vec::new();
    // What is left out, as all that is known says, is told as such, and pays nothing.
    let (counting, _) = machine.journal.seen_from(|_| true);
    for event in counting.into_iter().filter_map(|at| machine.journal.events.get(at)) {
        let EventKind::Paid { stream, .. } = &event.kind else { continue };
        let Some(pay) = machine.editions.on(event.date).pays.get(stream).filter(|pay| waits(pay)) else {
            continue;
        };
        let run = runs.on(event.date, Date::MAX);
        if !run.items(stream).is_ok_and(|items| items.is_empty()) {
            continue;
        }
        let message = format!("`{stream}` is paid on {}, and nothing of it is owed by then", event.date);
        found.push(
            Diagnostic::warning("paid-early", event.at.span(), message)
                .in_file(event.at.file)
                .with_also(pay.at.file, pay.at.span(), "it waits for what has not come about")
                .with_note("it counts once the fee is owed, and until then is open in favour of the payer")
                .with_help("correct the day, or tell what came about before it"),
        );
    }
    found
}

/// Whether every line of a fee waits for something to be so.
fn waits(pay: &Pay) -> bool {
    let waiting = |when: &FeeWhen| matches!(when, FeeWhen::When { .. });
    !pay.instalments.is_empty()
        && pay.instalments.iter().all(|line| waiting(&line.when))
        && pay.bonuses.is_empty()
        && pay.prices.is_empty()
        && pay.appraised.is_none()
}
