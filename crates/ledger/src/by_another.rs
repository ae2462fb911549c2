//! What is told of a party of the agreement that is not the one to do it: a promise is waived by who is owed it, a right by
//! who has it, a duty not by its bearer; who supplies delivers, who owes fails to pay, and nobody audits itself. Such an
//! entry is left out, and told.

use crate::event::{Event, EventKind};
use crate::parties::{heirs, is_one};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Editions, Model};
use counterpart_terms::record::Record;
use counterpart_terms::value::Name;
use std::collections::BTreeSet;

/// Who may do something.
enum Whose {
    /// One of these.
    Of(Vec<Name>),
    /// Any but these.
    NotOf(Vec<Name>),
}

/// A debt or a duty that is waived.
const REMITTED: &str = "remitted";

/// Takes them out; a finding for each.
pub(crate) fn left_out(editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    // Those who came into the place of a party act for it.
    let heirs = heirs(events);
    let mut found = Vec::new();
    events.retain(|event| {
        let problem = acts(&event.kind).and_then(|(word, names, by)| {
            names.iter().find_map(|name| wrong(editions, event, (word, name, by), &heirs))
        });
        let kept = problem.is_none();
        found.extend(problem);
        kept
    });
    found
}

/// What is done with which things by whom.
fn acts(kind: &EventKind) -> Option<(&str, Vec<Name>, &Name)> {
    match kind {
        // A sum, or what is for a period, is of what is owed, and not the right that goes by the same name.
        EventKind::Waived { name, by: Some(by), label, sum } => {
            let word = if label.is_some() || sum.is_some() { REMITTED } else { "waived" };
            Some((word, vec![name.clone()], by))
        }
        EventKind::Told { word, parts, .. } => {
            let label = match word.as_str() {
                "delivered" | "assigned" => Label::Name,
                "failed" | "refused" | "resumed" => Label::What,
                "audited" => Label::Stream,
                _ => return None,
            };
            Some((word.as_str(), parts.names(label), parts.name(Label::By)?))
        }
        _ => None,
    }
}

fn wrong(
    editions: &Editions,
    event: &Event,
    (word, name, by): (&str, &Name, &Name),
    heirs: &BTreeSet<Name>,
) -> Option<Diagnostic> {
    let mut first: Option<(Whose, At)> = None;
    for edition in &editions.0 {
        for (whose, at) in whose(&edition.model, word, name) {
            let may = match &whose {
                Whose::Of(parties) => is_one(editions, by, parties, heirs),
                Whose::NotOf(parties) => {
                    let all = edition.model.header.parties.iter().all(|one| parties.contains(one));
                    all || parties.iter().any(Name::is_blank) || !parties.contains(by)
                }
            };
            if may {
                return None;
            }
            first.get_or_insert((whose, at));
        }
    }
    let (whose, at) = first?;
    let (said, fix) = match &whose {
        Whose::Of(parties) => {
            let names = parties.iter().map(|party| format!("`{party}`")).collect::<Vec<_>>().join(" or ");
            (
                format!("that is for {names}"),
                format!("name {names}, where that is meant, or take the entry out"),
            )
        }
        Whose::NotOf(_) => (
            "that is for the other side".to_string(),
            "name the other side, or take the entry out".to_string(),
        ),
    };
    let done = match word {
        "failed" | "refused" | "resumed" => format!("`{by}` has nothing to do of `{name}`"),
        REMITTED => format!("`{name}` is not waived by `{by}`"),
        word => format!("`{name}` is not {word} by `{by}`"),
    };
    Some(
        event
            .left_out("by-another", format!("{done}: {said}"))
            .with_also(at.file, at.span(), "whose it is stands here")
            .with_help(fix),
    )
}

/// Who may do something with a thing, by the clauses of an edition that say so.
fn whose(model: &Model, word: &str, name: &Name) -> Vec<(Whose, At)> {
    let mut out = Vec::new();
    for record in model.records.iter().filter(|record| record.name(Label::Name) == Some(name)) {
        out.extend(by_clause(word, record).map(|whose| (whose, record.at)));
    }
    // What a right costs is a payment of its name.
    if word == "waived" && !out.is_empty() {
        return out;
    }
    let failed = matches!(word, "failed" | "refused" | "resumed");
    if let Some(metric) = model.market.metrics.get(name)
        && !metric.reporters.is_empty()
    {
        match word {
            "waived" | REMITTED => out.push((Whose::NotOf(metric.reporters.clone()), metric.at)),
            _ if failed => out.push((Whose::Of(metric.reporters.clone()), metric.at)),
            _ => {}
        }
    }
    if let Some(milestone) =
        model.market.milestones.get(name).filter(|m| matches!(word, "waived" | REMITTED) && !m.by.is_empty())
    {
        out.push((Whose::NotOf(milestone.by.clone()), milestone.at));
    }
    if let Some(royalty) = model.royalties.get(name) {
        let mut owing = royalty.from.clone();
        owing.extend(royalty.borne.iter().map(|(party, _)| party.clone()));
        match word {
            "audited" => out.push((Whose::NotOf(owing), royalty.at)),
            // What a debtor tells of it is told where its amount is asked for.
            "waived" | REMITTED | "assigned" => {
                owing.extend(royalty.to.iter().chain(&royalty.rest_to).cloned());
                owing.extend(royalty.payees.iter().map(|payee| payee.party.clone()));
                owing.extend(royalty.split.iter().flat_map(|band| &band.payees).map(|p| p.party.clone()));
                out.push((Whose::Of(owing), royalty.at));
            }
            _ if failed => out.push((Whose::Of(owing), royalty.at)),
            _ => {}
        }
    }
    let of_payment = failed || matches!(word, "waived" | REMITTED | "assigned");
    if let Some(pay) = model.pays.get(name).filter(|_| of_payment) {
        let mut owing = pay.from.clone();
        owing.extend(pay.borne.iter().map(|(party, _)| party.clone()));
        if !failed {
            owing.extend(pay.to.iter().cloned());
            owing.extend(pay.payees.iter().map(|payee| payee.party.clone()));
        }
        out.push((Whose::Of(owing), pay.at));
    }
    out.retain(|(whose, _)| match whose {
        Whose::Of(parties) | Whose::NotOf(parties) => !parties.is_empty(),
    });
    out
}

fn by_clause(word: &str, record: &Record) -> Option<Whose> {
    Some(match (word, record.clause) {
        ("waived", Form::FileCovenant) => match record.names(Label::To) {
            to if to.is_empty() => Whose::NotOf(record.names(Label::By)),
            to => Whose::Of(to),
        },
        ("waived", Form::FileOption | Form::FileFirstRight) => Whose::Of(record.names(Label::To)),
        ("waived", Form::FileBuyOut) => Whose::Of(record.names(Label::By)),
        ("delivered", Form::FileSupply | Form::FileService)
        | ("failed" | "refused" | "resumed", Form::FileSupply) => Whose::Of(record.names(Label::By)),
        _ => return None,
    })
}
