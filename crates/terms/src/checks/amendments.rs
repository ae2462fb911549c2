//! What an amendment can get wrong: a slip in the name of what it restates, a day before the agreement, a line
//! that takes clauses out where nothing is amended.
//!
//! A new name that is one letter from an old one of the same kind is a warning: the old clause stays in force
//! beside the new one, and both are paid. So is a day before the agreement's own.

use super::{Check, days};
use crate::names::{Symbol, SymbolKind};
use crate::record::{At, Record};
use counterpart_syntax::{Diagnostic, Form, Label};

pub(super) fn check(check: &mut Check<'_>) {
    let deal = check.deal;
    let heads: Vec<&Record> = deal.records.iter().filter(|r| r.clause == Form::FileAmendment).collect();
    // Findings about the files as they were written, told with the first edition.
    lost_deletions(check, &heads);
    too_early(check, &heads);
    slips(check, &heads);
}

/// The head of the amendment a place stands in.
fn head_of<'r>(heads: &[&'r Record], at: At) -> Option<&'r Record> {
    heads.iter().rev().find(|h| h.at.file == at.file && h.at.start < at.start).copied()
}

fn lost_deletions(check: &mut Check<'_>, heads: &[&Record]) {
    let deal = check.deal;
    let lines = deal.records.iter().filter(|r| r.clause == Form::FileDelete);
    for line in lines.filter(|l| head_of(heads, l.at).is_none()) {
        let message = "nothing is amended here, so nothing can be taken out";
        let diagnostic = Diagnostic::error("clause-misplaced", line.at.span(), message)
            .with_help("put it below the head of an amendment, or take the clause itself out of the text");
        check.push(line.at, diagnostic);
    }
}

fn too_early(check: &mut Check<'_>, heads: &[&Record]) {
    let agreement = check.deal.records.iter().find(|r| r.clause == Form::FileAgreement);
    let Some(line) = agreement.and_then(|a| a.below(Form::AgreementEffective)) else { return };
    let day = |line: &Record| days::line(check.model, line).map(|stretch| stretch.first);
    let Some(from) = day(line) else { return };
    for head in heads {
        let Some(effective) = head.below(Form::AmendmentEffective) else { continue };
        let Some(on) = day(effective).filter(|on| *on < from) else { continue };
        let message = format!("this amendment takes effect on {on}, before the agreement does");
        let diagnostic = Diagnostic::warning("amendment-before-agreement", effective.at.span(), message)
            .with_note(format!("the agreement begins on {from}, so its own terms are never in force"))
            .with_also(line.at.file, line.at.span(), "the agreement begins here")
            .with_help("correct one of the two days");
        check.push(effective.at, diagnostic);
    }
}

fn slips(check: &mut Check<'_>, heads: &[&Record]) {
    let symbols: Vec<(&str, &Symbol)> = check.deal.symbols.iter().collect();
    for (name, symbol) in &symbols {
        let Some(head) = head_of(heads, symbol.at).filter(|_| is_clause(symbol.kind)) else { continue };
        let old = symbols.iter().find(|(other, old)| {
            old.kind == symbol.kind
                && head_of(heads, old.at).is_none_or(|h| h.at != head.at)
                && is_slip(name, other)
        });
        let Some((old, first)) = old else { continue };
        let amendment = head.name(Label::Name).map_or("the amendment", |n| n.as_str());
        let message = format!("`{name}` is new, and one letter from `{old}`");
        let diagnostic = Diagnostic::warning("near-name", symbol.at.span(), message)
            .with_note(format!("`{amendment}` adds it; `{old}` stays in force beside it"))
            .with_also(first.at.file, first.at.span(), format!("`{old}` is defined here"))
            .with_guess(format!("perhaps `{old}` was to be restated"), symbol.at.span(), (*old).to_string());
        check.push(symbol.at, diagnostic);
    }
}

/// Whether a thing of this kind is a clause that works by itself.
fn is_clause(kind: SymbolKind) -> bool {
    !matches!(
        kind,
        SymbolKind::Amendment
            | SymbolKind::Party
            | SymbolKind::Field
            | SymbolKind::Member
            | SymbolKind::Stage
            | SymbolKind::Issue
            | SymbolKind::Proposal
            | SymbolKind::Invention
            | SymbolKind::Sublicence
    )
}

/// Whether one name may be the other with a slip of the pen. Names that count (`Fee-1`, `Fee-2`) are meant so.
fn is_slip(a: &str, b: &str) -> bool {
    let bare = |s: &str| s.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let counted = bare(a) == bare(b) || a.len().min(b.len()) < 4;
    !counted && strsim::damerau_levenshtein(&a.to_lowercase(), &b.to_lowercase()) == 1
}
