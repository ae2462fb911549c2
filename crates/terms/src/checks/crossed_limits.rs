//! A minimum above the cap of the same period.
//!
//! An error: the royalty cannot be at least the one and at most the other.

use super::{Check, words};
use crate::model::{Cap, During, MinimumStep, Royalty};
use crate::record::At;
use crate::value::{Amount, PeriodLabel};
use counterpart_num::PeriodKind;
use counterpart_syntax::Diagnostic;

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    let mut found: Vec<(At, At, String, String)> = Vec::new();
    for royalty in model.royalties.values() {
        found.extend(crossed(royalty));
    }
    for (minimum, cap, least, most) in found {
        let message = format!("at least {least} and at most {most} cannot both be owed");
        let diagnostic = Diagnostic::error("minimum-above-cap", minimum.span(), message)
            .with_also(cap.file, cap.span(), "the most for the same period")
            .with_note("the minimum is above the cap of the same period")
            .with_help("lower the minimum or raise the cap; a figure may stand at the wrong line");
        check.push(minimum, diagnostic);
    }
}

/// The first minimum of a royalty above a cap for the same period.
fn crossed(royalty: &Royalty) -> Option<(At, At, String, String)> {
    // A minimum for a part of the base is another test than a cap on the whole.
    let minimums = royalty.minimums.iter().filter(|m| m.for_part.is_empty());
    for (minimum, step) in minimums.flat_map(|m| m.steps.iter().map(move |step| (m, step))) {
        for cap in royalty.caps.iter().filter(|cap| same_period(step, cap)) {
            let (Some((a, least)), Some((b, most))) = (step.value.constant(), cap.most.constant()) else {
                continue;
            };
            if a == b && least > most {
                let words = |amount: &Amount| words::amount(amount);
                return Some((minimum.at, cap.at, words(&step.value), words(&cap.most)));
            }
        }
    }
    None
}

/// Whether both are for one period. What begins or ends on a day of its own may miss the other.
fn same_period(step: &MinimumStep, cap: &Cap) -> bool {
    let (Some(cycle), false) = (&cap.cycle, step.in_all) else {
        return step.in_all && cap.cycle.is_none() && cap.during == During::All;
    };
    match (&step.cycle, step.label) {
        (Some(own), _) => {
            let bounded = step.from.is_some() || step.until.is_some() || step.after;
            own == cycle && (cap.during == During::All || !bounded)
        }
        // A year named by its number; several in one line may be meant together.
        (None, Some((PeriodLabel::Year(year), None))) => {
            cycle.unit == PeriodKind::Year
                && holds(cap.during, year)
                && !cap.except.iter().any(|other| holds(*other, year))
        }
        _ => false,
    }
}

/// Whether a year is among those of a cap.
fn holds(during: During, year: i32) -> bool {
    match during {
        During::All => true,
        During::Named(PeriodLabel::Year(from), None) => from == year,
        During::Named(PeriodLabel::Year(from), Some(PeriodLabel::Year(to))) => (from..=to).contains(&year),
        During::After(PeriodLabel::Year(last)) => last < year,
        _ => false,
    }
}
