//! Ladders: how exclusive a grant is by what was measured in the year before each test.

use crate::clock::Focus;
use crate::engine::Run;
use crate::pay::occasions::day_of_year;
use crate::unknown::{Eval, Gap};
use counterpart_num::{Date, Period};
use counterpart_terms::model::Ladder;
use counterpart_terms::value::{Grade, PeriodLabel, Value};

/// What a test of a ladder came to.
#[derive(Debug, Clone)]
pub(super) struct Tested {
    /// The day of the test.
    pub from: Date,
    /// The grade from then on, or why it cannot be said.
    pub grade: Eval<Option<Grade>>,
}

/// Each test of a ladder. Where a figure it needs is withheld, the grade is not known from that test on.
pub(super) fn ladder_changes(run: &Run<'_>, ladder: &Ladder) -> Eval<Vec<Tested>> {
    let Some((month, day)) = ladder.tested else { return Ok(Vec::new()) };
    let first = match &ladder.from {
        Some(Value::Period(PeriodLabel::Year(year))) => *year,
        Some(Value::Moment(moment)) => match run.clock().limit(moment, &Focus::default())? {
            Some(day) => day.year(),
            None => return Ok(Vec::new()),
        },
        _ => match run.clock().effective().or_else(|| run.first_day()) {
            Some(day) => day.year(),
            None => return Ok(Vec::new()),
        },
    };
    let mut out = Vec::new();
    for year in first..=run.facts.as_of().year() {
        let Some(test) = day_of_year(year, month, day).filter(|d| *d <= run.facts.as_of()) else { continue };
        let Some(period) = run.clock().period(PeriodLabel::Year(year - 1), None) else { continue };
        match reached_step(run, ladder, &period) {
            Ok(None) => {}
            Ok(Some(grade)) => out.push(Tested { from: test, grade: Ok(Some(grade)) }),
            // What cannot be reported yet is not tested; what could have been and was not leaves it open.
            Err(unknown) if unknown.gap == Gap::NotYet => {}
            Err(unknown) => out.push(Tested { from: test, grade: Err(unknown) }),
        }
    }
    Ok(out)
}

/// The grade of the last step that the figure of a year reaches.
fn reached_step(run: &Run<'_>, ladder: &Ladder, period: &Period) -> Eval<Option<Grade>> {
    let (value, _) = run.measure(&ladder.metric, &Focus::of(*period))?;
    let mut reached = Ok(None);
    for step in &ladder.steps {
        let met = match &step.from {
            None => Ok(true),
            Some(from) => run
                .amount(from, &Focus::of(*period))
                .and_then(|(from, _)| value.compare(&from))
                .map(|o| o.is_ge()),
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
