//! What goes along with something that passes to another: whether whoever was assigned it stands in the place of the former
//! holder for something else too, and whether it passed at all.
//!
//! Whoever was assigned a payment stands in the place of the party that had it for that payment; whoever was assigned a grant,
//! or the assets under it, for what stands between the parties of that grant too. What is nothing that stands by itself, as a
//! product, may carry anything of that party with it.

use super::heirs::Passed;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::{Editions, Grant, Model, Same};
use counterpart_terms::value::Name;

/// Whether what passed carries the place of its former holder in something with it.
pub(super) fn reaches(editions: &Editions, passed: &Passed, about: Option<&Name>, day: Date) -> Same {
    let Some(what) = passed.what.as_ref().filter(|what| !what.is_blank()) else { return Same::Perhaps };
    if about == Some(what) {
        return Same::Yes;
    }
    let models: Vec<&Model> = editions.until(day).collect();
    if let Some(about) = about {
        let beside = models.iter().map(|model| names(model, about, what).max(names(model, what, about)));
        if let Some(found) = beside.max().filter(|found| *found != Same::No) {
            return found;
        }
    }
    let mut licences = Vec::new();
    for model in &models {
        for (name, grant) in &model.grants {
            let (whose, under): (Vec<Name>, Same) = match name == what {
                true => (grant.from.iter().chain(&grant.to).cloned().collect(), Same::Yes),
                false => (grant.from.clone(), is_under(model, name, grant, what)),
            };
            let had = passed.from.as_ref().map_or(Same::Yes, |from| editions.is_one(from, &whose, day));
            if under.min(had) != Same::No {
                licences.push((grant, under.min(had)));
            }
        }
    }
    let Some(sure) = licences.iter().map(|(_, sure)| *sure).max() else {
        let alone = models.iter().any(|model| stands_alone(model, what));
        return if alone { Same::No } else { Same::Perhaps };
    };
    let Some(about) = about else { return Same::Perhaps };
    // Something with a party outside of the licence has nothing to do with it.
    let others = models.iter().flat_map(|model| parties_of(model, about));
    let mut others = others.filter(|one| passed.from.as_ref() != Some(one)).peekable();
    let inside = |one: Name| {
        let sides = licences.iter().flat_map(|(grant, _)| [&grant.from, &grant.to]);
        sides.map(|side| editions.is_one(&one, side, day)).max().unwrap_or(Same::No)
    };
    match others.peek() {
        None => sure,
        Some(_) => others.map(inside).max().unwrap_or(Same::No).min(sure),
    }
}

/// Whether what an entry assigns passes by it from who has it, as far as the terms tell: a grant may need a consent of which
/// the machine knows more.
pub(super) fn passes(editions: &Editions, passed: &Passed) -> Same {
    let Some(what) = &passed.what else { return Same::Yes };
    let day = passed.since;
    let is_grant = editions.until(day).any(|model| model.grants.contains_key(what));
    if !is_grant {
        return if what.is_blank() { Same::Perhaps } else { Same::Yes };
    }
    let model = editions.on(day);
    let alone = |record: &Record| {
        let linked = record.below(Form::AssignmentLinked).is_some();
        linked || record.below(Form::AssignmentNoPartial).is_some()
    };
    if model.records.of(Form::FileAssignment).any(alone) {
        return Same::Perhaps;
    }
    let mut asked = model.records.of(Form::FileAssignment).next().is_some();
    for record in model.records.bearing(what) {
        record.walk(&mut |line| {
            asked |= matches!(line.clause, Form::GrantTransferable | Form::GrantNotTransferable);
        });
    }
    if passed.consented || !asked { Same::Yes } else { Same::Perhaps }
}

/// Whether the clause of one name speaks of another, or of something that is withheld.
fn names(model: &Model, of: &Name, other: &Name) -> Same {
    let mut found = Same::No;
    let clauses = model.records.bearing(of).filter(|record| record.clause != Form::FileEntry);
    for line in clauses.flat_map(|record| &record.below) {
        if line.speaks_of(&|name| name == other) {
            return Same::Yes;
        }
        if line.speaks_of(&|name| name.may_be(other)) {
            found = Same::Perhaps;
        }
    }
    found
}

/// Whether a grant is under some assets, or may be.
fn is_under(model: &Model, name: &Name, grant: &Grant, assets: &Name) -> Same {
    let owned = || match model.records.named(Form::FileAssets, assets).next() {
        Some(_) => Same::Yes,
        None => Same::No,
    };
    let Some(set) = &grant.assets else { return owned() };
    let speaks = || model.records.bearing(name).any(|record| record.speaks_of(&|one| one == assets));
    if set.names.contains(assets) || speaks() {
        return Same::Yes;
    }
    let all = if set.all { owned() } else { Same::No };
    let held = set.names.iter().map(|one| names(model, one, assets)).max().unwrap_or(Same::No);
    let withheld = if set.has_blank() { Same::Perhaps } else { Same::No };
    all.max(held).max(withheld)
}

/// Whether a name is of something that passes by itself and carries nothing else with it.
fn stands_alone(model: &Model, name: &Name) -> bool {
    model.royalties.contains_key(name)
        || model.pays.contains_key(name)
        || model.records.bearing(name).any(|record| {
            matches!(
                record.clause,
                Form::FileAssets
                    | Form::FileGrant
                    | Form::FileOption
                    | Form::FileFirstRight
                    | Form::FileCovenant
            )
        })
}

/// The parties the clause of a name speaks of.
fn parties_of(model: &Model, name: &Name) -> Vec<Name> {
    let speaks = |party: &&Name| {
        let mut clauses = model.records.bearing(name).filter(|record| record.clause != Form::FileEntry);
        clauses.any(|record| record.speaks_of(&|one| one == *party))
    };
    model.parties.keys().filter(speaks).cloned().collect()
}

/// How an entry says that something passes: with the consent of the other side.
pub(super) fn is_consented(parts: &counterpart_terms::record::Parts) -> bool {
    parts.word(Label::Consent) == Some("with consent")
}
