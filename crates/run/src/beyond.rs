//! Clauses that move money and are not computed yet: each is said, so that no figure hides one.

use counterpart_syntax::{Diagnostic, Form};
use counterpart_terms::Record;

/// The forms the machine reads past.
const BEYOND: &[Form] = &[
    Form::RoyaltyIndexed,
    Form::RoyaltyRounding,
    Form::PayRefund,
    Form::PayMultiple,
    Form::MinimumReset,
    Form::MinimumAlternative,
    Form::MinimumDue,
];

/// A warning for each such clause of a deal.
pub(crate) fn warnings(records: &[Record]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for record in records {
        record.walk(&mut |r| {
            if BEYOND.contains(&r.clause) {
                found.push(
                    Diagnostic::warning(
                        "not-computed",
                        r.at.span(),
                        "this clause is read, but no amount follows it yet",
                    )
                    .in_file(r.at.file)
                    .with_note("the figures of the payment it stands in are computed without it"),
                );
            }
        });
    }
    found
}
