//! Ladders: how exclusive a grant is by what was measured in the time before each test.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Gap};
use counterpart_num::{Date, Period};
use counterpart_terms::model::Ladder;
use counterpart_terms::value::Grade;

/// What a test of a ladder came to.
#[derive(Debug, Clone)]
pub(super) struct Tested {
    /// The day of the test.
    pub from: Date,
    /// The grade from then on, or why it cannot be said.
    pub grade: Eval<Option<Grade>>,
}

/// Each test of a ladder, and those to come that are decided by what was told. Where a figure it needs is withheld, the grade is not known from that test on.
pub(super) fn ladder_changes(run: &Run<'_>, ladder: &Ladder) -> Eval<Vec<Tested>> {
    let Some(tested) = &ladder.tested else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    let to_come = run.tests_to_come(tested);
    let tests = run.test_days(tested)?.into_iter().chain(to_come);
    let today = run.facts.as_of();
    for (test, period) in tests.take(if ladder.one_shot { 1 } else { usize::MAX }) {
        match reached_step(run, ladder, &period) {
            Ok(None) => {}
            Ok(Some(grade)) => out.push(Tested { from: test, grade: Ok(Some(grade)) }),
            // What cannot be reported yet is not tested; what could have been and was not leaves it open.
            Err(unknown) if unknown.gap == Gap::NotYet => {}
            // What is lacking may be told by the day of a test to come.
            Err(unknown) if test > today && unknown.gap == Gap::Unreported => {}
            Err(unknown)
                if unknown.gap == Gap::Unreported && run.may_yet_be_told(&ladder.metric, &period) => {}
            Err(unknown) => out.push(Tested { from: test, grade: Err(unknown) }),
        }
    }
    Ok(out)
}

/// The grade of the last step that the figure of a period reaches.
fn reached_step(run: &Run<'_>, ladder: &Ladder, period: &Period) -> Eval<Option<Grade>> {
    let (value, _) = run.measure(&ladder.metric, &Focus::of(*period))?;
    let mut reached = Ok(None);
    for step in &ladder.steps {
        let met = match &step.from {
            None => Ok(true),
            Some(from) => run
                .amount(from, &Focus::of(*period))
                .and_then(|(from, _)| value.compare(&from))
                .map(|order| if step.above { order.is_gt() } else { order.is_ge() }),
        };
        match met {
            Ok(true) => reached = Ok(step.grade.clone().or(reached.unwrap_or(None))),
            Ok(false) => {}
            // A higher step that is reached decides alone.
            Err(unknown) => reached = Err(unknown),
        }
    }
    reached
}
