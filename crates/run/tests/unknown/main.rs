//! What cannot be known stays unknown: a figure that hangs on it says so, with the stretch it hangs on, and no
//! zero stands in its place. What does not hang on it is computed.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops with a panic")]

mod carried;
mod reports;
mod terms;

use counterpart_run::{Machine, Outcome};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;

/// What becomes of each assertion of a deal on the frame: it holds, or why it cannot be decided.
fn outcomes(text: &str) -> Vec<String> {
    let deal = format!("{}{text}", include_str!("../money/frame.deal"));
    let deal = Deal::read([("agreement.deal".to_string(), deal.into_bytes())]);
    let machine = Machine::new(&deal);
    let problems = deal.problems.iter().chain(&machine.problems);
    let errors: Vec<&str> =
        problems.filter(|p| p.severity == Severity::Error).map(|p| p.message.as_str()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let shown = machine.check_all().into_iter().map(|(_, outcome)| match outcome {
        Outcome::Holds => "holds".to_string(),
        Outcome::Undecided(why) => why,
        other => format!("{other:?}"),
    });
    shown.collect()
}
