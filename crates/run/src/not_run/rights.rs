//! Clauses that give a right or make a duty which is not followed yet: each is said, so that no answer hides one. What moves
//! money and is not computed is in `beyond`; what is on record only, and gives nothing, needs no word.

use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::Moment;

/// A warning for each such clause of a deal.
pub(crate) fn warnings(records: &[Record]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for record in records {
        record.walk(&mut |r| {
            if let Some(why) = why_not(r) {
                let said = "this clause is read, but nothing follows from it yet";
                let problem = Diagnostic::warning("not-computed", r.at.span(), said);
                found.push(problem.in_file(r.at.file).with_note(why));
            }
        });
    }
    found
}

/// Whether an amendment that is for a while gives its last day.
fn is_dated(interim: &Record) -> bool {
    matches!(interim.moment(Label::Until), Some(Moment::On(_)))
}

/// Whether each owner of joint work has to account for it, and no line says how what comes in is shared.
fn accounts_for_nothing(joint_work: &Record) -> bool {
    let with = |line: &Record| line.word(Label::Accounting) == Some("with");
    joint_work.below(Form::JointWorkExploits).is_some_and(with)
        && joint_work.below(Form::JointWorkIncome).is_none()
}

/// Whether a line gives an amount, rather than withholding it.
fn gives(record: &Record, label: Label) -> bool {
    record.amount(label).is_some_and(|amount| !amount.has_blank())
}

/// What it would take, or what is answered without it.
fn why_not(record: &Record) -> Option<&'static str> {
    match record.clause {
        Form::OptionFloor => Some("no entry tells what was bid, so a bid below this counts like any other"),
        Form::CovenantBinds => {
            Some("the promise binds the party that makes it, and nobody else is answered for")
        }
        Form::CovenantExtends => Some("the promise is owed to the party it is made to, and to nobody else"),
        Form::AssignRecords | Form::AllocationFiled => {
            Some("no list of what is due has the day by which it is put on record")
        }
        Form::PayNotified => Some("no list of what is due has the day by which the event is told"),
        Form::ProsecutionElected => {
            Some("no list of what is due has the day by which the countries are picked")
        }
        Form::ProsecutionNotified => {
            Some("no list of what is due has the day by which a cost is announced or answered")
        }
        Form::EnforcementElects => Some("who took the costs of a suit is not told in the journal"),
        Form::DisputesClaims => Some("a claim is not told with the day it arose, and none lapses"),
        Form::AmendmentInterim if !is_dated(record) => {
            Some("the day on which it is over is not given, and what the amendment changes stays changed")
        }
        Form::AmendmentJoined if record.names(Label::Clauses).is_empty() => Some(
            "who joins is a party where a clause names it, and `either` party is one of those first agreed",
        ),
        Form::SupplyForecast => {
            Some("no list of what is due has the forecasts, and none is held against orders")
        }
        Form::SupplyLead => Some("no order is told with its day, so none is late"),
        Form::ShareCostsBudget => Some("costs are shared whether or not they pass the budget"),
        Form::ImprovementPriced if record.has(Label::Cycle) => {
            Some("what is paid again and again for an invention is no payment yet: write a `pay` of its own")
        }
        Form::ImprovementLicensed if gives(record, Label::Rate) => {
            Some("what the licence back is paid for, and on what, is not said: write a `royalty` of its own")
        }
        Form::GrantPriced if gives(record, Label::Rate) => Some(
            "on what the royalty is, and when it is paid, is not said here: write a `royalty` of its own",
        ),
        Form::FileJointWork if accounts_for_nothing(record) => Some(
            "each accounts for what it earns, and which share of it the other has is not said: add `third-party income`",
        ),
        Form::TreeFewest => Some("nothing is said when fewer are left"),
        _ => None,
    }
}
