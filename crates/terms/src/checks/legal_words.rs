//! Words of the legal clauses that name something: causes of ending, who decides, which clauses survive.
//!
//! Courts, experts and grounds need no definition, so any word is allowed there; one close to a word that means
//! something, or to a name of the deal, is a warning, because the clause then hangs on nothing.

use super::Check;
use crate::record::{At, Key, Parts, Record};
use crate::value::Value;
use counterpart_syntax::{Context, Diagnostic, Form, Label, Severity, clause_meant, is_keyword};

/// Grounds for ending an agreement.
const CAUSES: &[&str] = &[
    "breach",
    "insolvency",
    "challenge",
    "assignment",
    "death",
    "change",
    "control",
    "force",
    "majeure",
    "will",
    "convenience",
    "safety",
    "bankruptcy",
    "default",
];

/// Who settles a matter without being defined.
const DECIDERS: &[&str] = &[
    "expert",
    "experts",
    "executives",
    "executive",
    "mediator",
    "mediation",
    "arbitrator",
    "arbitrators",
    "arbitration",
    "court",
    "courts",
    "counsel",
    "auditor",
    "auditors",
    "advisers",
    "agreement",
    "both",
    "either",
    "parties",
];

/// Clauses and duties that survive or go back without being defined.
const SURVIVORS: &[&str] = &[
    "accrued",
    "payments",
    "confidential",
    "confidentiality",
    "audit",
    "records",
    "liability",
    "indemnity",
    "indemnities",
    "disputes",
    "termination",
    "term",
    "licence",
    "licences",
    "costs",
    "royalties",
    "data",
    "filings",
    "marks",
    "sublicences",
    "know-how",
    "publicity",
    "taxes",
    "warranties",
    "ownership",
    "definitions",
    "interest",
    "reports",
    "notices",
    "law",
];

pub(super) fn check(check: &mut Check<'_>) {
    let mut found: Vec<(At, Context, String, &[&str], &str)> = Vec::new();
    Check::each_record(check.model, &mut |record: &Record| {
        let mut add = |words: &'static [&'static str], what: &'static str, names: Vec<String>| {
            found.extend(
                names.into_iter().map(|name| (record.at, record.clause.context(), name, words, what)),
            );
        };
        let labelled = |label: Label| names(&record.parts, Some(label));
        match record.clause {
            Form::TerminateCause => add(CAUSES, "a cause", names_in(record, Label::Cause, Some(Label::On))),
            Form::DisputesStep | Form::AllocationStep => {
                add(DECIDERS, "somebody who decides", labelled(Label::By))
            }
            Form::EventDecided
            | Form::OpenTermDecided
            | Form::ProsecutionDecided
            | Form::ProsecutionExtension => add(DECIDERS, "somebody who decides", labelled(Label::By)),
            Form::AfterEndSurvive => add(SURVIVORS, "a clause", names_in(record, Label::What, None)),
            _ => {}
        }
    });
    for (at, context, word, words, what) in found {
        if words.contains(&word.as_str()) || check.deal.symbols.get(&word).is_some() {
            continue;
        }
        let symbols = check.deal.symbols.iter().map(|(name, _)| name);
        let near = crate::read::closest(&word, words.iter().copied().chain(symbols));
        let text = check.deal.files.get(at.file).map(|f| f.tree.slice(at.span())).unwrap_or_default();
        let start = text.find(word.as_str()).and_then(|i| u32::try_from(i).ok()).unwrap_or(0) + at.start;
        let length = u32::try_from(word.len()).unwrap_or(0);
        let span = counterpart_syntax::Span { start, end: start + length };
        let Some(near) = near else {
            // At the start of its line it may be a misspelt word of the language instead.
            let meant =
                clause_meant(&word, context, span).filter(|_| start == at.start && is_nearly_keyword(&word));
            if let Some(meant) = meant {
                let note = format!("it is read as {what}, since whoever decides needs no definition");
                check.push(at, Diagnostic { severity: Severity::Warning, ..meant }.with_note(note));
            }
            continue;
        };
        let message = format!("`{word}` is not known as {what}");
        let diagnostic = Diagnostic::warning("unknown-name", span, message)
            .with_note("the clause hangs on a word that nothing else in the deal uses")
            .with_guess(format!("perhaps `{near}`"), span, near);
        check.push(at, diagnostic);
    }
}

/// Whether a word is one of the language with a letter too many, or with two letters in the wrong order: whoever decides
/// may be called anything, and farther from a word of the language is likelier a name.
fn is_nearly_keyword(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let without = |at: usize| letters.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| *c).collect();
    let swapped = |at: usize| {
        let mut letters = letters.clone();
        letters.swap(at, at + 1);
        letters.into_iter().collect()
    };
    let mut near = (0..letters.len()).map(without).chain((1..letters.len()).map(|at| swapped(at - 1)));
    near.any(|near: String| is_keyword(&near))
}

/// The names below a label, under another one where named.
fn names_in(record: &Record, label: Label, inner: Option<Label>) -> Vec<String> {
    let mut out = Vec::new();
    for value in record.all(label) {
        match value {
            Value::Parts(parts) => out.extend(names(parts, inner)),
            Value::Name(name) => out.push(name.to_string()),
            _ => {}
        }
    }
    if out.is_empty() { names(&record.parts, inner) } else { out }
}

/// Every name in some parts, at any depth, with a label where one is asked for.
fn names(parts: &Parts, label: Option<Label>) -> Vec<String> {
    let mut out = Vec::new();
    for part in &parts.0 {
        let wanted = label.is_none_or(|l| part.key == Key::Label(l));
        match &part.value {
            Value::Name(name) if wanted => out.push(name.to_string()),
            Value::Set(set) if wanted => out.extend(set.names.iter().map(ToString::to_string)),
            Value::Parts(inner) => out.extend(names(inner, label)),
            _ => {}
        }
    }
    out
}
