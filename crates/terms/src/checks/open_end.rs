//! A table of tiers whose last tier has an end, or whose open tier is not the last.
//!
//! The first is a warning: what is owed above the last bound is unsaid. The second is one too: a tier that
//! stands behind `above` is never reached.

use super::{Check, words};
use crate::model::{Schedule, Tiers};
use counterpart_syntax::Diagnostic;

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    for royalty in model.royalties.values() {
        for rule in &royalty.rates {
            if let Schedule::Tiers(tiers) = &rule.schedule {
                ends(check, tiers);
                behind(check, tiers);
            }
        }
    }
}

fn ends(check: &mut Check<'_>, tiers: &Tiers) {
    let Some(last) = tiers.tiers.last() else { return };
    let Some(bound) = last.up_to.as_ref().filter(|_| tiers.tiers.iter().all(|t| t.up_to.is_some())) else {
        return;
    };
    let bound = words::amount(bound);
    let message = format!("these tiers end at {bound}, and what is owed above it is unsaid");
    let diagnostic = Diagnostic::warning("tiers-end", last.at.span(), message)
        .with_note("no rate is stated for what passes the last bound")
        .with_help("add a line `above` with its rate: `above nil` where nothing is owed there");
    check.push(last.at, diagnostic);
}

fn behind(check: &mut Check<'_>, tiers: &Tiers) {
    let mut rest = tiers.tiers.iter().skip_while(|t| t.up_to.is_some());
    let (Some(open), Some(next)) = (rest.next(), rest.next()) else { return };
    let diagnostic = Diagnostic::warning("tiers-end", next.at.span(), "this tier is never reached")
        .with_also(open.at.file, open.at.span(), "everything above the tiers before falls here")
        .with_note("a tier without a bound takes all that is left")
        .with_help("put the `above` line last, or give it a bound");
    check.push(next.at, diagnostic);
}
