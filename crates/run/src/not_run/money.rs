//! Clauses that move money and are not computed yet: each is said, so that no figure hides one.

use crate::ends::sums;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::{Editions, Model};
use counterpart_terms::value::Name;

/// A warning for each such clause of a deal.
pub(crate) fn warnings(records: &[Record], editions: &Editions) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for record in records {
        record.walk(&mut |r| {
            found.extend(credited_elsewhere(r, editions));
            found.extend(paid_at_the_end(r));
            found.extend(told_of_payment(r, editions));
            found.extend(not_shared(r, editions));
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
fn credited_elsewhere(record: &Record, editions: &Editions) -> Option<Diagnostic> {
    let (against, by_title) = match record.clause {
        Form::PayCreditable => (record.names(Label::Against), false),
        Form::PayRecouped => (record.names(Label::From), record.has(Label::Per)),
        _ => return None,
    };
    let royalty = |name: &Name| editions.0.iter().any(|e| e.model.royalties.contains_key(name));
    let fee = |name: &Name| editions.0.iter().any(|e| e.model.pays.contains_key(name));
    let taken = |name: &Name| royalty(name) || (!by_title && fee(name));
    let other = against.into_iter().find(|name| !taken(name))?;
    let said = format!("this is not taken off `{other}` yet, which is no royalty");
    Some(
        Diagnostic::warning("not-computed", record.at.span(), said)
            .in_file(record.at.file)
            .with_note(format!("the figures of `{other}` are computed without it")),
    )
}

/// Costs whose share cannot be paid under the name they have: another clause pays something under it.
fn not_shared(record: &Record, editions: &Editions) -> Option<Diagnostic> {
    if record.clause != Form::FileShareCosts {
        return None;
    }
    let taken = |name: &Name| {
        let models =
            editions.0.iter().map(|e| &e.model).filter(|m| m.records.iter().any(|r| r.at == record.at));
        models.into_iter().find_map(|m| {
            let royalty = m.royalties.get(name).map(|_| "a royalty");
            royalty.or_else(|| m.pays.get(name).filter(|p| p.at != record.at).map(|_| "a payment"))
        })
    };
    let of = record.names(Label::Of);
    let (name, what) = of.iter().find_map(|name| Some((name, taken(name)?)))?;
    let said = format!("no share of the costs of `{name}` is paid: `{name}` is {what} of another clause");
    Some(
        Diagnostic::warning("not-computed", record.at.span(), said)
            .in_file(record.at.file)
            .with_note(
                "one name is the name of one payment, and a share of costs is paid under that of the costs",
            )
            .with_help(
                "give the costs a name of their own, as in `milestone Development \"Development\"`, share \
                        those, and tell the costs under that name",
            ),
    )
}

/// What the journal tells of a payment and would change who is owed what, were it computed.
fn told_of_payment(record: &Record, editions: &Editions) -> Option<Diagnostic> {
    let what = record.parts(Label::What).filter(|_| record.clause == Form::FileEntry)?;
    let name = what.name(Label::Name)?;
    let model = &editions.last();
    let models = || editions.0.iter().rev().map(|e| &e.model);
    let royalty = models().find_map(|m| m.royalties.get(name)).map(|r| (&r.from, &r.to, r.payees.len()));
    let pay = || models().find_map(|m| m.pays.get(name)).map(|p| (&p.from, &p.to, p.payees.len()));
    let (from, to, shares) = royalty.or_else(pay)?;
    let among = |parties: &[Name], party: &Name| {
        parties.iter().any(|p| p == party || model.group(p).is_some_and(|of| of.contains(party)))
    };
    let by = what.name(Label::By);
    let owes = by.is_some_and(|by| among(from, by) && !among(to, by));
    let (word, so, why) = match () {
        // It goes with the right that passes only together with it.
        () if what.has(Label::Assigned) && is_linked(name, model) => return None,
        () if what.has(Label::Assigned) && owes => (
            "assigned",
            "is owed by the same party as before",
            "who takes over a debt owes it once the creditor agrees, and that is not told",
        ),
        () if what.has(Label::Assigned) && by.is_none() && (shares > 1 || to.len() > 1) => (
            "assigned",
            "is owed to the same parties as before",
            "it is owed to several: add `by` and the party whose share it was",
        ),
        () if what.has(Label::Terminated) && what.has(Label::Place) => {
            ("terminated", "runs as before", "it is not followed where a payment ends in one place alone")
        }
        () => return None,
    };
    let said = format!("that `{name}` was {word} is read, but no amount follows it");
    Some(
        Diagnostic::warning("not-computed", record.at.span(), said)
            .in_file(record.at.file)
            .with_note(format!("{why}; `{name}` {so}")),
    )
}

/// Whether rights pass only together with a contract.
fn is_linked(name: &Name, model: &Model) -> bool {
    let clauses = model.records.of(Form::FileAssignment);
    let mut lines = clauses.flat_map(|r| r.all_below(Form::AssignmentLinked));
    lines.any(|line| line.names(Label::With).contains(name))
}

/// A sum for the end that stands with the clauses on the end, and not in a payment of its own: what is not computed of
/// it, or that no entry can tell its payment.
fn paid_at_the_end(record: &Record) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let whole = record.clause != Form::FileAfterEnd || record.name(Label::Of).is_none();
    for clause in &record.below {
        let why = match (record.clause, clause.clause) {
            (Form::FileAfterEnd, Form::AfterEndPays | Form::AfterEndRepay) if whole => None,
            (Form::FileAfterEnd, Form::AfterEndPays | Form::AfterEndRepay) => {
                Some("it is for the end of a part of the agreement, which is not followed")
            }
            (Form::FileTerminate, Form::TerminateCause) if clause.has(Label::Fee) => sums::why_not(clause),
            _ => continue,
        };
        let at = clause.at.span();
        let problem = match why {
            Some(why) => {
                let said = "this sum is read, but no statement and no list of what is due has it yet";
                Diagnostic::warning("not-computed", at, said).with_note(why)
            }
            None => {
                let said = "this sum has no name, so no entry can tell that it was paid";
                Diagnostic::warning("no-name", at, said)
            }
        };
        let problem = problem.in_file(clause.at.file).with_help(
            "write it as a `pay` of its own, as in `USD 500k within 30 days of termination when ended by …`",
        );
        found.push(problem);
    }
    found
}

/// What a clause needs that neither the text nor the journal gives, or that is not reckoned yet.
fn why_not(record: &Record) -> Option<&'static str> {
    match record.clause {
        Form::AgreementRounding if record.word(Label::On).is_some_and(|on| on.ends_with("statement")) => {
            Some("each amount due is rounded by itself, and not what a statement comes to")
        }
        Form::ServiceFree => Some("hours are charged from the first on; write `USD … an hour after … hours`"),
        Form::ServiceCapped => Some("no charge is held to the most it can cost"),
        Form::ServiceUntil => Some("what is charged after the last day is charged all the same"),
        Form::FileSupply if is_free_at_cost(record) => Some(
            "how many units a cost was for is not told, so what is charged at cost is charged for the free ones too",
        ),
        Form::SupplyMinimum => Some("what is owed where less is bought is not said"),
        Form::SupplyIncrease => Some("no price is held to what it may have risen to"),
        Form::AuditOvercharged => Some("no entry tells what an audit found to be charged too much"),
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

/// Whether units of a supply are free that are charged at cost, with a price beside it or without.
fn is_free_at_cost(supply: &Record) -> bool {
    let has = |form| supply.below(form).is_some();
    has(Form::SupplyFree) && has(Form::SupplyCharged)
}
