//! Rounding line by line, where the agreement rounds each line before they are added up.
//!
//! What is then owed is a sum of rounded lines; rounding it once more, as each amount due is, changes nothing.

use super::base::RoyaltyLine;
use super::stretch::Stretch;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_terms::model::RoundOn;

/// What the lines come to: each rounded by itself where the agreement says so, or else as they are.
pub(super) fn each_line(
    stretch: &Stretch<'_, '_>,
    lines: &mut [RoyaltyLine],
    earned: Val,
    steps: &mut Vec<Step>,
) -> Eval<Val> {
    let header = &stretch.run.model_on(stretch.period.start).header;
    if header.round_on != Some(RoundOn::Line) || lines.is_empty() {
        return Ok(earned);
    }
    let mut sum = stretch.zero.clone();
    for line in lines {
        line.due = stretch.run.round_of(&stretch.royalty.name, &line.due);
        sum = sum.plus(&line.due)?;
    }
    let change = sum.less(&earned)?;
    if !change.number().is_zero() {
        steps.push(Step::new("each line rounded", change).by(header.at));
    }
    Ok(sum)
}
