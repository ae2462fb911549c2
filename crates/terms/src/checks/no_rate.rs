//! A royalty that says on what, and not how much.
//!
//! A warning: minimums and dates can still be followed, and a rate that is kept secret or still to be agreed
//! is a rate (`redacted`, `open`).

use super::Check;
use crate::model::{Royalty, Schedule};
use counterpart_syntax::Diagnostic;

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    for royalty in model.royalties.values().filter(|r| r.base.is_some() && !has_rate(r)) {
        // The line with the rate may be the one that cannot be read.
        if check.is_told(royalty.at.file, check.whole(royalty.at)) {
            continue;
        }
        let message = format!("`{}` has no rate", royalty.name);
        let diagnostic = Diagnostic::warning("no-rate", royalty.at.span(), message)
            .with_note("it says what the royalty is on, but not how much of it is owed")
            .with_help("add a line such as `4%`, or `open` where the rate is still to be agreed");
        check.push(royalty.at, diagnostic);
    }
}

/// Whether anything says how much.
fn has_rate(royalty: &Royalty) -> bool {
    let rated = royalty.rates.iter().any(|rule| match &rule.schedule {
        Schedule::Steps(steps) => !steps.is_empty(),
        Schedule::Tiers(tiers) => !tiers.tiers.is_empty(),
    });
    rated
        || !royalty.adders.is_empty()
        || !royalty.bonuses.is_empty()
        || royalty.passes_through.is_some()
        || royalty.advance.is_some()
}
