//! Business days in a deal that does not say whose holidays count.
//!
//! A note, at the first such clause: Saturdays and Sundays are left out and nothing else, so a date may come out a
//! day or more too early.

use super::Check;
use crate::record::At;
use counterpart_syntax::{Clause, Diagnostic, Form, Node, Rule, Span};

pub(super) fn check(check: &mut Check<'_>) {
    let deal = check.deal;
    let said = |c: Clause<'_>| c.form() == Some(Form::AgreementBusinessDays);
    if deal.files.iter().any(|f| f.tree.all_clauses().any(said)) {
        return;
    }
    let first = deal.files.iter().enumerate().find_map(|(file, source)| {
        let mut spans = source.tree.all_clauses().flat_map(Clause::nodes).filter_map(counted);
        spans.next().map(|span| (file, span))
    });
    let Some((file, span)) = first else { return };
    let message = "these business days leave out weekends only";
    let diagnostic = Diagnostic::note("weekends-only", span, message)
        .with_note("the deal does not say whose public holidays count")
        .with_help("write `business days US-NY`, with the places whose holidays count, below `agreement`");
    check.push(At { file, ..At::default() }, diagnostic);
}

/// The first length of time in a part of a clause that is counted in business days.
fn counted(node: Node<'_>) -> Option<Span> {
    let words = node.text();
    if matches!(node.kind(), Some(Rule::Duration | Rule::Length))
        && ["business day", "business days"].iter().any(|unit| words.ends_with(unit))
    {
        return Some(node.span());
    }
    node.nodes().find_map(counted)
}
