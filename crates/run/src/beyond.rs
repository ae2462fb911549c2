//! Clauses that move money and are not computed yet: each is said, so that no figure hides one.

use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::Name;

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
            found.extend(paid_at_the_end(r));
            found.extend(told_of_payment(r, &royalties, &fees));
            if let Some(why) = why_not(r) {
                found.push(
                    Diagnostic::warning(
                        "not-computed",
                        r.at.span(),
                        "this clause is read, but no amount follows it yet",
                    )
                    .in_file(r.at.file)
                    .with_note(format!(
                        "{why}; the figures of the payment it stands in are computed without it"
                    )),
                );
            }
        });
    }
    found
}

/// What is earned back title by title is taken off royalties alone; what counts against anything else than a royalty
/// or a fee is taken off nothing.
fn credited_elsewhere(record: &Record, royalties: &[&Name], fees: &[&Name]) -> Option<Diagnostic> {
    let (against, by_title) = match record.clause {
        Form::PayCreditable => (record.names(Label::Against), false),
        Form::PayRecouped => (record.names(Label::From), record.has(Label::Per)),
        _ => return None,
    };
    let taken = |name: &Name| royalties.contains(&name) || (!by_title && fees.contains(&name));
    let other = against.into_iter().find(|name| !taken(name))?;
    let said = format!("this is not taken off `{other}` yet, which is no royalty");
    Some(
        Diagnostic::warning("not-computed", record.at.span(), said)
            .in_file(record.at.file)
            .with_note(format!("the figures of `{other}` are computed without it")),
    )
}

/// What the journal tells of a payment and would change who is owed what, were it computed.
fn told_of_payment(record: &Record, royalties: &[&Name], fees: &[&Name]) -> Option<Diagnostic> {
    let what = record.parts(Label::What).filter(|_| record.clause == Form::FileEntry)?;
    let name = what.name(Label::Name).filter(|name| royalties.contains(name) || fees.contains(name))?;
    let (word, so) = if what.has(Label::Waived) {
        ("waived", "is owed as before")
    } else if what.has(Label::Assigned) {
        ("assigned", "is owed to the same party as before")
    } else if what.has(Label::Terminated) {
        ("terminated", "runs as before")
    } else {
        return None;
    };
    let said = format!("that `{name}` was {word} is read, but no amount follows it yet");
    Some(
        Diagnostic::warning("not-computed", record.at.span(), said)
            .in_file(record.at.file)
            .with_note(format!("`{name}` {so}")),
    )
}

/// A sum for the end that stands with the clauses on the end, and not in a payment of its own.
fn paid_at_the_end(record: &Record) -> Option<Diagnostic> {
    let moves = match record.clause {
        Form::AfterEndPays | Form::AfterEndRepay => true,
        Form::TerminateCause => record.has(Label::Fee),
        _ => false,
    };
    moves.then(|| {
        Diagnostic::warning(
            "not-computed",
            record.at.span(),
            "this sum is read, but no statement and no list of what is due has it yet",
        )
        .in_file(record.at.file)
        .with_help(
            "write it as a `pay` of its own, as in `USD 500k within 30 days of termination when ended by …`",
        )
    })
}

/// What a clause needs that neither the text nor the journal gives, or that is not reckoned yet.
fn why_not(record: &Record) -> Option<&'static str> {
    match record.clause {
        Form::PayMultiple => Some("it does not say of which sums, nor on which days they were paid in"),
        Form::MinimumAlternative => Some("whether the payer took the other way is not told in the journal"),
        Form::MinimumMadeGood => {
            Some("whether the payer makes the missing part good is not told in the journal")
        }
        // It comes back on no day that can be told.
        Form::PayRefund if record.condition(Label::When).is_none() => {
            Some("it does not say when it comes back")
        }
        Form::MinimumCreditYear if record.word(Label::What).is_some_and(|what| what.contains("paid")) => {
            Some("what was earned in the minimum's own period counts, whether or not it was paid")
        }
        Form::MinimumCreditYear if record.word(Label::Counts) == Some("the calendar year") => Some(
            "what was earned in the minimum's own period counts, and another may lie in two calendar years",
        ),
        _ => None,
    }
}
