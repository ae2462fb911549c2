//! Reading what is claimed of inventions and patents.

use super::Told;
use super::read::part;
use counterpart_num::Exact;
use counterpart_syntax::Label;
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Amount, Name, Value};

/// What is claimed of inventions and patents, but for what is claimed of a name.
pub(super) fn told(what: &Parts) -> Option<Told> {
    let name = |l: Label| what.name(l).cloned();
    let patent = crate::entry::patent_ref(what, Label::Patent);
    if let Some(assets) = name(Label::Prosecuted) {
        return Some(Told::Led { assets, patent, place: name(Label::Place), by: name(Label::By)? });
    }
    if let Some(patent) = patent {
        return Some(match name(Label::Allocated) {
            Some(to) => Told::Allocated(Ok(patent), to),
            None => Told::PatentLicensed(patent, name(Label::Grant)),
        });
    }
    if let Some(assets) = name(Label::Steered) {
        return Some(Told::Steered(what.word(Label::Act)?.to_string(), assets, name(Label::By)?));
    }
    if let Some(assets) = name(Label::Freed) {
        return Some(Told::NoDuty(what.word(Label::Duty)?.to_string(), assets));
    }
    if let Some(assets) = name(Label::Sue) {
        return Some(Told::MaySue(name(Label::Suitor)?, assets, part(what)));
    }
    let settled = name(Label::Settled)?;
    Some(Told::Consent(settled, part(what), what.names(Label::By)))
}

/// What is claimed of an invention or of assets by their name.
pub(super) fn told_of(named: &Name, what: &Parts) -> Option<Told> {
    let name = |l: Label| what.name(l).cloned();
    let percent = |parts: &Parts, label: Label| match parts.amount(label) {
        Some(Amount::Percent(known)) => known.given().cloned(),
        _ => None,
    };
    let owners: Vec<(Name, Option<Exact>)> = what
        .all(Label::Owner)
        .filter_map(|value| match value {
            Value::Parts(parts) => Some((parts.name(Label::Party)?.clone(), percent(parts, Label::Percent))),
            Value::Name(party) => Some((party.clone(), None)),
            _ => None,
        })
        .collect();
    if !owners.is_empty() {
        return Some(Told::Owned(named.clone(), part(what), owners));
    }
    if let Some(to) = name(Label::Licensee) {
        return Some(Told::Licensed {
            name: named.clone(),
            part: part(what),
            to,
            grade: what.grade(Label::Licence).cloned(),
            free: what.word(Label::Free).map(|word| word == "royalty-free"),
            rate: percent(what, Label::Rate),
        });
    }
    if let Some(to) = name(Label::Allocated) {
        return Some(Told::Allocated(Err(named.clone()), to));
    }
    if what.has(Label::Undecided) {
        return Some(Told::Undecided(named.clone()));
    }
    name(Label::Class).map(|class| Told::Class(named.clone(), class))
}
