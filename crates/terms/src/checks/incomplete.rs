//! Clauses that leave out what they cannot do without: a royalty that is on nothing, a tier without a rate, a
//! payment with nothing below it, a grant of nothing in particular.
//!
//! What moves money is an error. A grant is a warning: a filed agreement may be silent, and then the deal can say
//! so with `open`.

use super::Check;
use crate::model::Royalty;
use crate::record::{At, Record};
use counterpart_syntax::{Diagnostic, Form, Label};
use std::collections::BTreeSet;

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    for royalty in model.royalties.values().filter(|r| r.base.is_none() && needs_base(r)) {
        let message = format!("`{}` does not say what it is on", royalty.name);
        let diagnostic = Diagnostic::error("clause-missing", royalty.at.span(), message)
            .with_note("a rate of nothing is nothing, so it earns nothing")
            .with_help("add a line such as `on sales`, with the metric the royalty is computed on");
        told(check, royalty.at, diagnostic);
    }
    let mut records: Vec<&Record> = Vec::new();
    Check::each_record(model, &mut |record| records.push(record));
    let ladders = model.records.of(Form::FileLadder);
    let staged: BTreeSet<&str> =
        ladders.filter_map(|ladder| Some(ladder.name(Label::Name)?.as_str())).collect();
    for record in records {
        match record.clause {
            Form::TiersTier if !record.has(Label::Rate) && !record.has(Label::Free) => tier(check, record),
            Form::FilePay if record.below.is_empty() => payment(check, record),
            Form::FileGrant => grant(check, &staged, record),
            _ => {}
        }
    }
}

/// Whether a royalty has rates that are to be applied to something.
fn needs_base(royalty: &Royalty) -> bool {
    !royalty.rates.is_empty() || !royalty.adders.is_empty()
}

/// Adds a finding about a clause, unless the missing line may be one that cannot be read.
fn told(check: &mut Check<'_>, at: At, diagnostic: Diagnostic) {
    if !check.is_told(at.file, check.whole(at)) {
        check.push(at, diagnostic);
    }
}

fn tier(check: &mut Check<'_>, record: &Record) {
    let diagnostic = Diagnostic::error("no-rate", record.at.span(), "this tier has no rate")
        .with_note("what falls into it would be charged at the rate of another tier")
        .with_help("add its rate, such as `5%`, or `free`; `open` where it is still to be agreed");
    told(check, record.at, diagnostic);
}

fn payment(check: &mut Check<'_>, record: &Record) {
    let Some(name) = record.name(Label::Name) else { return };
    let message = format!("`{name}` does not say what is paid");
    let diagnostic = Diagnostic::error("clause-missing", record.at.span(), message)
        .with_help("add a line such as `USD 10k on 2027-01-31` below it, or take the clause out");
    told(check, record.at, diagnostic);
}

/// A grant; `staged` are the grants whose grade a ladder gives.
fn grant(check: &mut Check<'_>, staged: &BTreeSet<&str>, record: &Record) {
    // The image of another grant has what that one has.
    let Some(name) = record.name(Label::Name).filter(|_| record.below(Form::GrantMirrors).is_none()) else {
        return;
    };
    if record.below(Form::GrantUnder).is_none() && record.below(Form::GrantOf).is_none() {
        let message = format!("`{name}` does not say under which assets it is");
        let diagnostic = Diagnostic::warning("clause-missing", record.at.span(), message)
            .with_note("without them it reaches whatever the grantor has")
            .with_help("add a line such as `under` and the patents or other assets whose use is permitted");
        told(check, record.at, diagnostic);
    }
    if record.below(Form::GrantGrade).is_none() && !staged.contains(name.as_str()) {
        let message = format!("`{name}` does not say how exclusive it is");
        let diagnostic = Diagnostic::warning("clause-missing", record.at.span(), message)
            .with_help("add a line `exclusive`, `sole` or `non-exclusive`; `open` where the text is silent");
        told(check, record.at, diagnostic);
    }
}
