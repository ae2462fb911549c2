//! Clauses that move money and are not computed yet: each is said, so that no figure hides one.

use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::Name;

/// The forms the machine reads past.
const BEYOND: &[Form] =
    &[Form::PayMultiple, Form::MinimumReset, Form::MinimumAlternative, Form::MinimumMadeGood];

/// A warning for each such clause of a deal.
pub(crate) fn warnings(records: &[Record]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let named = |form: Form| -> Vec<&Name> {
        records.iter().filter(|r| r.clause == form).filter_map(|r| r.name(Label::Name)).collect()
    };
    let (royalties, fees) = (named(Form::FileRoyalty), named(Form::FilePay));
    for record in records {
        record.walk(&mut |r| {
            found.extend(credited_elsewhere(r, &royalties, &fees));
            // A minimum paid ahead is reckoned as if it were paid in arrears.
            let ahead = r.clause == Form::MinimumPayable && r.word(Label::Arrears) == Some("advance");
            // What is refundable without a word on when comes back on no day that can be told.
            let whenever = r.clause == Form::PayRefund && r.condition(Label::When).is_none();
            // The difference is shown on the quarter it belongs to, not on the next one's payment.
            let later = r.clause == Form::RoyaltyEstimated && r.get(Label::Next).is_some();
            if ahead || later || whenever || counts_otherwise(r) || BEYOND.contains(&r.clause) {
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

/// What counts against royalties is taken off them, what counts against fees off those; not what counts against
/// both, or is earned back from a fee.
fn credited_elsewhere(record: &Record, royalties: &[&Name], fees: &[&Name]) -> Option<Diagnostic> {
    let against = match record.clause {
        Form::PayCreditable => record.names(Label::Against),
        Form::PayRecouped => record.names(Label::From),
        _ => return None,
    };
    if record.clause == Form::PayCreditable && against.iter().all(|name| fees.contains(&name)) {
        return None;
    }
    let fee = against.into_iter().find(|name| !royalties.contains(&name))?;
    let said = format!("this is not taken off `{fee}` yet, which is no royalty");
    Some(
        Diagnostic::warning("not-computed", record.at.span(), said)
            .in_file(record.at.file)
            .with_note(format!("the figures of `{fee}` are computed without it")),
    )
}

/// What counts towards a minimum is what was earned in its own period; another year, or what was paid, is not
/// told apart.
fn counts_otherwise(record: &Record) -> bool {
    let own = !matches!(record.word(Label::Counts), Some("the calendar year"));
    let earned = !record.word(Label::What).is_some_and(|what| what.contains("paid"));
    record.clause == Form::MinimumCreditYear && !(own && earned)
}
