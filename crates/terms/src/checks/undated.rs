//! An amendment of which no day is known from which it holds.
//!
//! A warning: an amendment may wait for an event. It changes nothing until the journal says it was made.

use super::Check;
use crate::model;
use crate::record::Record;
use counterpart_syntax::{Diagnostic, Form, Label};

pub(super) fn check(check: &mut Check<'_>) {
    let heads = check.deal.records.iter().filter(|r| r.clause == Form::FileAmendment);
    let undated: Vec<&Record> = heads.filter(|head| model::is_undated(check.deal, head)).collect();
    // That its day is missing may have been told already.
    for head in undated {
        if check.deal.is_told(head.at.file, head.at.span()) {
            continue;
        }
        let name = head.name(Label::Name).map_or("this amendment", |n| n.as_str());
        let at = head.below(Form::AmendmentEffective).map_or(head.at, |line| line.at);
        let message = format!("no day is known on which `{name}` takes effect");
        let diagnostic = Diagnostic::warning("amendment-undated", at.span(), message)
            .with_note("until then the deal is read without it")
            .with_help(format!(
                "state the day, or write into the journal when it was made: `DATE amended by {name}`"
            ));
        check.push(at, diagnostic);
    }
}
